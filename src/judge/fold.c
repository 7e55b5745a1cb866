#include "judge/fold.h"

#include "model/query.h"

#define EDITION EDITION_AT_HAND
#define DOSSIER "EXISTS (SELECT 1 FROM meta WHERE key = 'dossier')"

/*
 * What the ICS says of each provision, held against the conditions and features of table B.1:
 *
 *   run               its test group is run
 *   not-applicable    the condition does not hold, and a reason is given
 *   not-run           a recommendation that is not followed
 *   fail              a mandatory provision that is not supported, or wrongly called not applicable
 *   unfilled, unclear it is run, but cannot pass: the row says nothing, or nobody confirmed it, or
 *                     whether the condition holds is not known
 */
static const char applicability[] =
    "DROP TABLE IF EXISTS applicability;"
    "CREATE TABLE applicability(provision TEXT PRIMARY KEY, state TEXT, because TEXT);"
    "INSERT INTO applicability"
    " WITH held AS (SELECT p.id, p.base, p.place, count(c.condition) AS conditions,"
    "   CASE WHEN count(c.condition) = 0 THEN 1 WHEN SUM(s.holds = 0) > 0 THEN 0"
    "     WHEN count(s.holds) < count(c.condition) THEN NULL ELSE 1 END AS holds,"
    "   MIN(CASE WHEN s.holds IS NULL THEN n.kind || ' ' || c.condition END) AS unknown,"
    "   MIN(CASE WHEN s.holds = 0 THEN n.kind || ' ' || c.condition END) AS absent"
    "   FROM provision AS p LEFT JOIN provision_condition AS c"
    "     ON c.edition = p.edition AND c.provision = p.id"
    "   LEFT JOIN condition AS n ON n.edition = p.edition AND n.id = c.condition"
    "   LEFT JOIN condition_state AS s ON s.id = c.condition"
    "   WHERE p.edition = " EDITION " GROUP BY p.id),"
    " said AS (SELECT h.*, COALESCE(i.support, '') AS support, COALESCE(i.drafted, 0) AS "
    "drafted,"
    "   COALESCE(i.detail, '') AS detail, i.reasoned AS given,"
    "   EXISTS (SELECT 1 FROM answer AS n WHERE n.unit = h.id AND n.stale IS NULL"
    "     AND n.outcome = 'not-applicable') AS confirmed FROM held AS h LEFT JOIN ics AS i"
    "   ON i.provision = h.id),"
    /* Whether hollow words are a reason, an assessor says. */
    " row AS (SELECT *, COALESCE(given, confirmed) AS reasoned FROM said)"
    " SELECT id, CASE"
    "   WHEN NOT " DOSSIER " THEN 'run'"
    "   WHEN support NOT IN ('Y', 'N', 'N/A') OR drafted THEN 'unfilled'"
    "   WHEN support = 'Y' THEN 'run'"
    "   WHEN support = 'N/A' AND conditions > 0 AND holds = 0 AND reasoned"
    "     THEN 'not-applicable'"
    "   WHEN base = 'R' THEN 'not-run'"
    "   WHEN support = 'N/A' AND conditions > 0 AND holds IS NULL AND reasoned AND confirmed"
    "     THEN 'not-applicable'"
    "   WHEN support = 'N' OR conditions = 0 OR holds = 1 THEN 'fail'"
    "   WHEN holds = 0 THEN 'unfilled' ELSE 'unclear' END,"
    " CASE"
    "   WHEN NOT " DOSSIER " THEN NULL"
    "   WHEN support NOT IN ('Y', 'N', 'N/A') THEN 'the ICS says nothing of it'"
    "   WHEN drafted THEN 'nobody has confirmed the drafted row of the ICS'"
    "   WHEN support = 'Y' AND holds = 0 THEN 'declared as supported although ' || absent ||"
    "     ' does not hold'"
    "   WHEN support = 'Y' THEN NULL"
    "   WHEN base = 'R' AND support = 'N/A' AND (conditions = 0 OR holds = 1)"
    "     THEN 'declared not applicable although it is: taken as not supported'"
    "   WHEN base = 'R' AND support = 'N/A' AND holds IS NULL THEN 'declared not applicable;"
    " whether ' || unknown || ' holds is not known'"
    "   WHEN support = 'N/A' AND holds = 0 AND given = 0 THEN 'declared not applicable "
    "without"
    " a reason'"
    "   WHEN support = 'N/A' AND holds = 0 AND NOT reasoned THEN 'declared not applicable;"
    " whether \"' || detail || '\" is a reason has to be confirmed by a person'"
    "   WHEN support = 'N/A' AND conditions > 0 AND holds = 0 THEN absent || ' does not hold: '"
    "     || detail"
    "   WHEN support = 'N' AND base = 'R' THEN 'declared not supported' || CASE detail WHEN ''"
    "     THEN ', without a reason' ELSE ': ' || detail END"
    "   WHEN support = 'N' THEN 'mandatory, and declared not supported'"
    "   WHEN conditions = 0 THEN 'declared not applicable, but it has no condition'"
    "   WHEN holds = 1 THEN 'declared not applicable, but its condition holds'"
    "   WHEN given = 0 THEN 'declared not applicable without a reason'"
    "   WHEN confirmed THEN 'an assessor agrees that it does not apply: ' || detail"
    "   ELSE 'declared not applicable; whether ' || unknown || ' holds has to be confirmed by a"
    " person' END FROM row;";

/*
 * What the ICS calls not applicable, and the firmware contradicts the declarations of, is run after
 * all: else a declaration that leaves something out would hide it. A contradiction of the name
 * "not applicable by the ICS" fails the provision.
 */
static const char refute[] =
    "CREATE TEMP TABLE refuted AS SELECT c.provision, e.because,"
    " e.contradiction LIKE 'not applicable by the ICS%' AS by_name, u.place * 1000 + e.place AS"
    " place FROM counter_example AS e JOIN unit AS u ON u.id = e.unit AND u.edition = " EDITION
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
    " WHERE e.contradiction LIKE 'not applicable by the ICS%' OR e.observation > 0;"
    "UPDATE applicability SET state = 'fail', because = (SELECT r.because FROM refuted AS r"
    "   WHERE r.provision = applicability.provision AND r.by_name ORDER BY r.place LIMIT 1)"
    " WHERE state = 'not-applicable'"
    " AND provision IN (SELECT provision FROM refuted WHERE by_name);"
    "UPDATE applicability SET state = 'unclear', because = 'declared not applicable, but: ' ||"
    "   (SELECT r.because FROM refuted AS r WHERE r.provision = applicability.provision"
    "    ORDER BY r.place LIMIT 1)"
    " WHERE state = 'not-applicable' AND provision IN (SELECT provision FROM refuted);"
    "DROP TABLE refuted;";

/* Units of a group that is not run say so, and what their rules found proves nothing then. */
static const char leave_out[] =
    "CREATE TEMP TABLE left_out AS SELECT u.id AS unit, a.state, a.because FROM unit AS u"
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
    " JOIN applicability AS a ON a.provision = c.provision"
    " WHERE u.edition = " EDITION " AND a.state IN ('not-applicable', 'not-run');"
    "UPDATE verdict SET automatic = 0, counter_examples = 0, missing = '', disputed = NULL,"
    " outcome = (SELECT state FROM left_out AS l WHERE l.unit = verdict.unit),"
    " because = (SELECT because FROM left_out AS l WHERE l.unit = verdict.unit)"
    " WHERE unit IN (SELECT unit FROM left_out);"
    "DELETE FROM counter_example WHERE unit IN (SELECT unit FROM left_out);"
    "DELETE FROM unclear WHERE unit IN (SELECT unit FROM left_out);"
    "DROP TABLE left_out;";

/*
 * A unit that only prepares others has no result of its own: done when they are concluded, unless
 * somebody could not do it, and that has to be looked at again.
 */
static const char settle_actions[] =
    "UPDATE verdict SET outcome = 'pass', automatic = 0,"
    " because = 'it prepares the other units of its case, and they are concluded'"
    " WHERE outcome = 'open' AND NOT (stale IS NOT NULL AND answer <> 'pass')"
    " AND EXISTS (SELECT 1 FROM unit AS u WHERE u.edition = " EDITION " AND u.id = verdict.unit"
    "   AND u.verb = 'action' AND EXISTS (SELECT 1 FROM unit AS o WHERE o.edition = u.edition"
    "     AND o.test_case = u.test_case AND o.verb <> 'action')"
    "   AND NOT EXISTS (SELECT 1 FROM unit AS o JOIN verdict AS v ON v.unit = o.id"
    "     WHERE o.edition = u.edition AND o.test_case = u.test_case AND o.verb <> 'action'"
    "     AND v.outcome = 'open'));";

/*
 * One failed unit fails its case. The exceptions (`combine` of the catalogue): where the case
 * offers an alternative, an automatic failure keeps it open until a person concludes the case
 * itself. Where one sound mechanism of several is enough, the one unit of the case fails only
 * when none is; its rule sees to that.
 */
static const char fold_cases[] =
    "INSERT INTO case_verdict"
    " WITH sums AS (SELECT c.id, c.place, COALESCE(c.combine, 'all') AS combine,"
    "   SUM(v.outcome = 'fail') AS fails, SUM(v.outcome = 'fail' AND v.automatic) AS proven,"
    "   SUM(v.outcome = 'open') AS opens, SUM(v.outcome = 'inconclusive') AS doubts,"
    "   SUM(v.outcome = 'not-applicable') AS absent, SUM(v.outcome = 'not-run') AS unrun,"
    "   MAX(CASE WHEN u.id = c.id || '-a' THEN v.outcome END) AS a,"
    "   SUM(u.id <> c.id || '-a' AND v.outcome = 'fail') AS others_fail,"
    "   SUM(u.id <> c.id || '-a' AND v.outcome <> 'pass') AS others_not,"
    "   MAX(CASE WHEN n.stale IS NULL THEN n.outcome END) AS said, MAX(n.because) AS reason,"
    "   MAX(n.stale IS NOT NULL AND n.outcome <> 'pass') AS doubted"
    "   FROM test_case AS c JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
    "   JOIN verdict AS v ON v.unit = u.id"
    "   LEFT JOIN answer AS n ON n.unit = c.id AND c.alternative"
    "   WHERE c.edition = " EDITION " GROUP BY c.id),"
    " folded AS (SELECT *, CASE"
    "   WHEN absent > 0 THEN 'not-applicable' WHEN unrun > 0 THEN 'not-run'"
    "   WHEN said IS NOT NULL THEN said WHEN doubted THEN 'open'"
    "   WHEN combine = 'a_or_(b_and_(c_or_d))' AND (a = 'pass' OR others_not = 0) THEN 'pass'"
    "   WHEN combine = 'a_or_(b_and_(c_or_d))' AND a = 'fail' AND others_fail > 0"
    "     AND (SELECT count(*) FROM declared_interface WHERE debug = 1) = 1 THEN 'fail'"
    "   WHEN combine = 'a_or_(b_and_(c_or_d))' AND fails > 0 THEN 'open'"
    "   WHEN combine IN ('all_or_not_obtainable', 'all_or_no_user_data') AND proven > 0"
    "     THEN 'open'"
    "   WHEN fails > 0 THEN 'fail' WHEN opens > 0 THEN 'open'"
    "   WHEN doubts > 0 THEN 'inconclusive' ELSE 'pass' END AS outcome FROM sums)"
    " SELECT id, outcome, CASE WHEN outcome = said THEN reason"
    "   WHEN outcome = 'open' AND doubted THEN 'somebody concluded the case otherwise, and that"
    " answer counts no longer: conclude it again'"
    "   WHEN outcome = 'open' AND fails > 0 THEN 'a unit fails, but the case has an "
    "alternative:"
    " conclude the case itself' END FROM folded ORDER BY place;";

static const char fold_provisions[] =
    "INSERT INTO provision_verdict"
    " SELECT p.id, CASE"
    "   WHEN a.state IN ('fail', 'not-applicable', 'not-run') THEN a.state"
    "   WHEN SUM(v.outcome = 'fail') > 0 THEN 'fail'"
    "   WHEN SUM(v.outcome = 'open') > 0 OR a.state <> 'run' THEN 'open'"
    "   WHEN SUM(v.outcome = 'inconclusive') > 0 THEN 'inconclusive' ELSE 'pass' END,"
    " COALESCE(CASE WHEN a.state IN ('fail', 'not-applicable', 'not-run')"
    "     OR SUM(v.outcome = 'fail') = 0 THEN a.because END," /* units speak for themselves */
    "   MAX(CASE v.outcome WHEN 'fail' THEN 'an assessor says of ' || c.id || ': ' || v.because"
    "     END))"
    " FROM provision AS p JOIN applicability AS a ON a.provision = p.id"
    " JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
    " JOIN case_verdict AS v ON v.test_case = c.id WHERE p.edition = " EDITION
    " GROUP BY p.id ORDER BY p.place;";

/*
 * Mandatory provisions, and recommendations that the maker says are followed. One of which nobody
 * has said whether it is followed keeps the whole open, and does not fail it.
 */
static const char fold_product[] =
    "INSERT INTO overall"
    " WITH counted AS (SELECT CASE WHEN p.base = 'M' OR a.state = 'run' THEN v.outcome"
    "     ELSE 'open' END AS outcome, p.base FROM provision_verdict AS v"
    "   JOIN provision AS p ON p.id = v.provision AND p.edition = " EDITION
    "   JOIN applicability AS a ON a.provision = p.id LEFT JOIN ics AS i ON i.provision = p.id"
    "   WHERE p.base = 'M' OR i.support = 'Y' OR a.state = 'unfilled'),"
    " sums AS (SELECT COALESCE(SUM(outcome = 'fail'), 0) AS fails,"
    "   COALESCE(SUM(outcome = 'fail' AND base = 'M'), 0) AS mandatory,"
    "   COALESCE(SUM(outcome = 'open'), 0) AS opens,"
    "   COALESCE(SUM(outcome = 'inconclusive'), 0) AS doubts,"
    "   (SELECT count(*) FROM mistake WHERE severity = 'error') AS mistakes,"
    "   (SELECT count(*) FROM declaration WHERE drafted = 1) AS drafts FROM counted)"
    " SELECT CASE WHEN fails > 0 THEN 'fail' WHEN opens > 0 OR mistakes > 0 OR drafts > 0"
    "     OR NOT " DOSSIER " THEN 'open'"
    "   WHEN doubts > 0 THEN 'inconclusive' ELSE 'pass' END,"
    " CASE WHEN fails > 0 THEN mandatory || ' mandatory provision' ||"
    "     CASE mandatory WHEN 1 THEN '' ELSE 's' END || ' and ' || (fails - mandatory) ||"
    "     ' recommendation' || CASE fails - mandatory WHEN 1 THEN '' ELSE 's' END ||"
    "     ' declared as followed fail'"
    "   WHEN opens > 0 THEN opens || ' provision' ||"
    "     CASE opens WHEN 1 THEN ' is' ELSE 's are' END || ' open'"
    "   WHEN NOT " DOSSIER " THEN 'there is no dossier'"
    "   WHEN mistakes > 0 THEN 'the dossier has ' || mistakes || ' mistake' ||"
    "     CASE mistakes WHEN 1 THEN '' ELSE 's' END"
    "   WHEN drafts > 0 THEN drafts || CASE drafts WHEN 1 THEN ' entry of the dossier is a "
    "draft'"
    "     ELSE ' entries of the dossier are drafts' END || ' that nobody has confirmed'"
    "   WHEN doubts > 0 THEN doubts || ' provision' ||"
    "     CASE doubts WHEN 1 THEN ' is' ELSE 's are' END || ' inconclusive'"
    "   ELSE 'every provision that counts passes' END FROM sums;";

struct error *fold_verdicts(sqlite3 *db)
{
    static const char *const steps[] = {applicability,  refute,     leave_out,
                                        settle_actions, fold_cases, fold_provisions,
                                        fold_product};

    for (size_t i = 0; i < COUNT_OF(steps); i++)
        TRY(query_run(db, steps[i]));
    return NULL;
}
