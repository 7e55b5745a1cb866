#ifndef JUDGE_SCOPE_H
#define JUDGE_SCOPE_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * Which reference applies to a product, in which market, and why: the rules of
 * knowledge/schemes/scoping.yaml over facts about the product. Pure: the same facts and rules give
 * the same result. A fact that is not known is asked for, never guessed.
 */

/* A fact about a product. A list is joined by ", "; a bool is "true" or "false". */
struct scope_fact {
    const char *id;
    struct bytes value;
};

struct scope_product {
    struct scope_fact *facts;
    size_t count;
};

/* One thing a rule said, and why: its own words, and the facts that made it fire. */
struct scope_line {
    const char *id;      /* EN18031, uk-psti, d …; of what is undecided: what it would add */
    const char *rule;    /* R1 */
    const char *why;     /* NULL when the rule has no words of its own */
    const char *because; /* "has_radio is true; …"; of what is undecided: the missing facts */
};

struct scope_lines {
    struct scope_line *lines;
    size_t count, capacity;
};

struct scope_ask {
    const char *fact, *type, *choices, *meaning; /* choices and meaning may be NULL */
};

struct scope_result {
    const char *scope;        /* in, in_with_warning, out, undecided */
    struct scope_line reason; /* of the rule that said so; all NULL when it is undecided */
    struct scope_lines other, primary, complementary, regimes, points, notices;
    struct scope_lines undecided; /* rules that a missing fact keeps from saying yes or no */
    struct scope_lines notes;     /* markets that no rule knows; id is the market */
    struct scope_ask *asks;       /* the missing facts, in the order of the catalogue */
    size_t ask_count;
};

/*
 * The facts that stand in MAP, of the file NAME; other keys are none of ours. ERROR_INPUT with the
 * line for a value that the fact cannot have. DB has the catalogue.
 */
struct error *scope_from_yaml(sqlite3 *db, const char *name, const struct yaml *map,
                              struct arena *arena, struct scope_product *out) MUST_CHECK;

/* The facts in the table dut of an assessment; a value that a fact cannot have is not known. */
struct error *scope_from_store(sqlite3 *db, struct arena *arena,
                               struct scope_product *out) MUST_CHECK;

/* Everything in *OUT lives in ARENA. */
struct error *scope_evaluate(sqlite3 *db, const struct scope_product *product,
                             struct arena *arena, struct scope_result *out) MUST_CHECK;

/* Does a line of that id stand in LINES? */
bool scope_has(const struct scope_lines *lines, const char *id);

#endif
