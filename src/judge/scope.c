#include "judge/scope.h"

#include <string.h>

#include "base/text.h"
#include "model/query.h"

enum truth {
    NO,
    YES,
    UNKNOWN,
};

/* A rule that keeps later ones from adding a regime; UNKNOWN as long as nobody can say. */
struct stop {
    const char *regime, *rule, *missing;
    enum truth fires;
};

struct evaluation {
    sqlite3 *db;
    const struct scope_product *product;
    struct arena *arena;
    struct scope_result *result;
    struct query predicates, effects, preset;
    struct text *missing, *because; /* of the rule at hand */
    struct stop *stops;
    size_t stop_count, stop_capacity;
    struct scope_lines asked; /* facts that are missing, by id */
    bool only_ask;            /* the scope is not known: nothing is added any more */
};

bool scope_has(const struct scope_lines *lines, const char *id)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->lines[i].id, id) == 0)
            return true;
    return false;
}

static void add_line(struct evaluation *e, struct scope_lines *lines, struct scope_line line)
{
    lines->lines = arena_grow(e->arena, lines->lines, &lines->capacity, lines->count + 1,
                              sizeof *lines->lines);
    lines->lines[lines->count++] = line;
}

static void add_once(struct evaluation *e, struct scope_lines *lines, struct scope_line line)
{
    if (!scope_has(lines, line.id))
        add_line(e, lines, line);
}

/* --- one predicate ------------------------------------------------------------------------- */

/* The value of a fact, or its default; *KNOWN is false when there is neither. */
static struct error *value_of(struct evaluation *e, const char *fact, struct bytes *value,
                              bool *known)
{
    for (size_t i = 0; i < e->product->count; i++)
        if (strcmp(e->product->facts[i].id, fact) == 0) {
            *value = e->product->facts[i].value;
            *known = true;
            return NULL;
        }
    query_reset(&e->preset);
    query_bind_string(&e->preset, 1, fact);
    TRY(query_next(&e->preset, known));
    *known = *known && !query_is_null(&e->preset, 0);
    if (*known)
        *value = arena_copy(e->arena, query_text(&e->preset, 0));
    return NULL;
}

/* The first word of LIST that also stands in OTHER; no bytes when there is none. */
static struct bytes common_word(struct bytes list, struct bytes other)
{
    struct bytes word;

    while (bytes_next_field(&list, ',', &word))
        if (bytes_lists(other, bytes_trim(word)))
            return bytes_trim(word);
    return bytes_of(NULL);
}

static bool is_less(struct bytes a, struct bytes b)
{
    uint64_t left, right;

    if (bytes_to_u64(a, &left) && bytes_to_u64(b, &right))
        return left < right;
    return bytes_compare(a, b) < 0;
}

static bool holds(struct bytes op, struct bytes value, struct bytes wanted)
{
    bool has = common_word(value, wanted).size > 0;

    if (bytes_is(op, "eq") || bytes_is(op, "ne"))
        return bytes_equal(value, wanted) == bytes_is(op, "eq");
    if (bytes_is(op, "in") || bytes_is(op, "contains") || bytes_is(op, "contains_any"))
        return has;
    if (bytes_is(op, "not_contains"))
        return !has;
    if (bytes_is(op, "nonempty") || bytes_is(op, "empty"))
        return (value.size == 0) == bytes_is(op, "empty");
    return is_less(value, wanted) == bytes_is(op, "lt"); /* ge, lt */
}

/* "has_radio is true", "markets has EU", "placing_date 2026-11-20 is not before 2025-08-01" */
static void add_because(struct evaluation *e, const char *fact, struct bytes op,
                        struct bytes value, struct bytes wanted)
{
    struct text *out = e->because;
    const char *verb = "is";

    if (bytes_is(op, "contains") || bytes_is(op, "contains_any")) {
        verb = "has";
        value = common_word(value, wanted);
    } else if (bytes_is(op, "not_contains")) {
        verb = "lacks";
        value = wanted;
    }
    text_addf(out, "%s%s %s ", out->size > 0 ? "; " : "", fact, verb);
    text_add_bytes(out, value.size == 0 ? bytes_of("empty") : value);
    if (!bytes_is(op, "ge") && !bytes_is(op, "lt"))
        return;
    text_add(out, bytes_is(op, "ge") ? ", not before " : ", before ");
    text_add_bytes(out, wanted);
}

static void ask_for(struct evaluation *e, const char *fact)
{
    if (bytes_lists(text_bytes(e->missing), bytes_of(fact)))
        return;
    text_add(e->missing, e->missing->size > 0 ? ", " : "");
    text_add(e->missing, fact);
}

/* The predicate at hand. */
static struct error *evaluate_predicate(struct evaluation *e, enum truth *out)
{
    const char *fact = arena_string(e->arena, query_text(&e->predicates, 1));
    struct bytes value = bytes_of(""), op = query_text(&e->predicates, 2);
    struct bytes wanted = query_text(&e->predicates, 3);
    bool known = false;

    TRY(value_of(e, fact, &value, &known));
    if (!known)
        ask_for(e, fact);
    *out = !known ? UNKNOWN : holds(op, value, wanted) ? YES : NO;
    if (*out == YES)
        add_because(e, fact, op, value, wanted);
    return NULL;
}

/* --- one rule ------------------------------------------------------------------------------ */

/* Leaves in e->because the predicates that hold, in e->missing the facts that are not known. */
static struct error *evaluate_rule(struct evaluation *e, const char *rule, enum truth *out)
{
    enum truth all = YES, any = NO, one = NO;
    bool has_any = false, found = false;

    text_clear(e->missing);
    text_clear(e->because);
    query_reset(&e->predicates);
    query_bind_string(&e->predicates, 1, rule);
    TRY(query_next(&e->predicates, &found));
    while (found) {
        TRY(evaluate_predicate(e, &one));
        if (query_integer(&e->predicates, 0) == 0) {
            if (one == NO || all == YES)
                all = all == NO ? NO : one;
        } else {
            has_any = true;
            if (one == YES || any == NO)
                any = any == YES ? YES : one;
        }
        TRY(query_next(&e->predicates, &found));
    }
    if (!has_any)
        any = YES;
    *out = all == NO || any == NO ? NO : all == YES && any == YES ? YES : UNKNOWN;
    return NULL;
}

static void ask_all(struct evaluation *e)
{
    struct bytes rest = text_bytes(e->missing), fact;

    while (bytes_next_field(&rest, ',', &fact))
        add_once(e, &e->asked,
                 (struct scope_line){.id = arena_string(e->arena, bytes_trim(fact))});
}

static struct scope_lines *lines_of(struct scope_result *result, struct bytes kind)
{
    return bytes_is(kind, "primary")         ? &result->primary
           : bytes_is(kind, "complementary") ? &result->complementary
           : bytes_is(kind, "regimes")       ? &result->regimes
           : bytes_is(kind, "points")        ? &result->points
           : bytes_is(kind, "notices")       ? &result->notices
                                             : &result->other;
}

static const struct stop *stop_of(const struct evaluation *e, const char *regime)
{
    const struct stop *found = NULL;

    for (size_t i = 0; i < e->stop_count; i++)
        if (strcmp(e->stops[i].regime, regime) == 0 &&
            (found == NULL || e->stops[i].fires == YES))
            found = &e->stops[i];
    return found;
}

/* Adds what a rule that fired says; a regime that may be stopped is undecided. */
static struct error *apply(struct evaluation *e, struct scope_line line)
{
    bool found = false;

    query_reset(&e->effects);
    query_bind_string(&e->effects, 1, line.rule);
    TRY(query_next(&e->effects, &found));
    while (found) {
        struct bytes kind = query_text(&e->effects, 0);
        line.id = arena_string(e->arena, query_text(&e->effects, 1));
        const struct stop *stop = bytes_is(kind, "regimes") ? stop_of(e, line.id) : NULL;
        if (bytes_is(kind, "scope")) {
            e->result->scope = line.id;
            e->result->reason = line;
        } else if (stop == NULL) {
            add_once(e, lines_of(e->result, kind), line);
        } else if (stop->fires == UNKNOWN) {
            add_line(e, &e->result->undecided,
                     (struct scope_line){line.id, stop->rule, line.why, stop->missing});
        }
        TRY(query_next(&e->effects, &found));
    }
    return NULL;
}

/* A rule that nobody can decide: what it would add, and the facts that it waits for. */
static struct error *note_undecided(struct evaluation *e, struct scope_line line)
{
    owned(text) what = text_new();
    bool found = false;

    query_reset(&e->effects);
    query_bind_string(&e->effects, 1, line.rule);
    TRY(query_next(&e->effects, &found));
    while (found) {
        struct bytes kind = query_text(&e->effects, 0);
        if (!bytes_is(kind, "other")) {
            text_add(what, what->size > 0 ? ", " : "");
            text_add(what, bytes_is(kind, "points") ? "point " : "");
            text_add_bytes(what, query_text(&e->effects, 1));
        }
        TRY(query_next(&e->effects, &found));
    }
    line.id = arena_string(e->arena, text_bytes(what));
    if (what->size > 0)
        add_line(e, &e->result->undecided, line);
    return NULL;
}

static void note_stop(struct evaluation *e, const char *regime, enum truth fires,
                      const struct scope_line *line)
{
    if (regime == NULL || fires == NO)
        return;
    e->stops =
        arena_grow(e->arena, e->stops, &e->stop_capacity, e->stop_count + 1, sizeof *e->stops);
    e->stops[e->stop_count++] = (struct stop){regime, line->rule, line->because, fires};
    if (fires == YES)
        add_line(e, &e->result->notes,
                 (struct scope_line){regime, line->rule, line->why, line->because});
}

/* --- the lists ----------------------------------------------------------------------------- */

static struct error *decide(struct evaluation *e, const struct query *rule, enum truth *fires)
{
    struct arena *arena = e->arena;
    const char *id = arena_string(arena, query_text(rule, 0));
    const char *why = query_is_null(rule, 1) ? NULL : arena_string(arena, query_text(rule, 1));
    const char *stop = query_is_null(rule, 2) ? NULL : arena_string(arena, query_text(rule, 2));

    TRY(evaluate_rule(e, id, fires));
    struct scope_line line = {
        NULL, id, why,
        arena_string(arena, text_bytes(*fires == UNKNOWN ? e->missing : e->because))};
    if (*fires == UNKNOWN)
        ask_all(e);
    if (e->only_ask)
        return NULL;
    note_stop(e, stop, *fires, &line);
    return *fires == YES ? apply(e, line) : *fires == UNKNOWN ? note_undecided(e, line) : NULL;
}

static struct error *evaluate_list(struct evaluation *e, const char *list)
{
    bool is_scope = strcmp(list, "scope") == 0, found = false;
    enum truth fires = NO;
    struct query rule;

    TRY(query_open(e->db, "SELECT id, why, stop FROM scope_rule WHERE list = ? ORDER BY place",
                   &rule));
    query_bind_string(&rule, 1, list);
    struct error *error = query_next(&rule, &found);
    while (error == NULL && found && !(is_scope && fires == YES)) {
        error = decide(e, &rule, &fires);
        if (is_scope && fires == UNKNOWN)
            e->only_ask = true; /* a later rule decides nothing before this one is decided */
        if (error == NULL)
            error = query_next(&rule, &found);
    }
    query_close(&rule);
    return error;
}

static struct error *collect_asks(struct evaluation *e)
{
    struct scope_result *result = e->result;
    struct query fact;
    bool found = false;

    result->asks = arena_array(e->arena, e->asked.count, sizeof *result->asks);
    TRY(query_open(e->db, "SELECT id, type, choices, meaning FROM scope_fact ORDER BY place",
                   &fact));
    struct error *error = query_next(&fact, &found);
    while (error == NULL && found) {
        const char *id = arena_string(e->arena, query_text(&fact, 0));
        if (scope_has(&e->asked, id))
            result->asks[result->ask_count++] = (struct scope_ask){
                id, arena_string(e->arena, query_text(&fact, 1)),
                query_is_null(&fact, 2) ? NULL : arena_string(e->arena, query_text(&fact, 2)),
                query_is_null(&fact, 3) ? NULL : arena_string(e->arena, query_text(&fact, 3))};
        error = query_next(&fact, &found);
    }
    query_close(&fact);
    return error;
}

/* Markets of the product that no rule names: silence about them must not look like freedom. */
static struct error *note_markets(struct evaluation *e)
{
    struct bytes markets = bytes_of(""), market;
    struct query query;
    bool known = false, found = false;

    TRY(value_of(e, "markets", &markets, &known));
    TRY(query_open(e->db,
                   "SELECT (SELECT note FROM scope_market WHERE id = ?1) WHERE NOT EXISTS"
                   " (SELECT 1 FROM scope_predicate WHERE fact = 'markets' AND"
                   " ', ' || value || ',' LIKE '%, ' || ?1 || ',%')",
                   &query));
    struct error *error = NULL;
    while (error == NULL && bytes_next_field(&markets, ',', &market)) {
        market = bytes_trim(market);
        query_reset(&query);
        query_bind_text(&query, 1, market);
        error = query_next(&query, &found);
        if (error != NULL || !found || market.size == 0)
            continue;
        const char *why = query_is_null(&query, 0)
                              ? "no rule here knows this market: nothing is said about it"
                              : arena_string(e->arena, query_text(&query, 0));
        add_line(e, &e->result->notes,
                 (struct scope_line){arena_string(e->arena, market), NULL, why, NULL});
    }
    query_close(&query);
    return error;
}

static struct error *evaluate(struct evaluation *e)
{
    static const char *const lists[] = {"reference", "regime", "notice"};

    TRY(evaluate_list(e, "scope"));
    if (strcmp(e->result->scope, "out") == 0)
        return collect_asks(e);
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        TRY(evaluate_list(e, lists[i]));
    TRY(note_markets(e));
    return collect_asks(e);
}

struct error *scope_evaluate(sqlite3 *db, const struct scope_product *product,
                             struct arena *arena, struct scope_result *out)
{
    struct evaluation e = {.db = db, .product = product, .arena = arena, .result = out};
    owned(text) missing = text_new();
    owned(text) because = text_new();

    *out = (struct scope_result){.scope = "undecided"};
    e.missing = missing;
    e.because = because;
    struct error *error = query_open(db,
                                     "SELECT in_any, fact, op, value FROM scope_predicate"
                                     " WHERE rule = ? ORDER BY place",
                                     &e.predicates);
    if (error == NULL)
        error =
            query_open(db, "SELECT kind, value FROM scope_effect WHERE rule = ? ORDER BY place",
                       &e.effects);
    if (error == NULL)
        error = query_open(db, "SELECT preset FROM scope_fact WHERE id = ?", &e.preset);
    if (error == NULL)
        error = evaluate(&e);
    query_close(&e.predicates);
    query_close(&e.effects);
    query_close(&e.preset);
    return error;
}
