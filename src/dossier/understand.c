#include "dossier/understand.h"

#include <string.h>

#include "base/limits.h"
#include "dossier/understand_table.h"

static const char empty[] =
    "DELETE FROM statement; DELETE FROM declared_listener; DELETE FROM declared_service;"
    "DELETE FROM declared_component; DELETE FROM declared_mechanism;"
    "DELETE FROM declared_authentication; DELETE FROM declared_account;"
    "DELETE FROM declared_update; DELETE FROM declared_interface;"
    "DELETE FROM declared_parameter; DELETE FROM declared_guarantee;"
    "DELETE FROM declared_data; DELETE FROM condition_state;";

#define ROW        "(?,?,?,?,?,?,?,?)"
#define EIGHT_ROWS ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW

static const char *const inserts[INTO_COUNT] = {
    [INTO_STATEMENT] = ("INSERT INTO statement VALUES" ROW),
    [INTO_LISTENER] = "INSERT INTO declared_listener VALUES(?,?,?,?,?,?,?,?)",
    [INTO_SERVICE] = "INSERT INTO declared_service VALUES(?,?,?,?,?,?,?,?,0)",
    [INTO_COMPONENT] = "INSERT INTO declared_component VALUES(?,?,?,?,?,?)",
    [INTO_MECHANISM] = "INSERT INTO declared_mechanism VALUES(?,?,?,?,?,?,?,?,?,?)",
    [INTO_AUTHENTICATION] = "INSERT INTO declared_authentication VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [INTO_ACCOUNT] = "INSERT INTO declared_account VALUES(?,?,?,?,?)",
    [INTO_UPDATE] = "INSERT INTO declared_update VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [INTO_INTERFACE] = "INSERT INTO declared_interface VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
    [INTO_PARAMETER] = "INSERT INTO declared_parameter VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [INTO_GUARANTEE] = "INSERT INTO declared_guarantee VALUES(?,?,?,?)",
    [INTO_DATA] = "INSERT INTO declared_data VALUES(?,?,?,?,?,?,?)",
};

/*
 * What follows from references. The physical interfaces of a logical one say whether it is
 * reached over a network, where its prose does not; a service is guarded by the mechanisms its
 * row names; a component is updatable when a mechanism is named for it.
 */
static const char derive[] =
    "UPDATE declared_service SET guards = r.n FROM (SELECT observation, COUNT(DISTINCT target)"
    "  AS n FROM declared_reference WHERE field = 'Authentication Mechanism' AND resolved = 1"
    "  GROUP BY observation) AS r WHERE r.observation = declared_service.observation;"
    "CREATE TEMP TABLE understood_access AS SELECT r.observation,"
    "  CASE WHEN SUM(p.network = 1) > 0 THEN 1"
    "       WHEN SUM(COALESCE(p.network, 1)) = 0 AND MIN(r.resolved) = 1 THEN 0 END AS network"
    "  FROM declared_reference AS r LEFT JOIN declared_interface AS p"
    "  ON p.ixit_table = '15-PhyIntf' AND p.entry = r.target AND r.resolved = 1"
    "  WHERE r.ixit_table = '28-LogIntf' AND r.field = 'Access' GROUP BY r.observation;"
    "UPDATE declared_interface SET network = a.network FROM understood_access AS a"
    "  WHERE a.observation = declared_interface.observation"
    "  AND declared_interface.network IS NULL AND declared_interface.kind = 'logical';"
    "UPDATE declared_listener SET network = a.network FROM understood_access AS a"
    "  WHERE a.observation = declared_listener.observation"
    "  AND declared_listener.network IS NULL;"
    "UPDATE declared_service SET network = a.network FROM understood_access AS a"
    "  WHERE a.observation = declared_service.observation"
    "  AND declared_service.network IS NULL;"
    "DROP TABLE understood_access;"
    "UPDATE declared_component SET updatable = 1 WHERE observation IN (SELECT observation"
    "  FROM declared_reference WHERE ixit_table = '6-SoftComp' AND field = 'Update Mechanism'"
    "  AND resolved = 1);";

static struct error *read_ports(struct understanding *u)
{
    struct query row;
    bool found = false;
    size_t capacity = 0;

    TRY(query_open(u->db,
                   "SELECT port, transport, service FROM word_port ORDER BY port, transport",
                   &row));
    struct error *error = query_next(&row, &found);
    while (error == NULL && found) {
        u->ports =
            arena_grow(u->lasting, u->ports, &capacity, u->port_count + 1, sizeof *u->ports);
        u->ports[u->port_count++] = (struct port_service){
            .port = (unsigned)query_integer(&row, 0),
            .udp = bytes_is(query_text(&row, 1), "udp"),
            .service = arena_string(u->lasting, query_text(&row, 2)),
        };
        error = query_next(&row, &found);
    }
    query_close(&row);
    return error;
}

static void add_field(struct understanding *u, struct entry_read *entry,
                      const struct query *row)
{
    if (entry->field_count >= LIMIT_ENTRY_FIELDS)
        return;
    struct field *field = &entry->fields[entry->field_count++];
    *field = (struct field){
        .name = arena_string(u->arena, query_text(row, 3)),
        .text = arena_copy(u->arena, query_text(row, 4)),
        .line = query_integer(row, 5),
        .scope = vocabulary_scope(u->vocabulary, entry->table, query_text(row, 3)),
    };
}

/* They come from the last to the first, as the table is cheapest to read. */
static void turn_fields(struct entry_read *entry)
{
    for (size_t i = 0; i < entry->field_count / 2; i++) {
        struct field field = entry->fields[i];
        entry->fields[i] = entry->fields[entry->field_count - 1 - i];
        entry->fields[entry->field_count - 1 - i] = field;
    }
}

/* "See UpdMech-1", "Identical to AuthMech-2. …": the words that say so. */
static bool points_elsewhere(struct bytes text)
{
    static const char *const words[] = {"see ",     "same as ",         "identical to ",
                                        "as for ",  "as described in ", "as described under ",
                                        "refer to "};

    text = bytes_trim(text);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (bytes_is_nocase(bytes_slice(text, 0, bytes_of(words[i]).size), words[i]))
            return true;
    return false;
}

/* The words of the first sentence, one after the other, without the signs around them. */
static bool next_name(struct bytes *rest, struct bytes *name)
{
    static const char signs[] = "`'\"()[],.;:*";

    if (!bytes_next_word(rest, name))
        return false;
    while (name->size > 0 && strchr(signs, (char)bytes_at(*name, 0)) != NULL)
        *name = bytes_from_offset(*name, 1);
    while (name->size > 0 && strchr(signs, (char)bytes_at(*name, name->size - 1)) != NULL)
        *name = bytes_slice(*name, 0, name->size - 1);
    return true;
}

/* What the same field of the entry says to which FIELD points stands behind its own text. */
static struct error *inherit(struct understanding *u, const struct entry_read *entry,
                             struct field *field)
{
    struct query *target = &u->target;
    struct bytes rest = bytes_slice(field->text, 0, LIMIT_POINTER), name;

    if (field->scope < 0 || !points_elsewhere(field->text) || u->inherited++ >= LIMIT_INHERITED)
        return NULL;
    while (next_name(&rest, &name)) {
        bool found = false;
        if (name.size == 0 || bytes_equal(name, entry->id))
            continue;
        query_bind_text(target, 1, entry->table);
        query_bind_text(target, 2, name);
        query_bind_string(target, 3, field->name);
        struct error *error = query_next(target, &found);
        if (error == NULL && found)
            field->text = bytes_of(arena_printf(
                u->arena, "%.*s\n\n%.*s", (int)field->text.size, (const char *)field->text.data,
                (int)query_text(target, 0).size, (const char *)query_text(target, 0).data));
        query_reset(target);
        if (error != NULL || found)
            return error;
    }
    return NULL;
}

static struct error *finish_entry(struct understanding *u, struct entry_read *entry)
{
    struct error *error = NULL;

    turn_fields(entry);
    for (size_t i = 0; i < entry->field_count && error == NULL; i++) {
        error = inherit(u, entry, &entry->fields[i]);
        if (error == NULL)
            facts_read(u->vocabulary, entry, &entry->fields[i], u->arena);
    }
    if (entry->is_endless)
        entry->fact_count = 0;
    if (error == NULL && entry->field_count > 0)
        error = understand_entry(u, entry);
    if (error == NULL)
        error = write_statements(u);
    arena_reset(u->arena);
    lexicon_forget(vocabulary_lexicon(u->vocabulary));
    *entry = (struct entry_read){0};
    return error;
}

static struct error *read_entries(struct understanding *u, struct query *row)
{
    struct entry_read entry = {0};
    bool found = false;

    for (;;) {
        TRY(query_next(row, &found));
        if (!found)
            return finish_entry(u, &entry);
        if (query_integer(row, 0) != entry.observation) {
            TRY(finish_entry(u, &entry));
            entry.observation = query_integer(row, 0);
            entry.table = arena_copy(u->arena, query_text(row, 1));
            entry.id = arena_copy(u->arena, query_text(row, 2));
        }
        add_field(u, &entry, row);
    }
}

static struct error *understand_entries(struct understanding *u)
{
    struct query row;

    for (int i = 0; i < INTO_COUNT; i++)
        TRY(query_open(u->db, inserts[i], &u->into[i]));
    TRY(query_open(u->db, "INSERT INTO statement VALUES" EIGHT_ROWS, &u->many));
    TRY(query_open(u->db,
                   "SELECT f.value FROM declaration AS d JOIN declared_field AS f"
                   " ON f.observation = d.id WHERE d.ixit_table = ? AND d.entry = ?"
                   " AND f.field = ? LIMIT 1",
                   &u->target));
    TRY(query_open(u->db,
                   "SELECT observation, ixit_table, entry, field, value, line"
                   " FROM declared_field ORDER BY observation DESC, place DESC",
                   &row));
    struct error *error = read_entries(u, &row);
    query_close(&row);
    return error;
}

struct error *understand_run(sqlite3 *db)
{
    owned(arena) arena = arena_new();
    owned(arena) lasting = arena_new();
    owned(vocabulary) vocabulary = NULL;
    struct understanding u = {.db = db, .arena = arena, .lasting = lasting};

    TRY(query_run(db, empty));
    if (query_number(db, "SELECT EXISTS (SELECT 1 FROM declared_field)", 0) == 1) {
        TRY(vocabulary_open(db, &vocabulary));
        u.vocabulary = vocabulary;
        TRY(mechanisms_open(db, lasting, &u.mechanisms));
        TRY(read_ports(&u));
        struct error *error = understand_entries(&u);
        for (int i = 0; i < INTO_COUNT; i++)
            query_close(&u.into[i]);
        query_close(&u.target);
        query_close(&u.many);
        TRY(error);
        TRY(query_run(db, derive));
    }
    return understand_conditions(db);
}
