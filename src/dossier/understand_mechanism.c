#include "dossier/understand_mechanism.h"

#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    const struct mechanism *first = a, *second = b;
    int order = bytes_compare(bytes_of(first->name), bytes_of(second->name));

    if (order != 0)
        return order;
    if (first->is_size != second->is_size)
        return first->is_size ? 1 : -1;
    return first->least < second->least ? -1 : first->least > second->least;
}

struct error *mechanisms_open(sqlite3 *db, struct arena *arena, struct mechanisms **out)
{
    struct mechanisms *all = arena_alloc(arena, sizeof *all);
    struct query row;
    bool found = false;

    TRY(query_open(db,
                   "SELECT name, kind, standing, reason, until, 0, 0 FROM crypto_mechanism"
                   " UNION ALL SELECT family, kind, standing, reason, until, least, 1"
                   " FROM crypto_size",
                   &row));
    struct error *error = query_next(&row, &found);
    while (error == NULL && found) {
        struct bytes reason = query_text(&row, 3), until = query_text(&row, 4);
        all->items =
            arena_grow(arena, all->items, &all->capacity, all->count + 1, sizeof *all->items);
        all->items[all->count++] = (struct mechanism){
            .name = arena_string(arena, query_text(&row, 0)),
            .kind = arena_string(arena, query_text(&row, 1)),
            .standing = arena_string(arena, query_text(&row, 2)),
            .reason = until.size == 0
                          ? arena_string(arena, reason)
                          : arena_printf(arena, "tolerated until %.*s: %.*s", (int)until.size,
                                         (const char *)until.data, (int)reason.size,
                                         (const char *)reason.data),
            .least = (unsigned)query_integer(&row, 5),
            .is_size = query_integer(&row, 6) != 0,
        };
        error = query_next(&row, &found);
    }
    query_close(&row);
    if (all->count > 0)
        qsort(all->items, all->count, sizeof *all->items, by_name);
    *out = all;
    return error;
}

static const struct mechanism *find(const struct mechanisms *all, struct bytes name,
                                    bool is_size, unsigned size)
{
    const struct mechanism *found = NULL;
    size_t low = 0, high = all->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bytes_compare(bytes_of(all->items[middle].name), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < all->count && bytes_is(name, all->items[low].name); low++)
        if (all->items[low].is_size == is_size && all->items[low].least <= size)
            found = &all->items[low];
    return found;
}

const struct mechanism *mechanism_named(const struct mechanisms *all, const char *name)
{
    return find(all, bytes_of(name), false, 0);
}

const struct mechanism *mechanism_sized(const struct mechanisms *all, const char *family,
                                        unsigned size)
{
    return find(all, bytes_of(family), true, size);
}

const struct mechanism *mechanism_worse(const struct mechanism *a, const struct mechanism *b,
                                        struct arena *arena)
{
    static const char *const order[] = {"accepted", "legacy", "unknown", "broken"};
    size_t rank[2] = {0, 0};

    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (bytes_is(bytes_of(a->standing), order[i]))
            rank[0] = i;
        if (bytes_is(bytes_of(b->standing), order[i]))
            rank[1] = i;
    }
    if (rank[1] <= rank[0])
        return a;
    struct mechanism *joined = arena_alloc(arena, sizeof *joined);
    *joined = *b;
    joined->kind = a->kind;
    return joined;
}
