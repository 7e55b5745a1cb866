#include "judge/pages.h"

#include "base/text.h"
#include "judge/catalogue.h"
#include "model/query.h"
#include "store/store.h"
#include "test.h"

static sqlite3 *new_store(void)
{
    sqlite3 *db = NULL;

    CHECK_SUCCESS(store_new(&db));
    return db;
}

/* A file that is malformed at LINE; the message has WORD in it. */
static void refused(const char *text, unsigned line, const char *word)
{
    sqlite3 *db = new_store();
    owned(text) where = text_new();
    owned(error) error = catalogue_add(db, "pages/own.yaml", bytes_of(text));

    text_addf(where, "pages/own.yaml:%u", line);
    CHECK_TRUE(error != NULL);
    if (error != NULL) {
        CHECK_TRUE(strstr(error_line(error), text_string(where)) != NULL);
        CHECK_TRUE(strstr(error_line(error), word) != NULL);
    }
    sqlite3_close(db);
}

TEST(a_malformed_file_is_refused_where_it_stands)
{
    refused("words: [a]\n", 1, "words");
    refused("missing: gone\n", 1, "list of phrases");
    refused("login:\n  - one\n  - [two]\n", 3, "phrase");
    refused("login: []\n", 1, "list of phrases");
    refused("subjects:\n  - field: a\n    needs:\n      - [b]\n", 2, "about");
    refused("subjects:\n  - field: a\n    about: b\n", 2, "needs");
    refused("subjects:\n  - field: a\n    about: b\n    needs: [c]\n", 4, "list of phrases");
    refused("subjects:\n  - field: a\n    about: b\n    needs:\n      - [c]\n    if: d\n", 6,
            "if");
}

/* A file of one's own adds words, and takes back what it said before. */
TEST(a_file_of_ones_own)
{
    static const char count[] = "SELECT count(*) FROM page_word WHERE file = 'pages/own.yaml'";
    sqlite3 *db = new_store();
    int64_t all = query_number(db, "SELECT count(*) FROM page_word", -1);

    CHECK_SUCCESS(catalogue_add(db, "pages/own.yaml", bytes_of("login: [a, b]\npast: [c]\n")));
    CHECK_INT(query_number(db, count, -1), 3);
    CHECK_SUCCESS(catalogue_add(db, "pages/own.yaml", bytes_of("missing: [d]\n")));
    CHECK_INT(query_number(db, count, -1), 1);
    CHECK_INT(query_number(db, "SELECT count(*) FROM page_word", -1), all + 1);
    sqlite3_close(db);
}

/* What is built in: of fields that exist, that a rule reads, in words as texts are folded. */
TEST(the_built_in_words)
{
    sqlite3 *db = new_store();

    CHECK_INT(query_number(
                  db, "SELECT count(DISTINCT field) FROM page_word WHERE kind = 'subject'", -1),
              5);
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM page_word WHERE kind = 'subject' AND field NOT"
                           " IN (SELECT name FROM ixit_column WHERE ixit_table = '2-UserInfo')",
                           -1),
              0);
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM page_word AS w WHERE kind = 'subject' AND NOT"
                           " EXISTS (SELECT 1 FROM rule_fail AS f WHERE f.rows LIKE"
                           " '%declared_page%' AND f.rows LIKE '%''' || w.field || '''%')",
                           -1),
              0);
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM page_word WHERE need >= 0 AND (phrase <>"
                           " lower(phrase) OR phrase GLOB '*[-.,:;!?''\"()/]*'"
                           " OR phrase GLOB ' *' OR phrase GLOB '* ' OR phrase GLOB '*  *')",
                           -1),
              0);
    sqlite3_close(db);
}

int main(void)
{
    RUN(a_malformed_file_is_refused_where_it_stands);
    RUN(a_file_of_ones_own);
    RUN(the_built_in_words);
    return test_end();
}
