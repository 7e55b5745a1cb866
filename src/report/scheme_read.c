#include <string.h>

#include "model/query.h"
#include "report/scheme.h"

struct reading {
    sqlite3 *db;
    struct arena *arena;
    struct scheme_view *view;
    const struct scheme_options *options;
};

static const char *at(const struct reading *reading, const struct query *row, int column)
{
    return query_is_null(row, column) ? NULL
                                      : arena_string(reading->arena, query_text(row, column));
}

/* The same, for what every store of ours has: "" where one that was tampered with has none. */
static const char *must(const struct reading *reading, const struct query *row, int column)
{
    return arena_string(reading->arena, query_text(row, column));
}

static const char *one(const struct reading *reading, const char *sql, const char *key)
{
    return query_value(reading->db, sql, key, reading->arena);
}

static size_t rows_of(const struct reading *reading, const char *sql, const char *id)
{
    const char *count = one(reading, sql, id);
    uint64_t number = 0;

    return bytes_to_u64(bytes_of(count), &number) ? (size_t)number : 0;
}

/* --- the scheme itself --------------------------------------------------------------------- */

static struct error *unknown(const struct reading *reading, const char *id)
{
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "no scheme is called %s in this assessment", id),
                   "cannot show that scheme"),
        rows_of(reading, "SELECT count(*) FROM scheme WHERE ?1 <> ''", id) == 0
            ? "an older Proviso wrote the assessment: make it again"
            : "proviso list schemes shows them all");
}

static struct error *read_scheme(struct reading *reading, const char *id)
{
    struct scheme_view *view = reading->view;
    const char **columns[] = {&view->id,           &view->parent,        &view->level,
                              &view->name,         &view->jurisdiction,  &view->kind,
                              &view->mandatory,    &view->status,        &view->confidence,
                              &view->since,        &view->standard,      &view->version,
                              &view->version_date, &view->standard_note, &view->view,
                              &view->closed,       &view->adds,          &view->as_of};
    const char **musts[] = {&view->name,   &view->jurisdiction, &view->kind,
                            &view->status, &view->confidence,   &view->as_of};
    struct query row;
    bool found = false;

    if (rows_of(reading, "SELECT count(*) FROM sqlite_master WHERE name = ?1", "scheme") == 0)
        return unknown(reading, id);
    TRY(query_open(reading->db,
                   "SELECT id, parent, level, name, jurisdiction, kind, mandatory, status,"
                   " confidence, since, standard, version, version_date, standard_note,"
                   " \"view\", closed, adds, as_of, whole FROM scheme WHERE id = ?",
                   &row));
    query_bind_string(&row, 1, id);
    struct error *error = query_next(&row, &found);
    for (size_t i = 0; error == NULL && found && i < COUNT_OF(columns); i++)
        *columns[i] = at(reading, &row, (int)i);
    for (size_t i = 0; i < COUNT_OF(musts); i++)
        if (*musts[i] == NULL)
            *musts[i] = "";
    view->whole = error == NULL && found && query_integer(&row, 18) == 1;
    query_close(&row);
    TRY(error);
    if (!found)
        return unknown(reading, id);
    const char *levels =
        one(reading, "SELECT group_concat(id, ', ') FROM scheme WHERE parent = ?1", id);
    if (levels != NULL)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "%s has levels", id), "cannot show that scheme"),
            "name one of %s", levels);
    return NULL;
}

static struct error *read_facts(struct reading *reading)
{
    struct scheme_view *view = reading->view;
    struct query row;
    bool found = false;
    const char *owner = view->parent == NULL ? view->id : view->parent;
    size_t count =
        rows_of(reading, "SELECT count(*) FROM scheme_fact WHERE scheme = ?1", owner);

    view->facts = arena_array(reading->arena, count, sizeof *view->facts);
    TRY(query_open(reading->db,
                   "SELECT topic, text, confidence FROM scheme_fact WHERE scheme = ?"
                   " ORDER BY place",
                   &row));
    query_bind_string(&row, 1, owner);
    struct error *error = query_next(&row, &found);
    while (error == NULL && found) {
        view->facts[view->fact_count++] = (struct scheme_fact){
            must(reading, &row, 0), must(reading, &row, 1), at(reading, &row, 2)};
        error = query_next(&row, &found);
    }
    query_close(&row);
    return error;
}

static void read_assessment(struct reading *reading)
{
    static const char meta[] = "SELECT value FROM meta WHERE key = ?1";
    struct scheme_view *view = reading->view;
    const char *dossier = one(reading, meta, "dossier");

    view->edition = one(reading, meta, "edition");
    if (view->edition == NULL)
        view->edition = "3.1.3";
    view->input = one(reading, meta, "input");
    view->sha256 = one(reading, meta, "sha256");
    view->date = one(reading, meta, "date");
    view->program = one(reading, meta, "program");
    view->dossier = dossier != NULL && strcmp(dossier, "1") == 0;
    view->product = scheme_dut(reading->db, reading->arena, "name");
    view->overall = one(reading, "SELECT outcome FROM overall WHERE ?1 = ''", "");
    view->overall_because = one(reading, "SELECT because FROM overall WHERE ?1 = ''", "");
    view->applies = reading->options->applies;
}

/* --- points -------------------------------------------------------------------------------- */

static const char points_sql[] =
    "SELECT r.id, r.id, r.law, r.text, r.basis, r.confidence, NULL, NULL, NULL, NULL,"
    " r.applies, r.place AS place, 0 AS within FROM scheme_requirement AS r"
    " WHERE r.scheme = ?1 AND r.via IS NULL"
    " UNION ALL SELECT r.id, t.id, r.law, t.title, r.basis, r.confidence, r.text, t.clause,"
    " t.restriction, t.gap, r.applies, r.place, t.place FROM scheme_requirement AS r"
    " JOIN mapping_target AS t ON t.catalogue = r.via WHERE r.scheme = ?1"
    " ORDER BY place, within";

static bool concerns(const struct reading *reading, struct bytes applies)
{
    const char *points = reading->options->red_points;

    return applies.size == 0 || points == NULL || bytes_lists(bytes_of(points), applies);
}

static struct error *read_points(struct reading *reading)
{
    struct scheme_view *view = reading->view;
    struct query row;
    bool found = false;
    size_t capacity = 0;

    TRY(query_open(reading->db, points_sql, &row));
    query_bind_string(&row, 1, view->id);
    struct error *error = query_next(&row, &found);
    while (error == NULL && found) {
        if (concerns(reading, query_text(&row, 10))) {
            view->points = arena_grow(reading->arena, view->points, &capacity,
                                      view->point_count + 1, sizeof *view->points);
            view->points[view->point_count++] = (struct scheme_point){
                .requirement = must(reading, &row, 0),
                .id = must(reading, &row, 1),
                .law = at(reading, &row, 2),
                .text = must(reading, &row, 3),
                .basis = must(reading, &row, 4),
                .confidence = at(reading, &row, 5),
                .group = at(reading, &row, 6),
                .clause = at(reading, &row, 7),
                .restriction = at(reading, &row, 8),
                .gap = at(reading, &row, 9),
                .restricted =
                    bytes_lists(bytes_of(reading->options->notices), query_text(&row, 8)),
            };
        }
        error = query_next(&row, &found);
    }
    query_close(&row);
    return error;
}

/* --- the provisions of each point ---------------------------------------------------------- */

/* clang-format off */
#define OF_UNIT                                                                               \
    " FROM unit AS u JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"

static const char needs_sql[] =
    "WITH taken(requirement, point, place, edition, provision, how, confidence) AS ("
    " SELECT requirement, requirement, place * 1000, edition, provision, how, NULL"
    "  FROM scheme_provision WHERE scheme = ?1 AND how IN ('all', 'if_relevant')"
    " UNION ALL SELECT s.requirement, s.requirement, s.place * 1000 + p.place, p.edition, p.id,"
    "  'all', NULL FROM scheme_provision AS s JOIN provision AS p ON p.family = s.provision"
    "  AND p.edition = ?2 WHERE s.scheme = ?1 AND s.how = 'family'"
    " UNION ALL SELECT s.requirement, s.requirement, p.place, p.edition, p.id, 'all', NULL"
    "  FROM scheme_provision AS s JOIN provision AS p ON p.base = 'M'"
    "  AND p.edition = COALESCE(s.edition, ?2) WHERE s.scheme = ?1 AND s.how = 'mandatory'"
    " UNION ALL SELECT r.id, m.target, p.place, '3.1.3', m.provision, 'mapped', n.confidence"
    "  FROM scheme_requirement AS r JOIN mapping AS m ON m.catalogue = r.via"
    "  LEFT JOIN mapping_note AS n ON n.provision = m.provision"
    "  LEFT JOIN provision AS p ON p.edition = '3.1.3' AND p.id = m.provision"
    "  WHERE r.scheme = ?1),"
    /* Once for all provisions: a mapping takes most of them many times. */
    " cases(id, list) AS MATERIALIZED (SELECT provision, group_concat(one, ', ') FROM (SELECT"
    "  c.provision AS provision, c.id || ' ' || COALESCE(w.outcome, 'open') AS one FROM"
    "  test_case AS c LEFT JOIN case_verdict AS w ON w.test_case = c.id WHERE c.edition = ?2"
    "  ORDER BY c.provision, c.place) GROUP BY provision),"
    " units(id, list) AS MATERIALIZED (SELECT provision, group_concat(one, ', ') FROM (SELECT"
    "  c.provision AS provision, u.id || ' ' || COALESCE(w.outcome, 'open') AS one" OF_UNIT
    "  LEFT JOIN verdict AS w ON w.unit = u.id WHERE u.edition = ?2 AND"
    "  COALESCE(w.outcome, 'open') NOT IN ('pass', 'not-applicable')"
    "  ORDER BY c.provision, u.place) GROUP BY provision),"
    " evidence(id, list) AS MATERIALIZED (SELECT provision, group_concat(one, ', ') FROM (SELECT"
    "  DISTINCT c.provision AS provision, e.file AS one" OF_UNIT
    "  JOIN answer_evidence AS e ON e.unit = u.id WHERE u.edition = ?2"
    "  ORDER BY c.provision, e.file) GROUP BY provision)"
    " SELECT t.requirement, t.point, MIN(t.provision), p.id, COALESCE(p.requirement,"
    "  o.requirement), COALESCE(p.base, o.base), v.outcome, CASE WHEN v.outcome = 'fail' AND"
    "  COALESCE(v.because, '') = '' THEN COALESCE((SELECT x.because" OF_UNIT
    "   JOIN counter_example AS x ON x.unit = u.id WHERE c.provision = p.id AND u.edition = ?2"
    "   ORDER BY x.severity DESC, u.place, x.place LIMIT 1), (SELECT w.because" OF_UNIT
    "   JOIN verdict AS w ON w.unit = u.id WHERE c.provision = p.id AND u.edition = ?2 AND"
    "   w.outcome = 'fail' AND w.because IS NOT NULL ORDER BY u.place LIMIT 1))"
    "  ELSE v.because END, t.how, t.confidence,"
    "  (SELECT note FROM provision_difference WHERE old = t.provision AND new = p.id"
    "   AND t.edition <> ?2),"
    "  t.edition = '2.1.1' AND ?2 = '3.1.3' AND o.base = 'M' AND p.base <> 'M',"
    "  cases.list, units.list, evidence.list FROM taken AS t"
    " LEFT JOIN provision_succession AS s ON"
    "  (t.edition = '2.1.1' AND ?2 = '3.1.3' AND s.old = t.provision)"
    "  OR (t.edition = '3.1.3' AND ?2 = '2.1.1' AND s.new = t.provision)"
    " LEFT JOIN provision AS p ON p.edition = ?2 AND p.id = CASE"
    "  WHEN t.edition IS NULL OR t.edition = ?2 THEN t.provision"
    "  WHEN ?2 = '3.1.3' THEN s.new ELSE s.old END"
    " LEFT JOIN provision AS o ON o.edition = t.edition AND o.id = t.provision"
    " LEFT JOIN provision_verdict AS v ON v.provision = p.id"
    " LEFT JOIN cases ON cases.id = p.id LEFT JOIN units ON units.id = p.id"
    " LEFT JOIN evidence ON evidence.id = p.id"
    " GROUP BY t.requirement, t.point, COALESCE(p.id, t.provision)"
    " ORDER BY MIN(t.place), p.place";
/* clang-format on */

static enum scheme_standing standing_of(const char *outcome)
{
    if (outcome == NULL)
        return SCHEME_OPEN;
    if (strcmp(outcome, "pass") == 0 || strcmp(outcome, "not-applicable") == 0)
        return SCHEME_MET;
    return strcmp(outcome, "fail") == 0 ? SCHEME_FAILS : SCHEME_OPEN;
}

static struct scheme_point *point_of(struct scheme_view *view, struct bytes requirement,
                                     struct bytes id)
{
    for (size_t i = 0; i < view->point_count; i++)
        if (bytes_is(requirement, view->points[i].requirement) &&
            bytes_is(id, view->points[i].id))
            return &view->points[i];
    return NULL;
}

static void add_need(const struct reading *reading, const struct query *row)
{
    struct scheme_point *point =
        point_of(reading->view, query_text(row, 0), query_text(row, 1));

    if (point == NULL) /* of a point that does not apply */
        return;
    struct scheme_need need = {
        .cited = must(reading, row, 2),
        .assessed = at(reading, row, 3),
        .text = at(reading, row, 4),
        .base = at(reading, row, 5),
        .outcome = query_is_null(row, 6) ? "open" : at(reading, row, 6),
        .because = at(reading, row, 7),
        .if_relevant = bytes_is(query_text(row, 8), "if_relevant"),
        .confidence = at(reading, row, 9),
        .difference = at(reading, row, 10),
        .beside = query_integer(row, 11) == 1,
        .cases = at(reading, row, 12),
        .units = at(reading, row, 13),
        .evidence = at(reading, row, 14),
    };
    if (need.assessed == NULL)
        need.because = arena_printf(reading->arena, "it is not in %s, the edition assessed",
                                    scheme_edition(reading->view->edition));
    need.standing = need.assessed == NULL ? SCHEME_OPEN : standing_of(need.outcome);
    point->needs = arena_grow(reading->arena, point->needs, &point->need_capacity,
                              point->need_count + 1, sizeof *point->needs);
    point->needs[point->need_count++] = need;
}

static struct error *read_needs(struct reading *reading)
{
    struct query row;
    bool found = false;

    TRY(query_open(reading->db, needs_sql, &row));
    query_bind_string(&row, 1, reading->view->id);
    query_bind_string(&row, 2, reading->view->edition);
    struct error *error = query_next(&row, &found);
    while (error == NULL && found) {
        add_need(reading, &row);
        error = query_next(&row, &found);
    }
    query_close(&row);
    return error;
}

/* --- what a person confirms ---------------------------------------------------------------- */

/* Confirmed is what the dossier says holds, and why. */
static struct scheme_condition condition_at(const struct reading *reading,
                                            const struct query *row)
{
    struct arena *arena = reading->arena;
    struct scheme_condition condition = {.id = at(reading, row, 0),
                                         .text = at(reading, row, 1)};
    const char *holds =
        scheme_dut(reading->db, arena, arena_printf(arena, "confirmed.%s.holds", condition.id));
    struct bytes said = bytes_of(holds);

    condition.because = scheme_dut(reading->db, arena,
                                   arena_printf(arena, "confirmed.%s.because", condition.id));
    condition.standing = SCHEME_OPEN;
    if (bytes_is_nocase(said, "false") || bytes_is_nocase(said, "no"))
        condition.standing = SCHEME_FAILS;
    else if ((bytes_is_nocase(said, "true") || bytes_is_nocase(said, "yes")) &&
             condition.because != NULL)
        condition.standing = SCHEME_MET;
    return condition;
}

/* The conditions of REQUIREMENT; NULL: the evidence of the scheme. */
static struct error *read_conditions(struct reading *reading, const char *requirement,
                                     struct scheme_condition **out, size_t *count)
{
    struct query row;
    bool found = false;
    size_t capacity = 0;

    TRY(query_open(reading->db,
                   "SELECT id, text FROM scheme_condition WHERE scheme = ?1 AND"
                   " COALESCE(requirement, '') = COALESCE(?2, '') ORDER BY place",
                   &row));
    query_bind_string(&row, 1, reading->view->id);
    query_bind_string(&row, 2, requirement);
    struct error *error = query_next(&row, &found);
    while (error == NULL && found) {
        *out = arena_grow(reading->arena, *out, &capacity, *count + 1, sizeof **out);
        (*out)[(*count)++] = condition_at(reading, &row);
        error = query_next(&row, &found);
    }
    query_close(&row);
    return error;
}

/* --- folding ------------------------------------------------------------------------------- */

static enum scheme_standing worse(enum scheme_standing a, enum scheme_standing b)
{
    return a > b ? a : b;
}

static void fold_point(const struct scheme_view *view, struct scheme_point *point)
{
    bool passes = false;

    for (size_t i = 0; i < point->need_count; i++) {
        const struct scheme_need *need = &point->needs[i];
        passes = passes || strcmp(need->outcome, "pass") == 0;
        if (!need->beside)
            point->standing = worse(point->standing, need->standing);
    }
    /* Where nothing applied, nothing speaks for the point of another catalogue. */
    if (view->view != NULL && point->standing == SCHEME_MET && !passes)
        point->standing = SCHEME_NONE;
    for (size_t i = 0; i < point->condition_count; i++)
        point->standing = worse(point->standing, point->conditions[i].standing);
}

/* A point about which nothing was assessed keeps the whole from being met. */
static enum scheme_standing fold_points(const struct scheme_view *view)
{
    enum scheme_standing worst = SCHEME_NONE;
    bool silent = false;

    for (size_t i = 0; i < view->point_count; i++) {
        silent = silent || view->points[i].standing == SCHEME_NONE;
        worst = worse(worst, view->points[i].standing);
    }
    return silent && worst == SCHEME_MET ? SCHEME_OPEN : worst;
}

struct error *scheme_read(sqlite3 *db, const char *id, const struct scheme_options *options,
                          struct arena *arena, struct scheme_view *out)
{
    struct reading reading = {.db = db, .arena = arena, .view = out, .options = options};

    *out = (struct scheme_view){.id = id};
    read_assessment(&reading);
    TRY(read_scheme(&reading, id));
    TRY(read_facts(&reading));
    TRY(read_points(&reading));
    TRY(read_needs(&reading));
    TRY(read_conditions(&reading, NULL, &out->evidence, &out->evidence_count));
    for (size_t i = 0; i < out->point_count; i++) {
        struct scheme_point *point = &out->points[i];
        if (point->group == NULL)
            TRY(read_conditions(&reading, point->requirement, &point->conditions,
                                &point->condition_count));
        fold_point(out, point);
    }
    out->standing = fold_points(out);
    for (size_t i = 0; i < out->evidence_count; i++)
        out->standing = worse(out->standing, out->evidence[i].standing);
    return scheme_read_document(db, arena, out);
}
