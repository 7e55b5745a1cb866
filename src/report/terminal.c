#include <inttypes.h>

#include "base/arena.h"
#include "model/query.h"
#include "report/column.h"
#include "report/report.h"

/* The columns of the screen: it fits 92 cells, and an 80-cell terminal for all but long paths. */
enum {
    ID_WIDTH = 8,
    SENTENCE_WIDTH = 55,
    PLACE_WIDTH = 25,
    TITLE_WIDTH = 48,
    NAME_WIDTH = 60, /* of a name or path in a line of its own */
    REASON_WIDTH = 160,
    SENTENCE_LINES = 4, /* the report has all of it */
    LOSSES = 6,
};

struct screen {
    sqlite3 *db;
    const struct terminal_options *options;
    struct text *out;
    struct arena *arena;
};

enum style {
    STYLE_BOLD,
    STYLE_BAD,
    STYLE_GOOD,
    STYLE_DIM,
};

static void styled(struct screen *screen, enum style style, const char *string)
{
    static const char *const codes[] = {"1", "31;1", "32", "2"};

    if (screen->options->colour)
        text_addf(screen->out, "\033[%sm%s\033[0m", codes[style], string);
    else
        text_add(screen->out, string);
}

/* One value of the table meta, or "". */
static const char *meta(struct screen *screen, const char *key)
{
    struct query query;
    bool found = false;
    const char *value = "";

    struct error *error =
        query_open(screen->db, "SELECT value FROM meta WHERE key = ?", &query);
    if (error == NULL) {
        query_bind_string(&query, 1, key);
        error = query_next(&query, &found);
        if (error == NULL && found)
            value = arena_string(screen->arena, query_text(&query, 0));
        query_close(&query);
    }
    error_free(error);
    return value;
}

static uint64_t meta_number(struct screen *screen, const char *key)
{
    uint64_t number = 0;

    return bytes_to_u64(bytes_of(meta(screen, key)), &number) ? number : 0;
}

/* A name or a sentence from the image, at most WIDTH cells of it. */
static void add_name(struct text *out, struct bytes name, size_t width)
{
    owned(text) plain = text_new();

    text_add_terminal(plain, name);
    column_shorten(out, text_bytes(plain), width);
}

/* "TL-WR841N, TP-Link (from the image)", or nothing. */
static struct error *add_product(struct screen *screen)
{
    struct query query;
    bool found = false;

    TRY(query_open(
        screen->db,
        "SELECT (SELECT value FROM product WHERE what = 'model' ORDER BY id LIMIT 1),"
        " (SELECT value FROM product WHERE what = 'vendor' ORDER BY id LIMIT 1)",
        &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && found && !(query_is_null(&query, 0) && query_is_null(&query, 1))) {
        text_add(screen->out, "   ");
        add_name(screen->out, query_text(&query, 0), NAME_WIDTH);
        if (!query_is_null(&query, 0) && !query_is_null(&query, 1))
            text_add(screen->out, ", ");
        add_name(screen->out, query_text(&query, 1), NAME_WIDTH);
        text_add(screen->out, " (from the image)");
    }
    query_close(&query);
    return error;
}

static struct error *add_head(struct screen *screen)
{
    struct text *out = screen->out;
    uint64_t size = meta_number(screen, "size");
    uint64_t known =
        meta_number(screen, "bytes_explained") + meta_number(screen, "bytes_padding");
    int64_t files =
        query_number(screen->db, "SELECT count(*) FROM node WHERE kind = 'file'", 0);
    int64_t systems = query_number(
        screen->db, "SELECT count(DISTINCT system) FROM node WHERE kind = 'dir'", 0);

    owned(text) name = text_new();
    struct bytes digest = bytes_of(meta(screen, "sha256"));

    text_add_char(out, '\n');
    add_name(name, bytes_of(meta(screen, "input")), NAME_WIDTH);
    styled(screen, STYLE_BOLD, text_string(name));
    struct error *error = add_product(screen);
    error_free(error); /* a store without the observable product names none */
    text_add(out, "   ");
    text_add_size(out, size);
    text_add(out, "   sha256 ");
    text_add_bytes(out, bytes_slice(digest, 0, 6));
    text_add(out, "…");
    text_add_bytes(out, bytes_from_offset(digest, digest.size < 2 ? 0 : digest.size - 2));
    text_add(out, "\n  ");
    text_add_count(out, (uint64_t)files);
    text_addf(out, " file%s, %" PRId64 " file system%s, %.1f %% of the bytes explained",
              files == 1 ? "" : "s", systems, systems == 1 ? "" : "s",
              size == 0 ? 0.0 : 100.0 * (double)known / (double)size);
    if (screen->options->seconds >= 0)
        text_addf(out, ", %.1f s", screen->options->seconds);
    text_add_char(out, '\n');
    if (bytes_is(bytes_of(meta(screen, "locked")), "0"))
        text_add(
            out,
            "  read without the sandbox: a hostile image could have changed this result\n");
    text_add_char(out, '\n');
    return NULL;
}

static void add_number(struct screen *screen, int64_t number, enum style style)
{
    char *padded = arena_printf(screen->arena, "%6" PRId64, number);

    if (number == 0)
        text_add(screen->out, padded);
    else
        styled(screen, style, padded);
}

static struct error *add_families(struct screen *screen)
{
    struct query query;
    bool found = false;

    TRY(query_open(screen->db,
                   "SELECT f.id, f.title, SUM(v.outcome = 'pass'), SUM(v.outcome = 'fail'),"
                   " SUM(v.outcome = 'open') FROM family AS f"
                   " JOIN provision AS p ON p.family = f.id AND p.edition = (SELECT value FROM "
                   "meta WHERE key = 'edition')"
                   " JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
                   " JOIN unit AS u ON u.test_case = c.id AND u.edition = p.edition"
                   " JOIN verdict AS v ON v.unit = u.id GROUP BY f.id ORDER BY f.place",
                   &query));
    styled(screen, STYLE_BOLD, "EN 303 645 V3.1.3");
    text_addf(screen->out, "%*s  pass  fail  open\n", TITLE_WIDTH - 9, "");
    struct error *error = query_next(&query, &found);
    int64_t totals[3] = {0, 0, 0};
    while (error == NULL && found) {
        text_add(screen->out, "  ");
        column_pad(screen->out, query_text(&query, 0), 6);
        column_pad(screen->out, query_text(&query, 1), TITLE_WIDTH);
        for (int i = 0; i < 3; i++) {
            static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_DIM};
            totals[i] += query_integer(&query, i + 2);
            add_number(screen, query_integer(&query, i + 2), styles[i]);
        }
        text_add_char(screen->out, '\n');
        error = query_next(&query, &found);
    }
    query_close(&query);
    char *all = arena_printf(screen->arena, "%" PRId64 " test units",
                             totals[0] + totals[1] + totals[2]);
    text_add(screen->out, "  ");
    column_pad(screen->out, bytes_of(all), TITLE_WIDTH + 6);
    text_addf(screen->out,
              "%6" PRId64 "%6" PRId64 "%6" PRId64 "\n"
              "  firmware alone refutes; it never proves conformity\n",
              totals[0], totals[1], totals[2]);
    return error;
}

/* "etc/passwd.bak:1", or "kernel at 0x120": where the proof is. A long path loses its middle. */
static void add_place(struct text *out, const struct query *query, int column)
{
    owned(text) path = text_new();
    owned(text) rest = text_new();

    text_add_terminal(path, query_text(query, column));
    if (query_integer(query, column + 1) > 0)
        text_addf(rest, ":%" PRId64, query_integer(query, column + 1));
    else if (query_integer(query, column + 2) > 0)
        text_addf(rest, " at 0x%" PRIx64, (uint64_t)query_integer(query, column + 2));
    column_shorten(out, text_bytes(path),
                   rest->size + 8 < PLACE_WIDTH ? PLACE_WIDTH - rest->size : 8);
    text_add_bytes(out, text_bytes(rest));
}

static struct error *place_of(struct screen *screen, struct bytes observable, int64_t id,
                              struct text *out)
{
    owned(text) sql = text_new();
    struct query query;
    bool found = false;

    if (observable.size == 0)
        return NULL;
    text_addf(sql, "SELECT path, line, \"offset\" FROM \"%.*s\" WHERE id = ?",
              (int)observable.size, (const char *)observable.data);
    TRY(query_open(screen->db, text_string(sql), &query));
    query_bind_integer(&query, 1, id);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found)
        add_place(out, &query, 0);
    query_close(&query);
    return error;
}

/* The sentence takes as many lines as it needs; the place stands behind the first of them. */
static struct error *add_failure(struct screen *screen, const struct query *query)
{
    owned(text) sentence = text_new();
    owned(text) place = text_new();
    struct bytes line, rest;
    int lines = 0;

    text_add_terminal(sentence, query_text(query, 1));
    TRY(place_of(screen, query_text(query, 3), query_integer(query, 2), place));
    rest = text_bytes(sentence);
    while (column_next_line(&rest, SENTENCE_WIDTH, &line)) {
        bool first = lines++ == 0;
        text_add(screen->out, "  ");
        column_pad(screen->out, first ? query_text(query, 0) : bytes_of(""), ID_WIDTH);
        if (first && place->size > 0) {
            column_pad(screen->out, line, SENTENCE_WIDTH + 2);
            text_add_bytes(screen->out, text_bytes(place));
        } else {
            text_add_bytes(screen->out, line);
        }
        bool cut = lines == SENTENCE_LINES && bytes_trim(rest).size > 0;
        text_add(screen->out, cut ? " …\n" : "\n");
        if (cut)
            break;
    }
    return NULL;
}

static struct error *add_failures(struct screen *screen)
{
    struct query query;
    bool found = false;
    int64_t mandatory = query_number(screen->db,
                                     "SELECT count(*) FROM provision WHERE edition = (SELECT "
                                     "value FROM meta WHERE key = 'edition') AND base = 'M'",
                                     0);
    int64_t failed =
        query_number(screen->db,
                     "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p ON p.id "
                     "= v.provision AND"
                     " p.edition = (SELECT value FROM meta WHERE key = 'edition') WHERE "
                     "v.outcome = 'fail' AND p.base = 'M'",
                     0);
    int64_t advised =
        query_number(screen->db,
                     "SELECT count(*) FROM provision_verdict WHERE outcome = 'fail'", failed) -
        failed;
    size_t count = 0, hidden = 0;

    text_add_char(screen->out, '\n');
    styled(screen, STYLE_BOLD, "Proven failures");
    text_addf(screen->out, ": %" PRId64 " of %" PRId64 " mandatory provisions", failed,
              mandatory);
    if (advised > 0)
        text_addf(screen->out, ", %" PRId64 " recommendation%s", advised,
                  advised == 1 ? "" : "s");
    text_add_char(screen->out, '\n');
    /*
     * The same proof often fails several units of one provision, and one observation in several
     * words: the screen tells it once, the report in full.
     */
    TRY(query_open(screen->db,
                   "SELECT id, because, MIN(observation), observable FROM ("
                   " SELECT p.id, p.base, p.place, e.because, e.observation, o.observable,"
                   "  MAX(e.severity) OVER (PARTITION BY p.id, e.observation) AS severity,"
                   "  row_number() OVER (PARTITION BY p.id, e.observation"
                   "   ORDER BY e.severity DESC, u.place, e.place) AS turn"
                   " FROM counter_example AS e"
                   " JOIN unit AS u ON u.id = e.unit AND u.edition = (SELECT value FROM meta "
                   "WHERE key = 'edition')"
                   " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
                   " JOIN provision AS p ON p.id = c.provision AND p.edition = u.edition"
                   " JOIN provision_verdict AS v ON v.provision = p.id AND v.outcome = 'fail'"
                   " LEFT JOIN observation AS o ON o.id = e.observation)"
                   " WHERE turn = 1 GROUP BY id, because"
                   " ORDER BY base, MAX(severity) DESC, place, MIN(observation)",
                   &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        if (count++ < screen->options->failures)
            error = add_failure(screen, &query);
        else
            hidden++;
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    if (count == 0)
        text_add(screen->out, "  none\n");
    if (hidden > 0)
        text_addf(screen->out, "  … and %zu more in the report\n", hidden);
    return error;
}

#define LOSSES_SQL                                                                          \
    "SELECT 0 AS lost, '' AS path, \"offset\" AS at, length AS bytes, kind, what FROM map " \
    "WHERE"                                                                                 \
    " kind IN ('unknown', 'encrypted') AND length >= 4096 UNION ALL"                        \
    " SELECT 1, path, 0, bytes, '', reason FROM unread"

static void add_loss(struct text *out, const struct query *query)
{
    if (query_integer(query, 0) == 1) {
        add_name(out, query_text(query, 1), NAME_WIDTH);
        text_add(out, query_text(query, 1).size == 0 ? "the image: " : ": ");
        add_name(out, query_text(query, 5), REASON_WIDTH);
    } else {
        text_add_size(out, (uint64_t)query_integer(query, 3));
        text_addf(out, " at 0x%" PRIx64 ", %s", (uint64_t)query_integer(query, 2),
                  bytes_is(query_text(query, 4), "encrypted")
                      ? "looks encrypted or packed in an unknown way"
                      : "of no known format");
    }
    text_add_char(out, '\n');
}

static struct error *add_losses(struct screen *screen)
{
    struct query query;
    bool found = false;
    int64_t all = query_number(screen->db, "SELECT count(*) FROM (" LOSSES_SQL ")", 0);
    int64_t shown = 0;

    TRY(query_open(screen->db, LOSSES_SQL " ORDER BY 1, 4 DESC, 2, 3", &query));
    struct error *error = query_next(&query, &found);
    for (; error == NULL && found && shown < LOSSES; shown++) {
        text_add(screen->out, shown == 0 ? "\nNot read: " : "          ");
        add_loss(screen->out, &query);
        error = query_next(&query, &found);
    }
    query_close(&query);
    if (all > shown)
        text_addf(screen->out, "          … and %" PRId64 " more in the report\n", all - shown);
    return error;
}

static struct error *add_next(struct screen *screen)
{
    const char *folder = screen->options->folder;
    struct query query;
    bool found = false;

    if (folder != NULL && bytes_ends(bytes_of(folder), "/"))
        folder = arena_string(screen->arena,
                              bytes_slice(bytes_of(folder), 0, bytes_of(folder).size - 1));
    text_add_char(screen->out, '\n');
    if (folder == NULL) {
        text_add(screen->out, "Next: proviso assess ");
        text_add_terminal(screen->out, bytes_of(meta(screen, "input")));
        text_add(screen->out, " -o out/   writes the report with every proof\n");
        return NULL;
    }
    TRY(query_open(screen->db,
                   "SELECT unit FROM verdict WHERE outcome = 'fail' ORDER BY rowid LIMIT 1",
                   &query));
    struct error *error = query_next(&query, &found);
    text_addf(screen->out, "Next: proviso explain %s/assessment.db %.*s\n", folder,
              found ? (int)query_text(&query, 0).size : 9,
              found ? (const char *)query_text(&query, 0).data : "5.1-1-1-a");
    query_close(&query);
    text_addf(
        screen->out,
        "      proviso query %s/assessment.db \"SELECT path, name, version FROM component\"\n"
        "      proviso list rules   what each of the open units still needs\n"
        "Report: %s/report.html\n",
        folder, folder);
    return error;
}

struct error *terminal_write(sqlite3 *db, const struct terminal_options *options,
                             struct text *out)
{
    owned(arena) arena = arena_new();
    struct screen screen = {.db = db, .options = options, .out = out, .arena = arena};

    TRY(add_head(&screen));
    TRY(add_families(&screen));
    TRY(add_failures(&screen));
    TRY(add_losses(&screen));
    return add_next(&screen);
}
