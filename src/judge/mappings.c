#include "judge/mappings.h"

#include "judge/entry.h"
#include "model/query.h"

static const char schema[] =
    "CREATE TABLE provision_difference(old TEXT, new TEXT, note TEXT, PRIMARY KEY(old, new));"
    "CREATE TABLE mapping_catalogue(id TEXT PRIMARY KEY, place INTEGER, name TEXT);"
    "CREATE TABLE mapping_target(catalogue TEXT, place INTEGER, id TEXT, title TEXT,"
    " clause TEXT, restriction TEXT, gap TEXT, PRIMARY KEY(catalogue, id));"
    "CREATE TABLE mapping(provision TEXT, catalogue TEXT, place INTEGER, target TEXT,"
    " PRIMARY KEY(provision, catalogue, target));"
    "CREATE TABLE mapping_note(provision TEXT PRIMARY KEY, short TEXT, confidence TEXT,"
    " note TEXT);";

struct error *mappings_create(sqlite3 *db)
{
    return query_run(db, schema);
}

static struct error *add_difference(sqlite3 *db, const char *name, const struct yaml *entry)
{
    TRY(entry_check(name, entry, "old new note"));
    return ENTRY_INSERT(db, "INSERT OR REPLACE INTO provision_difference VALUES(?,?,?)",
                        yaml_text(entry, "old"), yaml_text(entry, "new"),
                        yaml_text(entry, "note"));
}

static struct error *add_catalogue(sqlite3 *db, const char *name, const struct yaml *entry,
                                   size_t place, struct arena *arena)
{
    const struct yaml *targets = yaml_get(entry, "targets");
    struct bytes id = yaml_text(entry, "id");

    TRY(entry_check(name, entry, "id name targets"));
    if (id.size == 0 || yaml_text(entry, "name").size == 0)
        return entry_fault(name, entry, "a catalogue needs id and name");
    TRY(ENTRY_INSERT(db, "DELETE FROM mapping_target WHERE catalogue = ?", id));
    TRY(ENTRY_INSERT(db, "INSERT OR REPLACE INTO mapping_catalogue VALUES(?,?,?)", id,
                     entry_number(place, arena), yaml_text(entry, "name")));
    for (size_t i = 0; i < entry_count(entry, "targets"); i++) {
        const struct yaml *target = &targets->items[i];
        TRY(entry_check(name, target, "id title clause restriction gap"));
        TRY(error_wrap(ENTRY_INSERT(db, "INSERT INTO mapping_target VALUES(?,?,?,?,?,?,?)", id,
                                    entry_number(i, arena), yaml_text(target, "id"),
                                    yaml_text(target, "title"), yaml_text(target, "clause"),
                                    yaml_text(target, "restriction"), yaml_text(target, "gap")),
                       "%s:%u", name, target->line));
    }
    return NULL;
}

static struct error *add_provision(sqlite3 *db, const char *name, const struct yaml *entry,
                                   struct arena *arena)
{
    struct bytes id = yaml_text(entry, "id");

    if (entry->kind != YAML_MAP || id.size == 0)
        return entry_fault(name, entry, "a provision is a map with an id");
    TRY(ENTRY_INSERT(db, "DELETE FROM mapping WHERE provision = ?", id));
    TRY(ENTRY_INSERT(db, "INSERT OR REPLACE INTO mapping_note VALUES(?,?,?,?)", id,
                     yaml_text(entry, "short"), yaml_text(entry, "confidence"),
                     yaml_text(entry, "note")));
    for (size_t i = 0; i < entry->count; i++) {
        const struct yaml *targets = &entry->items[i];
        if (entry_among(entry->keys[i].text, "id short confidence note"))
            continue;
        if (targets->kind != YAML_LIST)
            return entry_fault(name, targets, "the targets in a catalogue are a list");
        for (size_t j = 0; j < targets->count; j++)
            TRY(error_wrap(ENTRY_INSERT(db, "INSERT INTO mapping VALUES(?,?,?,?)", id,
                                        entry->keys[i].text, entry_number(j, arena),
                                        targets->items[j].text),
                           "%s:%u", name, targets->items[j].line));
    }
    return NULL;
}

struct error *mappings_add(sqlite3 *db, const char *name, const struct yaml *file,
                           struct arena *arena)
{
    const struct yaml *differences = yaml_get(file, "differences");
    const struct yaml *catalogues = yaml_get(file, "catalogues");
    const struct yaml *provisions = yaml_get(file, "provisions");

    for (size_t i = 0; i < entry_count(file, "differences"); i++)
        TRY(add_difference(db, name, &differences->items[i]));
    for (size_t i = 0; i < entry_count(file, "catalogues"); i++)
        TRY(add_catalogue(db, name, &catalogues->items[i], i, arena));
    for (size_t i = 0; i < entry_count(file, "provisions"); i++)
        TRY(add_provision(db, name, &provisions->items[i], arena));
    return NULL;
}
