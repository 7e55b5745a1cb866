#include <inttypes.h>

#include "report/document.h"

/* Every family, provision and case with its units. What is closed opens on paper, and by a link. */

struct folding {
    struct document *document;
    struct query provisions, cases;
    struct units units;
};

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
        error = units_write(&folding->units, id, provision);
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
    " LEFT JOIN verdict AS v ON v.unit = u.id WHERE p.edition = " SQL_EDITION
    " AND p.family = ? GROUP BY p.id ORDER BY p.place";

static struct error *open_queries(struct folding *folding)
{
    sqlite3 *db = folding->document->db;

    TRY(query_open(db, provisions_sql, &folding->provisions));
    TRY(query_open(db,
                   "SELECT c.id, c.kind, COALESCE(v.outcome, 'open'), v.because"
                   " FROM test_case AS c LEFT JOIN case_verdict AS v ON v.test_case = c.id"
                   " WHERE c.provision = ? AND c.edition = " SQL_EDITION " ORDER BY c.place",
                   &folding->cases));
    return units_open(folding->document, &folding->units);
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
    units_close(&folding.units);
    query_close(&folding.provisions);
    query_close(&folding.cases);
    document_close(document, BLOCK_CHAPTER);
    return error;
}
