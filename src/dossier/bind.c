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

/* The units of edition ?3 that ?1 names: a unit, those of a case, or those of a provision. */
#define UNITS                                                               \
    "(SELECT u.id FROM unit AS u JOIN test_case AS c ON c.id = u.test_case" \
    " AND c.edition = u.edition WHERE ?1 IN (u.id, c.id, c.provision) AND u.edition = ?3)"

/* The row of the provision, or those that it is translated from. */
static const char ics_rows[] =
    "WITH asked AS (SELECT DISTINCT c.provision AS id FROM test_case AS c JOIN unit AS u"
    " ON u.test_case = c.id AND u.edition = c.edition"
    " WHERE ?1 IN (u.id, c.id, c.provision) AND c.edition = ?3)"
    " SELECT i.provision, i.support, i.detail FROM ics AS i WHERE i.given IS NULL"
    " AND (i.provision IN (SELECT id FROM asked) OR i.provision IN (SELECT t.other FROM asked"
    "   JOIN translation AS t ON t.kind = 'provision' AND t.edition = ?3 AND t.id = asked.id"
    "   WHERE NOT EXISTS (SELECT 1 FROM ics AS o WHERE o.provision = asked.id"
    "     AND o.given IS NULL))) AND ?2 = ?2 ORDER BY i.provision";

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
    "     WHERE x.unit IN " UNITS " AND x.edition = ?3"
    "     AND x.ixit_table = f.ixit_table AND x.field IN ('*', f.field))"
    "   OR NOT EXISTS (SELECT 1 FROM unit_ixit AS x WHERE x.unit IN " UNITS
    "     AND x.edition = ?3 AND x.ixit_table = f.ixit_table))"
    " ORDER BY 1, 2, 3, 4";

/* What the units read, and what the rules that speak for them want declared. */
static const char tables[] =
    "SELECT name FROM (SELECT DISTINCT x.ixit_table AS name FROM unit_ixit AS x"
    " WHERE x.unit IN " UNITS " AND x.edition = ?3"
    " AND x.ixit_table <> '*' UNION SELECT substr(r.name, 10) FROM rule_covered AS r"
    " WHERE r.name LIKE 'declared.%' AND r.unit IN (SELECT COALESCE(s.new, a.id)"
    "  FROM " UNITS " AS a LEFT JOIN unit_succession AS s ON s.old = a.id AND ?3 = '2.1.1'))"
    " LEFT JOIN ixit_table AS t USING (name) ORDER BY COALESCE(t.n, 0)";

/* What a digest is made of. */
struct asked {
    sqlite3 *db;
    const char *edition;
    const char *unit;
    struct arena *arena;
};

static struct error *bind_table(const struct asked *asked, const char *table,
                                struct binding *out)
{
    struct query rows;

    TRY(query_open(asked->db, bytes_is(bytes_of(table), "ICS") ? ics_rows : field_rows, &rows));
    query_bind_string(&rows, 1, asked->unit);
    query_bind_string(&rows, 2, table);
    query_bind_string(&rows, 3, asked->edition);
    struct error *error = digest_rows(&rows, asked->arena, &out->digest);
    out->table = table;
    query_close(&rows);
    return error;
}

struct error *bind_declaration(sqlite3 *db, const char *edition, const char *unit,
                               struct arena *arena, struct binding **out, size_t *count)
{
    const struct asked asked = {db, edition, unit, arena};
    struct query rows;
    struct binding *list = NULL;
    size_t capacity = 0, used = 0;
    bool found = false;

    TRY(query_open(db, tables, &rows));
    query_bind_string(&rows, 1, unit);
    query_bind_string(&rows, 3, edition);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        list = arena_grow(arena, list, &capacity, used + 1, sizeof *list);
        error = bind_table(&asked, arena_string(arena, query_text(&rows, 0)), &list[used]);
        used++;
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    *out = list;
    *count = used;
    return error;
}
