#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "model/query.h"

/*
 * The pieces that the page is made of. The page is one file with no script and no reference to
 * anything outside it; every word that comes from the store goes through html_text.
 */

struct page {
    sqlite3 *db;
    struct text *out;
    struct arena *arena; /* as long as the page is being written */
};

/* Ceilings of the page. What is over one is counted in it and stands in assessment.db. */
enum {
    HTML_ROWS = 500,        /* of one table: a page of paper holds fifty */
    HTML_PARTS = 300,       /* of the map, in its table */
    HTML_PROOFS = 8,        /* of one provision, shown at once … */
    HTML_PROOFS_MORE = 120, /* … and behind "more" */
    HTML_EXCERPT = 640,     /* bytes of one excerpt; the store keeps four times LIMIT_EXCERPT */
    HTML_VALUE = 240,       /* bytes of one value in a table */
};

/* --- words and values: html_words.c --- */

/* A name of `covered` in words: "probe.tls" is "an observation of the live device (TLS)". */
void html_covered(struct text *out, struct bytes name);
/* One symbol an outcome, so that it reads without colour: ✕ fail, ✓ pass, ○ open. */
const char *html_symbol(struct bytes outcome);
const char *html_outcome(struct bytes outcome); /* of a provision: "refuted", "pass", "open" */

/* --- writing: html_write.c --- */

/* Escapes BYTES; cut at LIMIT bytes, at the start of a character, with a mark that says so. */
void html_text(struct text *out, struct bytes bytes, size_t limit);
/* Text of any length, as an attribute or as content. */
void html_full(struct text *out, struct bytes bytes);
/* "1 file", "2 files"; a plural that adds no s stands in MANY. */
void html_count(struct text *out, int64_t count, const char *one, const char *many);
/* Where the proof is, as code: path, line or offset, from three columns that begin at COLUMN. */
void html_place(struct text *out, const struct query *query, int column);
/* A badge with the symbol and the word of an outcome: a provision is refuted, a test fails. */
void html_badge(struct text *out, struct bytes outcome, bool is_provision);

/* One value of the table meta, "" when there is none. It lives in the page's arena. */
const char *html_meta(struct page *page, const char *key);
int64_t html_meta_number(struct page *page, const char *key);
bool html_has_table(struct page *page, const char *name);
bool html_has_column(struct page *page, const char *table, const char *column);

/* --- tables: html_table.c --- */

enum html_style {
    HTML_WORDS,
    HTML_CODE,     /* as the image has it: monospace */
    HTML_NUMBER,   /* aligned to the right */
    HTML_BYTES,    /* a size */
    HTML_PLACE,    /* takes three columns of the query: path, line, offset */
    HTML_FLAG,     /* 1 yes, 0 no */
    HTML_BAD_FLAG, /* … where yes deserves attention */
};

struct html_column {
    const char *title;
    enum html_style style;
};

struct html_table {
    const char *caption; /* read out by a screen reader; not shown */
    const char *sql;     /* its columns in the order of `columns` */
    const char *count;   /* how many rows there are in all */
    const struct html_column *columns;
    size_t column_count;
    size_t limit; /* rows shown */
};

/* The rows, or nothing at all when there are none: *SHOWN says how many. */
struct error *html_table_write(struct page *page, const struct html_table *table,
                               size_t *shown) MUST_CHECK;

/* --- the parts of the page, in their order --- */

struct error *html_summary(struct page *page) MUST_CHECK;  /* html_summary.c */
struct error *html_picture(struct page *page) MUST_CHECK;  /* html_picture.c */
struct error *html_failures(struct page *page) MUST_CHECK; /* html_failures.c */
struct error *html_map(struct page *page) MUST_CHECK;      /* html_map.c */
struct error *html_facts(struct page *page) MUST_CHECK;    /* html_facts.c */
struct error *html_binaries(struct page *page) MUST_CHECK; /* html_binaries.c */
struct error *html_units(struct page *page) MUST_CHECK;    /* html_units.c */

#endif
