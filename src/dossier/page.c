#include "dossier/page.h"

#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "dossier/page_find.h"
#include "dossier/page_words.h"
#include "model/query.h"

#define FIRST_WORDS 200 /* bytes of a page that say what it is */

struct deriving {
    sqlite3 *db;
    struct arena *arena;
    const struct captured *list;
    size_t count;
    struct page_words words;
    struct query insert, close, days;
};

/* What is made of one address. */
struct finding {
    const char *shows, *doubt;
    const struct capture_record *final;
};

static const char *printed(struct deriving *d, struct bytes text)
{
    return arena_string(d->arena, bytes_slice(text, 0, LIMIT_EXCERPT));
}

/* Whole days from the capture to the assessment; false where one of the dates is none. */
static bool read_age(struct deriving *d, struct bytes date, int64_t *days, bool *dated)
{
    struct query *query = &d->days;
    bool found = false;

    query_bind_text(query, 1, date);
    struct error *error = query_next(query, &found);
    bool known = error == NULL && found && !query_is_null(query, 0);
    *dated = error == NULL && found && query_integer(query, 1) == 1;
    *days = known ? query_integer(query, 0) : 0;
    query_reset(query);
    error_free(error);
    return known;
}

/* Why the visit is not of the time of the assessment, or NULL. */
static const char *doubt_of_time(struct deriving *d, struct bytes date)
{
    const char *when = printed(d, bytes_slice(date, 0, 10));
    int64_t days;
    bool dated;

    if (!read_age(d, date, &days, &dated))
        return dated ? "its capture has no date"
                     : "product.yaml has no date (2026-01-31) to hold its capture against";
    /* A day more: the clocks of capture and assessment may stand in different zones. */
    if (days < -1)
        return arena_printf(d->arena, "it was captured on %s, after the date of the assessment",
                            when);
    if (days > LIMIT_CAPTURE_DAYS)
        return arena_printf(d->arena,
                            "it was captured on %s, more than %d days before the assessment",
                            when, LIMIT_CAPTURE_DAYS);
    return NULL;
}

/* Why the visit does not show what everybody gets, or NULL. */
static const char *doubt_of_visit(struct deriving *d, const struct page_visit *visit)
{
    const struct capture_record *first = &visit->captured->capture->records[visit->first];
    const char *doubt = doubt_of_time(d, first->date);

    if (doubt != NULL)
        return doubt;
    if (!visit->known)
        return "its capture does not hold how it was asked for: nobody can see whether "
               "somebody "
               "was logged in";
    if ((visit->flags & CAPTURE_IDENTITY) != 0)
        return "it was captured by somebody who was logged in (Authorization)";
    if ((visit->flags & CAPTURE_COOKIE) != 0)
        return "it was captured with a cookie from before";
    return visit->broken;
}

static bool is_page(const struct capture_record *final)
{
    return bytes_is_nocase(final->type, "text/html") ||
           bytes_is_nocase(final->type, "application/xhtml+xml") ||
           bytes_is_nocase(final->type, "text/plain");
}

/* A status that is neither a page nor the word that there is none. */
static void judge_status(struct deriving *d, const struct page_visit *visit,
                         struct finding *finding)
{
    uint32_t status = finding->final->status;
    bool gone = status == 404 || status == 410;
    bool login = status == 401 && (finding->final->flags & CAPTURE_DEMANDS) != 0;

    if ((gone || login) && visit->exact)
        finding->shows = gone ? "nothing" : "login";
    else if (gone || login)
        finding->doubt = "another spelling of the address was captured, and it shows no page";
    else
        finding->doubt = arena_printf(
            d->arena,
            "it answered %" PRIu32 ": an outage, or a refusal of the program that captured it",
            status);
}

/* A form in which somebody has to say who they are, before the page or in its place. */
static void judge_forms(struct deriving *d, const struct page_visit *visit, bool speaks,
                        struct finding *finding)
{
    owned(text) title = page_words_fold(finding->final->title);
    owned(text) path = page_words_fold(visit->final.path);
    owned(text) fields = page_words_fold(finding->final->fields);
    bool password = (finding->final->flags & CAPTURE_PASSWORD) != 0;
    bool login =
        page_words_any(&d->words, "login", text_bytes(title)) != NULL ||
        (visit->hops > 0 && page_words_any(&d->words, "login", text_bytes(path)) != NULL);
    const char *account = page_words_any(&d->words, "account", text_bytes(fields));

    if (password && login && !speaks && visit->exact)
        finding->shows = "login";
    else if (password)
        finding->doubt = "the page has a field for a password";
    else if (account != NULL)
        finding->doubt = arena_printf(d->arena, "a form of the page asks for \"%s\"", account);
}

/* Why a page that came does not show what it should, or NULL. */
static const char *doubt_of_page(struct deriving *d, const struct address *declared,
                                 const struct page_visit *visit,
                                 const struct capture_record *final)
{
    owned(text) head = text_new();
    const char *missing;

    if (final->trouble.size > 0)
        return arena_printf(d->arena, "its capture is not whole: %s",
                            printed(d, final->trouble));
    if ((final->flags & CAPTURE_PDF) != 0 || bytes_is_nocase(final->type, "application/pdf"))
        return "it is a PDF, which a person has to read";
    if (!is_page(final))
        return arena_printf(d->arena, "what came is no page but \"%s\"",
                            printed(d, final->type));
    if ((final->flags & CAPTURE_MOVES) != 0)
        return "the page sends its reader on to another one";
    if (visit->hops > 0 && bytes_is(visit->final.path, "/") && !bytes_is(declared->path, "/"))
        return "it leads to the front page of a site";
    text_add_bytes(head, final->title);
    text_add_char(head, '\n');
    text_add_bytes(head, bytes_slice(final->text, 0, FIRST_WORDS));
    owned(text) folded = page_words_fold(text_bytes(head));
    missing = page_words_any(&d->words, "missing", text_bytes(folded));
    if (missing != NULL)
        return arena_printf(d->arena, "it begins with \"%s\", as pages that are not there do",
                            missing);
    if (final->letters < LIMIT_CAPTURE_LETTERS)
        return "next to no text is on it outside of links: a script may fill it";
    return NULL;
}

static void judge_page(struct deriving *d, const char *field, const struct address *declared,
                       const struct page_visit *visit, struct finding *finding)
{
    const struct capture_record *final = finding->final;
    owned(text) all = text_new();
    const char *about;

    text_add_bytes(all, final->title);
    text_add_char(all, '\n');
    text_add_bytes(all, final->text);
    owned(text) folded = page_words_fold(text_bytes(all));
    bool speaks = page_words_speak(&d->words, field, text_bytes(folded), &about);
    if (final->trouble.size == 0)
        judge_forms(d, visit, speaks, finding);
    if (finding->shows == NULL && finding->doubt == NULL)
        finding->doubt = doubt_of_page(d, declared, visit, final);
    if (finding->shows != NULL || finding->doubt != NULL)
        return;
    if (speaks)
        finding->shows = "page";
    else
        finding->doubt = arena_printf(d->arena, "no words of %s were found on it",
                                      about == NULL ? "" : about);
}

static struct finding find(struct deriving *d, const char *field,
                           const struct address *declared, const struct page_visit *visit)
{
    struct finding finding = {.shows = NULL};

    if (visit->captured == NULL) {
        finding.doubt = "no capture of it is in evidence/";
        return finding;
    }
    finding.final = &visit->captured->capture->records[visit->last];
    finding.doubt = doubt_of_visit(d, visit);
    if (address_is_private(declared) || address_is_private(&visit->final))
        finding.doubt = "it lies in a network of its own, which the public does not reach";
    if (finding.doubt != NULL)
        return finding;
    if (finding.final->status == 200)
        judge_page(d, field, declared, visit, &finding);
    else
        judge_status(d, visit, &finding);
    return finding;
}

/* A field of prose that PROVES nothing: it may speak of a page of the past, or of one to come. */
static struct error *add_page(struct deriving *d, int64_t declared, const char *field,
                              const struct address *address, bool proves)
{
    struct query *insert = &d->insert;
    struct page_visit visit;

    page_find(address, d->list, d->count, d->arena, &visit);
    struct finding finding = find(d, field, address, &visit);
    if (finding.shows != NULL && !proves && strcmp(finding.shows, "page") != 0) {
        finding.shows = NULL;
        finding.doubt =
            "it shows no page, but the field may not declare it as the place of one";
    }
    for (int column = 7; column <= 11; column++)
        query_bind_null(insert, column);
    query_bind_integer(insert, 1, declared);
    query_bind_integer(insert, 2, declared);
    query_bind_string(insert, 3, field);
    query_bind_text(insert, 4, address->written);
    query_bind_string(insert, 5, finding.shows);
    query_bind_string(insert, 6, finding.doubt);
    if (visit.captured == NULL)
        return query_step(insert);
    owned(text) hex = text_new();
    text_add_hex(hex, bytes_from(visit.captured->sha256.bytes, 32));
    query_bind_integer(insert, 1, visit.captured->observation - (int64_t)visit.last);
    query_bind_text(insert, 7, finding.final->url);
    query_bind_integer(insert, 8, finding.final->status);
    query_bind_text(insert, 9, finding.final->date);
    query_bind_string(insert, 10, visit.captured->file);
    query_bind_text(insert, 11, text_bytes(hex));
    return query_step(insert);
}

static struct error *add_field(struct deriving *d, int64_t declared, const char *field,
                               struct bytes value)
{
    bool alone = address_is_all(value, d->arena);
    struct bytes rest = value;
    struct address address;

    owned(text) folded = page_words_fold(value);
    bool proves = alone || page_words_any(&d->words, "past", text_bytes(folded)) == NULL;
    for (unsigned i = 0; i < LIMIT_ADDRESSES && address_next(&rest, d->arena, &address); i++)
        TRY(add_page(d, declared, field, &address, proves));
    if (!alone || address_next(&rest, d->arena, &address))
        return NULL;
    query_bind_integer(&d->close, 1, declared);
    query_bind_string(&d->close, 2, field);
    return query_step(&d->close);
}

static struct error *add_fields(struct deriving *d)
{
    struct query fields;
    bool found = false;

    TRY(query_open(d->db,
                   "SELECT f.observation, f.field, f.value FROM declared_field AS f"
                   " JOIN declaration AS r ON r.id = f.observation AND r.drafted = 0"
                   " WHERE f.ixit_table = '2-UserInfo' AND f.field IN"
                   " (SELECT field FROM page_word WHERE kind = 'subject')"
                   " ORDER BY f.observation DESC, f.place",
                   &fields));
    struct error *error = query_next(&fields, &found);
    while (error == NULL && found) {
        const char *field = arena_string(d->arena, query_text(&fields, 1));
        struct bytes value = arena_copy(d->arena, query_text(&fields, 2));
        error = add_field(d, query_integer(&fields, 0), field, value);
        if (error == NULL)
            error = query_next(&fields, &found);
    }
    query_close(&fields);
    return error;
}

#define IS_DAY(x) x " GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"

struct error *page_derive(sqlite3 *db, const struct captured *list, size_t count)
{
    owned(arena) arena = arena_new();
    struct deriving d = {.db = db, .arena = arena, .list = list, .count = count};
    const struct {
        struct query *query;
        const char *sql;
    } queries[] = {
        {&d.insert, "INSERT INTO declared_page VALUES(?,?,?,?,?,?,?,?,?,?,?)"},
        {&d.close, "UPDATE declared_field SET closed = 1 WHERE observation = ? AND field = ?"},
        {&d.days, "SELECT CASE WHEN " IS_DAY("?1") " AND " IS_DAY(
                      "m.value") " THEN CAST(julianday(substr(m.value, 1, 10)) - "
                                 "julianday(substr(?1, 1, 10))"
                                 " AS INTEGER) END, " IS_DAY(
                                     "m.value") " FROM meta AS m WHERE m.key = 'date'"},
    };
    struct error *error = page_words_open(db, arena, &d.words);

    for (size_t i = 0; i < COUNT_OF(queries) && error == NULL; i++)
        error = query_open(db, queries[i].sql, queries[i].query);
    if (error == NULL)
        error = add_fields(&d);
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        query_close(queries[i].query);
    return error;
}
