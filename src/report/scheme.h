#ifndef REPORT_SCHEME_H
#define REPORT_SCHEME_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/*
 * What a scheme (a law, a label, a code) takes from an assessment: read once from the store, then
 * written as words for a terminal, as JSON, or as a page. Where the scheme has a document (a
 * statement or declaration), the page is that document, and it is a draft, on its face, as long as
 * anything stands in its way. Everything lives in the arena it was read into.
 */

enum scheme_standing {
    SCHEME_NONE, /* nothing was assessed that says anything about it */
    SCHEME_MET,
    SCHEME_OPEN,
    SCHEME_FAILS,
};

/* A provision that a requirement takes. */
struct scheme_need {
    const char *cited;    /* its id in the edition that the scheme cites */
    const char *assessed; /* its id in the edition assessed; NULL: that has no such provision */
    const char *text, *base, *outcome, *because;
    const char *cases;      /* "5.1-1-1 pass, 5.1-1-2 open" */
    const char *units;      /* those that are neither passed nor not applicable; may be empty */
    const char *evidence;   /* files that answers about it name; may be empty */
    const char *confidence; /* of a mapping; NULL otherwise */
    const char *difference; /* between the two editions, where there is one */
    bool if_relevant;
    bool beside; /* shown, and stands in no way */
    enum scheme_standing standing;
};

/* What a person has to confirm: a condition beyond the standard, or a piece of evidence. */
struct scheme_condition {
    const char *id, *text;
    const char *because; /* what the dossier says; NULL: nothing */
    enum scheme_standing standing;
};

struct scheme_point {
    const char *requirement, *id, *law, *text, *basis, *confidence;
    const char *group, *clause, *restriction, *gap; /* of a mapping; NULL otherwise */
    bool restricted; /* the restriction is known to bite for this product */
    struct scheme_need *needs;
    size_t need_count, need_capacity;
    struct scheme_condition *conditions;
    size_t condition_count;
    enum scheme_standing standing;
};

struct scheme_fact {
    const char *topic, *text, *confidence; /* confidence NULL: that of the scheme */
};

/* A value of a document. */
struct scheme_value {
    const char *key;    /* in product.yaml: "manufacturer.name" */
    const char *value;  /* NULL: the dossier does not say */
    bool needed, first; /* first: another one of several parties begins */
};

struct scheme_field {
    const char *id, *label, *text, *shows, *form, *declares;
    bool if_any; /* only needed when there is one */
    struct scheme_value *values;
    size_t value_count, value_capacity;
};

/* Why the document is a draft. */
struct scheme_stop {
    const char *about, *what;
};

struct scheme_view {
    const char *id, *parent, *level, *name, *jurisdiction, *kind, *mandatory, *status;
    const char *confidence, *since, *standard, *version, *version_date, *standard_note;
    const char *view, *closed, *adds, *as_of;
    const char *title, *law, *opening, *document_confidence; /* NULL: it has no document */
    const char *edition;                                     /* assessed: "3.1.3" */
    const char *product, *input, *sha256, *date, *program;
    const char *overall, *overall_because;
    const char *applies; /* what the scope rules say, or NULL */
    bool whole, dossier;
    struct scheme_fact *facts;
    size_t fact_count;
    struct scheme_point *points;
    size_t point_count;
    struct scheme_condition *evidence;
    size_t evidence_count;
    struct scheme_field *fields;
    size_t field_count;
    struct scheme_stop *stops;
    size_t stop_count, stop_capacity;
    enum scheme_standing standing;
};

/* What only the scope rules know. */
struct scheme_options {
    const char *red_points; /* "d, e": the points that apply; NULL: not known, all are shown */
    const char *notices;    /* "no-password": restrictions that the product meets, or NULL */
    const char *applies;    /* one sentence, or NULL */
};

/*
 * Reads the scheme called ID. ERROR_USAGE when there is none, when it is only a family of levels,
 * or when the store was written without schemes.
 */
struct error *scheme_read(sqlite3 *db, const char *id, const struct scheme_options *options,
                          struct arena *arena, struct scheme_view *out) MUST_CHECK;

/* The fields of the document, and everything that stands in its way. Called by scheme_read. */
struct error *scheme_read_document(sqlite3 *db, struct arena *arena,
                                   struct scheme_view *view) MUST_CHECK;
/* A field of the table dut in ARENA, or NULL. KEY may name several, parted by |. */
const char *scheme_dut(sqlite3 *db, struct arena *arena, const char *key);

/* Is it a document that may go out: does nothing stand in its way? */
bool scheme_is_final(const struct scheme_view *view);

/* "met", "not met", "open" …; of a point, in the words that its basis allows. */
const char *scheme_word(const struct scheme_view *view, const struct scheme_point *point);
/* The whole: "met", "not met", "open", "nothing assessed"; a view has no verdict: "a view". */
const char *scheme_total(const struct scheme_view *view);
/* The same; of a view how many points stand how. */
void scheme_tally(const struct scheme_view *view, struct text *out);
/* "V3.1.3 (2024-09)" */
const char *scheme_edition(const char *edition);
/* The edition that was not assessed, in short: "V2.1.1". */
const char *scheme_other_edition(const char *edition);
/* The method to an edition: "TS 103 701 V2.1.1 (2025-05)". */
const char *scheme_method(const char *edition);

void scheme_text(const struct scheme_view *view, struct text *out);
void scheme_json(const struct scheme_view *view, struct text *out);
void scheme_html(const struct scheme_view *view, struct text *out);

/* The head of a page with our style, up to and with <body>. DRAFT: a mark across each page. */
void scheme_page_head(struct text *out, const char *title, bool draft);

/* --- many at once -------------------------------------------------------------------------- */

/* A column of the matrix: a scheme, or a product with the schemes of its markets below. */
struct scheme_column {
    const char *title, *note; /* note may be NULL */
    struct scheme_view *views;
    size_t view_count;
    sqlite3 *db; /* of the product; borrowed */
};

struct scheme_matrix {
    struct scheme_column *columns;
    size_t column_count;
    bool by_scheme; /* one product, a column for each scheme */
};

/* Rows are provisions, cells outcomes. */
struct error *scheme_matrix_text(const struct scheme_matrix *matrix, struct arena *arena,
                                 struct text *out) MUST_CHECK;
struct error *scheme_matrix_json(const struct scheme_matrix *matrix, struct arena *arena,
                                 struct text *out) MUST_CHECK;
struct error *scheme_matrix_html(const struct scheme_matrix *matrix, struct arena *arena,
                                 struct text *out) MUST_CHECK;

#endif
