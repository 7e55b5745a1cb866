#include "inspect/patterns.h"

#include <hs/hs.h>
#include <string.h>

#include "base/limits.h"

#define NO_CHECK SIZE_MAX

/* One for the process: a worker has one thread. */
static hs_database_t *database;
static hs_scratch_t *scratch;
static size_t *owners; /* row → place of its check in checks[], or NO_CHECK */

static size_t check_place(const char *name)
{
    for (size_t i = 0; i < check_count; i++)
        if (strcmp(checks[i]->name, name) == 0)
            return i;
    return NO_CHECK;
}

static struct error *compile(void)
{
    owned(arena) arena = arena_new();
    const char **expressions = arena_array(arena, pattern_row_count, sizeof *expressions);
    unsigned *flags = arena_array(arena, pattern_row_count, sizeof *flags);
    unsigned *ids = arena_array(arena, pattern_row_count, sizeof *ids);
    hs_compile_error_t *failure = NULL;

    for (size_t i = 0; i < pattern_row_count; i++) {
        expressions[i] = pattern_rows[i].expression;
        flags[i] = pattern_rows[i].flags;
        ids[i] = (unsigned)i;
    }
    if (hs_compile_multi(expressions, flags, ids, (unsigned)pattern_row_count, HS_MODE_BLOCK,
                         NULL, &database, &failure) == HS_SUCCESS)
        return NULL;
    struct error *error = error_new(ERROR_INTERNAL, "cannot compile the patterns: %s",
                                    failure == NULL ? "no reason given" : failure->message);
    hs_free_compile_error(failure);
    return error;
}

struct error *patterns_load(void)
{
    if (scratch != NULL)
        return NULL;
    if (hs_deserialize_database((const char *)pattern_database, pattern_database_size,
                                &database) != HS_SUCCESS)
        TRY(compile());
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
        patterns_unload();
        return error_new(ERROR_SYSTEM, "no memory for the pattern pass");
    }
    owners = mem_alloc((pattern_row_count + 1) * sizeof *owners);
    for (size_t i = 0; i < pattern_row_count; i++)
        owners[i] = check_place(pattern_rows[i].check);
    return NULL;
}

void patterns_unload(void)
{
    hs_free_scratch(scratch);
    hs_free_database(database);
    mem_free(owners);
    scratch = NULL;
    database = NULL;
    owners = NULL;
}

struct pass {
    struct arena *arena;
    struct hit_list *lists;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context)
{
    struct pass *pass = context;
    size_t owner = owners[id];

    (void)from;
    (void)flags;
    if (owner == NO_CHECK || !pass->lists[owner].wanted)
        return 0;
    struct hit_list *list = &pass->lists[owner];
    if (list->count >= LIMIT_HITS_FILE) {
        list->cut = true;
        return 0;
    }
    list->hits = arena_grow(pass->arena, list->hits, &list->capacity, list->count + 1,
                            sizeof *list->hits);
    list->hits[list->count++] =
        (struct hit){.pattern = pattern_rows[id].number, .end = (size_t)to};
    return 0;
}

struct error *patterns_scan(struct bytes content, struct arena *arena,
                            struct hit_list *per_check)
{
    struct pass pass = {.arena = arena, .lists = per_check};
    bool wanted = false;

    for (size_t i = 0; i < check_count; i++) {
        per_check[i].hits = NULL;
        per_check[i].count = per_check[i].capacity = 0;
        per_check[i].cut = false;
        wanted = wanted || per_check[i].wanted;
    }
    if (!wanted || content.size == 0)
        return NULL;
    TRY(patterns_load());
    _Static_assert(LIMIT_FILE_BYTES <= UINT32_MAX, "the pass counts in 32 bits");
    if (content.size > UINT32_MAX)
        return error_new(ERROR_LIMIT, "%zu bytes are more than one pattern pass takes",
                         content.size);
    if (hs_scan(database, (const char *)content.data, (unsigned)content.size, 0, scratch,
                on_match, &pass) != HS_SUCCESS)
        return error_new(ERROR_INTERNAL, "the pattern pass failed");
    return NULL;
}

uint32_t patterns_width(const char *check, uint32_t pattern)
{
    for (size_t i = 0; i < pattern_row_count; i++)
        if (pattern_rows[i].number == pattern && strcmp(pattern_rows[i].check, check) == 0)
            return pattern_rows[i].width;
    return 0;
}
