#include "report/emit.h"
#include "report/licence.h"
#include "report/report.h"
#include "report/sbom.h"

/* A bill of materials as SPDX 2.3 (JSON): the image is a package that contains the others. */

struct document {
    struct machine *machine;
    struct emit emit;
    struct text *scratch;
    struct text *contained; /* the ids of the components, one on a line */
};

static const char undated[] = "1970-01-01T00:00:00Z"; /* the field must not be left out */

static void add_relationship(struct emit *emit, const char *from, const char *type,
                             struct bytes to)
{
    emit_object(emit, NULL);
    emit_string(emit, "spdxElementId", from);
    emit_string(emit, "relationshipType", type);
    emit_text(emit, "relatedSpdxElement", to);
    emit_end(emit);
}

static void add_sha256(struct emit *emit, struct bytes sha256)
{
    if (sha256.size != 64)
        return;
    emit_list(emit, "checksums");
    emit_object(emit, NULL);
    emit_string(emit, "algorithm", "SHA256");
    emit_text(emit, "checksumValue", sha256);
    emit_end(emit);
    emit_end(emit);
}

static void add_fixed(struct emit *emit)
{
    emit_string(emit, "downloadLocation", "NOASSERTION");
    emit_flag(emit, "filesAnalyzed", false);
    emit_string(emit, "licenseConcluded", "NOASSERTION");
    emit_string(emit, "copyrightText", "NOASSERTION");
}

/* A field of one line, which may not be empty: what breaks a line is shown as \xNN. */
static void add_line(struct document *document, const char *key, struct bytes value)
{
    text_clear(document->scratch);
    text_add_terminal(document->scratch, bytes_trim(value));
    emit_text(&document->emit, key,
              document->scratch->size > 0 ? text_bytes(document->scratch) : bytes_of("-"));
}

static void add_some_line(struct document *document, const char *key, struct bytes value)
{
    if (bytes_trim(value).size > 0)
        add_line(document, key, value);
}

/* An organization's name may hold no brackets, which would mean an address. */
static void add_organization(struct document *document, const char *key, const char *name)
{
    owned(text) plain = text_new();
    struct text *scratch = document->scratch;

    for (const char *c = name; *c != '\0'; c++)
        text_add_char(plain, *c == '(' || *c == ')' ? ' ' : *c);
    struct bytes trimmed = bytes_trim(text_bytes(plain));
    text_clear(scratch);
    text_add(scratch, trimmed.size == 0 ? "NOASSERTION" : "Organization: ");
    text_add_terminal(scratch, trimmed);
    emit_text(&document->emit, key, text_bytes(scratch));
}

static void add_image(struct document *document)
{
    const struct machine *machine = document->machine;
    struct emit *emit = &document->emit;
    bool has_product = machine->product[0] != '\0';

    emit_object(emit, NULL);
    emit_string(emit, "SPDXID", "SPDXRef-Image");
    add_line(document, "name", bytes_of(has_product ? machine->product : machine->input));
    add_some_line(document, "versionInfo", bytes_of(machine->product_version));
    add_line(document, "packageFileName", bytes_of(machine->input));
    emit_string(emit, "primaryPackagePurpose", "FIRMWARE");
    add_organization(document, "supplier", machine->maker);
    add_fixed(emit);
    emit_string(emit, "licenseDeclared", "NOASSERTION");
    add_sha256(emit, bytes_of(machine->sha256));
    emit_end(emit);
}

static const char *purpose_of(struct bytes kind)
{
    static const struct {
        const char *kind, *purpose;
    } purposes[] = {
        {"application", "APPLICATION"}, {"library", "LIBRARY"},
        {"kernel", "OPERATING_SYSTEM"}, {"os", "OPERATING_SYSTEM"},
        {"firmware", "FIRMWARE"},       {"bootloader", "FIRMWARE"},
    };

    for (size_t i = 0; i < COUNT_OF(purposes); i++)
        if (bytes_is(kind, purposes[i].kind))
            return purposes[i].purpose;
    return "OTHER";
}

/* A LicenseRef would have to come with the text of its licence, which an image rarely has. */
static void add_licence(struct document *document, struct bytes stated)
{
    struct text *scratch = document->scratch;
    struct emit *emit = &document->emit;

    text_clear(scratch);
    enum licence_kind kind = licence_read(stated, scratch);
    if (kind == LICENCE_ID || kind == LICENCE_EXPRESSION) {
        emit_text(emit, "licenseDeclared", text_bytes(scratch));
        return;
    }
    emit_string(emit, "licenseDeclared", "NOASSERTION");
    if (kind == LICENCE_NONE)
        return;
    text_clear(scratch);
    text_add(scratch, "The packager states: ");
    text_add_bytes(scratch, bytes_trim(stated));
    emit_text(emit, "licenseComments", text_bytes(scratch));
}

static void add_reference(struct emit *emit, const char *category, const char *type,
                          struct bytes locator)
{
    if (locator.size == 0)
        return;
    emit_object(emit, NULL);
    emit_string(emit, "referenceCategory", category);
    emit_string(emit, "referenceType", type);
    emit_text(emit, "referenceLocator", locator);
    emit_end(emit);
}

static void add_source(struct document *document, const struct sbom_component *component)
{
    const struct sbom_occurrence *first = &component->occurrences[0];
    struct text *scratch = document->scratch;

    text_clear(scratch);
    text_addf(scratch, "Seen in the image, grade %c of A to F, ", first->grade);
    text_add_bytes(scratch, first->source);
    text_add(scratch, ": ");
    text_add_bytes(scratch,
                   first->path.size > 0 ? first->path : bytes_of(document->machine->input));
    if (component->occurrences_all > 1) {
        text_add(scratch, " and ");
        text_add_counted(scratch, component->occurrences_all - 1, "more place");
    }
    emit_text(&document->emit, "sourceInfo", text_bytes(scratch));
}

static struct error *add_component(void *context, const struct sbom_component *component)
{
    struct document *document = context;
    struct emit *emit = &document->emit;
    struct text *scratch = document->scratch;

    text_clear(scratch);
    text_add(scratch, "SPDXRef-Component-");
    machine_add_uuid(scratch, "component", component->name, component->version);
    text_add_bytes(document->contained, text_bytes(scratch));
    text_add_char(document->contained, '\n');
    emit_object(emit, NULL);
    emit_text(emit, "SPDXID", text_bytes(scratch));
    add_line(document, "name", component->name);
    add_some_line(document, "versionInfo", component->version);
    add_some_line(document, "packageFileName", component->file);
    emit_string(emit, "primaryPackagePurpose", purpose_of(component->kind));
    emit_string(emit, "supplier", "NOASSERTION");
    add_fixed(emit);
    add_licence(document, component->licence);
    add_sha256(emit, component->sha256);
    add_source(document, component);
    emit_list(emit, "externalRefs");
    text_clear(scratch);
    sbom_add_cpe(scratch, component);
    add_reference(emit, "SECURITY", "cpe23Type", text_bytes(scratch));
    add_reference(emit, "PACKAGE-MANAGER", "purl", sbom_purl(component));
    emit_end(emit);
    emit_end(emit);
    return NULL;
}

static void add_head(struct document *document)
{
    const struct machine *machine = document->machine;
    struct emit *emit = &document->emit;
    struct text *scratch = document->scratch;

    emit_string(emit, "spdxVersion", "SPDX-2.3");
    emit_string(emit, "dataLicense", "CC0-1.0");
    emit_string(emit, "SPDXID", "SPDXRef-DOCUMENT");
    add_line(document, "name", bytes_of(machine->input));
    text_clear(scratch);
    text_add(scratch, "urn:uuid:");
    sbom_add_id(scratch, machine, "spdx");
    emit_text(emit, "documentNamespace", text_bytes(scratch));
    emit_object(emit, "creationInfo");
    emit_string(emit, "created", machine->date == NULL ? undated : machine->date);
    emit_list(emit, "creators");
    text_clear(scratch);
    text_addf(scratch, "Tool: proviso-%s", machine->version);
    emit_text(emit, NULL, text_bytes(scratch));
    emit_end(emit);
    if (machine->date == NULL)
        emit_string(emit, "comment", "The assessment has no date: no clock is read.");
    emit_end(emit);
}

static struct error *write_document(struct machine *machine)
{
    owned(text) scratch = text_new();
    owned(text) contained = text_new();
    struct document document = {.machine = machine,
                                .emit = {.out = machine->out},
                                .scratch = scratch,
                                .contained = contained};
    struct emit *emit = &document.emit;
    struct bytes id, rest;

    emit_object(emit, NULL);
    add_head(&document);
    emit_list(emit, "packages");
    add_image(&document);
    TRY(sbom_each(machine, add_component, &document));
    emit_end(emit);
    emit_list(emit, "relationships");
    add_relationship(emit, "SPDXRef-DOCUMENT", "DESCRIBES", bytes_of("SPDXRef-Image"));
    rest = text_bytes(contained);
    while (bytes_next_line(&rest, &id))
        add_relationship(emit, "SPDXRef-Image", "CONTAINS", id);
    emit_end(emit);
    emit_end(emit);
    return NULL;
}

static struct error *write_spdx(sqlite3 *db, struct text *out)
{
    return machine_write(db, out, write_document);
}

const struct report report_spdx = {
    .name = "spdx",
    .title = "bill of materials, SPDX 2.3",
    .media_type = "application/spdx+json",
    .suffix = "spdx.json",
    .write = write_spdx,
};
