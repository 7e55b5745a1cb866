#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "model/query.h"
#include "report/sql.h"

/*
 * The evaluation report as one walk over a stored assessment: chapters, tables and boxes, told to
 * a writer that makes a page for a browser, a document for paper, or a screen of them. What the
 * report says is decided here alone, so the forms it is written in cannot diverge.
 *
 * A writer is told of blocks that open and close like brackets, and of text inside them. Text is
 * given as it stands in the store: to escape it is the writer's duty.
 */

/* A block closes in the reverse order of opening. Which words it takes stands beside it. */
enum block {
    BLOCK_TITLE,     /* title, note, head: the first page; the identity lies in it */
    BLOCK_IDENTITY,  /* title */
    BLOCK_DETAIL,    /* title; count 1: it takes the whole width */
    BLOCK_CHAPTER,   /* id, title: a page of its own on paper */
    BLOCK_SECTION,   /* id, title, count */
    BLOCK_GROUP,     /* id, title: below a section */
    BLOCK_PARAGRAPH, /* role */
    BLOCK_NAMES,     /* a list */
    BLOCK_ITEM,
    BLOCK_TERMS, /* pairs of term and description */
    BLOCK_TERM,  /* title, id; what is inside describes it: text, names or tables */
    BLOCK_TABLE, /* title, columns */
    BLOCK_ROW,
    BLOCK_CELL,     /* count: which column; note: what it holds, see document_table.c */
    BLOCK_FOLD,     /* title: may be closed on a screen */
    BLOCK_FAILURE,  /* id, title, base, outcome, head: a provision that is proven to fail */
    BLOCK_PROOFS,   /* a list of … */
    BLOCK_PROOF,    /* … what proves it */
    BLOCK_EVIDENCE, /* where a proof stands */
    BLOCK_EXCERPT,  /* inside: its bytes */
    BLOCK_REMEDY,
    BLOCK_FAMILY,         /* id, title, note: its number */
    BLOCK_PROVISION,      /* id, title, base, outcome, note, head: what it requires */
    BLOCK_CASE,           /* id, title, note, outcome */
    BLOCK_UNIT,           /* id, title, note, outcome */
    BLOCK_ENTRY,          /* id, title, note: one entry of an IXIT table */
    BLOCK_TILES,          /* figures of the result */
    BLOCK_TILE,           /* title, count, outcome */
    BLOCK_PICTURE,        /* one square a provision */
    BLOCK_PICTURE_FAMILY, /* id, title, note */
    BLOCK_SQUARE,         /* id, title, base, outcome, note: that in words, head */
    BLOCK_SIGNATURES,     /* places to sign on paper */
};

enum role {
    ROLE_PLAIN,
    ROLE_LEAD,
    ROLE_VERDICT,
    ROLE_STATEMENT,
    ROLE_WARNING,
    ROLE_NONE,  /* that there is nothing, in place of a table */
    ROLE_DIM,   /* an aside */
    ROLE_CLAIM, /* of a proof: what it proves */
    ROLE_FAILS, /* of a proof: which units it fails */
};

/* How a stretch of text is meant. */
enum mark {
    MARK_PLAIN,
    MARK_STRONG,
    MARK_BAD,   /* strong, and deserves attention */
    MARK_DIM,   /* an aside */
    MARK_CODE,  /* as the image or the dossier has it */
    MARK_HASH,  /* code that may be cut anywhere */
    MARK_PLACE, /* where a proof is */
    MARK_CUT,   /* says that something was left out */
    MARK_PROSE, /* a person's words: its line ends count */
};

enum style {
    STYLE_WORDS,
    STYLE_CODE,     /* as the image has it: monospace */
    STYLE_NUMBER,   /* aligned to the right */
    STYLE_BYTES,    /* a size */
    STYLE_PLACE,    /* takes three columns of the query: path, line, offset */
    STYLE_FLAG,     /* 1 yes, 0 no */
    STYLE_BAD_FLAG, /* … where yes deserves attention */
    STYLE_PROSE,    /* a person's words */
    STYLE_OUTCOME,
    STYLE_UNIT,      /* the id of a unit or case, which leads to it */
    STYLE_PROVISION, /* the same of a provision */
};

struct document_column {
    const char *title;
    enum style style;
};

/* Words that belong to a block. Texts live until the call returns; what is not said is zero. */
struct words {
    const char *id; /* where links lead; it may hold foreign bytes */
    struct bytes title, note, head, outcome, base;
    int64_t count;
    enum role role;
    const struct document_column *columns; /* as long as the table is open */
    size_t column_count;
};

struct strip;

struct writer {
    void (*open)(void *state, enum block block, const struct words *words);
    void (*close)(void *state, enum block block);
    void (*text)(void *state, enum mark mark, struct bytes text);
    void (*link)(void *state, const char *target, struct bytes text);
    /* The outcome's symbol and WORD, which is the outcome itself or what it is called there. */
    void (*badge)(void *state, struct bytes outcome, const char *word);
    void (*strip)(void *state, const struct strip *strip);
};

struct document {
    sqlite3 *db;
    struct arena *arena; /* as long as the walk lasts */
    const struct writer *writer;
    void *state;
    bool has_dossier, has_image;
    bool is_old;   /* edition 2.1.1 */
    bool is_paper; /* pages: what stands whole in the annex is cut where it is quoted */
};

/* Ceilings of the document. What is over one is counted in it and stands in assessment.db. */
enum {
    DOCUMENT_ROWS = 500,        /* of one table: a page of paper holds fifty */
    DOCUMENT_PARTS = 300,       /* of the map, in its table */
    DOCUMENT_PROOFS = 8,        /* of one provision, shown at once … */
    DOCUMENT_PROOFS_MORE = 120, /* … and behind "more" */
    DOCUMENT_FOUND = 4,         /* sentences of one unit: its provision shows them with proof */
    DOCUMENT_EXCERPT = 640,     /* bytes of one excerpt; the store keeps four times as many */
    DOCUMENT_VALUE = 240,       /* bytes of one value in a table */
    DOCUMENT_PROSE = 8000,      /* bytes of a declared field: two pages of paper … */
    DOCUMENT_QUOTE = 300,       /* … and beside a unit, on paper: it is read by ten units */
    DOCUMENT_GAPS = 60,         /* of what stands in the way */
    DOCUMENT_ENTRIES = 2000,    /* of the IXIT annex: some three hundred pages */
    DOCUMENT_BESIDE = 50,       /* rows beside one unit */
    DOCUMENT_FIELDS = 20,       /* entries that one unit reads */
    DOCUMENT_SHEETS = 2500,     /* of those in all sheets together */
};

/* Fills DOCUMENT but its writer: what the store holds. */
void document_begin(struct document *document, sqlite3 *db, struct arena *arena);
/* The whole report. */
struct error *document_write(struct document *document) MUST_CHECK;

/* --- telling the writer: document.c --- */

void document_open(struct document *document, enum block block);
void document_open_with(struct document *document, enum block block, const struct words *words);
void document_close(struct document *document, enum block block);
void document_text(struct document *document, enum mark mark, struct bytes text);
void document_add(struct document *document, const char *text); /* our own words */
void document_addf(struct document *document, const char *format, ...) PRINTF(2, 3);
/* TEXT cut at LIMIT bytes, at the start of a character, with a mark that says so. */
void document_cut(struct document *document, enum mark mark, struct bytes text, size_t limit);
/* A link to the place ID, whose first bytes are PREFIX: "u-" unit, "p-" provision, "x-" proofs. */
void document_link(struct document *document, const char *prefix, struct bytes id,
                   struct bytes text);
void document_badge(struct document *document, struct bytes outcome);
/* What a provision's outcome is called: without a dossier, one that fails is refuted. */
const char *document_outcome(const struct document *document, struct bytes outcome);
/* A paragraph of our own words. */
void document_say(struct document *document, enum role role, const char *text);
void document_count(struct document *document, int64_t count, const char *one,
                    const char *many);
void document_size(struct document *document, uint64_t size);
/* Where the proof is: path, line or offset, from three columns that begin at COLUMN. */
void document_place(struct document *document, const struct query *query, int column);
/* The chapter or section ID; close it with document_close. */
void document_chapter(struct document *document, const char *id, const char *title);
void document_section(struct document *document, const char *id, const char *title,
                      int64_t count);
/* A description that is text alone, or nothing when there is none. */
void document_term(struct document *document, const char *term, struct bytes text);

/* One value of the table meta, "" when there is none. It lives in the arena. */
const char *document_meta(struct document *document, const char *key);
int64_t document_meta_number(struct document *document, const char *key);
bool document_has_table(struct document *document, const char *name);
/* One fact of product.yaml, "" when it is not said. */
const char *document_dut(struct document *document, const char *field);

/* --- words: document_words.c --- */

/* A name of `covered` in words: "probe.tls" is "an observation of the live device (TLS)". */
void document_covered(struct text *out, struct bytes name);
/* One symbol an outcome, so that it reads without colour. */
const char *document_symbol(struct bytes outcome);
/* What an outcome of a unit, case or provision is called. */
const char *document_word(struct bytes outcome);
/* The sentence of the outcome of the whole. */
const char *document_overall(struct bytes outcome);

/* --- tables: document_table.c --- */

struct document_table {
    const char *caption;
    const char *sql;   /* its columns in the order of `columns` */
    const char *count; /* how many rows there are in all; NULL: they are counted by reading */
    int64_t known;     /* what that gave, when it was asked before; or 0 */
    const struct document_column *columns;
    size_t column_count;
    size_t limit; /* rows shown */
};

/* The rows, or nothing at all when there are none: *SHOWN says how many. */
struct error *document_table_write(struct document *document,
                                   const struct document_table *table,
                                   size_t *shown) MUST_CHECK;
/* The same of a query that is open, whose placeholders are bound. */
struct error *document_table_rows(struct document *document, const struct document_table *table,
                                  struct query *query, size_t *shown, bool *more) MUST_CHECK;
/* "and 12 more in assessment.db" */
void document_rest(struct document *document, uint64_t rest);

/* The table of a query whose columns nobody knows before: each one's name is its title. */
struct error *document_table_any(struct document *document, const char *caption,
                                 struct query *query, size_t limit) MUST_CHECK;

/* --- the assessment sheet of one unit: document_sheet.c --- */

struct entry;

struct sheet {
    struct document *document;
    struct query tables, fields, beside;
    struct entry *entries; /* of the IXIT */
    size_t entry_count;
    size_t shown;             /* entries so far, of all units */
    size_t steps, steps_here; /* of SQLite, in all and of the query at hand */
    bool is_alone;            /* one unit alone: no thrift */
};

/* *SHEET must be zero but for is_alone. Close it also when this fails. */
struct error *sheet_open(struct document *document, struct sheet *sheet) MUST_CHECK;
void sheet_close(struct sheet *sheet);
/* What the unit reads of the IXIT, and the rows beside it: inside BLOCK_TERMS. */
struct error *sheet_write(struct sheet *sheet, struct bytes unit) MUST_CHECK;

/* --- the test units of a case, or one of them: document_unit.c --- */

struct units {
    struct document *document;
    struct sheet sheet;
    struct query units, proofs, covered, unclear, files;
};

/* *UNITS must be zero but for sheet.is_alone. Close it also when this fails. */
struct error *units_open(struct document *document, struct units *units) MUST_CHECK;
void units_close(struct units *units);
/* All units of the case called WHAT, or the unit of that name. */
struct error *units_write(struct units *units, struct bytes what,
                          struct bytes provision) MUST_CHECK;

/* --- the proof of one counter-example: document_proof.c --- */

/* Where observation ID stands, and its bytes; nothing when there is none of that id. */
struct error *document_evidence(struct document *document, int64_t id) MUST_CHECK;

/* --- the map: document_map.c --- */

struct part {
    uint64_t offset, length;
    const char *kind, *what;
    int64_t node;     /* the container it lies in */
    const char *name; /* … and what that is called */
    size_t joined;    /* how many parts it stands for */
    int tone;         /* 0 or 1: neighbouring containers differ */
};

/* The image in proportion, where every part keeps a width that can be seen. */
struct strip {
    struct part *parts;
    size_t count, capacity;
    uint64_t size;
    uint64_t bytes[4]; /* by kind, in the order of strip_kinds */
};

extern const char *const strip_kinds[4];  /* as in the store */
extern const char *const strip_titles[4]; /* in words */
/* 2 and more: nothing is known of such a part. */
int strip_darkness(const char *kind);
/* The width of part I, of TOTAL that they have together. */
double strip_width(const struct strip *strip, size_t i);
double strip_total(const struct strip *strip);

/* --- the chapters, in their order --- */

struct error *document_title(struct document *document) MUST_CHECK;
struct error *document_result(struct document *document) MUST_CHECK;
struct error *document_picture(struct document *document) MUST_CHECK;
struct error *document_state(struct document *document) MUST_CHECK; /* of the dossier */
struct error *document_scope(struct document *document) MUST_CHECK;
struct error *document_provisions(struct document *document) MUST_CHECK;
struct error *document_failures(struct document *document) MUST_CHECK;
struct error *document_map(struct document *document) MUST_CHECK;
struct error *document_facts(struct document *document) MUST_CHECK;
struct error *document_binaries(struct document *document) MUST_CHECK;
struct error *document_units(struct document *document) MUST_CHECK;
struct error *document_work(struct document *document) MUST_CHECK; /* evidence, actions */
struct error *document_annexes(struct document *document) MUST_CHECK;

#endif
