#ifndef TESTS_UNIT_JUDGE_STORE_H
#define TESTS_UNIT_JUDGE_STORE_H

/*
 * A store with the catalogue, the rules and a table for every observable, and nothing seen. For
 * tests of the judge; included once by a test program, after test.h.
 */

#include "base/text.h"
#include "inspect/check.h"
#include "judge/catalogue.h"
#include "judge/judge.h"
#include "model/query.h"
#include "store/store.h"

static inline void store_describe(struct assessment *assessment)
{
    struct arena *arena = assessment->arena;
    size_t most = 0;

    for (size_t i = 0; i < check_count; i++)
        most += checks[i]->observable_count;
    assessment->observables = arena_array(arena, most, sizeof *assessment->observables);
    assessment->checks = arena_array(arena, check_count, sizeof *assessment->checks);
    assessment->check_count = check_count;
    for (size_t i = 0; i < check_count; i++) {
        uint32_t *own = arena_array(arena, checks[i]->observable_count, sizeof *own);
        for (size_t j = 0; j < checks[i]->observable_count; j++) {
            const struct observable *observable = checks[i]->observables[j];
            size_t at = 0;
            while (at < assessment->observable_count &&
                   strcmp(assessment->observables[at].name, observable->name) != 0)
                at++;
            if (at == assessment->observable_count)
                assessment->observables[assessment->observable_count++] = *observable;
            own[j] = (uint32_t)at;
        }
        assessment->checks[i] =
            (struct assessment_check){.name = checks[i]->name,
                                      .title = checks[i]->title,
                                      .observables = own,
                                      .observable_count = checks[i]->observable_count};
    }
}

/* NULL when it cannot be made; the test has failed then. Close with sqlite3_close. */
static inline sqlite3 *store_empty(void)
{
    owned(assessment) assessment = assessment_new();
    struct node root = {.parent = NODE_NONE, .kind = NODE_CONTAINER};
    sqlite3 *db = NULL;

    assessment->input = "nothing";
    store_describe(assessment);
    (void)assessment_add_node(assessment, &root);
    assessment_sort(assessment);
    CHECK_SUCCESS(store_new(&db));
    if (db != NULL)
        CHECK_SUCCESS(store_fill(db, assessment));
    return db;
}

/* The text of the first column of the first row, in ARENA; "" when there is none. */
static inline const char *store_text(sqlite3 *db, struct arena *arena, const char *sql)
{
    struct query query;
    bool found = false;
    const char *text = "";

    CHECK_SUCCESS(query_open(db, sql, &query));
    CHECK_SUCCESS(query_next(&query, &found));
    if (found)
        text = arena_string(arena, query_text(&query, 0));
    query_close(&query);
    return text;
}

/* Lays a file of rules over those of the store. */
static inline struct error *store_rules(sqlite3 *db, const char *text)
{
    return catalogue_add(db, "rules/test.yaml", bytes_of(text));
}

#endif
