#include "judge/compare.h"

#include "base/text.h"
#include "judge/fold.h"
#include "model/query.h"

#define EDITION EDITION_AT_HAND

static const char schema[] =
    "CREATE TEMP TABLE changed_observation(observable TEXT, sign TEXT, what TEXT, path TEXT);"
    "CREATE TEMP TABLE changed_declaration(ixit_table TEXT, entry TEXT, field TEXT,"
    " before TEXT, after TEXT);"
    "CREATE TEMP TABLE changed_unit(place INTEGER, unit TEXT PRIMARY KEY, provision TEXT,"
    " before TEXT, after TEXT);"
    "CREATE TEMP TABLE changed_because(unit TEXT, kind TEXT, sign TEXT, what TEXT);"
    "CREATE TEMP TABLE concerned(unit TEXT, observable TEXT, PRIMARY KEY(unit, observable));"
    "CREATE TEMP TABLE retest(place INTEGER, unit TEXT, provision TEXT, class TEXT, why TEXT);";

/* The columns of an observable that say what it is, without where it stands. */
static struct error *add_columns(sqlite3 *db, struct bytes observable, struct text *plain,
                                 struct text *shown)
{
    struct query columns;
    bool found = false;

    TRY(query_open(db,
                   "SELECT n.name FROM main.observable_column AS n JOIN old.observable_column"
                   " AS o ON o.observable = n.observable AND o.name = n.name"
                   " WHERE n.observable = ? ORDER BY n.place",
                   &columns));
    query_bind_text(&columns, 1, observable);
    struct error *error = query_next(&columns, &found);
    for (bool first = true; error == NULL && found; first = false) {
        struct bytes name = query_text(&columns, 0);
        text_addf(plain, ", \"%.*s\"", (int)name.size, (const char *)name.data);
        text_addf(shown, "%sCASE WHEN \"%.*s\" IS NULL THEN '' ELSE ' %.*s=' || \"%.*s\" END",
                  first ? "" : " || ", (int)name.size, (const char *)name.data, (int)name.size,
                  (const char *)name.data, (int)name.size, (const char *)name.data);
        error = query_next(&columns, &found);
    }
    query_close(&columns);
    return error;
}

/* What ONE has and OTHER has not. */
static struct error *compare_side(sqlite3 *db, struct bytes observable, const char *one,
                                  const char *other, const char *sign, const struct text *plain,
                                  const struct text *shown)
{
    owned(text) sql = text_new();

    text_addf(sql,
              "INSERT INTO changed_observation SELECT '%.*s', '%s', trim(%s), path FROM"
              " (SELECT path%s FROM %s.\"%.*s\" EXCEPT SELECT path%s FROM %s.\"%.*s\")"
              " ORDER BY 3, 4",
              (int)observable.size, (const char *)observable.data, sign, text_string(shown),
              text_string(plain), one, (int)observable.size, (const char *)observable.data,
              text_string(plain), other, (int)observable.size, (const char *)observable.data);
    return query_run(db, text_string(sql));
}

static struct error *compare_observable(sqlite3 *db, struct bytes observable)
{
    owned(text) plain = text_new();
    owned(text) shown = text_new();

    TRY(add_columns(db, observable, plain, shown));
    if (shown->size == 0)
        return NULL;
    TRY(compare_side(db, observable, "main", "old", "+", plain, shown));
    return compare_side(db, observable, "old", "main", "-", plain, shown);
}

static struct error *compare_observables(sqlite3 *db)
{
    struct query observables;
    bool found = false;

    TRY(query_open(db,
                   "SELECT name FROM main.observable WHERE name IN (SELECT name FROM"
                   " old.observable) ORDER BY name",
                   &observables));
    struct error *error = query_next(&observables, &found);
    while (error == NULL && found) {
        error = compare_observable(db, query_text(&observables, 0));
        if (error == NULL)
            error = query_next(&observables, &found);
    }
    query_close(&observables);
    return error;
}

static const char declarations[] =
    "INSERT INTO changed_declaration SELECT n.ixit_table, n.entry, n.field, o.value, n.value"
    " FROM main.declared_field AS n LEFT JOIN old.declared_field AS o"
    " ON o.ixit_table = n.ixit_table AND o.entry = n.entry AND o.field = n.field"
    " WHERE o.value IS NOT n.value;"
    "INSERT INTO changed_declaration SELECT o.ixit_table, o.entry, o.field, o.value, NULL"
    " FROM old.declared_field AS o WHERE NOT EXISTS (SELECT 1 FROM main.declared_field AS n"
    "  WHERE o.ixit_table = n.ixit_table AND o.entry = n.entry AND o.field = n.field);"
    "INSERT INTO changed_declaration SELECT 'ICS', COALESCE(n.provision, o.provision),"
    " 'Support', o.support || ' ' || o.detail, n.support || ' ' || n.detail"
    " FROM main.ics AS n JOIN provision AS p ON p.id = n.provision AND p.edition = " EDITION
    " LEFT JOIN old.ics AS o ON o.provision = n.provision"
    " WHERE o.support IS NOT n.support OR o.detail IS NOT n.detail;";

static const char units[] =
    "INSERT INTO changed_unit SELECT u.place, u.id, c.provision, o.outcome, n.outcome"
    " FROM main.verdict AS n JOIN old.verdict AS o ON o.unit = n.unit"
    " JOIN unit AS u ON u.id = n.unit AND u.edition = " EDITION
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
    " WHERE o.outcome <> n.outcome ORDER BY u.place;"
    "INSERT INTO changed_because SELECT n.unit, 'counter-example', '+', n.because"
    " FROM main.counter_example AS n JOIN changed_unit USING (unit) WHERE NOT EXISTS"
    " (SELECT 1 FROM old.counter_example AS o WHERE o.unit = n.unit AND o.because = n.because)"
    " GROUP BY n.unit, n.because ORDER BY n.unit, n.place;"
    "INSERT INTO changed_because SELECT o.unit, 'counter-example', '-', o.because"
    " FROM old.counter_example AS o JOIN changed_unit USING (unit) WHERE NOT EXISTS"
    " (SELECT 1 FROM main.counter_example AS n WHERE o.unit = n.unit"
    "  AND o.because = n.because) GROUP BY o.unit, o.because ORDER BY o.unit, o.place;"
    "INSERT INTO changed_because SELECT unit, 'answer', CASE WHEN o.unit IS NULL THEN '+'"
    "  ELSE '~' END, n.outcome || ': ' || n.because || COALESCE(' (stale: ' || n.stale || ')',"
    "  '') FROM changed_unit JOIN main.answer AS n USING (unit) LEFT JOIN old.answer AS o"
    " USING (unit) WHERE o.outcome IS NOT n.outcome OR o.because IS NOT n.because"
    " OR o.stale IS NOT n.stale;"
    "INSERT INTO changed_because SELECT unit, 'answer', '-', o.outcome || ': ' || o.because"
    " FROM changed_unit JOIN old.answer AS o USING (unit)"
    " WHERE unit NOT IN (SELECT unit FROM main.answer);"
    "INSERT INTO changed_because SELECT DISTINCT u.unit, 'declaration', '~', d.ixit_table || ' "
    "'"
    "  || d.entry || ', ' || d.field FROM changed_unit AS u JOIN unit_ixit AS x"
    " ON x.unit = u.unit AND x.edition = " EDITION " JOIN changed_declaration AS d"
    " ON d.ixit_table = x.ixit_table AND (x.field IN ('*', d.field) OR (x.ixit_table = 'ICS'"
    "  AND d.entry = u.provision));"
    "INSERT INTO changed_because SELECT u.unit, 'applicability', '~', COALESCE(a.because,"
    " a.state) FROM changed_unit AS u JOIN main.applicability AS a ON a.provision = u.provision"
    " JOIN old.applicability AS o ON o.provision = u.provision WHERE o.state <> a.state;"
    "INSERT INTO changed_because SELECT DISTINCT u.unit, 'coverage', CASE WHEN"
    "  COALESCE(n.complete, 0) THEN '+' ELSE '-' END, r.name FROM changed_unit AS u"
    " JOIN unit_rule AS m ON m.unit = u.unit JOIN rule_covered AS r ON r.unit = m.rule"
    " LEFT JOIN main.coverage AS n ON n.name = r.name LEFT JOIN old.coverage AS o"
    " ON o.name = r.name WHERE COALESCE(n.complete, 0) <> COALESCE(o.complete, 0);";

/* Which observables a unit looks at: those of the checks that its rules want looked at. */
static const char concerned[] =
    "INSERT OR IGNORE INTO concerned SELECT m.unit, o.name FROM unit_rule AS m"
    " JOIN rule_covered AS r ON r.unit = m.rule JOIN main.observable AS o"
    " ON r.name = 'inspect.' || o.checked_by;";

static const char retests[] =
    "INSERT INTO retest"
    " WITH seen AS (SELECT DISTINCT observable FROM changed_observation),"
    " now AS (SELECT u.place, u.id, c.provision, u.decidable, n.outcome, n.automatic,"
    "  n.stale, w.outcome AS said, x.outcome AS before, a.at IS NOT w.at AS anew,"
    "  a.outcome AS says,"
    "  (SELECT group_concat(observable, ', ') FROM (SELECT k.observable FROM concerned AS k"
    "   JOIN seen AS s ON s.observable = k.observable WHERE k.unit = u.id"
    "   ORDER BY k.observable)) AS moved"
    "  FROM unit AS u JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
    "  JOIN main.verdict AS n ON n.unit = u.id LEFT JOIN old.answer AS w ON w.unit = u.id"
    "  LEFT JOIN main.answer AS a ON a.unit = u.id"
    "  LEFT JOIN old.verdict AS x ON x.unit = u.id WHERE u.edition = " EDITION
    "  AND n.outcome NOT IN ('not-applicable', 'not-run'))"
    " SELECT place, id, provision, CASE"
    "   WHEN automatic THEN 'program'"
    "   WHEN anew AND says IS NOT NULL AND stale IS NULL THEN 'answered'"
    "   WHEN said IS NULL AND outcome = 'open' THEN 'open'"
    "   WHEN said IS NULL THEN 'program'"
    "   WHEN stale IS NULL THEN 'keep'"
    "   WHEN stale NOT LIKE 'the firmware has changed%' OR moved IS NOT NULL"
    "     OR decidable NOT LIKE '%firmware%' THEN 'retest' ELSE 'confirm' END,"
    " CASE WHEN automatic THEN CASE WHEN before IS outcome THEN 'decided by the program'"
    "     ELSE 'decided by the program: ' || COALESCE(before, 'new') || ' before, ' || outcome"
    "     || ' now' END"
    "   WHEN anew AND says IS NOT NULL AND stale IS NULL THEN 'concluded since: ' || says"
    "   WHEN said IS NULL AND outcome = 'open' THEN 'nobody has concluded it yet'"
    "   WHEN said IS NULL THEN outcome"
    "   WHEN stale IS NULL THEN 'nothing it rests on has changed'"
    "   WHEN stale NOT LIKE 'the firmware has changed%' THEN stale"
    "   WHEN moved IS NOT NULL THEN 'the firmware shows other rows of: ' || moved"
    "   WHEN decidable NOT LIKE '%firmware%' THEN 'the firmware has changed, and the image does"
    " not show what it is about'"
    "   ELSE 'the firmware has changed, but nothing that is seen of this' END"
    " FROM now ORDER BY place;"
    /* Answers to cases and provisions: a person's as well, and bound as those to units. */
    "INSERT INTO retest SELECT COALESCE(c.place, p.place), w.unit, COALESCE(c.provision, p.id),"
    " CASE WHEN a.unit IS NULL THEN 'open' WHEN a.stale IS NOT NULL THEN 'retest'"
    "   WHEN a.at IS NOT w.at THEN 'answered' ELSE 'keep' END,"
    " CASE WHEN a.unit IS NULL THEN 'nobody has concluded it yet'"
    "   WHEN a.stale IS NOT NULL THEN a.stale"
    "   WHEN a.at IS NOT w.at THEN 'concluded since: ' || a.outcome"
    "   ELSE 'nothing it rests on has changed' END"
    " FROM old.answer AS w LEFT JOIN main.answer AS a ON a.unit = w.unit"
    " LEFT JOIN test_case AS c ON c.id = w.unit AND c.edition = " EDITION
    " LEFT JOIN provision AS p ON p.id = w.unit AND p.edition = " EDITION
    " WHERE c.id IS NOT NULL OR p.id IS NOT NULL ORDER BY 1;";

struct error *compare_run(sqlite3 *db)
{
    TRY(query_run(db, schema));
    TRY(compare_observables(db));
    TRY(query_run(db, declarations));
    TRY(query_run(db, units));
    TRY(query_run(db, concerned));
    return query_run(db, retests);
}
