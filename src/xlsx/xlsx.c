#include "xlsx/xlsx.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "xlsx/clean.h"

#define WIDTHS      64    /* columns whose width is remembered */
#define LINE_HEIGHT 15.0  /* points, of the font that the formats have */
#define MOST_HEIGHT 409.0 /* points: a row can be no higher */
#define PROPERTY    250   /* UTF-16 units of a property of the file: programs allow 255 */

struct xlsx {
    lxw_workbook *workbook; /* NULL: it was ended */
    lxw_worksheet *sheet;
    double widths[WIDTHS]; /* of its columns */
    uint32_t row;          /* written last, and how many lines its cells take */
    size_t lines;
    lxw_format *formats[XLSX_STYLES];
    struct text *text; /* scratch */
    int fd;            /* memory file that the library writes */
    size_t cut;
};

static const struct {
    lxw_color_t ink, ground;
    bool bold;
} looks[XLSX_STYLES] = {
    [XLSX_TEXT] = {0, 0, false},
    [XLSX_HEADING] = {0, 0xd9e2ec, true},
    [XLSX_TITLE] = {0, 0, true},
    [XLSX_LABEL] = {0, 0, true},
    [XLSX_FAINT] = {0x5f6b7a, 0, false},
    [XLSX_DRAFT] = {0, 0xfff4c2, false},
    [XLSX_PASS] = {0x0b5d1e, 0xdff3e3, true},
    [XLSX_FAIL] = {0x8a1020, 0xfbe0e2, true},
    [XLSX_OPEN] = {0x6b4a00, 0xfdf0d5, true},
};

static struct error *failed(lxw_error result)
{
    return error_hint(
        error_new(ERROR_SYSTEM, "the workbook cannot be made: %s", lxw_strerror(result)),
        "see that there is room for temporary files");
}

/* What went wrong with a single cell is our own mistake: texts are cleaned and cut before. */
static struct error *check(lxw_error result)
{
    if (result == LXW_NO_ERROR)
        return NULL;
    if (result == LXW_ERROR_MEMORY_MALLOC_FAILED || result == LXW_ERROR_CREATING_TMPFILE)
        return failed(result);
    return error_new(ERROR_INTERNAL, "a cell that no workbook can have: %s",
                     lxw_strerror(result));
}

static void make_formats(struct xlsx *xlsx)
{
    for (size_t i = 0; i < XLSX_STYLES; i++) {
        lxw_format *format = workbook_add_format(xlsx->workbook);
        if (i != XLSX_TITLE)
            format_set_text_wrap(format);
        format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
        format_set_align(format, LXW_ALIGN_LEFT);
        if (looks[i].bold)
            format_set_bold(format);
        if (looks[i].ink != 0)
            format_set_font_color(format, looks[i].ink);
        if (looks[i].ground != 0)
            format_set_bg_color(format, looks[i].ground);
        if (i == XLSX_HEADING)
            format_set_bottom(format, LXW_BORDER_THIN);
        if (i == XLSX_TITLE)
            format_set_font_size(format, 14);
        xlsx->formats[i] = format;
    }
}

/* Days from 1970 to the date that DATE begins with; 1980-01-01 when it begins with none. */
static int64_t day_of(const char *date)
{
    uint64_t year, month, day;
    struct bytes text = bytes_of(date);

    if (!bytes_to_u64(bytes_slice(text, 0, 4), &year) ||
        !bytes_to_u64(bytes_slice(text, 5, 2), &month) ||
        !bytes_to_u64(bytes_slice(text, 8, 2), &day) || year < 1980 || year > 9999 ||
        month < 1 || month > 12 || day < 1 || day > 31 || bytes_at(text, 4) != '-' ||
        bytes_at(text, 7) != '-')
        return 3652;
    /* Days of the Gregorian calendar, the year beginning in March. */
    int64_t y = (int64_t)year - (month <= 2), m = ((int64_t)month + 9) % 12;
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + (int64_t)day - 1 - 719468;
}

struct error *xlsx_new(const char *title, const char *subject, const char *date,
                       struct xlsx **out)
{
    owned(xlsx) xlsx = mem_alloc(sizeof *xlsx);
    char path[32];

    xlsx->text = text_new();
    xlsx->fd = memfd_create("workbook", MFD_CLOEXEC);
    if (xlsx->fd < 0)
        return error_new(ERROR_SYSTEM, "no memory for a workbook: %s", strerrordesc_np(errno));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", xlsx->fd);
    xlsx->workbook = workbook_new(path);
    if (xlsx->workbook == NULL)
        return error_new(ERROR_SYSTEM, "no memory for a workbook");
    make_formats(xlsx);
    owned(text) name = text_new();
    owned(text) about = text_new();
    clean_text(bytes_of(title), name);
    clean_text(bytes_of(subject), about);
    (void)clean_cut(name, PROPERTY);
    (void)clean_cut(about, PROPERTY);
    lxw_doc_properties properties = {
        .title = name->size > 0 ? name->data : NULL,
        .subject = about->size > 0 ? about->data : NULL,
        .created = day_of(date) * 86400,
    };
    TRY(check(workbook_set_properties(xlsx->workbook, &properties)));
    *out = take(xlsx);
    return NULL;
}

void xlsx_free(struct xlsx *xlsx)
{
    if (xlsx == NULL)
        return;
    if (xlsx->workbook != NULL)
        lxw_workbook_free(xlsx->workbook);
    if (xlsx->fd >= 0)
        close(xlsx->fd);
    text_free(xlsx->text);
    mem_free(xlsx);
}

/* Programs do not all make a row as high as its text needs: one of several lines is told. */
static void end_row(struct xlsx *xlsx)
{
    double height = LINE_HEIGHT * (double)xlsx->lines;

    if (xlsx->lines > 1)
        worksheet_set_row(xlsx->sheet, xlsx->row, height > MOST_HEIGHT ? MOST_HEIGHT : height,
                          NULL);
    xlsx->lines = 0;
}

static void count_lines(struct xlsx *xlsx, uint32_t row, uint16_t column, struct bytes text)
{
    double width = column < WIDTHS ? xlsx->widths[column] : 0;
    size_t lines = clean_lines(text, width < 4 ? 4 : (size_t)width - 1);

    if (row != xlsx->row)
        end_row(xlsx);
    xlsx->row = row;
    if (lines > xlsx->lines)
        xlsx->lines = lines;
}

struct error *xlsx_sheet(struct xlsx *xlsx, const char *name)
{
    end_row(xlsx);
    TRY(check(workbook_validate_sheet_name(xlsx->workbook, name)));
    for (size_t i = 0; i < WIDTHS; i++)
        xlsx->widths[i] = LXW_DEF_COL_WIDTH;
    xlsx->sheet = workbook_add_worksheet(xlsx->workbook, name);
    if (xlsx->sheet == NULL)
        return failed(LXW_ERROR_MEMORY_MALLOC_FAILED);
    worksheet_set_landscape(xlsx->sheet);
    worksheet_set_paper(xlsx->sheet, 9); /* A4 */
    worksheet_fit_to_pages(xlsx->sheet, 1, 0);
    return NULL;
}

void xlsx_widths(struct xlsx *xlsx, const double *widths, size_t count)
{
    for (size_t i = 0; i < WIDTHS; i++)
        xlsx->widths[i] = i < count ? widths[i] : LXW_DEF_COL_WIDTH;
    for (size_t i = 0; i < count; i++)
        worksheet_set_column(xlsx->sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
}

void xlsx_freeze(struct xlsx *xlsx, uint32_t rows, uint16_t columns)
{
    worksheet_freeze_panes(xlsx->sheet, rows, columns);
    if (rows > 0)
        worksheet_repeat_rows(xlsx->sheet, 0, rows - 1);
}

void xlsx_filter(struct xlsx *xlsx, uint32_t row, uint32_t last_row, uint16_t last_column)
{
    worksheet_autofilter(xlsx->sheet, row, 0, last_row, last_column);
}

struct error *xlsx_text(struct xlsx *xlsx, uint32_t row, uint16_t column, struct bytes text,
                        enum xlsx_style style)
{
    lxw_format *format = xlsx->formats[style];

    if (text.size == 0)
        return check(worksheet_write_blank(xlsx->sheet, row, column, format));
    text_clear(xlsx->text);
    clean_text(text, xlsx->text);
    if (clean_cut(xlsx->text, LIMIT_XLSX_TEXT))
        xlsx->cut++;
    if (style != XLSX_TITLE)
        count_lines(xlsx, row, column, text_bytes(xlsx->text));
    return check(
        worksheet_write_string(xlsx->sheet, row, column, text_string(xlsx->text), format));
}

struct error *xlsx_string(struct xlsx *xlsx, uint32_t row, uint16_t column, const char *string,
                          enum xlsx_style style)
{
    return xlsx_text(xlsx, row, column, bytes_of(string), style);
}

struct error *xlsx_number(struct xlsx *xlsx, uint32_t row, uint16_t column, int64_t number,
                          enum xlsx_style style)
{
    return check(
        worksheet_write_number(xlsx->sheet, row, column, (double)number, xlsx->formats[style]));
}

struct error *xlsx_note(struct xlsx *xlsx, uint32_t row, uint16_t column, struct bytes note)
{
    lxw_comment_options options = {.width = 260, .height = 120};

    text_clear(xlsx->text);
    clean_text(note, xlsx->text);
    (void)clean_cut(xlsx->text, LIMIT_XLSX_TEXT);
    return check(worksheet_write_comment_opt(xlsx->sheet, row, column, text_string(xlsx->text),
                                             &options));
}

struct error *xlsx_choices(struct xlsx *xlsx, uint32_t row, uint32_t last_row, uint16_t column,
                           const char *const *choices, size_t count)
{
    owned(arena) arena = arena_new();
    char **list = arena_array(arena, count + 1, sizeof *list);
    lxw_data_validation *validation = arena_alloc(arena, sizeof *validation);
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        list[i] = arena_string(arena, bytes_of(choices[i]));
        size += strlen(choices[i]) + 1;
    }
    if (size > 250) /* the format's own ceiling is 255, with its quotes */
        return NULL;
    validation->validate = LXW_VALIDATION_TYPE_LIST;
    validation->value_list = list;
    validation->error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
    return check(worksheet_data_validation_range(xlsx->sheet, row, column, last_row, column,
                                                 validation));
}

size_t xlsx_cut(const struct xlsx *xlsx)
{
    return xlsx->cut;
}

static struct error *read_back(int fd, struct text *out)
{
    static uint8_t chunk[1 << 16];
    off_t at = 0;

    for (;;) {
        ssize_t got = pread(fd, chunk, sizeof chunk, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_new(ERROR_SYSTEM, "the workbook cannot be read back: %s",
                             strerrordesc_np(errno));
        if (got == 0)
            return NULL;
        text_add_bytes(out, bytes_from(chunk, (size_t)got));
        at += got;
    }
}

struct error *xlsx_end(struct xlsx *xlsx, struct text *out)
{
    if (xlsx->sheet != NULL)
        end_row(xlsx);
    lxw_error result = workbook_close(take(xlsx->workbook));

    if (result != LXW_NO_ERROR)
        return failed(result);
    return read_back(xlsx->fd, out);
}
