#ifndef REPORT_TERMINAL_H
#define REPORT_TERMINAL_H

#include "base/arena.h"
#include "model/query.h"
#include "report/column.h"
#include "report/report.h"
#include "report/sql.h"

/* The parts of the screen that `assess` and `judge` show. */

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
    bool has_dossier, has_image;
};

enum style {
    STYLE_BOLD,
    STYLE_BAD,
    STYLE_GOOD,
    STYLE_DIM,
    STYLE_PLAIN,
};

void screen_styled(struct screen *screen, enum style style, const char *string);
/* The first value of SQL, whose one placeholder is KEY, or "". */
const char *screen_value(struct screen *screen, const char *sql, const char *key);
/* One value of the table meta, or "". */
const char *screen_meta(struct screen *screen, const char *key);
uint64_t screen_meta_number(struct screen *screen, const char *key);
/* A name or a sentence from the image, at most WIDTH cells of it. */
void screen_name(struct text *out, struct bytes name, size_t width);

/* TEXT of the store, padded to WIDTH cells. */
void screen_pad(struct text *out, struct bytes text, size_t width);

void screen_head(struct screen *screen);                         /* terminal_head.c */
struct error *screen_overall(struct screen *screen) MUST_CHECK;  /* terminal_head.c */
struct error *screen_failures(struct screen *screen) MUST_CHECK; /* terminal_failures.c */
struct error *screen_losses(struct screen *screen) MUST_CHECK;   /* terminal_failures.c */

#endif
