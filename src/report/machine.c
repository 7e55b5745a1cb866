#include "report/machine.h"

#include <inttypes.h>

#include "base/path.h"
#include "report/machine_date.h"

/* How the rows of one observable are found. */
struct machine_source {
    const char *name;
    struct query query;
};

#define SOURCES 64 /* observables: there are 15 */
#define DECLARATION \
    "declaration" /* the observable of what stands in the dossier, not in a node */

static bool asks(sqlite3 *db, const char *sql, const char *first, const char *second)
{
    struct query query;
    bool found = false;
    struct error *error = query_open(db, sql, &query);

    if (error == NULL) {
        query_bind_string(&query, 1, first);
        if (second != NULL)
            query_bind_string(&query, 2, second);
        error = query_next(&query, &found);
        query_close(&query);
    }
    found = error == NULL && found;
    error_drop(error);
    return found;
}

static bool has_table(sqlite3 *db, const char *table)
{
    return asks(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table,
                NULL);
}

static bool has_column(sqlite3 *db, const char *table, const char *column)
{
    return asks(db, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column);
}

/* ", ALIAS.COLUMN AS NAME", or NULL of that name where this store has no such column. */
static void add_column(struct machine *machine, const char *table, const char *alias,
                       const char *column, const char *name)
{
    if (has_column(machine->db, table, column))
        text_addf(machine->with, ", %s.%s AS %s", alias, column, name);
    else
        text_addf(machine->with, ", NULL AS %s", name);
}

/* A unit of the earlier edition is described by the one that continues it. */
static void add_units(struct machine *machine)
{
    struct text *with = machine->with;
    bool answers = has_table(machine->db, "answer");
    bool succession = has_table(machine->db, "unit_succession");

    text_addf(with,
              "WITH m_unit AS (SELECT u.id AS id, u.place AS place, p.id AS provision,"
              " p.place AS provision_place, p.family AS family, f.place AS family_place,"
              " f.title AS title, p.base AS base, p.requirement AS requirement,"
              " COALESCE(u.verb, n.verb) AS verb, COALESCE(u.purpose, n.purpose) AS purpose,"
              " COALESCE(v.outcome, 'open') AS outcome, v.automatic AS automatic,"
              " v.missing AS missing, r.fix AS fix, r.ask AS ask,"
              " COALESCE(w.outcome, 'open') AS provision_outcome");
    add_column(machine, "verdict", "v", "because", "because");
    add_column(machine, "verdict", "v", "disputed", "disputed");
    add_column(machine, "verdict", "v", "stale", "stale");
    add_column(machine, "answer", "a", "because", "said");
    add_column(machine, "answer", "a", "who", "who");
    add_column(machine, "answer", "a", "observation", "observation");
    text_addf(with,
              " FROM unit AS u JOIN test_case AS c ON c.edition = u.edition AND"
              " c.id = u.test_case JOIN provision AS p ON p.edition = u.edition AND"
              " p.id = c.provision LEFT JOIN family AS f ON f.id = p.family"
              " LEFT JOIN provision_verdict AS w ON w.provision = p.id"
              " LEFT JOIN verdict AS v ON v.unit = u.id LEFT JOIN unit AS n ON"
              " n.edition = '3.1.3' AND n.id = %s LEFT JOIN rule AS r ON r.unit ="
              " COALESCE(n.id, u.id)%s WHERE u.edition = '%s')",
              succession ? "(SELECT MIN(s.new) FROM unit_succession AS s WHERE s.old = u.id"
                           " AND u.edition <> '3.1.3')"
                         : "NULL",
              answers ? " LEFT JOIN answer AS a ON a.unit = u.id" : "", machine->edition);
}

/* One more table, or the same columns without a row where the store has none. */
static void add_table(struct machine *machine, const char *name, const char *table,
                      const char *columns, const char *nothing)
{
    if (has_table(machine->db, table))
        text_addf(machine->with, ", %s AS (SELECT %s FROM %s)", name, columns, table);
    else
        text_addf(machine->with, ", %s AS (SELECT %s WHERE 0)", name, nothing);
}

static void make_tables(struct machine *machine)
{
    add_units(machine);
    text_add(machine->with, ", m_counter AS (SELECT e.unit AS unit, e.place AS place,"
                            " e.observation AS observation, e.because AS because,"
                            " e.severity AS severity");
    add_column(machine, "counter_example", "e", "contradiction", "contradiction");
    text_add(machine->with, " FROM counter_example AS e)");
    add_table(machine, "m_dut", "dut", "field, value", "NULL AS field, NULL AS value");
    add_table(machine, "m_overall", "overall", "outcome, because",
              "NULL AS outcome, NULL AS because");
    add_table(machine, "m_unclear", "unclear", "unit, place, because",
              "NULL AS unit, NULL AS place, NULL AS because");
    add_table(machine, "m_declared", "declared_component", "name, version, entry, updatable",
              "NULL AS name, NULL AS version, NULL AS entry, NULL AS updatable");
    text_add_char(machine->with, ' ');
}

struct error *machine_query(struct machine *machine, const char *sql, struct query *out)
{
    owned(text) whole = text_new();

    text_add_bytes(whole, text_bytes(machine->with));
    text_add(whole, sql);
    return query_open(machine->db, text_string(whole), out);
}

static int64_t count_units(struct machine *machine, const char *condition)
{
    owned(text) sql = text_new();

    text_add_bytes(sql, text_bytes(machine->with));
    text_addf(sql, "SELECT count(*) FROM m_unit WHERE outcome %s", condition);
    return query_number(machine->db, text_string(sql), 0);
}

int64_t machine_failed(struct machine *machine)
{
    return count_units(machine, "= 'fail'");
}

int64_t machine_open(struct machine *machine)
{
    return count_units(machine, "NOT IN ('pass', 'fail', 'inconclusive', 'not-applicable')");
}

/* The first column of the first row, or "". */
static struct error *first_text(struct machine *machine, const char *sql, const char *value,
                                const char **out)
{
    struct query query;
    bool found = false;

    *out = "";
    TRY(machine_query(machine, sql, &query));
    if (value != NULL)
        query_bind_string(&query, 1, value);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found)
        *out = arena_string(machine->arena, query_text(&query, 0));
    query_close(&query);
    return error;
}

static const char *meta(struct machine *machine, const char *key)
{
    struct query query;
    bool found = false;
    const char *value = "";
    struct error *error =
        query_open(machine->db, "SELECT value FROM meta WHERE key = ?", &query);

    if (error == NULL) {
        query_bind_string(&query, 1, key);
        error = query_next(&query, &found);
        if (error == NULL && found)
            value = arena_string(machine->arena, query_text(&query, 0));
        query_close(&query);
    }
    error_drop(error); /* a store without meta says nothing about itself */
    return value;
}

const char *machine_dut(struct machine *machine, const char *field)
{
    const char *value = "";

    error_drop(first_text(machine, "SELECT value FROM m_dut WHERE field = ?", field, &value));
    return value;
}

/* VALUE, or the first word of that kind that the image says about its product. */
static struct error *or_observed(struct machine *machine, const char *what, const char **value)
{
    if (**value != '\0' || !has_table(machine->db, "product"))
        return NULL;
    return first_text(
        machine, "SELECT value FROM product WHERE what = ? AND value <> '' ORDER BY id LIMIT 1",
        what, value);
}

/* The version declared for the file that was assessed, else for the first one named. */
static struct error *find_version(struct machine *machine)
{
    TRY(first_text(machine,
                   "SELECT v.value FROM m_dut AS s JOIN m_dut AS v ON v.field ="
                   " replace(s.field, '.sha256', '.version') WHERE s.field LIKE"
                   " 'firmware.%.sha256' AND lower(s.value) = lower(?) ORDER BY s.field"
                   " LIMIT 1",
                   machine->sha256, &machine->product_version));
    if (*machine->product_version == '\0')
        machine->product_version = machine_dut(machine, "firmware.0.version");
    return or_observed(machine, "version", &machine->product_version);
}

static struct error *read_head(struct machine *machine)
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
    make_tables(machine);
    machine->product = machine_dut(machine, "name");
    machine->maker = machine_dut(machine, "manufacturer.name");
    TRY(find_version(machine));
    TRY(or_observed(machine, "model", &machine->product));
    return or_observed(machine, "vendor", &machine->maker);
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
    owned(text) with = text_new();
    struct machine machine = {.db = db, .out = out, .arena = arena, .with = with};

    machine.sources = arena_array(arena, SOURCES, sizeof *machine.sources);
    struct error *error = read_head(&machine);
    if (error == NULL)
        error = query_open(db, "SELECT observable FROM observation WHERE id = ?",
                           &machine.observable);
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
