#include <string.h>

#include "dossier/template.h"
#include "dossier/yaml_write.h"
#include "model/query.h"

#define WIDTH 96U

/* TEXT as a comment whose lines begin with BEFORE, broken between words. */
static void add_comment(struct text *out, const char *before, struct bytes text)
{
    struct bytes word;
    size_t column = 0;

    while (bytes_next_word(&text, &word)) {
        if (column > 0 && column + 1 + word.size > WIDTH) {
            text_add_char(out, '\n');
            column = 0;
        }
        text_add(out, column == 0 ? before : " ");
        column += column == 0 ? strlen(before) : 1;
        text_add_bytes(out, word);
        column += word.size;
    }
    text_add_char(out, '\n');
}

/* MEANING without what it says in brackets of the other edition: "(V1: …)" or "(V2: …)". */
static struct bytes meaning_of(const char *meaning, const char *edition, struct text *out)
{
    const char *mark = strcmp(edition, "2.1.1") == 0 ? "(V2" : "(V1";
    struct bytes text = bytes_of(meaning);
    size_t open = bytes_find_string(text, mark);
    struct bytes rest = bytes_from_offset(text, open == SIZE_MAX ? text.size : open);
    size_t close = bytes_find_byte(rest, ')');

    text_clear(out);
    text_add_bytes(out, bytes_trim(bytes_slice(text, 0, open)));
    if (close != SIZE_MAX)
        text_add_bytes(out, bytes_from_offset(rest, close + 1));
    return text_bytes(out);
}

/* What a field holds, and in which form. */
static void describe(const struct form_field *field, const char *edition, struct text *out)
{
    static const char *const forms[] = {
        [FIELD_ID] = "",
        [FIELD_TEXT] = "",
        [FIELD_BOOL] = "; yes or no",
        [FIELD_LIST] = "; a list",
        [FIELD_ENUM] = "; one of: ",
        [FIELD_ENUM_LIST] = "; one or several of: ",
        [FIELD_REF] = "; the ID of an entry of ",
        [FIELD_REF_LIST] = "; a list of IDs of ",
    };
    owned(text) meaning = text_new();

    text_add_bytes(out, meaning_of(field->meaning, edition, meaning));
    text_add(out, forms[field->kind]);
    for (size_t i = 0; i < field->choice_count; i++)
        text_addf(out, "%s%s", i == 0 ? "" : ", ", field->choices[i]);
}

static void add_list(const struct form_table *table, const char *edition, struct text *out)
{
    bool first = true;

    text_add(out, "#\n");
    add_comment(
        out, "# ",
        bytes_of("One entry for each, in the list below. Where the product has nothing of "
                 "the kind, write none: and the reason, in place of the list. An entry:"));
    text_add(out, "#\n");
    for (size_t i = 0; i < table->field_count; i++) {
        const char *field = template_field_name(&table->fields[i], edition);
        owned(text) words = text_new();
        if (field == NULL)
            continue;
        describe(&table->fields[i], edition, words);
        if (first)
            text_addf(out, "#   - %s: %s-1\n", field, template_table_short(table, edition));
        else
            text_addf(out, "#     %s:\n", field);
        add_comment(out, "#       # ", text_bytes(words));
        first = false;
    }
    text_add(out, "#\nentries: []\n");
}

static void add_record(const struct form_table *table, const char *edition, struct text *out)
{
    struct yaml_writer writer = {.out = out};

    for (size_t i = 0; i < table->field_count; i++) {
        const char *field = template_field_name(&table->fields[i], edition);
        owned(text) words = text_new();
        if (field == NULL)
            continue;
        describe(&table->fields[i], edition, words);
        text_add_char(out, '\n');
        add_comment(out, "# ", text_bytes(words));
        yaml_write_null(&writer, field);
    }
}

void template_ixit(const struct form_table *table, const char *edition, struct text *out)
{
    owned(text) meaning = text_new();

    text_addf(out, "# IXIT %s: ", template_table_name(table, edition));
    text_add_bytes(out, meaning_of(table->meaning, edition, meaning));
    text_add_char(out, '\n');
    if (table->is_record)
        add_record(table, edition, out);
    else
        add_list(table, edition, out);
}

/* ROW: id, printed status, base, when it applies, requirement, family, its title. */
static void add_provision(const struct query *row, struct text *out)
{
    struct bytes applies = query_text(row, 3);
    struct yaml_writer writer = {.out = out, .indent = 2};
    owned(text) words = text_new();

    text_add_char(out, '\n');
    text_add_bytes(words, query_text(row, 4));
    text_add(words, bytes_is(query_text(row, 2), "M") ? " Mandatory" : " Recommended");
    text_add(words, " (");
    text_add_bytes(words, query_text(row, 1));
    text_add(words, bytes_starts(applies, "applies always") ? ")." : "); ");
    if (!bytes_starts(applies, "applies always")) {
        text_add_bytes(words, applies);
        text_add_char(words, '.');
    }
    add_comment(out, "  # ", text_bytes(words));
    yaml_write_item_open(&writer);
    yaml_write_text(&writer, "provision", query_text(row, 0));
    yaml_write_null(&writer, "support");
    yaml_write_null(&writer, "detail");
    yaml_write_close(&writer);
}

static void add_provisions_of(struct query *rows, struct text *family, struct text *out)
{
    if (!bytes_equal(query_text(rows, 5), text_bytes(family))) {
        text_clear(family);
        text_add_bytes(family, query_text(rows, 5));
        text_add(out, "\n  # ---- ");
        text_add_bytes(out, query_text(rows, 5));
        text_add_char(out, ' ');
        text_add_bytes(out, query_text(rows, 6));
        text_add(out, " ----\n");
    }
    add_provision(rows, out);
}

struct error *template_ics(sqlite3 *db, const char *edition, struct text *out)
{
    owned(text) family = text_new();
    struct query rows;
    bool found = false;

    text_addf(out, "# Implementation conformance statement: table B.1 of EN 303 645 V%s.\n#\n",
              edition);
    text_add(out,
             "#   support  Y: supported; N: not supported; N/A: not applicable, because the "
             "condition or\n"
             "#            feature is not there\n"
             "#   detail   Y: what was done; N: why not; N/A: why the condition or feature is "
             "absent\n"
             "#\n"
             "# M is mandatory, R recommended; C ties a row to conditions, F to features, in "
             "brackets.\n"
             "provisions:\n");
    TRY(query_open(db,
                   "SELECT p.id, p.printed, p.base, p.applies, p.requirement, p.family, f.title"
                   " FROM provision AS p LEFT JOIN family AS f ON f.id = p.family"
                   " WHERE p.edition = ? ORDER BY p.place",
                   &rows));
    query_bind_string(&rows, 1, edition);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        add_provisions_of(&rows, family, out);
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

/* "key: value" or "key:", and the words before it. */
static void add_fact(struct text *out, const char *words, const char *key, struct bytes value)
{
    struct yaml_writer writer = {.out = out};

    if (words != NULL) {
        text_add_char(out, '\n');
        add_comment(out, "# ", bytes_of(words));
    }
    if (value.size == 0)
        yaml_write_null(&writer, key);
    else
        yaml_write_text(&writer, key, value);
}

static void add_parties(const struct template_product *product, struct text *out)
{
    struct yaml_writer writer = {.out = out};

    add_fact(out, "Who makes it.", "manufacturer", bytes_of(NULL));
    writer.indent = 2;
    if (product->manufacturer != NULL)
        yaml_write_string(&writer, "name", product->manufacturer);
    else
        yaml_write_null(&writer, "name");
    yaml_write_null(&writer, "address");
    yaml_write_null(&writer, "contact");
    writer.indent = 0;
    add_fact(out, "Who assesses it, and when.", "laboratory", bytes_of(NULL));
    writer.indent = 2;
    yaml_write_null(&writer, "name");
    yaml_write_null(&writer, "address");
    writer.indent = 0;
    yaml_write_null(&writer, "assessor");
    yaml_write_null(&writer, "date");
}

static void add_firmware(const struct template_product *product, struct text *out)
{
    struct yaml_writer writer = {.out = out};

    text_add_char(out, '\n');
    add_comment(out, "# ",
                bytes_of("The images that are assessed; the first is taken by proviso assess. "
                         "A file is named from this folder on."));
    if (product->firmware == NULL) {
        text_add(out, "#   - file: ../firmware.bin\n#     version: 1.0\n");
        yaml_write_empty(&writer, "firmware");
        return;
    }
    yaml_write_open(&writer, "firmware");
    yaml_write_item_open(&writer);
    yaml_write_string(&writer, "file", product->firmware);
    if (product->version != NULL)
        yaml_write_string(&writer, "version", product->version);
    else
        yaml_write_null(&writer, "version");
    if (product->sha256 != NULL)
        yaml_write_string(&writer, "sha256", product->sha256);
}

static void add_markets(struct bytes markets, struct text *out)
{
    struct yaml_writer writer = {.out = out};
    struct bytes market;

    text_add_char(out, '\n');
    add_comment(out, "# ",
                bytes_of("Where it is, or will be, sold: EU, UK, NI, SG, AU, IN, US, FI, "
                         "DE, JP, KR, VN, SA, TH."));
    if (bytes_trim(markets).size == 0) {
        yaml_write_empty(&writer, "markets");
        return;
    }
    yaml_write_open(&writer, "markets");
    while (bytes_next_field(&markets, ',', &market))
        if (bytes_trim(market).size > 0)
            yaml_write_item(&writer, bytes_trim(market));
}

/* The questions of the schemes: proviso scope answers from them. */
static struct error *add_scope(sqlite3 *db, struct text *out)
{
    struct query rows;
    bool found = false;

    text_add(out, "\n# ---- Which references apply in which market: proviso scope "
                  "product.yaml ----\n");
    TRY(query_open(db,
                   "SELECT id, meaning || CASE type WHEN 'bool' THEN '; yes or no' WHEN 'enum'"
                   " THEN '; one of: ' || choices WHEN 'date' THEN '; such as 2026-12-31'"
                   " WHEN 'list' THEN '; a list' ELSE '' END FROM scope_fact"
                   " WHERE id <> 'markets' ORDER BY place",
                   &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        owned(arena) arena = arena_new();
        add_fact(out, arena_string(arena, query_text(&rows, 1)),
                 arena_string(arena, query_text(&rows, 0)), bytes_of(NULL));
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

struct error *template_product(sqlite3 *db, const struct template_product *product,
                               struct text *out)
{
    text_add(out, "# The device under test. doc/dossier.md explains every field.\n");
    add_fact(out, "As it is sold, and the designation that stands on it.", "name",
             bytes_of(product->name));
    add_fact(out, NULL, "model", bytes_of(product->model));
    add_fact(out, NULL, "brand", bytes_of(NULL));
    add_fact(out, NULL, "type", bytes_of(NULL));
    add_fact(out, NULL, "hardware_version", bytes_of(NULL));
    add_fact(out, "The edition of EN 303 645 that it is held against: 3.1.3 or 2.1.1.",
             "edition", bytes_of(product->edition));
    add_firmware(product, out);
    add_parties(product, out);
    add_markets(product->markets, out);
    add_fact(out, "How long it gets security updates, and until when.", "support_period",
             bytes_of(NULL));
    if (strcmp(product->edition, "3.1.3") == 0)
        text_add(out, "\n# Conditions 14 and 15 of table B.1, which no IXIT table shows: no "
                      "resource limit dictated by the\n# use case rules out protection against "
                      "guessing (14), or an update mechanism (15).\n"
                      "#   14: {holds: yes, because: the device has the memory for it}\n"
                      "#   15: {holds: yes, because: the device has the memory for it}\n"
                      "conditions:\n");
    return add_scope(db, out);
}
