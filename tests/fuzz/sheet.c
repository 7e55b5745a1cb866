/*
 * The harness of workbooks: reads one as the worker does, makes a dossier of it as the parent does,
 * and reads every file that was written: it must be YAML. The first byte of the input says what
 * the rest is:
 *
 *     0 a workbook; 1 the cells of a sheet, 2 shared texts, 3 styles, 4 the list of sheets,
 *     5 comments, 6 relationships: put into a workbook that is else sound
 */
#include "sheet/sheet.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/yaml.h"
#include "dossier/sheet_import.h"
#include "store/store.h"
#include "unit/sheet/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_BYTES (1U << 20)

static const struct {
    const char *name, *content;
} parts[] = {
    {NULL, NULL},
    {"xl/worksheets/sheet1.xml",
     "<worksheet><sheetData><row r='1'><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
     "<row r='2'><c t='s'><v>2</v></c><c s='1'><v>46346</v></c></row></sheetData></worksheet>"},
    {"xl/sharedStrings.xml",
     "<sst><si><t>ID</t></si><si><t>Description</t></si><si><t>AuthMech-1</t></si></sst>"},
    {"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs>"
                      "</styleSheet>"},
    {"xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='1-AuthMech' r:id='a'/>"
                        "<sheet name='ICS' r:id='a'/><sheet name='DUT' r:id='a'/>"
                        "<sheet name='4-Conf' r:id='a'/></sheets></workbook>"},
    {"xl/comments1.xml", "<comments><commentList><comment ref='A2'><text><t>x</t></text>"
                         "</comment></commentList></comments>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships><Relationship Id='a' Type='t/worksheet' Target='worksheets/sheet1.xml'/>"
     "<Relationship Id='b' Type='t/sharedStrings' Target='sharedStrings.xml'/>"
     "<Relationship Id='c' Type='t/styles' Target='styles.xml'/></Relationships>"},
};

static const char sheet_relations[] =
    "<Relationships><Relationship Id='a' Type='t/comments' Target='../comments1.xml'/>"
    "</Relationships>";

static void demand(struct error *error)
{
    if (error == NULL)
        return;
    fprintf(stderr, "%s\n", error_line(error));
    abort();
}

struct keeping {
    struct book_sink sink;
    struct book *book;
};

static struct error *keep(struct book_sink *sink, const struct book_record *record)
{
    return book_add(((struct keeping *)(void *)sink)->book, record);
}

/* The catalogue is made once: it is the same for every input. */
static sqlite3 *catalogue(void)
{
    static sqlite3 *db;

    if (db == NULL)
        demand(store_new(&db));
    return db;
}

static void import(struct bytes file)
{
    owned(arena) arena = arena_new();
    owned(book) book = book_new();
    owned(text) remarks = text_new();
    owned(text) taken = text_new();
    struct keeping keeping = {.sink.record = keep, .book = book};
    struct sheet_imported imported = {.remarks = remarks, .taken = taken};

    error_free(sheet_read(file, &keeping.sink)); /* what came before a mistake is taken too */
    book_sort(book);
    demand(sheet_import(book, catalogue(), NULL, arena, &imported));
    for (size_t i = 0; i < imported.count; i++) {
        const struct yaml *yaml = NULL;
        demand(yaml_read(imported.files[i].content, imported.files[i].name, arena, &yaml));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_slice(bytes_from(data, size), 1, INPUT_BYTES);
    size_t kind = bytes_at(bytes_from(data, size), 0);

    if (size == 0 || kind >= COUNT_OF(parts))
        return 0;
    if (kind == 0) {
        import(input);
        return 0;
    }
    owned(text) locals = text_new();
    owned(text) directory = text_new();
    struct zip zip = {.locals = locals, .directory = directory};
    for (size_t i = 1; i < COUNT_OF(parts); i++)
        zip_add(&zip, parts[i].name, 0, i == kind ? input : bytes_of(parts[i].content));
    zip_add(&zip, "xl/worksheets/_rels/sheet1.xml.rels", 0, bytes_of(sheet_relations));
    import(zip_end(&zip));
    return 0;
}
