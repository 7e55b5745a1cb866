#include "judge/scoping.h"

#include "judge/entry.h"
#include "model/query.h"

/* `list` is scope, reference, regime or notice; `in_any` is 1 for a predicate of `any`. */
static const char schema[] =
    "CREATE TABLE scope_fact(id TEXT PRIMARY KEY, place INTEGER, type TEXT, choices TEXT,"
    " preset TEXT, meaning TEXT);"
    "CREATE TABLE scope_token(id TEXT PRIMARY KEY, meaning TEXT);"
    "CREATE TABLE scope_market(id TEXT PRIMARY KEY, note TEXT);"
    "CREATE TABLE scope_rule(id TEXT PRIMARY KEY, list TEXT, place INTEGER, why TEXT,"
    " stop TEXT);"
    "CREATE TABLE scope_predicate(rule TEXT, place INTEGER, in_any INTEGER, fact TEXT,"
    " op TEXT, value TEXT, PRIMARY KEY(rule, place));"
    "CREATE TABLE scope_effect(rule TEXT, place INTEGER, kind TEXT, value TEXT,"
    " PRIMARY KEY(rule, place));";

static const char *const effects[] = {"scope",   "primary", "complementary", "regimes",
                                      "notices", "points",  "other"};

struct error *scoping_create(sqlite3 *db)
{
    return query_run(db, schema);
}

/* An entry that is replaced keeps its place; a new one stands behind all others. */
static struct error *add_fact(sqlite3 *db, const char *name, const struct yaml *fact,
                              struct arena *arena)
{
    TRY(entry_check(name, fact, "id type values default text"));
    if (yaml_text(fact, "id").size == 0 ||
        !entry_among(yaml_text(fact, "type"), "bool enum list int date"))
        return entry_fault(name, fact,
                           "a fact needs id, and type bool, enum, list, int or date");
    return ENTRY_INSERT(
        db,
        "INSERT OR REPLACE INTO scope_fact SELECT ?1, COALESCE((SELECT place FROM"
        " scope_fact WHERE id = ?1), (SELECT COALESCE(MAX(place), -1) + 1 FROM"
        " scope_fact)), ?2, ?3, ?4, ?5",
        yaml_text(fact, "id"), yaml_text(fact, "type"), entry_joined(fact, "values", arena),
        entry_joined(fact, "default", arena), yaml_text(fact, "text"));
}

static struct error *add_words(sqlite3 *db, const struct yaml *file, const char *key,
                               const char *sql)
{
    const struct yaml *map = yaml_get(file, key);

    for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->count; i++)
        TRY(ENTRY_INSERT(db, sql, map->keys[i].text, map->items[i].text));
    return NULL;
}

static struct error *add_predicates(sqlite3 *db, const char *name, const struct yaml *rule,
                                    const char *key, size_t *place, struct arena *arena)
{
    const struct yaml *list = yaml_get(rule, key);

    for (size_t i = 0; i < entry_count(rule, key); i++) {
        const struct yaml *predicate = &list->items[i];
        TRY(entry_check(name, predicate, "fact op value"));
        if (yaml_text(predicate, "fact").size == 0 ||
            !entry_among(yaml_text(predicate, "op"),
                         "eq ne in contains not_contains contains_any"
                         " nonempty empty ge lt"))
            return entry_fault(name, predicate,
                               "a predicate needs fact, and an op that is known");
        TRY(ENTRY_INSERT(db, "INSERT INTO scope_predicate VALUES(?,?,?,?,?,?)",
                         yaml_text(rule, "id"), entry_number((*place)++, arena),
                         bytes_of(bytes_is(bytes_of(key), "any") ? "1" : "0"),
                         yaml_text(predicate, "fact"), yaml_text(predicate, "op"),
                         entry_joined(predicate, "value", arena)));
    }
    return NULL;
}

static struct error *add_effects(sqlite3 *db, const struct yaml *rule, struct arena *arena)
{
    size_t place = 0;

    for (size_t i = 0; i < COUNT_OF(effects); i++) {
        const struct yaml *value = yaml_get(rule, effects[i]);
        size_t count = value == NULL ? 0 : value->kind == YAML_LIST ? value->count : 1;
        for (size_t j = 0; j < count; j++)
            TRY(ENTRY_INSERT(db, "INSERT INTO scope_effect VALUES(?,?,?,?)",
                             yaml_text(rule, "id"), entry_number(place++, arena),
                             bytes_of(effects[i]),
                             value->kind == YAML_LIST ? value->items[j].text : value->text));
    }
    return NULL;
}

static struct error *add_rule(sqlite3 *db, const char *name, const struct yaml *rule,
                              struct bytes list, struct arena *arena)
{
    static const char *const words[] = {"reason", "why", "note", "text"};
    struct bytes id = yaml_text(rule, "id"), why = bytes_of(NULL);
    size_t place = 0;

    TRY(entry_check(name, rule,
                    "id all any scope primary complementary regimes notices points other"
                    " stop_regime reason why note text"));
    if (id.size == 0 || yaml_get(rule, "all") == NULL)
        return entry_fault(name, rule, "a rule needs id and all");
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (why.data == NULL)
            why = yaml_text(rule, words[i]);
    TRY(ENTRY_INSERT(db, "DELETE FROM scope_predicate WHERE rule = ?", id));
    TRY(ENTRY_INSERT(db, "DELETE FROM scope_effect WHERE rule = ?", id));
    TRY(ENTRY_INSERT(
        db,
        "INSERT OR REPLACE INTO scope_rule SELECT ?1, ?2, COALESCE((SELECT place FROM"
        " scope_rule WHERE id = ?1), (SELECT COALESCE(MAX(place), -1) + 1 FROM"
        " scope_rule WHERE list = ?2)), ?3, ?4",
        id, list, why, yaml_text(rule, "stop_regime")));
    TRY(add_predicates(db, name, rule, "all", &place, arena));
    TRY(add_predicates(db, name, rule, "any", &place, arena));
    return add_effects(db, rule, arena);
}

struct error *scoping_add(sqlite3 *db, const char *name, const struct yaml *file,
                          struct arena *arena)
{
    static const char *const lists[] = {"scope_rules", "reference_rules", "regime_rules",
                                        "notice_rules"};
    const struct yaml *facts = yaml_get(file, "facts");

    for (size_t i = 0; i < entry_count(file, "facts"); i++)
        TRY(add_fact(db, name, &facts->items[i], arena));
    TRY(add_words(db, file, "tokens", "INSERT OR REPLACE INTO scope_token VALUES(?,?)"));
    TRY(add_words(db, file, "market_notes", "INSERT OR REPLACE INTO scope_market VALUES(?,?)"));
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const struct yaml *rules = yaml_get(file, lists[i]);
        struct bytes list = bytes_of(lists[i]);
        list.size -= sizeof "_rules" - 1;
        for (size_t j = 0; j < entry_count(file, lists[i]); j++)
            TRY(add_rule(db, name, &rules->items[j], list, arena));
    }
    return NULL;
}
