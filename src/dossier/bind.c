#include "dossier/bind.h"

#include "base/hash.h"
#include "base/text.h"
#include "model/query.h"

#define EDITION "(SELECT value FROM meta WHERE key = 'edition')"

struct error *bind_needs_device(sqlite3 *db, const char *unit, bool *out)
{
    owned(arena) arena = arena_new();
    const char *sources;

    TRY(query_string(db,
                     "SELECT group_concat(COALESCE(u.decidable, 'device'), ' ') FROM unit AS u"
                     " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
                     " WHERE ?1 IN (u.id, c.id, c.provision) AND u.edition = " EDITION,
                     unit, arena, &sources));
    struct bytes text = bytes_of(sources);
    *out = bytes_contains(text, "firmware") || bytes_contains(text, "device") ||
           bytes_contains(text, "traffic") || bytes_contains(text, "physical");
    return NULL;
}

struct error *bind_firmware(sqlite3 *db, struct arena *arena, const char **out)
{
    TRY(query_string(db, "SELECT value FROM meta WHERE key = 'sha256'", NULL, arena, out));
    if (*out == NULL)
        TRY(query_string(db,
                         "SELECT value FROM dut WHERE field IN ('firmware.0.sha256',"
                         " 'firmware.sha256') ORDER BY field",
                         NULL, arena, out));
    if (*out == NULL)
        *out = "";
    return NULL;
}

static void add_part(struct text *text, struct bytes part)
{
    text_addf(text, "%zu:", part.size); /* so that no two lists of parts read alike */
    text_add_bytes(text, part);
}

/* The digest of what ROWS gives, all columns of all rows. */
static struct error *digest_rows(struct query *rows, struct arena *arena, const char **out)
{
    owned(text) all = text_new();
    bool found = false;

    struct error *error = query_next(rows, &found);
    while (error == NULL && found) {
        for (int i = 0; i < query_columns(rows); i++)
            add_part(all, query_text(rows, i));
        error = query_next(rows, &found);
    }
    struct sha256 hash = hash_sha256(text_bytes(all));
    *out = arena_hex(arena, bytes_from(hash.bytes, 8));
    return error;
}

/* The units that ?1 names: a unit, those of a case, or those of a provision. */
#define UNITS                                                                         \
    "(SELECT u.id FROM unit AS u JOIN test_case AS c ON c.id = u.test_case"           \
    " AND c.edition = u.edition WHERE ?1 IN (u.id, c.id, c.provision) AND u.edition " \
    "= " EDITION ")"

static const char ics_rows[] =
    "SELECT i.provision, i.support, i.detail FROM ics AS i WHERE i.provision IN"
    " (SELECT c.provision FROM test_case AS c JOIN unit AS u ON u.test_case = c.id"
    "  AND u.edition = c.edition WHERE ?1 IN (u.id, c.id, c.provision) AND c.edition = " EDITION
    ") AND ?2 = ?2 ORDER BY i.provision";

/*
 * The product, what the table says as a whole, its entries, and the fields that the unit reads
 * there; all of them where the catalogue names none.
 */
static const char field_rows[] =
    "SELECT 0 AS part, '', field, value FROM dut WHERE field IN ('name', 'model')"
    " UNION ALL SELECT 1, s.ixit_table, s.declared, s.none_because FROM ixit_state AS s"
    "   WHERE s.ixit_table = ?2"
    " UNION ALL SELECT 2, d.entry, '', '' FROM declaration AS d WHERE d.ixit_table = ?2"
    " UNION ALL SELECT 3, f.entry, f.field, f.value FROM declared_field AS f"
    "   WHERE f.ixit_table = ?2 AND (EXISTS (SELECT 1 FROM unit_ixit AS x"
    "     WHERE x.unit IN " UNITS " AND x.edition = " EDITION
    "     AND x.ixit_table = f.ixit_table AND x.field IN ('*', f.field))"
    "   OR NOT EXISTS (SELECT 1 FROM unit_ixit AS x WHERE x.unit IN " UNITS
    "     AND x.edition = " EDITION " AND x.ixit_table = f.ixit_table))"
    " ORDER BY 1, 2, 3, 4";

static struct error *bind_table(sqlite3 *db, const char *unit, struct arena *arena,
                                const char *table, struct binding *out)
{
    struct query rows;

    TRY(query_open(db, bytes_is(bytes_of(table), "ICS") ? ics_rows : field_rows, &rows));
    query_bind_string(&rows, 1, unit);
    query_bind_string(&rows, 2, table);
    struct error *error = digest_rows(&rows, arena, &out->digest);
    out->table = table;
    query_close(&rows);
    return error;
}

struct error *bind_declaration(sqlite3 *db, const char *unit, struct arena *arena,
                               struct binding **out, size_t *count)
{
    struct query tables;
    struct binding *list = NULL;
    size_t capacity = 0, used = 0;
    bool found = false;

    TRY(query_open(
        db,
        "SELECT name FROM (SELECT DISTINCT x.ixit_table AS name FROM unit_ixit AS x"
        " WHERE x.unit IN " UNITS " AND x.edition = " EDITION
        " AND x.ixit_table <> '*' UNION SELECT substr(r.name, 10) FROM rule_covered AS r"
        " WHERE r.name LIKE 'declared.%' AND (r.unit IN " UNITS
        " OR r.unit IN (SELECT s.new FROM unit_succession AS s WHERE " EDITION
        "  = '2.1.1' AND s.old IN " UNITS "))) LEFT JOIN ixit_table AS t USING (name)"
        " ORDER BY COALESCE(t.n, 0)",
        &tables));
    query_bind_string(&tables, 1, unit);
    struct error *error = query_next(&tables, &found);
    while (error == NULL && found) {
        list = arena_grow(arena, list, &capacity, used + 1, sizeof *list);
        error = bind_table(db, unit, arena, arena_string(arena, query_text(&tables, 0)),
                           &list[used]);
        used++;
        if (error == NULL)
            error = query_next(&tables, &found);
    }
    query_close(&tables);
    *out = list;
    *count = used;
    return error;
}
