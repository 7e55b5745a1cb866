#include <inttypes.h>

#include "report/document.h"

/* How far the dossier itself can be relied on: what is filled in, and what is wrong with it. */

static const struct document_column table_columns[] = {
    {"IXIT table", STYLE_WORDS}, {"What it declares", STYLE_WORDS}, {"State", STYLE_WORDS},
    {"Entries", STYLE_NUMBER},   {"Drafts", STYLE_NUMBER},
};

static const struct document_table tables = {
    .caption = "How far the IXIT is filled in",
    .sql = "SELECT t.name, t.title, CASE WHEN c.complete = 1 AND s.entries = 0 THEN 'none: ' ||"
           " COALESCE(s.none_because, '') WHEN c.complete = 1 THEN 'complete'"
           " WHEN s.declared = 1 THEN 'with mistakes or drafts' ELSE 'not filled in' END,"
           " COALESCE(s.entries, 0), (SELECT count(*) FROM declaration AS d WHERE d.ixit_table"
           " = t.name AND d.drafted = 1) FROM ixit_table AS t"
           " LEFT JOIN ixit_state AS s ON s.ixit_table = t.name"
           " LEFT JOIN coverage AS c ON c.name = 'declared.' || t.name ORDER BY t.n",
    .columns = table_columns,
    .column_count = COUNT_OF(table_columns),
    .limit = DOCUMENT_ROWS,
};

static const struct document_column mistake_columns[] = {
    {"Grade", STYLE_WORDS}, {"Where", STYLE_PLACE},      {"Provision", STYLE_PROVISION},
    {"What", STYLE_PROSE},  {"What to do", STYLE_PROSE},
};

static const struct document_table mistakes = {
    .caption = "Mistakes in the dossier, errors first",
    .sql = "SELECT severity, file, line, NULL, provision, what || COALESCE(': ' || why, ''),"
           " advice FROM mistake ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN"
           " 1 ELSE 2 END, place",
    .count = "SELECT count(*) FROM mistake",
    .columns = mistake_columns,
    .column_count = COUNT_OF(mistake_columns),
    .limit = DOCUMENT_ROWS,
};

static const struct document_column contradiction_columns[] = {
    {"Test unit", STYLE_UNIT},
    {"Contradiction", STYLE_PROSE},
    {"Found", STYLE_PROSE},
};

static const struct document_table contradictions = {
    .caption = "Contradictions",
    .sql = "SELECT unit, contradiction, because FROM counter_example"
           " WHERE contradiction IS NOT NULL ORDER BY severity DESC, unit, place",
    .count = "SELECT count(*) FROM counter_example WHERE contradiction IS NOT NULL",
    .columns = contradiction_columns,
    .column_count = COUNT_OF(contradiction_columns),
    .limit = DOCUMENT_ROWS,
};

static struct error *add_grades(struct document *document)
{
    struct query query;
    bool found = false, first = true;

    TRY(query_open(document->db,
                   "SELECT severity, count(*) FROM mistake GROUP BY severity ORDER BY CASE"
                   " severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END",
                   &query));
    struct error *error = query_next(&query, &found);
    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_PLAIN});
    while (error == NULL && found) {
        document_add(document, first ? "" : ", ");
        owned(text) counted = text_new();
        text_add_counted(counted, (uint64_t)query_integer(&query, 1),
                         bytes_is(query_text(&query, 0), "error") ? "error" : "warning");
        document_add(document, text_string(counted));
        first = false;
        error = query_next(&query, &found);
    }
    document_add(document, first ? "No mistake was found in the dossier."
                                 : ". An error keeps the table it stands in from proving "
                                   "anything; a warning does not.");
    document_close(document, BLOCK_PARAGRAPH);
    query_close(&query);
    return error;
}

static struct error *add_part(struct document *document, const char *id, const char *title,
                              const struct document_table *table, const char *none)
{
    int64_t count = table->count == NULL ? 0 : query_number(document->db, table->count, 0);
    size_t shown;

    document_section(document, id, title, count);
    TRY(document_table_write(document, table, &shown));
    if (shown == 0)
        document_say(document, ROLE_NONE, none);
    document_close(document, BLOCK_SECTION);
    return NULL;
}

struct error *document_state(struct document *document)
{
    document_chapter(document, "state", "State of the dossier");
    TRY(add_grades(document));
    TRY(add_part(document, "contradictions", "Contradictions", &contradictions,
                 "What is declared, and what was observed, do not contradict each other as far "
                 "as the rules compare them."));
    TRY(add_part(document, "mistakes", "Mistakes", &mistakes, "None was found."));
    TRY(add_part(document, "tables", "How far the IXIT is filled in", &tables, ""));
    document_close(document, BLOCK_CHAPTER);
    return NULL;
}
