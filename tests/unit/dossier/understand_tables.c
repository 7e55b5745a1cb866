/* What follows from references and from the tables as a whole, and what hostile texts do. */
#include "base/text.h"
#include "dossier/understand.h"
#include "model/query.h"
#include "store/store.h"
#include "test.h"

static sqlite3 *new_store(const char *edition)
{
    owned(text) sql = text_new();
    sqlite3 *db = NULL;

    CHECK_SUCCESS(store_new(&db));
    text_addf(sql,
              "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT);"
              "INSERT OR REPLACE INTO meta VALUES('edition', '%s')",
              edition);
    CHECK_SUCCESS(query_run(db, text_string(sql)));
    return db;
}

/* A row of an IXIT table with one field. */
static void declare(sqlite3 *db, int id, const char *table, const char *entry,
                    const char *field, const char *value)
{
    char *sql = sqlite3_mprintf(
        "INSERT OR IGNORE INTO declaration(id, ixit_table, entry, drafted)"
        " VALUES(%d, %Q, %Q, 0);"
        "INSERT INTO declared_field(observation, ixit_table, entry, place, field, value, line) "
        "VALUES(%d, %Q, %Q, (SELECT count(*) FROM declared_field),"
        " %Q, %Q, 7)",
        -id, table, entry, -id, table, entry, field, value);
    CHECK_SUCCESS(query_run(db, sql));
    sqlite3_free(sql);
}

static void refer(sqlite3 *db, int id, const char *table, const char *field,
                  const char *target_table, const char *target, int resolved)
{
    char *sql =
        sqlite3_mprintf("INSERT INTO declared_reference VALUES(%d, %Q, 'x', %Q, %Q, %Q, %d, 7)",
                        -id, table, field, target_table, target, resolved);
    CHECK_SUCCESS(query_run(db, sql));
    sqlite3_free(sql);
}

static void state(sqlite3 *db, const char *table, int declared, int entries, const char *none)
{
    char *sql =
        sqlite3_mprintf("INSERT OR REPLACE INTO ixit_state(ixit_table, declared, entries,"
                        " none_because) VALUES(%Q, %d, %d, %Q)",
                        table, declared, entries, none);
    CHECK_SUCCESS(query_run(db, sql));
    sqlite3_free(sql);
}

/* What SQL gives, -1 for NULL, -2 for no row. */
static int64_t number(sqlite3 *db, const char *sql)
{
    owned(text) whole = text_new();

    text_addf(whole, "SELECT COALESCE((%s), -1)", sql);
    return query_number(db, text_string(whole), -2);
}

static int64_t holds(sqlite3 *db, const char *id)
{
    owned(text) sql = text_new();

    text_addf(sql, "SELECT COALESCE(holds, -1) FROM condition_state WHERE id = '%s'", id);
    return query_number(db, text_string(sql), -2);
}

TEST(a_logical_interface_is_reached_as_its_physical_ones)
{
    sqlite3 *db = new_store("3.1.3");

    declare(db, 1, "15-PhyIntf", "PhyIntf-1", "Type", "network, physical port");
    declare(db, 2, "15-PhyIntf", "PhyIntf-2", "Type", "physical port");
    declare(db, 3, "28-LogIntf", "LogIntf-1", "Access", "PhyIntf-1");
    declare(db, 4, "28-LogIntf", "LogIntf-2", "Access", "PhyIntf-2");
    declare(db, 5, "28-LogIntf", "LogIntf-3", "Access", "PhyIntf-9");
    refer(db, 3, "28-LogIntf", "Access", "15-PhyIntf", "PhyIntf-1", 1);
    refer(db, 4, "28-LogIntf", "Access", "15-PhyIntf", "PhyIntf-2", 1);
    refer(db, 5, "28-LogIntf", "Access", "15-PhyIntf", "PhyIntf-9", 0);
    declare(db, 4, "28-LogIntf", "LogIntf-2", "Description", "HTTP on port 80/tcp");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(number(db, "SELECT network FROM declared_interface WHERE entry = 'LogIntf-1'"),
              1);
    CHECK_INT(number(db, "SELECT network FROM declared_interface WHERE entry = 'LogIntf-2'"),
              0);
    CHECK_INT(number(db, "SELECT network FROM declared_interface WHERE entry = 'LogIntf-3'"),
              -1);
    CHECK_INT(number(db, "SELECT network FROM declared_listener WHERE entry = 'LogIntf-2'"), 0);
    sqlite3_close(db);
}

TEST(references_guard_and_update)
{
    sqlite3 *db = new_store("3.1.3");

    declare(db, 1, "13-SoftServ", "SoftServ-1", "Description", "SSH");
    refer(db, 1, "13-SoftServ", "Authentication Mechanism", "1-AuthMech", "AuthMech-1", 1);
    refer(db, 1, "13-SoftServ", "Authentication Mechanism", "1-AuthMech", "AuthMech-2", 1);
    refer(db, 1, "13-SoftServ", "Authentication Mechanism", "1-AuthMech", "AuthMech-9", 0);
    declare(db, 2, "6-SoftComp", "SoftComp-1", "Description", "BusyBox 1.36.1");
    declare(db, 2, "6-SoftComp", "SoftComp-1", "Update Mechanism", "UpdMech-1");
    refer(db, 2, "6-SoftComp", "Update Mechanism", "7-UpdMech", "UpdMech-1", 1);
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(number(db, "SELECT guards FROM declared_service"), 2);
    CHECK_INT(number(db, "SELECT updatable FROM declared_component"), 1);
    sqlite3_close(db);
}

TEST(a_condition_needs_a_declared_table)
{
    sqlite3 *db = new_store("3.1.3");

    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "s"), -1); /* nothing is said */
    state(db, "20-SecBoot", 1, 0, "no secure boot");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "s"), 0);
    state(db, "20-SecBoot", 0, 0, NULL);
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "s"), -1); /* drafted alone */
    declare(db, 1, "20-SecBoot", "SecBoot-1", "Description", "The boot ROM checks it.");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "s"), 1);
    sqlite3_close(db);
}

TEST(what_is_not_understood_keeps_a_condition_open)
{
    sqlite3 *db = new_store("3.1.3");

    state(db, "1-AuthMech", 1, 2, NULL);
    declare(db, 1, "1-AuthMech", "AuthMech-1", "Authentication Factor", "X.509 certificate");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(number(db, "SELECT password FROM declared_authentication"), 0);
    CHECK_INT(holds(db, "a"), -1); /* prose alone denies no condition */
    CHECK_INT(holds(db, "c"), 1);
    CHECK_INT(holds(db, "e"), -1);
    declare(db, 2, "1-AuthMech", "AuthMech-2", "Authentication Factor", "as usual");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "a"), -1);
    declare(db, 3, "1-AuthMech", "AuthMech-3", "Authentication Factor", "password");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "a"), 1);
    CHECK_INT(number(db, "SELECT observation FROM condition_state WHERE id = 'a'"), -3);
    sqlite3_close(db);
}

TEST(a_boot_rom_alone_makes_no_device_that_cannot_be_updated)
{
    sqlite3 *db = new_store("3.1.3");

    state(db, "6-SoftComp", 1, 2, NULL);
    declare(db, 1, "6-SoftComp", "SoftComp-1", "Description", "first stage in mask ROM");
    declare(db, 1, "6-SoftComp", "SoftComp-1", "Update Mechanism", "none");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(number(db, "SELECT updatable FROM declared_component"), 0);
    CHECK_INT(holds(db, "3"), -1);
    declare(db, 2, "6-SoftComp", "SoftComp-2", "Description", "radio firmware");
    declare(db, 2, "6-SoftComp", "SoftComp-2", "Update Mechanism", "none");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "3"), 1);
    CHECK_INT(number(db, "SELECT observation FROM condition_state WHERE id = '3'"), -2);
    sqlite3_close(db);
}

TEST(an_entry_that_says_there_is_nothing_decides_no_condition)
{
    sqlite3 *db = new_store("3.1.3");

    state(db, "22-ExtSens", 1, 1, NULL);
    declare(db, 1, "22-ExtSens", "ExtSens-1", "Description",
            "The DUT does not feature any sensor. A camera is not built in.");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "v"), -1);
    declare(db, 2, "22-ExtSens", "ExtSens-2", "Description",
            "The radio listens to sensors. It has no microphone.");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "v"), 1);
    CHECK_INT(number(db, "SELECT observation FROM condition_state WHERE id = 'v'"), -2);
    sqlite3_close(db);
}

TEST(product_yaml_says_what_no_table_carries)
{
    sqlite3 *db = new_store("3.1.3");

    CHECK_SUCCESS(query_run(db, "INSERT INTO dut VALUES('conditions.14.holds', 'yes', 3, -9),"
                                " ('conditions.15.holds', 'no', 4, -10),"
                                " ('conditions.15.because', 'too small', 5, -11)"));
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "14"), 1);
    CHECK_INT(holds(db, "15"), -1); /* the maker's word alone takes nothing out of the test */
    sqlite3_close(db);
}

/* A table that is declared empty, and another that speaks of what it should hold. */
TEST(an_empty_table_is_believed_where_nothing_speaks_against_it)
{
    sqlite3 *db = new_store("3.1.3");

    state(db, "10-SecParam", 1, 0, "there are none");
    state(db, "22-ExtSens", 1, 0, "there are none");
    declare(db, 1, "21-PersData", "PersData-1", "Description", "e-mail address");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "k"), 0);
    CHECK_INT(holds(db, "v"), 0);

    declare(db, 2, "1-AuthMech", "AuthMech-1", "Authentication Factor",
            "user-defined password");
    declare(db, 3, "21-PersData", "PersData-2", "Description", "voice recordings");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(holds(db, "k"), -1);
    CHECK_INT(holds(db, "16"), -1);
    CHECK_INT(holds(db, "v"), -1);
    sqlite3_close(db);
}

TEST(both_editions_have_their_conditions)
{
    static const char *const editions[] = {"3.1.3", "2.1.1"};

    for (size_t i = 0; i < COUNT_OF(editions); i++) {
        sqlite3 *db = new_store(editions[i]);
        owned(text) sql = text_new();
        CHECK_SUCCESS(understand_run(db));
        text_addf(sql,
                  "SELECT count(*) FROM condition WHERE edition = '%s' AND id NOT IN"
                  " (SELECT id FROM condition_state)",
                  editions[i]);
        CHECK_INT(query_number(db, text_string(sql), -1), 0);
        text_clear(sql);
        text_addf(sql,
                  "SELECT count(*) FROM condition_state WHERE id NOT IN"
                  " (SELECT id FROM condition WHERE edition = '%s')",
                  editions[i]);
        CHECK_INT(query_number(db, text_string(sql), -1), 0);
        sqlite3_close(db);
    }
}

TEST(what_is_understood_is_shown)
{
    sqlite3 *db = new_store("3.1.3");
    struct query query;
    bool found = false;

    declare(db, 1, "28-LogIntf", "LogIntf-2", "Description",
            "First sentence. It is reachable\nover the LAN. Last one.");
    CHECK_SUCCESS(understand_run(db));
    CHECK_SUCCESS(query_open(db,
                             "SELECT name || '=' || value || ' ' || entry || ' ' || field ||"
                             " ' ' || line || ': ' || excerpt FROM statement",
                             &query));
    CHECK_SUCCESS(query_next(&query, &found));
    CHECK_BYTES(query_text(&query, 0),
                "network=yes LogIntf-2 Description 7: It is reachable over the LAN");
    query_close(&query);
    sqlite3_close(db);
}

TEST(a_field_may_point_to_another_entry)
{
    sqlite3 *db = new_store("3.1.3");

    declare(db, 1, "7-UpdMech", "UpdMech-1", "Security Guarantees",
            "Integrity, verified by the DUT.");
    declare(db, 2, "7-UpdMech", "UpdMech-2", "Security Guarantees", "See `UpdMech-1`.");
    declare(db, 3, "7-UpdMech", "UpdMech-3", "Security Guarantees",
            "See UpdMech-3 and UpdMech-9.");
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(number(db, "SELECT by_device FROM declared_update WHERE entry = 'UpdMech-2'"), 1);
    CHECK_INT(number(db, "SELECT by_device FROM declared_update WHERE entry = 'UpdMech-3'"),
              -1);
    sqlite3_close(db);
}

/* Every prefix, and every byte changed: no crash, and always the same tables. */
TEST(damaged_texts_do_no_harm)
{
    static const char text[] =
        "TCP/443 (HTTPS), ports 80, 443-450 and 8080; TLS 1.0 and 1.1 aren't used, "
        "ECDHE-RSA-AES128-GCM-SHA256, RSA 2048 or 4096, HMAC with SHA-1.\n- `x`: \"y\" no\n1. "
        "a";
    static const char *const fields[][2] = {{"28-LogIntf", "Description"},
                                            {"11-SecComMech", "Cryptographic Details"},
                                            {"6-SoftComp", "Description"},
                                            {"7-UpdMech", "Configuration"}};
    sqlite3 *db = new_store("3.1.3");
    struct query insert;
    int id = 0;

    CHECK_SUCCESS(query_run(db, "BEGIN"));
    CHECK_SUCCESS(query_open(db,
                             "INSERT INTO declared_field(observation, ixit_table, entry, "
                             "place, field, value, line) VALUES(?, ?, 'e', 0, ?, ?, 1)",
                             &insert));
    for (size_t round = 0; round < 3; round++) {
        for (size_t at = 0; at < sizeof text - 1; at++) {
            char copy[sizeof text];
            mem_copy(copy, text, sizeof text);
            copy[at] = (char)(round == 0 ? copy[at] : round == 1 ? copy[at] ^ 0x20 : 0xe2);
            query_bind_integer(&insert, 1, --id);
            query_bind_string(&insert, 2, fields[at % COUNT_OF(fields)][0]);
            query_bind_string(&insert, 3, fields[at % COUNT_OF(fields)][1]);
            query_bind_text(&insert, 4, bytes_from(copy, round == 0 ? at : sizeof text - 1));
            CHECK_SUCCESS(query_step(&insert));
        }
    }
    query_close(&insert);
    CHECK_SUCCESS(understand_run(db));
    int64_t first = query_number(db, "SELECT count(*) FROM statement", -1);
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(query_number(db, "SELECT count(*) FROM statement", -2), first);
    sqlite3_close(db);
}

/* A text that repeats itself without end says nothing, and says it soon. */
TEST(an_endless_text_is_not_understood)
{
    sqlite3 *db = new_store("3.1.3");
    owned(text) text = text_new();

    for (int i = 0; i < 3000; i++)
        text_add(text, "telnet and ssh on port 22, root account and admin account not ");
    declare(db, 1, "13-SoftServ", "SoftServ-1", "Description", text_string(text));
    CHECK_SUCCESS(understand_run(db));
    CHECK_INT(number(db, "SELECT count(*) FROM declared_account"), 0);
    CHECK_INT(number(db, "SELECT count(service) FROM declared_service"), 1); /* of the port */
    sqlite3_close(db);
}

int main(void)
{
    RUN(a_logical_interface_is_reached_as_its_physical_ones);
    RUN(references_guard_and_update);
    RUN(a_condition_needs_a_declared_table);
    RUN(what_is_not_understood_keeps_a_condition_open);
    RUN(an_entry_that_says_there_is_nothing_decides_no_condition);
    RUN(a_boot_rom_alone_makes_no_device_that_cannot_be_updated);
    RUN(product_yaml_says_what_no_table_carries);
    RUN(an_empty_table_is_believed_where_nothing_speaks_against_it);
    RUN(both_editions_have_their_conditions);
    RUN(what_is_understood_is_shown);
    RUN(a_field_may_point_to_another_entry);
    RUN(an_endless_text_is_not_understood);
    RUN(damaged_texts_do_no_harm);
    return test_end();
}
