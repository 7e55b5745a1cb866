#include "report/document.h"

/* The first page: what was assessed, by whom, against what. */

enum { FIRMWARES = 20 /* named on the first page; the dossier has them all */ };

static void add_detail(struct document *document, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    document_open_with(document, BLOCK_DETAIL, &(struct words){.title = bytes_of(name)});
    document_text(document, MARK_PROSE, bytes_of(value));
    document_close(document, BLOCK_DETAIL);
}

static void add_fact(struct document *document, const char *name, const char *field)
{
    add_detail(document, name, document_dut(document, field));
}

/* What the image says of its own product: the first value of WHAT. */
static const char *product(struct document *document, const char *what)
{
    const char *value = query_value(
        document->db, "SELECT value FROM product WHERE what = ? ORDER BY id LIMIT 1", what,
        document->arena);

    return arena_string(document->arena, bytes_slice(bytes_of(value), 0, DOCUMENT_VALUE));
}

static const char *product_line(struct document *document)
{
    const char *model = product(document, "model"), *vendor = product(document, "vendor");

    if (*model == '\0' || *vendor == '\0')
        return *model == '\0' ? vendor : model;
    return arena_printf(document->arena, "%s, %s", model, vendor);
}

static void open_detail(struct document *document, const char *name, bool is_wide)
{
    document_open_with(document, BLOCK_DETAIL,
                       &(struct words){.title = bytes_of(name), .count = is_wide});
}

static void add_size(struct document *document)
{
    int64_t size = document_meta_number(document, "size");

    open_detail(document, "Size", false);
    document_size(document, (uint64_t)size);
    if (size >= 1024) {
        owned(text) bytes = text_new();
        text_add(bytes, " (");
        text_add_count(bytes, (uint64_t)size);
        text_add(bytes, " bytes)");
        document_text(document, MARK_DIM, text_bytes(bytes));
    }
    document_close(document, BLOCK_DETAIL);
}

static void add_content(struct document *document)
{
    int64_t files =
        query_number(document->db, "SELECT count(*) FROM node WHERE kind = 'file'", 0);
    int64_t systems = query_number(
        document->db, "SELECT count(DISTINCT system) FROM node WHERE kind = 'dir'", 0);

    open_detail(document, "Content", false);
    document_count(document, files, "file", "files");
    document_add(document, " in ");
    document_count(document, systems, "file system", "file systems");
    document_close(document, BLOCK_DETAIL);
}

static void add_digest(struct document *document, const char *name, const char *digest)
{
    if (*digest == '\0')
        return;
    open_detail(document, name, true);
    document_text(document, MARK_HASH, bytes_of(digest));
    document_close(document, BLOCK_DETAIL);
}

/* The image, as it was given and as it calls itself. */
static void add_image(struct document *document)
{
    const char *name = product_line(document), *version = product(document, "version");

    add_detail(document, document->has_dossier ? "Image assessed" : "File",
               document_meta(document, "input"));
    if (*name != '\0')
        add_detail(document, "Product",
                   arena_printf(document->arena, "%s (from the image)", name));
    if (*version != '\0')
        add_detail(document, "Version",
                   arena_printf(document->arena, "%s (from the image)", version));
    add_size(document);
    add_content(document);
    add_digest(document, "SHA-256", document_meta(document, "sha256"));
}

static void add_standard(struct document *document)
{
    bool is_old = document->is_old;

    add_detail(document, "Standard",
               is_old ? "EN 303 645 V2.1.1 (2020-06), tested as TS 103 701 V1.1.1 (2021-08)"
                      : "EN 303 645 V3.1.3 (2024-09), tested as TS 103 701 V2.1.1 (2025-05)");
    add_detail(document, "Assessed with", document_meta(document, "program"));
    if (*document_dut(document, "date") != '\0')
        add_fact(document, "Date", "date");
    else
        add_detail(document, "Date", document_meta(document, "date"));
}

/* "2.4.1, lumi.bin, SHA-256 …", and whether that is what was assessed. */
static bool add_firmware(struct document *document, unsigned i)
{
    struct arena *arena = document->arena;
    const char *version = document_dut(document, arena_printf(arena, "firmware.%u.version", i));
    const char *file = document_dut(document, arena_printf(arena, "firmware.%u.file", i));
    const char *digest = document_dut(document, arena_printf(arena, "firmware.%u.sha256", i));
    bool is_same =
        *digest != '\0' && bytes_is_nocase(bytes_of(digest), document_meta(document, "sha256"));

    if (*version == '\0' && *file == '\0' && *digest == '\0')
        return false;
    open_detail(document, i == 0 ? "Firmware" : "Further firmware", true);
    document_text(document, MARK_PROSE, bytes_of(version));
    if (*version != '\0' && *file != '\0')
        document_add(document, ", ");
    document_text(document, MARK_CODE, bytes_of(file));
    if (*digest != '\0') {
        document_add(document, *version != '\0' || *file != '\0' ? ", SHA-256 " : "SHA-256 ");
        document_text(document, MARK_HASH, bytes_of(digest));
    }
    if (is_same)
        document_text(document, MARK_DIM, bytes_of(" (the image assessed)"));
    document_close(document, BLOCK_DETAIL);
    return true;
}

static void open_identity(struct document *document, const char *title)
{
    document_open_with(document, BLOCK_IDENTITY, &(struct words){.title = bytes_of(title)});
}

static void add_product(struct document *document)
{
    open_identity(document, "Device under test");
    add_fact(document, "Name", "name");
    add_fact(document, "Model", "model");
    add_fact(document, "Brand", "brand");
    add_fact(document, "Type", "type");
    add_fact(document, "Hardware version", "hardware_version");
    add_fact(document, "Markets", "markets");
    add_fact(document, "Support period", "support_period");
    for (unsigned i = 0; i < FIRMWARES && add_firmware(document, i); i++)
        ;
    document_close(document, BLOCK_IDENTITY);
}

static void add_parties(struct document *document)
{
    open_identity(document, "Parties");
    add_fact(document, "Manufacturer", "manufacturer.name");
    add_fact(document, "Address", "manufacturer.address");
    add_fact(document, "Contact", "manufacturer.contact");
    add_fact(document, "Laboratory", "laboratory.name");
    add_fact(document, "Address of the laboratory", "laboratory.address");
    add_fact(document, "Assessor", "assessor");
    document_close(document, BLOCK_IDENTITY);
}

static const char *name_of(struct document *document)
{
    const char *name = document_dut(document, "name");
    const char *image = product_line(document);

    if (*name != '\0')
        return name;
    if (*document_dut(document, "model") != '\0')
        return document_dut(document, "model");
    if (document->has_dossier && !document->has_image)
        return "A product without a name";
    return *image != '\0' ? image : document_meta(document, "input");
}

/* What came out, where nobody has to look for it. */
static struct error *add_verdict(struct document *document)
{
    struct query query;
    bool found = false;

    TRY(query_open(document->db, "SELECT outcome FROM overall", &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        open_detail(document, "Overall verdict", false);
        document_badge(document, query_text(&query, 0));
        document_close(document, BLOCK_DETAIL);
    }
    query_close(&query);
    return error;
}

struct error *document_title(struct document *document)
{
    struct error *error = NULL;

    const char *edition = document_meta(document, "edition");
    const char *kind = arena_printf(
        document->arena, "%s against ETSI EN 303 645 V%s",
        document->has_dossier ? "Evaluation report" : "Firmware assessment", edition);

    document_open_with(document, BLOCK_TITLE,
                       &(struct words){.title = bytes_of(name_of(document)),
                                       .note = bytes_of(kind),
                                       .head = bytes_of(document_meta(document, "program"))});
    if (document->has_dossier) {
        add_product(document);
        add_parties(document);
    }
    open_identity(document, document->has_dossier ? "Assessment" : "");
    if (document->has_image)
        add_image(document);
    add_standard(document);
    if (document->has_dossier)
        error = add_verdict(document);
    document_close(document, BLOCK_IDENTITY);
    if (document->has_dossier) {
        document_open(document, BLOCK_SIGNATURES);
        document_close(document, BLOCK_SIGNATURES);
    }
    document_close(document, BLOCK_TITLE);
    return error;
}
