#include <inttypes.h>

#include "report/emit.h"
#include "report/licence.h"
#include "report/report.h"
#include "report/sbom.h"

/*
 * A bill of materials as CycloneDX 1.6 (ECMA-424), with the evidence for each component: how it
 * was identified, how sure that is, and where in the image it stands.
 */

struct bill {
    struct machine *machine;
    struct emit emit;
    struct text *scratch;
};

/* The uuid under which A and B are referred to within the document. */
static const char *reference(struct bill *bill, const char *kind, struct bytes a,
                             struct bytes b)
{
    text_clear(bill->scratch);
    machine_add_uuid(bill->scratch, kind, a, b);
    return text_string(bill->scratch);
}

static const char *root_reference(struct bill *bill)
{
    return reference(bill, "image", bytes_of(bill->machine->sha256), bytes_of(""));
}

static void add_hash(struct emit *emit, struct bytes sha256)
{
    if (sha256.size != 64)
        return;
    emit_list(emit, "hashes");
    emit_object(emit, NULL);
    emit_string(emit, "alg", "SHA-256");
    emit_text(emit, "content", sha256);
    emit_end(emit);
    emit_end(emit);
}

static void add_maker(struct bill *bill)
{
    const struct machine *machine = bill->machine;
    struct emit *emit = &bill->emit;

    if (machine->maker[0] == '\0')
        return;
    emit_object(emit, "manufacturer");
    emit_string(emit, "name", machine->maker);
    emit_end(emit);
}

static void add_image(struct bill *bill)
{
    const struct machine *machine = bill->machine;
    struct emit *emit = &bill->emit;
    bool has_product = machine->product[0] != '\0';

    emit_object(emit, "component");
    emit_string(emit, "type", "firmware");
    emit_string(emit, "bom-ref", root_reference(bill));
    add_maker(bill);
    emit_string(emit, "name", has_product ? machine->product : machine->input);
    emit_some(emit, "version", bytes_of(machine->product_version));
    add_hash(emit, bytes_of(machine->sha256));
    emit_list(emit, "properties");
    emit_pair(emit, "proviso:input", bytes_of(machine->input));
    emit_end(emit);
    emit_end(emit);
}

static void add_metadata(struct bill *bill)
{
    const struct machine *machine = bill->machine;
    struct emit *emit = &bill->emit;

    emit_object(emit, "metadata");
    if (machine->date != NULL && machine->date_has_time)
        emit_string(emit, "timestamp", machine->date);
    emit_list(emit, "lifecycles");
    emit_object(emit, NULL);
    emit_string(emit, "phase", "post-build");
    emit_end(emit);
    emit_end(emit);
    emit_object(emit, "tools");
    emit_list(emit, "components");
    emit_object(emit, NULL);
    emit_string(emit, "type", "application");
    emit_string(emit, "name", "proviso");
    emit_string(emit, "version", machine->version);
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
    add_image(bill);
    emit_end(emit);
}

static const char *type_of(struct bytes kind)
{
    static const struct {
        const char *kind, *type;
    } types[] = {
        {"application", "application"}, {"library", "library"},
        {"kernel", "operating-system"}, {"os", "operating-system"},
        {"firmware", "firmware"},       {"bootloader", "firmware"},
    };

    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (bytes_is(kind, types[i].kind))
            return types[i].type;
    return "application";
}

static void add_licence(struct bill *bill, struct bytes stated)
{
    struct emit *emit = &bill->emit;

    text_clear(bill->scratch);
    enum licence_kind kind = licence_read(stated, bill->scratch);
    if (kind == LICENCE_NONE)
        return;
    emit_list(emit, "licenses");
    emit_object(emit, NULL);
    if (kind == LICENCE_EXPRESSION || kind == LICENCE_REFERENCE) {
        emit_text(emit, "expression", text_bytes(bill->scratch));
    } else {
        emit_object(emit, "license");
        emit_text(emit, kind == LICENCE_ID ? "id" : "name", text_bytes(bill->scratch));
    }
    emit_string(emit, "acknowledgement", "declared");
    if (kind == LICENCE_ID || kind == LICENCE_NAME)
        emit_end(emit);
    emit_end(emit);
    emit_end(emit);
}

static const char *technique_of(const struct sbom_occurrence *occurrence)
{
    static const char *const manifests[] = {"opkg", "dpkg", "apk", "rpm", "note", "os-release"};

    for (size_t i = 0; i < COUNT_OF(manifests); i++)
        if (bytes_is(occurrence->source, manifests[i]))
            return "manifest-analysis";
    return occurrence->grade == 'C' || occurrence->grade == 'F' ? "filename"
                                                                : "binary-analysis";
}

/* One field that was identified: each kind of proof is a method. */
static void add_identity(struct bill *bill, const struct sbom_component *component,
                         const char *field, struct bytes value)
{
    struct emit *emit = &bill->emit;
    char last = '\0';

    emit_object(emit, NULL);
    emit_string(emit, "field", field);
    for (size_t i = 0; i < component->occurrence_count; i++) {
        const struct sbom_occurrence *occurrence = &component->occurrences[i];
        char confidence[8];
        if (occurrence->grade == last)
            continue; /* they are sorted by grade */
        int sure = sbom_confidence(occurrence->grade);
        sqlite3_snprintf(sizeof confidence, confidence, "%d.%d", sure / 100, sure / 10 % 10);
        if (last == '\0') {
            emit_decimal(emit, "confidence", confidence);
            emit_text(emit, "concludedValue", value);
            emit_list(emit, "methods");
        }
        last = occurrence->grade;
        emit_object(emit, NULL);
        emit_string(emit, "technique", technique_of(occurrence));
        emit_decimal(emit, "confidence", confidence);
        emit_some(emit, "value", occurrence->source);
        emit_end(emit);
    }
    emit_end(emit);
    emit_end(emit);
}

static void add_occurrence(struct bill *bill, const struct sbom_occurrence *occurrence)
{
    struct emit *emit = &bill->emit;

    emit_object(emit, NULL);
    emit_text(emit, "location",
              occurrence->path.size > 0 ? occurrence->path : bytes_of(bill->machine->input));
    if (occurrence->line > 0)
        emit_number(emit, "line", occurrence->line);
    if (occurrence->has_offset)
        emit_number(emit, "offset", occurrence->offset);
    emit_some(emit, "additionalContext", occurrence->excerpt);
    emit_end(emit);
}

static void add_evidence(struct bill *bill, const struct sbom_component *component)
{
    struct emit *emit = &bill->emit;

    emit_object(emit, "evidence");
    emit_list(emit, "identity");
    add_identity(bill, component, "name", component->name);
    if (component->version.size > 0)
        add_identity(bill, component, "version", component->version);
    emit_end(emit);
    emit_list(emit, "occurrences");
    for (size_t i = 0; i < component->occurrence_count; i++)
        add_occurrence(bill, &component->occurrences[i]);
    emit_end(emit);
    emit_end(emit);
}

static void add_properties(struct bill *bill, const struct sbom_component *component)
{
    struct emit *emit = &bill->emit;
    char grade[2] = {component->occurrences[0].grade, '\0'};

    emit_list(emit, "properties");
    emit_pair(emit, "proviso:grade", bytes_of(grade));
    emit_pair(emit, "proviso:kind", component->kind);
    emit_pair(emit, "proviso:architecture", component->architecture);
    emit_pair(emit, "proviso:revision", component->revision);
    if (component->occurrences_all > component->occurrence_count) {
        text_clear(bill->scratch);
        text_addf(bill->scratch, "%zu", component->occurrences_all);
        emit_pair(emit, "proviso:occurrences", text_bytes(bill->scratch));
    }
    if (component->declared) {
        emit_pair(emit, "proviso:declared:entry", component->declared_entry);
        emit_pair(emit, "proviso:declared:version", component->declared_version);
        if (component->declared_updatable_known)
            emit_pair(emit, "proviso:declared:updatable",
                      bytes_of(component->declared_updatable ? "yes" : "no"));
    }
    emit_end(emit);
}

static struct error *add_component(void *context, const struct sbom_component *component)
{
    struct bill *bill = context;
    struct emit *emit = &bill->emit;

    emit_object(emit, NULL);
    emit_string(emit, "type", type_of(component->kind));
    emit_string(emit, "bom-ref",
                reference(bill, "component", component->name, component->version));
    emit_text(emit, "name", component->name);
    emit_some(emit, "version", component->version);
    add_hash(emit, component->sha256);
    add_licence(bill, component->licence);
    text_clear(bill->scratch);
    sbom_add_cpe(bill->scratch, component);
    emit_some(emit, "cpe", text_bytes(bill->scratch));
    emit_some(emit, "purl", sbom_purl(component));
    add_evidence(bill, component);
    add_properties(bill, component);
    emit_end(emit);
    return NULL;
}

static struct error *write_bill(struct machine *machine)
{
    owned(text) scratch = text_new();
    struct bill bill = {.machine = machine, .emit = {.out = machine->out}, .scratch = scratch};
    struct emit *emit = &bill.emit;

    emit_object(emit, NULL);
    emit_string(emit, "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
    emit_string(emit, "bomFormat", "CycloneDX");
    emit_string(emit, "specVersion", "1.6");
    text_add(scratch, "urn:uuid:");
    sbom_add_id(scratch, machine, "cyclonedx");
    emit_text(emit, "serialNumber", text_bytes(scratch));
    emit_number(emit, "version", 1);
    add_metadata(&bill);
    emit_list(emit, "components");
    TRY(sbom_each(machine, add_component, &bill));
    emit_end(emit);
    /* What stands in the image unnoticed is not in the list: it is never called complete. */
    emit_list(emit, "compositions");
    emit_object(emit, NULL);
    emit_string(emit, "aggregate", "incomplete");
    emit_list(emit, "assemblies");
    emit_string(emit, NULL, root_reference(&bill));
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
    return NULL;
}

static struct error *write_cyclonedx(sqlite3 *db, struct text *out)
{
    return machine_write(db, out, write_bill);
}

const struct report report_cyclonedx = {
    .name = "cyclonedx",
    .title = "bill of materials with evidence, CycloneDX 1.6",
    .media_type = "application/vnd.cyclonedx+json",
    .suffix = "cdx.json",
    .write = write_cyclonedx,
};
