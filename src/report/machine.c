#include "report/machine.h"

#include <inttypes.h>

#include "base/path.h"
#include "report/machine_date.h"
#include "report/sql.h"

/* How the rows of one observable are found. */
struct machine_source {
    const char *name;
    struct query query;
};

#define SOURCES 64 /* observables: there are 15 */
#define DECLARATION \
    "declaration" /* the observable of what stands in the dossier, not in a node */

static bool has_column(sqlite3 *db, const char *table, const char *column)
{
    struct query query;
    bool found = false;
    struct error *error =
        query_open(db, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", &query);

    if (error == NULL) {
        query_bind_string(&query, 1, table);
        query_bind_string(&query, 2, column);
        error = query_next(&query, &found);
        query_close(&query);
    }
    found = error == NULL && found;
    error_drop(error);
    return found;
}

static const char with[] =
    "WITH m_unit AS (SELECT u.id AS id, u.place AS place, p.id AS provision,"
    " p.place AS provision_place, p.family AS family, f.place AS family_place,"
    " f.title AS title, p.base AS base, p.requirement AS requirement, u.verb AS verb,"
    " u.purpose AS purpose, COALESCE(v.outcome, 'open') AS outcome, v.automatic AS automatic,"
    " v.missing AS missing, v.because AS because, v.disputed AS disputed, v.stale AS stale,"
    " COALESCE(w.outcome, 'open') AS provision_outcome, " SQL_FIX " AS fix, " SQL_ASK " AS ask,"
    " a.because AS said, a.who AS who, a.observation AS observation"
    " FROM unit AS u JOIN test_case AS c ON c.edition = u.edition AND c.id = u.test_case"
    " JOIN provision AS p ON p.edition = u.edition AND p.id = c.provision"
    " LEFT JOIN family AS f ON f.id = p.family"
    " LEFT JOIN provision_verdict AS w ON w.provision = p.id"
    " LEFT JOIN verdict AS v ON v.unit = u.id LEFT JOIN answer AS a ON a.unit = u.id"
    " WHERE u.edition = " SQL_EDITION "),"
    " m_alone AS (SELECT p.id AS id, p.place AS place, p.family AS family, p.base AS base,"
    " p.requirement AS requirement, v.because AS because,"
    " COALESCE(a.state, '') <> 'fail' AS by_person, CASE a.state WHEN 'fail' THEN i.observation"
    "  ELSE (SELECT n.observation FROM test_case AS c JOIN answer AS n ON n.unit = c.id"
    "   AND n.outcome = 'fail' WHERE c.provision = p.id AND c.edition = p.edition"
    "   ORDER BY c.place LIMIT 1) END AS observation"
    " FROM provision_verdict AS v JOIN provision AS p ON p.id = v.provision"
    " AND p.edition = " SQL_EDITION " LEFT JOIN applicability AS a ON a.provision = p.id"
    " LEFT JOIN ics AS i ON i.provision = p.id"
    " WHERE v.outcome = 'fail' AND v.because IS NOT NULL) ";

struct error *machine_query(struct machine *machine, const char *sql, struct query *out)
{
    owned(text) whole = text_new();

    text_add(whole, with);
    text_add(whole, sql);
    return query_open(machine->db, text_string(whole), out);
}

static int64_t count_units(struct machine *machine, const char *condition)
{
    owned(text) sql = text_new();

    text_add(sql, with);
    text_addf(sql, "SELECT count(*) FROM m_unit WHERE outcome %s", condition);
    return query_number(machine->db, text_string(sql), 0);
}

int64_t machine_failed(struct machine *machine)
{
    return count_units(machine, "= 'fail'");
}

int64_t machine_open(struct machine *machine)
{
    return count_units(machine, "NOT IN ('pass', 'fail', 'inconclusive', 'not-applicable',"
                                " 'not-run')");
}

static const char *value_of(struct machine *machine, const char *sql, const char *key)
{
    const char *value = query_value(machine->db, sql, key, machine->arena);

    return value == NULL ? "" : value;
}

static const char *meta(struct machine *machine, const char *key)
{
    return value_of(machine, "SELECT value FROM meta WHERE key = ?", key);
}

const char *machine_dut(struct machine *machine, const char *field)
{
    return value_of(machine, "SELECT value FROM dut WHERE field = ?", field);
}

/* VALUE, or the first word of that kind that the image says about its product. */
static const char *or_observed(struct machine *machine, const char *value, const char *what)
{
    return *value != '\0' ? value
                          : value_of(machine,
                                     "SELECT value FROM product WHERE what = ? AND value <> ''"
                                     " ORDER BY id LIMIT 1",
                                     what);
}

/* The version declared for the file that was assessed, else for the first one named. */
static const char *find_version(struct machine *machine)
{
    const char *version = value_of(machine,
                                   "SELECT v.value FROM dut AS s JOIN dut AS v ON v.field ="
                                   " replace(s.field, '.sha256', '.version') WHERE s.field LIKE"
                                   " 'firmware.%.sha256' AND lower(s.value) = lower(?)"
                                   " ORDER BY s.field LIMIT 1",
                                   machine->sha256);

    return *version != '\0' ? version : machine_dut(machine, "firmware.0.version");
}

static void read_head(struct machine *machine)
{
    struct bytes program = bytes_of(meta(machine, "program"));
    size_t space = bytes_find_byte(program, ' ');
    struct bytes name = path_base(bytes_of(meta(machine, "input")));

    machine->edition =
        bytes_is(bytes_of(meta(machine, "edition")), "2.1.1") ? "2.1.1" : "3.1.3";
    machine->version =
        space == SIZE_MAX ? "unknown"
                          : arena_string(machine->arena, bytes_from_offset(program, space + 1));
    machine->input =
        name.size > 0 && !bytes_is(name, "-") ? arena_string(machine->arena, name) : "image";
    machine->sha256 = meta(machine, "sha256");
    machine->date =
        machine_date(machine->arena, bytes_of(meta(machine, "date")), &machine->date_has_time);
    machine->product = or_observed(machine, machine_dut(machine, "name"), "model");
    machine->maker = or_observed(machine, machine_dut(machine, "manufacturer.name"), "vendor");
    machine->product_version = or_observed(machine, find_version(machine), "version");
}

static void close_all(struct machine *machine)
{
    for (size_t i = 0; i < machine->source_count; i++)
        query_close(&machine->sources[i].query);
    query_close(&machine->observable);
}

struct error *machine_write(sqlite3 *db, struct text *out,
                            struct error *(*write)(struct machine *machine))
{
    owned(arena) arena = arena_new();
    struct machine machine = {.db = db, .out = out, .arena = arena};

    machine.sources = arena_array(arena, SOURCES, sizeof *machine.sources);
    read_head(&machine);
    struct error *error =
        query_open(db, "SELECT observable FROM observation WHERE id = ?", &machine.observable);
    if (error == NULL)
        error = write(&machine);
    close_all(&machine);
    return error;
}

/* The statement for the rows of OBSERVABLE; NULL when the store has no such table. */
static struct error *find_source(struct machine *machine, struct bytes observable,
                                 struct machine_source **out)
{
    owned(text) sql = text_new();

    *out = NULL;
    for (size_t i = 0; i < machine->source_count; i++)
        if (bytes_is(observable, machine->sources[i].name))
            *out = &machine->sources[i];
    if (*out != NULL || machine->source_count == SOURCES)
        return NULL;
    const char *name = arena_string(machine->arena, observable);
    if (!has_column(machine->db, name, "excerpt") || bytes_contains(observable, "\""))
        return NULL;
    text_addf(sql,
              "SELECT %s, t.line, t.\"offset\", t.length, t.excerpt FROM \"%s\" AS t"
              " LEFT JOIN node AS n ON n.id = t.node WHERE t.id = ?",
              bytes_is(observable, DECLARATION) ? "t.path" : "COALESCE(n.path, t.path)", name);
    struct machine_source *source = &machine->sources[machine->source_count];
    TRY(query_open(machine->db, text_string(sql), &source->query));
    source->name = name;
    machine->source_count++;
    *out = source;
    return NULL;
}

struct error *machine_place(struct machine *machine, int64_t observation,
                            struct machine_place *out)
{
    struct machine_source *source = NULL;
    bool found = false;

    *out = (struct machine_place){.known = false};
    query_reset(&machine->observable);
    query_bind_integer(&machine->observable, 1, observation);
    TRY(query_next(&machine->observable, &found));
    if (!found)
        return NULL;
    TRY(find_source(machine, query_text(&machine->observable, 0), &source));
    if (source == NULL)
        return NULL;
    struct query *row = &source->query;
    query_reset(row);
    query_bind_integer(row, 1, observation);
    TRY(query_next(row, &found));
    if (!found)
        return NULL;
    out->known = true;
    out->observable = bytes_of(source->name);
    out->declared = bytes_is(out->observable, DECLARATION);
    out->path = query_text(row, 0);
    out->line = query_integer(row, 1) > 0 ? query_integer(row, 1) : 0;
    out->offset = query_integer(row, 2) > 0 ? query_integer(row, 2) : 0;
    out->length = query_integer(row, 3) > 0 ? query_integer(row, 3) : 0;
    out->excerpt = query_text(row, 4);
    return NULL;
}

void machine_add_place(struct text *out, const struct machine_place *place)
{
    if (!place->known)
        return;
    if (place->path.size == 0)
        text_add(out, "the image");
    text_add_bytes(out, place->path);
    if (place->line > 0)
        text_addf(out, ":%" PRId64, place->line);
    else if (place->offset > 0)
        text_addf(out, " at 0x%" PRIx64, (uint64_t)place->offset);
}
