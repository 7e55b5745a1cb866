#include "judge/catalogue.h"

#include "base/text.h"
#include "judge/declared.h"
#include "judge/drafts.h"
#include "judge/rule.h"
#include "judge/schemes.h"
#include "judge/vocabulary.h"
#include "model/query.h"

static const char schema[] =
    "CREATE TABLE family(id TEXT PRIMARY KEY, place INTEGER, title TEXT);"
    "CREATE TABLE provision(edition TEXT, id TEXT, place INTEGER, family TEXT, requirement "
    "TEXT,"
    " base TEXT, code TEXT, printed TEXT, applies TEXT, na_allowed INTEGER, newer TEXT,"
    " PRIMARY KEY(edition, id));"
    "CREATE TABLE test_case(edition TEXT, id TEXT, place INTEGER, provision TEXT, title TEXT,"
    " kind TEXT, combine TEXT, pass TEXT, PRIMARY KEY(edition, id));"
    "CREATE TABLE unit(edition TEXT, id TEXT, place INTEGER, test_case TEXT, verb TEXT,"
    " purpose TEXT, pass_if TEXT, ixit TEXT, decidable TEXT, machine TEXT,"
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
    " old_name TEXT, old_title TEXT, shape TEXT, meaning TEXT, sql_name TEXT);"
    "CREATE TABLE ixit_column(ixit_table TEXT, place INTEGER, name TEXT, sql_name TEXT,"
    " type TEXT, meaning TEXT, old_name TEXT, edition TEXT, confidence TEXT,"
    " PRIMARY KEY(ixit_table, place));"
    "CREATE TABLE rule(unit TEXT PRIMARY KEY, ask TEXT, fix TEXT, file TEXT, line INTEGER);"
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
    return declared_create(db);
}

static void bind_yaml(struct query *query, int place, const struct yaml *map, const char *key)
{
    struct bytes text = yaml_text(map, key);

    if (text.data == NULL)
        query_bind_null(query, place);
    else
        query_bind_text(query, place, text);
}

/* "documents: full, firmware: partial", or "11-SecComMech: Description, Protocols". */
static void flatten(const struct yaml *value, struct text *out)
{
    for (size_t i = 0; value != NULL && i < value->count; i++) {
        if (i > 0)
            text_add(out,
                     value->kind == YAML_MAP && yaml_get(value, "table") != NULL ? ": " : ", ");
        if (value->kind == YAML_MAP && yaml_get(value, "table") == NULL) {
            text_add_bytes(out, value->keys[i].text);
            text_add(out, ": ");
        }
        if (value->items[i].kind == YAML_SCALAR)
            text_add_bytes(out, value->items[i].text);
        else
            flatten(&value->items[i], out);
    }
}

static void bind_flat(struct query *query, int place, const struct yaml *map, const char *key,
                      struct text *text)
{
    text_clear(text);
    flatten(yaml_get(map, key), text);
    query_bind_text(query, place, text_bytes(text));
}

static struct error *add_families(sqlite3 *db, const struct yaml *families)
{
    struct query query;

    TRY(query_open(db, "INSERT OR REPLACE INTO family VALUES(?,?,?)", &query));
    struct error *error = NULL;
    for (size_t i = 0; families != NULL && i < families->count && error == NULL; i++) {
        bind_yaml(&query, 1, &families->items[i], "id");
        query_bind_integer(&query, 2, (int64_t)i);
        bind_yaml(&query, 3, &families->items[i], "title");
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

/* KIND is "condition", of numbers, or "feature", of letters. */
static struct error *add_conditions(sqlite3 *db, const struct yaml *file, const char *key,
                                    const char *edition, const char *kind)
{
    const struct yaml *map = yaml_get(file, key);
    struct query query;
    struct error *error = NULL;

    TRY(query_open(db, "INSERT OR REPLACE INTO condition VALUES(?,?,?,?,?)", &query));
    for (size_t i = 0; map != NULL && i < map->count && error == NULL; i++) {
        query_bind_string(&query, 1, edition);
        query_bind_text(&query, 2, map->keys[i].text);
        query_bind_integer(&query, 3, (int64_t)i);
        query_bind_string(&query, 4, kind);
        query_bind_text(&query, 5, map->items[i].text);
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

/* Which conditions or features of LIST the provision hangs on. */
static struct error *tie(sqlite3 *db, const char *edition, struct bytes provision,
                         const struct yaml *list)
{
    struct query query;
    struct error *error = NULL;

    TRY(query_open(db, "INSERT OR REPLACE INTO provision_condition VALUES(?,?,?)", &query));
    for (size_t i = 0; list != NULL && i < list->count && error == NULL; i++) {
        query_bind_string(&query, 1, edition);
        query_bind_text(&query, 2, provision);
        query_bind_text(&query, 3, list->items[i].text);
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

/* The provision NEWER continues OLDER, which is nothing for a new one. */
static struct error *succeed(sqlite3 *db, struct bytes older, struct bytes newer)
{
    struct query query;

    if (older.size == 0)
        return NULL;
    TRY(query_open(db, "INSERT OR IGNORE INTO provision_succession VALUES(?,?)", &query));
    query_bind_text(&query, 1, older);
    query_bind_text(&query, 2, newer);
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

static struct error *tie_provision(sqlite3 *db, const struct yaml *entry)
{
    const struct yaml *newer = yaml_get(entry, "v3"), *older = yaml_get(entry, "v2");

    TRY(succeed(db, yaml_text(older, "id"), yaml_text(entry, "id")));
    TRY(tie(db, "3.1.3", yaml_text(entry, "id"), yaml_get(newer, "conditions")));
    TRY(tie(db, "3.1.3", yaml_text(entry, "id"), yaml_get(newer, "features")));
    return tie(db, "2.1.1", yaml_text(older, "id"), yaml_get(older, "conditions"));
}

static struct error *add_provision(struct query *query, const struct yaml *entry, size_t place,
                                   bool newer)
{
    const struct yaml *status = yaml_get(entry, newer ? "v3" : "v2");

    if (yaml_is_null(status) && status->kind == YAML_SCALAR)
        return NULL;
    query_bind_string(query, 1, newer ? "3.1.3" : "2.1.1");
    bind_yaml(query, 2, newer ? entry : status, "id");
    query_bind_integer(query, 3, (int64_t)place);
    bind_yaml(query, 4, entry, "family");
    bind_yaml(query, 5, entry, "requirement");
    bind_yaml(query, 6, status, "base");
    bind_yaml(query, 7, status, "code");
    bind_yaml(query, 8, status, "printed");
    bind_yaml(query, 9, entry, newer ? "v3_condition" : "v2_condition");
    query_bind_integer(
        query, 10,
        bytes_is(yaml_text(entry, newer ? "v3_na_allowed" : "v2_na_allowed"), "true"));
    bind_yaml(query, 11, entry, "id");
    return query_step(query);
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

static struct error *add_provisions(sqlite3 *db, const struct yaml *file)
{
    const struct yaml *list = yaml_get(file, "provisions");
    struct error *error = add_families(db, yaml_get(file, "families"));
    struct query query;

    TRY(error);
    TRY(add_conditions(db, file, "conditions_v3", "3.1.3", "condition"));
    TRY(add_conditions(db, file, "features_v3", "3.1.3", "feature"));
    TRY(add_conditions(db, file, "conditions_v2", "2.1.1", "condition"));
    TRY(query_open(db, "INSERT OR REPLACE INTO provision VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                   &query));
    for (size_t i = 0; list != NULL && i < list->count && error == NULL; i++) {
        error = add_provision(&query, &list->items[i], i, true);
        if (error == NULL)
            error = add_provision(&query, &list->items[i], i, false);
        if (error == NULL)
            error = tie_provision(db, &list->items[i]);
    }
    query_close(&query);
    if (error != NULL)
        return error;
    TRY(query_run(db, translate_provisions));
    /* One that was split is described by all that continue it. */
    return query_run(db, "UPDATE provision SET requirement = (SELECT group_concat(requirement,"
                         " ' ') FROM (SELECT n.requirement FROM provision_succession AS s"
                         " JOIN provision AS n ON n.id = s.new AND n.edition = '3.1.3'"
                         " WHERE s.old = provision.id ORDER BY n.place))"
                         " WHERE edition = '2.1.1'");
}

/* The statements that fill the tables of test cases, open together. */
struct filling {
    struct query test_case, unit, succession, ixit;
    struct text *text;
    int64_t place;
};

/* One row for each field that a unit reads; the field is "*" when it reads all of a table. */
static struct error *add_unit_ixit(struct filling *filling, struct bytes unit,
                                   const struct yaml *list)
{
    int64_t place = 0;

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct yaml *fields = yaml_get(&list->items[i], "fields");
        for (size_t j = 0; fields != NULL && j < fields->count; j++) {
            query_bind_string(&filling->ixit, 1, "3.1.3");
            query_bind_text(&filling->ixit, 2, unit);
            query_bind_integer(&filling->ixit, 3, place++);
            bind_yaml(&filling->ixit, 4, &list->items[i], "table");
            query_bind_text(&filling->ixit, 5, fields->items[j].text);
            TRY(query_step(&filling->ixit));
        }
    }
    return NULL;
}

static struct error *add_unit(struct filling *filling, const struct yaml *unit,
                              const struct yaml *test_case)
{
    struct query *query = &filling->unit;
    owned(text) id = text_new();

    text_add_bytes(id, yaml_text(test_case, "id"));
    text_add_char(id, '-');
    text_add_bytes(id, yaml_text(unit, "id"));
    query_bind_string(query, 1, "3.1.3");
    query_bind_text(query, 2, text_bytes(id));
    query_bind_integer(query, 3, filling->place++);
    bind_yaml(query, 4, test_case, "id");
    bind_yaml(query, 5, unit, "verb");
    bind_yaml(query, 6, unit, "purpose");
    bind_yaml(query, 7, unit, "pass_if");
    owned(text) ixit = text_new();
    bind_flat(query, 8, unit, "ixit", ixit);
    bind_flat(query, 9, unit, "decidable", filling->text);
    bind_yaml(query, 10, unit, "machine");
    TRY(query_step(query));
    TRY(add_unit_ixit(filling, text_bytes(id), yaml_get(unit, "ixit")));
    const struct yaml *old = yaml_get(unit, "v1_units");
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        query_bind_text(&filling->succession, 1, old->items[i].text);
        query_bind_text(&filling->succession, 2, text_bytes(id));
        bind_yaml(&filling->succession, 3, unit, "change");
        TRY(query_step(&filling->succession));
    }
    return NULL;
}

static struct error *add_case(struct filling *filling, const struct yaml *test_case,
                              const struct yaml *group)
{
    struct query *query = &filling->test_case;
    const struct yaml *verdict = yaml_get(test_case, "verdict");
    const struct yaml *units = yaml_get(test_case, "units");

    query_bind_string(query, 1, "3.1.3");
    bind_yaml(query, 2, test_case, "id");
    query_bind_integer(query, 3, filling->place++);
    bind_yaml(query, 4, group, "provision");
    bind_yaml(query, 5, group, "title");
    bind_yaml(query, 6, test_case, "kind");
    bind_yaml(query, 7, verdict, "combine");
    bind_yaml(query, 8, verdict, "PASS");
    TRY(query_step(query));
    for (size_t i = 0; units != NULL && i < units->count; i++)
        TRY(add_unit(filling, &units->items[i], test_case));
    return NULL;
}

/* The cases of the earlier edition: ids and kinds; their units say which newer ones follow them. */
static struct error *add_old_case(struct filling *filling, const struct yaml *test_case)
{
    const struct yaml *units = yaml_get(test_case, "units");

    query_bind_string(&filling->test_case, 1, "2.1.1");
    bind_yaml(&filling->test_case, 2, test_case, "id");
    query_bind_integer(&filling->test_case, 3, filling->place++);
    bind_yaml(&filling->test_case, 4, test_case, "group");
    query_bind_null(&filling->test_case, 5);
    bind_yaml(&filling->test_case, 6, test_case, "kind");
    query_bind_null(&filling->test_case, 7);
    query_bind_null(&filling->test_case, 8);
    TRY(query_step(&filling->test_case));
    for (size_t i = 0; units != NULL && i < units->count; i++) {
        owned(text) id = text_new();
        text_add_bytes(id, yaml_text(test_case, "id"));
        text_add_char(id, '-');
        text_add_bytes(id, yaml_text(&units->items[i], "id"));
        query_bind_string(&filling->unit, 1, "2.1.1");
        query_bind_text(&filling->unit, 2, text_bytes(id));
        query_bind_integer(&filling->unit, 3, filling->place++);
        bind_yaml(&filling->unit, 4, test_case, "id");
        bind_yaml(&filling->unit, 5, &units->items[i], "verb");
        bind_yaml(&filling->unit, 6, &units->items[i], "purpose");
        bind_yaml(&filling->unit, 7, &units->items[i], "pass_if");
        for (int column = 8; column <= 10; column++)
            query_bind_null(&filling->unit, column);
        TRY(query_step(&filling->unit));
    }
    return NULL;
}

static struct error *fill_cases(struct filling *filling, const struct yaml *file)
{
    const struct yaml *groups = yaml_get(file, "groups");
    const struct yaml *old = yaml_get(file, "v1_cases");

    for (size_t i = 0; groups != NULL && i < groups->count; i++) {
        const struct yaml *cases = yaml_get(&groups->items[i], "cases");
        for (size_t j = 0; cases != NULL && j < cases->count; j++)
            TRY(add_case(filling, &cases->items[j], &groups->items[i]));
    }
    for (size_t i = 0; old != NULL && i < old->count; i++)
        TRY(add_old_case(filling, &old->items[i]));
    return NULL;
}

/* A unit or case of the earlier edition is described by what continues it. */
static const char describe_old[] =
    "INSERT OR REPLACE INTO unit_ixit SELECT '2.1.1', s.old, i.place + 100 * n.place,"
    " i.ixit_table, i.field FROM unit_succession AS s JOIN unit_ixit AS i ON i.unit = s.new"
    " AND i.edition = '3.1.3' JOIN unit AS n ON n.id = s.new AND n.edition = '3.1.3';"
    "UPDATE unit SET (verb, purpose, pass_if, ixit, decidable, machine) ="
    " (SELECT COALESCE(unit.verb, n.verb), COALESCE(unit.purpose, n.purpose),"
    "  COALESCE(unit.pass_if, n.pass_if), n.ixit, n.decidable, n.machine"
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

static struct error *add_cases(sqlite3 *db, const struct yaml *file)
{
    struct filling filling = {.text = text_new()};
    struct error *error = query_open(
        db, "INSERT OR REPLACE INTO test_case VALUES(?,?,?,?,?,?,?,?)", &filling.test_case);

    if (error == NULL)
        error = query_open(db, "INSERT OR REPLACE INTO unit VALUES(?,?,?,?,?,?,?,?,?,?)",
                           &filling.unit);
    if (error == NULL)
        error = query_open(
            db, "INSERT OR REPLACE INTO unit_succession VALUES(replace(?,' ','-'),?,?)",
            &filling.succession);
    if (error == NULL)
        error =
            query_open(db, "INSERT OR REPLACE INTO unit_ixit VALUES(?,?,?,?,?)", &filling.ixit);
    if (error == NULL)
        error = fill_cases(&filling, file);
    if (error == NULL)
        error = query_run(db, describe_old);
    if (error == NULL)
        error = query_run(db, translate_units);
    query_close(&filling.test_case);
    query_close(&filling.unit);
    query_close(&filling.succession);
    query_close(&filling.ixit);
    text_free(filling.text);
    return error;
}

struct error *catalogue_add(sqlite3 *db, const char *name, struct bytes content)
{
    owned(arena) arena = arena_new();
    const struct yaml *file;
    bool is_rules = bytes_starts(bytes_of(name), "rules/");
    bool is_schemes = bytes_starts(bytes_of(name), "schemes/");
    bool is_drafts = bytes_starts(bytes_of(name), "drafts/");
    bool is_provisions = bytes_is(bytes_of(name), "catalogue/provisions.yaml");
    bool is_cases = bytes_is(bytes_of(name), "catalogue/test-cases.yaml");
    bool is_ixit = bytes_is(bytes_of(name), "catalogue/ixit.yaml");
    bool is_words = vocabulary_has(name);

    if (!is_words && !is_rules && !is_schemes && !is_drafts && !is_provisions && !is_cases &&
        !is_ixit)
        return NULL;
    TRY(yaml_read(content, name, arena, &file));
    if (is_provisions)
        return add_provisions(db, file);
    if (is_cases)
        return add_cases(db, file);
    if (is_ixit)
        return declared_add_ixit(db, name, file);
    if (is_words)
        return vocabulary_add(db, name, file);
    if (is_schemes)
        return schemes_add(db, name, file);
    if (is_drafts)
        return drafts_add(db, name, file);
    return rule_add(db, name, file);
}
