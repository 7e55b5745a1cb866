#include "dossier/draft.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "dossier/draft_file.h"
#include "judge/catalogue.h"
#include "model/query.h"
#include "test.h"

/* Two tables of a form, two drafts, and observations made by hand. */
static const char form_yaml[] =
    "tables:\n"
    "  - {n: 1, table: 1-AuthMech, title: A, v1_table: 1-AuthMech, shape: list, meaning: m,\n"
    "     fields: [{name: ID, type: id, meaning: m, v1_name: ID},\n"
    "              {name: Description, type: text, meaning: m, v1_name: Description},\n"
    "              {name: Default Status, type: text, meaning: m, v1_name: null}]}\n"
    "  - {n: 28, table: 28-LogIntf, title: L, v1_table: 28-ExtAPI, shape: list, meaning: m,\n"
    "     fields: [{name: ID, type: id, meaning: m, v1_name: ID},\n"
    "              {name: Description, type: text, meaning: m, v1_name: Description},\n"
    "              {name: Guards, type: 'ref_list:1-AuthMech', meaning: m, v1_name: Guards},\n"
    "              {name: Type, type: 'enum_list:network|port', meaning: m, v1_name: Type}]}\n";

static const char drafts_yaml[] =
    "drafts:\n"
    "  - name: logins\n"
    "    table: 1-AuthMech\n"
    "    from: logins\n"
    "    rows: SELECT 'login ' || name AS key, id AS observation, name FROM service ORDER BY "
    "id\n"
    "    shows: 'login {name}'\n"
    "    ask: who\n"
    "    same: ['login {name}']\n"
    "    fields: {Description: 'Login {name}', Default Status: enabled}\n"
    "  - name: doors\n"
    "    table: 28-LogIntf\n"
    "    from: services\n"
    "    rows: SELECT name AS key, id AS observation, excerpt AS shown, name, port, 'login *' "
    "AS all_of,\n"
    "      'login ' || name AS one FROM service ORDER BY id\n"
    "    shows: '{name}[ {port}]'\n"
    "    ask: why\n"
    "    same: ['port {port}', '{name}']\n"
    "    references: {Guards: {table: 1-AuthMech, keys: '{one}'}}\n"
    "    fields: {Description: 'Server {name}[ on port {port}].', Type: network; port}\n";

static const char rows_sql[] =
    "CREATE TABLE meta(key TEXT, value TEXT);"
    "CREATE TABLE observation(id INTEGER PRIMARY KEY, observable TEXT);"
    "CREATE TABLE service(id INTEGER PRIMARY KEY, path TEXT, line INTEGER, excerpt TEXT, name "
    "TEXT,"
    " port INTEGER);"
    "CREATE TABLE product(id INTEGER, path TEXT, line INTEGER, what TEXT, value TEXT, source "
    "TEXT);"
    "CREATE TABLE counter_example(unit TEXT, place INTEGER, observation INTEGER, because TEXT,"
    " severity INTEGER, contradiction TEXT);"
    "CREATE TABLE verdict(unit TEXT, outcome TEXT, automatic INTEGER);"
    "INSERT INTO observation VALUES(1, 'service'), (2, 'service'), (3, 'service'), (4, 'x; y');"
    "INSERT INTO service VALUES(1, 'etc/rc', 3, 'telnetd &', 'telnet', 23),"
    " (2, 'etc/rc', 9, 'httpd: \"a\"', 'http', NULL), (3, 'etc/other', NULL, NULL, 'telnet', "
    "2323);";

static sqlite3 *store(void)
{
    sqlite3 *db = NULL;

    CHECK_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
    CHECK_SUCCESS(catalogue_create(db));
    CHECK_SUCCESS(catalogue_add(db, "catalogue/ixit.yaml", bytes_of(form_yaml)));
    CHECK_SUCCESS(catalogue_add(db, "drafts/test.yaml", bytes_of(drafts_yaml)));
    /* the judge makes some of these in a real store */
    CHECK_SUCCESS(query_run(db, "DROP TABLE IF EXISTS verdict; DROP TABLE IF EXISTS product;"
                                "DROP TABLE IF EXISTS counter_example"));
    CHECK_SUCCESS(query_run(db, rows_sql));
    return db;
}

/* A dossier in a folder of its own. */
struct sample {
    char folder[64];
    struct dossier *dossier;
    sqlite3 *db;
    struct draft_result result;
};

static void put(const struct sample *sample, const char *name, const char *content)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", sample->folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        abort();
    fputs(content, file);
    fclose(file);
}

static struct bytes get(struct sample *sample, const char *name)
{
    struct bytes content = bytes_of("(none)");

    CHECK_SUCCESS(dossier_file(sample->dossier, name, &content));
    return content;
}

static void begin(struct sample *sample)
{
    char path[128];

    snprintf(sample->folder, sizeof sample->folder, "/tmp/proviso-draft-XXXXXX");
    if (mkdtemp(sample->folder) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/ixit", sample->folder);
    mkdir(path, 0777);
    put(sample, "product.yaml", "name: x\nmodel: y\n");
    sample->db = store();
}

static void draft(struct sample *sample, const char *edition)
{
    struct journal_actor actor = {"A", "2026-01-01T00:00:00Z"};

    if (sample->dossier != NULL)
        dossier_close(sample->dossier);
    CHECK_SUCCESS(dossier_open(sample->folder, true, &sample->dossier));
    CHECK_SUCCESS(draft_run(sample->dossier, sample->db, edition, &actor, &sample->result));
}

static void end(struct sample *sample)
{
    char command[128];

    dossier_close(sample->dossier);
    sqlite3_close(sample->db);
    static const char *const names[] = {"product.yaml",         "drafts.yaml",
                                        "journal.jsonl",        "ixit/1-AuthMech.yaml",
                                        "ixit/28-LogIntf.yaml", "ixit/28-ExtAPI.yaml",
                                        "ixit/2-UserInfo.yaml"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(command, sizeof command, "%s/%s", sample->folder, names[i]);
        unlink(command);
    }
    snprintf(command, sizeof command, "%s/ixit", sample->folder);
    rmdir(command);
    rmdir(sample->folder);
}

TEST(rows_of_one_key_become_one_entry)
{
    struct sample sample = {.dossier = NULL};

    begin(&sample);
    put(&sample, "ixit/28-LogIntf.yaml", "entries: []\n");
    draft(&sample, "3.1.3");
    CHECK_INT(sample.result.added, 4);
    CHECK_BYTES(
        get(&sample, "ixit/28-LogIntf.yaml"),
        "entries:\n  - ID: LogIntf-1\n    Description: Server telnet on port 23.\n"
        "    Guards:\n      - AuthMech-1\n    Type:\n      - network\n      - port\n"
        "    drafted: 'evidence: etc/rc:3 (telnetd &), etc/other. Confirm, and say why'\n\n"
        "  - ID: LogIntf-2\n    Description: Server http.\n"
        "    Guards:\n      - AuthMech-2\n    Type:\n      - network\n      - port\n"
        "    drafted: 'evidence: etc/rc:9 (httpd: \"a\"). Confirm, and say why'\n");
    draft(&sample, "3.1.3");
    CHECK_INT(sample.result.added, 0);
    end(&sample);
}

TEST(a_lost_ledger_is_learnt_again)
{
    struct sample sample = {.dossier = NULL};
    char path[128];

    begin(&sample);
    draft(&sample, "3.1.3");
    struct bytes before = get(&sample, "drafts.yaml");
    owned(arena) arena = arena_new();
    const char *ledger = arena_string(arena, before);
    snprintf(path, sizeof path, "%s/drafts.yaml", sample.folder);
    unlink(path);
    draft(&sample, "3.1.3");
    CHECK_INT(sample.result.added, 0);
    CHECK_BYTES(get(&sample, "drafts.yaml"), ledger);
    end(&sample);
}

TEST(what_a_person_says_comes_first)
{
    struct sample sample = {.dossier = NULL};

    begin(&sample);
    put(&sample, "ixit/1-AuthMech.yaml", "none: there is no login\n");
    put(&sample, "ixit/28-LogIntf.yaml",
        "entries:\n  - ID: LogIntf-41\n    Description: the TELNET-server\n");
    draft(&sample, "3.1.3");
    CHECK_BYTES(get(&sample, "ixit/1-AuthMech.yaml"), "none: there is no login\n");
    CHECK_BYTES(
        get(&sample, "ixit/28-LogIntf.yaml"),
        "entries:\n  - ID: LogIntf-41\n    Description: the TELNET-server\n"
        "  - ID: LogIntf-42\n    Description: Server http.\n    Type:\n      - network\n"
        "      - port\n    drafted: 'evidence: etc/rc:9 (httpd: \"a\"). Confirm, and say "
        "why'\n");
    CHECK_INT(sample.result.note_count, 2);
    end(&sample);
}

TEST(what_a_new_release_changes_is_told)
{
    struct sample sample = {.dossier = NULL};

    begin(&sample);
    draft(&sample, "3.1.3");
    CHECK_SUCCESS(query_run(sample.db, "UPDATE service SET port = 24 WHERE id = 1;"
                                       "DELETE FROM service WHERE id = 2"));
    draft(&sample, "3.1.3");
    CHECK_INT(sample.result.added, 0);
    CHECK_INT(sample.result.note_count, 3);
    CHECK_STRING(sample.result.notes[0].text,
                 "LogIntf-1 was drafted from \"telnet 23\"; the image now shows \"telnet 24\"");
    CHECK_STRING(sample.result.notes[1].text,
                 "AuthMech-2 was drafted from \"login http\", which the image no longer shows");
    CHECK_STRING(sample.result.notes[2].place, "ixit/28-LogIntf.yaml");
    end(&sample);
}

TEST(the_earlier_edition_has_its_names)
{
    struct sample sample = {.dossier = NULL};

    begin(&sample);
    draft(&sample, "2.1.1");
    struct bytes text = get(&sample, "ixit/28-ExtAPI.yaml");
    CHECK_TRUE(bytes_contains(text, "  - ID: ExtAPI-1\n"));
    CHECK_TRUE(!bytes_contains(get(&sample, "ixit/1-AuthMech.yaml"), "Default Status"));
    end(&sample);
}

TEST(hostile_text_stays_text)
{
    struct sample sample = {.dossier = NULL};
    const struct yaml *tree;

    begin(&sample);
    CHECK_SUCCESS(query_run(
        sample.db,
        "DELETE FROM service; INSERT INTO service VALUES(1, 'etc/\" or: [x' || char(10)"
        " || '- ID: evil', 3, char(27) || '[31m' || char(10) || 'x', 'a: {b}' || char(10)"
        " || 'entries: []' || char(0x202e), 1),"
        " (2, 'p', 1, 'q', hex(zeroblob(50000)), 2)"));
    draft(&sample, "3.1.3");
    struct bytes text = get(&sample, "ixit/28-LogIntf.yaml");
    CHECK_SUCCESS(yaml_read(text, "x", sample.dossier->arena, &tree));
    CHECK_INT(yaml_get(tree, "entries")->count, 2);
    CHECK_TRUE(text.size < 20000);
    CHECK_TRUE(!bytes_contains(text, "\x1b"));
    draft(&sample, "3.1.3");
    CHECK_INT(sample.result.added, 0);
    end(&sample);
}

TEST(what_the_image_says_of_itself_is_filled_in)
{
    struct sample sample = {.dossier = NULL};

    begin(&sample);
    CHECK_SUCCESS(catalogue_add(
        sample.db, "catalogue/ixit.yaml",
        bytes_of("tables:\n  - {n: 2, table: 2-UserInfo, title: U, v1_table: 2-UserInfo,"
                 " shape: record, meaning: m, fields: [{name: Model Designation, type: text,"
                 " meaning: m, v1_name: Model Designation}]}\n")));
    CHECK_SUCCESS(query_run(sample.db, "INSERT INTO product VALUES"
                                       "(1, 'etc/model', 1, 'model', 'LV2: a', 'x'),"
                                       "(2, 'etc/os', 4, 'os', 'Lumi OS', 'x'),"
                                       "(3, 'etc/os', 2, 'version', '1.0', 'x')"));
    put(&sample, "product.yaml", "name:\nmodel:  # mine\nfirmware:\n  - file: a.bin\n");
    put(&sample, "ixit/2-UserInfo.yaml", "# head\nModel Designation:\n");
    draft(&sample, "3.1.3");
    CHECK_BYTES(get(&sample, "product.yaml"),
                "name:  # perhaps Lumi OS (etc/os:4)\n"
                "model: 'LV2: a'  # drafted from the image (etc/model:1)  # mine\n"
                "firmware:\n  - file: a.bin\n");
    CHECK_BYTES(
        get(&sample, "ixit/2-UserInfo.yaml"),
        "# head\nModel Designation: 'LV2: a'\n"
        "drafted: 'evidence: etc/model:1. Confirm Model Designation, and say where it is "
        "found'\n");
    draft(&sample, "3.1.3");
    CHECK_INT(sample.result.added, 0);
    end(&sample);
}

TEST(a_path_with_line_ends_stays_in_its_comment)
{
    struct sample sample = {.dossier = NULL};
    const struct yaml *tree;

    begin(&sample);
    CHECK_SUCCESS(query_run(sample.db, "INSERT INTO product VALUES(1, 'etc/a' || char(10) ||"
                                       " 'edition: 9' || char(13), 1, 'model', 'LV2', 'x')"));
    put(&sample, "product.yaml", "name:\nmodel:\n");
    draft(&sample, "3.1.3");
    struct bytes text = get(&sample, "product.yaml");
    CHECK_SUCCESS(yaml_read(text, "x", sample.dossier->arena, &tree));
    CHECK_BYTES(yaml_text(tree, "model"), "LV2");
    CHECK_TRUE(yaml_get(tree, "edition") == NULL);
    end(&sample);
}

TEST(words_are_compared_whole)
{
    owned(arena) arena = arena_new();
    struct bytes words =
        draft_words(bytes_of("OpenSSL-library 1.0.2k, (libssl.so). TCP:443!"), arena);

    CHECK_BYTES(words, " openssl library 1.0.2k libssl.so tcp 443 ");
    CHECK_TRUE(draft_has_words(words, draft_words(bytes_of("openssl 1.0.2k"), arena)));
    CHECK_TRUE(draft_has_words(words, draft_words(bytes_of("443/TCP"), arena)));
    CHECK_TRUE(!draft_has_words(words, draft_words(bytes_of("ssl"), arena)));
    CHECK_TRUE(!draft_has_words(words, draft_words(bytes_of("44"), arena)));
    CHECK_TRUE(!draft_has_words(words, draft_words(bytes_of(" - "), arena)));
}

TEST(templates_leave_out_what_is_empty)
{
    owned(arena) arena = arena_new();
    sqlite3 *db = NULL;
    struct query row;
    bool found, missing;

    CHECK_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
    CHECK_SUCCESS(query_open(db, "SELECT 'x' AS a, NULL AS b", &row));
    CHECK_SUCCESS(query_next(&row, &found));
    CHECK_BYTES(draft_expand(&row, bytes_of("[1 {a} ][2 {b}]{a}{c}"), arena, &missing),
                "1 x x");
    CHECK_TRUE(missing);
    CHECK_BYTES(draft_expand(&row, bytes_of("[{b}]"), arena, &missing), "");
    CHECK_TRUE(!missing);
    query_close(&row);
    sqlite3_close(db);
}

int main(void)
{
    RUN(rows_of_one_key_become_one_entry);
    RUN(a_lost_ledger_is_learnt_again);
    RUN(what_a_person_says_comes_first);
    RUN(what_a_new_release_changes_is_told);
    RUN(the_earlier_edition_has_its_names);
    RUN(hostile_text_stays_text);
    RUN(what_the_image_says_of_itself_is_filled_in);
    RUN(a_path_with_line_ends_stays_in_its_comment);
    RUN(words_are_compared_whole);
    RUN(templates_leave_out_what_is_empty);
    return test_end();
}
