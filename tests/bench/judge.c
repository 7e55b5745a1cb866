/*
 * How long does the judge take over a million observations? Adds them to a copy of a stored
 * assessment, in the proportions of a large image, and judges it:
 *
 *     judge ASSESSMENT.db [OUT.db]     OUT.db: where the larger assessment is kept
 */
#include "judge/judge.h"

#include <stdio.h>
#include <time.h>

#include "model/query.h"

static const char rows[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)"
    " INSERT INTO observation SELECT 1000000 + i, CASE WHEN i <= 600000 THEN 'endpoint'"
    " WHEN i <= 850000 THEN 'binary' WHEN i <= 900000 THEN 'component'"
    " WHEN i <= 950000 THEN 'setting' WHEN i <= 970000 THEN 'service'"
    " WHEN i <= 980000 THEN 'login' ELSE 'certificate' END FROM n;"
    "INSERT INTO endpoint(id, node, path, url, host, kind, plain) SELECT id, 1, 'usr/bin/x',"
    " 'http://h' || id || '.example.net/', 'h' || id || '.example.net', 'host', 1"
    " FROM observation WHERE observable = 'endpoint' AND id > 1000000;"
    "INSERT INTO binary(id, node, path, machine, class, nx) SELECT id, 1, 'usr/bin/x' || id, "
    "'arm',"
    " 32, 1 FROM observation WHERE observable = 'binary' AND id > 1000000;"
    "INSERT INTO component(id, node, path, name, version, grade) SELECT id, 1, 'usr/bin/x',"
    " 'c' || (id % 5000), '1.' || id, 'B' FROM observation WHERE observable = 'component'"
    " AND id > 1000000;"
    "INSERT INTO setting(id, node, path, program, name, value, effective, started) SELECT id, "
    "1,"
    " 'etc/x.conf', 'prog' || (id % 100), 'opt' || (id % 50), 'v', 1, 0 FROM observation"
    " WHERE observable = 'setting' AND id > 1000000;"
    "INSERT INTO service(id, node, path, program, name, started, \"exists\", listens) SELECT "
    "id, 1,"
    " 'etc/init.d/x', '/usr/sbin/d' || id, 'd' || id, 1, 1, 0 FROM observation"
    " WHERE observable = 'service' AND id > 1000000;"
    "INSERT INTO login(id, node, path, account, store, active, usable, state, password_known)"
    " SELECT id, 1, 'etc/passwd', 'a' || id, 'passwd', 1, 0, 'locked', 0 FROM observation"
    " WHERE observable = 'login' AND id > 1000000;"
    "INSERT INTO certificate(id, node, path, subject, role, has_key, example, spki_sha256)"
    " SELECT id, 1, 'etc/ssl/c' || id, 'CN=x', 'trust-anchor', 0, 0, 's' || id FROM observation"
    " WHERE observable = 'certificate' AND id > 1000000;";

static struct error *measure(sqlite3 *db)
{
    struct timespec from, to;

    if (query_number(db, "SELECT count(*) FROM observation", 0) < 1000000)
        TRY(query_run(db, rows));
    clock_gettime(CLOCK_MONOTONIC, &from);
    TRY(judge_run(db));
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("judge, %lld observations      %4.0f ms (target 1000)\n",
           (long long)query_number(db, "SELECT count(*) FROM observation", 0),
           1e3 * (double)(to.tv_sec - from.tv_sec) +
               1e-6 * (double)(to.tv_nsec - from.tv_nsec));
    return NULL;
}

static void copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");

    sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
}

int main(int argc, char **argv)
{
    sqlite3 *file = NULL, *memory = NULL;

    if (argc < 2 || argc > 3 ||
        sqlite3_open_v2(argv[1], &file, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_open(":memory:", &memory) != SQLITE_OK)
        return 2;
    copy(memory, file);
    sqlite3_close(file);
    struct error *error = measure(memory);
    if (error == NULL && argc == 3 && sqlite3_open(argv[2], &file) == SQLITE_OK) {
        copy(file, memory);
        sqlite3_close(file);
    }
    sqlite3_close(memory);
    if (error == NULL)
        return 0;
    fprintf(stderr, "%s\n", error_line(error));
    error_free(error);
    return 1;
}
