#include "judge/schemes.h"

#include "judge/entry.h"
#include "judge/mappings.h"
#include "judge/scoping.h"
#include "model/query.h"

static const char schema[] =
    "CREATE TABLE scheme(id TEXT PRIMARY KEY, place INTEGER, parent TEXT, level TEXT,"
    " name TEXT, jurisdiction TEXT, kind TEXT, mandatory TEXT, status TEXT, confidence TEXT,"
    " since TEXT, standard TEXT, version TEXT, version_date TEXT, standard_note TEXT,"
    " \"view\" TEXT, closed TEXT, whole INTEGER, adds TEXT, as_of TEXT);"
    "CREATE TABLE scheme_fact(scheme TEXT, place INTEGER, topic TEXT, text TEXT,"
    " confidence TEXT, PRIMARY KEY(scheme, place));"
    "CREATE TABLE scheme_requirement(scheme TEXT, place INTEGER, id TEXT, law TEXT, text TEXT,"
    " basis TEXT, confidence TEXT, via TEXT, applies TEXT, PRIMARY KEY(scheme, place));"
    "CREATE TABLE scheme_provision(scheme TEXT, requirement TEXT, place INTEGER, edition TEXT,"
    " provision TEXT, how TEXT);"
    "CREATE TABLE scheme_condition(scheme TEXT, requirement TEXT, place INTEGER, id TEXT,"
    " text TEXT, PRIMARY KEY(scheme, id));"
    "CREATE TABLE scheme_document(scheme TEXT PRIMARY KEY, title TEXT, law TEXT, opening TEXT,"
    " confidence TEXT);"
    "CREATE TABLE scheme_field(scheme TEXT, place INTEGER, id TEXT, label TEXT, text TEXT,"
    " required TEXT, shows TEXT, form TEXT, declares TEXT, key_group TEXT,"
    " PRIMARY KEY(scheme, place));"
    "CREATE TABLE scheme_field_key(scheme TEXT, field TEXT, place INTEGER, key TEXT,"
    " needed INTEGER, PRIMARY KEY(scheme, field, place));";

struct error *schemes_create(sqlite3 *db)
{
    TRY(query_run(db, schema));
    TRY(mappings_create(db));
    return scoping_create(db);
}

/* The file at hand, and the scheme that its entries belong to. */
struct adding {
    sqlite3 *db;
    const char *name;
    struct arena *arena;
    struct bytes scheme, date;
    size_t place;
};

static struct error *forget(struct adding *adding)
{
    static const char *const statements[] = {
        "DELETE FROM scheme WHERE ?1 IN (id, parent)",
        "DELETE FROM scheme_fact WHERE scheme = ?1",
        "DELETE FROM scheme_requirement WHERE scheme = ?1",
        "DELETE FROM scheme_provision WHERE scheme = ?1",
        "DELETE FROM scheme_condition WHERE scheme = ?1",
        "DELETE FROM scheme_document WHERE scheme = ?1",
        "DELETE FROM scheme_field WHERE scheme = ?1",
        "DELETE FROM scheme_field_key WHERE scheme = ?1",
    };

    for (size_t i = 0; i < COUNT_OF(statements); i++)
        TRY(ENTRY_INSERT(adding->db, statements[i], adding->scheme));
    return NULL;
}

static struct error *add_facts(struct adding *adding, const struct yaml *scheme)
{
    const struct yaml *list = yaml_get(scheme, "facts");

    for (size_t i = 0; i < entry_count(scheme, "facts"); i++) {
        const struct yaml *fact = &list->items[i];
        TRY(entry_check(adding->name, fact, "topic text confidence"));
        if (yaml_text(fact, "topic").size == 0 || yaml_text(fact, "text").size == 0)
            return entry_fault(adding->name, fact, "a fact needs topic and text");
        TRY(ENTRY_INSERT(adding->db, "INSERT INTO scheme_fact VALUES(?,?,?,?,?)",
                         adding->scheme, entry_number(i, adding->arena),
                         yaml_text(fact, "topic"), yaml_text(fact, "text"),
                         yaml_text(fact, "confidence")));
    }
    return NULL;
}

/* The ids in the list at KEY of a requirement; HOW they are taken. */
static struct error *add_provisions(struct adding *adding, const struct yaml *requirement,
                                    const char *key, const char *how, size_t *place)
{
    const struct yaml *list = yaml_get(requirement, key);

    for (size_t i = 0; i < entry_count(requirement, key); i++)
        TRY(ENTRY_INSERT(
            adding->db, "INSERT INTO scheme_provision VALUES(?,?,?,?,?,?)", adding->scheme,
            yaml_text(requirement, "id"), entry_number((*place)++, adding->arena),
            yaml_text(requirement, "edition"), list->items[i].text, bytes_of(how)));
    return NULL;
}

/* What a person has to confirm, for REQUIREMENT or, as evidence, for the whole scheme. */
static struct error *add_conditions(struct adding *adding, const struct yaml *owner,
                                    const char *key, struct bytes requirement)
{
    const struct yaml *list = yaml_get(owner, key);

    for (size_t i = 0; i < entry_count(owner, key); i++) {
        const struct yaml *condition = &list->items[i];
        TRY(entry_check(adding->name, condition, "id text"));
        if (yaml_text(condition, "id").size == 0 || yaml_text(condition, "text").size == 0)
            return entry_fault(adding->name, condition, "this needs id and text");
        TRY(error_wrap(ENTRY_INSERT(adding->db,
                                    "INSERT INTO scheme_condition VALUES(?,?,?,?,?)",
                                    adding->scheme, requirement,
                                    entry_number(adding->place++, adding->arena),
                                    yaml_text(condition, "id"), yaml_text(condition, "text")),
                       "%s:%u", adding->name, condition->line));
    }
    return NULL;
}

static struct error *check_requirement(struct adding *adding, const struct yaml *requirement)
{
    struct bytes of = yaml_text(requirement, "mandatory_of");
    struct bytes edition = yaml_text(requirement, "edition");

    TRY(entry_check(adding->name, requirement,
                    "id law text basis confidence edition provisions if_relevant families"
                    " mandatory_of via applies conditions"));
    if (yaml_text(requirement, "id").size == 0 || yaml_text(requirement, "text").size == 0)
        return entry_fault(adding->name, requirement, "a requirement needs id and text");
    if (!entry_among(yaml_text(requirement, "basis"), "deemed takes near own"))
        return entry_fault(adding->name, requirement, "basis is deemed, takes, near or own");
    if (of.data != NULL && !entry_among(of, "2.1.1 3.1.3 assessed"))
        return entry_fault(adding->name, requirement,
                           "mandatory_of is 2.1.1, 3.1.3 or assessed");
    if (edition.data != NULL && !entry_among(edition, "2.1.1 3.1.3"))
        return entry_fault(adding->name, requirement, "edition is 2.1.1 or 3.1.3");
    return NULL;
}

static struct error *add_requirement(struct adding *adding, const struct yaml *requirement,
                                     size_t at)
{
    struct bytes id = yaml_text(requirement, "id");
    struct bytes of = yaml_text(requirement, "mandatory_of");
    size_t place = 0;

    TRY(check_requirement(adding, requirement));
    TRY(ENTRY_INSERT(adding->db, "INSERT INTO scheme_requirement VALUES(?,?,?,?,?,?,?,?,?)",
                     adding->scheme, entry_number(at, adding->arena), id,
                     yaml_text(requirement, "law"), yaml_text(requirement, "text"),
                     yaml_text(requirement, "basis"), yaml_text(requirement, "confidence"),
                     yaml_text(requirement, "via"), yaml_text(requirement, "applies")));
    TRY(add_provisions(adding, requirement, "provisions", "all", &place));
    TRY(add_provisions(adding, requirement, "if_relevant", "if_relevant", &place));
    TRY(add_provisions(adding, requirement, "families", "family", &place));
    if (of.data != NULL)
        TRY(ENTRY_INSERT(adding->db,
                         "INSERT INTO scheme_provision VALUES(?,?,?,?,NULL,'mandatory')",
                         adding->scheme, id, entry_number(place, adding->arena),
                         bytes_is(of, "assessed") ? bytes_of(NULL) : of));
    return add_conditions(adding, requirement, "conditions", id);
}

static struct error *add_keys(struct adding *adding, const struct yaml *field, const char *key,
                              const char *needed, size_t *place)
{
    const struct yaml *list = yaml_get(field, key);

    for (size_t i = 0; i < entry_count(field, key); i++)
        TRY(ENTRY_INSERT(adding->db, "INSERT INTO scheme_field_key VALUES(?,?,?,?,?)",
                         adding->scheme, yaml_text(field, "id"),
                         entry_number((*place)++, adding->arena), list->items[i].text,
                         bytes_of(needed)));
    return NULL;
}

static struct error *add_field(struct adding *adding, const struct yaml *field, size_t at)
{
    size_t place = 0;

    TRY(entry_check(adding->name, field,
                    "id label text required needs also group parts also_parts shows form"
                    " declares"));
    if (yaml_text(field, "id").size == 0 || yaml_text(field, "label").size == 0)
        return entry_fault(adding->name, field, "a field needs id and label");
    if (yaml_get(field, "shows") != NULL &&
        !entry_among(yaml_text(field, "shows"),
                     "standard assessed level provisions all_provisions signature"))
        return entry_fault(adding->name, field, "nothing of that name can be shown");
    TRY(ENTRY_INSERT(
        adding->db, "INSERT INTO scheme_field VALUES(?,?,?,?,?,?,?,?,?,?)", adding->scheme,
        entry_number(at, adding->arena), yaml_text(field, "id"), yaml_text(field, "label"),
        yaml_text(field, "text"), yaml_text(field, "required"), yaml_text(field, "shows"),
        yaml_text(field, "form"), yaml_text(field, "declares"), yaml_text(field, "group")));
    TRY(add_keys(adding, field, "needs", "1", &place));
    TRY(add_keys(adding, field, "parts", "1", &place));
    TRY(add_keys(adding, field, "also", "0", &place));
    return add_keys(adding, field, "also_parts", "0", &place);
}

static struct error *add_document(struct adding *adding, const struct yaml *scheme)
{
    const struct yaml *document = yaml_get(scheme, "statement");
    const struct yaml *fields = yaml_get(document, "fields");

    if (document == NULL)
        return NULL;
    TRY(entry_check(adding->name, document, "title law opening confidence fields"));
    if (yaml_text(document, "title").size == 0)
        return entry_fault(adding->name, document, "a statement needs a title");
    TRY(ENTRY_INSERT(adding->db, "INSERT INTO scheme_document VALUES(?,?,?,?,?)",
                     adding->scheme, yaml_text(document, "title"), yaml_text(document, "law"),
                     yaml_text(document, "opening"), yaml_text(document, "confidence")));
    for (size_t i = 0; i < entry_count(document, "fields"); i++)
        TRY(add_field(adding, &fields->items[i], i));
    return NULL;
}

/* The value at KEY of a level, or of the scheme that it is a level of. */
static struct bytes of_both(const struct yaml *entry, const struct yaml *parent,
                            const char *key)
{
    struct bytes own = yaml_text(entry, key);

    return own.data == NULL && parent != NULL ? yaml_text(parent, key) : own;
}

static struct error *check_scheme(struct adding *adding, const struct yaml *entry)
{
    static const char *const keys[] = {"kind", "mandatory", "status", "confidence"};

    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (yaml_text(entry, keys[i]).size == 0)
            return entry_fault(
                adding->name, entry,
                "a scheme needs kind, mandatory, status, confidence and jurisdiction");
    if (entry_joined(entry, "jurisdiction", adding->arena).size == 0)
        return entry_fault(adding->name, entry, "a scheme needs its jurisdiction");
    if (adding->date.size == 0)
        return entry_fault(adding->name, entry, "the file needs its date");
    return NULL;
}

static struct error *insert_scheme(struct adding *adding, const struct yaml *entry,
                                   const struct yaml *parent, size_t place)
{
    const struct yaml *top = parent == NULL ? entry : parent;
    const struct yaml *standard = yaml_get(top, "standard");

    if (standard != NULL)
        TRY(entry_check(adding->name, standard, "id version date note"));
    return ENTRY_INSERT(
        adding->db, "INSERT INTO scheme VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        adding->scheme, entry_number(place, adding->arena),
        parent == NULL ? bytes_of(NULL) : yaml_text(parent, "id"), yaml_text(entry, "level"),
        yaml_text(entry, "name"), entry_joined(top, "jurisdiction", adding->arena),
        of_both(entry, parent, "kind"), of_both(entry, parent, "mandatory"),
        of_both(entry, parent, "status"), of_both(entry, parent, "confidence"),
        of_both(entry, parent, "since"), yaml_text(standard, "id"),
        yaml_text(standard, "version"), yaml_text(standard, "date"),
        yaml_text(standard, "note"), of_both(entry, parent, "view"),
        of_both(entry, parent, "closed"),
        bytes_of(bytes_is(yaml_text(entry, "whole"), "yes") ? "1" : "0"),
        yaml_text(entry, "adds"), adding->date);
}

static struct error *add_scheme(struct adding *adding, const struct yaml *entry,
                                const struct yaml *parent, size_t place)
{
    const struct yaml *requirements = yaml_get(entry, "requirements");
    const struct yaml *levels = yaml_get(entry, "levels");

    TRY(entry_check(adding->name, entry,
                    parent != NULL ? "id level name adds requirements evidence"
                                   : "id name jurisdiction kind mandatory status confidence"
                                     " since standard facts requirements evidence statement"
                                     " levels view closed whole"));
    adding->scheme = yaml_text(entry, "id");
    adding->place = 0;
    if (adding->scheme.size == 0 || yaml_text(entry, "name").size == 0)
        return entry_fault(adding->name, entry, "a scheme needs id and name");
    if (parent == NULL)
        TRY(check_scheme(adding, entry));
    TRY(forget(adding));
    TRY(insert_scheme(adding, entry, parent, place));
    TRY(add_facts(adding, entry));
    for (size_t i = 0; i < entry_count(entry, "requirements"); i++)
        TRY(add_requirement(adding, &requirements->items[i], i));
    TRY(add_conditions(adding, entry, "evidence", bytes_of(NULL)));
    TRY(add_document(adding, entry));
    for (size_t i = 0; i < entry_count(entry, "levels"); i++)
        TRY(add_scheme(adding, &levels->items[i], entry, place + i + 1));
    return NULL;
}

/* Where a file's schemes stand among all: files in the order they come, levels behind theirs. */
#define PLACES 16

struct error *schemes_add(sqlite3 *db, const char *name, const struct yaml *file)
{
    owned(arena) arena = arena_new();
    struct adding adding = {
        .db = db, .name = name, .arena = arena, .date = yaml_text(file, "date")};
    const struct yaml *list = yaml_get(file, "schemes");
    int64_t place =
        query_number(db, "SELECT COALESCE(MAX(place), -1) FROM scheme", -1) / PLACES + 1;

    TRY(entry_check(name, file,
                    "schema source date licence schemes differences catalogues provisions facts"
                    " tokens market_notes scope_rules reference_rules regime_rules"
                    " notice_rules"));
    for (size_t i = 0; i < entry_count(file, "schemes"); i++)
        TRY(add_scheme(&adding, &list->items[i], NULL, ((size_t)place + i) * PLACES));
    TRY(mappings_add(db, name, file, arena));
    return scoping_add(db, name, file, arena);
}
