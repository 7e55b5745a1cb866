#include "judge/gap.h"

#include "judge/fold.h"
#include "model/query.h"

#define EDITION EDITION_AT_HAND

/*
 * Units of the edition with their provision and whether that counts as mandatory. Settled: their
 * case passes in another way, whatever becomes of them.
 */
#define UNITS                                                                                \
    "units AS (SELECT u.id, u.place, u.verb, u.purpose, c.provision, p.base,"                \
    " (SELECT r.fix FROM unit_rule AS m JOIN rule AS r ON r.unit = m.rule"                   \
    "   WHERE m.unit = u.id ORDER BY m.place LIMIT 1) AS fix,"                               \
    " (SELECT r.ask FROM unit_rule AS m JOIN rule AS r ON r.unit = m.rule"                   \
    "   WHERE m.unit = u.id ORDER BY m.place LIMIT 1) AS ask, k.outcome = 'pass' AS settled" \
    " FROM unit AS u JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"    \
    " JOIN provision AS p ON p.id = c.provision AND p.edition = c.edition"                   \
    " JOIN case_verdict AS k ON k.test_case = c.id WHERE u.edition = " EDITION ")"

static const char begin[] =
    "CREATE TEMP TABLE found(kind TEXT, urgency INTEGER, sort INTEGER, provision TEXT,"
    " unit TEXT, subject TEXT, what TEXT, advice TEXT, observation INTEGER, file TEXT,"
    " line INTEGER);";

static const char failures[] =
    "WITH " UNITS " INSERT INTO found SELECT 'failure', CASE u.base WHEN 'M' THEN 1 ELSE 4 END,"
    " u.place, u.provision, u.id, u.id,"
    " COALESCE(e.because, 'an assessor says: ' || v.because) || CASE WHEN v.counter_examples > "
    "1"
    "   THEN ' (and ' || (v.counter_examples - 1) || ' more)' ELSE '' END"
    " || CASE WHEN v.disputed THEN ' [disputed: ' || v.because || ']' ELSE '' END,"
    " u.fix, e.observation, NULL, NULL FROM verdict AS v JOIN units AS u ON u.id = v.unit"
    " LEFT JOIN counter_example AS e ON e.unit = v.unit AND e.place ="
    "   (SELECT place FROM counter_example WHERE unit = v.unit ORDER BY severity DESC, place"
    "    LIMIT 1) WHERE v.outcome = 'fail' AND NOT u.settled";

static const char by_ics[] =
    "INSERT INTO found SELECT 'ics', 1, p.place, p.id, NULL, p.id, a.because,"
    " 'meet the provision and declare it with Y; or mend the row of the ICS',"
    " i.observation, NULL, NULL FROM applicability AS a JOIN provision AS p ON p.id = "
    "a.provision"
    " AND p.edition = " EDITION " LEFT JOIN ics AS i ON i.provision = p.id"
    " WHERE a.state = 'fail'";

/* Its units are concluded, and the ICS alone keeps the provision open. */
static const char waits_for_ics[] =
    "INSERT INTO found SELECT 'ics', 3, p.place, p.id, NULL, p.id, a.because, CASE a.state"
    "   WHEN 'unfilled' THEN 'fill in its row of ics.yaml with a reason, or confirm it'"
    "   ELSE 'mend its row of ics.yaml; or agree: proviso answer, with not-applicable' END,"
    " i.observation, NULL, NULL FROM applicability AS a JOIN provision_verdict AS w"
    " ON w.provision = a.provision AND w.outcome = 'open' JOIN provision AS p ON p.id ="
    " a.provision AND p.edition = " EDITION " LEFT JOIN ics AS i ON i.provision = p.id"
    " WHERE a.state IN ('unfilled', 'unclear') AND NOT EXISTS (SELECT 1 FROM test_case AS c"
    "  JOIN case_verdict AS k ON k.test_case = c.id AND k.outcome = 'open'"
    "  WHERE c.provision = p.id AND c.edition = p.edition)";

/* A case that an assessor fails, and none of its units. */
static const char failed_cases[] =
    "INSERT INTO found SELECT 'failure', CASE p.base WHEN 'M' THEN 1 ELSE 4 END, c.place, p.id,"
    " NULL, c.id, 'an assessor says of ' || c.id || ': ' || v.because, NULL, n.observation, "
    "NULL,"
    " NULL FROM case_verdict AS v JOIN test_case AS c ON c.id = v.test_case AND c.edition = "
    "" EDITION " JOIN provision AS p ON p.id = c.provision AND p.edition = c.edition"
    " LEFT JOIN answer AS n ON n.unit = c.id"
    " WHERE v.outcome = 'fail' AND v.because IS NOT NULL";

/* Answers to units, and to the cases and provisions that can be answered themselves. */
static const char stale[] =
    "INSERT INTO found SELECT 'stale', 2, COALESCE(u.place, c.place, p.place),"
    " COALESCE(d.provision, c.provision, p.id), u.id, n.unit,"
    " 'the answer ' || CASE WHEN u.id IS NULL THEN 'to ' || n.unit || ' ' ELSE '' END ||"
    " 'counts no longer: ' || n.stale, 'look again, and answer again', n.observation, NULL, "
    "NULL"
    " FROM answer AS n LEFT JOIN unit AS u ON u.id = n.unit AND u.edition = " EDITION
    " LEFT JOIN test_case AS d ON d.id = u.test_case AND d.edition = u.edition"
    " LEFT JOIN test_case AS c ON c.id = n.unit AND c.edition = " EDITION
    " LEFT JOIN provision AS p ON p.id = n.unit AND p.edition = " EDITION
    " WHERE n.stale IS NOT NULL";

static const char mistakes[] =
    "INSERT INTO found SELECT 'mistake', 2, place, provision, NULL, COALESCE(provision, file),"
    " what || ': ' || why, advice, NULL, file, line FROM mistake WHERE severity = 'error'";

/* What covers are missing, and how many open units wait for each. */
static const char not_covered[] =
    "INSERT INTO found SELECT CASE WHEN r.name LIKE 'declared.%' THEN 'declaration'"
    "   ELSE 'observation' END, 3, MIN(u.place), MIN(c.provision), NULL,"
    " replace(r.name, 'declared.', ''),"
    " CASE WHEN r.name = 'declared.ICS' THEN 'the ICS is not complete'"
    "   WHEN r.name LIKE 'declared.%' THEN substr(r.name, 10) || ' (' || (SELECT title FROM"
    "     ixit_table WHERE name = substr(r.name, 10)) || ') is not declared completely'"
    "   WHEN r.name LIKE 'inspect.%' OR r.name = 'unpack.complete' THEN 'not all of the "
    "firmware"
    " was read by ' || r.name"
    "   WHEN r.name LIKE 'probe.%' THEN 'the live device was not asked: ' || r.name"
    "   WHEN r.name LIKE 'capture.%' THEN 'no traffic was looked at'"
    "   WHEN r.name = 'evidence.captures' THEN 'the published pages were not captured, or not"
    " all captures could be read'"
    "   ELSE 'needs a person at the device' END"
    " || '; ' || count(DISTINCT u.id) || CASE count(DISTINCT u.id)"
    "   WHEN 1 THEN ' open unit waits' ELSE ' open units wait' END || ' for it',"
    " CASE WHEN r.name = 'declared.ICS' THEN 'fill in ics.yaml; proviso check says what lacks'"
    "   WHEN r.name LIKE 'declared.%' THEN 'fill in ixit/' || substr(r.name, 10) ||"
    "     '.yaml and confirm what is drafted; proviso draft begins it from the firmware'"
    "   WHEN r.name LIKE 'inspect.%' OR r.name = 'unpack.complete'"
    "     THEN 'see what was not read in the report, or assess the firmware'"
    "   WHEN r.name = 'evidence.captures'"
    "     THEN 'in evidence/: wget --warc-file=NAME ADDRESS; or open the page and record it'"
    "   ELSE 'do it by hand, and record it: proviso answer' END, NULL, NULL, NULL"
    " FROM verdict AS v JOIN unit AS u ON u.id = v.unit AND u.edition = " EDITION
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
    " JOIN unit_rule AS m ON m.unit = u.id JOIN rule_covered AS r ON r.unit = m.rule"
    " LEFT JOIN coverage AS k ON k.name = r.name"
    " WHERE v.outcome = 'open' AND COALESCE(k.complete, 0) = 0 AND r.name <> 'person'"
    " GROUP BY r.name";

/* Drafts that no open unit waits for keep the whole from passing. */
static const char unconfirmed[] =
    "INSERT INTO found SELECT 'declaration', 3, MAX(id), NULL, NULL, ixit_table,"
    " count(*) || CASE count(*) WHEN 1 THEN ' entry of ' ELSE ' entries of ' END || ixit_table "
    "||"
    " CASE count(*) WHEN 1 THEN ' is a draft' ELSE ' are drafts' END ||"
    " ' that nobody has confirmed', 'read each, mend it, and remove its key drafted:', MAX(id),"
    " NULL, NULL FROM declaration AS d WHERE drafted = 1 AND NOT EXISTS (SELECT 1 FROM found "
    "AS f"
    "  WHERE f.kind = 'declaration' AND f.subject = d.ixit_table) GROUP BY ixit_table";

static const char not_understood[] =
    "WITH " UNITS ", first AS (SELECT unit, MIN(place) AS place, count(*) AS many FROM unclear"
    " GROUP BY unit)"
    " INSERT INTO found SELECT 'unclear', CASE u.base WHEN 'M' THEN 3 ELSE 5 END,"
    " u.place, u.provision, u.id, u.id, e.because || CASE WHEN f.many > 1 THEN ' (and ' ||"
    " (f.many - 1) || ' more)' ELSE '' END,"
    " 'read it: proviso explain; and conclude it: proviso answer', e.observation, NULL, NULL"
    " FROM first AS f JOIN unclear AS e ON e.unit = f.unit AND e.place = f.place"
    " JOIN verdict AS v ON v.unit = e.unit AND v.outcome = 'open'"
    " JOIN units AS u ON u.id = e.unit AND NOT u.settled";

static const char questions[] =
    "WITH " UNITS
    " INSERT INTO found SELECT 'question', CASE u.base WHEN 'M' THEN 3 ELSE 5 END,"
    " u.place, u.provision, u.id, u.id, CASE v.outcome WHEN 'open' THEN COALESCE(u.ask, "
    "u.purpose)"
    "   ELSE 'an assessor could not conclude it: ' || v.because END,"
    " 'proviso explain shows the facts; proviso answer records the conclusion', NULL, NULL, "
    "NULL"
    " FROM verdict AS v JOIN units AS u ON u.id = v.unit AND NOT u.settled"
    " WHERE v.outcome = 'inconclusive' OR (v.outcome = 'open' AND u.verb <> 'action'"
    "  AND NOT EXISTS (SELECT 1 FROM unclear AS e WHERE e.unit = u.id))";

static const char no_evidence[] =
    "WITH " UNITS " INSERT INTO found SELECT 'evidence', 5, u.place, u.provision, u.id, u.id,"
    " 'concluded on the device without a file that shows it',"
    " 'answer again with --evidence FILE: a capture, a photo, a log', n.observation, NULL, NULL"
    " FROM answer AS n JOIN units AS u ON u.id = n.unit AND u.verb LIKE 'functionally%'"
    " JOIN verdict AS v ON v.unit = n.unit AND v.outcome = n.outcome"
    " WHERE n.stale IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM answer_evidence AS e WHERE e.unit = n.unit)";

/* Where a proof lies: in the dossier, or in the image. */
static const char places[] =
    "UPDATE found SET (file, line) = (SELECT path, line FROM declaration AS d"
    " WHERE d.id = found.observation) WHERE observation < 0;";

static const char finish[] =
    "INSERT INTO gap SELECT row_number() OVER (ORDER BY f.urgency, f.kind, f.sort, f.unit,"
    " f.what), f.kind, f.urgency, f.provision, f.unit, f.what, f.advice, f.file, f.line,"
    " a.owner, a.due, a.state FROM found AS f LEFT JOIN action AS a"
    " ON a.place = (SELECT MAX(b.place) FROM action AS b WHERE b.subject = f.subject"
    "   OR (f.kind NOT IN ('declaration', 'observation') AND b.subject IN (f.unit,"
    "   f.provision)));"
    "DROP TABLE found;";

/* The place of a proof in the image: each observable keeps its own. */
static struct error *place_proofs(sqlite3 *db)
{
    struct query names;
    bool found = false;

    TRY(query_open(db,
                   "SELECT DISTINCT o.observable FROM found AS f JOIN observation AS o"
                   " ON o.id = f.observation WHERE f.observation > 0 ORDER BY 1",
                   &names));
    struct error *error = query_next(&names, &found);
    while (error == NULL && found) {
        const char *name = (const char *)query_text(&names, 0).data;
        char *sql = sqlite3_mprintf(
            "UPDATE found SET (file, line) = (SELECT path, line FROM \"%w\" AS x"
            " WHERE x.id = found.observation) WHERE EXISTS (SELECT 1 FROM observation AS o"
            " WHERE o.id = found.observation AND o.observable = %Q)",
            name, name);
        error = query_run(db, sql);
        sqlite3_free(sql);
        if (error == NULL)
            error = query_next(&names, &found);
    }
    query_close(&names);
    return error;
}

struct error *gap_fill(sqlite3 *db)
{
    static const char *const steps[] = {
        begin,       failures,    failed_cases,   by_ics,    waits_for_ics, stale, mistakes,
        not_covered, unconfirmed, not_understood, questions, no_evidence,   places};

    for (size_t i = 0; i < COUNT_OF(steps); i++)
        TRY(query_run(db, steps[i]));
    TRY(place_proofs(db));
    return query_run(db, finish);
}
