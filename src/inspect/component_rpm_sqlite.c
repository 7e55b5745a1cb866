/*
 * The table Packages of an SQLite file (sqlite.org/fileformat2.html): pages of a b-tree, whose
 * leaves hold records, the rest of a long record on a chain of overflow pages.
 */
#include <inttypes.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "base/size.h"
#include "inspect/component_rpm.h"

#define HEADER_BYTES   100U
#define USABLE_LEAST   480U
#define RECORD_HEAD    64U /* bytes that the sizes of two columns need, with room */
#define SCHEMA_COLUMNS 4U  /* type, name, tbl_name, rootpage */

enum { PAGE_INTERIOR = 5, PAGE_LEAF = 13 };

struct base {
    struct rpm_reader *reader;
    uint32_t page_size;
    uint32_t usable; /* of a page: the rest is reserved */
    uint32_t page_count;
    uint32_t packages; /* root page of the table; 0 until it is found */
    bool in_schema;    /* the tree being walked is the one that lists the tables */
};

static uint64_t page_at(const struct base *base, uint32_t page)
{
    return (uint64_t)(page - 1) * base->page_size;
}

/* Big-endian in groups of seven bits, at most nine bytes. */
static uint64_t varint(struct cursor *c)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        uint8_t byte = cursor_u8(c);
        value = value << 7 | (byte & 0x7f);
        if ((byte & 0x80) == 0)
            return value;
    }
    return value << 8 | cursor_u8(c);
}

/* Bytes of a value, by the type that a record gives it. */
static uint64_t value_size(uint64_t type)
{
    static const uint8_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};

    return type < COUNT_OF(sizes) ? sizes[type] : (type - 12) / 2;
}

/* A record: SIZE bytes, LOCAL of them at OFFSET, the others from page NEXT on. */
struct payload {
    uint64_t size, local, offset;
    uint32_t next;
};

static struct error *read_payload(const struct base *base, uint32_t page, uint16_t cell,
                                  struct payload *out)
{
    struct bytes bytes = bytes_slice(base->reader->database, page_at(base, page), base->usable);
    struct cursor c = cursor_at(bytes, cell);
    uint64_t most = base->usable - 35, least = (base->usable - 12) * 32 / 255 - 23;

    out->size = varint(&c);
    (void)varint(&c); /* row id */
    out->local = out->size;
    if (out->size > most) {
        uint64_t local = least + (out->size - least) % (base->usable - 4);
        out->local = local <= most ? local : least;
    }
    out->offset = page_at(base, page) + cursor_offset(&c);
    cursor_skip(&c, out->local);
    out->next = out->local < out->size ? cursor_u32be(&c) : 0;
    TRY(cursor_check(&c, "cell of an SQLite page"));
    if (out->size > base->reader->database.size)
        return error_new(ERROR_INPUT, "an SQLite record of %" PRIu64 " bytes in a file of %zu",
                         out->size, base->reader->database.size);
    return NULL;
}

/* Adds the bytes of the record from SKIP on, SIZE of them, to the reader's record. */
static struct error *join(const struct base *base, const struct payload *payload, uint64_t skip,
                          uint64_t size)
{
    uint64_t offset = payload->offset, here = payload->local, left = payload->size;
    uint32_t next = payload->next;

    rpm_record_begin(base->reader);
    for (;;) {
        uint64_t skipped = size_min(skip, here), wanted = size_min(size, here - skipped);
        rpm_record_add(base->reader, offset + skipped, wanted);
        skip -= skipped;
        size -= wanted;
        left -= here;
        if (size == 0)
            return NULL;
        if (next == 0 || next > base->page_count || left == 0 || !rpm_page_left(base->reader))
            return error_new(ERROR_INPUT,
                             "an SQLite record goes on at page %" PRIu32 ", which it cannot",
                             next);
        struct cursor c = cursor_at(base->reader->database, page_at(base, next));
        next = cursor_u32be(&c);
        offset = cursor_offset(&c);
        here = size_min(left, base->usable - 4);
    }
}

/* A row of Packages: hnum, which is the row id and so NULL, and blob. */
static struct error *take_package(const struct base *base, const struct payload *payload)
{
    struct cursor c = cursor_over(bytes_slice(base->reader->database, payload->offset,
                                              size_min(payload->local, RECORD_HEAD)));
    uint64_t head = varint(&c), number = varint(&c), blob = varint(&c);

    TRY(cursor_check(&c, "row of the table Packages"));
    if (blob < 12 || blob % 2 != 0 || head > payload->size || number > 9 ||
        value_size(number) + value_size(blob) > payload->size - head)
        return error_new(ERROR_INPUT, "a row of the table Packages holds no header");
    TRY(join(base, payload, head + value_size(number), value_size(blob)));
    rpm_record_end(base->reader);
    return NULL;
}

/* A row of the schema: is it the table Packages? */
static struct error *take_schema(struct base *base, const struct payload *payload)
{
    uint64_t types[SCHEMA_COLUMNS], root = 0;

    TRY(join(base, payload, 0, size_min(payload->size, LIMIT_RPM_SCHEMA)));
    struct bytes record = text_bytes(base->reader->joined);
    struct cursor c = cursor_over(record);
    uint64_t head = varint(&c);
    for (unsigned i = 0; i < SCHEMA_COLUMNS; i++)
        types[i] = varint(&c);
    cursor_seek(&c, head);
    struct bytes type = cursor_bytes(&c, value_size(types[0]));
    struct bytes name = cursor_bytes(&c, value_size(types[1]));
    cursor_skip(&c, value_size(types[2]));
    for (uint64_t i = 0; i < value_size(types[3]) && types[3] <= 4; i++)
        root = root << 8 | cursor_u8(&c);
    if (cursor_ok(&c) && bytes_is(type, "table") && bytes_is(name, "Packages") && root > 0 &&
        root <= base->page_count)
        base->packages = (uint32_t)root;
    return NULL;
}

static void take_cell(struct base *base, uint32_t page, uint16_t cell)
{
    struct payload payload;
    struct error *error = read_payload(base, page, cell, &payload);

    if (error == NULL)
        error = base->in_schema ? take_schema(base, &payload) : take_package(base, &payload);
    if (error != NULL)
        rpm_record_lost(base->reader, error);
}

static void walk(struct base *base, uint32_t page, unsigned depth);

static void walk_interior(struct base *base, uint32_t page, struct cursor *cells,
                          uint16_t count, uint32_t right, unsigned depth)
{
    struct bytes bytes = bytes_slice(base->reader->database, page_at(base, page), base->usable);

    for (uint16_t i = 0; i < count && !rpm_is_enough(base->reader); i++) {
        struct cursor cell = cursor_at(bytes, cursor_u16be(cells));
        walk(base, cursor_u32be(&cell), depth + 1);
    }
    walk(base, right, depth + 1);
}

static struct error *walk_page(struct base *base, uint32_t page, unsigned depth)
{
    if (page == 0 || page > base->page_count || depth > LIMIT_RPM_DEPTH ||
        !rpm_page_left(base->reader))
        return error_new(ERROR_INPUT, "the tree of an SQLite table leads to page %" PRIu32,
                         page);
    struct bytes bytes = bytes_slice(base->reader->database, page_at(base, page), base->usable);
    struct cursor c = cursor_at(bytes, page == 1 ? HEADER_BYTES : 0);
    uint8_t kind = cursor_u8(&c);
    cursor_skip(&c, 2);
    uint16_t count = cursor_u16be(&c);
    cursor_skip(&c, 3);
    uint32_t right = kind == PAGE_INTERIOR ? cursor_u32be(&c) : 0;
    TRY(cursor_check(&c, "SQLite page"));
    if ((kind != PAGE_INTERIOR && kind != PAGE_LEAF) || count > cursor_left(&c) / 2)
        return error_new(ERROR_INPUT, "page %" PRIu32 " is not part of an SQLite table", page);
    if (kind == PAGE_INTERIOR)
        walk_interior(base, page, &c, count, right, depth);
    for (uint16_t i = 0; i < count && kind == PAGE_LEAF && !rpm_is_enough(base->reader); i++)
        take_cell(base, page, cursor_u16be(&c));
    return NULL;
}

/* A damaged page costs what lies below it, not its neighbours. */
static void walk(struct base *base, uint32_t page, unsigned depth)
{
    struct error *error = walk_page(base, page, depth);

    if (error != NULL)
        rpm_record_lost(base->reader, error);
}

struct error *rpm_read_sqlite(struct rpm_reader *reader)
{
    struct base base = {.reader = reader};
    struct cursor c = cursor_at(reader->database, 16);

    base.page_size = cursor_u16be(&c);
    if (base.page_size == 1)
        base.page_size = 65536;
    cursor_skip(&c, 2);
    uint8_t reserved = cursor_u8(&c);
    cursor_seek(&c, 56);
    uint32_t encoding = cursor_u32be(&c);
    TRY(cursor_check(&c, "SQLite header"));
    if (base.page_size < 512 || (base.page_size & (base.page_size - 1)) != 0 ||
        base.page_size - reserved < USABLE_LEAST)
        return error_new(ERROR_INPUT, "an SQLite file with pages of %" PRIu32 " bytes",
                         base.page_size);
    if (encoding > 1) /* 0: nothing was ever written */
        return error_new(ERROR_UNSUPPORTED, "an SQLite file with texts in UTF-16");
    base.usable = base.page_size - reserved;
    base.page_count = (uint32_t)size_min(reader->database.size / base.page_size, UINT32_MAX);
    reader->pages = base.page_count;
    base.in_schema = true;
    walk(&base, 1, 0);
    if (base.packages == 0)
        return error_new(ERROR_INPUT, "an SQLite file without a table Packages");
    reader->pages = base.page_count;
    base.in_schema = false;
    walk(&base, base.packages, 0);
    return NULL;
}
