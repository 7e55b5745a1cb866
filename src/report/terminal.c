#include "report/terminal.h"

#include <inttypes.h>

void screen_styled(struct screen *screen, enum style style, const char *string)
{
    static const char *const codes[] = {"1", "31;1", "32", "2"};

    if (screen->options->colour && style != STYLE_PLAIN)
        text_addf(screen->out, "\033[%sm%s\033[0m", codes[style], string);
    else
        text_add(screen->out, string);
}

const char *screen_value(struct screen *screen, const char *sql, const char *key)
{
    const char *value = query_value(screen->db, sql, key, screen->arena);

    return value == NULL ? "" : value;
}

const char *screen_meta(struct screen *screen, const char *key)
{
    return screen_value(screen, "SELECT value FROM meta WHERE key = ?", key);
}

uint64_t screen_meta_number(struct screen *screen, const char *key)
{
    uint64_t number = 0;

    return bytes_to_u64(bytes_of(screen_meta(screen, key)), &number) ? number : 0;
}

void screen_name(struct text *out, struct bytes name, size_t width)
{
    owned(text) plain = text_new();

    text_add_terminal(plain, name);
    column_shorten(out, text_bytes(plain), width);
}

void screen_pad(struct text *out, struct bytes text, size_t width)
{
    owned(text) plain = text_new();

    text_add_terminal(plain, text);
    column_pad(out, text_bytes(plain), width);
}

/* The columns of outcomes: those behind the third stand there only where they occur. */
static const struct {
    const char *title, *condition;
    enum style style;
} outcomes[] = {
    {"pass", "v.outcome = 'pass'", STYLE_GOOD},
    {"fail", "v.outcome = 'fail'", STYLE_BAD},
    {"open", "v.outcome = 'open'", STYLE_DIM},
    {"inconcl.", "v.outcome = 'inconclusive'", STYLE_DIM},
    {"n/a", "v.outcome IN ('not-applicable', 'not-run')", STYLE_DIM},
};

enum { OUTCOMES = COUNT_OF(outcomes), ALWAYS = 3, OUTCOME_WIDTH = 6, LONG_WIDTH = 9 };

static int width_of(int outcome)
{
    return outcome == ALWAYS ? LONG_WIDTH : OUTCOME_WIDTH;
}

static void add_number(struct screen *screen, int64_t number, int outcome)
{
    char *padded = arena_printf(screen->arena, "%*" PRId64, width_of(outcome), number);

    if (number == 0)
        text_add(screen->out, padded);
    else
        screen_styled(screen, outcomes[outcome].style, padded);
}

static const char *families_sql(struct screen *screen)
{
    owned(text) sql = text_new();

    text_add(sql, "SELECT f.id, f.title");
    for (int i = 0; i < OUTCOMES; i++)
        text_addf(sql, ", SUM(%s)", outcomes[i].condition);
    text_add(sql, " FROM family AS f JOIN provision AS p ON p.family = f.id"
                  " AND p.edition = " SQL_EDITION
                  " JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
                  " JOIN unit AS u ON u.test_case = c.id AND u.edition = p.edition"
                  " JOIN verdict AS v ON v.unit = u.id GROUP BY f.id ORDER BY f.place");
    return arena_string(screen->arena, text_bytes(sql));
}

static void add_title(struct screen *screen, const bool *shown)
{
    const char *title =
        arena_printf(screen->arena, "EN 303 645 V%s", screen_meta(screen, "edition"));

    screen_styled(screen, STYLE_BOLD, title);
    text_addf(screen->out, "%*s", TITLE_WIDTH + 8 - (int)bytes_of(title).size, "");
    for (int i = 0; i < OUTCOMES; i++)
        if (shown[i])
            text_addf(screen->out, "%*s", width_of(i), outcomes[i].title);
    text_add_char(screen->out, '\n');
}

static struct error *add_families(struct screen *screen)
{
    struct query query;
    bool found = false, shown[OUTCOMES];
    int64_t totals[OUTCOMES] = {0}, all = 0;

    for (int i = 0; i < OUTCOMES; i++) {
        totals[i] = query_number(screen->db,
                                 arena_printf(screen->arena,
                                              "SELECT count(*) FROM verdict AS v WHERE %s",
                                              outcomes[i].condition),
                                 0);
        shown[i] = i < ALWAYS || totals[i] > 0;
        all += totals[i];
    }
    TRY(query_open(screen->db, families_sql(screen), &query));
    add_title(screen, shown);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add(screen->out, "  ");
        screen_pad(screen->out, query_text(&query, 0), 6);
        screen_pad(screen->out, query_text(&query, 1), TITLE_WIDTH);
        for (int i = 0; i < OUTCOMES; i++)
            if (shown[i])
                add_number(screen, query_integer(&query, i + 2), i);
        text_add_char(screen->out, '\n');
        error = query_next(&query, &found);
    }
    query_close(&query);
    text_add(screen->out, "  ");
    column_pad(screen->out,
               bytes_of(arena_printf(screen->arena, "%" PRId64 " test units", all)),
               TITLE_WIDTH + 6);
    for (int i = 0; i < OUTCOMES; i++)
        if (shown[i])
            text_addf(screen->out, "%*" PRId64, width_of(i), totals[i]);
    text_add_char(screen->out, '\n');
    if (!screen->has_dossier)
        text_add(screen->out, "  firmware alone refutes; it never proves conformity\n");
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
    if (folder == NULL && screen->has_dossier) {
        text_add(
            screen->out,
            "Next: proviso check, gap and explain show what is wrong with the dossier, what "
            "is missing, and why\n");
        return NULL;
    }
    if (folder == NULL) {
        text_add(screen->out, "Next: proviso assess ");
        text_add_terminal(screen->out, bytes_of(screen_meta(screen, "input")));
        text_add(screen->out, " -o out/   writes the report with every proof\n");
        return NULL;
    }
    TRY(query_open(screen->db,
                   "SELECT unit FROM verdict WHERE outcome = 'fail' ORDER BY rowid LIMIT 1",
                   &query));
    struct error *error = query_next(&query, &found);
    text_addf(screen->out, "Next: proviso explain %s/assessment.db ", folder);
    text_add_terminal(screen->out, found ? query_text(&query, 0) : bytes_of("5.1-1-1-a"));
    text_add_char(screen->out, '\n');
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

    screen.has_dossier = bytes_is(bytes_of(screen_meta(&screen, "dossier")), "1");
    screen.has_image = *screen_meta(&screen, "input") != '\0';
    screen_head(&screen);
    TRY(add_families(&screen));
    if (screen.has_dossier)
        TRY(screen_overall(&screen));
    TRY(screen_failures(&screen));
    TRY(screen_losses(&screen));
    return add_next(&screen);
}
