#include "base/text.h"
#include "model/query.h"
#include "store/store.h"

/* The columns that both have, as a list: "id", "node", … */
static struct error *common_columns(sqlite3 *db, struct bytes table, struct text *out)
{
    struct query columns;
    bool found = false;

    TRY(query_open(db,
                   "SELECT n.name FROM pragma_table_info(?1, 'main') AS n"
                   " JOIN pragma_table_info(?1, 'old') AS o ON o.name = n.name ORDER BY n.cid",
                   &columns));
    query_bind_text(&columns, 1, table);
    struct error *error = query_next(&columns, &found);
    for (bool first = true; error == NULL && found; first = false) {
        text_addf(out, "%s\"%.*s\"", first ? "" : ", ", (int)query_text(&columns, 0).size,
                  (const char *)query_text(&columns, 0).data);
        error = query_next(&columns, &found);
    }
    query_close(&columns);
    return error;
}

static struct error *copy_table(sqlite3 *db, struct bytes table, const char *which)
{
    owned(text) columns = text_new();
    owned(text) sql = text_new();

    TRY(common_columns(db, table, columns));
    if (columns->size == 0)
        return NULL;
    text_addf(sql, "INSERT OR REPLACE INTO main.\"%.*s\"(%s) SELECT %s FROM old.\"%.*s\"%s",
              (int)table.size, (const char *)table.data, text_string(columns),
              text_string(columns), (int)table.size, (const char *)table.data, which);
    return query_run(db, text_string(sql));
}

static struct error *copy_observables(sqlite3 *db)
{
    struct query names;
    bool found = false;

    TRY(query_open(db,
                   "SELECT name FROM main.observable WHERE name IN (SELECT name FROM"
                   " old.observable) ORDER BY name",
                   &names));
    struct error *error = query_next(&names, &found);
    while (error == NULL && found) {
        error = copy_table(db, query_text(&names, 0), "");
        if (error == NULL)
            error = query_next(&names, &found);
    }
    query_close(&names);
    return error;
}

static struct error *copy_all(sqlite3 *db)
{
    static const struct {
        const char *table, *which;
    } tables[] = {
        {"node", ""},
        {"span", ""},
        {"map", ""},
        {"unread", ""},
        {"observation", " WHERE id > 0"},
        {"coverage", " WHERE name NOT LIKE 'declared.%'"},
        {"meta", " WHERE key NOT IN ('store_version', 'program', 'knowledge', 'edition')"},
    };

    for (size_t i = 0; i < COUNT_OF(tables); i++)
        TRY(copy_table(db, bytes_of(tables[i].table), tables[i].which));
    TRY(copy_observables(db));
    return query_run(db, "ANALYZE");
}

struct error *store_renew(sqlite3 *db, const char *path)
{
    struct query attach;

    TRY(query_open(db, "ATTACH ? AS old", &attach));
    query_bind_string(&attach, 1, path);
    struct error *error = query_step(&attach);
    query_close(&attach);
    TRY(error);
    error = query_run(db, "BEGIN");
    if (error == NULL)
        error = copy_all(db);
    if (error == NULL)
        error = query_run(db, "COMMIT");
    if (error == NULL)
        error = query_run(db, "DETACH old");
    return error;
}
