#include "report/document.h"

/* What persons concluded, the files that show it, what is to be done, and who signed off. */

static const struct document_column answer_columns[] = {
    {"Test unit", STYLE_UNIT}, {"Answer", STYLE_OUTCOME}, {"By", STYLE_WORDS},
    {"On", STYLE_WORDS},       {"Because", STYLE_PROSE},  {"Counts", STYLE_PROSE},
};

static const struct document_table answers = {
    .caption = "Answers of persons",
    .sql =
        "SELECT n.unit, n.outcome, n.who, n.at, n.because, CASE WHEN n.stale IS NOT NULL THEN"
        " 'no, stale: ' || n.stale WHEN v.disputed = 1 THEN 'no: it disputes a proven failure'"
        " ELSE 'yes' END FROM answer AS n LEFT JOIN verdict AS v ON v.unit = n.unit"
        " LEFT JOIN unit AS u ON u.id = n.unit AND u.edition = " SQL_EDITION
        " ORDER BY u.place, n.unit",
    .count = "SELECT count(*) FROM answer",
    .columns = answer_columns,
    .column_count = COUNT_OF(answer_columns),
    .limit = 1000,
};

static const struct document_column evidence_columns[] = {
    {"Test unit", STYLE_UNIT}, {"File", STYLE_CODE},  {"SHA-256", STYLE_CODE},
    {"Size", STYLE_BYTES},     {"Date", STYLE_WORDS}, {"State", STYLE_WORDS},
};

static const struct document_table evidence = {
    .caption = "Evidence that answers name",
    .sql = "SELECT e.unit, e.file, e.sha256, e.size, e.date, e.state FROM answer_evidence AS e"
           " LEFT JOIN unit AS u ON u.id = e.unit AND u.edition = " SQL_EDITION
           " ORDER BY u.place, e.unit, e.place",
    .count = "SELECT count(*) FROM answer_evidence",
    .columns = evidence_columns,
    .column_count = COUNT_OF(evidence_columns),
    .limit = 1000,
};

static const struct document_column action_columns[] = {
    {"Subject", STYLE_WORDS}, {"Owner", STYLE_WORDS}, {"Due", STYLE_WORDS},
    {"State", STYLE_WORDS},   {"Note", STYLE_PROSE},
};

static const struct document_table actions = {
    .caption = "Actions",
    .sql = "SELECT subject, owner, due, state, note FROM action ORDER BY place",
    .count = "SELECT count(*) FROM action",
    .columns = action_columns,
    .column_count = COUNT_OF(action_columns),
    .limit = DOCUMENT_ROWS,
};

static const struct document_column sign_columns[] = {
    {"Step", STYLE_WORDS},
    {"Signed off by", STYLE_WORDS},
    {"On", STYLE_WORDS},
    {"Note", STYLE_PROSE},
};

static const struct document_table sign_offs = {
    .caption = "Steps of the evaluation that were signed off",
    .sql = "SELECT step, who, at, note FROM sign_off ORDER BY at, step",
    .count = "SELECT count(*) FROM sign_off",
    .columns = sign_columns,
    .column_count = COUNT_OF(sign_columns),
    .limit = DOCUMENT_ROWS,
};

static struct error *add_part(struct document *document, const char *id, const char *title,
                              const struct document_table *table, const char *none)
{
    size_t shown;

    document_section(document, id, title, query_number(document->db, table->count, 0));
    TRY(document_table_write(document, table, &shown));
    if (shown == 0)
        document_say(document, ROLE_NONE, none);
    document_close(document, BLOCK_SECTION);
    return NULL;
}

struct error *document_work(struct document *document)
{
    document_chapter(document, "work", "Conclusions and evidence");
    TRY(add_part(document, "answers", "Answers", &answers, "No person has answered a unit."));
    TRY(add_part(document, "evidence", "Evidence", &evidence, "No answer names a file."));
    TRY(add_part(document, "actions", "Actions", &actions, "None is kept."));
    TRY(add_part(document, "sign-offs", "Signed off", &sign_offs,
                 "No step of the evaluation was signed off."));
    document_close(document, BLOCK_CHAPTER);
    return NULL;
}
