#include "sheet/sheet.h"

#include "base/size.h"
#include "sheet/cells.h"

/* Parts that hold no cells, by words in their names, and what is said of them. */
static const struct {
    const char *in_name, *what;
} ignored[] = {
    {"vbaproject.bin", "macros"},
    {"/macrosheets/", "macros"},
    {"/externallinks/", "links to other workbooks"},
    {"/embeddings/", "embedded objects"},
    {"/activex/", "controls"},
    {"/ctrlprops/", "controls"},
    {"/media/", "pictures"},
    {"/charts/", "charts"},
    {"/drawings/drawing", "drawings and boxes with text"},
    {"/connections.xml", "connections to data outside"},
    {"/querytables/", "connections to data outside"},
    {"/pivottables/", "pivot tables"},
};

static bool contains_nocase(struct bytes name, const char *word)
{
    struct bytes wanted = bytes_of(word);

    for (size_t i = 0; i + wanted.size <= name.size; i++)
        if (bytes_is_nocase(bytes_slice(name, i, wanted.size), word))
            return true;
    return false;
}

static struct error *put_ignored(const struct package *package, struct book_sink *sink)
{
    for (size_t i = 0; i < COUNT_OF(ignored); i++) {
        const struct book_record record = {.kind = BOOK_IGNORED,
                                           .text = bytes_of(ignored[i].what)};
        bool found = false;
        for (size_t j = 0; j < package->count && !found; j++)
            found = contains_nocase(package->parts[j].name, ignored[i].in_name);
        if (found)
            TRY(sink->record(sink, &record));
    }
    return NULL;
}

static struct error *read_remarks(struct cells_shared *shared, struct bytes part)
{
    struct package *package = shared->package;
    struct relations relations;
    struct bytes content;

    TRY(relations_read(package, part, &relations));
    const struct relation *comments = relations_of_type(&relations, "comments");
    const struct package_part *remarks =
        comments == NULL ? NULL : package_find(package, comments->target);
    if (remarks == NULL)
        return NULL;
    TRY(package_read(package, remarks, &content));
    return cells_read_remarks(shared, content);
}

static struct error *read_sheet(struct cells_shared *shared, const struct index_sheet *sheet)
{
    const struct package_part *part = package_find(shared->package, sheet->part);
    struct bytes content;

    if (sheet->part.size == 0 || part == NULL)
        return error_new(ERROR_INPUT, "its part is missing from the file");
    TRY(package_read(shared->package, part, &content));
    TRY(cells_read(shared, content));
    return read_remarks(shared, part->name);
}

static struct error *put_sheet(struct cells_shared *shared, const struct index_sheet *sheet)
{
    const struct book_record record = {
        .kind = BOOK_SHEET,
        .flags = sheet->hidden ? BOOK_HIDDEN : 0,
        .text = bytes_slice(sheet->name, 0, LIMIT_BOOK_TEXT),
    };
    const struct book_record chart = {
        .kind = BOOK_IGNORED,
        .text = bytes_of("sheets that are charts, dialogs or macros"),
    };

    if (sheet->other)
        return shared->sink->record(shared->sink, &chart);
    TRY(shared->sink->record(shared->sink, &record));
    return error_wrap(read_sheet(shared, sheet), "sheet %.*s",
                      (int)size_min(sheet->name.size, 100), (const char *)sheet->name.data);
}

static struct error *read_all(struct package *package, struct book_sink *sink)
{
    struct cells_shared shared = {.package = package, .sink = sink};
    struct index index;

    TRY(index_read(package, &index));
    shared.styles.since_1904 = index.since_1904;
    TRY(strings_read(package, index.strings, &shared.strings));
    TRY(styles_read(package, index.styles, &shared.styles));
    for (size_t i = 0; i < index.count; i++)
        TRY(put_sheet(&shared, &index.sheets[i]));
    return put_ignored(package, sink);
}

struct error *sheet_read(struct bytes file, struct book_sink *sink)
{
    owned(arena) arena = arena_new();
    struct package package;

    TRY(package_open(file, arena, &package));
    return read_all(&package, sink);
}
