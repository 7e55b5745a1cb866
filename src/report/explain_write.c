#include "report/explain_write.h"

#include "report/column.h"

enum {
    LABEL_WIDTH = 14,
    SCREEN_WIDTH = 96,
    COLUMN_LEAST = 6,
    PROSE_LEAST = 30,
    VALUE_MOST = 48, /* of one value in a column: a longer one loses its middle */
};

static void add_blank(struct text *out, size_t count)
{
    text_addf(out, "%*s", (int)count, "");
}

/* The lines of the paragraph at hand: line ends in it count, long ones are wrapped. */
static void flush(struct sheet_screen *screen)
{
    struct bytes rest = text_bytes(screen->line), row, line;
    size_t mark = screen->mark == NULL ? 0 : bytes_of(screen->mark).size;
    size_t width = SCREEN_WIDTH - screen->indent - mark;
    bool first = true;

    if (screen->line->size == 0)
        return;
    while (bytes_next_line(&rest, &row))
        while (column_next_line(&row, width, &line)) {
            if (first && screen->label != NULL) {
                column_pad(screen->out, bytes_of(screen->label), screen->indent);
            } else {
                add_blank(screen->out, screen->indent);
            }
            if (mark > 0) {
                if (first)
                    text_add(screen->out, screen->mark);
                else
                    add_blank(screen->out, mark);
            }
            text_add_bytes(screen->out, line);
            text_add_char(screen->out, '\n');
            first = false;
        }
    text_clear(screen->line);
    screen->label = NULL;
    screen->mark = NULL;
}

/* Foreign bytes for a terminal; line ends stay. */
static void add_escaped(struct text *out, struct bytes text)
{
    struct bytes line;
    bool first = true;

    while (bytes_next_field(&text, '\n', &line)) {
        text_add(out, first ? "" : "\n");
        text_add_terminal(out, bytes_trim(line).size == 0 ? bytes_of("") : line);
        first = false;
    }
}

void explain_line(struct sheet_screen *screen, const char *label, struct bytes words)
{
    flush(screen);
    if (words.size == 0)
        return;
    screen->indent = LABEL_WIDTH;
    screen->label = label;
    add_escaped(screen->line, words);
    flush(screen);
    screen->indent = 0;
}

void explain_head(struct sheet_screen *screen, const char *words)
{
    flush(screen);
    text_add_char(screen->out, '\n');
    text_add(screen->out, screen->colour ? "\033[1m" : "");
    text_add(screen->out, words);
    text_add(screen->out, screen->colour ? "\033[0m\n" : "\n");
}

static void write_text(void *state, enum mark mark, struct bytes text)
{
    struct sheet_screen *screen = state;

    (void)mark;
    add_escaped(screen->line, text);
}

static void write_link(void *state, const char *target, struct bytes text)
{
    struct sheet_screen *screen = state;

    (void)target;
    text_add_terminal(screen->line, text);
}

static void write_badge(void *state, struct bytes outcome, const char *word)
{
    struct sheet_screen *screen = state;

    (void)outcome;
    text_add(screen->line, word);
}

static void write_strip(void *state, const struct strip *strip)
{
    (void)state, (void)strip; /* no part of a sheet */
}

static void end_cell(struct sheet_screen *screen)
{
    owned(text) flat = text_new();
    struct bytes rest = text_bytes(screen->line), word;

    while (bytes_next_word(&rest, &word)) {
        text_add(flat, flat->size > 0 ? " " : "");
        text_add_bytes(flat, word);
    }
    screen->cells = arena_grow(screen->arena, screen->cells, &screen->cell_capacity,
                               screen->cell_count + 1, sizeof *screen->cells);
    screen->cells[screen->cell_count++] = (struct sheet_cell){
        arena_copy(screen->arena, text_bytes(flat)), column_width(text_bytes(flat))};
    text_clear(screen->line);
}

/* Prose in the last column is wrapped there. */
static bool wraps(const struct sheet_screen *screen)
{
    return screen->columns[screen->column_count - 1].style == STYLE_PROSE;
}

/* The width of each column, and whether the row fits on the screen. */
static bool set_widths(const struct sheet_screen *screen, size_t *widths)
{
    size_t all = screen->indent, count = screen->column_count;

    for (size_t i = 0; i < count; i++)
        widths[i] = column_width(bytes_of(screen->columns[i].title));
    for (size_t i = 0; i < screen->cell_count; i++) {
        size_t *width = &widths[i % count];
        size_t wanted =
            screen->cells[i].width > VALUE_MOST ? VALUE_MOST : screen->cells[i].width;
        *width = wanted > *width ? wanted : *width;
    }
    for (size_t i = 0; i + 1 < count; i++)
        all += widths[i] + 2;
    if (!wraps(screen))
        return all + widths[count - 1] <= SCREEN_WIDTH;
    widths[count - 1] = all < SCREEN_WIDTH ? SCREEN_WIDTH - all : 0;
    return widths[count - 1] >= PROSE_LEAST;
}

static void add_column(struct sheet_screen *screen, struct bytes text, size_t width)
{
    owned(text) shown = text_new();

    column_shorten(shown, text, width < COLUMN_LEAST ? COLUMN_LEAST : width);
    column_pad(screen->out, text_bytes(shown), width + 2);
}

/* The last cell of a row, whose lines begin at column AT. */
static void add_last(struct sheet_screen *screen, struct bytes text, size_t width, size_t at)
{
    struct bytes line;
    bool first = true;

    if (!wraps(screen)) {
        column_shorten(screen->out, text, width < COLUMN_LEAST ? COLUMN_LEAST : width);
        text_add_char(screen->out, '\n');
        return;
    }
    while (column_next_line(&text, width, &line)) {
        add_blank(screen->out, first ? 0 : at);
        text_add_bytes(screen->out, line);
        text_add_char(screen->out, '\n');
        first = false;
    }
    text_add(screen->out, first ? "\n" : "");
}

static void add_columns(struct sheet_screen *screen, const size_t *widths)
{
    size_t count = screen->column_count, at = screen->indent;

    for (size_t i = 0; i + 1 < count; i++)
        at += widths[i] + 2;
    add_blank(screen->out, screen->is_bare ? 0 : screen->indent);
    for (size_t i = 0; i + 1 < count && !screen->is_bare; i++)
        add_column(screen, bytes_of(screen->columns[i].title), widths[i]);
    if (!screen->is_bare)
        add_last(screen, bytes_of(screen->columns[count - 1].title), widths[count - 1], at);
    for (size_t i = 0; i < screen->cell_count; i++) {
        size_t column = i % count;
        if (column == 0)
            add_blank(screen->out, screen->indent);
        if (column + 1 == count)
            add_last(screen, screen->cells[i].text, widths[column], at);
        else
            add_column(screen, screen->cells[i].text, widths[column]);
    }
}

/* Each row as "title: value, title: value", wrapped. */
static void add_stack(struct sheet_screen *screen)
{
    size_t count = screen->column_count;

    for (size_t i = 0; i < screen->cell_count; i++) {
        size_t column = i % count;
        text_add(screen->line, column > 0 ? "; " : "");
        text_add_terminal(screen->line, bytes_of(screen->columns[column].title));
        text_add(screen->line, " ");
        text_add_bytes(screen->line, screen->cells[i].text);
        if (column + 1 == count) {
            screen->mark = "- ";
            flush(screen);
        }
    }
}

static void close_table(struct sheet_screen *screen)
{
    size_t *widths = arena_array(screen->arena, screen->column_count + 1, sizeof *widths);

    screen->in_table = false;
    if (set_widths(screen, widths))
        add_columns(screen, widths);
    else
        add_stack(screen);
    screen->cell_count = 0;
}

static void open_table(struct sheet_screen *screen, const struct words *words)
{
    screen->in_table = true;
    screen->is_bare = words->count != 0;
    screen->columns = words->columns;
    screen->column_count = words->column_count;
    screen->cell_count = 0;
    if (words->count != 0) { /* the entry that it is about */
        text_add_terminal(screen->line, words->title);
        flush(screen);
        screen->indent += 2;
    }
}

static void open_term(struct sheet_screen *screen, const struct words *words)
{
    const char *label = arena_string(screen->arena, words->title);

    if (words->count == 0) {
        screen->label = label;
        screen->indent = LABEL_WIDTH;
        return;
    }
    text_add_char(screen->out, '\n');
    text_add_terminal(screen->line, words->title);
    screen->indent = 0;
    flush(screen);
    screen->indent = 2;
}

static void write_open(void *state, enum block block, const struct words *words)
{
    struct sheet_screen *screen = state;

    if (block == BLOCK_ROW || block == BLOCK_CELL)
        return;
    flush(screen);
    if (block == BLOCK_TERM)
        open_term(screen, words);
    else if (block == BLOCK_TABLE)
        open_table(screen, words);
    else if (block == BLOCK_ITEM)
        screen->mark = "- ";
    else if (block == BLOCK_EVIDENCE || block == BLOCK_EXCERPT)
        screen->indent += 2;
}

static void write_close(void *state, enum block block)
{
    struct sheet_screen *screen = state;

    if (block == BLOCK_ROW)
        return;
    if (block == BLOCK_CELL) {
        end_cell(screen);
        return;
    }
    flush(screen);
    if (block == BLOCK_TABLE) {
        close_table(screen);
        if (screen->indent > 2)
            screen->indent = 2;
    } else if (block == BLOCK_TERM) {
        screen->indent = 0;
        screen->label = NULL;
    } else if (block == BLOCK_EVIDENCE || block == BLOCK_EXCERPT) {
        screen->indent -= 2;
    }
}

const struct writer explain_writer = {
    .open = write_open,
    .close = write_close,
    .text = write_text,
    .link = write_link,
    .badge = write_badge,
    .strip = write_strip,
};
