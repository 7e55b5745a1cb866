#include "report/document.h"

/* Hardening of programs: a count for each property, and the worst that face the network. */

struct property {
    const char *title, *has, *applies, *meaning;
};

static const struct property properties[] = {
    {"Position independent (PIE)", "pie = 1", "type = 'executable'",
     "addresses differ at each start, so that they cannot be guessed"},
    {"No execution of data (NX)", "nx = 1", "type IN ('executable', 'library')",
     "bytes put in by an attacker cannot run as code"},
    {"Full RELRO", "relro = 'full'",
     "type IN ('executable', 'library') AND COALESCE(static, 0) = 0",
     "the table of called functions cannot be changed"},
    {"Stack canary", "canary = 1", "type IN ('executable', 'library')",
     "a smashed stack is noticed"},
    {"Fortified calls", "fortify > 0",
     "type IN ('executable', 'library') AND (fortify > 0 OR fortifiable > 0)",
     "copies into buffers are measured"},
    {"Without debug symbols", "stripped = 1", "type IN ('executable', 'library')",
     "names of functions are removed"},
};

static const struct document_column worst_columns[] = {
    {"Program", STYLE_PLACE},   {"Architecture", STYLE_WORDS}, {"PIE", STYLE_FLAG},
    {"NX", STYLE_FLAG},         {"RELRO", STYLE_WORDS},        {"Canary", STYLE_FLAG},
    {"Setuid", STYLE_BAD_FLAG}, {"Unsafe calls", STYLE_CODE},
};

static const struct document_table worst = {
    .caption = "Network-facing programs with the least protection",
    .sql =
        "SELECT path, line, NULL, machine, pie, nx, relro, canary, setuid, unsafe_calls FROM "
        "binary"
        " WHERE network = 1 AND type = 'executable' ORDER BY COALESCE(pie, 1) + COALESCE(nx, "
        "1) +"
        " COALESCE(canary, 1) + CASE relro WHEN 'full' THEN 2 WHEN 'partial' THEN 1 ELSE 0 END,"
        " unsafe DESC, path, id",
    .count = "SELECT count(*) FROM binary WHERE network = 1 AND type = 'executable'",
    .columns = worst_columns,
    .column_count = COUNT_OF(worst_columns),
    .limit = 25,
};

static const struct document_column hardening_columns[] = {
    {"Property", STYLE_WORDS},
    {"Have", STYLE_NUMBER},
    {"Of", STYLE_NUMBER},
    {"Share", STYLE_NUMBER},
};

static void open_cell(struct document *document, int64_t column)
{
    document_open_with(
        document, BLOCK_CELL,
        &(struct words){.count = column, .note = bytes_of(column == 0 ? "" : "n")});
}

static void add_number(struct document *document, int64_t column, int64_t number)
{
    owned(text) text = text_new();

    open_cell(document, column);
    text_add_count(text, (uint64_t)number);
    document_text(document, MARK_PLAIN, text_bytes(text));
    document_close(document, BLOCK_CELL);
}

/* HAVE of ALL that it applies to. */
static void add_property(struct document *document, const struct property *property,
                         int64_t have, int64_t all)
{
    document_open(document, BLOCK_ROW);
    open_cell(document, 0);
    document_add(document, property->title);
    document_text(document, MARK_DIM, bytes_of(": "));
    document_text(document, MARK_DIM, bytes_of(property->meaning));
    document_close(document, BLOCK_CELL);
    add_number(document, 1, have);
    add_number(document, 2, all);
    open_cell(document, 3);
    if (all == 0)
        document_text(document, MARK_DIM, bytes_of("–"));
    else
        document_addf(document, "%.0f %%", 100.0 * (double)have / (double)all);
    document_close(document, BLOCK_CELL);
    document_close(document, BLOCK_ROW);
}

/* All properties in one look over the programs: there may be many. */
static struct error *add_properties(struct document *document)
{
    owned(text) sql = text_new();
    struct query query;
    bool found = false;

    text_add(sql, "SELECT 1");
    for (size_t i = 0; i < COUNT_OF(properties); i++)
        text_addf(sql, ", COALESCE(SUM((%s) AND (%s)), 0), COALESCE(SUM(%s), 0)",
                  properties[i].applies, properties[i].has, properties[i].applies);
    text_add(sql, " FROM binary");
    TRY(query_open(document->db, text_string(sql), &query));
    struct error *error = query_next(&query, &found);
    for (size_t i = 0; error == NULL && found && i < COUNT_OF(properties); i++)
        add_property(document, &properties[i], query_integer(&query, 2 * (int)i + 1),
                     query_integer(&query, 2 * (int)i + 2));
    query_close(&query);
    return error;
}

static struct error *add_tables(struct document *document)
{
    size_t shown;

    document_open_with(
        document, BLOCK_TABLE,
        &(struct words){.title = bytes_of("Protection of programs and libraries"),
                        .columns = hardening_columns,
                        .column_count = COUNT_OF(hardening_columns)});
    TRY(add_properties(document));
    document_close(document, BLOCK_TABLE);
    if (query_number(document->db, worst.count, 0) == 0)
        return NULL;
    document_open_with(
        document, BLOCK_GROUP,
        &(struct words){.title =
                            bytes_of("Programs that face the network, least protected first")});
    TRY(document_table_write(document, &worst, &shown));
    document_close(document, BLOCK_GROUP);
    return NULL;
}

struct error *document_binaries(struct document *document)
{
    bool was_checked = document_has_table(document, "binary");
    int64_t count = query_number(document->db, "SELECT count(*) FROM binary", 0);

    document_section(document, "binaries", "Programs and libraries", count);
    if (!was_checked)
        document_say(document, ROLE_NONE,
                     "No check of this kind was run: this says nothing about the image.");
    else if (count == 0)
        document_say(document, ROLE_NONE, "No program was found.");
    else
        TRY(add_tables(document));
    document_close(document, BLOCK_SECTION);
    return NULL;
}
