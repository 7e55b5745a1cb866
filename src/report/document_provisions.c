#include "report/document.h"

/* Every provision in one line, family by family: what it asks, what the ICS says, what came out. */

static const struct document_column columns[] = {
    {"Provision", STYLE_PROVISION}, {"Status", STYLE_WORDS}, {"ICS", STYLE_WORDS},
    {"Outcome", STYLE_OUTCOME},     {"Units", STYLE_WORDS},  {"What it asks for", STYLE_PROSE},
    {"Why", STYLE_PROSE},
};

static const struct document_table table = {
    .caption = "Provisions of the family",
    .columns = columns,
    .column_count = COUNT_OF(columns),
    .limit = DOCUMENT_ROWS,
};

static const char sql[] =
    "SELECT p.id, COALESCE(NULLIF(p.printed, ''), p.code), CASE WHEN i.drafted THEN i.support "
    "||"
    " ' (draft)' ELSE i.support END, COALESCE(v.outcome, 'open'),"
    " trim(CASE WHEN SUM(t.outcome = 'fail') > 0 THEN SUM(t.outcome = 'fail') || ' fail, ' ELSE"
    "   '' END || CASE WHEN SUM(t.outcome = 'open') > 0 THEN SUM(t.outcome = 'open') || ' "
    "open, '"
    "   ELSE '' END || CASE WHEN SUM(t.outcome = 'inconclusive') > 0 THEN"
    "   SUM(t.outcome = 'inconclusive') || ' inconclusive, ' ELSE '' END"
    "   || CASE WHEN SUM(t.outcome = 'pass') > 0 THEN SUM(t.outcome = 'pass') || ' pass' ELSE "
    "''"
    "   END, ', '), p.requirement,"
    " COALESCE(v.because, a.because)"
    " FROM provision AS p LEFT JOIN provision_verdict AS v ON v.provision = p.id"
    " LEFT JOIN applicability AS a ON a.provision = p.id"
    " LEFT JOIN ics AS i ON i.provision = p.id"
    " LEFT JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
    " LEFT JOIN unit AS u ON u.test_case = c.id AND u.edition = p.edition"
    " LEFT JOIN verdict AS t ON t.unit = u.id"
    " WHERE p.edition = " SQL_EDITION " AND p.family = ? GROUP BY p.id ORDER BY p.place";

static struct error *add_family(struct document *document, const struct query *families,
                                struct query *rows)
{
    const char *title = arena_printf(
        document->arena, "%.*s  %.*s", (int)query_text(families, 0).size,
        (const char *)query_text(families, 0).data, (int)query_text(families, 1).size,
        (const char *)query_text(families, 1).data);
    size_t shown;
    bool more;

    document_open_with(document, BLOCK_GROUP, &(struct words){.title = bytes_of(title)});
    query_bind_text(rows, 1, query_text(families, 0));
    struct error *error = document_table_rows(document, &table, rows, &shown, &more);
    query_reset(rows);
    document_close(document, BLOCK_GROUP);
    return error;
}

struct error *document_provisions(struct document *document)
{
    struct query families = {.statement = NULL}, rows = {.statement = NULL};
    bool found = false;

    document_chapter(document, "provisions", "Provisions");
    document_say(document, ROLE_PLAIN,
                 "Status is that of table B.1: M mandatory, R recommended, C with a condition, "
                 "F with a feature. ICS is what the manufacturer declares: Y supported, N not "
                 "supported, N/A not applicable. A recommendation that is declared N is not "
                 "tested.");
    struct error *error = query_open(document->db,
                                     "SELECT f.id, f.title FROM family AS f WHERE EXISTS"
                                     " (SELECT 1 FROM provision WHERE family = f.id AND edition"
                                     "  = " SQL_EDITION ") ORDER BY f.place",
                                     &families);
    if (error == NULL)
        error = query_open(document->db, sql, &rows);
    if (error == NULL)
        error = query_next(&families, &found);
    while (error == NULL && found) {
        error = add_family(document, &families, &rows);
        if (error == NULL)
            error = query_next(&families, &found);
    }
    query_close(&families);
    query_close(&rows);
    document_close(document, BLOCK_CHAPTER);
    return error;
}
