#include "judge/catalogue.h"

#include "base/text.h"
#include "judge/declared.h"
#include "judge/drafts.h"
#include "judge/entry.h"
#include "judge/pages.h"
#include "judge/rule.h"
#include "judge/schemes.h"
#include "judge/vocabulary.h"
#include "model/query.h"

/*
 * test_case.alternative: its verdict has an alternative that no unit states: a person may conclude
 * the case itself.
 */
static const char schema[] =
    "CREATE TABLE family(id TEXT PRIMARY KEY, place INTEGER, title TEXT);"
    "CREATE TABLE provision(edition TEXT, id TEXT, place INTEGER, family TEXT,"
    " requirement TEXT, base TEXT, code TEXT, printed TEXT, applies TEXT,"
    " PRIMARY KEY(edition, id));"
    "CREATE TABLE test_case(edition TEXT, id TEXT, place INTEGER, provision TEXT, title TEXT,"
    " kind TEXT, combine TEXT, pass TEXT, alternative INTEGER AS (combine IN"
    "  ('all_or_not_obtainable', 'all_or_no_user_data', 'a_or_(b_and_(c_or_d))')),"
    " PRIMARY KEY(edition, id));"
    "CREATE TABLE unit(edition TEXT, id TEXT, place INTEGER, test_case TEXT, verb TEXT,"
    " purpose TEXT, pass_if TEXT, decidable TEXT, machine TEXT,"
    " PRIMARY KEY(edition, id));"
    "CREATE TABLE unit_succession(old TEXT, new TEXT, change TEXT, PRIMARY KEY(old, new));"
    "CREATE TABLE unit_ixit(edition TEXT, unit TEXT, place INTEGER, ixit_table TEXT,"
    " field TEXT, PRIMARY KEY(edition, unit, place));"
    "CREATE TABLE condition(edition TEXT, id TEXT, place INTEGER, kind TEXT, meaning TEXT,"
    " PRIMARY KEY(edition, id));"
    "CREATE TABLE provision_succession(old TEXT, new TEXT, PRIMARY KEY(old, new));"
    /* What an id of EDITION is called in the other one; same: it stands for the same there. */
    "CREATE TABLE translation(kind TEXT, edition TEXT, id TEXT, other TEXT, same INTEGER,"
    " PRIMARY KEY(edition, id, other)) WITHOUT ROWID;"
    "CREATE TABLE provision_condition(edition TEXT, provision TEXT, condition TEXT,"
    " PRIMARY KEY(edition, provision, condition));"
    "CREATE TABLE ixit_table(n INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT,"
    " old_name TEXT, shape TEXT, meaning TEXT, sql_name TEXT);"
    "CREATE TABLE ixit_column(ixit_table TEXT, place INTEGER, name TEXT, sql_name TEXT,"
    " type TEXT, meaning TEXT, old_name TEXT, edition TEXT, confidence TEXT,"
    " PRIMARY KEY(ixit_table, place));"
    /* asks: 1 always, 0 only while something is unclear or was not looked at. */
    "CREATE TABLE rule(unit TEXT PRIMARY KEY, ask TEXT, fix TEXT, file TEXT, line INTEGER,"
    " asks INTEGER NOT NULL DEFAULT 1);"
    "CREATE TABLE rule_fail(unit TEXT, place INTEGER, rows TEXT, because TEXT, severity "
    "INTEGER, contradiction TEXT, edition TEXT, PRIMARY KEY(unit, place));"
    "CREATE TABLE rule_unclear(unit TEXT, place INTEGER, rows TEXT, because TEXT,"
    " edition TEXT, PRIMARY KEY(unit, place));"
    "CREATE TABLE rule_beside(unit TEXT, place INTEGER, title TEXT, rows TEXT,"
    " PRIMARY KEY(unit, place));"
    "CREATE TABLE rule_covered(unit TEXT, place INTEGER, name TEXT, PRIMARY KEY(unit, place));";

struct error *catalogue_create(sqlite3 *db)
{
    TRY(query_run(db, schema));
    TRY(schemes_create(db));
    TRY(drafts_create(db));
    TRY(vocabulary_create(db));
    TRY(pages_create(db));
    return declared_create(db);
}

struct adding {
    sqlite3 *db;
    struct arena *arena;
    size_t place; /* of the next case or unit */
};

/* "documents: full, firmware: partial" */
static struct bytes flatten(struct adding *adding, const struct yaml *map)
{
    owned(text) out = text_new();

    for (size_t i = 0; map != NULL && i < map->count; i++) {
        text_add(out, i > 0 ? ", " : "");
        text_add_bytes(out, map->keys[i].text);
        text_add(out, ": ");
        text_add_bytes(out, map->items[i].text);
    }
    return arena_copy(adding->arena, text_bytes(out));
}

static struct error *add_families(struct adding *adding, const struct yaml *file)
{
    const struct yaml *list = yaml_get(file, "families");

    for (size_t i = 0; i < entry_count(file, "families"); i++)
        TRY(ENTRY_INSERT(adding->db, "INSERT OR REPLACE INTO family VALUES(?,?,?)",
                         yaml_text(&list->items[i], "id"), entry_number(i, adding->arena),
                         yaml_text(&list->items[i], "title")));
    return NULL;
}

/* KIND is "condition", of numbers, or "feature", of letters. */
static struct error *add_conditions(struct adding *adding, const struct yaml *file,
                                    const char *key, const char *edition, const char *kind)
{
    const struct yaml *map = yaml_get(file, key);

    for (size_t i = 0; map != NULL && i < map->count; i++)
        TRY(ENTRY_INSERT(adding->db, "INSERT OR REPLACE INTO condition VALUES(?,?,?,?,?)",
                         bytes_of(edition), map->keys[i].text, entry_number(i, adding->arena),
                         bytes_of(kind), map->items[i].text));
    return NULL;
}

/* Which conditions or features, in the list KEY of STATUS, the provision hangs on. */
static struct error *tie(struct adding *adding, const char *edition, struct bytes provision,
                         const struct yaml *status, const char *key)
{
    const struct yaml *list = yaml_get(status, key);

    for (size_t i = 0; i < entry_count(status, key); i++)
        TRY(ENTRY_INSERT(adding->db, "INSERT OR REPLACE INTO provision_condition VALUES(?,?,?)",
                         bytes_of(edition), provision, list->items[i].text));
    return NULL;
}

static struct error *tie_provision(struct adding *adding, const struct yaml *entry)
{
    const struct yaml *newer = yaml_get(entry, "v3"), *older = yaml_get(entry, "v2");
    struct bytes id = yaml_text(entry, "id"), old = yaml_text(older, "id");

    if (old.size > 0) /* else it is new */
        TRY(ENTRY_INSERT(adding->db, "INSERT OR IGNORE INTO provision_succession VALUES(?,?)",
                         old, id));
    TRY(tie(adding, "3.1.3", id, newer, "conditions"));
    TRY(tie(adding, "3.1.3", id, newer, "features"));
    return tie(adding, "2.1.1", old, older, "conditions");
}

static struct error *add_provision(struct adding *adding, const struct yaml *entry,
                                   size_t place, bool newer)
{
    const struct yaml *status = yaml_get(entry, newer ? "v3" : "v2");

    if (yaml_is_null(status) && status->kind == YAML_SCALAR)
        return NULL;
    return ENTRY_INSERT(
        adding->db, "INSERT OR REPLACE INTO provision VALUES(?,?,?,?,?,?,?,?,?)",
        bytes_of(newer ? "3.1.3" : "2.1.1"), yaml_text(newer ? entry : status, "id"),
        entry_number(place, adding->arena), yaml_text(entry, "family"),
        yaml_text(entry, "requirement"), yaml_text(status, "base"), yaml_text(status, "code"),
        yaml_text(status, "printed"),
        yaml_text(entry, newer ? "v3_condition" : "v2_condition"));
}

/*
 * Both ways. A provision is the same where one continues one: what it asks may have grown, but
 * support for it is stated in one row of either ICS.
 */
static const char translate_provisions[] =
    "INSERT OR REPLACE INTO translation WITH pair AS (SELECT old, new,"
    "  (SELECT count(*) FROM provision_succession AS o WHERE o.old = s.old) = 1"
    "  AND (SELECT count(*) FROM provision_succession AS o WHERE o.new = s.new) = 1 AS same"
    "  FROM provision_succession AS s)"
    " SELECT 'provision', '2.1.1', old, new, same FROM pair"
    " UNION ALL SELECT 'provision', '3.1.3', new, old, same FROM pair;";

static struct error *add_provisions(sqlite3 *db, const char *name, const struct yaml *file)
{
    owned(arena) arena = arena_new();
    struct adding *adding = &(struct adding){.db = db, .arena = arena};
    const struct yaml *list = yaml_get(file, "provisions");

    (void)name;
    TRY(add_families(adding, file));
    TRY(add_conditions(adding, file, "conditions_v3", "3.1.3", "condition"));
    TRY(add_conditions(adding, file, "features_v3", "3.1.3", "feature"));
    TRY(add_conditions(adding, file, "conditions_v2", "2.1.1", "condition"));
    for (size_t i = 0; i < entry_count(file, "provisions"); i++) {
        TRY(add_provision(adding, &list->items[i], i, true));
        TRY(add_provision(adding, &list->items[i], i, false));
        TRY(tie_provision(adding, &list->items[i]));
    }
    TRY(query_run(adding->db, translate_provisions));
    /* One that was split is described by all that continue it. */
    return query_run(adding->db,
                     "UPDATE provision SET requirement = (SELECT group_concat(requirement,"
                     " ' ') FROM (SELECT n.requirement FROM provision_succession AS s"
                     " JOIN provision AS n ON n.id = s.new AND n.edition = '3.1.3'"
                     " WHERE s.old = provision.id ORDER BY n.place))"
                     " WHERE edition = '2.1.1'");
}

/* One row for each field that a unit reads; the field is "*" when it reads all of a table. */
static struct error *add_unit_ixit(struct adding *adding, struct bytes unit,
                                   const struct yaml *list)
{
    size_t place = 0;

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct yaml *fields = yaml_get(&list->items[i], "fields");
        for (size_t j = 0; fields != NULL && j < fields->count; j++)
            TRY(ENTRY_INSERT(adding->db,
                             "INSERT OR REPLACE INTO unit_ixit VALUES('3.1.3',?,?,?,?)", unit,
                             entry_number(place++, adding->arena),
                             yaml_text(&list->items[i], "table"), fields->items[j].text));
    }
    return NULL;
}

/* "5.1-1-1-a" */
static struct bytes unit_id(struct adding *adding, const struct yaml *test_case,
                            const struct yaml *unit)
{
    struct bytes id = yaml_text(test_case, "id"), letter = yaml_text(unit, "id");

    return bytes_of(arena_printf(adding->arena, "%.*s-%.*s", (int)id.size,
                                 (const char *)id.data, (int)letter.size,
                                 (const char *)letter.data));
}

static struct error *add_unit(struct adding *adding, const struct yaml *unit,
                              const struct yaml *test_case)
{
    const struct yaml *old = yaml_get(unit, "v1_units");
    struct bytes id = unit_id(adding, test_case, unit);

    TRY(ENTRY_INSERT(adding->db, "INSERT OR REPLACE INTO unit VALUES('3.1.3',?,?,?,?,?,?,?,?)",
                     id, entry_number(adding->place++, adding->arena),
                     yaml_text(test_case, "id"), yaml_text(unit, "verb"),
                     yaml_text(unit, "purpose"), yaml_text(unit, "pass_if"),
                     flatten(adding, yaml_get(unit, "decidable")), yaml_text(unit, "machine")));
    TRY(add_unit_ixit(adding, id, yaml_get(unit, "ixit")));
    for (size_t i = 0; i < entry_count(unit, "v1_units"); i++)
        TRY(ENTRY_INSERT(
            adding->db,
            "INSERT OR REPLACE INTO unit_succession VALUES(replace(?, ' ', '-'),?,?)",
            old->items[i].text, id, yaml_text(unit, "change")));
    return NULL;
}

static struct error *add_case(struct adding *adding, const struct yaml *test_case,
                              const struct yaml *group)
{
    const struct yaml *verdict = yaml_get(test_case, "verdict");
    const struct yaml *units = yaml_get(test_case, "units");

    TRY(ENTRY_INSERT(
        adding->db, "INSERT OR REPLACE INTO test_case VALUES('3.1.3',?,?,?,?,?,?,?)",
        yaml_text(test_case, "id"), entry_number(adding->place++, adding->arena),
        yaml_text(group, "provision"), yaml_text(group, "title"), yaml_text(test_case, "kind"),
        yaml_text(verdict, "combine"), yaml_text(verdict, "PASS")));
    for (size_t i = 0; i < entry_count(test_case, "units"); i++)
        TRY(add_unit(adding, &units->items[i], test_case));
    return NULL;
}

/* The cases of the earlier edition: ids and kinds; their units say which newer ones follow them. */
static struct error *add_old_case(struct adding *adding, const struct yaml *test_case)
{
    const struct yaml *units = yaml_get(test_case, "units");

    TRY(ENTRY_INSERT(adding->db,
                     "INSERT OR REPLACE INTO test_case VALUES('2.1.1',?,?,?,NULL,?,NULL,NULL)",
                     yaml_text(test_case, "id"), entry_number(adding->place++, adding->arena),
                     yaml_text(test_case, "group"), yaml_text(test_case, "kind")));
    for (size_t i = 0; i < entry_count(test_case, "units"); i++) {
        const struct yaml *unit = &units->items[i];
        TRY(ENTRY_INSERT(
            adding->db, "INSERT OR REPLACE INTO unit VALUES('2.1.1',?,?,?,?,?,?,NULL,NULL)",
            unit_id(adding, test_case, unit), entry_number(adding->place++, adding->arena),
            yaml_text(test_case, "id"), yaml_text(unit, "verb"), yaml_text(unit, "purpose"),
            yaml_text(unit, "pass_if")));
    }
    return NULL;
}

/* A unit or case of the earlier edition is described by what continues it. */
static const char describe_old[] =
    "INSERT OR REPLACE INTO unit_ixit SELECT '2.1.1', s.old, i.place + 100 * n.place,"
    " i.ixit_table, i.field FROM unit_succession AS s JOIN unit_ixit AS i ON i.unit = s.new"
    " AND i.edition = '3.1.3' JOIN unit AS n ON n.id = s.new AND n.edition = '3.1.3';"
    "UPDATE unit SET (verb, purpose, pass_if, decidable, machine) ="
    " (SELECT COALESCE(unit.verb, n.verb), COALESCE(unit.purpose, n.purpose),"
    "  COALESCE(unit.pass_if, n.pass_if), n.decidable, n.machine"
    "  FROM unit_succession AS s JOIN unit AS n ON n.id = s.new AND n.edition = '3.1.3'"
    "  WHERE s.old = unit.id ORDER BY n.place LIMIT 1)"
    " WHERE edition = '2.1.1' AND id IN (SELECT old FROM unit_succession);"
    /* Letters are units of the later edition, of which one is new: the earlier wants all. */
    "UPDATE test_case SET (title, combine, pass) ="
    " (SELECT n.title, CASE WHEN n.combine GLOB 'a_or_*' THEN 'all' ELSE n.combine END,"
    "  CASE WHEN n.combine NOT GLOB 'a_or_*' THEN n.pass END FROM unit AS o JOIN "
    "unit_succession AS s"
    "  ON s.old = o.id JOIN unit AS u ON u.id = s.new AND u.edition = '3.1.3'"
    "  JOIN test_case AS n ON n.id = u.test_case AND n.edition = '3.1.3'"
    "  WHERE o.edition = '2.1.1' AND o.test_case = test_case.id ORDER BY n.place LIMIT 1)"
    " WHERE edition = '2.1.1';";

/*
 * Both ways. A unit is the same where one continues one unchanged; a case where this is so of all
 * units of both.
 */
static const char translate_units[] =
    "INSERT OR REPLACE INTO translation WITH pair AS (SELECT old, new, change = 'same'"
    "  AND (SELECT count(*) FROM unit_succession AS o WHERE o.old = s.old) = 1"
    "  AND (SELECT count(*) FROM unit_succession AS o WHERE o.new = s.new) = 1 AS same"
    "  FROM unit_succession AS s)"
    " SELECT 'unit', '2.1.1', old, new, same FROM pair"
    " UNION ALL SELECT 'unit', '3.1.3', new, old, same FROM pair;"
    "INSERT OR REPLACE INTO translation SELECT DISTINCT 'test_case', u.edition, u.test_case,"
    " o.test_case, NOT EXISTS (SELECT 1 FROM unit AS x LEFT JOIN translation AS y"
    "   ON y.edition = x.edition AND y.id = x.id AND y.same LEFT JOIN unit AS z"
    "   ON z.id = y.other AND z.edition <> x.edition"
    "   WHERE (x.edition = u.edition AND x.test_case = u.test_case"
    "     AND z.test_case IS NOT o.test_case)"
    "   OR (x.edition = o.edition AND x.test_case = o.test_case"
    "     AND z.test_case IS NOT u.test_case))"
    " FROM translation AS t JOIN unit AS u ON u.edition = t.edition AND u.id = t.id"
    " JOIN unit AS o ON o.edition <> t.edition AND o.id = t.other WHERE t.kind = 'unit';";

static struct error *add_cases(sqlite3 *db, const char *name, const struct yaml *file)
{
    owned(arena) arena = arena_new();
    struct adding *adding = &(struct adding){.db = db, .arena = arena};
    const struct yaml *groups = yaml_get(file, "groups"), *old = yaml_get(file, "v1_cases");

    (void)name;
    for (size_t i = 0; i < entry_count(file, "groups"); i++) {
        const struct yaml *cases = yaml_get(&groups->items[i], "cases");
        for (size_t j = 0; j < entry_count(&groups->items[i], "cases"); j++)
            TRY(add_case(adding, &cases->items[j], &groups->items[i]));
    }
    for (size_t i = 0; i < entry_count(file, "v1_cases"); i++)
        TRY(add_old_case(adding, &old->items[i]));
    TRY(query_run(adding->db, describe_old));
    return query_run(adding->db, translate_units);
}

/* Who reads what: the first whose word the path begins with. */
static const struct {
    const char *path;
    struct error *(*add)(sqlite3 *db, const char *name, const struct yaml *file);
} readers[] = {
    {"catalogue/provisions.yaml", add_provisions},
    {"catalogue/test-cases.yaml", add_cases},
    {"catalogue/ixit.yaml", declared_add_ixit},
    {"catalogue/conditions.yaml", vocabulary_add},
    {"declarations/", vocabulary_add},
    {"cryptography/", vocabulary_add},
    {"components/", vocabulary_add},
    {"schemes/", schemes_add},
    {"drafts/", drafts_add},
    {"pages/", pages_add},
    {"rules/", rule_add},
};

struct error *catalogue_add(sqlite3 *db, const char *name, struct bytes content)
{
    owned(arena) arena = arena_new();
    const struct yaml *file;

    for (size_t i = 0; i < COUNT_OF(readers); i++)
        if (bytes_starts(bytes_of(name), readers[i].path)) {
            TRY(yaml_read(content, name, arena, &file));
            return readers[i].add(db, name, file);
        }
    return NULL;
}
