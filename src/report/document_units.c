#include <inttypes.h>

#include "report/document.h"

/* Every family, provision, case and unit. What is closed opens on paper, and by a link. */

struct folding {
    struct document *document;
    struct sheet sheet;
    struct query provisions, cases, units, proofs, covered, unclear;
};

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

static void add_missing(struct document *document, struct bytes names)
{
    struct bytes name;

    open_term(document, "Missing");
    document_open(document, BLOCK_NAMES);
    while (bytes_next_field(&names, ',', &name)) {
        name = bytes_trim(name);
        if (name.size == 0)
            continue;
        document_open(document, BLOCK_ITEM);
        add_name(document, name);
        if (bytes_starts(name, "inspect.") || bytes_starts(name, "unpack."))
            document_text(document, MARK_DIM, bytes_of(" (not completely looked at)"));
        document_close(document, BLOCK_ITEM);
    }
    document_close(document, BLOCK_NAMES);
    document_close(document, BLOCK_TERM);
}

/* The names a rule wants looked at: whether each was, and how many things it saw. */
static struct error *add_looked_at(struct folding *folding, struct bytes unit)
{
    struct document *document = folding->document;
    struct query *query = &folding->covered;
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

/* Sentences of QUERY as a list under TITLE; *SHOWN of them. */
static struct error *add_sentences(struct folding *folding, struct query *query,
                                   const char *title, struct bytes unit, int64_t *shown)
{
    struct document *document = folding->document;
    bool found = false;

    *shown = 0;
    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        if (*shown == 0) {
            open_term(document, title);
            document_open(document, BLOCK_NAMES);
        }
        ++*shown;
        document_open(document, BLOCK_ITEM);
        document_cut(document, MARK_PLAIN, query_text(query, 0), DOCUMENT_VALUE);
        if (query_text(query, 1).size > 0)
            document_text(document, MARK_BAD, bytes_of(" (contradiction)"));
        document_close(document, BLOCK_ITEM);
        error = query_next(query, &found);
    }
    query_reset(query);
    if (*shown > 0)
        document_close(document, BLOCK_NAMES);
    return error;
}

static struct error *add_found(struct folding *folding, struct bytes unit, int64_t count,
                               struct bytes provision)
{
    struct document *document = folding->document;
    int64_t shown;

    TRY(add_sentences(folding, &folding->proofs, "Found", unit, &shown));
    if (count > shown) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_DIM});
        document_addf(document, "and %" PRId64 " more: ", count - shown);
        document_link(document, "x-", provision, bytes_of("the failure with its evidence"));
        document_close(document, BLOCK_PARAGRAPH);
    }
    if (shown > 0)
        document_close(document, BLOCK_TERM);
    return NULL;
}

static struct error *add_unclear(struct folding *folding, struct bytes unit)
{
    int64_t shown;

    TRY(add_sentences(folding, &folding->unclear, "Not clear", unit, &shown));
    if (shown > 0)
        document_close(folding->document, BLOCK_TERM);
    return NULL;
}

enum { /* the columns of `units` */
       UNIT_ID,
       UNIT_OUTCOME,
       UNIT_VERB,
       UNIT_PURPOSE,
       UNIT_PASS_IF,
       UNIT_SENTENCES,
       UNIT_MISSING,
       UNIT_ASK,
       UNIT_FIX,
       UNIT_AUTOMATIC,
       UNIT_BECAUSE,
       UNIT_ANSWER,
       UNIT_DISPUTED,
       UNIT_STALE,
       UNIT_WHO,
       UNIT_AT,
};

static void add_author(struct document *document, const struct query *unit)
{
    struct bytes who = query_text(unit, UNIT_WHO), at = query_text(unit, UNIT_AT);

    document_text(document, MARK_PLAIN, who.size > 0 ? who : bytes_of("an assessor"));
    if (at.size > 0) {
        document_add(document, ", ");
        document_text(document, MARK_PLAIN, at);
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

static struct error *add_facts(struct folding *folding, const struct query *unit,
                               struct bytes provision)
{
    struct document *document = folding->document;
    struct bytes id = query_text(unit, UNIT_ID);
    bool failed = bytes_is(query_text(unit, UNIT_OUTCOME), "fail");
    bool open = bytes_is(query_text(unit, UNIT_OUTCOME), "open");

    document_term(document, "Passes when", query_text(unit, UNIT_PASS_IF));
    if (document->has_dossier)
        add_decision(document, unit);
    TRY(add_found(folding, id, query_integer(unit, UNIT_SENTENCES), provision));
    TRY(add_looked_at(folding, id));
    if (open || !document->has_dossier)
        TRY(add_unclear(folding, id));
    if (query_text(unit, UNIT_MISSING).size > 0 && !failed)
        add_missing(document, query_text(unit, UNIT_MISSING));
    if (open || !document->has_dossier)
        document_term(document, "Question left", query_text(unit, UNIT_ASK));
    if (failed)
        document_term(document, "Remedy", query_text(unit, UNIT_FIX));
    if (open && document->has_dossier)
        TRY(sheet_write(&folding->sheet, id));
    return NULL;
}

static struct error *add_unit(struct folding *folding, const struct query *unit,
                              struct bytes provision)
{
    struct document *document = folding->document;
    struct bytes id = query_text(unit, UNIT_ID);
    const char *anchor =
        arena_printf(document->arena, "u-%.*s", (int)id.size, (const char *)id.data);

    document_open_with(document, BLOCK_UNIT,
                       &(struct words){.id = anchor,
                                       .title = id,
                                       .outcome = query_text(unit, UNIT_OUTCOME),
                                       .note = query_text(unit, UNIT_VERB),
                                       .count = query_integer(unit, UNIT_DISPUTED)});
    document_open(document, BLOCK_PARAGRAPH);
    document_text(document, MARK_PLAIN, query_text(unit, UNIT_PURPOSE));
    document_close(document, BLOCK_PARAGRAPH);
    document_open(document, BLOCK_TERMS);
    struct error *error = add_facts(folding, unit, provision);
    document_close(document, BLOCK_TERMS);
    document_close(document, BLOCK_UNIT);
    return error;
}

static struct error *add_units(struct folding *folding, struct bytes test_case,
                               struct bytes provision)
{
    bool found = false;

    query_bind_text(&folding->units, 1, test_case);
    struct error *error = query_next(&folding->units, &found);
    while (error == NULL && found) {
        error = add_unit(folding, &folding->units, provision);
        if (error == NULL)
            error = query_next(&folding->units, &found);
    }
    query_reset(&folding->units);
    return error;
}

/* Columns of `cases`: id, kind, outcome, because. */
static struct error *add_cases(struct folding *folding, struct bytes provision)
{
    struct document *document = folding->document;
    bool found = false;

    query_bind_text(&folding->cases, 1, provision);
    struct error *error = query_next(&folding->cases, &found);
    while (error == NULL && found) {
        struct bytes id = query_text(&folding->cases, 0);
        document_open_with(document, BLOCK_CASE,
                           &(struct words){.title = id,
                                           .note = query_text(&folding->cases, 1),
                                           .outcome = query_text(&folding->cases, 2)});
        if (query_text(&folding->cases, 3).size > 0) {
            document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_DIM});
            document_text(document, MARK_PROSE, query_text(&folding->cases, 3));
            document_add(document, ".");
            document_close(document, BLOCK_PARAGRAPH);
        }
        error = add_units(folding, id, provision);
        document_close(document, BLOCK_CASE);
        if (error == NULL)
            error = query_next(&folding->cases, &found);
    }
    query_reset(&folding->cases);
    return error;
}

/* "1 failed · 2 passed · 3 open", and what else occurs. */
static const char *tally(struct document *document, const struct query *query)
{
    const char *line = arena_printf(
        document->arena, "%" PRId64 " failed · %" PRId64 " passed · %" PRId64 " open",
        query_integer(query, 5), query_integer(query, 6), query_integer(query, 7));

    if (query_integer(query, 8) > 0)
        line = arena_printf(document->arena, "%s · %" PRId64 " inconclusive", line,
                            query_integer(query, 8));
    if (query_integer(query, 9) > 0)
        line = arena_printf(document->arena, "%s · %" PRId64 " not run", line,
                            query_integer(query, 9));
    return line;
}

/* Columns of `provisions`: id, base, requirement, applies, outcome, counts, because. */
static struct error *add_provision(struct folding *folding, const struct query *query)
{
    struct document *document = folding->document;
    struct bytes id = query_text(query, 0);
    const char *anchor =
        arena_printf(document->arena, "p-%.*s", (int)id.size, (const char *)id.data);

    document_open_with(document, BLOCK_PROVISION,
                       &(struct words){.id = anchor,
                                       .title = id,
                                       .base = query_text(query, 1),
                                       .outcome = query_text(query, 4),
                                       .note = bytes_of(tally(document, query)),
                                       .head = query_text(query, 2)});
    if (query_text(query, 3).size > 0) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_DIM});
        document_add(document, "This provision ");
        document_text(document, MARK_PLAIN, query_text(query, 3));
        document_add(document, ".");
        document_close(document, BLOCK_PARAGRAPH);
    }
    if (query_text(query, 10).size > 0) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_CLAIM});
        document_text(document, MARK_PROSE, query_text(query, 10));
        document_close(document, BLOCK_PARAGRAPH);
    }
    struct error *error = add_cases(folding, id);
    document_close(document, BLOCK_PROVISION);
    return error;
}

static struct error *add_family(struct folding *folding, struct bytes family,
                                struct bytes title)
{
    struct document *document = folding->document;
    const char *anchor =
        arena_printf(document->arena, "f-%.*s", (int)family.size, (const char *)family.data);
    bool found = false;

    query_bind_text(&folding->provisions, 1, family);
    struct error *error = query_next(&folding->provisions, &found);
    if (error == NULL && found) {
        document_open_with(document, BLOCK_FAMILY,
                           &(struct words){.id = anchor, .title = title, .note = family});
        while (error == NULL && found) {
            error = add_provision(folding, &folding->provisions);
            if (error == NULL)
                error = query_next(&folding->provisions, &found);
        }
        document_close(document, BLOCK_FAMILY);
    }
    query_reset(&folding->provisions);
    return error;
}

static struct error *add_families(struct folding *folding)
{
    struct query families;
    bool found = false;

    TRY(query_open(folding->document->db, "SELECT id, title FROM family ORDER BY place",
                   &families));
    struct error *error = query_next(&families, &found);
    while (error == NULL && found) {
        error = add_family(folding, query_text(&families, 0), query_text(&families, 1));
        if (error == NULL)
            error = query_next(&families, &found);
    }
    query_close(&families);
    return error;
}

static const char provisions_sql[] =
    "SELECT p.id, p.base, p.requirement, p.applies, COALESCE(w.outcome, 'open'),"
    " COALESCE(SUM(v.outcome = 'fail'), 0), COALESCE(SUM(v.outcome = 'pass'), 0),"
    " COALESCE(SUM(v.outcome = 'open'), 0), COALESCE(SUM(v.outcome = 'inconclusive'), 0),"
    " COALESCE(SUM(v.outcome IN ('not-applicable', 'not-run')), 0), w.because"
    " FROM provision AS p LEFT JOIN provision_verdict AS w ON w.provision = p.id"
    " LEFT JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
    " LEFT JOIN unit AS u ON u.test_case = c.id AND u.edition = p.edition"
    " LEFT JOIN verdict AS v ON v.unit = u.id WHERE p.edition = " DOCUMENT_EDITION
    " AND p.family = ? GROUP BY p.id ORDER BY p.place";

static const char units_sql[] =
    "SELECT u.id, v.outcome, u.verb, u.purpose, u.pass_if,"
    " (SELECT count(DISTINCT because) FROM counter_example WHERE unit = u.id), v.missing,"
    " (SELECT group_concat(ask, ' ') FROM (SELECT DISTINCT r.ask FROM unit_rule AS m"
    "   JOIN rule AS r ON r.unit = m.rule WHERE m.unit = u.id ORDER BY m.place)),"
    " (SELECT group_concat(fix, ' ') FROM (SELECT DISTINCT r.fix FROM unit_rule AS m"
    "   JOIN rule AS r ON r.unit = m.rule WHERE m.unit = u.id ORDER BY m.place)),"
    " v.automatic, v.because, v.answer, v.disputed, v.stale, ";

static struct error *open_queries(struct folding *folding)
{
    sqlite3 *db = folding->document->db;
    bool has_dossier = folding->document->has_dossier;
    owned(text) units = text_new();

    text_add(units, units_sql);
    text_addf(units,
              "%s FROM unit AS u JOIN verdict AS v ON v.unit = u.id%s WHERE u.test_case = ?"
              " AND u.edition = " DOCUMENT_EDITION " ORDER BY u.place",
              has_dossier ? "n.who, n.at" : "NULL, NULL",
              has_dossier ? " LEFT JOIN answer AS n ON n.unit = u.id" : "");
    TRY(query_open(db, provisions_sql, &folding->provisions));
    TRY(query_open(db,
                   "SELECT c.id, c.kind, COALESCE(v.outcome, 'open'), v.because"
                   " FROM test_case AS c LEFT JOIN case_verdict AS v ON v.test_case = c.id"
                   " WHERE c.provision = ? AND c.edition = " DOCUMENT_EDITION
                   " ORDER BY c.place",
                   &folding->cases));
    TRY(query_open(db, text_string(units), &folding->units));
    TRY(query_open(db,
                   "SELECT because, MAX(contradiction) FROM counter_example WHERE unit = ?"
                   " GROUP BY because ORDER BY MAX(severity) DESC, MIN(place) LIMIT 4",
                   &folding->proofs));
    TRY(query_open(db,
                   "SELECT because, NULL FROM unclear WHERE unit = ? GROUP BY because"
                   " ORDER BY MIN(place) LIMIT 20",
                   &folding->unclear));
    TRY(query_open(db,
                   "SELECT r.name, c.looked_at, c.complete FROM unit_rule AS m"
                   " JOIN rule_covered AS r ON r.unit = m.rule"
                   " JOIN coverage AS c ON c.name = r.name WHERE m.unit = ?"
                   " GROUP BY r.name ORDER BY MIN(m.place), MIN(r.place)",
                   &folding->covered));
    return sheet_open(folding->document, &folding->sheet);
}

struct error *document_units(struct document *document)
{
    struct folding folding = {.document = document};

    document_chapter(document, "units", "Every test unit");
    document_say(document, ROLE_PLAIN,
                 "A test unit is the smallest question of TS 103 701. One that fails refutes "
                 "its case; a pass needs all of them. Open says what is missing, and which "
                 "question is left for a person.");
    struct error *error = open_queries(&folding);
    if (error == NULL)
        error = add_families(&folding);
    sheet_close(&folding.sheet);
    query_close(&folding.provisions);
    query_close(&folding.cases);
    query_close(&folding.units);
    query_close(&folding.proofs);
    query_close(&folding.unclear);
    query_close(&folding.covered);
    document_close(document, BLOCK_CHAPTER);
    return error;
}
