#include <inttypes.h>

#include "report/terminal.h"

/* What fails, with its proof, and what could not be read. */

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

static struct error *place_of(struct screen *screen, int64_t id, struct text *out)
{
    owned(text) sql = text_new();
    struct query query;
    bool found = false;

    const char *observable =
        screen_value(screen, "SELECT observable FROM observation WHERE id = CAST(? AS INTEGER)",
                     arena_printf(screen->arena, "%" PRId64, id));
    if (*observable == '\0')
        return NULL;
    text_addf(sql, "SELECT path, line, \"offset\" FROM \"%s\" WHERE id = ?", observable);
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
    TRY(place_of(screen, query_integer(query, 2), place));
    rest = text_bytes(sentence);
    while (column_next_line(&rest, SENTENCE_WIDTH, &line)) {
        bool first = lines++ == 0;
        text_add(screen->out, "  ");
        screen_pad(screen->out, first ? query_text(query, 0) : bytes_of(""), ID_WIDTH);
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

/*
 * The same proof often fails several units of one provision, and one observation in several
 * words: the screen tells it once, the report in full.
 */
#define PROVEN                                                                        \
    "SELECT p.id, p.base, p.place, e.because, e.observation,"                         \
    " MAX(e.severity) OVER (PARTITION BY p.id, e.observation) AS severity,"           \
    " row_number() OVER (PARTITION BY p.id, e.observation"                            \
    "  ORDER BY e.severity DESC, u.place, e.place) AS turn FROM counter_example AS e" \
    " JOIN unit AS u ON u.id = e.unit AND u.edition = " SQL_EDITION                   \
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"            \
    " JOIN provision AS p ON p.id = c.provision AND p.edition = u.edition"            \
    " JOIN provision_verdict AS v ON v.provision = p.id AND v.outcome = 'fail'"

/* What the ICS alone makes fail, and what a person says. */
#define DECLARED                                                                             \
    " UNION ALL SELECT p.id, p.base, p.place, v.because, CASE a.state WHEN"                  \
    " 'fail' THEN i.observation END, 0, 1"                                                   \
    " FROM provision_verdict AS v JOIN provision AS p ON p.id = v.provision"                 \
    " AND p.edition = " SQL_EDITION " LEFT JOIN ics AS i ON i.provision = p.id"              \
    " LEFT JOIN applicability AS a ON a.provision = p.id"                                    \
    " WHERE v.outcome = 'fail' AND v.because IS NOT NULL"                                    \
    " UNION ALL SELECT p.id, p.base, p.place, COALESCE(n.who, 'an assessor') || ' says of '" \
    " || n.unit || ': ' || n.because, n.observation, 0, 1"                                   \
    " FROM verdict AS v JOIN answer AS n ON n.unit = v.unit"                                 \
    " JOIN unit AS u ON u.id = v.unit AND u.edition = " SQL_EDITION                          \
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"                   \
    " JOIN provision AS p ON p.id = c.provision AND p.edition = u.edition"                   \
    " WHERE v.outcome = 'fail' AND NOT v.automatic AND n.stale IS NULL"

static const char *failures_sql(const struct screen *screen)
{
    static const char image[] = "SELECT id, because, MIN(observation) FROM (" PROVEN
                                ") WHERE turn = 1 GROUP BY id, because"
                                " ORDER BY base, MAX(severity) DESC, place, MIN(observation)";
    static const char dossier[] = "SELECT id, because, MIN(observation) FROM (" PROVEN DECLARED
                                  ") WHERE turn = 1 GROUP BY id, because"
                                  " ORDER BY base, MAX(severity) DESC, place, MIN(observation)";

    return screen->has_dossier ? dossier : image;
}

struct error *screen_failures(struct screen *screen)
{
    struct query query;
    bool found = false;
    int64_t mandatory = query_number(
        screen->db,
        "SELECT count(*) FROM provision WHERE edition = " SQL_EDITION " AND base = 'M'", 0);
    int64_t failed =
        query_number(screen->db,
                     "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p ON p.id "
                     "= v.provision AND"
                     " p.edition = " SQL_EDITION " WHERE "
                     "v.outcome = 'fail' AND p.base = 'M'",
                     0);
    int64_t advised =
        query_number(screen->db,
                     "SELECT count(*) FROM provision_verdict WHERE outcome = 'fail'", failed) -
        failed;
    size_t count = 0, hidden = 0;

    text_add_char(screen->out, '\n');
    screen_styled(screen, STYLE_BOLD, screen->has_dossier ? "Failures" : "Proven failures");
    text_addf(screen->out, ": %" PRId64 " of %" PRId64 " mandatory provisions", failed,
              mandatory);
    if (advised > 0)
        text_add(screen->out, ", ");
    if (advised > 0)
        text_add_counted(screen->out, (uint64_t)advised, "recommendation");
    text_add_char(screen->out, '\n');
    TRY(query_open(screen->db, failures_sql(screen), &query));
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
        screen_name(out, query_text(query, 1), NAME_WIDTH);
        text_add(out, query_text(query, 1).size == 0 ? "the image: " : ": ");
        screen_name(out, query_text(query, 5), REASON_WIDTH);
    } else {
        text_add_size(out, (uint64_t)query_integer(query, 3));
        text_addf(out, " at 0x%" PRIx64 ", %s", (uint64_t)query_integer(query, 2),
                  bytes_is(query_text(query, 4), "encrypted")
                      ? "looks encrypted or packed in an unknown way"
                      : "of no known format");
    }
    text_add_char(out, '\n');
}

struct error *screen_losses(struct screen *screen)
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
