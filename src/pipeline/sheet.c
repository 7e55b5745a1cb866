#include "pipeline/sheet.h"

#include "pipeline/foreign.h"

static struct error *take_cell(void *context, struct cursor *c)
{
    struct book_record record;

    book_read(c, &record);
    return cursor_ok(c) ? book_add(context, &record) : NULL;
}

struct error *pipeline_sheet(const char *path, const char *worker, bool unlocked,
                             struct book **out)
{
    owned(book) book = book_new();
    const struct foreign foreign = {
        .path = path,
        .advice = "open it in a spreadsheet program and save it again as .xlsx",
        .job = WIRE_BOOK,
        .seconds = LIMIT_SHEET_SECONDS,
        .most = LIMIT_SHEET_FILE,
        .kind = "workbooks",
        .too_large = "take the pictures out of it: evidence belongs into evidence/",
        .accept = take_cell,
        .context = book,
    };

    TRY(foreign_read(&foreign, worker, unlocked, NULL));
    book_sort(book);
    *out = take(book);
    return NULL;
}
