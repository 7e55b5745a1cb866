#include <inttypes.h>

#include "cli/common.h"
#include "cli/judging.h"
#include "model/query.h"

enum { SHOWN = 40 }; /* rows on the screen; --all shows the rest */

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON array"},
    {"all", 0, NULL, "every row, not the most urgent ones alone"},
    {"edition", 0, "3.1.3|2.1.1", "judge against that edition of EN 303 645"},
    {"today", 0, "DATE", "what is due before DATE (2026-12-31) is marked as overdue"},
    {"fail-on", 0, "WHAT", "exit 1 on: " JUDGING_FAIL_ON},
};

static const char *const urgencies[] = {
    "",
    "To mend: it fails",
    "To mend: the dossier is wrong there, or an answer no longer counts",
    "To complete: mandatory provisions wait for it",
    "To mend: recommendations that fail",
    "To complete: recommendations wait for it"};

struct listing {
    struct text *out;
    struct arena *arena;
    const char *today;
    int64_t urgency;
    size_t shown;
};

static void add_label(struct text *out, const char *label, struct bytes value)
{
    if (value.size == 0)
        return;
    text_addf(out, "      %-6s ", label);
    text_add_terminal(out, value);
    text_add_char(out, '\n');
}

static void add_action(struct listing *listing, struct bytes owner, struct bytes due,
                       struct bytes state)
{
    struct text *out = listing->out;

    text_add(out, "      owner  ");
    text_add_terminal(out, owner.size > 0 ? owner : bytes_of("nobody"));
    if (due.size > 0) {
        text_add(out, ", due ");
        text_add_terminal(out, due);
        if (listing->today != NULL && bytes_compare(due, bytes_of(listing->today)) < 0 &&
            !bytes_is(state, "done"))
            text_add(out, " (overdue)");
    }
    if (state.size > 0)
        text_add(out, ", ");
    text_add_terminal(out, state);
    text_add_char(out, '\n');
}

/* ROW: urgency, kind, provision, unit, what, advice, file, line, owner, due, state. */
static void add_row(struct listing *listing, const struct query *row)
{
    struct text *out = listing->out;
    int64_t urgency = query_integer(row, 0);
    struct bytes name = query_text(row, query_is_null(row, 3) ? 2 : 3);
    bool whole = bytes_is(query_text(row, 1), "declaration"); /* many provisions wait */
    struct bytes owner = query_text(row, 8), due = query_text(row, 9),
                 state = query_text(row, 10);

    if (urgency != listing->urgency)
        text_addf(out, "%s%s\n", listing->urgency == 0 ? "" : "\n", urgencies[urgency]);
    listing->urgency = urgency;
    if (whole)
        name = bytes_of("");
    text_addf(out, "  %-11.*s ", (int)name.size, (const char *)name.data);
    text_add_terminal(out, query_text(row, 4));
    if (query_text(row, 6).size > 0) {
        text_add(out, "  [");
        text_add_terminal(out, query_text(row, 6));
        if (query_integer(row, 7) > 0)
            text_addf(out, ":%" PRId64, query_integer(row, 7));
        text_add_char(out, ']');
    }
    text_add_char(out, '\n');
    add_label(out, "advice", query_text(row, 5));
    if (owner.size + due.size + state.size > 0)
        add_action(listing, owner, due, state);
}

static void add_end(struct listing *listing, sqlite3 *db, int64_t all)
{
    struct query row;
    bool found = false;

    if (listing->shown < (size_t)all)
        text_addf(listing->out, "\n%" PRId64 " more: --all shows them\n",
                  all - (int64_t)listing->shown);
    struct error *error = query_open(db, "SELECT outcome, because FROM overall", &row);
    if (error == NULL)
        error = query_next(&row, &found);
    if (error == NULL && found)
        text_addf(listing->out, "\nOverall: %.*s, %.*s\n", (int)query_text(&row, 0).size,
                  (const char *)query_text(&row, 0).data, (int)query_text(&row, 1).size,
                  (const char *)query_text(&row, 1).data);
    if (error == NULL)
        query_close(&row);
    error_free(error);
}

static struct error *show(const struct line *line, sqlite3 *db)
{
    owned(text) out = text_new();
    owned(arena) arena = arena_new();
    struct listing listing = {.out = out, .arena = arena, .today = line_value(line, "today")};
    int64_t all = query_number(db, "SELECT count(*) FROM gap", 0);
    bool json = line_has(line, "json"), whole = json || line_has(line, "all"), found = false;
    struct query rows;

    TRY(query_open(db,
                   "SELECT urgency, kind, provision, unit, what, advice, file, line, owner,"
                   " due, state FROM gap ORDER BY place",
                   &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found && (whole || listing.shown < SHOWN)) {
        if (json) {
            text_add(out, listing.shown == 0 ? "[\n  " : ",\n  ");
            query_add_json(&rows, out);
        } else {
            add_row(&listing, &rows);
        }
        listing.shown++;
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    TRY(error);
    if (json)
        text_add(out, listing.shown == 0 ? "[]\n" : "\n]\n");
    else
        add_end(&listing, db, all);
    output_text(out);
    return NULL;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    const char *edition, *fail_on, *today = line_value(line, "today");
    struct dossier *dossier = NULL;
    sqlite3 *db = NULL;

    if (today != NULL && !common_fits(today, "0000-00-00"))
        return error_hint(error_wrap(error_new(ERROR_USAGE, "%s is no date", today),
                                     "cannot understand --today"),
                          "write it as 2026-12-31");
    TRY(judging_options(line, &edition, &fail_on));
    TRY(judging_open(line->arguments[0], edition, &dossier, &db));
    struct error *error = show(line, db);
    if (error == NULL && judging_failures(db, fail_on) > 0)
        *code = EXIT_FAILED;
    sqlite3_close(db);
    dossier_close(dossier);
    return error;
}

const struct command command_gap = {
    .name = "gap",
    .arguments = "DOSSIER",
    .summary = "what is missing to pass, most urgent first",
    .example = "proviso gap camera/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
