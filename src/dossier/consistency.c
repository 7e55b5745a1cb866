#include "dossier/consistency.h"

#include "base/compiler.h"
#include "base/text.h"
#include "model/query.h"

#define EDITION "(SELECT value FROM meta WHERE key = 'edition')"

/* The state of a provision's conditions: holds 1, 0 or NULL, and the first that says so. */
#define HELD                                                                                  \
    "WITH held AS (SELECT p.id, p.base, p.place, count(c.condition) AS conditions,"           \
    " CASE WHEN count(c.condition) = 0 THEN 1 WHEN SUM(s.holds = 0) > 0 THEN 0"               \
    "   WHEN count(s.holds) < count(c.condition) THEN NULL ELSE 1 END AS holds,"              \
    " MIN(CASE WHEN s.holds = 0 THEN n.kind || ' ' || n.id || ' (' || n.meaning || ')' END)"  \
    "   AS absent, MIN(CASE WHEN s.holds = 1 THEN n.kind || ' ' || n.id || ' (' || n.meaning" \
    "   || ')' END) AS present, MIN(CASE WHEN s.holds IS NULL THEN n.kind || ' ' || n.id ||"  \
    "   ' (' || n.meaning || ')' END) AS unknown,"                                            \
    " MIN(CASE WHEN s.holds IS NOT NULL THEN NULL WHEN COALESCE(q.tables, '') <> ''"          \
    "   THEN 'complete ' || replace(q.tables, ' ', ', ') WHEN s.because LIKE '%confirm it'"   \
    "   THEN '' ELSE 'say under conditions: in product.yaml"                                  \
    " whether ' || n.id || ' holds, and why' END) AS advice,"                                 \
    " MIN(CASE WHEN s.holds IS NOT NULL THEN s.because END) AS because,"                      \
    " MIN(CASE WHEN s.holds IS NULL THEN s.because END) AS unsure"                            \
    " FROM provision AS p LEFT JOIN provision_condition AS c ON c.edition = p.edition"        \
    "   AND c.provision = p.id LEFT JOIN condition AS n ON n.edition = p.edition"             \
    "   AND n.id = c.condition LEFT JOIN condition_state AS s ON s.id = c.condition"          \
    " LEFT JOIN condition_query AS q ON q.edition = p.edition AND q.id = c.condition"         \
    " WHERE p.edition = " EDITION " GROUP BY p.id)"

/*
 * Each check gives rows of file, line, what, why, advice, provision; in the order of the
 * catalogue, so that a list of mistakes reads like the form.
 */
static const struct {
    const char *severity;
    const char *rows;
} checks[] = {
    {"error",
     "SELECT 'ics.yaml', 0, 'the ICS has no row for ' || count(*) || CASE count(*)"
     " WHEN 1 THEN ' provision: ' ELSE ' provisions: ' END ||"
     " group_concat(id, ', '), 'every provision of table B.1 needs one',"
     " 'add them with support and detail; proviso list provisions --edition ' || " EDITION
     ", NULL"
     " FROM (SELECT p.id FROM provision AS p WHERE p.edition = " EDITION
     " AND NOT EXISTS (SELECT 1 FROM ics AS i WHERE i.provision = p.id)"
     " ORDER BY p.place) HAVING count(*) > 0"},
    {"warning",
     "SELECT 'ics.yaml', i.line, 'the support of ' || p.id || ' is not filled in',"
     " 'the provision stays open', 'write support: Y, N or N/A', p.id"
     " FROM ics AS i JOIN provision AS p ON p.id = i.provision AND p.edition = " EDITION
     " WHERE i.support = '' ORDER BY p.place"},
    {"error",
     "SELECT 'ics.yaml', i.line, p.id || ' is mandatory and its support is N',"
     " 'a mandatory provision that is not supported fails',"
     " 'meet it, or say N/A where its condition does not hold', p.id"
     " FROM ics AS i JOIN provision AS p ON p.id = i.provision AND p.edition = " EDITION
     " WHERE i.support = 'N' AND p.base = 'M' ORDER BY p.place"},
    {"error", HELD " SELECT 'ics.yaml', i.line, h.id || ' is said not to be applicable',"
                   " 'it has no condition and no feature: it applies to every product',"
                   " 'write Y, or N with the reason', h.id FROM held AS h JOIN ics AS i"
                   " ON i.provision = h.id WHERE i.support = 'N/A' AND h.conditions = 0"
                   " ORDER BY h.place"},
    {"error", HELD " SELECT 'ics.yaml', i.line, h.id || ' is said not to be applicable',"
                   " h.present || ' holds: ' || COALESCE(h.because, 'by the IXIT'),"
                   " 'write Y or N; or mend the IXIT, if it says too much', h.id"
                   " FROM held AS h JOIN ics AS i ON i.provision = h.id"
                   " WHERE i.support = 'N/A' AND h.conditions > 0 AND h.holds = 1"
                   " ORDER BY h.place"},
    {"warning", HELD " SELECT 'ics.yaml', i.line, h.id || ' is supported by declaration',"
                     " h.absent || ' does not hold: ' || COALESCE(h.because, 'by the IXIT'),"
                     " 'write N/A with the reason; or complete the IXIT', h.id"
                     " FROM held AS h JOIN ics AS i ON i.provision = h.id"
                     " WHERE i.support = 'Y' AND h.holds = 0 ORDER BY h.place"},
    {"warning",
     HELD " SELECT 'ics.yaml', i.line, h.id || ' is said not to be applicable',"
          " 'whether ' || h.unknown || ' holds does not follow from the IXIT' ||"
          " COALESCE(': ' || h.unsure, ''),"
          " h.advice || CASE WHEN h.base = 'M' THEN CASE h.advice WHEN '' THEN '' ELSE"
          " '; or ' END || 'an assessor agrees: proviso answer DOSSIER ' || h.id ||"
          " ' not-applicable' WHEN h.advice = '' THEN 'give the grounds beside it'"
          " ELSE '' END, h.id"
          " FROM held AS h JOIN ics AS i ON i.provision = h.id"
          " WHERE i.support = 'N/A' AND h.conditions > 0 AND h.holds IS NULL"
          " ORDER BY h.place"},
    {"error",
     "SELECT 'ics.yaml', i.line, 'no reason is given for the ' || i.support || ' of ' ||"
     " p.id, CASE p.base WHEN 'R' THEN 'a recommendation that is not followed without a"
     " written reason fails provision ' || (SELECT CASE value WHEN '2.1.1' THEN '4-1'"
     " ELSE '5.0-1' END FROM meta WHERE key = 'edition') ELSE 'it is taken only with a reason'"
     " END, 'write the reason into detail: what is missing, or what stands against it', p.id"
     " FROM ics AS i JOIN provision AS p ON p.id = i.provision AND p.edition = " EDITION
     " WHERE i.support IN ('N', 'N/A') AND i.reasoned = 0"
     " ORDER BY p.place"},
    {"warning",
     "SELECT 'ics.yaml', i.line, 'the reason for the ' || i.support || ' of ' ||"
     " p.id || ' is only \"' || i.detail || '\"', 'it names nothing of this product:"
     " whether it is a reason, a person has to judge',"
     " 'say in detail what is missing, or what stands against it', p.id"
     " FROM ics AS i JOIN provision AS p ON p.id = i.provision AND p.edition = " EDITION
     " WHERE i.support IN ('N', 'N/A') AND i.reasoned IS NULL"
     " ORDER BY p.place"},
    {"error",
     "SELECT 'ixit/' || t.name || '.yaml', COALESCE(s.line, 0), t.name ||"
     " ' is not filled in', 'units of ' || (SELECT group_concat(provision, ', ') FROM"
     " (SELECT DISTINCT c.provision FROM unit_ixit AS x JOIN unit AS u ON u.id = x.unit"
     "  AND u.edition = x.edition JOIN test_case AS c ON c.id = u.test_case"
     "  AND c.edition = u.edition JOIN ics AS i ON i.provision = c.provision"
     "  WHERE x.ixit_table = t.name AND x.edition = " EDITION
     "  AND i.support = 'Y' ORDER BY c.place LIMIT 8)) || ' read it',"
     " CASE t.shape WHEN 'list' THEN 'add its entries, or none: with the reason'"
     " ELSE 'fill in its fields' END, NULL FROM ixit_table AS t"
     " LEFT JOIN ixit_state AS s ON s.ixit_table = t.name"
     " WHERE COALESCE(s.declared, 0) = 0 AND EXISTS (SELECT 1 FROM unit_ixit AS x"
     "  JOIN unit AS u ON u.id = x.unit AND u.edition = x.edition"
     "  JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
     "  JOIN ics AS i ON i.provision = c.provision AND i.support = 'Y'"
     "  WHERE x.ixit_table = t.name AND x.edition = " EDITION ") ORDER BY t.n"},
    {"warning", "WITH wanted AS (SELECT x.ixit_table, x.field, MIN(c.provision) AS provision,"
                " group_concat(DISTINCT c.provision) AS provisions FROM unit_ixit AS x"
                " JOIN unit AS u ON u.id = x.unit AND u.edition = x.edition"
                " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
                " JOIN ics AS i ON i.provision = c.provision AND i.support = 'Y'"
                " WHERE x.edition = " EDITION " AND x.ixit_table <> 'ICS'"
                " AND x.field NOT IN ('*', 'ID',"
                " 'Debug Interface') AND NOT EXISTS (SELECT 1 FROM ixit_column AS k"
                "  WHERE k.ixit_table = x.ixit_table AND k.name = x.field AND " EDITION
                " = '2.1.1' AND k.old_name IS NULL)"
                " GROUP BY x.ixit_table, x.field)"
                " SELECT d.path, d.line, w.field || ' of ' || d.entry || ' is empty',"
                " 'units of ' || w.provisions || ' read it',"
                " 'fill it in; write n/a where there is nothing to say', w.provision"
                " FROM declaration AS d JOIN wanted AS w ON w.ixit_table = d.ixit_table"
                " WHERE NOT EXISTS (SELECT 1 FROM declared_field AS f"
                "  WHERE f.ixit_table = w.ixit_table AND f.field = w.field"
                "  AND f.entry = d.entry) ORDER BY d.id DESC, w.field"},
    {"warning", "SELECT path, MIN(line), count(*) || CASE count(*) WHEN 1"
                " THEN ' drafted entry waits' ELSE ' drafted entries wait' END || ' to be "
                "confirmed',"
                " 'what nobody has confirmed is not declared',"
                " 'read each, mend it, and remove its key drafted:', NULL FROM declaration"
                " WHERE drafted = 1 GROUP BY path ORDER BY path"},
    {"warning", "SELECT d.path, d.line, d.entry || ' is named by no software component',"
                " 'an update mechanism updates components of 6-SoftComp',"
                " 'name it in Update Mechanism of the components it updates', NULL"
                " FROM declaration AS d WHERE d.ixit_table = '7-UpdMech'"
                " AND EXISTS (SELECT 1 FROM ixit_state WHERE ixit_table = '6-SoftComp'"
                "  AND entries > 0) AND NOT EXISTS (SELECT 1 FROM declared_reference AS r"
                "  WHERE r.target_table = '7-UpdMech' AND r.target = d.entry AND r.resolved = 1"
                "  AND r.ixit_table = '6-SoftComp') ORDER BY d.id DESC"},
    {"warning",
     "SELECT d.path, d.line, l.entry || ' listens on ' || l.transport || ' port ' ||"
     " l.port || ', which no entry of ' || o.name || ' names', l.ixit_table ||"
     " ' and ' || o.name || ' speak of the same doors of the device',"
     " 'add it there, or take it out here', NULL FROM declared_listener AS l"
     " JOIN declaration AS d ON d.id = l.observation"
     " JOIN ixit_table AS o ON o.name = CASE l.ixit_table WHEN '13-SoftServ'"
     "  THEN '28-LogIntf' WHEN '28-LogIntf' THEN '13-SoftServ' END"
     " WHERE COALESCE(l.status, 'enabled') = 'enabled' AND COALESCE(l.network, 1) = 1"
     " AND l.transport IS NOT NULL AND o.name IN (SELECT ixit_table FROM ixit_state"
     "  WHERE entries > 0) AND o.name || ' ' || l.port NOT IN (SELECT ixit_table ||"
     "  ' ' || port FROM declared_listener) AND (l.service IS NULL OR o.name || ' ' ||"
     "  l.service NOT IN (SELECT ixit_table || ' ' || service FROM declared_service"
     "   WHERE service IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM declared_field AS f"
     "  WHERE f.observation = l.observation AND (f.value LIKE '%client%'"
     "   OR f.value LIKE '%outgoing%' OR f.value LIKE '%outbound%'))"
     " ORDER BY l.observation DESC, l.port"},
    {"error", "SELECT 'product.yaml', d.line, 'the firmware of ' || d.field || ' is ' ||"
              " substr(d.value, 1, 16) || '…', 'what was assessed is ' ||"
              " substr(m.value, 1, 16) || '…', 'assess that firmware, or mend product.yaml',"
              " NULL FROM dut AS d JOIN meta AS m ON m.key = 'sha256'"
              " WHERE d.field IN ('firmware.sha256', 'firmware.0.sha256')"
              " AND lower(d.value) <> m.value AND NOT EXISTS (SELECT 1 FROM dut AS o"
              "  WHERE o.field LIKE 'firmware.%sha256' AND lower(o.value) = m.value)"},
    {"error",
     "SELECT 'product.yaml', 0, 'it names no firmware', count(*) || CASE count(*)"
     " WHEN 1 THEN ' answer is' ELSE ' answers are' END || ' about the device: nobody could say"
     " which', 'assess the firmware, or write firmware: with its"
     " sha256', NULL FROM answer AS n JOIN unit AS u ON u.id = n.unit AND u.edition = " EDITION
     " WHERE u.verb LIKE 'functionally%' AND NOT EXISTS (SELECT 1 FROM meta"
     " WHERE key = 'sha256') AND NOT EXISTS (SELECT 1 FROM dut WHERE field IN"
     " ('firmware.sha256', 'firmware.0.sha256')) HAVING count(*) > 0"},
    {"warning", "SELECT 'answers.yaml', line, 'the answer to ' || unit ||"
                " COALESCE(' (given as ' || given || ')', '') || ' is stale', stale,"
                " 'look again, and answer again', NULL FROM answer WHERE stale IS NOT NULL"
                " ORDER BY line"},
};

static struct error *run_check(sqlite3 *db, size_t at, struct query *insert, int64_t *place)
{
    struct query rows;
    bool found = false;

    TRY(query_open(db, checks[at].rows, &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        query_bind_integer(insert, 1, (*place)++);
        query_bind_text(insert, 2, query_text(&rows, 0));
        query_bind_integer(insert, 3, query_integer(&rows, 1));
        query_bind_string(insert, 4, checks[at].severity);
        for (int i = 2; i < 6; i++) {
            query_bind_null(insert, i + 3);
            if (!query_is_null(&rows, i))
                query_bind_text(insert, i + 3, query_text(&rows, i));
        }
        error = query_step(insert);
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

struct error *consistency_run(sqlite3 *db)
{
    struct query insert;
    int64_t place = query_number(db, "SELECT COALESCE(MAX(place), -1) + 1 FROM mistake", 0);
    struct error *error = NULL;

    TRY(query_open(db,
                   "INSERT INTO mistake(place, file, line, severity, what, why, advice,"
                   " provision) VALUES(?,?,?,?,?,?,?,?)",
                   &insert));
    for (size_t i = 0; i < COUNT_OF(checks) && error == NULL; i++)
        error = run_check(db, i, &insert, &place);
    query_close(&insert);
    return error;
}
