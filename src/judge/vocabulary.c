#include "judge/vocabulary.h"

#include "base/text.h"
#include "judge/entry.h"
#include "model/query.h"

static const char schema[] =
    /* name: what it is about; value: "yes", "no" or a name; places: "TABLE/FIELD;…" or "*". */
    "CREATE TABLE word_entry(id INTEGER PRIMARY KEY, file TEXT, line INTEGER, name TEXT,"
    " value TEXT, weak INTEGER, flip INTEGER, keep INTEGER, with_words TEXT,"
    " unless_words TEXT, places TEXT);"
    "CREATE TABLE word_phrase(entry INTEGER, place INTEGER, phrase TEXT,"
    " PRIMARY KEY(entry, place)) WITHOUT ROWID;"
    "CREATE TABLE word_port(port INTEGER, transport TEXT, service TEXT, file TEXT,"
    " PRIMARY KEY(port, transport)) WITHOUT ROWID;"
    "CREATE TABLE crypto_mechanism(name TEXT PRIMARY KEY, kind TEXT, standing TEXT, until TEXT,"
    " reason TEXT, file TEXT, line INTEGER);"
    /* A family whose standing hangs on a size: the row with the largest `least` that fits. */
    "CREATE TABLE crypto_size(family TEXT, least INTEGER, kind TEXT, standing TEXT, until TEXT,"
    " reason TEXT, file TEXT, line INTEGER, PRIMARY KEY(family, least));"
    "CREATE TABLE condition_query(edition TEXT, id TEXT, tables TEXT, holds TEXT, fails TEXT,"
    " open TEXT, because TEXT, otherwise TEXT, PRIMARY KEY(edition, id));";

struct error *vocabulary_create(sqlite3 *db)
{
    return query_run(db, schema);
}

struct adding {
    sqlite3 *db;
    const char *name; /* of the file */
    struct arena *arena;
    const struct yaml *sources; /* of a file of mechanisms */
    const struct yaml *places;  /* of all entries that name none */
};

/* No bytes where there is nothing to say. */
static struct bytes some(struct bytes text)
{
    return text.size == 0 ? bytes_of(NULL) : text;
}

static struct bytes line_of(const struct adding *adding, const struct yaml *at)
{
    return entry_number(at->line, adding->arena);
}

/* "1" where KEY of ENTRY is WORD, else "0". */
static struct bytes flag(const struct yaml *entry, const char *key, const char *word)
{
    return bytes_of(bytes_is(yaml_text(entry, key), word) ? "1" : "0");
}

/* A list of scalars, or a scalar of words: joined by SEPARATOR. */
static struct error *flatten(const struct adding *adding, const struct yaml *value,
                             char separator, struct text *out)
{
    if (value->kind == YAML_SCALAR)
        text_add_bytes(out, value->text);
    for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++) {
        if (value->items[i].kind != YAML_SCALAR || value->items[i].text.size == 0)
            return entry_fault(adding->name, &value->items[i], "a word is needed here");
        if (i > 0)
            text_add_char(out, separator);
        text_add_bytes(out, value->items[i].text);
    }
    return value->kind == YAML_MAP ? entry_fault(adding->name, value, "a list is needed here")
                                   : NULL;
}

/* {1-AuthMech: [Description, …], …} as "1-AuthMech/Description;…". */
static struct error *add_places(const struct adding *adding, const struct yaml *map,
                                struct text *out)
{
    if (map == NULL || (map->kind == YAML_SCALAR && bytes_is(map->text, "*"))) {
        text_add_char(out, '*');
        return NULL;
    }
    if (map->kind != YAML_MAP)
        return entry_fault(adding->name, map, "`in` is a map from tables to lists of fields");
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *fields = &map->items[i];
        if (fields->kind != YAML_LIST)
            return entry_fault(adding->name, fields, "a list of fields is needed here");
        for (size_t j = 0; j < fields->count; j++) {
            text_add_bytes(out, map->keys[i].text);
            text_add_char(out, '/');
            text_add_bytes(out, fields->items[j].text);
            text_add_char(out, ';');
        }
    }
    return NULL;
}

/* One meaning: NAME is VALUE where one of PHRASES stands. ENTRY holds what else is to be said. */
static struct error *add_meaning(struct adding *adding, const struct yaml *entry,
                                 struct bytes name, struct bytes value,
                                 const struct yaml *phrases)
{
    owned(text) with = text_new();
    owned(text) unless = text_new();
    owned(text) places = text_new();

    if (phrases->kind != YAML_LIST || phrases->count == 0)
        return entry_fault(adding->name, phrases, "a list of phrases is needed here");
    if (yaml_get(entry, "with") != NULL)
        TRY(flatten(adding, yaml_get(entry, "with"), ' ', with));
    if (yaml_get(entry, "unless") != NULL)
        TRY(flatten(adding, yaml_get(entry, "unless"), ' ', unless));
    const struct yaml *in = yaml_get(entry, "in");
    TRY(add_places(adding, in != NULL ? in : adding->places, places));
    TRY(ENTRY_INSERT(adding->db,
                     "INSERT INTO word_entry(file, line, name, value, weak, flip, keep,"
                     " with_words, unless_words, places) VALUES(?,?,?,?,?,1 - ?,?,?,?,?)",
                     bytes_of(adding->name), line_of(adding, phrases), name, value,
                     flag(entry, "weak", "yes"), flag(entry, "flip", "no"),
                     flag(entry, "keep", "yes"), some(text_bytes(with)),
                     some(text_bytes(unless)), text_bytes(places)));
    int64_t id = sqlite3_last_insert_rowid(adding->db);
    for (size_t i = 0; i < phrases->count; i++) {
        if (phrases->items[i].kind != YAML_SCALAR || phrases->items[i].text.size == 0)
            return entry_fault(adding->name, &phrases->items[i], "a phrase is needed here");
        TRY(ENTRY_INSERT(adding->db, "INSERT INTO word_phrase VALUES(?,?,?)",
                         entry_number((size_t)id, adding->arena),
                         entry_number(i, adding->arena), phrases->items[i].text));
    }
    return NULL;
}

/* An entry of `statements`: yes, no, and names with their phrases. */
static struct error *add_statement(struct adding *adding, const struct yaml *entry)
{
    struct bytes name = yaml_text(entry, "name");
    const struct yaml *values = yaml_get(entry, "values");
    const struct yaml *yes = yaml_get(entry, "yes"), *no = yaml_get(entry, "no");

    TRY(entry_check(adding->name, entry, "name in yes no values weak flip keep with unless"));
    if (name.size == 0 || (yes == NULL && no == NULL && values == NULL))
        return entry_fault(adding->name, entry,
                           "a statement has a name, and yes, no or values");
    if (yes != NULL)
        TRY(add_meaning(adding, entry, name, bytes_of("yes"), yes));
    if (no != NULL)
        TRY(add_meaning(adding, entry, name, bytes_of("no"), no));
    for (size_t i = 0; values != NULL && i < values->count; i++)
        TRY(add_meaning(adding, entry, name, values->keys[i].text, &values->items[i]));
    return NULL;
}

static struct error *add_roles(struct adding *adding, const struct yaml *roles)
{
    static const struct yaml nothing = {.kind = YAML_MAP};

    for (size_t i = 0; roles != NULL && i < roles->count; i++)
        TRY(add_meaning(adding, &nothing, bytes_of("role"), roles->keys[i].text,
                        &roles->items[i]));
    return NULL;
}

static struct error *add_port(struct adding *adding, const struct yaml *entry)
{
    int64_t port = yaml_integer(entry, "port", 0);
    struct bytes transport = yaml_text(entry, "transport");

    TRY(entry_check(adding->name, entry, "port transport service"));
    if (port <= 0 || port > 65535 || yaml_text(entry, "service").size == 0 ||
        (!bytes_is(transport, "tcp") && !bytes_is(transport, "udp")))
        return entry_fault(adding->name, entry,
                           "a port has a number, a transport and a service");
    return ENTRY_INSERT(adding->db, "INSERT OR REPLACE INTO word_port VALUES(?,?,?,?)",
                        entry_number((size_t)port, adding->arena), transport,
                        yaml_text(entry, "service"), bytes_of(adding->name));
}

static struct error *check_standing(const struct adding *adding, const struct yaml *entry)
{
    struct bytes standing = yaml_text(entry, "standing");

    if (yaml_text(entry, "because").size == 0)
        return entry_fault(adding->name, entry, "because is missing");
    if (entry_among(standing, "accepted legacy broken unknown"))
        return NULL;
    return entry_fault(adding->name, entry, "standing is accepted, legacy, broken or unknown");
}

/* "BECAUSE (SOURCE: document, date; …)": the keys of `source` stand for the file's `sources`. */
static struct error *add_reason(const struct adding *adding, const struct yaml *entry,
                                struct text *out)
{
    const struct yaml *source = yaml_get(entry, "source");

    text_add_bytes(out, yaml_text(entry, "because"));
    if (source == NULL || source->kind != YAML_LIST || source->count == 0)
        return entry_fault(adding->name, entry, "source is a list of keys of `sources`");
    for (size_t i = 0; i < source->count; i++) {
        const struct yaml *document = NULL;
        for (size_t j = 0; adding->sources != NULL && j < adding->sources->count; j++)
            if (bytes_equal(adding->sources->keys[j].text, source->items[i].text))
                document = &adding->sources->items[j];
        if (document == NULL || document->kind != YAML_SCALAR)
            return entry_fault(adding->name, &source->items[i],
                               "this source is not explained in `sources`");
        text_add(out, i == 0 ? " (" : "; ");
        text_add_bytes(out, document->text);
    }
    text_add_char(out, ')');
    return NULL;
}

static struct error *add_mechanism(struct adding *adding, const struct yaml *entry)
{
    static const struct yaml nothing = {.kind = YAML_MAP};
    owned(text) reason = text_new();
    struct bytes name = yaml_text(entry, "name");
    const struct yaml *spellings = yaml_get(entry, "spellings");

    TRY(entry_check(adding->name, entry,
                    "name kind standing until because source spellings unless"));
    TRY(check_standing(adding, entry));
    TRY(add_reason(adding, entry, reason));
    if (name.size == 0 || yaml_text(entry, "kind").size == 0 || spellings == NULL)
        return entry_fault(adding->name, entry, "a mechanism has a name, a kind and spellings");
    TRY(ENTRY_INSERT(
        adding->db, "INSERT OR REPLACE INTO crypto_mechanism VALUES(?,?,?,?,?,?,?)", name,
        yaml_text(entry, "kind"), yaml_text(entry, "standing"), some(yaml_text(entry, "until")),
        text_bytes(reason), bytes_of(adding->name), line_of(adding, entry)));
    if (spellings->kind == YAML_LIST && spellings->count == 0)
        return NULL; /* found through its parts: "AES-128" */
    return add_meaning(adding, yaml_get(entry, "unless") != NULL ? entry : &nothing,
                       bytes_of("mechanism"), name, spellings);
}

static struct error *add_size(struct adding *adding, const struct yaml *family,
                              const struct yaml *entry)
{
    owned(text) reason = text_new();

    TRY(entry_check(adding->name, entry, "least standing until because source"));
    TRY(check_standing(adding, entry));
    TRY(add_reason(adding, entry, reason));
    return ENTRY_INSERT(adding->db,
                        "INSERT OR REPLACE INTO crypto_size VALUES(?,?,?,?,?,?,?,?)",
                        yaml_text(family, "family"),
                        entry_number((size_t)yaml_integer(entry, "least", 0), adding->arena),
                        yaml_text(family, "kind"), yaml_text(entry, "standing"),
                        some(yaml_text(entry, "until")), text_bytes(reason),
                        bytes_of(adding->name), line_of(adding, entry));
}

static struct error *add_family(struct adding *adding, const struct yaml *family)
{
    const struct yaml *sizes = yaml_get(family, "sizes");

    TRY(entry_check(adding->name, family, "family kind sizes"));
    if (yaml_text(family, "family").size == 0 || sizes == NULL || sizes->kind != YAML_LIST)
        return entry_fault(adding->name, family, "a family has a name and sizes");
    for (size_t i = 0; i < sizes->count; i++)
        TRY(add_size(adding, family, &sizes->items[i]));
    return NULL;
}

static struct error *add_condition(struct adding *adding, const struct yaml *entry)
{
    owned(text) tables = text_new();

    TRY(entry_check(adding->name, entry,
                    "edition id tables holds fails open because otherwise"));
    if (yaml_text(entry, "edition").size == 0 || yaml_text(entry, "id").size == 0 ||
        yaml_text(entry, "because").size == 0)
        return entry_fault(adding->name, entry,
                           "a condition has an edition, an id and a because");
    if (yaml_get(entry, "tables") != NULL)
        TRY(flatten(adding, yaml_get(entry, "tables"), ' ', tables));
    return ENTRY_INSERT(adding->db,
                        "INSERT OR REPLACE INTO condition_query VALUES(?,?,?,?,?,?,?,?)",
                        yaml_text(entry, "edition"), yaml_text(entry, "id"),
                        some(text_bytes(tables)), some(yaml_text(entry, "holds")),
                        some(yaml_text(entry, "fails")), some(yaml_text(entry, "open")),
                        yaml_text(entry, "because"), some(yaml_text(entry, "otherwise")));
}

static struct error *add_list(struct adding *adding, const struct yaml *file, const char *key,
                              struct error *(*add)(struct adding *, const struct yaml *))
{
    const struct yaml *list = yaml_get(file, key);

    if (list != NULL && list->kind != YAML_LIST)
        return entry_fault(adding->name, list, "a list is needed here");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (list->items[i].kind != YAML_MAP)
            return entry_fault(adding->name, &list->items[i],
                               "an entry is a map of keys and values");
        TRY(add(adding, &list->items[i]));
    }
    return NULL;
}

static struct error *add_file(struct adding *adding, const struct yaml *file)
{

    TRY(entry_check(adding->name, file,
                    "schema source date licence sources statements roles ports families "
                    "mechanisms conditions in"));
    adding->places = yaml_get(file, "in");
    adding->sources = yaml_get(file, "sources");
    TRY(add_roles(adding, yaml_get(file, "roles")));
    TRY(add_list(adding, file, "statements", add_statement));
    TRY(add_list(adding, file, "ports", add_port));
    TRY(add_list(adding, file, "mechanisms", add_mechanism));
    TRY(add_list(adding, file, "families", add_family));
    return add_list(adding, file, "conditions", add_condition);
}

/* Where a component may be named. */
#define COMPONENT_PLACES                                                               \
    "6-SoftComp/ID;6-SoftComp/Description;12-NetSecImpl/ID;12-NetSecImpl/Description;" \
    "12-NetSecImpl/Report"

/* A component of knowledge/components: its name, which counts where a version follows. */
static struct error *add_component(struct adding *adding, const struct yaml *entry)
{
    struct bytes name = yaml_text(entry, "name");

    if (name.size == 0)
        return entry_fault(adding->name, entry, "a component has a name");
    TRY(ENTRY_INSERT(adding->db,
                     "INSERT INTO word_entry(file, line, name, value, weak, flip, keep, places)"
                     " VALUES(?,?,'component',?,1,0,0,'" COMPONENT_PLACES "')",
                     bytes_of(adding->name), line_of(adding, entry), name));
    return ENTRY_INSERT(adding->db, "INSERT INTO word_phrase VALUES(last_insert_rowid(), 0, ?)",
                        name);
}

static struct error *forget(sqlite3 *db, const char *name)
{
    static const char *const statements[] = {
        "DELETE FROM word_phrase WHERE entry IN (SELECT id FROM word_entry WHERE file = ?)",
        "DELETE FROM word_entry WHERE file = ?",
        "DELETE FROM word_port WHERE file = ?",
        "DELETE FROM crypto_mechanism WHERE file = ?",
        "DELETE FROM crypto_size WHERE file = ?",
    };

    for (size_t i = 0; i < COUNT_OF(statements); i++)
        TRY(ENTRY_INSERT(db, statements[i], bytes_of(name)));
    return NULL;
}

struct error *vocabulary_add(sqlite3 *db, const char *name, const struct yaml *file)
{
    owned(arena) arena = arena_new();
    struct adding adding = {.db = db, .name = name, .arena = arena};

    TRY(forget(db, name));
    if (bytes_starts(bytes_of(name), "components/"))
        return add_list(&adding, file, "components", add_component);
    return add_file(&adding, file);
}
