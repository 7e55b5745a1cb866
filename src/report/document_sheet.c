
#include "base/limits.h"
#include "report/document.h"

/*
 * The assessment sheet: beside the question of a unit, what the manufacturer declares in the
 * fields it reads, and the rows that its rules lay out beside it.
 */

/* One entry of the IXIT, in the order of the dossier's files. */
struct entry {
    int64_t observation;
    const char *table, *entry, *path;
    int64_t line;
    bool drafted;
};

/*
 * Thousands of steps of SQLite that one query beside a unit may take, and all of a report
 * together: a million take some ten milliseconds. Steps are counted, not time, so that the same
 * store gives the same report. `explain` shows one unit and takes a hundred times as many.
 */
#define STEP 1000

static int count_step(void *context)
{
    struct sheet *sheet = context;

    sheet->steps++;
    sheet->steps_here++;
    if (sheet->is_alone)
        return sheet->steps_here > 100 * LIMIT_BESIDE_STEPS;
    return sheet->steps_here > LIMIT_BESIDE_STEPS || sheet->steps > LIMIT_REPORT_STEPS;
}

static struct error *read_entries(struct document *document, struct sheet *sheet)
{
    struct query query;
    size_t capacity = 0;
    bool found = false;

    TRY(query_open(document->db,
                   "SELECT id, ixit_table, entry, path, line, drafted FROM declaration"
                   " WHERE ixit_table IN (SELECT name FROM ixit_table) ORDER BY id DESC",
                   &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        sheet->entries = arena_grow(document->arena, sheet->entries, &capacity,
                                    sheet->entry_count + 1, sizeof *sheet->entries);
        sheet->entries[sheet->entry_count++] = (struct entry){
            .observation = query_integer(&query, 0),
            .table = arena_string(document->arena, query_text(&query, 1)),
            .entry = arena_string(document->arena, query_text(&query, 2)),
            .path = arena_string(document->arena, query_text(&query, 3)),
            .line = query_integer(&query, 4),
            .drafted = query_integer(&query, 5) != 0,
        };
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

struct error *sheet_open(struct document *document, struct sheet *sheet)
{
    sqlite3 *db = document->db;

    sheet->document = document;
    TRY(query_open(db,
                   "SELECT b.title, b.rows FROM unit_rule AS m JOIN rule_beside AS b"
                   " ON b.unit = m.rule WHERE m.unit = ? ORDER BY m.place, b.place",
                   &sheet->beside));
    if (!document->has_dossier)
        return NULL;
    TRY(query_open(db,
                   "SELECT i.ixit_table, CASE i.ixit_table WHEN 'ICS' THEN"
                   "  'Implementation Conformance Statement' ELSE t.title END, CASE "
                   "i.ixit_table WHEN 'ICS'"
                   "  THEN EXISTS (SELECT 1 FROM ics) ELSE s.declared END, s.none_because,"
                   " MAX(i.field = '*')"
                   " FROM unit_ixit AS i LEFT JOIN ixit_table AS t ON t.name = i.ixit_table"
                   " LEFT JOIN ixit_state AS s ON s.ixit_table = i.ixit_table"
                   " WHERE i.edition = " SQL_EDITION " AND i.unit = ?"
                   " GROUP BY i.ixit_table ORDER BY MIN(i.place)",
                   &sheet->tables));
    TRY(query_open(db,
                   "SELECT f.field, f.value FROM declared_field AS f WHERE f.observation = ?1"
                   " AND (?2 OR f.field IN (SELECT field FROM unit_ixit WHERE edition ="
                   " " SQL_EDITION " AND unit = ?3 AND ixit_table = f.ixit_table))"
                   " ORDER BY f.place",
                   &sheet->fields));
    return read_entries(document, sheet);
}

void sheet_close(struct sheet *sheet)
{
    query_close(&sheet->beside);
    query_close(&sheet->tables);
    query_close(&sheet->fields);
}

static const struct document_column field_columns[] = {
    {"Field", STYLE_WORDS},
    {"As declared", STYLE_PROSE},
};

static void open_cell(struct document *document, int64_t column)
{
    document_open_with(
        document, BLOCK_CELL,
        &(struct words){.count = column, .note = bytes_of(column == 0 ? "" : "t")});
}

/* One entry as a table of its fields. */
static struct error *add_entry(struct sheet *sheet, const struct entry *entry,
                               struct bytes unit, bool all)
{
    struct document *document = sheet->document;
    struct query *query = &sheet->fields;
    const char *caption =
        arena_printf(document->arena, "%s%s (%s:%lld)", entry->entry,
                     entry->drafted ? ", a draft that nobody has confirmed" : "", entry->path,
                     (long long)entry->line);
    bool found = false;

    query_bind_integer(query, 1, entry->observation);
    query_bind_integer(query, 2, all);
    query_bind_text(query, 3, unit);
    struct error *error = query_next(query, &found);
    document_open_with(document, BLOCK_TABLE,
                       &(struct words){.title = bytes_of(caption),
                                       .columns = field_columns,
                                       .column_count = COUNT_OF(field_columns),
                                       .count = 1});
    while (error == NULL && found) {
        document_open(document, BLOCK_ROW);
        open_cell(document, 0);
        document_text(document, MARK_PLAIN, query_text(query, 0));
        document_close(document, BLOCK_CELL);
        open_cell(document, 1);
        document_cut(document, MARK_PROSE, query_text(query, 1),
                     document->is_paper ? DOCUMENT_QUOTE : DOCUMENT_PROSE);
        document_close(document, BLOCK_CELL);
        document_close(document, BLOCK_ROW);
        error = query_next(query, &found);
    }
    document_close(document, BLOCK_TABLE);
    query_reset(query);
    return error;
}

static struct error *add_entries(struct sheet *sheet, struct bytes table, struct bytes unit,
                                 bool all)
{
    struct document *document = sheet->document;
    size_t shown = 0, found = 0;

    for (size_t i = 0; i < sheet->entry_count; i++) {
        if (!bytes_is(table, sheet->entries[i].table))
            continue;
        found++;
        if (shown >= DOCUMENT_FIELDS || (sheet->shown >= DOCUMENT_SHEETS && !sheet->is_alone))
            continue;
        shown++;
        sheet->shown++;
        TRY(add_entry(sheet, &sheet->entries[i], unit, all));
    }
    if (found > shown) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_NONE});
        document_count(document, (int64_t)(found - shown), "more entry", "more entries");
        document_add(document, " of this table: see Annex B and assessment.db");
        document_close(document, BLOCK_PARAGRAPH);
    }
    return NULL;
}

/* Columns of `tables`: name, title, declared, none_because, whether all fields are read. */
static struct error *add_declared(struct sheet *sheet, struct bytes unit)
{
    struct document *document = sheet->document;
    struct query *query = &sheet->tables;
    bool found = false;

    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        struct bytes none = query_text(query, 3);
        document_open_with(document, BLOCK_TERM,
                           &(struct words){.title = query_text(query, 0), .count = 1});
        document_text(document, MARK_DIM, query_text(query, 1));
        if (none.size > 0) {
            document_add(document, ": declared as none: ");
            document_cut(document, MARK_PROSE, none, DOCUMENT_PROSE);
        } else if (query_integer(query, 2) == 0) {
            document_text(document, MARK_BAD, bytes_of(": not filled in, or not confirmed"));
        }
        error = add_entries(sheet, query_text(query, 0), unit, query_integer(query, 4) != 0);
        document_close(document, BLOCK_TERM);
        if (error == NULL)
            error = query_next(query, &found);
    }
    query_reset(query);
    return error;
}

static void say_wrong(struct document *document, const struct error *error)
{
    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_NONE});
    document_add(document, "The rule's query is wrong: ");
    document_cut(document, MARK_PLAIN, bytes_of(error_reason(error)), DOCUMENT_VALUE);
    document_close(document, BLOCK_PARAGRAPH);
}

/* The rows of one query; where it takes too long, or is wrong, the report says so and goes on. */
static struct error *add_rows(struct sheet *sheet, struct bytes title, struct bytes rows)
{
    struct document *document = sheet->document;
    owned(arena) arena = arena_new();
    struct query query;

    document_open_with(document, BLOCK_TERM, &(struct words){.title = title, .count = 1});
    sheet->steps_here = 0;
    sqlite3_progress_handler(document->db, STEP, count_step, sheet);
    struct error *error = query_open_untrusted(document->db, arena_string(arena, rows), &query);
    if (error == NULL) {
        error = document_table_any(document, arena_string(document->arena, title), &query,
                                   DOCUMENT_BESIDE);
        query_close(&query);
    }
    sqlite3_progress_handler(document->db, 0, NULL, NULL);
    if (error != NULL && error_kind(error) == ERROR_LIMIT) {
        error_drop(error);
        error = NULL;
        document_say(document, ROLE_NONE,
                     sheet->is_alone ? "There are more rows than can be laid out."
                                     : "There are more rows than can be laid out here: proviso "
                                       "explain shows them.");
    } else if (error != NULL && error_kind(error) == ERROR_USAGE) {
        say_wrong(document,
                  error); /* a rule of the user's own: the report goes on without it */
        error_drop(error);
        error = NULL;
    }
    document_close(document, BLOCK_TERM);
    return error;
}

static struct error *add_beside(struct sheet *sheet, struct bytes unit)
{
    struct query *query = &sheet->beside;
    bool found = false;

    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        error = error_wrap(add_rows(sheet, query_text(query, 0), query_text(query, 1)),
                           "beside %.*s", (int)unit.size, (const char *)unit.data);
        if (error == NULL)
            error = query_next(query, &found);
    }
    query_reset(query);
    return error;
}

struct error *sheet_write(struct sheet *sheet, struct bytes unit)
{
    if (sheet->tables.statement != NULL)
        TRY(add_declared(sheet, unit));
    return add_beside(sheet, unit);
}
