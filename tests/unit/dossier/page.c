/* What captures show of the pages that a dossier declares. */
#include "dossier/page.h"

#include "dossier/page_words.h"
#include "model/query.h"
#include "store/store.h"
#include "test.h"

#define POLICY "Publication of Vulnerability Disclosure Policy"
#define URL    "https://a.example/policy"
#define ASKED  (CAPTURE_ASKED | CAPTURE_GET)

/* Prose of some four hundred letters about the subject. */
static const char policy[] =
    "We want to hear of every vulnerability in our cameras. Please report it to us by email, "
    "in "
    "English or German; encrypt it with the key below if you can. Within three working days "
    "somebody who can judge it answers you. Every fourteen days we tell you how far we are, "
    "until the matter is resolved and an update is out. We do not go to law against anybody "
    "who looks for weaknesses in good faith and gives us the time to mend them before they are "
    "disclosed to others.";

static sqlite3 *new_store(const char *value, const char *date)
{
    sqlite3 *db = NULL;

    CHECK_SUCCESS(store_new(&db));
    char *sql = sqlite3_mprintf(
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
        "INSERT INTO meta SELECT 'date', %Q WHERE %Q <> '';"
        "INSERT INTO declaration(id, ixit_table, entry, drafted) VALUES(-1, '2-UserInfo', '', "
        "0);"
        "INSERT INTO declared_field VALUES(-1, '2-UserInfo', '', 1, '" POLICY "', %Q, 7, 0);",
        date, date, value);
    CHECK_SUCCESS(query_run(db, sql));
    sqlite3_free(sql);
    return db;
}

/* "page", or "? why", of each address in a field with VALUE; and whether the field is closed. */
static void shows_in(const char *value, const char *date, const struct capture_record *records,
                     size_t count, const char *wanted)
{
    owned(text) got = text_new();
    owned(capture) capture = capture_new();
    sqlite3 *db = new_store(value, date);
    struct captured list = {.file = "evidence/a.warc", .capture = capture, .observation = -100};
    struct query query;
    bool found = true;

    for (size_t i = 0; i < count; i++)
        CHECK_SUCCESS(capture_add(capture, &records[i]));
    CHECK_SUCCESS(page_derive(db, &list, 1));
    CHECK_SUCCESS(query_open(db,
                             "SELECT COALESCE(p.shows, '? ' || p.doubt), (SELECT closed FROM"
                             " declared_field), p.observation FROM declared_page AS p",
                             &query));
    for (;;) {
        CHECK_SUCCESS(query_next(&query, &found));
        if (!found)
            break;
        text_add_bytes(got, query_text(&query, 0));
        text_addf(got, "%s; ", query_integer(&query, 1) == 1 ? "" : ", prose");
    }
    CHECK_STRING(text_string(got), wanted);
    query_close(&query);
    sqlite3_close(db);
}

static struct capture_record page(void)
{
    return (struct capture_record){
        .kind = CAPTURE_EXCHANGE,
        .record = 2,
        .status = 200,
        .flags = ASKED,
        .letters = 350,
        .url = bytes_of(URL),
        .date = bytes_of("2026-11-18T09:00:00Z"),
        .type = bytes_of("text/html"),
        .title = bytes_of("Security"),
        .text = bytes_of(policy),
    };
}

static void shows(struct capture_record record, const char *wanted)
{
    owned(text) whole = text_new();

    text_addf(whole, "%s; ", wanted);
    shows_in(URL, "2026-11-20", &record, 1, text_string(whole));
}

TEST(a_page)
{
    struct capture_record record = page();

    shows(record, "page");
    record.flags |= CAPTURE_GIVES; /* every site sets one */
    shows(record, "page");
    record.url = bytes_of("https://A.example:443/policy#top");
    shows(record, "page");
    record.type = bytes_of("text/plain");
    shows(record, "page");
}

TEST(another_page)
{
    struct capture_record record = page();

    record.url = bytes_of("https://a.example/");
    shows(record, "? no capture of it is in evidence/");
    record.url = bytes_of("https://www.a.example/policy");
    shows(record, "? no capture of it is in evidence/");
}

static void redirects(const char *location, const char *then, uint32_t flags,
                      const char *wanted)
{
    struct capture_record records[] = {page(), page()};

    records[0].status = 301;
    records[0].location = bytes_of(location);
    records[0].text = records[0].title = bytes_of(NULL);
    records[0].flags |= flags;
    records[1].url = bytes_of(then);
    records[1].flags |= CAPTURE_COOKIE;
    shows_in(URL, "2026-11-20", records, 2, wanted);
}

/* A page on the device itself, or in the maker's house, is not published. */
TEST(a_private_address)
{
    struct capture_record record = page();

    record.url = bytes_of("http://192.168.1.10/policy");
    shows_in("http://192.168.1.10/policy", "2026-11-20", &record, 1,
             "? it lies in a network of its own, which the public does not reach; ");
    redirects("http://intranet/policy", "http://intranet/policy", CAPTURE_GIVES,
              "? it lies in a network of its own, which the public does not reach; ");
}

TEST(who_asked)
{
    struct capture_record record = page();

    record.flags = ASKED | CAPTURE_COOKIE;
    shows(record, "? it was captured with a cookie from before");
    record.flags = ASKED | CAPTURE_IDENTITY;
    shows(record, "? it was captured by somebody who was logged in (Authorization)");
    record.flags = 0;
    shows(record, "? its capture does not hold how it was asked for: nobody can see whether "
                  "somebody was logged in");
    record.flags = CAPTURE_ASKED; /* a POST */
    shows(record, "? its capture does not hold how it was asked for: nobody can see whether "
                  "somebody was logged in");
}

TEST(when)
{
    struct capture_record record = page();

    record.date = bytes_of("2026-11-21T09:00:00Z"); /* it may be the 20th elsewhere */
    shows(record, "page");
    record.date = bytes_of("2026-11-22T00:00:00Z");
    shows(record, "? it was captured on 2026-11-22, after the date of the assessment");
    record.date = bytes_of("2026-08-22T00:00:00Z");
    shows(record, "page");
    record.date = bytes_of("2026-08-21T00:00:00Z");
    shows(record, "? it was captured on 2026-08-21, more than 90 days before the assessment");
    record.date = bytes_of("now");
    shows(record, "? its capture has no date");
    record = page();
    record.status = 404;
    record.date = bytes_of("2025-01-01T00:00:00Z");
    shows(record, "? it was captured on 2025-01-01, more than 90 days before the assessment");
    shows_in(URL, "", &record, 1,
             "? product.yaml has no date (2026-01-31) to hold its capture "
             "against; ");
}

TEST(statuses)
{
    struct capture_record record = page();

    record.status = 404;
    shows(record, "nothing");
    record.status = 410;
    shows(record, "nothing");
    record.status = 403;
    shows(record, "? it answered 403: an outage, or a refusal of the program that captured it");
    record.status = 503;
    shows(record, "? it answered 503: an outage, or a refusal of the program that captured it");
    record.status = 401;
    shows(record, "? it answered 401: an outage, or a refusal of the program that captured it");
    record.flags |= CAPTURE_DEMANDS;
    shows(record, "login");
    record.url = bytes_of(URL "/"); /* not the address that is declared */
    shows(record, "? another spelling of the address was captured, and it shows no page");
    record = page();
    record.url = bytes_of(URL "/");
    shows(record, "page");
}

TEST(what_stands_in_its_place)
{
    struct capture_record record = page();

    record.flags |= CAPTURE_PASSWORD;
    shows(record, "? the page has a field for a password");
    record.title = bytes_of("Log in");
    shows(record,
          "? the page has a field for a password"); /* the policy is there all the same */
    record.text = bytes_of("Welcome back. Forgot your password?");
    shows(record, "login");
    record = page();
    record.fields = bytes_of("Serial number \n");
    shows(record, "? a form of the page asks for \"serial\"");
    record = page();
    record.title = bytes_of("Page not found");
    shows(record, "? it begins with \"not found\", as pages that are not there do");
    record = page();
    record.letters = 20;
    shows(record, "? next to no text is on it outside of links: a script may fill it");
    record = page();
    record.text = bytes_of("We sell cameras.");
    shows(record, "? no words of vulnerabilities and how to report them were found on it");
    record = page();
    record.flags |= CAPTURE_MOVES;
    shows(record, "? the page sends its reader on to another one");
    record = page();
    record.trouble = bytes_of("it is cut");
    shows(record, "? its capture is not whole: it is cut");
    record = page();
    record.flags |= CAPTURE_PDF;
    shows(record, "? it is a PDF, which a person has to read");
    record = page();
    record.type = bytes_of("image/png");
    shows(record, "? what came is no page but \"image/png\"");
}

TEST(redirects_are_followed)
{
    redirects("/en/policy", "https://a.example/en/policy", CAPTURE_GIVES, "page; ");
    redirects("/en/policy", "https://a.example/en/policy", 0,
              "? it was captured with a cookie from before; ");
    redirects("/", "https://a.example/", CAPTURE_GIVES,
              "? it leads to the front page of a site; ");
    redirects("/en/policy", "https://a.example/de/policy", CAPTURE_GIVES,
              "? it redirects to /en/policy, which the capture does not hold; ");
    redirects("/policy", "https://b.example/", CAPTURE_GIVES,
              "? it redirects to /policy, which the capture does not hold; ");

    /* To itself, with a cookie, as some sites greet everybody. */
    redirects("/policy", URL, CAPTURE_GIVES, "page; ");

    struct capture_record records[30];
    for (size_t i = 0; i < COUNT_OF(records); i++) {
        records[i] = page();
        records[i].status = 302;
        records[i].location = bytes_of("/policy");
    }
    shows_in(URL, "2026-11-20", records, COUNT_OF(records), "? it redirects again and again; ");
}

TEST(the_newest_counts)
{
    struct capture_record records[] = {page(), page()};

    records[0].status = 404;
    records[0].date = bytes_of("2026-11-17T09:00:00Z");
    shows_in(URL, "2026-11-20", records, 2, "page; ");
    records[0].date = bytes_of("2026-11-19T09:00:00Z");
    shows_in(URL, "2026-11-20", records, 2, "nothing; ");
}

TEST(prose)
{
    struct capture_record record = page();

    shows_in("The policy stands at " URL ".", "2026-11-20", &record, 1, "page, prose; ");
    shows_in(URL "; https://b.example/", "2026-11-20", &record, 1,
             "page; ? no capture of it is in evidence/; ");
    record.status = 404;
    shows_in("The policy stands at " URL ".", "2026-11-20", &record, 1, "nothing, prose; ");
    shows_in(
        "Formerly " URL ", now in the manual", "2026-11-20", &record, 1,
        "? it shows no page, but the field may not declare it as the place of one, prose; ");
    shows_in("on our web site", "2026-11-20", &record, 1, "");
}

TEST(phrases)
{
    owned(text) folded = page_words_fold(bytes_of("Support-Zeitraum: 5 Jahre, bis 2031. ÜBER"));

    CHECK_STRING(text_string(folded), " support zeitraum 5 jahre bis 2031 über ");
    CHECK_TRUE(page_words_meet(text_bytes(folded), "20##"));
    CHECK_TRUE(page_words_meet(text_bytes(folded), "# jahre*"));
    CHECK_TRUE(page_words_meet(text_bytes(folded), "supp*"));
    CHECK_TRUE(page_words_meet(text_bytes(folded), "bis 2031 über"));
    CHECK_TRUE(!page_words_meet(text_bytes(folded), "upport"));
    CHECK_TRUE(!page_words_meet(text_bytes(folded), "jahr"));
    CHECK_TRUE(!page_words_meet(text_bytes(folded), "über uns"));
    CHECK_TRUE(!page_words_meet(bytes_of(""), "x"));
}

int main(void)
{
    RUN(a_page);
    RUN(another_page);
    RUN(a_private_address);
    RUN(who_asked);
    RUN(when);
    RUN(statuses);
    RUN(what_stands_in_its_place);
    RUN(redirects_are_followed);
    RUN(the_newest_counts);
    RUN(prose);
    RUN(phrases);
    return test_end();
}
