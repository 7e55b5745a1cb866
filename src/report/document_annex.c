#include "report/document.h"

/* The declarations themselves: ICS and IXIT as filled in, and what was understood of the prose. */

static const struct document_column ics_columns[] = {
    {"Provision", STYLE_PROVISION},
    {"Status", STYLE_WORDS},
    {"Support", STYLE_WORDS},
    {"Detail", STYLE_PROSE},
};

static const struct document_table ics = {
    .caption = "Implementation conformance statement",
    .sql = "SELECT p.id, COALESCE(NULLIF(p.printed, ''), p.code), CASE WHEN i.drafted THEN"
           " COALESCE(i.support, '') || ' (draft)' ELSE i.support END"
           " || COALESCE(', from ' || i.given, ''), i.detail"
           " FROM provision AS p LEFT JOIN ics AS i ON i.provision = p.id"
           " WHERE p.edition = " SQL_EDITION " ORDER BY p.place",
    .columns = ics_columns,
    .column_count = COUNT_OF(ics_columns),
    .limit = DOCUMENT_ROWS,
};

static const struct document_column statement_columns[] = {
    {"Entry", STYLE_WORDS},      {"Field", STYLE_WORDS}, {"What", STYLE_WORDS},
    {"Understood", STYLE_WORDS}, {"From", STYLE_PROSE},  {"Line", STYLE_NUMBER},
};

static const struct document_table statements = {
    .caption = "What was understood of the prose",
    .sql = "SELECT s.entry, s.field, s.name, s.value, s.excerpt, s.line FROM statement AS s"
           " LEFT JOIN ixit_table AS t ON t.name = s.ixit_table"
           " ORDER BY t.n, s.observation DESC, s.line, s.field, s.name, s.value",
    .count = "SELECT count(*) FROM statement",
    .columns = statement_columns,
    .column_count = COUNT_OF(statement_columns),
    .limit = 1000,
};

struct annex {
    struct document *document;
    struct query entries, fields;
    size_t shown, left_out;
};

/* Columns of `entries`: observation, entry, line, drafted. */
static struct error *add_entry(struct annex *annex, const struct query *entry)
{
    struct document *document = annex->document;
    struct query *query = &annex->fields;
    struct bytes title = query_text(entry, 1);
    const char *note =
        arena_printf(document->arena, "line %lld%s", (long long)query_integer(entry, 2),
                     query_integer(entry, 3) != 0 ? ", a draft that nobody has confirmed" : "");
    bool found = false;

    document_open_with(document, BLOCK_ENTRY,
                       &(struct words){.title = title,
                                       .note = bytes_of(note),
                                       .count = query_integer(entry, 3)});
    document_open(document, BLOCK_TERMS);
    query_bind_integer(query, 1, query_integer(entry, 0));
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        document_open_with(document, BLOCK_TERM,
                           &(struct words){.title = query_text(query, 0)});
        document_cut(document, MARK_PROSE, query_text(query, 1), DOCUMENT_PROSE);
        document_close(document, BLOCK_TERM);
        error = query_next(query, &found);
    }
    query_reset(query);
    document_close(document, BLOCK_TERMS);
    document_close(document, BLOCK_ENTRY);
    return error;
}

static struct error *add_entries(struct annex *annex, struct bytes table)
{
    bool found = false;

    query_bind_text(&annex->entries, 1, table);
    struct error *error = query_next(&annex->entries, &found);
    while (error == NULL && found) {
        if (annex->shown < DOCUMENT_ENTRIES) {
            annex->shown++;
            error = add_entry(annex, &annex->entries);
        } else {
            annex->left_out++;
        }
        if (error == NULL)
            error = query_next(&annex->entries, &found);
    }
    query_reset(&annex->entries);
    return error;
}

/* TABLES: name, title, declared, none_because, entries. */
static struct error *add_table(struct annex *annex, const struct query *tables)
{
    struct document *document = annex->document;
    struct bytes none = query_text(tables, 3);
    const char *title =
        arena_printf(document->arena, "%.*s  %.*s", (int)query_text(tables, 0).size,
                     (const char *)query_text(tables, 0).data, (int)query_text(tables, 1).size,
                     (const char *)query_text(tables, 1).data);
    const char *id = arena_printf(document->arena, "t-%.*s", (int)query_text(tables, 0).size,
                                  (const char *)query_text(tables, 0).data);
    size_t left_out = annex->left_out;

    document_open_with(document, BLOCK_GROUP,
                       &(struct words){.id = id, .title = bytes_of(title)});
    if (none.size > 0) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_PLAIN});
        document_text(document, MARK_STRONG, bytes_of("None: "));
        document_cut(document, MARK_PROSE, none, DOCUMENT_PROSE);
        document_close(document, BLOCK_PARAGRAPH);
    } else if (query_integer(tables, 4) == 0) {
        document_say(document, ROLE_NONE, "Not filled in.");
    }
    TRY(add_entries(annex, query_text(tables, 0)));
    if (annex->left_out > left_out)
        document_rest(document, annex->left_out - left_out);
    document_close(document, BLOCK_GROUP);
    return NULL;
}

static struct error *add_tables(struct annex *annex)
{
    sqlite3 *db = annex->document->db;
    struct query tables;
    bool found = false;

    TRY(query_open(db,
                   "SELECT id, entry, line, drafted FROM declaration WHERE ixit_table = ?"
                   " ORDER BY id DESC",
                   &annex->entries));
    TRY(query_open(db,
                   "SELECT field, value FROM declared_field WHERE observation = ?"
                   " ORDER BY place",
                   &annex->fields));
    TRY(query_open(db,
                   "SELECT t.name, t.title, s.declared, s.none_because, (SELECT count(*) FROM"
                   " declaration AS d WHERE d.ixit_table = t.name) FROM ixit_table AS t"
                   " LEFT JOIN ixit_state AS s ON s.ixit_table = t.name ORDER BY t.n",
                   &tables));
    struct error *error = query_next(&tables, &found);
    while (error == NULL && found) {
        error = add_table(annex, &tables);
        if (error == NULL)
            error = query_next(&tables, &found);
    }
    query_close(&tables);
    return error;
}

static struct error *add_ixit(struct document *document)
{
    struct annex annex = {.document = document};

    document_chapter(document, "annex-ixit", "Annex B: IXIT");
    document_say(document, ROLE_PLAIN,
                 "What the manufacturer declares, field by field. A field that does not stand "
                 "here was left empty.");
    struct error *error = add_tables(&annex);
    query_close(&annex.entries);
    query_close(&annex.fields);
    document_close(document, BLOCK_CHAPTER);
    return error;
}

struct error *document_annexes(struct document *document)
{
    size_t shown;

    document_chapter(document, "annex-ics", "Annex A: ICS");
    TRY(document_table_write(document, &ics, &shown));
    document_close(document, BLOCK_CHAPTER);
    TRY(add_ixit(document));
    document_chapter(document, "annex-statements", "Annex C: What was understood");
    document_say(document, ROLE_PLAIN,
                 "Fields of the IXIT are prose. Rules compare what was understood of it, and "
                 "nothing else: what does not stand here was not compared.");
    TRY(document_table_write(document, &statements, &shown));
    if (shown == 0)
        document_say(document, ROLE_NONE, "Nothing was understood of the prose.");
    document_close(document, BLOCK_CHAPTER);
    return NULL;
}
