#include "judge/declared.h"

#include "base/text.h"
#include "judge/entry.h"
#include "model/query.h"

/*
 * `observation` is everywhere the number of the row in `observation`, under which a rule names it
 * as its proof; declarations count down from -1, so that they never meet what an image shows.
 * 1, 0 and NULL stand for yes, no and not said (or not understood).
 */
static const char schema[] =
    /* A row of the dossier, with the columns of evidence that every observable has. */
    "CREATE TABLE declaration(id INTEGER PRIMARY KEY, node INTEGER, path TEXT,"
    " \"offset\" INTEGER, length INTEGER, line INTEGER, excerpt TEXT, ixit_table TEXT,"
    " entry TEXT, drafted INTEGER);"
    "CREATE TABLE dut(field TEXT PRIMARY KEY, value TEXT, line INTEGER, observation INTEGER);"
    "CREATE TABLE ics(provision TEXT PRIMARY KEY, support TEXT, detail TEXT, drafted INTEGER,"
    " line INTEGER, observation INTEGER, reasoned INTEGER, given TEXT);"
    /* Whether a table is filled; entries counts those that a person made or confirmed. */
    "CREATE TABLE ixit_state(ixit_table TEXT PRIMARY KEY, declared INTEGER, entries INTEGER,"
    " none_because TEXT, line INTEGER);"
    "CREATE TABLE condition_state(id TEXT PRIMARY KEY, holds INTEGER, because TEXT,"
    " observation INTEGER);"
    "CREATE TABLE declared_field(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " place INTEGER, field TEXT, value TEXT, line INTEGER, closed INTEGER,"
    " PRIMARY KEY(observation, place))"
    " WITHOUT ROWID;"
    "CREATE TABLE declared_reference(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " field TEXT, target_table TEXT, target TEXT, resolved INTEGER, line INTEGER);"
    "CREATE TABLE statement(observation INTEGER, ixit_table TEXT, entry TEXT, field TEXT,"
    " line INTEGER, name TEXT, value TEXT, excerpt TEXT);"
    "CREATE TABLE declared_listener(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " transport TEXT, port INTEGER, service TEXT, status TEXT, network INTEGER);"
    "CREATE TABLE declared_service(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " service TEXT, status TEXT, network INTEGER, debug INTEGER, configuration INTEGER,"
    " guards INTEGER);"
    "CREATE TABLE declared_component(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " name TEXT, version TEXT, updatable INTEGER);"
    "CREATE TABLE declared_mechanism(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " field TEXT, kind TEXT, name TEXT, standing TEXT, excluded INTEGER, reason TEXT,"
    " excerpt TEXT);"
    "CREATE TABLE declared_authentication(observation INTEGER, entry TEXT, password INTEGER,"
    " cryptographic INTEGER, users INTEGER, machines INTEGER, network INTEGER, origin TEXT,"
    " changeable INTEGER, factory_only INTEGER, brute_force INTEGER);"
    "CREATE TABLE declared_account(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " account TEXT, present INTEGER);"
    "CREATE TABLE declared_update(observation INTEGER, entry TEXT, network INTEGER,"
    " automatic INTEGER, can_automate INTEGER, can_enable INTEGER, can_disable INTEGER,"
    " can_postpone INTEGER, notifies INTEGER, notify_enable INTEGER, notify_disable INTEGER,"
    " warns_disruption INTEGER, disrupts INTEGER, checks_initial INTEGER,"
    " checks_periodic INTEGER, integrity INTEGER, authenticity INTEGER, by_device INTEGER);"
    "CREATE TABLE declared_interface(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " kind TEXT, interface TEXT, status TEXT, permanence TEXT, debug INTEGER, exposure TEXT,"
    " network INTEGER, port INTEGER, air INTEGER);"
    "CREATE TABLE declared_parameter(observation INTEGER, entry TEXT, type TEXT,"
    " identity INTEGER, in_source INTEGER, provisioned_in_source INTEGER, for_update INTEGER,"
    " for_service INTEGER, generated_for_update INTEGER, generated_for_service INTEGER,"
    " origin TEXT);"
    "CREATE TABLE declared_guarantee(observation INTEGER, ixit_table TEXT, entry TEXT,"
    " property TEXT);"
    "CREATE TABLE declared_data(observation INTEGER, entry TEXT, sensitive INTEGER,"
    " to_service INTEGER, at_service INTEGER, consent INTEGER, aggregation_only INTEGER);"
    /* An entry whose first sentence says that there is none: "The DUT has no camera." */
    "CREATE VIEW denied_entry AS SELECT observation FROM (SELECT observation,"
    " ' ' || lower(substr(value, 1, instr(value || '. ', '. '))) AS said FROM declared_field"
    " WHERE field = 'Description') WHERE said LIKE '% no %' OR said LIKE '% not %'"
    " OR said LIKE '% none%' OR said LIKE '% n/a%' OR said LIKE '% without %'"
    " OR said LIKE '% never %' OR said LIKE ' -%' AND length(said) < 4;"
    "CREATE TABLE answer(unit TEXT PRIMARY KEY, outcome TEXT, because TEXT, who TEXT, at TEXT,"
    " stale TEXT, line INTEGER, observation INTEGER, given TEXT);"
    "CREATE TABLE answer_evidence(unit TEXT, place INTEGER, file TEXT, sha256 TEXT,"
    " size INTEGER, date TEXT, state TEXT, PRIMARY KEY(unit, place));"
    "CREATE TABLE action(place INTEGER PRIMARY KEY, subject TEXT, owner TEXT, due TEXT,"
    " state TEXT, note TEXT, line INTEGER, given TEXT);"
    "CREATE TABLE sign_off(step TEXT, who TEXT, at TEXT, note TEXT, PRIMARY KEY(step, at));"
    "CREATE TABLE mistake(place INTEGER PRIMARY KEY, file TEXT, line INTEGER, severity TEXT,"
    " what TEXT, why TEXT, advice TEXT, provision TEXT, unit TEXT, ixit_table TEXT);"
    /* Captures of web pages in evidence/, and what they show of the pages that are declared. */
    "CREATE TABLE capture(file TEXT PRIMARY KEY, sha256 TEXT, exchanges INTEGER,"
    " complete INTEGER, detail TEXT);"
    "CREATE TABLE exchange(observation INTEGER PRIMARY KEY, file TEXT, record INTEGER, url "
    "TEXT,"
    " date TEXT, status INTEGER, location TEXT, type TEXT, title TEXT, letters INTEGER,"
    " request INTEGER, cookie INTEGER, identity INTEGER, password INTEGER, trouble TEXT);"
    "CREATE TABLE declared_page(observation INTEGER, declared INTEGER, field TEXT, url TEXT,"
    " shows TEXT, doubt TEXT, final_url TEXT, status INTEGER, date TEXT, file TEXT,"
    " sha256 TEXT);"
    "CREATE INDEX declaration_by_entry ON declaration(entry, ixit_table);"
    "CREATE INDEX declared_field_by_name ON declared_field(ixit_table, field, entry);"
    "CREATE INDEX declared_reference_by_source ON declared_reference(ixit_table, entry);"
    "CREATE INDEX declared_reference_by_target ON declared_reference(target, target_table);"
    "CREATE INDEX declared_reference_by_row ON declared_reference(observation);"
    "CREATE INDEX declared_listener_by_row ON declared_listener(observation);"
    "CREATE INDEX declared_service_by_row ON declared_service(observation);"
    "CREATE INDEX declared_component_by_row ON declared_component(observation);"
    "CREATE INDEX declared_mechanism_by_row ON declared_mechanism(observation);"
    "CREATE INDEX declared_authentication_by_row ON declared_authentication(observation);"
    "CREATE INDEX declared_update_by_row ON declared_update(observation);"
    "CREATE INDEX declared_interface_by_row ON declared_interface(observation);"
    "CREATE INDEX declared_parameter_by_row ON declared_parameter(observation);"
    "CREATE INDEX declared_guarantee_by_row ON declared_guarantee(observation);"
    "CREATE INDEX declared_data_by_row ON declared_data(observation);"
    "CREATE INDEX statement_by_entry ON statement(ixit_table, entry, name);"
    "CREATE INDEX declared_service_by_name ON declared_service(service);"
    "CREATE INDEX declared_listener_by_port ON declared_listener(port);"
    "CREATE INDEX declared_account_by_name ON declared_account(account);"
    "CREATE INDEX declared_component_by_name ON declared_component(name);"
    "CREATE INDEX declared_mechanism_by_entry ON declared_mechanism(ixit_table, entry);"
    "CREATE INDEX declared_authentication_by_entry ON declared_authentication(entry);"
    "CREATE INDEX declared_update_by_entry ON declared_update(entry);"
    "CREATE INDEX declared_interface_by_entry ON declared_interface(ixit_table, entry);"
    "CREATE INDEX declared_parameter_by_entry ON declared_parameter(entry);"
    "CREATE INDEX declared_guarantee_by_entry ON declared_guarantee(ixit_table, entry);"
    "CREATE INDEX declared_data_by_entry ON declared_data(entry);";

struct error *declared_create(sqlite3 *db)
{
    return query_run(db, schema);
}

/* The SQL name of an IXIT table or field: letters and digits in lower case, the rest "_". */
static void add_snake(struct text *out, struct bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = (char)name.data[i];
        if (c >= 'A' && c <= 'Z')
            text_add_char(out, (char)(c - 'A' + 'a'));
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            text_add_char(out, c);
        else
            text_add_char(out, '_');
    }
}

struct adding {
    sqlite3 *db;
    struct arena *arena;
    struct text *sql; /* of the table at hand */
    size_t place;     /* of the next field */
};

/* Fields in the list KEY. OLD_ONLY: the later edition moved them elsewhere or dropped them. */
static struct error *add_fields(struct adding *adding, const struct yaml *table,
                                const char *key, bool old_only)
{
    const struct yaml *list = yaml_get(table, key);

    for (size_t i = 0; i < entry_count(table, key); i++) {
        const struct yaml *field = &list->items[i];
        owned(text) column = text_new();
        add_snake(column, yaml_text(field, "name"));
        text_addf(adding->sql, ", \"%s\" TEXT", text_string(column));
        TRY(ENTRY_INSERT(
            adding->db, "INSERT OR REPLACE INTO ixit_column VALUES(?,?,?,?,?,?,?,?,?)",
            yaml_text(table, "table"), entry_number(adding->place++, adding->arena),
            yaml_text(field, "name"), text_bytes(column), yaml_text(field, "type"),
            yaml_text(field, "meaning"), yaml_text(field, old_only ? "name" : "v1_name"),
            bytes_of(old_only ? "2.1.1" : NULL), yaml_text(field, "confidence")));
    }
    return NULL;
}

static struct error *add_table(struct adding *adding, const struct yaml *table)
{
    owned(text) sql_name = text_new();

    text_add(sql_name, "ixit_");
    add_snake(sql_name, yaml_text(table, "table"));
    text_clear(adding->sql);
    text_addf(adding->sql, "CREATE TABLE IF NOT EXISTS \"%s\"(observation INTEGER PRIMARY KEY",
              text_string(sql_name));
    adding->place = 0;
    TRY(ENTRY_INSERT(adding->db, "INSERT OR REPLACE INTO ixit_table VALUES(?,?,?,?,?,?,?)",
                     yaml_text(table, "n"), yaml_text(table, "table"),
                     yaml_text(table, "title"), yaml_text(table, "v1_table"),
                     yaml_text(table, "shape"), yaml_text(table, "meaning"),
                     text_bytes(sql_name)));
    TRY(add_fields(adding, table, "fields", false));
    TRY(add_fields(adding, table, "v1_only_fields", true));
    text_add(adding->sql, ")");
    return query_run(adding->db, text_string(adding->sql));
}

struct error *declared_add_ixit(sqlite3 *db, const char *name, const struct yaml *file)
{
    owned(arena) arena = arena_new();
    owned(text) sql = text_new();
    struct adding adding = {.db = db, .arena = arena, .sql = sql};
    const struct yaml *tables = yaml_get(file, "tables");

    if (tables == NULL || tables->kind != YAML_LIST)
        return entry_fault(name, file, "there is no list of tables in it");
    for (size_t i = 0; i < tables->count; i++)
        TRY(add_table(&adding, &tables->items[i]));
    return NULL;
}
