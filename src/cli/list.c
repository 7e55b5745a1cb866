#include <string.h>

#include "cli/common.h"
#include "dossier/form.h"
#include "dossier/plain.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON array"},
    {"edition", 0, "EDITION", "of provisions, units and IXIT: 3.1.3 (default) or 2.1.1"},
    {"contradictions", 0, NULL,
     "of rules: the cross-checks between what is declared and built"},
};

/* What is listed: a JSON array of objects, or one line each. */
struct listing {
    struct text *out;
    const char *edition;
    const char *table; /* of the IXIT, or NULL */
    bool json, first, contradictions;
};

static void begin_entry(struct listing *listing, const char *name)
{
    if (listing->json) {
        text_add(listing->out, listing->first ? "[\n  {\"name\": " : ",\n  {\"name\": ");
        text_add_json(listing->out, bytes_of(name));
    } else {
        text_addf(listing->out, "%-16s", name);
    }
    listing->first = false;
}

static void add_field(struct listing *listing, const char *key, const char *value)
{
    if (listing->json) {
        text_addf(listing->out, ", \"%s\": ", key);
        text_add_json(listing->out, bytes_of(value));
    } else {
        text_addf(listing->out, "  %s", value);
    }
}

static void end_entry(struct listing *listing)
{
    text_add(listing->out, listing->json ? "}" : "\n");
}

static struct error *list_formats(struct listing *listing)
{
    owned(assessment) described = NULL;

    TRY(pipeline_describe(NULL, &described));
    for (size_t i = 0; i < described->format_count; i++) {
        begin_entry(listing, described->formats[i].name);
        add_field(listing, "title", described->formats[i].title);
        if (listing->json)
            add_field(listing, "source", described->formats[i].source);
        end_entry(listing);
    }
    return NULL;
}

static struct error *list_checks(struct listing *listing)
{
    owned(assessment) described = NULL;

    TRY(pipeline_describe(NULL, &described));
    for (size_t i = 0; i < described->check_count; i++) {
        const struct assessment_check *check = &described->checks[i];
        owned(text) observables = text_new();
        for (size_t j = 0; j < check->observable_count; j++)
            if (check->observables[j] < described->observable_count)
                text_addf(observables, "%s%s", j == 0 ? "" : ", ",
                          described->observables[check->observables[j]].name);
        begin_entry(listing, check->name);
        add_field(listing, "title", check->title);
        if (!listing->json)
            text_add(listing->out, ":");
        add_field(listing, "observables", text_string(observables));
        end_entry(listing);
    }
    return NULL;
}

static void add_columns(struct listing *listing, const struct observable *observable)
{
    if (listing->json)
        text_add(listing->out, ", \"columns\": [");
    for (size_t j = 0; j < observable->column_count; j++) {
        const struct column *column = &observable->columns[j];
        const char *type = column->type == COLUMN_TEXT ? "text" : "integer";
        if (listing->json) {
            text_add(listing->out, j == 0 ? "\n    {\"name\": " : ",\n    {\"name\": ");
            text_add_json(listing->out, bytes_of(column->name));
            text_addf(listing->out, ", \"type\": \"%s\", \"meaning\": ", type);
            text_add_json(listing->out, bytes_of(column->meaning));
            text_add(listing->out, "}");
        } else {
            text_addf(listing->out, "\n    %-18s %-8s %s", column->name, type, column->meaning);
        }
    }
    if (listing->json)
        text_add(listing->out, "]");
}

static struct error *list_observables(struct listing *listing)
{
    owned(assessment) described = NULL;

    TRY(pipeline_describe(NULL, &described));
    if (!listing->json)
        text_add(listing->out, "Every table also has id, node, path, offset, length, line and "
                               "excerpt: the evidence.\n\n");
    for (size_t i = 0; i < described->observable_count; i++) {
        begin_entry(listing, described->observables[i].name);
        add_field(listing, "meaning", described->observables[i].meaning);
        add_columns(listing, &described->observables[i]);
        end_entry(listing);
    }
    return NULL;
}

static struct error *list_query(struct listing *listing, const char *sql)
{
    sqlite3 *db;
    struct query row = {.statement = NULL};
    bool found = false;

    TRY(store_new(&db));
    struct error *error = query_open(db, sql, &row);
    if (error == NULL && sqlite3_bind_parameter_count(row.statement) > 0)
        query_bind_string(&row, 1, listing->edition);
    if (error == NULL && sqlite3_bind_parameter_count(row.statement) > 1)
        query_bind_string(&row, 2, listing->table);
    if (error == NULL)
        error = query_next(&row, &found);
    while (error == NULL && found) {
        owned(arena) arena = arena_new();
        begin_entry(listing, arena_string(arena, query_text(&row, 0)));
        for (int i = 1; i < query_columns(&row); i++)
            add_field(listing, query_column_name(&row, i),
                      arena_string(arena, query_text(&row, i)));
        end_entry(listing);
        error = query_next(&row, &found);
    }
    query_close(&row);
    sqlite3_close(db);
    return error;
}

static struct error *list_rules(struct listing *listing)
{
    if (listing->contradictions)
        return list_query(listing,
                          "SELECT f.unit, f.contradiction, f.because FROM rule_fail AS f"
                          " JOIN unit AS u ON u.id = f.unit AND u.edition = '3.1.3'"
                          " WHERE f.contradiction IS NOT NULL"
                          " ORDER BY u.place, f.place");
    return list_query(
        listing,
        listing->json
            ? "SELECT u.id AS unit, u.purpose, u.pass_if, u.machine, r.ask, r.fix,"
              " (SELECT group_concat(name, ', ') FROM rule_covered WHERE unit = u.id)"
              " AS covered, (SELECT count(*) FROM rule_fail WHERE unit = u.id) AS"
              " queries, r.file || ':' || r.line AS source FROM unit AS u"
              " LEFT JOIN rule AS r ON r.unit = u.id WHERE u.edition = '3.1.3'"
              " ORDER BY u.place"
            : "SELECT u.id, printf('%2d', (SELECT count(*) FROM rule_fail WHERE"
              " unit = u.id)) || CASE (SELECT count(*) FROM rule_fail WHERE unit = u.id)"
              " WHEN 1 THEN ' query  ' ELSE ' queries' END, u.purpose FROM unit AS u"
              " WHERE u.edition = '3.1.3' ORDER BY u.place");
}

static struct error *list_provisions(struct listing *listing)
{
    return list_query(listing, "SELECT id, printf('%-10s', printed) AS status, requirement"
                               " FROM provision WHERE edition = ? ORDER BY place");
}

/* A unit of the earlier edition is described by the one that continues it. */
static struct error *list_units(struct listing *listing)
{
    return list_query(listing,
                      "SELECT u.id, printf('%-20s', COALESCE(u.verb, n.verb)) AS verb,"
                      " COALESCE(u.purpose, n.purpose) AS purpose FROM unit AS u"
                      " LEFT JOIN unit_succession AS s ON s.old = u.id AND u.edition = '2.1.1'"
                      " LEFT JOIN unit AS n ON n.id = s.new AND n.edition = '3.1.3'"
                      " WHERE u.edition = ? GROUP BY u.id ORDER BY u.place");
}

static struct error *list_reports(struct listing *listing)
{
    for (size_t i = 0; i < report_count; i++) {
        begin_entry(listing, reports[i]->name);
        add_field(listing, "title", reports[i]->title);
        end_entry(listing);
    }
    return NULL;
}

static struct error *list_schemes(struct listing *listing)
{
    return list_query(
        listing,
        listing->json
            ? "SELECT id, name AS title, jurisdiction, kind, mandatory, status, since,"
              " confidence, (SELECT title FROM scheme_document WHERE scheme IN (s.id, "
              "s.parent))"
              " AS document, as_of FROM scheme AS s WHERE NOT EXISTS (SELECT 1 FROM scheme AS c"
              " WHERE c.parent = s.id) ORDER BY s.id"
            : "SELECT printf('%-22s', id), printf('%-18s', kind),"
              " printf('%-16s', CASE status WHEN 'in_force_not_yet_applicable' THEN 'coming'"
              " ELSE replace(status, '_', ' ') END), name ||"
              " CASE WHEN confidence = 'high' THEN '' ELSE ' [confidence ' || confidence || ']'"
              " END FROM scheme AS s WHERE NOT EXISTS (SELECT 1 FROM scheme AS c"
              " WHERE c.parent = s.id) ORDER BY s.id");
}

static struct error *list_ixit_tables(struct listing *listing)
{
    return list_query(
        listing, listing->json
                     ? "SELECT CASE ?1 WHEN '2.1.1' THEN COALESCE(old_name, name) ELSE name"
                       " END AS name, title, shape, meaning FROM ixit_table ORDER BY n"
                     : "SELECT CASE ?1 WHEN '2.1.1' THEN COALESCE(old_name, name) ELSE name"
                       " END, CASE shape WHEN 'record' THEN 'record' ELSE 'list  ' END,"
                       " meaning FROM ixit_table ORDER BY n");
}

/* The table that the second argument names, in any spelling. */
static struct error *find_table(const struct listing *listing, struct arena *arena,
                                const struct form_table **out)
{
    struct form form;
    sqlite3 *db;

    TRY(store_new(&db));
    struct error *error = form_read(db, arena, &form);
    sqlite3_close(db);
    TRY(error);
    *out = form_table(&form, bytes_of(listing->table));
    if (*out == NULL)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "no IXIT table is called that"),
                                     "cannot list %s", listing->table),
                          "the names: proviso list ixit");
    return NULL;
}

/* What a field may hold for a unit to pass without a person, beside yes, no, choices and IDs. */
static void add_sentences(struct listing *listing, const struct form_field *field)
{
    const char *sentence;

    for (size_t i = 0; (sentence = plain_sentence(field, i)) != NULL; i++) {
        if (listing->json) {
            text_add(listing->out, i == 0 ? ", \"sentences\": [" : ", ");
            text_add_json(listing->out, bytes_of(sentence));
        } else {
            text_addf(listing->out, "\n%-36s%s%s", "", i == 0 ? "closed: " : "        ",
                      sentence);
        }
    }
    if (listing->json && plain_sentence(field, 0) != NULL)
        text_add(listing->out, "]");
}

static void add_type(struct listing *listing, const char *type)
{
    owned(text) spaced = text_new();

    for (; !listing->json && *type != '\0'; type++)
        text_addf(spaced, *type == '|' ? " %c " : "%c", *type);
    if (listing->json)
        text_add(spaced, type);
    else
        while (spaced->size < 12)
            text_add_char(spaced, ' ');
    add_field(listing, "type", text_string(spaced));
}

static struct error *list_ixit(struct listing *listing)
{
    owned(arena) arena = arena_new();
    const struct form_table *table = NULL;
    bool older = strcmp(listing->edition, "2.1.1") == 0;

    if (listing->table == NULL)
        return list_ixit_tables(listing);
    TRY(find_table(listing, arena, &table));
    for (size_t i = 0; table != NULL && i < table->field_count; i++) {
        const struct form_field *field = &table->fields[i];
        if (older ? field->old_name == NULL : field->old_only)
            continue;
        const char *name = older ? field->old_name : field->name;
        begin_entry(listing, listing->json ? name : arena_printf(arena, "%-34s", name));
        add_type(listing, field->type);
        add_field(listing, "meaning", field->meaning);
        add_sentences(listing, field);
        end_entry(listing);
    }
    return NULL;
}

static const struct {
    const char *name;
    struct error *(*list)(struct listing *listing);
} kinds[] = {
    {"formats", list_formats},
    {"checks", list_checks},
    {"observables", list_observables},
    {"rules", list_rules},
    {"provisions", list_provisions},
    {"units", list_units},
    {"reports", list_reports},
    {"schemes", list_schemes},
    {"ixit", list_ixit},
};

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(text) out = text_new();
    const char *edition;
    TRY(common_edition(line, &edition));
    struct listing listing = {.out = out,
                              .json = line_has(line, "json"),
                              .contradictions = line_has(line, "contradictions"),
                              .first = true,
                              .edition = edition == NULL ? "3.1.3" : edition};
    if (line->argument_count > 1)
        listing.table = line->arguments[1];

    (void)code;
    if (listing.table != NULL && strcmp(line->arguments[0], "ixit") != 0)
        return error_hint(error_new(ERROR_USAGE, "only ixit takes the name of a table"),
                          "say proviso list %s", line->arguments[0]);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strcmp(line->arguments[0], kinds[i].name) != 0)
            continue;
        TRY(kinds[i].list(&listing));
        if (listing.json)
            text_add(out, listing.first ? "[]\n" : "\n]\n");
        output_text(out);
        return NULL;
    }
    return error_hint(error_wrap(error_new(ERROR_USAGE, "there is no list of that name"),
                                 "cannot list %s", line->arguments[0]),
                      "say formats, checks, observables, rules, provisions, units, reports,"
                      " schemes or ixit");
}

const struct command command_list = {
    .name = "list",
    .arguments = "WHAT [TABLE]",
    .summary = "formats, checks, observables, rules, provisions, units, reports, schemes, ixit",
    .example = "proviso list observables",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 2,
    .run = run,
};
