#include "dossier/translate.h"

#include <string.h>

#include "model/query.h"

const char *translate_other(const char *edition)
{
    return strcmp(edition, "3.1.3") == 0 ? "2.1.1" : "3.1.3";
}

/* An id without a partner is one all the same. */
static const char find[] =
    "SELECT kind, other, same FROM translation WHERE edition = ?1 AND id = ?2 UNION ALL"
    " SELECT 'unit', NULL, 0 FROM unit WHERE edition = ?1 AND id = ?2 UNION ALL"
    " SELECT 'test_case', NULL, 0 FROM test_case WHERE edition = ?1 AND id = ?2 UNION ALL"
    " SELECT 'provision', NULL, 0 FROM provision WHERE edition = ?1 AND id = ?2";

struct error *translate(sqlite3 *db, const char *edition, const char *id, struct arena *arena,
                        struct translated *out)
{
    struct query rows;
    bool found = false, all_same = true;
    size_t capacity = 0;

    *out = (struct translated){.count = 0};
    TRY(query_open(db, find, &rows));
    query_bind_string(&rows, 1, edition);
    query_bind_string(&rows, 2, id);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        out->kind = arena_string(arena, query_text(&rows, 0));
        if (!query_is_null(&rows, 1)) {
            out->ids = arena_grow(arena, out->ids, &capacity, out->count + 1, sizeof *out->ids);
            out->ids[out->count++] = arena_string(arena, query_text(&rows, 1));
            all_same = all_same && query_integer(&rows, 2) != 0;
        }
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    out->same = out->count == 1 && all_same;
    return error;
}
