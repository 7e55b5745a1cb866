#include "report/document.h"

/* Every provision that fails, with what proves it, what persons say, and the remedy. */

struct failing {
    struct document *document;
    struct query proofs, answers, remedies;
};

static void add_units(struct document *document, struct bytes units)
{
    struct bytes unit;

    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_FAILS});
    document_add(document, "Fails");
    while (bytes_next_field(&units, ' ', &unit)) {
        document_add(document, " ");
        document_link(document, "u-", unit, unit);
    }
    document_close(document, BLOCK_PARAGRAPH);
}

/* Columns of `proofs`: sentence, observation, units, contradiction. */
static struct error *add_proof(struct document *document, const struct query *query)
{
    document_open(document, BLOCK_PROOF);
    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_CLAIM});
    document_cut(document, MARK_PLAIN, query_text(query, 0), DOCUMENT_EXCERPT);
    document_close(document, BLOCK_PARAGRAPH);
    if (query_text(query, 3).size > 0) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_DIM});
        document_text(document, MARK_BAD, bytes_of("Contradiction: "));
        document_cut(document, MARK_PLAIN, query_text(query, 3), DOCUMENT_VALUE);
        document_close(document, BLOCK_PARAGRAPH);
    }
    TRY(document_evidence(document, query_integer(query, 1)));
    add_units(document, query_text(query, 2));
    document_close(document, BLOCK_PROOF);
    return NULL;
}

/* The same proof often fails several units of one provision: it is told once. */
static const char proofs_sql[] =
    "SELECT e.because, MIN(e.observation), group_concat(e.unit, ' '),"
    " MAX(e.contradiction) FROM (SELECT e.because, e.unit, MIN(e.observation) AS observation,"
    "  MAX(e.severity) AS severity, MAX(e.contradiction) AS contradiction"
    "  FROM test_case AS c JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
    "  JOIN counter_example AS e ON e.unit = u.id"
    "  WHERE c.provision = ? AND c.edition = " SQL_EDITION " GROUP BY e.because, e.unit"
    "  ORDER BY u.place) AS e"
    " GROUP BY e.because ORDER BY MAX(e.severity) DESC, MIN(e.observation), e.because";

static struct error *add_proofs(struct failing *failing, struct bytes provision)
{
    struct document *document = failing->document;
    struct query *query = &failing->proofs;
    bool found = false;
    size_t count = 0;

    query_bind_text(query, 1, provision);
    struct error *error = query_next(query, &found);
    if (found)
        document_open(document, BLOCK_PROOFS);
    while (error == NULL && found) {
        if (count == DOCUMENT_PROOFS) {
            document_close(document, BLOCK_PROOFS);
            document_open_with(
                document, BLOCK_FOLD,
                &(struct words){.title = bytes_of("More of the same provision")});
            document_open(document, BLOCK_PROOFS);
        }
        if (count < DOCUMENT_PROOFS_MORE)
            error = add_proof(document, query);
        count++;
        if (error == NULL)
            error = query_next(query, &found);
    }
    query_reset(query);
    if (count > 0)
        document_close(document, BLOCK_PROOFS);
    if (count > DOCUMENT_PROOFS_MORE)
        document_rest(document, count - DOCUMENT_PROOFS_MORE);
    if (count > DOCUMENT_PROOFS)
        document_close(document, BLOCK_FOLD);
    return error;
}

/* Columns of `answers`: unit, disputed, because, who, at. */
static void add_answer(struct document *document, const struct query *query)
{
    bool disputed = query_integer(query, 1) != 0;

    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_WARNING});
    document_text(document, MARK_STRONG,
                  bytes_of(disputed ? "Disputed: " : "Concluded by a person: "));
    document_link(document, "u-", query_text(query, 0), query_text(query, 0));
    document_add(document, disputed ? " is a proven failure and stays one; " : " fails; ");
    document_text(document, MARK_PLAIN,
                  query_text(query, 3).size > 0 ? query_text(query, 3)
                                                : bytes_of("an assessor"));
    document_add(document, disputed ? " objects" : " says");
    if (query_text(query, 4).size > 0) {
        document_add(document, " on ");
        document_text(document, MARK_PLAIN, query_text(query, 4));
    }
    document_add(document, ": ");
    document_cut(document, MARK_PROSE, query_text(query, 2), DOCUMENT_PROSE);
    document_close(document, BLOCK_PARAGRAPH);
}

static struct error *add_answers(struct failing *failing, struct bytes provision)
{
    struct query *query = &failing->answers;
    bool found = false;

    if (query->statement == NULL)
        return NULL;
    query_bind_text(query, 1, provision);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        add_answer(failing->document, query);
        error = query_next(query, &found);
    }
    query_reset(query);
    return error;
}

static struct error *add_remedies(struct failing *failing, struct bytes provision)
{
    struct document *document = failing->document;
    struct query *query = &failing->remedies;
    bool found = false, first = true;

    query_bind_text(query, 1, provision);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        if (first)
            document_open(document, BLOCK_REMEDY);
        first = false;
        document_open(document, BLOCK_PARAGRAPH);
        document_text(document, MARK_PLAIN, query_text(query, 0));
        document_close(document, BLOCK_PARAGRAPH);
        error = query_next(query, &found);
    }
    query_reset(query);
    if (!first)
        document_close(document, BLOCK_REMEDY);
    return error;
}

/* QUERY: id, base, requirement, outcome, severity, because. */
static struct error *add_provision(struct failing *failing, const struct query *query)
{
    struct document *document = failing->document;
    struct bytes id = query_text(query, 0);
    const char *anchor =
        arena_printf(document->arena, "x-%.*s", (int)id.size, (const char *)id.data);

    document_open_with(document, BLOCK_FAILURE,
                       &(struct words){.id = anchor,
                                       .title = id,
                                       .base = query_text(query, 1),
                                       .outcome = query_text(query, 3),
                                       .head = query_text(query, 2)});
    if (query_text(query, 5).size > 0) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_CLAIM});
        document_text(document, MARK_PROSE, query_text(query, 5));
        document_close(document, BLOCK_PARAGRAPH);
    }
    TRY(add_proofs(failing, id));
    TRY(add_answers(failing, id));
    TRY(add_remedies(failing, id));
    document_close(document, BLOCK_FAILURE);
    return NULL;
}

static const char provisions_sql[] =
    "SELECT p.id, p.base, p.requirement, COALESCE(v.outcome, 'open') AS outcome,"
    " MAX(COALESCE(e.severity, 0)), v.because FROM provision AS p"
    " JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
    " JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
    " LEFT JOIN counter_example AS e ON e.unit = u.id"
    " LEFT JOIN provision_verdict AS v ON v.provision = p.id"
    " WHERE p.edition = " SQL_EDITION " GROUP BY p.id"
    " HAVING CASE WHEN ? THEN outcome = 'fail' ELSE outcome <> 'fail' AND count(e.unit) > 0 END"
    " ORDER BY p.base, MAX(COALESCE(e.severity, 0)) DESC, p.place";

static struct error *add_provisions(struct failing *failing, bool refuted, size_t *count)
{
    struct document *document = failing->document;
    struct query query;
    bool found = false;

    *count = 0;
    TRY(query_open(document->db, provisions_sql, &query));
    query_bind_integer(&query, 1, refuted);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        if (!refuted && *count == 0) {
            document_section(document, "between",
                             "Counter-examples that refute no provision by themselves", 0);
            document_say(document, ROLE_PLAIN,
                         "Each fails a test unit, but its test case offers an alternative that "
                         "may still hold.");
        }
        (*count)++;
        error = add_provision(failing, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    if (!refuted && *count > 0)
        document_close(document, BLOCK_SECTION);
    return error;
}

static struct error *open_queries(struct failing *failing)
{
    sqlite3 *db = failing->document->db;

    TRY(query_open(db, proofs_sql, &failing->proofs));
    TRY(query_open(db,
                   "SELECT r.fix FROM test_case AS c JOIN unit AS u ON u.test_case = c.id AND"
                   " u.edition = c.edition JOIN verdict AS v ON v.unit = u.id AND"
                   " v.outcome = 'fail' JOIN unit_rule AS m ON m.unit = u.id"
                   " JOIN rule AS r ON r.unit = m.rule WHERE c.provision = ?"
                   " AND c.edition = " SQL_EDITION
                   " AND r.fix IS NOT NULL GROUP BY r.fix ORDER BY MIN(u.place)",
                   &failing->remedies));
    if (!failing->document->has_dossier)
        return NULL;
    return query_open(db,
                      "SELECT v.unit, v.disputed, n.because, n.who, n.at FROM test_case AS c"
                      " JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
                      " JOIN verdict AS v ON v.unit = u.id JOIN answer AS n ON n.unit = v.unit"
                      " WHERE c.provision = ? AND c.edition = " SQL_EDITION
                      " AND v.outcome = 'fail' AND n.stale IS NULL"
                      " AND (v.disputed OR NOT v.automatic) ORDER BY u.place",
                      &failing->answers);
}

struct error *document_failures(struct document *document)
{
    struct failing failing = {.document = document};
    size_t refuted = 0, others = 0;

    document_chapter(document, "failures",
                     document->has_dossier ? "Failures" : "Proven failures");
    struct error *error = open_queries(&failing);
    if (error == NULL)
        error = add_provisions(&failing, true, &refuted);
    if (error == NULL && refuted == 0)
        document_say(
            document, ROLE_NONE,
            document->has_dossier
                ? "No provision fails. What is open is no pass."
                : "Nothing in the image refutes a provision. This is no pass: see what "
                  "is open, and what could not be read.");
    if (error == NULL)
        error = add_provisions(&failing, false, &others);
    query_close(&failing.proofs);
    query_close(&failing.answers);
    query_close(&failing.remedies);
    document_close(document, BLOCK_CHAPTER);
    return error;
}
