#include "judge/drafts.h"

#include "base/text.h"
#include "judge/entry.h"
#include "model/query.h"

/*
 * draft_word: what a bare word of an observation is called, by kind: a protocol, a kernel module.
 * draft_text: the fields of an entry, and (field NULL) the texts by which one is known again.
 */
static const char schema[] =
    "CREATE TABLE draft_query(name TEXT PRIMARY KEY, place INTEGER, ixit_table TEXT,"
    " origin TEXT, shows TEXT, ask TEXT, rows TEXT, file TEXT, line INTEGER);"
    "CREATE TABLE draft_field(draft TEXT, place INTEGER, field TEXT, template TEXT,"
    " PRIMARY KEY(draft, place));"
    "CREATE TABLE draft_same(draft TEXT, place INTEGER, template TEXT,"
    " PRIMARY KEY(draft, place));"
    "CREATE TABLE draft_reference(draft TEXT, place INTEGER, field TEXT, target TEXT,"
    " keys TEXT, PRIMARY KEY(draft, place));"
    "CREATE TABLE draft_word(kind TEXT, word TEXT, key TEXT, title TEXT, detail TEXT,"
    " PRIMARY KEY(kind, word, key));";

struct error *drafts_create(sqlite3 *db)
{
    return query_run(db, schema);
}

/* Every { has its }, and every [ its ], none inside another. */
static bool is_template(struct bytes text)
{
    bool brace = false, bracket = false;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = bytes_at(text, i);
        if ((byte == '{' && brace) || (byte == '}' && !brace) || (byte == '[' && bracket) ||
            (byte == ']' && (!bracket || brace)))
            return false;
        brace = byte == '{' || (brace && byte != '}');
        bracket = byte == '[' || (bracket && byte != ']');
    }
    return !brace && !bracket;
}

static struct error *add_fields(sqlite3 *db, const char *name, const struct yaml *entry,
                                struct arena *arena)
{
    const struct yaml *fields = yaml_get(entry, "fields");

    if (fields == NULL || fields->kind != YAML_MAP || fields->count == 0)
        return entry_fault(name, entry, "a draft has fields, a map of texts");
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->items[i].kind != YAML_SCALAR || !is_template(fields->items[i].text))
            return entry_fault(name, &fields->items[i],
                               "a { or [ is not closed, or is inside another");
        TRY(ENTRY_INSERT(db, "INSERT INTO draft_field VALUES(?,?,?,?)",
                         yaml_text(entry, "name"), entry_number(i, arena), fields->keys[i].text,
                         bytes_trim(fields->items[i].text)));
    }
    return NULL;
}

static struct error *add_same(sqlite3 *db, const char *name, const struct yaml *entry,
                              struct arena *arena)
{
    const struct yaml *same = yaml_get(entry, "same");

    if (same == NULL || same->kind != YAML_LIST || same->count == 0)
        return entry_fault(name, entry, "a draft has same, a list of texts");
    for (size_t i = 0; i < same->count; i++)
        TRY(ENTRY_INSERT(db, "INSERT INTO draft_same VALUES(?,?,?)", yaml_text(entry, "name"),
                         entry_number(i, arena), same->items[i].text));
    return NULL;
}

static struct error *add_references(sqlite3 *db, const char *name, const struct yaml *entry,
                                    struct arena *arena)
{
    const struct yaml *map = yaml_get(entry, "references");

    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml *reference = &map->items[i];
        TRY(entry_check(name, reference, "table keys"));
        TRY(ENTRY_INSERT(db, "INSERT INTO draft_reference VALUES(?,?,?,?,?)",
                         yaml_text(entry, "name"), entry_number(i, arena), map->keys[i].text,
                         yaml_text(reference, "table"), yaml_text(reference, "keys")));
    }
    return NULL;
}

static struct error *forget(sqlite3 *db, struct bytes name)
{
    static const char *const statements[] = {"DELETE FROM draft_query WHERE name = ?",
                                             "DELETE FROM draft_field WHERE draft = ?",
                                             "DELETE FROM draft_same WHERE draft = ?",
                                             "DELETE FROM draft_reference WHERE draft = ?"};

    for (size_t i = 0; i < COUNT_OF(statements); i++)
        TRY(ENTRY_INSERT(db, statements[i], name));
    return NULL;
}

static struct error *add_draft(sqlite3 *db, const char *name, const struct yaml *entry,
                               struct arena *arena)
{
    static const char *const wanted[] = {"name", "table", "from", "rows", "shows", "ask"};
    int64_t place = query_number(db, "SELECT count(*) FROM draft_query", 0);

    TRY(entry_check(name, entry, "name table from rows shows ask same fields references"));
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (yaml_text(entry, wanted[i]).size == 0)
            return entry_fault(name, entry,
                               "a draft has name, table, from, rows, shows and ask");
    TRY(forget(db, yaml_text(entry, "name")));
    TRY(ENTRY_INSERT(
        db, "INSERT INTO draft_query VALUES(?,?,?,?,?,?,?,?,?)", yaml_text(entry, "name"),
        entry_number((size_t)place, arena), yaml_text(entry, "table"), yaml_text(entry, "from"),
        yaml_text(entry, "shows"), yaml_text(entry, "ask"), yaml_text(entry, "rows"),
        bytes_of(name), entry_number(entry->line, arena)));
    TRY(add_fields(db, name, entry, arena));
    TRY(add_same(db, name, entry, arena));
    return add_references(db, name, entry, arena);
}

/* words: {protocol: [{word, key, title, detail}]} */
static struct error *add_words(sqlite3 *db, const char *name, const struct yaml *words)
{
    for (size_t i = 0; words != NULL && i < words->count; i++) {
        const struct yaml *list = &words->items[i];
        if (list->kind != YAML_LIST)
            return entry_fault(name, list, "words are lists of {word, key, title, detail}");
        for (size_t j = 0; j < list->count; j++) {
            const struct yaml *word = &list->items[j];
            TRY(entry_check(name, word, "word key title detail"));
            struct bytes key = yaml_text(word, "key");
            TRY(ENTRY_INSERT(db, "INSERT OR REPLACE INTO draft_word VALUES(?,?,?,?,?)",
                             words->keys[i].text, yaml_text(word, "word"),
                             key.size == 0 ? yaml_text(word, "word") : key,
                             yaml_text(word, "title"), yaml_text(word, "detail")));
        }
    }
    return NULL;
}

struct error *drafts_add(sqlite3 *db, const char *name, const struct yaml *file)
{
    owned(arena) arena = arena_new();
    const struct yaml *drafts = yaml_get(file, "drafts");

    TRY(entry_check(name, file, "schema source date licence words drafts"));
    TRY(add_words(db, name, yaml_get(file, "words")));
    for (size_t i = 0; drafts != NULL && i < drafts->count; i++)
        TRY(add_draft(db, name, &drafts->items[i], arena));
    return NULL;
}
