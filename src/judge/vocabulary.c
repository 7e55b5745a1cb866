#include "judge/vocabulary.h"

#include "base/text.h"
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

bool vocabulary_has(const char *name)
{
    return bytes_starts(bytes_of(name), "declarations/") ||
           bytes_starts(bytes_of(name), "cryptography/") ||
           bytes_starts(bytes_of(name), "components/") ||
           bytes_is(bytes_of(name), "catalogue/conditions.yaml");
}

struct adding {
    sqlite3 *db;
    const char *name; /* of the file */
    struct query entry, phrase, port, mechanism, size, condition;
    const struct yaml *sources; /* of a file of mechanisms */
    const struct yaml *places;  /* of all entries that name none */
};

static struct error *fault(const struct adding *adding, const struct yaml *at, const char *why)
{
    return error_new(ERROR_INPUT, "%s:%u: %s", adding->name, at->line, why);
}

static void bind(struct query *query, int place, struct bytes text)
{
    if (text.size == 0)
        query_bind_null(query, place);
    else
        query_bind_text(query, place, text);
}

static struct error *check_keys(const struct adding *adding, const struct yaml *map,
                                const char *const *known, size_t count)
{
    if (map->kind != YAML_MAP)
        return fault(adding, map, "this must be a map of keys and values");
    for (size_t i = 0; i < map->count; i++) {
        bool found = false;
        for (size_t j = 0; j < count; j++)
            found |= bytes_is(map->keys[i].text, known[j]);
        if (!found)
            return fault(adding, &map->keys[i], "this key is not known here");
    }
    return NULL;
}

/* A list of scalars, or a scalar of words: joined by SEPARATOR. */
static struct error *flatten(const struct adding *adding, const struct yaml *value,
                             char separator, struct text *out)
{
    if (value->kind == YAML_SCALAR)
        text_add_bytes(out, value->text);
    for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++) {
        if (value->items[i].kind != YAML_SCALAR || value->items[i].text.size == 0)
            return fault(adding, &value->items[i], "a word is needed here");
        if (i > 0)
            text_add_char(out, separator);
        text_add_bytes(out, value->items[i].text);
    }
    return value->kind == YAML_MAP ? fault(adding, value, "a list is needed here") : NULL;
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
        return fault(adding, map, "`in` is a map from tables to lists of fields");
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *fields = &map->items[i];
        if (fields->kind != YAML_LIST)
            return fault(adding, fields, "a list of fields is needed here");
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
    struct query *query = &adding->entry;

    if (phrases->kind != YAML_LIST || phrases->count == 0)
        return fault(adding, phrases, "a list of phrases is needed here");
    if (yaml_get(entry, "with") != NULL)
        TRY(flatten(adding, yaml_get(entry, "with"), ' ', with));
    if (yaml_get(entry, "unless") != NULL)
        TRY(flatten(adding, yaml_get(entry, "unless"), ' ', unless));
    const struct yaml *in = yaml_get(entry, "in");
    TRY(add_places(adding, in != NULL ? in : adding->places, places));
    query_bind_string(query, 1, adding->name);
    query_bind_integer(query, 2, phrases->line);
    query_bind_text(query, 3, name);
    query_bind_text(query, 4, value);
    query_bind_integer(query, 5, bytes_is(yaml_text(entry, "weak"), "yes"));
    query_bind_integer(query, 6, !bytes_is(yaml_text(entry, "flip"), "no"));
    query_bind_integer(query, 7, bytes_is(yaml_text(entry, "keep"), "yes"));
    bind(query, 8, text_bytes(with));
    bind(query, 9, text_bytes(unless));
    query_bind_text(query, 10, text_bytes(places));
    TRY(query_step(query));
    int64_t id = sqlite3_last_insert_rowid(adding->db);
    for (size_t i = 0; i < phrases->count; i++) {
        if (phrases->items[i].kind != YAML_SCALAR || phrases->items[i].text.size == 0)
            return fault(adding, &phrases->items[i], "a phrase is needed here");
        query_bind_integer(&adding->phrase, 1, id);
        query_bind_integer(&adding->phrase, 2, (int64_t)i);
        query_bind_text(&adding->phrase, 3, phrases->items[i].text);
        TRY(query_step(&adding->phrase));
    }
    return NULL;
}

/* An entry of `statements`: yes, no, and names with their phrases. */
static struct error *add_statement(struct adding *adding, const struct yaml *entry)
{
    static const char *const known[] = {"name", "in",   "yes",  "no",   "values",
                                        "weak", "flip", "keep", "with", "unless"};
    struct bytes name = yaml_text(entry, "name");
    const struct yaml *values = yaml_get(entry, "values");
    const struct yaml *yes = yaml_get(entry, "yes"), *no = yaml_get(entry, "no");

    TRY(check_keys(adding, entry, known, COUNT_OF(known)));
    if (name.size == 0 || (yes == NULL && no == NULL && values == NULL))
        return fault(adding, entry, "a statement has a name, and yes, no or values");
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
    static const char *const known[] = {"port", "transport", "service"};
    int64_t port = yaml_integer(entry, "port", 0);
    struct bytes transport = yaml_text(entry, "transport");

    TRY(check_keys(adding, entry, known, COUNT_OF(known)));
    if (port <= 0 || port > 65535 || yaml_text(entry, "service").size == 0 ||
        (!bytes_is(transport, "tcp") && !bytes_is(transport, "udp")))
        return fault(adding, entry, "a port has a number, a transport and a service");
    query_bind_integer(&adding->port, 1, port);
    query_bind_text(&adding->port, 2, transport);
    query_bind_text(&adding->port, 3, yaml_text(entry, "service"));
    query_bind_string(&adding->port, 4, adding->name);
    return query_step(&adding->port);
}

static struct error *check_standing(const struct adding *adding, const struct yaml *entry)
{
    struct bytes standing = yaml_text(entry, "standing");

    if (yaml_text(entry, "because").size == 0)
        return fault(adding, entry, "because is missing");
    if (bytes_is(standing, "legacy") || bytes_is(standing, "accepted") ||
        bytes_is(standing, "broken") || bytes_is(standing, "unknown"))
        return NULL;
    return fault(adding, entry, "standing is accepted, legacy, broken or unknown");
}

/* "BECAUSE (SOURCE: document, date; …)": the keys of `source` stand for the file's `sources`. */
static struct error *add_reason(const struct adding *adding, const struct yaml *entry,
                                struct text *out)
{
    const struct yaml *source = yaml_get(entry, "source");

    text_add_bytes(out, yaml_text(entry, "because"));
    if (source == NULL || source->kind != YAML_LIST || source->count == 0)
        return fault(adding, entry, "source is a list of keys of `sources`");
    for (size_t i = 0; i < source->count; i++) {
        const struct yaml *document = NULL;
        for (size_t j = 0; adding->sources != NULL && j < adding->sources->count; j++)
            if (bytes_equal(adding->sources->keys[j].text, source->items[i].text))
                document = &adding->sources->items[j];
        if (document == NULL || document->kind != YAML_SCALAR)
            return fault(adding, &source->items[i],
                         "this source is not explained in `sources`");
        text_add(out, i == 0 ? " (" : "; ");
        text_add_bytes(out, document->text);
    }
    text_add_char(out, ')');
    return NULL;
}

static struct error *add_mechanism(struct adding *adding, const struct yaml *entry)
{
    static const char *const known[] = {"name",    "kind",   "standing",  "until",
                                        "because", "source", "spellings", "unless"};
    static const struct yaml nothing = {.kind = YAML_MAP};
    owned(text) reason = text_new();
    struct bytes name = yaml_text(entry, "name");
    const struct yaml *spellings = yaml_get(entry, "spellings");

    TRY(check_keys(adding, entry, known, COUNT_OF(known)));
    TRY(check_standing(adding, entry));
    TRY(add_reason(adding, entry, reason));
    if (name.size == 0 || yaml_text(entry, "kind").size == 0 || spellings == NULL)
        return fault(adding, entry, "a mechanism has a name, a kind and spellings");
    query_bind_text(&adding->mechanism, 1, name);
    query_bind_text(&adding->mechanism, 2, yaml_text(entry, "kind"));
    query_bind_text(&adding->mechanism, 3, yaml_text(entry, "standing"));
    bind(&adding->mechanism, 4, yaml_text(entry, "until"));
    query_bind_text(&adding->mechanism, 5, text_bytes(reason));
    query_bind_string(&adding->mechanism, 6, adding->name);
    query_bind_integer(&adding->mechanism, 7, entry->line);
    TRY(query_step(&adding->mechanism));
    if (spellings->kind == YAML_LIST && spellings->count == 0)
        return NULL; /* found through its parts: "AES-128" */
    return add_meaning(adding, yaml_get(entry, "unless") != NULL ? entry : &nothing,
                       bytes_of("mechanism"), name, spellings);
}

static struct error *add_size(struct adding *adding, const struct yaml *family,
                              const struct yaml *entry)
{
    static const char *const known[] = {"least", "standing", "until", "because", "source"};
    owned(text) reason = text_new();

    TRY(check_keys(adding, entry, known, COUNT_OF(known)));
    TRY(check_standing(adding, entry));
    TRY(add_reason(adding, entry, reason));
    query_bind_text(&adding->size, 1, yaml_text(family, "family"));
    query_bind_integer(&adding->size, 2, yaml_integer(entry, "least", 0));
    query_bind_text(&adding->size, 3, yaml_text(family, "kind"));
    query_bind_text(&adding->size, 4, yaml_text(entry, "standing"));
    bind(&adding->size, 5, yaml_text(entry, "until"));
    query_bind_text(&adding->size, 6, text_bytes(reason));
    query_bind_string(&adding->size, 7, adding->name);
    query_bind_integer(&adding->size, 8, entry->line);
    return query_step(&adding->size);
}

static struct error *add_family(struct adding *adding, const struct yaml *family)
{
    static const char *const known[] = {"family", "kind", "sizes"};
    const struct yaml *sizes = yaml_get(family, "sizes");

    TRY(check_keys(adding, family, known, COUNT_OF(known)));
    if (yaml_text(family, "family").size == 0 || sizes == NULL || sizes->kind != YAML_LIST)
        return fault(adding, family, "a family has a name and sizes");
    for (size_t i = 0; i < sizes->count; i++)
        TRY(add_size(adding, family, &sizes->items[i]));
    return NULL;
}

static struct error *add_condition(struct adding *adding, const struct yaml *entry)
{
    static const char *const known[] = {"edition", "id",   "tables",  "holds",
                                        "fails",   "open", "because", "otherwise"};
    static const int count = 8;
    owned(text) tables = text_new();

    TRY(check_keys(adding, entry, known, COUNT_OF(known)));
    if (yaml_text(entry, "edition").size == 0 || yaml_text(entry, "id").size == 0 ||
        yaml_text(entry, "because").size == 0)
        return fault(adding, entry, "a condition has an edition, an id and a because");
    if (yaml_get(entry, "tables") != NULL)
        TRY(flatten(adding, yaml_get(entry, "tables"), ' ', tables));
    for (int i = 0; i < count; i++)
        bind(&adding->condition, i + 1, yaml_text(entry, known[i]));
    bind(&adding->condition, 3, text_bytes(tables));
    return query_step(&adding->condition);
}

static struct error *add_list(struct adding *adding, const struct yaml *file, const char *key,
                              struct error *(*add)(struct adding *, const struct yaml *))
{
    const struct yaml *list = yaml_get(file, key);

    if (list != NULL && list->kind != YAML_LIST)
        return fault(adding, list, "a list is needed here");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (list->items[i].kind != YAML_MAP)
            return fault(adding, &list->items[i], "an entry is a map of keys and values");
        TRY(add(adding, &list->items[i]));
    }
    return NULL;
}

static struct error *add_file(struct adding *adding, const struct yaml *file)
{
    static const char *const known[] = {"schema",   "source",     "date",       "licence",
                                        "sources",  "statements", "roles",      "ports",
                                        "families", "mechanisms", "conditions", "in"};

    TRY(check_keys(adding, file, known, COUNT_OF(known)));
    adding->places = yaml_get(file, "in");
    adding->sources = yaml_get(file, "sources");
    TRY(add_roles(adding, yaml_get(file, "roles")));
    TRY(add_list(adding, file, "statements", add_statement));
    TRY(add_list(adding, file, "ports", add_port));
    TRY(add_list(adding, file, "mechanisms", add_mechanism));
    TRY(add_list(adding, file, "families", add_family));
    return add_list(adding, file, "conditions", add_condition);
}

/* A component of knowledge/components: its name, which counts where a version follows. */
static struct error *add_component(struct adding *adding, const struct yaml *entry)
{
    struct bytes name = yaml_text(entry, "name");

    if (name.size == 0)
        return fault(adding, entry, "a component has a name");
    query_bind_string(&adding->entry, 1, adding->name);
    query_bind_integer(&adding->entry, 2, entry->line);
    query_bind_string(&adding->entry, 3, "component");
    query_bind_text(&adding->entry, 4, name);
    for (int i = 5; i <= 7; i++)
        query_bind_integer(&adding->entry, i, i == 5); /* weak */
    query_bind_null(&adding->entry, 8);
    query_bind_null(&adding->entry, 9);
    query_bind_string(&adding->entry, 10,
                      "6-SoftComp/ID;6-SoftComp/Description;12-NetSecImpl/ID;"
                      "12-NetSecImpl/Description;12-NetSecImpl/Report");
    TRY(query_step(&adding->entry));
    query_bind_integer(&adding->phrase, 1, sqlite3_last_insert_rowid(adding->db));
    query_bind_integer(&adding->phrase, 2, 0);
    query_bind_text(&adding->phrase, 3, name);
    return query_step(&adding->phrase);
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

    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        struct query query;
        TRY(query_open(db, statements[i], &query));
        query_bind_string(&query, 1, name);
        struct error *error = query_step(&query);
        query_close(&query);
        TRY(error);
    }
    return NULL;
}

static struct error *open_queries(struct adding *adding)
{
    sqlite3 *db = adding->db;

    TRY(query_open(db,
                   "INSERT INTO word_entry(file, line, name, value, weak, flip, keep,"
                   " with_words, unless_words, places) VALUES(?,?,?,?,?,?,?,?,?,?)",
                   &adding->entry));
    TRY(query_open(db, "INSERT INTO word_phrase VALUES(?,?,?)", &adding->phrase));
    TRY(query_open(db, "INSERT OR REPLACE INTO word_port VALUES(?,?,?,?)", &adding->port));
    TRY(query_open(db, "INSERT OR REPLACE INTO crypto_mechanism VALUES(?,?,?,?,?,?,?)",
                   &adding->mechanism));
    TRY(query_open(db, "INSERT OR REPLACE INTO crypto_size VALUES(?,?,?,?,?,?,?,?)",
                   &adding->size));
    return query_open(db, "INSERT OR REPLACE INTO condition_query VALUES(?,?,?,?,?,?,?,?)",
                      &adding->condition);
}

struct error *vocabulary_add(sqlite3 *db, const char *name, const struct yaml *file)
{
    struct adding adding = {.db = db, .name = name};

    TRY(forget(db, name));
    struct error *error = open_queries(&adding);
    if (error == NULL && bytes_starts(bytes_of(name), "components/"))
        error = add_list(&adding, file, "components", add_component);
    else if (error == NULL)
        error = add_file(&adding, file);
    query_close(&adding.entry);
    query_close(&adding.phrase);
    query_close(&adding.port);
    query_close(&adding.mechanism);
    query_close(&adding.size);
    query_close(&adding.condition);
    return error;
}
