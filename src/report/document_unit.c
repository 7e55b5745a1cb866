#include <inttypes.h>

#include "report/document.h"

/* One test unit: what it asks, what was found, who decided, and what is left to do. */

static void add_name(struct document *document, struct bytes name)
{
    owned(text) words = text_new();

    document_covered(words, name);
    document_text(document, MARK_PLAIN, text_bytes(words));
}

static void open_term(struct document *document, const char *title)
{
    document_open_with(document, BLOCK_TERM, &(struct words){.title = bytes_of(title)});
}

/* ANSWERED: then a person's conclusion is not missing, though nobody looked at the rest. */
static void add_missing(struct document *document, struct bytes names, bool answered)
{
    struct bytes name;
    bool any = false;

    while (bytes_next_field(&names, ',', &name)) {
        name = bytes_trim(name);
        if (name.size == 0 || (answered && bytes_is(name, "person")))
            continue;
        if (!any) {
            open_term(document, "Missing");
            document_open(document, BLOCK_NAMES);
        }
        any = true;
        document_open(document, BLOCK_ITEM);
        add_name(document, name);
        if (bytes_starts(name, "inspect.") || bytes_starts(name, "unpack."))
            document_text(document, MARK_DIM, bytes_of(" (not completely looked at)"));
        document_close(document, BLOCK_ITEM);
    }
    if (!any)
        return;
    document_close(document, BLOCK_NAMES);
    document_close(document, BLOCK_TERM);
}

/* The names a rule wants looked at: whether each was, and how many things it saw. */
static struct error *add_looked_at(struct units *units, struct bytes unit)
{
    struct document *document = units->document;
    struct query *query = &units->covered;
    bool found = false, first = true;

    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        if (first) {
            open_term(document, "Looked at");
            document_open(document, BLOCK_NAMES);
        }
        first = false;
        document_open(document, BLOCK_ITEM);
        add_name(document, query_text(query, 0));
        document_text(document, MARK_DIM,
                      bytes_of(arena_printf(
                          document->arena, " (%" PRId64 " %s%s)", query_integer(query, 1),
                          query_integer(query, 1) == 1 ? "place" : "places",
                          query_integer(query, 2) == 0 ? ", not complete" : "")));
        document_close(document, BLOCK_ITEM);
        error = query_next(query, &found);
    }
    query_reset(query);
    if (!first) {
        document_close(document, BLOCK_NAMES);
        document_close(document, BLOCK_TERM);
    }
    return error;
}

static struct error *add_sentence(struct units *units, const struct query *query)
{
    struct document *document = units->document;

    document_open(document, BLOCK_ITEM);
    document_cut(document, MARK_PLAIN, query_text(query, 0), DOCUMENT_EXCERPT);
    if (query_text(query, 1).size > 0)
        document_text(document, MARK_BAD, bytes_of(" (contradiction)"));
    document_close(document, BLOCK_ITEM);
    if (!units->sheet.is_alone) /* the provision has the evidence */
        return NULL;
    return document_evidence(document, query_integer(query, 2));
}

/* Sentences of QUERY under TITLE; those over the limit are counted, and lead to PROVISION. */
static struct error *add_sentences(struct units *units, struct query *query, const char *title,
                                   struct bytes unit, struct bytes provision)
{
    struct document *document = units->document;
    int64_t limit = units->sheet.is_alone ? DOCUMENT_ROWS : DOCUMENT_FOUND, count = 0;
    bool found = false;

    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        if (count == 0) {
            open_term(document, title);
            document_open(document, BLOCK_NAMES);
        }
        if (count++ < limit)
            error = add_sentence(units, query);
        if (error == NULL)
            error = query_next(query, &found);
    }
    query_reset(query);
    if (count == 0)
        return error;
    document_close(document, BLOCK_NAMES);
    if (count > limit) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_DIM});
        document_addf(document, "and %" PRId64 " more", count - limit);
        if (provision.size > 0) {
            document_add(document, ": ");
            document_link(document, "x-", provision, bytes_of("the failure with its evidence"));
        }
        document_close(document, BLOCK_PARAGRAPH);
    }
    document_close(document, BLOCK_TERM);
    return error;
}

enum { /* the columns of `units` */
       UNIT_ID,
       UNIT_OUTCOME,
       UNIT_VERB,
       UNIT_PURPOSE,
       UNIT_PASS_IF,
       UNIT_MISSING,
       UNIT_ASK,
       UNIT_FIX,
       UNIT_AUTOMATIC,
       UNIT_BECAUSE,
       UNIT_ANSWER,
       UNIT_DISPUTED,
       UNIT_STALE,
       UNIT_CAPTURED,
       UNIT_WHO,
       UNIT_AT,
       UNIT_GIVEN, /* what the answer was given to, under the other edition */
};

static void add_author(struct document *document, const struct query *unit)
{
    struct bytes who = query_text(unit, UNIT_WHO), at = query_text(unit, UNIT_AT);

    document_text(document, MARK_PLAIN, who.size > 0 ? who : bytes_of("an assessor"));
    if (at.size > 0) {
        document_add(document, ", ");
        document_text(document, MARK_PLAIN, at);
    }
    if (query_text(unit, UNIT_GIVEN).size > 0) {
        document_add(document, ", under the other edition, to ");
        document_text(document, MARK_PLAIN, query_text(unit, UNIT_GIVEN));
    }
}

/* An answer that does not decide: stale, or against a proof. */
static void add_objection(struct document *document, const struct query *unit)
{
    bool stale = query_text(unit, UNIT_STALE).size > 0;

    open_term(document, stale ? "Answer, stale" : "Disputed");
    document_text(document, MARK_BAD, bytes_of(stale ? "Counts no longer: " : ""));
    if (stale) {
        document_text(document, MARK_PLAIN, query_text(unit, UNIT_STALE));
        document_add(document, ". It was ");
    } else {
        document_add(document, "The failure is proven and stays one. Answered ");
    }
    document_text(document, MARK_PLAIN, query_text(unit, UNIT_ANSWER));
    document_add(document, " by ");
    add_author(document, unit);
    document_add(document, ": ");
    document_cut(document, MARK_PROSE, query_text(unit, UNIT_BECAUSE), DOCUMENT_PROSE);
    document_close(document, BLOCK_TERM);
}

/* The files that an answer names: name, digest, size, date and what became of them. */
static struct error *add_files(struct units *units, struct bytes unit)
{
    struct document *document = units->document;
    struct query *query = &units->files;
    bool found = false, first = true;

    if (query->statement == NULL)
        return NULL;
    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        if (first) {
            open_term(document, "Evidence");
            document_open(document, BLOCK_NAMES);
        }
        first = false;
        document_open(document, BLOCK_ITEM);
        document_text(document, MARK_CODE, query_text(query, 0));
        document_add(document, ", SHA-256 ");
        document_text(document, MARK_HASH, query_text(query, 1));
        for (int i = 2; i <= 3; i++) {
            document_add(document, query_text(query, i).size > 0 ? ", " : "");
            document_text(document, MARK_PLAIN, query_text(query, i));
        }
        document_close(document, BLOCK_ITEM);
        error = query_next(query, &found);
    }
    query_reset(query);
    if (!first) {
        document_close(document, BLOCK_NAMES);
        document_close(document, BLOCK_TERM);
    }
    return error;
}

/* Who decided, and why: the program, or a person. */
static void add_decision(struct document *document, const struct query *unit)
{
    bool answered = query_text(unit, UNIT_ANSWER).size > 0;
    struct bytes outcome = query_text(unit, UNIT_OUTCOME);
    bool decided = !bytes_is(outcome, "open");

    if (query_integer(unit, UNIT_AUTOMATIC) != 0) {
        document_term(document, "Decided by", bytes_of("the program, automatically"));
    } else if (decided && answered && query_text(unit, UNIT_STALE).size == 0 &&
               bytes_equal(query_text(unit, UNIT_ANSWER), outcome)) {
        open_term(document, "Decided by");
        add_author(document, unit);
        document_close(document, BLOCK_TERM);
        document_term(document, "Because", query_text(unit, UNIT_BECAUSE));
    } else if (decided) {
        document_term(document, "Because", query_text(unit, UNIT_BECAUSE));
    }
    if (answered &&
        (query_text(unit, UNIT_STALE).size > 0 || query_integer(unit, UNIT_DISPUTED) != 0))
        add_objection(document, unit);
}

static struct error *add_facts(struct units *units, const struct query *unit,
                               struct bytes provision)
{
    struct document *document = units->document;
    struct bytes id = query_text(unit, UNIT_ID);
    bool failed = bytes_is(query_text(unit, UNIT_OUTCOME), "fail");
    bool open = bytes_is(query_text(unit, UNIT_OUTCOME), "open");

    document_term(document, "Passes when", query_text(unit, UNIT_PASS_IF));
    if (document->has_dossier) {
        add_decision(document, unit);
        TRY(add_files(units, id));
    }
    TRY(add_sentences(units, &units->proofs, "Found", id, provision));
    TRY(add_looked_at(units, id));
    if (open || !document->has_dossier)
        TRY(add_sentences(units, &units->unclear, "Not clear", id, bytes_of("")));
    if (query_text(unit, UNIT_MISSING).size > 0 && !failed)
        add_missing(document, query_text(unit, UNIT_MISSING),
                    !open && query_text(unit, UNIT_ANSWER).size > 0);
    if (open || !document->has_dossier)
        document_term(document, "Question left", query_text(unit, UNIT_ASK));
    if (failed)
        document_term(document, "Remedy", query_text(unit, UNIT_FIX));
    /* Which capture, of which day and digest, a pass rests on: whoever signs has to see it. */
    bool captured = query_integer(unit, UNIT_CAPTURED) != 0 && !failed &&
                    query_integer(unit, UNIT_AUTOMATIC) != 0;
    if (((open || captured) && document->has_dossier) || units->sheet.is_alone)
        TRY(sheet_write(&units->sheet, id));
    return NULL;
}

static struct error *add_unit(struct units *units, const struct query *unit,
                              struct bytes provision)
{
    struct document *document = units->document;
    struct bytes id = query_text(unit, UNIT_ID);
    const char *anchor =
        arena_printf(document->arena, "u-%.*s", (int)id.size, (const char *)id.data);

    document_open_with(document, BLOCK_UNIT,
                       &(struct words){.id = anchor,
                                       .title = id,
                                       .outcome = query_text(unit, UNIT_OUTCOME),
                                       .note = query_text(unit, UNIT_VERB),
                                       .count = query_integer(unit, UNIT_DISPUTED)});
    if (!units->sheet.is_alone) { /* there it is said before */
        document_open(document, BLOCK_PARAGRAPH);
        document_text(document, MARK_PLAIN, query_text(unit, UNIT_PURPOSE));
        document_close(document, BLOCK_PARAGRAPH);
    }
    document_open(document, BLOCK_TERMS);
    struct error *error = add_facts(units, unit, provision);
    document_close(document, BLOCK_TERMS);
    document_close(document, BLOCK_UNIT);
    return error;
}

struct error *units_write(struct units *units, struct bytes test_case, struct bytes provision)
{
    bool found = false;

    query_bind_text(&units->units, 1, test_case);
    struct error *error = query_next(&units->units, &found);
    while (error == NULL && found) {
        error = add_unit(units, &units->units, provision);
        if (error == NULL)
            error = query_next(&units->units, &found);
    }
    query_reset(&units->units);
    return error;
}

static const char units_sql[] =
    "SELECT u.id, v.outcome, u.verb, u.purpose, u.pass_if,"
    " v.missing, " SQL_ASK ", " SQL_FIX ","
    " v.automatic, v.because, v.answer, v.disputed, v.stale,"
    " EXISTS (SELECT 1 FROM unit_rule AS m JOIN rule_covered AS r ON r.unit = m.rule"
    "   WHERE m.unit = u.id AND r.name = 'evidence.captures'), ";

struct error *units_open(struct document *document, struct units *units)
{
    sqlite3 *db = document->db;
    bool has_dossier = document->has_dossier;
    owned(text) sql = text_new();

    units->document = document;
    text_add(sql, units_sql);
    text_addf(sql,
              "%s FROM unit AS u JOIN verdict AS v ON v.unit = u.id%s WHERE (u.test_case = ?1"
              " OR u.id = ?1) AND u.edition = " SQL_EDITION " ORDER BY u.place",
              has_dossier ? "n.who, n.at, n.given" : "NULL, NULL, NULL",
              has_dossier ? " LEFT JOIN answer AS n ON n.unit = u.id" : "");
    TRY(query_open(db, text_string(sql), &units->units));
    TRY(query_open(db,
                   "SELECT e.because, MAX(e.contradiction), MIN(e.observation)"
                   " FROM counter_example AS e WHERE e.unit = ?1 GROUP BY e.because"
                   " ORDER BY MAX(e.severity) DESC, MIN(e.place)",
                   &units->proofs));
    TRY(query_open(db,
                   "SELECT e.because, NULL, MIN(e.observation) FROM unclear AS e"
                   " WHERE e.unit = ?1 GROUP BY e.because ORDER BY MIN(e.place)",
                   &units->unclear));
    TRY(query_open(db,
                   "SELECT r.name, c.looked_at, c.complete FROM unit_rule AS m"
                   " JOIN rule_covered AS r ON r.unit = m.rule"
                   " JOIN coverage AS c ON c.name = r.name WHERE m.unit = ?"
                   " GROUP BY r.name ORDER BY MIN(m.place), MIN(r.place)",
                   &units->covered));
    if (has_dossier)
        TRY(query_open(db,
                       "SELECT file, sha256, date, state FROM answer_evidence WHERE unit = ?"
                       " ORDER BY place",
                       &units->files));
    return sheet_open(document, &units->sheet);
}

void units_close(struct units *units)
{
    sheet_close(&units->sheet);
    query_close(&units->units);
    query_close(&units->proofs);
    query_close(&units->unclear);
    query_close(&units->covered);
    query_close(&units->files);
}
