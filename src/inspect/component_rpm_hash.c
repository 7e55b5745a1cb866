/*
 * Berkeley DB, hash (dbinc/db_page.h): a page of facts about the file, then pages of pairs, each
 * a number and a header, long ones on a chain of overflow pages. Either byte order. Every page
 * says what it is, so they are read one after the other, and the buckets do not matter.
 */
#include <inttypes.h>

#include "base/cursor.h"
#include "base/size.h"
#include "inspect/component_rpm.h"

#define PAGE_HEAD 26U

enum { PAGE_UNSORTED = 2, PAGE_OVERFLOW = 7, PAGE_HASH = 13 };
enum { ITEM_HERE = 1, ITEM_OVERFLOW = 3 };
enum { VERSION_OLDEST = 7, VERSION_NEWEST = 10 }; /* of hash files: from Berkeley DB 3.0 on */

struct base {
    struct rpm_reader *reader;
    bool big;
    uint32_t page_size, last_page;
};

/* The head of a page; its number is checked. */
struct page {
    struct bytes bytes;
    uint64_t offset;
    uint32_t next;
    uint16_t entries, used;
    uint8_t kind;
};

static uint16_t half(const struct base *base, struct cursor *c)
{
    return base->big ? cursor_u16be(c) : cursor_u16le(c);
}

static uint32_t word(const struct base *base, struct cursor *c)
{
    return base->big ? cursor_u32be(c) : cursor_u32le(c);
}

static bool read_page(const struct base *base, uint32_t number, struct page *out)
{
    out->offset = (uint64_t)number * base->page_size;
    out->bytes = bytes_slice(base->reader->database, out->offset, base->page_size);
    struct cursor c = cursor_at(out->bytes, 8);
    uint32_t own = word(base, &c);
    cursor_skip(&c, 4);
    out->next = word(base, &c);
    out->entries = half(base, &c);
    out->used = half(base, &c);
    cursor_skip(&c, 1);
    out->kind = cursor_u8(&c);
    return cursor_ok(&c) && out->bytes.size == base->page_size && own == number;
}

/* Joins what stands on a chain of overflow pages. */
static struct error *join(const struct base *base, uint32_t number, uint32_t size)
{
    struct page page;

    rpm_record_begin(base->reader);
    while (size > 0) {
        if (number == 0 || number > base->last_page || !rpm_page_left(base->reader) ||
            !read_page(base, number, &page) || page.kind != PAGE_OVERFLOW || page.used == 0 ||
            page.used > base->page_size - PAGE_HEAD)
            return error_new(ERROR_INPUT,
                             "page %" PRIu32 " of Packages holds no rest of a record", number);
        rpm_record_add(base->reader, page.offset + PAGE_HEAD, size_min(page.used, size));
        size -= (uint32_t)size_min(page.used, size);
        number = page.next;
    }
    return NULL;
}

/* The value of a pair stands at FROM on the page and ends at TO. */
static struct error *take_value(const struct base *base, const struct page *page, uint32_t from,
                                uint32_t to)
{
    struct cursor c = cursor_at(bytes_slice(page->bytes, 0, to), from);
    uint8_t kind = cursor_u8(&c);

    if (kind == ITEM_HERE) {
        rpm_record_begin(base->reader);
        rpm_record_add(base->reader, page->offset + from + 1, to - from - 1);
    } else if (kind == ITEM_OVERFLOW) {
        cursor_skip(&c, 3);
        uint32_t number = word(base, &c), size = word(base, &c);
        TRY(cursor_check(&c, "pair of Packages"));
        TRY(join(base, number, size));
    } else {
        return error_new(ERROR_INPUT, "a value of kind %u in Packages", kind);
    }
    rpm_record_end(base->reader);
    return NULL;
}

/* The pair under number 0 counts the packages and is none. */
static bool is_counter(const struct page *page, uint32_t from, uint32_t to)
{
    struct bytes key = bytes_slice(page->bytes, from, to - from);

    return bytes_at(key, 0) == ITEM_HERE && bytes_all(bytes_from_offset(key, 1), 0);
}

/* Items stand from the end of the page on, the first last; the index has where each begins. */
static void take_page(const struct base *base, const struct page *page)
{
    struct cursor c = cursor_at(page->bytes, PAGE_HEAD);
    uint32_t end = base->page_size, least = PAGE_HEAD + page->entries * 2U;

    for (unsigned i = 0; i + 1 < page->entries && !rpm_is_enough(base->reader); i += 2) {
        uint32_t key = half(base, &c), value = half(base, &c);
        struct error *error = NULL;
        if (!cursor_ok(&c) || key >= end || value >= key || value < least)
            error = error_new(ERROR_INPUT, "pair %u at byte %" PRIu64 " of Packages is damaged",
                              i, page->offset);
        else if (!is_counter(page, key, end))
            error = take_value(base, page, value, key);
        if (error != NULL)
            rpm_record_lost(base->reader, error);
        if (value == 0 || value >= end)
            return;
        end = value;
    }
}

struct error *rpm_read_hash(struct rpm_reader *reader)
{
    struct base base = {.reader = reader};
    struct cursor c = cursor_at(reader->database, 12);
    struct page page;

    base.big = cursor_u32be(&c) == 0x061561;
    uint32_t version = word(&base, &c);
    base.page_size = word(&base, &c);
    uint8_t encryption = cursor_u8(&c);
    cursor_seek(&c, 32);
    base.last_page = word(&base, &c);
    TRY(cursor_check(&c, "first page of Packages"));
    if (version < VERSION_OLDEST || version > VERSION_NEWEST || encryption != 0)
        return error_new(ERROR_UNSUPPORTED, "a Berkeley DB hash of version %" PRIu32 "%s",
                         version, encryption != 0 ? ", encrypted" : "");
    if (base.page_size < 512 || base.page_size > 65536 ||
        (base.page_size & (base.page_size - 1)) != 0)
        return error_new(ERROR_INPUT, "a Berkeley DB hash with pages of %" PRIu32 " bytes",
                         base.page_size);
    uint64_t pages = reader->database.size / base.page_size;
    reader->pages = pages;
    for (uint32_t i = 1; i <= base.last_page && i < pages && !rpm_is_enough(reader); i++) {
        bool whole = read_page(&base, i, &page);
        if (whole && (page.kind == PAGE_HASH || page.kind == PAGE_UNSORTED))
            take_page(&base, &page);
        else if (!whole && !bytes_all(page.bytes, 0)) /* zeros: kept for later buckets */
            rpm_record_lost(
                reader, error_new(ERROR_INPUT, "page %" PRIu32 " of Packages is damaged", i));
    }
    if (base.last_page >= pages)
        return error_new(ERROR_INPUT,
                         "Packages has pages up to %" PRIu32 " and ends at %" PRIu64,
                         base.last_page, pages);
    return NULL;
}
