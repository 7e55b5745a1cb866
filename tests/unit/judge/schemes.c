#include "judge/schemes.h"

#include "test.h"
#include "unit/judge/store.h"

/* Every entry of knowledge/schemes/, and files that are wrong. */

/* SQL gives the rows that must not be; the first column says what is wrong. */
static void none(sqlite3 *db, const char *sql)
{
    struct query query;
    bool found = false;

    CHECK_SUCCESS(query_open(db, sql, &query));
    CHECK_SUCCESS(query_next(&query, &found));
    while (found) {
        test_ok = false;
        printf("# %.*s: %.80s …\n", (int)query_text(&query, 0).size,
               (const char *)query_text(&query, 0).data, sql);
        CHECK_SUCCESS(query_next(&query, &found));
    }
    query_close(&query);
}

static int64_t count(sqlite3 *db, const char *sql)
{
    return query_number(db, sql, -1);
}

TEST(every_id_that_an_entry_names_exists)
{
    sqlite3 *db = store_empty();

    none(db, "SELECT scheme || ' ' || provision FROM scheme_provision AS s WHERE how IN ('all',"
             " 'if_relevant') AND NOT EXISTS (SELECT 1 FROM provision AS p WHERE"
             " p.id = s.provision AND p.edition = COALESCE(s.edition, p.edition))");
    none(db, "SELECT scheme || ' ' || provision FROM scheme_provision AS s WHERE how = 'family'"
             " AND NOT EXISTS (SELECT 1 FROM family AS f WHERE f.id = s.provision)");
    none(db, "SELECT scheme || ' ' || via FROM scheme_requirement WHERE via IS NOT NULL AND via"
             " NOT IN (SELECT id FROM mapping_catalogue)");
    none(db, "SELECT provision FROM mapping_note WHERE provision NOT IN (SELECT id FROM"
             " provision WHERE edition = '3.1.3')");
    none(db, "SELECT m.provision || ' ' || m.catalogue || ' ' || m.target FROM mapping AS m"
             " WHERE catalogue NOT IN ('owasp_isvs', 'other_law') AND NOT EXISTS (SELECT 1 FROM"
             " mapping_target AS t WHERE t.catalogue = m.catalogue AND t.id = m.target)");
    none(db, "SELECT catalogue FROM mapping WHERE catalogue NOT IN (SELECT id FROM"
             " mapping_catalogue)");
    none(db, "SELECT rule || ' ' || fact FROM scope_predicate WHERE fact NOT IN (SELECT id FROM"
             " scope_fact)");
    none(db,
         "SELECT rule || ' ' || value FROM scope_effect WHERE kind = 'regimes' AND value NOT"
         " IN (SELECT id FROM scheme)");
    none(db, "SELECT rule || ' ' || value FROM scope_effect WHERE kind IN ('primary',"
             " 'complementary') AND value NOT IN (SELECT id FROM scope_token)");
    none(db, "SELECT old FROM provision_difference AS d WHERE NOT EXISTS (SELECT 1 FROM"
             " provision_succession AS s WHERE s.old = d.old AND s.new = d.new)");
    sqlite3_close(db);
}

TEST(every_entry_says_what_it_must)
{
    sqlite3 *db = store_empty();

    none(db, "SELECT id FROM scheme WHERE kind IS NULL OR mandatory NOT IN ('yes', 'no',"
             " 'partial') OR jurisdiction IS NULL OR as_of IS NULL OR confidence NOT IN"
             " ('high', 'medium', 'low')");
    none(db, "SELECT id FROM scheme WHERE status NOT IN ('in_force',"
             " 'in_force_not_yet_applicable', 'open', 'open_unproven', 'closed_to_new',"
             " 'superseded', 'voluntary_text', 'in_preparation', 'unknown')");
    none(db, "SELECT scheme || ' ' || text FROM scheme_fact WHERE confidence IS NOT NULL AND"
             " confidence NOT IN ('high', 'medium', 'low')");
    none(db,
         "SELECT scheme || ' ' || id FROM scheme_field AS f WHERE declares IS NULL AND shows"
         " IS NULL AND NOT EXISTS (SELECT 1 FROM scheme_field_key AS k WHERE"
         " k.scheme = f.scheme AND k.field = f.id)");
    none(db, "SELECT scheme FROM scheme_document AS d WHERE (SELECT count(*) FROM scheme_field"
             " AS f WHERE f.scheme = d.scheme AND f.shows = 'signature') <> 1");
    /* A requirement takes something, or has criteria of its own. */
    none(db, "SELECT scheme || ' ' || id FROM scheme_requirement AS r WHERE basis <> 'own' AND"
             " via IS NULL AND NOT EXISTS (SELECT 1 FROM scheme_provision AS p WHERE"
             " p.scheme = r.scheme AND p.requirement = r.id)");
    /* A regime that goes by a mapping is a view: it never has a document here. */
    none(db,
         "SELECT s.id FROM scheme AS s JOIN scheme_requirement AS r ON r.scheme = s.id WHERE"
         " r.via IS NOT NULL AND (s.\"view\" IS NULL OR EXISTS (SELECT 1 FROM"
         " scheme_document AS d WHERE d.scheme = s.id))");
    none(db,
         "SELECT provision || ' has a note of a mapping and no word' FROM mapping_note WHERE"
         " short IS NULL OR confidence NOT IN ('high', 'medium', 'low')");
    sqlite3_close(db);
}

TEST(the_numbers_are_those_of_the_standard)
{
    sqlite3 *db = store_empty();

    CHECK_INT(
        count(db, "SELECT count(*) FROM provision WHERE edition = '2.1.1' AND base = 'M'"), 33);
    CHECK_INT(
        count(db, "SELECT count(*) FROM provision WHERE edition = '3.1.3' AND base = 'M'"), 36);
    CHECK_INT(count(db, "SELECT count(*) FROM mapping_note"), 78);
    /* CLS level 1 is all mandatory provisions of three clauses, none forgotten, none added. */
    CHECK_INT(count(db, "SELECT count(*) FROM scheme_provision WHERE scheme = 'sg-cls-1'"), 13);
    none(db, "SELECT id FROM provision WHERE edition = '2.1.1' AND base = 'M' AND family IN"
             " ('5.1', '5.2', '5.3') AND id NOT IN (SELECT provision FROM scheme_provision"
             " WHERE scheme = 'sg-cls-1')");
    CHECK_INT(count(db, "SELECT count(*) FROM scheme_provision WHERE scheme = 'uk-psti'"), 4);
    /* What V3.1.3 split. */
    CHECK_INT(count(db,
                    "SELECT count(*) FROM (SELECT old FROM provision_succession GROUP BY old"
                    " HAVING count(*) > 1)"),
              6);
    CHECK_INT(count(db, "SELECT count(*) FROM provision_succession WHERE old = '4-1' AND"
                        " new = '5.0-1'"),
              1);
    CHECK_INT(count(db, "SELECT count(*) FROM scope_rule"), 8 + 9 + 23 + 9);
    sqlite3_close(db);
}

TEST(an_overlay_replaces_a_scheme_with_its_levels)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(catalogue_add(
        db, "schemes/own.yaml",
        bytes_of("date: '2027-01-01'\nschemes:\n  - {id: sg-cls, name: other, kind: label,"
                 " mandatory: 'no', status: open, confidence: low, jurisdiction: [SG],"
                 " requirements: [{id: r, text: t, basis: takes, provisions: [5.1-1]}]}\n")));
    CHECK_INT(count(db, "SELECT count(*) FROM scheme WHERE id LIKE 'sg-cls%'"), 1);
    CHECK_INT(count(db, "SELECT count(*) FROM scheme_fact WHERE scheme = 'sg-cls'"), 0);
    CHECK_INT(count(db, "SELECT count(*) FROM scheme_requirement WHERE scheme = 'sg-cls'"), 1);
    sqlite3_close(db);
}

/* TEXT must be refused with a message that begins with PLACE and holds WORD. */
static void refused(const char *text, const char *place, const char *word)
{
    sqlite3 *db = store_empty();
    struct error *error = catalogue_add(db, "schemes/own.yaml", bytes_of(text));
    const char *got = error == NULL ? "accepted" : error_line(error);

    if (strstr(got, place) == NULL || strstr(got, word) == NULL) {
        test_ok = false;
        printf("# wanted \"%s … %s\", got: %s\n", place, word, got);
    }
    error_free(error);
    sqlite3_close(db);
}

/* Nine lines of a sound scheme; what a test adds begins at line 10. */
#define SCHEME                                                                       \
    "date: '2027-01-01'\nschemes:\n  - id: x\n    name: y\n    jurisdiction: [SG]\n" \
    "    kind: law\n    mandatory: 'no'\n    status: open\n    confidence: low\n"

TEST(a_malformed_file_is_refused_where_it_stands)
{
    refused("scheme: []\n", "own.yaml:1", "scheme is not known");
    refused("- a\n", "own.yaml:1", "a map");
    refused("schemes:\n  - one\n", "own.yaml:2", "a map");
    refused("schemes:\n  - {id: x}\n", "own.yaml:2", "id and name");
    refused("schemes:\n  - {id: x, name: y, colour: red}\n", "own.yaml:2", "colour");
    refused("date: d\nschemes:\n  - {id: x, name: y}\n", "own.yaml:3", "status");
    refused(SCHEME "    requirements:\n      - {id: a, text: b}\n", "own.yaml:11", "basis");
    refused(SCHEME "    requirements:\n"
                   "      - {id: a, text: b, basis: takes, edition: 1.0}\n",
            "own.yaml:11", "edition");
    refused(SCHEME "    evidence:\n      - {id: a, text: b}\n"
                   "      - {id: a, text: c}\n",
            "own.yaml:12", "");
    refused(SCHEME "    statement: {title: t, fields:"
                   " [{id: a, label: b, shows: stars}]}\n",
            "own.yaml:10", "shown");
    refused("regime_rules:\n  - {id: Z, all: [{fact: a, op: like, value: b}]}\n", "own.yaml:2",
            "op");
    refused("regime_rules:\n  - {id: Z}\n", "own.yaml:2", "all");
    refused("facts:\n  - {id: a, type: colour}\n", "own.yaml:2", "type");
    refused("catalogues:\n  - {id: a}\n", "own.yaml:2", "name");
    refused("provisions:\n  - {id: 5.1-1, cwe: CWE-1}\n", "own.yaml:2", "list");
}

int main(void)
{
    RUN(every_id_that_an_entry_names_exists);
    RUN(every_entry_says_what_it_must);
    RUN(the_numbers_are_those_of_the_standard);
    RUN(an_overlay_replaces_a_scheme_with_its_levels);
    RUN(a_malformed_file_is_refused_where_it_stands);
    return test_end();
}
