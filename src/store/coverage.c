#include "store/coverage.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/size.h"
#include "base/text.h"
#include "model/query.h"

/* A span of a container that lies in the image as it is, at its place in the image. */
struct stretch {
    uint64_t from, to;
    uint32_t depth;
    const struct assessment_span *span;
};

struct map {
    const struct assessment *assessment;
    struct arena *arena;
    struct stretch *stretches; /* by rising start */
    size_t count;
    const struct stretch *
        *active; /* a heap: on top the innermost, of those the one begun last */
    size_t active_count;
    uint64_t *edges;
    size_t edge_count;
    uint64_t totals[SPAN_ENCRYPTED + 1];
    uint64_t dark; /* bytes not explained of what does not lie in the image as it is */
};

/*
 * Moves the stretch from *FROM to *TO of a node out to where it lies in the image, cut to every
 * container on the way. False when it does not lie there as it is.
 */
static bool place_of(const struct assessment *assessment, uint32_t id, uint64_t *from,
                     uint64_t *to)
{
    for (unsigned i = 0; i <= LIMIT_DEPTH + 2; i++) {
        const struct node *node = &assessment->nodes[id].node;
        *to = size_min(*to, node->size);
        *from = size_min(*from, *to);
        if (node->parent == NODE_NONE)
            return true;
        if (!node->has_offset || node->offset > UINT64_MAX - *to)
            return false;
        *from += node->offset;
        *to += node->offset;
        id = node->parent;
    }
    return false;
}

static bool is_dark(enum span_kind kind)
{
    return kind == SPAN_UNKNOWN || kind == SPAN_ENCRYPTED;
}

static void gather(struct map *map)
{
    const struct assessment *assessment = map->assessment;
    uint64_t size = assessment->nodes[0].node.size;

    for (size_t i = 0; i < assessment->span_count; i++) {
        const struct assessment_span *span = &assessment->spans[i];
        uint64_t from = span->span.offset;
        uint64_t to = from + size_min(span->span.length, UINT64_MAX - from);
        if (!place_of(assessment, span->node, &from, &to)) {
            map->dark += is_dark(span->span.kind) ? span->span.length : 0;
            continue;
        }
        if (from == to)
            continue;
        map->stretches[map->count++] =
            (struct stretch){from, to, assessment->nodes[span->node].depth, span};
        map->edges[map->edge_count++] = from;
        map->edges[map->edge_count++] = to;
    }
    map->edges[map->edge_count++] = 0;
    map->edges[map->edge_count++] = size;
}

static int by_edge(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static int by_start(const void *left, const void *right)
{
    const struct stretch *a = left, *b = right;
    int order = (a->from > b->from) - (a->from < b->from);

    return order != 0 ? order : (a->depth > b->depth) - (a->depth < b->depth);
}

static struct error *add_part(struct map *map, struct query *query, uint64_t from, uint64_t to,
                              const struct stretch *stretch)
{
    enum span_kind kind = stretch == NULL ? SPAN_UNKNOWN : stretch->span->span.kind;

    map->totals[kind] += to - from;
    query_bind_integer(query, 1, (int64_t)from);
    query_bind_integer(query, 2, (int64_t)(to - from));
    query_bind_string(query, 3, span_kind_name(kind));
    query_bind_string(query, 4, stretch == NULL ? "unknown" : stretch->span->span.what);
    query_bind_integer(query, 5, stretch == NULL ? 0 : stretch->span->node);
    query_bind_integer(query, 6,
                       stretch == NULL ? 0 : (int64_t)(stretch->span->span.entropy * 1000));
    return query_step(query);
}

/* Does A count where both are? */
static bool is_above(const struct stretch *a, const struct stretch *b)
{
    return a->depth != b->depth ? a->depth > b->depth : a > b;
}

static void push(struct map *map, const struct stretch *stretch)
{
    size_t at = map->active_count++;

    for (; at > 0 && is_above(stretch, map->active[(at - 1) / 2]); at = (at - 1) / 2)
        map->active[at] = map->active[(at - 1) / 2];
    map->active[at] = stretch;
}

static void pop(struct map *map)
{
    const struct stretch *last = map->active[--map->active_count];
    size_t at = 0;

    for (size_t child = 1; child < map->active_count; child = 2 * at + 1) {
        if (child + 1 < map->active_count &&
            is_above(map->active[child + 1], map->active[child]))
            child++;
        if (!is_above(map->active[child], last))
            break;
        map->active[at] = map->active[child];
        at = child;
    }
    map->active[at] = last;
}

/* Sweeps over the image: at each place the span of the innermost container counts. */
static struct error *sweep(struct map *map, struct query *query)
{
    const struct stretch *current = NULL;
    uint64_t begun = 0;
    size_t next = 0;

    for (size_t i = 0; i + 1 < map->edge_count; i++) {
        uint64_t at = map->edges[i];
        if (at == map->edges[i + 1])
            continue;
        for (; next < map->count && map->stretches[next].from <= at; next++)
            push(map, &map->stretches[next]);
        while (map->active_count > 0 && map->active[0]->to <= at)
            pop(map);
        const struct stretch *deepest = map->active_count > 0 ? map->active[0] : NULL;
        if (deepest == current && i > 0)
            continue;
        if (at > begun)
            TRY(add_part(map, query, begun, at, current));
        begun = at;
        current = deepest;
    }
    uint64_t size = map->assessment->nodes[0].node.size;
    return size > begun ? add_part(map, query, begun, size, current) : NULL;
}

static struct error *fill_map(sqlite3 *db, struct map *map)
{
    size_t spans = map->assessment->span_count;
    struct query query;

    map->stretches = arena_array(map->arena, spans + 1, sizeof *map->stretches);
    map->active = arena_array(map->arena, spans + 1, sizeof *map->active);
    map->edges = arena_array(map->arena, 2 * spans + 2, sizeof *map->edges);
    gather(map);
    qsort(map->edges, map->edge_count, sizeof *map->edges, by_edge);
    if (map->count > 0)
        qsort(map->stretches, map->count, sizeof *map->stretches, by_start);
    TRY(query_open(db, "INSERT INTO map VALUES(?,?,?,?,?,?/1000.0)", &query));
    struct error *error = sweep(map, &query);
    query_close(&query);
    return error;
}

static struct error *add_total(sqlite3 *db, enum span_kind kind, uint64_t bytes)
{
    char sql[160];

    sqlite3_snprintf(sizeof sql, sql, "INSERT INTO meta VALUES('bytes_%s', '%llu')",
                     span_kind_name(kind), (unsigned long long)bytes);
    return query_run(db, sql);
}

static struct error *add_coverage(sqlite3 *db, const char *name, bool complete,
                                  uint64_t looked_at, struct bytes detail)
{
    struct query query;

    TRY(query_open(db, "INSERT INTO coverage VALUES(?,?,?,?)", &query));
    query_bind_string(&query, 1, name);
    query_bind_integer(&query, 2, complete);
    query_bind_integer(&query, 3, (int64_t)looked_at);
    query_bind_text(&query, 4, detail);
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

static struct error *add_checks(sqlite3 *db, const struct assessment *assessment, bool unpacked,
                                struct bytes detail)
{
    owned(text) name = text_new();
    owned(text) why = text_new();

    for (size_t i = 0; i < assessment->check_count; i++) {
        const struct assessment_check *check = &assessment->checks[i];
        text_clear(name);
        text_clear(why);
        text_addf(name, "inspect.%s", check->name);
        if (check->failed > 0)
            text_addf(why, "the check failed %" PRIu64 " times", check->failed);
        else
            text_add_bytes(why, detail);
        TRY(add_coverage(db, text_string(name), unpacked && check->failed == 0,
                         check->looked_at, text_bytes(why)));
    }
    return NULL;
}

struct error *coverage_fill(sqlite3 *db, const struct assessment *assessment)
{
    owned(arena) arena = arena_new();
    struct map map = {.assessment = assessment, .arena = arena};
    owned(text) detail = text_new();

    TRY(fill_map(db, &map));
    for (int kind = SPAN_EXPLAINED; kind <= SPAN_ENCRYPTED; kind++)
        TRY(add_total(db, (enum span_kind)kind, map.totals[kind]));
    uint64_t dark = map.totals[SPAN_UNKNOWN] + map.totals[SPAN_ENCRYPTED];
    if (dark > 0)
        text_addf(detail, "%" PRIu64 " bytes of the image are not explained", dark);
    if (map.dark > 0)
        text_addf(detail, "%s%" PRIu64 " bytes of what was unpacked from it are not explained",
                  detail->size > 0 ? "; " : "", map.dark);
    if (assessment->unread_count > 0)
        text_addf(detail, "%s%zu losses: see the table unread", detail->size > 0 ? "; " : "",
                  assessment->unread_count);
    bool complete = dark == 0 && map.dark == 0 && assessment->unread_count == 0;
    TRY(add_coverage(db, "unpack.complete", complete, assessment->node_count,
                     text_bytes(detail)));
    return add_checks(db, assessment, complete, text_bytes(detail));
}
