#include <inttypes.h>

#include "report/terminal.h"

/* What was assessed, and with a dossier what came out and what weakens it. */

/* "TL-WR841N, TP-Link (from the image)", or nothing. */
static void add_product(struct screen *screen)
{
    static const char sql[] = "SELECT value FROM product WHERE what = ? ORDER BY id LIMIT 1";
    const char *model = screen_value(screen, sql, "model");
    const char *vendor = screen_value(screen, sql, "vendor");

    if (*model == '\0' && *vendor == '\0')
        return;
    text_add(screen->out, "   ");
    screen_name(screen->out, bytes_of(model), NAME_WIDTH);
    text_add(screen->out, *model != '\0' && *vendor != '\0' ? ", " : "");
    screen_name(screen->out, bytes_of(vendor), NAME_WIDTH);
    text_add(screen->out, " (from the image)");
}

/* "Lumi View 2, LV-2, Example Optics Ltd" of the dossier. */
static void add_declared_product(struct screen *screen)
{
    static const char *const facts[] = {"name", "model", "manufacturer.name"};
    owned(text) line = text_new();

    for (size_t i = 0; i < COUNT_OF(facts); i++) {
        const char *value =
            screen_value(screen, "SELECT value FROM dut WHERE field = ?", facts[i]);
        if (*value == '\0')
            continue;
        text_add(line, line->size > 0 ? ", " : "");
        screen_name(line, bytes_of(value), NAME_WIDTH);
    }
    screen_styled(screen, STYLE_BOLD,
                  line->size > 0 ? text_string(line) : "a product without a name");
    text_add_char(screen->out, '\n');
}

static void add_content(struct screen *screen)
{
    struct text *out = screen->out;
    uint64_t size = screen_meta_number(screen, "size");
    uint64_t known = screen_meta_number(screen, "bytes_explained") +
                     screen_meta_number(screen, "bytes_padding");
    int64_t files =
        query_number(screen->db, "SELECT count(*) FROM node WHERE kind = 'file'", 0);
    int64_t systems = query_number(
        screen->db, "SELECT count(DISTINCT system) FROM node WHERE kind = 'dir'", 0);

    text_add(out, "  ");
    text_add_counted(out, (uint64_t)files, "file");
    text_add(out, ", ");
    text_add_counted(out, (uint64_t)systems, "file system");
    text_addf(out, ", %.1f %% of the bytes explained",
              size == 0 ? 0.0 : 100.0 * (double)known / (double)size);
    if (screen->options->seconds >= 0)
        text_addf(out, ", %.1f s", screen->options->seconds);
    text_add_char(out, '\n');
}

static void add_image(struct screen *screen)
{
    struct text *out = screen->out;
    owned(text) name = text_new();
    struct bytes digest = bytes_of(screen_meta(screen, "sha256"));

    screen_name(name, bytes_of(screen_meta(screen, "input")), NAME_WIDTH);
    screen_styled(screen, screen->has_dossier ? STYLE_PLAIN : STYLE_BOLD, text_string(name));
    add_product(screen);
    text_add(out, "   ");
    text_add_size(out, screen_meta_number(screen, "size"));
    text_add(out, "   sha256 ");
    text_add_bytes(out, bytes_slice(digest, 0, 6));
    text_add(out, "…");
    text_add_bytes(out, bytes_from_offset(digest, digest.size < 2 ? 0 : digest.size - 2));
    text_add_char(out, '\n');
    add_content(screen);
    if (bytes_is(bytes_of(screen_meta(screen, "locked")), "0"))
        text_add(
            out,
            "  read without the sandbox: a hostile image could have changed this result\n");
}

void screen_head(struct screen *screen)
{
    text_add_char(screen->out, '\n');
    if (screen->has_dossier)
        add_declared_product(screen);
    if (screen->has_image)
        add_image(screen);
    else
        text_add(screen->out, "  no firmware was assessed: what is declared was not held "
                              "against the product itself\n");
    text_add_char(screen->out, '\n');
}

static int64_t count(struct screen *screen, const char *sql)
{
    return query_number(screen->db, sql, 0);
}

/* "3 answers: 1 stale, 1 disputing a proven failure", when there are any. */
static void add_answers(struct screen *screen)
{
    int64_t answers = count(screen, "SELECT count(*) FROM answer");
    int64_t stale = count(screen, "SELECT count(*) FROM answer WHERE stale IS NOT NULL");
    int64_t disputed = count(screen, "SELECT count(*) FROM verdict WHERE disputed = 1");

    if (answers == 0)
        return;
    text_addf(screen->out, "Answers: %" PRId64, answers);
    if (stale > 0)
        text_addf(screen->out, ", of which %" PRId64 " stale", stale);
    if (disputed > 0)
        text_addf(screen->out, ", %" PRId64 " disput%s a proven failure, which stays a failure",
                  disputed, disputed == 1 ? "es" : "e");
    text_add_char(screen->out, '\n');
}

static void add_mistakes(struct screen *screen)
{
    int64_t errors = count(screen, "SELECT count(*) FROM mistake WHERE severity = 'error'");
    int64_t all = count(screen, "SELECT count(*) FROM mistake");
    int64_t drafts = count(screen, "SELECT count(*) FROM declaration WHERE drafted = 1");

    if (all + drafts == 0)
        return;
    const struct {
        int64_t count;
        const char *noun;
    } parts[] = {{errors, "mistake"}, {all - errors, "warning"}, {drafts, "draft"}};
    const char *before = "Dossier: ";
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i].count == 0)
            continue;
        text_add(screen->out, before);
        text_add_counted(screen->out, (uint64_t)parts[i].count, parts[i].noun);
        before = ", ";
    }
    text_add(screen->out, drafts > 0 ? " that nobody confirmed" : "");
    text_add(screen->out, "; see proviso check\n");
}

/* The outcome of the whole, and what of the dossier weakens it. */
struct error *screen_overall(struct screen *screen)
{
    struct query query;
    bool found = false;

    TRY(query_open(screen->db, "SELECT outcome, because FROM overall", &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        struct bytes outcome = query_text(&query, 0);
        text_add(screen->out, "\nOverall: ");
        screen_styled(screen,
                      bytes_is(outcome, "pass")   ? STYLE_GOOD
                      : bytes_is(outcome, "fail") ? STYLE_BAD
                                                  : STYLE_BOLD,
                      arena_string(screen->arena, outcome));
        text_add(screen->out, ": ");
        text_add_terminal(screen->out, query_text(&query, 1));
        text_add_char(screen->out, '\n');
    }
    query_close(&query);
    add_answers(screen);
    add_mistakes(screen);
    return error;
}
