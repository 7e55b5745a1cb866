#include <string.h>

#include "model/query.h"
#include "report/column.h"
#include "report/scheme.h"
#include "report/sql.h"

/* Schemes of one product side by side, or products side by side: one row a provision. */

struct row {
    const char *id, *text, *base;
    const char **cells; /* one for each column; NULL: the column has no such provision */
};

struct rows {
    struct row *rows;
    size_t count, capacity;
};

/* --- gathering ----------------------------------------------------------------------------- */

static struct row *row_of(struct rows *rows, struct bytes id)
{
    for (size_t i = 0; i < rows->count; i++)
        if (bytes_is(id, rows->rows[i].id))
            return &rows->rows[i];
    return NULL;
}

static struct row *add_row(struct rows *rows, const struct scheme_matrix *matrix,
                           struct arena *arena, const struct query *found)
{
    struct row *row = row_of(rows, query_text(found, 0));

    if (row != NULL)
        return row;
    rows->rows =
        arena_grow(arena, rows->rows, &rows->capacity, rows->count + 1, sizeof *rows->rows);
    row = &rows->rows[rows->count++];
    *row = (struct row){
        .id = arena_string(arena, query_text(found, 0)),
        .text = arena_string(arena, query_text(found, 1)),
        .base = arena_string(arena, query_text(found, 2)),
        .cells = arena_array(arena, matrix->column_count, sizeof *row->cells),
    };
    return row;
}

/* Does one of the points that the scheme takes name the provision? */
static bool takes(const struct scheme_view *view, const char *id)
{
    for (size_t i = 0; i < view->point_count; i++)
        for (size_t j = 0; j < view->points[i].need_count; j++)
            if (!view->points[i].needs[j].beside && view->points[i].needs[j].assessed != NULL &&
                strcmp(view->points[i].needs[j].assessed, id) == 0)
                return true;
    return false;
}

static struct error *gather_column(const struct scheme_matrix *matrix, size_t place,
                                   struct arena *arena, struct rows *rows)
{
    const struct scheme_column *column = &matrix->columns[place];
    struct query found;
    bool more = false;

    TRY(query_open(column->db,
                   "SELECT p.id, p.requirement, p.base, COALESCE(v.outcome, 'open')"
                   " FROM provision AS p LEFT JOIN provision_verdict AS v ON v.provision = p.id"
                   " WHERE p.edition = COALESCE(" SQL_EDITION ","
                   " '3.1.3') ORDER BY p.place",
                   &found));
    struct error *error = query_next(&found, &more);
    while (error == NULL && more) {
        struct row *row = add_row(rows, matrix, arena, &found);
        if (!matrix->by_scheme || column->view_count == 0 || takes(column->views, row->id))
            row->cells[place] = arena_string(arena, query_text(&found, 3));
        error = query_next(&found, &more);
    }
    query_close(&found);
    return error;
}

static struct error *gather(const struct scheme_matrix *matrix, struct arena *arena,
                            struct rows *rows)
{
    for (size_t i = 0; i < matrix->column_count; i++)
        TRY(error_wrap(gather_column(matrix, i, arena, rows), "%s", matrix->columns[i].title));
    return NULL;
}

/* The schemes of all columns, each once, in the order they come. */
static size_t gather_schemes(const struct scheme_matrix *matrix, struct arena *arena,
                             const struct scheme_view ***out)
{
    size_t count = 0, capacity = 0;

    for (size_t i = 0; i < matrix->column_count; i++)
        for (size_t j = 0; j < matrix->columns[i].view_count; j++) {
            const struct scheme_view *view = &matrix->columns[i].views[j];
            bool known = false;
            for (size_t k = 0; k < count; k++)
                known = known || strcmp((*out)[k]->id, view->id) == 0;
            if (known)
                continue;
            *out = arena_grow(arena, *out, &capacity, count + 1, sizeof **out);
            (*out)[count++] = view;
        }
    return count;
}

static const struct scheme_view *view_in(const struct scheme_column *column, const char *id)
{
    for (size_t i = 0; i < column->view_count; i++)
        if (strcmp(column->views[i].id, id) == 0)
            return &column->views[i];
    return NULL;
}

/* --- for a terminal ------------------------------------------------------------------------ */

#define CELL 10 /* cells of a column on a terminal: "○ unclear" and a blank */

static const char *mark(const char *outcome)
{
    return outcome == NULL                          ? ""
           : strcmp(outcome, "pass") == 0           ? "✓ pass"
           : strcmp(outcome, "fail") == 0           ? "✕ fail"
           : strcmp(outcome, "not-applicable") == 0 ? "– n/a"
           : strcmp(outcome, "inconclusive") == 0   ? "○ unclear"
           : strcmp(outcome, "not-run") == 0        ? "○ not run"
                                                    : "○ open";
}

/* A … Z, then A1 … Z1 and so on. */
static const char *letter(size_t place, struct arena *arena)
{
    return place < 26 ? arena_printf(arena, "%c", (char)('A' + place))
                      : arena_printf(arena, "%c%zu", (char)('A' + place % 26), place / 26);
}

static void add_legend(struct arena *arena, struct text *out,
                       const struct scheme_matrix *matrix)
{
    for (size_t i = 0; i < matrix->column_count; i++) {
        text_addf(out, "  %-3s", letter(i, arena));
        text_add_terminal(out, bytes_of(matrix->columns[i].title));
        if (matrix->columns[i].note != NULL) {
            text_add(out, ": ");
            text_add_terminal(out, bytes_of(matrix->columns[i].note));
        }
        text_add_char(out, '\n');
    }
}

static void add_totals(const struct scheme_matrix *matrix, struct arena *arena,
                       struct text *out)
{
    const struct scheme_view **schemes = NULL;
    size_t count = gather_schemes(matrix, arena, &schemes);

    text_add(out, count > 0 ? "\nSchemes\n" : "");
    for (size_t i = 0; i < count; i++) {
        text_addf(out, "  %-22s", schemes[i]->id);
        for (size_t j = 0; j < matrix->column_count; j++) {
            const struct scheme_view *view = view_in(&matrix->columns[j], schemes[i]->id);
            if (view != NULL && matrix->column_count > 1 && !matrix->by_scheme)
                text_addf(out, "  %s: %s", letter(j, arena), scheme_total(view));
            else if (view != NULL)
                text_addf(out, "  %s", scheme_total(view));
        }
        text_add_char(out, '\n');
    }
}

struct error *scheme_matrix_text(const struct scheme_matrix *matrix, struct arena *arena,
                                 struct text *out)
{
    struct rows rows = {.count = 0};

    TRY(gather(matrix, arena, &rows));
    add_legend(arena, out, matrix);
    owned(text) head = text_new();
    for (size_t i = 0; i < matrix->column_count; i++)
        column_pad(head, bytes_of(letter(i, arena)), CELL);
    text_addf(out, "\n%*s", CELL, "");
    text_add_bytes(out, bytes_trim(text_bytes(head)));
    text_add_char(out, '\n');
    for (size_t i = 0; i < rows.count; i++) {
        owned(text) line = text_new();
        text_addf(line, "%-8s%-2s", rows.rows[i].id, rows.rows[i].base);
        for (size_t j = 0; j < matrix->column_count; j++)
            column_pad(line, bytes_of(mark(rows.rows[i].cells[j])), CELL);
        text_add_bytes(out, bytes_trim(text_bytes(line)));
        text_add_char(out, '\n');
    }
    add_totals(matrix, arena, out);
    return NULL;
}

/* --- for programs -------------------------------------------------------------------------- */

static void add_json_columns(const struct scheme_matrix *matrix, struct text *out)
{
    for (size_t i = 0; i < matrix->column_count; i++) {
        const struct scheme_column *column = &matrix->columns[i];
        text_add(out, i == 0 ? "\n  {\"title\": " : ",\n  {\"title\": ");
        text_add_json(out, bytes_of(column->title));
        text_add(out, ", \"note\": ");
        if (column->note == NULL)
            text_add(out, "null");
        else
            text_add_json(out, bytes_of(column->note));
        text_add(out, ", \"schemes\": {");
        for (size_t j = 0; j < column->view_count; j++) {
            text_add(out, j == 0 ? "" : ", ");
            text_add_json(out, bytes_of(column->views[j].id));
            text_add(out, ": ");
            text_add_json(out, bytes_of(scheme_total(&column->views[j])));
        }
        text_add(out, "}}");
    }
}

struct error *scheme_matrix_json(const struct scheme_matrix *matrix, struct arena *arena,
                                 struct text *out)
{
    struct rows rows = {.count = 0};

    TRY(gather(matrix, arena, &rows));
    text_addf(out,
              "{\n\"format\": \"proviso-matrix\", \"version\": \"1\", \"by\": \"%s\",\n"
              "\"columns\": [",
              matrix->by_scheme ? "scheme" : "product");
    add_json_columns(matrix, out);
    text_add(out, "],\n\"provisions\": [");
    for (size_t i = 0; i < rows.count; i++) {
        text_add(out, i == 0 ? "\n  {\"id\": " : ",\n  {\"id\": ");
        text_add_json(out, bytes_of(rows.rows[i].id));
        text_add(out, ", \"base\": ");
        text_add_json(out, bytes_of(rows.rows[i].base));
        text_add(out, ", \"outcomes\": [");
        for (size_t j = 0; j < matrix->column_count; j++) {
            text_add(out, j == 0 ? "" : ", ");
            if (rows.rows[i].cells[j] == NULL)
                text_add(out, "null");
            else
                text_add_json(out, bytes_of(rows.rows[i].cells[j]));
        }
        text_add(out, "]}");
    }
    text_add(out, "]\n}\n");
    return NULL;
}

/* --- for paper ----------------------------------------------------------------------------- */

/* Are there few enough columns for one with the words of each provision? */
static bool has_words(const struct scheme_matrix *matrix)
{
    return matrix->column_count <= 6;
}

static void add_html_legend(const struct scheme_matrix *matrix, struct text *out)
{
    text_add(out, "<ul>\n");
    for (size_t i = 0; i < matrix->column_count; i++) {
        text_add(out, "<li><b>");
        text_add_html(out, bytes_of(matrix->columns[i].title));
        text_add(out, "</b> ");
        text_add_html(out, bytes_of(matrix->columns[i].note));
        text_add_char(out, '\n');
    }
    text_add(out, "</ul>\n");
}

static void add_html_totals(const struct scheme_matrix *matrix, struct arena *arena,
                            struct text *out)
{
    const struct scheme_view **schemes = NULL;
    size_t count = gather_schemes(matrix, arena, &schemes);

    for (size_t i = 0; i < count && !matrix->by_scheme; i++) {
        text_add(out,
                 has_words(matrix) ? "<tr><th scope=row colspan=2>" : "<tr><th scope=row>");
        text_add_html(out, bytes_of(schemes[i]->name));
        for (size_t j = 0; j < matrix->column_count; j++) {
            const struct scheme_view *view = view_in(&matrix->columns[j], schemes[i]->id);
            text_add(out, "<td class=c>");
            text_add_html(out, bytes_of(view == NULL ? "" : scheme_total(view)));
        }
        text_add_char(out, '\n');
    }
    if (!matrix->by_scheme)
        return;
    text_add(out, has_words(matrix) ? "<tr><th scope=row colspan=2>Taken together"
                                    : "<tr><th scope=row>Taken together");
    for (size_t j = 0; j < matrix->column_count; j++) {
        text_add(out, "<td class=c>");
        if (matrix->columns[j].view_count > 0)
            text_add_html(out, bytes_of(scheme_total(matrix->columns[j].views)));
    }
    text_add_char(out, '\n');
}

static void add_html_rows(const struct scheme_matrix *matrix, const struct rows *rows,
                          struct text *out)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        text_add(out, "<tr><th scope=row class=id>");
        text_add_html(out, bytes_of(row->id));
        text_add(out, strcmp(row->base, "M") == 0 ? " M" : " R");
        if (has_words(matrix)) {
            text_add(out, "<td>");
            text_add_html(out, bytes_of(row->text));
        }
        for (size_t j = 0; j < matrix->column_count; j++) {
            const char *cell = row->cells[j];
            text_add(out, "<td class=c>");
            if (cell == NULL)
                continue;
            text_add(out, "<span class=\"o ");
            text_add_html(out, bytes_of(cell));
            text_addf(out, "\">%s</span>", mark(cell));
        }
        text_add_char(out, '\n');
    }
}

struct error *scheme_matrix_html(const struct scheme_matrix *matrix, struct arena *arena,
                                 struct text *out)
{
    struct rows rows = {.count = 0};

    TRY(gather(matrix, arena, &rows));
    scheme_page_head(out, "Provision matrix · EN 303 645", false);
    text_add(out,
             "<main class=wide>\n<h1>Provision matrix</h1>\n<p class=law>ETSI EN 303 645. ");
    text_add(out,
             matrix->by_scheme
                 ? "A cell is the outcome of a provision that the scheme takes; an empty one "
                   "means that it does not take it."
                 : "A cell is the outcome of the provision for the product; an empty one "
                   "means that the edition assessed has no such provision.");
    text_add(out,
             " M: mandatory, R: recommended. No claim of conformity with any scheme.</p>\n");
    add_html_legend(matrix, out);
    text_add(out, "<table class=matrix>\n<thead><tr><th>Provision");
    text_add(out, has_words(matrix) ? "<th>In short" : "");
    for (size_t i = 0; i < matrix->column_count; i++) {
        text_add(out, "<th scope=col>");
        text_add_html(out, bytes_of(matrix->columns[i].title));
    }
    text_add(out, "</thead>\n<tbody>\n");
    add_html_totals(matrix, arena, out);
    add_html_rows(matrix, &rows, out);
    text_add(out, "</tbody></table>\n</main>\n</body>\n</html>\n");
    return NULL;
}
