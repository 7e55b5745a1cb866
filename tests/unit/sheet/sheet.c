#include "sheet/sheet.h"

#include "sheet/styles.h"
#include "test.h"
#include "unit/sheet/print.h"
#include "unit/sheet/zip.h"

static const char relations[] =
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='rId1' Type='http://x/officeDocument' Target='xl/workbook.xml'/>"
    "</Relationships>";
static const char workbook_relations[] =
    "<Relationships>"
    "<Relationship Id='rId1' Type='http://x/worksheet' Target='worksheets/sheet1.xml'/>"
    "<Relationship Id='rId2' Type='http://x/sharedStrings' Target='/xl/sharedStrings.xml'/>"
    "<Relationship Id='rId3' Type='http://x/styles' Target='styles.xml'/>"
    "<Relationship Id='rId4' Type='http://x/chartsheet' Target='chartsheets/sheet1.xml'/>"
    "</Relationships>";
static const char workbook[] =
    "<?xml version='1.0'?><workbook xmlns='urn:main' xmlns:r='urn:r'><sheets>"
    "<sheet name='One &amp; only' sheetId='1' r:id='rId1'/></sheets></workbook>";
static const char strings[] =
    "<sst><si><t>plain</t></si>"
    "<si><r><t xml:space='preserve'>rich </t></r><r><t>text</t></r></si>"
    "<si><t>kanji</t><rPh><t>spoken</t></rPh></si>"
    "<si><t>a_x000D__x000A_b_x005F_x0041_</t></si>"
    "<si><r><t>no</t></r><r><rPr><strike/></rPr><t>yes</t></r></si></sst>";
static const char styles[] =
    "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='dd\\.mm\\.yyyy;@'/>"
    "<numFmt numFmtId='165' formatCode='&quot;day &quot;0.00'/></numFmts>"
    "<fonts><font/><font><strike/></font><font><strike val='0'/></font></fonts>"
    "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='165'/>"
    "<xf numFmtId='10'/><xf numFmtId='22'/><xf fontId='1'/><xf "
    "fontId='2'/></cellXfs></styleSheet>";

/* A workbook of one sheet with these rows, as text. */
static void book_of(const char *book, const char *rows, struct text *out)
{
    owned(text) locals = text_new();
    owned(text) directory = text_new();
    owned(text) sheet = text_new();
    struct zip zip = {.locals = locals, .directory = directory};

    text_addf(sheet, "<worksheet xmlns='urn:main'>%s</worksheet>", rows);
    zip_add(&zip, "_rels/.rels", 8, bytes_of(relations));
    zip_add(&zip, "xl/workbook.xml", 8, bytes_of(book));
    zip_add(&zip, "xl/_rels/workbook.xml.rels", 8, bytes_of(workbook_relations));
    zip_add(&zip, "xl/sharedStrings.xml", 8, bytes_of(strings));
    zip_add(&zip, "xl/styles.xml", 8, bytes_of(styles));
    zip_add(&zip, "xl/worksheets/sheet1.xml", 8, text_bytes(sheet));
    print_book(zip_end(&zip), out);
}

/* … with the comments that hang at it. */
static void rows_with_remarks(const char *remarks, const char *wanted)
{
    static const char of_sheet[] =
        "<ns0:Relationships xmlns:ns0='urn:p'><ns0:Relationship Id='rId1' Type="
        "'http://x/comments' Target='../comments1.xml'/></ns0:Relationships>";
    owned(text) locals = text_new();
    owned(text) directory = text_new();
    owned(text) out = text_new();
    struct zip zip = {.locals = locals, .directory = directory};

    zip_add(&zip, "_rels/.rels", 8, bytes_of(relations));
    zip_add(&zip, "xl/workbook.xml", 8, bytes_of(workbook));
    zip_add(&zip, "xl/_rels/workbook.xml.rels", 8, bytes_of(workbook_relations));
    zip_add(&zip, "xl/sharedStrings.xml", 8, bytes_of(strings));
    zip_add(&zip, "xl/styles.xml", 8, bytes_of(styles));
    zip_add(&zip, "xl/worksheets/sheet1.xml", 8, bytes_of("<worksheet/>"));
    zip_add(&zip, "xl/worksheets/_rels/sheet1.xml.rels", 8, bytes_of(of_sheet));
    zip_add(&zip, "xl/comments1.xml", 8, bytes_of(remarks));
    print_book(zip_end(&zip), out);
    CHECK_BYTES(text_bytes(out), wanted);
}

static void rows(const char *given, const char *wanted)
{
    owned(text) out = text_new();
    owned(text) all = text_new();

    book_of(workbook, given, out);
    text_addf(all, "sheet \"One & only\"\n%s", wanted);
    CHECK_BYTES(text_bytes(out), text_string(all));
}

TEST(cells_of_every_kind_are_read)
{
    rows("<sheetData><row r='2'><c r='B2' t='s'><v>0</v></c><c r='C2' t='s'><v>1</v></c>"
         "<c r='D2' t='s'><v>2</v></c><c r='E2' t='s'><v>3</v></c></row></sheetData>",
         "B2 text \"plain\"\nC2 text \"rich text\"\nD2 text \"kanji\"\n"
         "E2 text \"a\\nb_x0041_\"\n");
    rows("<sheetData><row><c t='inlineStr'><is><t>in</t><r><t>line</t></r></is></c>"
         "<c t='b'><v>true</v></c><c t='b'><v>0</v></c><c t='str'><f>A1</f><v>made</v></c>"
         "<c t='e'><f>1/0</f><v>#DIV/0!</v></c><c t='d'><v>2026-11-20</v></c></row>"
         "<row><c><v>1</v></c></row></sheetData>",
         "A1 text \"inline\"\nB1 yes/no \"Yes\"\nC1 yes/no \"No\"\nD1 text \"made\" formula\n"
         "E1 failed \"#DIV/0!\" formula\nF1 date \"2026-11-20\"\nA2 number \"1\"\n");
}

TEST(numbers_are_as_a_person_sees_them)
{
    rows("<sheetData><row><c><v>1.1000000000000001</v></c><c><v>8080</v></c><c><v>1E3</v></c>"
         "<c><v>-0.5</v></c><c><v>none</v></c></row></sheetData>",
         "A1 number \"1.1\"\nB1 number \"8080\"\nC1 number \"1000\"\nD1 number \"-0.5\"\n"
         "E1 number \"none\"\n");
    rows("<sheetData><row><c s='1'><v>46346</v></c><c s='2'><v>60</v></c><c s='2'><v>59</v></c>"
         "<c s='3'><v>46346</v></c><c s='4'><v>0.5</v></c><c s='5'><v>46346.4375</v></c>"
         "<c s='1'><v>0.75</v></c><c s='99'><v>7</v></c><c "
         "s='1'><v>-1</v></c></row></sheetData>",
         "A1 date \"2026-11-20\"\nB1 date \"1900-02-28\"\nC1 date \"1900-02-28\"\n"
         "D1 number \"46346\"\nE1 number \"50%\"\nF1 date \"2026-11-20 10:30:00\"\n"
         "G1 date \"18:00:00\"\nH1 number \"7\"\nI1 number \"-1\"\n");
}

/* As the Open XML SDK writes: every element with a prefix; dates as ISO 8601. */
TEST(other_dialects_are_read)
{
    owned(text) out = text_new();

    book_of("<x:workbook xmlns:x='urn:x' xmlns:r='urn:r'><x:sheets>"
            "<x:sheet name='s' sheetId='4' r:id='rId1'/></x:sheets></x:workbook>",
            "<x:sheetData xmlns:x='urn:y'><x:row><x:c t='d'><x:v>2026-11-20T00:00:00.000Z</x:v>"
            "</x:c><x:c t='d'><x:v>2026-11-20T10:30:00Z</x:v></x:c><x:c t='d'><x:v>2026-11-20"
            "</x:v></x:c></x:row></x:sheetData>",
            out);
    CHECK_BYTES(text_bytes(out), "sheet \"s\"\nA1 date \"2026-11-20\"\n"
                                 "B1 date \"2026-11-20 10:30:00\"\nC1 date \"2026-11-20\"\n");
}

TEST(what_is_struck_through_is_marked)
{
    rows("<sheetData><row><c t='s'><v>4</v></c><c t='s'><v>0</v></c><c t='s' s='6'><v>0</v></c>"
         "<c t='s' s='7'><v>0</v></c><c "
         "t='inlineStr'><is><r><rPr><strike/></rPr><t>x</t></r></is>"
         "</c><c t='inlineStr'><is><t>y</t></is></c></row></sheetData>",
         "A1 text \"noyes\" struck through\nB1 text \"plain\"\n"
         "C1 text \"plain\" struck through\nD1 text \"plain\"\n"
         "E1 text \"x\" struck through\nF1 text \"y\"\n");
}

TEST(hidden_rows_and_columns_are_marked)
{
    rows("<cols><col min='2' max='3' hidden='1'/><col min='5' max='5' width='0'/></cols>"
         "<sheetData><row><c><v>1</v></c><c><v>2</v></c><c r='D1'><v>3</v></c><c><v>4</v></c>"
         "</row><row hidden='true'><c><v>5</v></c></row><row ht='0'><c><v>6</v></c></row>"
         "<row hidden='0'><c><v>7</v></c></row></sheetData>",
         "A1 number \"1\"\nB1 number \"2\" hidden\nD1 number \"3\"\nE1 number \"4\" hidden\n"
         "A2 number \"5\" hidden\nA3 number \"6\" hidden\nA4 number \"7\"\n");
    rows("<cols><col min='0' max='99999999999' hidden='1'/><col min='x' hidden='1'/>"
         "<col min='16384' max='18446744073709551615' hidden='1'/></cols><sheetData><row><c>"
         "<v>1</v></c><c r='XFD1'><v>2</v></c></row></sheetData>",
         "A1 number \"1\"\nXFD1 number \"2\" hidden\n");
}

/* A conversation is kept elsewhere; behind some words about it, here is what was said. */
TEST(comments_are_what_a_person_said)
{
    rows_with_remarks(
        "<comments><commentList><comment ref='B2'><text><r><t>Ann:</t></r><r><t>"
        "\nold</t></r></text></comment><comment ref='C3'><text><t>[Threaded comment]"
        "\n\nThis program is too old to show it as one.\n\nComment:\n    new\nReply:"
        "\n    yes</t></text></comment></commentList></comments>",
        "sheet \"One & only\"\nB2 note \"Ann:\\nold\"\n"
        "C3 note \"new\\nReply:\\n    yes\"\n");
}

TEST(days_may_count_from_1904)
{
    owned(text) out = text_new();

    book_of("<workbook xmlns:r='urn:r'><workbookPr date1904='1'/><sheets>"
            "<sheet name='s' state='hidden' r:id='rId1'/><sheet name='c' r:id='rId4'/></sheets>"
            "</workbook>",
            "<sheetData><row><c s='1'><v>44884</v></c></row></sheetData>", out);
    CHECK_BYTES(text_bytes(out), "sheet \"s\" hidden\nA1 date \"2026-11-20\"\n"
                                 "not read \"sheets that are charts, dialogs or macros\"\n");
}

TEST(what_only_looks_like_a_date_is_none)
{
    CHECK_INT(styles_of_code(bytes_of("General")), STYLE_PLAIN);
    CHECK_INT(styles_of_code(bytes_of("0.00E+00")), STYLE_PLAIN);
    CHECK_INT(styles_of_code(bytes_of("[Red]0.00;[h]")), STYLE_PLAIN);
    CHECK_INT(styles_of_code(bytes_of("[h]:mm:ss")), STYLE_PLAIN);
    CHECK_INT(styles_of_code(bytes_of("\"days\" 0")), STYLE_PLAIN);
    CHECK_INT(styles_of_code(bytes_of("0\\d")), STYLE_PLAIN);
    CHECK_INT(styles_of_code(bytes_of("[$-407]d. mmmm yyyy")), STYLE_DATE);
    CHECK_INT(styles_of_code(bytes_of("yyyy-mm-dd")), STYLE_DATE);
    CHECK_INT(styles_of_code(bytes_of("0.0%")), STYLE_PERCENT);
}

TEST(empty_and_broken_cells)
{
    rows("<sheetData><row><c/><c t='s'><v></v></c><c t='s'/><c><f>A1</f></c>"
         "<c><f>A1</f><v></v></c><c t='str'><f>A1</f><v></v></c><c t='inlineStr'/></row>"
         "</sheetData><mergeCells><mergeCell ref='A1:B2'/><mergeCell ref='B2:A1'/>"
         "<mergeCell ref='A1'/></mergeCells>"
         "<hyperlinks><hyperlink ref='A1'/><hyperlink ref='A2'/></hyperlinks>",
         "D1 failed \"\" formula\nE1 failed \"\" formula\nA1 merge to B2\n"
         "not read \"links behind the texts of cells; the texts themselves are read\"\n");
    rows(
        "<sheetData><row><c t='b'><v>true</v></c><c t='b'><v> FALSE </v></c></row></sheetData>",
        "A1 yes/no \"Yes\"\nB1 yes/no \"No\"\n");
    rows("<sheetData><row><c t='s'><v>999</v></c></row></sheetData>",
         "input: sheet One & only: a cell names a text that the file does not hold\n");
    rows("<sheetData><row><c t='s'><v>x</v></c></row></sheetData>",
         "input: sheet One & only: a cell names a text that the file does not hold\n");
    rows("<sheetData><row r='0'/></sheetData>",
         "input: sheet One & only: a row that no sheet has\n");
    rows("<sheetData><row><c r='XFE1'><v>1</v></c></row></sheetData>",
         "input: sheet One & only: a cell that no sheet has\n");
    rows("<sheetData><row>", "input: sheet One & only: line 1: mismatched tag\n");
}

TEST(a_document_type_is_refused)
{
    owned(text) out = text_new();

    book_of("<!DOCTYPE w [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><workbook>&b;</workbook>", "",
            out);
    CHECK_TRUE(bytes_starts(text_bytes(out),
                            "input: xl/workbook.xml is damaged: it declares a document type"));
}

TEST(elements_inside_each_other_have_a_limit)
{
    owned(text) deep = text_new();
    owned(text) out = text_new();

    for (int i = 0; i < 100000; i++)
        text_add(deep, "<a>");
    book_of(workbook, text_string(deep), out);
    CHECK_BYTES(text_bytes(out), "sheet \"One & only\"\nlimit: sheet One & only: more than 64 "
                                 "elements inside each other\n");
}

/* An archive with the part NAME alone. */
static void alone(const char *name, unsigned method, struct bytes content, uint32_t claimed,
                  const char *wanted)
{
    owned(text) locals = text_new();
    owned(text) directory = text_new();
    owned(text) out = text_new();
    struct zip zip = {.locals = locals, .directory = directory, .claimed = claimed};

    zip_add(&zip, name, method, content);
    print_book(zip_end(&zip), out);
    if (!bytes_contains(text_bytes(out), wanted)) {
        test_ok = false;
        printf("# wanted %s, got %s", wanted, text_string(out));
    }
}

TEST(other_files_are_told_what_they_are)
{
    static const uint8_t ole[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0};
    owned(text) out = text_new();

    print_book(bytes_from(ole, sizeof ole), out);
    CHECK_TRUE(bytes_contains(text_bytes(out), "old .xls file"));
    text_clear(out);
    print_book(bytes_of("ID;Description\n1;2\n"), out);
    CHECK_TRUE(bytes_contains(text_bytes(out), "no workbook of the kind .xlsx"));
    text_clear(out);
    print_book(bytes_of(""), out);
    CHECK_TRUE(bytes_contains(text_bytes(out), "no workbook"));
    alone("readme.txt", 0, bytes_of("x"), 0, "without a workbook");
    alone("xl/workbook.xml", 0, bytes_of(""), 0, "it is empty");
    alone("xl/workbook.xml", 0, bytes_of("<workbook/>"), 0, "lists no sheet");
    alone("XL\\Workbook.XML", 8, bytes_of("<workbook/>"), 0, "lists no sheet");
    alone("xl/workbook.xml", 12, bytes_of("<workbook/>"), 0, "packed by a method");
    alone("xl/workbook.xml", 8, bytes_of("<workbook/>"), 7, "damaged");
    alone("xl/workbook.xml", 0, bytes_of("<workbook/>"), 700, "damaged");
}

TEST(bombs_are_told_apart)
{
    owned(text) zeros = text_new();

    for (size_t i = 0; i < 20 << 20; i += 16)
        text_add(zeros, "                ");
    alone("xl/workbook.xml", 8, text_bytes(zeros), 0, "more than 500 times its size");
    alone("xl/workbook.xml", 8, bytes_of("<workbook/>"), 200 << 20, "larger, unpacked");
    alone("xl/workbook.xml", 8, bytes_of("<workbook/>"), 1 << 20, "damaged");
}

struct quiet {
    struct book_sink sink;
    struct book *book;
};

static struct error *keep(struct book_sink *sink, const struct book_record *record)
{
    return book_add(((struct quiet *)(void *)sink)->book, record);
}

static void try_bytes(struct bytes file)
{
    owned(book) book = book_new();
    struct quiet quiet = {.sink.record = keep, .book = book};

    error_free(sheet_read(file, &quiet.sink));
    book_sort(book);
}

/* Every prefix and every changed byte of a small workbook ends cleanly. */
TEST(damage_ends_cleanly)
{
    owned(text) locals = text_new();
    owned(text) directory = text_new();
    owned(arena) arena = arena_new();
    struct zip zip = {.locals = locals, .directory = directory};
    static const char sheet[] =
        "<worksheet><sheetData><row><c t='s'><v>1</v></c><c s='1'><v>46346</v></c>"
        "<c t='inlineStr'><is><t>a</t></is></c></row></sheetData><mergeCells>"
        "<mergeCell ref='A1:B2'/></mergeCells></worksheet>";

    /* Stored parts: a changed byte gets behind their checksum only when that is changed too. */
    zip_add(&zip, "_rels/.rels", 8, bytes_of(relations));
    zip_add(&zip, "xl/workbook.xml", 0, bytes_of(workbook));
    zip_add(&zip, "xl/_rels/workbook.xml.rels", 8, bytes_of(workbook_relations));
    zip_add(&zip, "xl/sharedStrings.xml", 8, bytes_of(strings));
    zip_add(&zip, "xl/styles.xml", 8, bytes_of(styles));
    zip_add(&zip, "xl/worksheets/sheet1.xml", 8, bytes_of(sheet));
    struct bytes file = zip_end(&zip);
    for (size_t size = 0; size < file.size; size++)
        try_bytes(bytes_slice(file, 0, size));
    uint8_t *copy = (uint8_t *)(uintptr_t)arena_copy(arena, file).data;
    for (size_t i = 0; i < file.size; i++)
        for (unsigned bit = 0; bit < 8; bit += 3) {
            copy[i] ^= (uint8_t)(1U << bit);
            try_bytes(bytes_from(copy, file.size));
            copy[i] ^= (uint8_t)(1U << bit);
        }
    try_bytes(file);
}

/* The same behind the checksum: the XML itself is changed. */
TEST(damaged_xml_ends_cleanly)
{
    static const char sheet[] =
        "<sheetData><row r='1'><c r='A1' t='s' s='2'><v>1</v></c><c "
        "r='B1'><f>A1</f><v>2</v></c>"
        "<c t='inlineStr'><is><r><t>a</t></r></is></c></row></sheetData>";
    owned(arena) arena = arena_new();
    char *copy = arena_string(arena, bytes_of(sheet));
    static const char changes[] = {'<', '>', '\'', '9', '&', '/', '\x01', '\xff'};

    for (size_t i = 0; i + 1 < sizeof sheet; i++)
        for (size_t j = 0; j < sizeof changes; j++) {
            owned(text) out = text_new();
            char before = copy[i];
            copy[i] = changes[j];
            book_of(workbook, copy, out);
            copy[i] = before;
        }
}

int main(void)
{
    RUN(cells_of_every_kind_are_read);
    RUN(numbers_are_as_a_person_sees_them);
    RUN(other_dialects_are_read);
    RUN(what_is_struck_through_is_marked);
    RUN(hidden_rows_and_columns_are_marked);
    RUN(comments_are_what_a_person_said);
    RUN(days_may_count_from_1904);
    RUN(what_only_looks_like_a_date_is_none);
    RUN(empty_and_broken_cells);
    RUN(a_document_type_is_refused);
    RUN(elements_inside_each_other_have_a_limit);
    RUN(other_files_are_told_what_they_are);
    RUN(bombs_are_told_apart);
    RUN(damage_ends_cleanly);
    RUN(damaged_xml_ends_cleanly);
    return test_end();
}
