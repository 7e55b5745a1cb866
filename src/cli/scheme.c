#include "cli/schemes.h"
#include "cli/writing.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON object"},
    {"output", 'o', "FILE", "write it there: the document or view as a page, or with --json"},
    {"matrix", 0, NULL, "the provisions of one product by scheme, or of several products"},
};

/* --- one scheme ---------------------------------------------------------------------------- */

static struct error *write_one(const struct line *line, const struct schemes_product *product,
                               struct arena *arena, struct text *out, enum exit_code *code)
{
    struct scheme_view view;

    TRY(schemes_read(product, line->arguments[1], arena, &view));
    if (line_has(line, "json"))
        scheme_json(&view, out);
    else if (line_has(line, "output"))
        scheme_html(&view, out);
    else
        scheme_text(&view, out);
    if (view.view == NULL && view.standing == SCHEME_FAILS)
        *code = EXIT_FAILED;
    return NULL;
}

static struct error *run_one(const struct line *line, struct arena *arena, struct text *out,
                             enum exit_code *code)
{
    struct schemes_product product;

    if (line->argument_count != 2)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "one assessment and one scheme are wanted"),
                       "cannot understand the command line"),
            "for example: proviso scheme camera/ uk-psti; proviso list schemes shows them all");
    struct error *error = schemes_open(line->arguments[0], arena, &product);
    if (error == NULL)
        error = write_one(line, &product, arena, out, code);
    sqlite3_close(product.db);
    return error;
}

/* --- the matrix ---------------------------------------------------------------------------- */

static const char *title_of(const struct schemes_product *product, struct arena *arena)
{
    const char *name = scheme_dut(product->db, arena, "name");

    return name == NULL ? product->path : name;
}

/* One product: a column for each of its schemes. */
static struct error *by_scheme(const struct schemes_product *product, struct arena *arena,
                               struct scheme_matrix *out)
{
    struct scheme_view *views = NULL;
    size_t count = 0;

    TRY(schemes_read_all(product, arena, &views, &count));
    out->by_scheme = true;
    out->columns = arena_array(arena, count + 1, sizeof *out->columns);
    out->columns[out->column_count++] =
        (struct scheme_column){.title = title_of(product, arena),
                               .note = "every provision of the edition assessed",
                               .db = product->db};
    for (size_t i = 0; i < count; i++)
        out->columns[out->column_count++] = (struct scheme_column){.title = views[i].id,
                                                                   .note = views[i].name,
                                                                   .views = &views[i],
                                                                   .view_count = 1,
                                                                   .db = product->db};
    return NULL;
}

static struct error *by_product(const struct schemes_product *products, size_t count,
                                struct arena *arena, struct scheme_matrix *out)
{
    out->columns = arena_array(arena, count, sizeof *out->columns);
    for (size_t i = 0; i < count; i++) {
        struct scheme_column *column = &out->columns[out->column_count++];
        *column = (struct scheme_column){.title = title_of(&products[i], arena),
                                         .db = products[i].db};
        TRY(schemes_read_all(&products[i], arena, &column->views, &column->view_count));
        column->note = arena_printf(
            arena, "%s, %s", products[i].path,
            column->view_count == 0 ? "" : scheme_edition(column->views[0].edition));
    }
    return NULL;
}

static struct error *write_matrix(const struct line *line,
                                  const struct schemes_product *products, size_t count,
                                  struct arena *arena, struct text *out)
{
    struct scheme_matrix matrix = {.column_count = 0};

    TRY(count == 1 ? by_scheme(products, arena, &matrix)
                   : by_product(products, count, arena, &matrix));
    if (line_has(line, "json"))
        return scheme_matrix_json(&matrix, arena, out);
    if (line_has(line, "output"))
        return scheme_matrix_html(&matrix, arena, out);
    return scheme_matrix_text(&matrix, arena, out);
}

static struct error *run_matrix(const struct line *line, struct arena *arena, struct text *out)
{
    struct schemes_product *products =
        arena_array(arena, line->argument_count, sizeof *products);
    struct error *error = NULL;

    for (size_t i = 0; i < line->argument_count && error == NULL; i++)
        error = schemes_open(line->arguments[i], arena, &products[i]);
    if (error == NULL)
        error = write_matrix(line, products, line->argument_count, arena, out);
    for (size_t i = 0; i < line->argument_count; i++)
        sqlite3_close(products[i].db);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    enum exit_code outcome = EXIT_NOTHING_FAILED;

    if (line_has(line, "matrix"))
        TRY(run_matrix(line, arena, out));
    else
        TRY(run_one(line, arena, out, &outcome));
    TRY(writing_output(line_value(line, "output"), out, "it"));
    *code = outcome;
    return NULL;
}

const struct command command_scheme = {
    .name = "scheme",
    .arguments = "ASSESSMENT SCHEME",
    .summary = "show what a law or label takes from an assessment, and make its statement",
    .example = "proviso scheme camera/ uk-psti -o statement.html\n"
               "  proviso scheme --matrix camera/ router/ -o matrix.html",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = CLI_MOST_ARGUMENTS,
    .run = run,
};
