/*
 * The data bases of rpm, built page by page: where a package's proof lies, and what damage does.
 * The golden cases component/rpm-* hold files that SQLite and Berkeley DB wrote.
 */
#include "inspect/component_rpm.h"

#include "inspect/component_note.h"
#include "unit/unpack/image.h"

#define PAGE 512U

struct seen {
    unsigned count;
    char name[64], full[64];
    uint64_t offset, length;
};

static void see(struct rpm_reader *reader, const struct rpm_package *found)
{
    struct seen *seen = reader->context;

    seen->count++;
    snprintf(seen->name, sizeof seen->name, "%.*s", (int)found->package.name.size,
             (const char *)found->package.name.data);
    snprintf(seen->full, sizeof seen->full, "%.*s", (int)found->package.full.size,
             (const char *)found->package.full.data);
    seen->offset = found->offset;
    seen->length = found->length;
}

static struct error *read_all(const struct image *image, enum rpm_store store,
                              struct seen *seen)
{
    owned(arena) arena = arena_new();
    struct rpm_reader reader = {
        .database = image_bytes(image), .arena = arena, .found = see, .context = seen};

    *seen = (struct seen){.count = 0};
    return rpm_read(&reader, store);
}

static void be16(struct image *image, unsigned value)
{
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    image_add(image, bytes, 2);
}

static void le16(struct image *image, unsigned value)
{
    uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    image_add(image, bytes, 2);
}

static void put_be32(struct image *image, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        image->bytes[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put_le32(struct image *image, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        image->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

/* The header of package NAME, version 1.2, release 3, filled up to SIZE bytes. */
static void add_header(struct image *image, const char *name, size_t size)
{
    const uint32_t tags[] = {1000, 1001, 1002};
    uint32_t name_size = (uint32_t)strlen(name) + 1;
    const uint32_t offsets[] = {0, name_size, name_size + 4};
    size_t begin = image->size;

    image_be32(image, 3);
    image_be32(image, (uint32_t)(size - 8 - sizeof tags / 4 * 16));
    for (size_t i = 0; i < 3; i++) {
        image_be32(image, tags[i]);
        image_be32(image, 6);
        image_be32(image, offsets[i]);
        image_be32(image, 1);
    }
    image_add(image, name, name_size);
    image_add(image, "1.2", 4);
    image_add(image, "3", 2);
    image_pad(image, begin + size, 0);
}

/* --- SQLite --------------------------------------------------------------------------------- */

#define SQLITE_HEADER 1000U /* bytes of the header in make_sqlite */
#define SQLITE_LOCAL  39U /* (512 - 12) * 32 / 255 - 23: nothing more is certain to be local */

static void sqlite_varint(struct image *image, unsigned value)
{
    uint8_t bytes[2] = {(uint8_t)(0x80 | value >> 7), (uint8_t)(value & 0x7f)};
    image_add(image, bytes, 2);
}

static void sqlite_start(struct image *image)
{
    image_add(image, "SQLite format 3", 16);
    be16(image, PAGE);
    image_pad(image, 100, 0);
    /* The schema: a leaf with one cell, at byte 400 of the page. */
    image_add(image, "\x0d\0\0\0\1\0\0\0\x01\x90", 10);
    image_pad(image, 400, 0);
    image_add(image, "\x20\x01\x06\x17\x1d\x1d\x01\x17", 8); /* size, row, six types … */
    image_text(image, "tablePackagesPackages\x02SQL12");
    image_pad(image, PAGE, 0);
}

/*
 * One leaf page with one record of 1004 bytes: as many as fit on this page and two of overflow,
 * each 508. X = 477, M = 39, K = 39 + (1004 - 39) % 508 = 496 > X, so that 39 are local.
 */
static void make_sqlite(struct image *image)
{
    struct image header = {0};

    sqlite_start(image);
    image_add(image, "\x0d\0\0\0\1\0\0\0\x01\x2c", 10);
    image_pad(image, PAGE + 300, 0);
    sqlite_varint(image, SQLITE_HEADER + 4);
    image_add(image, "\x01", 1); /* row */
    image_add(image, "\x04\0", 2);
    sqlite_varint(image, SQLITE_HEADER * 2 + 12);
    add_header(&header, "busybox", SQLITE_HEADER);
    image_add(image, header.bytes, SQLITE_LOCAL - 4);
    image_be32(image, 4);
    image_pad(image, (size_t)PAGE * 2, 0);
    /* Page 3 is the last of the chain, page 4 the first. */
    image_be32(image, 0);
    image_add(image, header.bytes + SQLITE_LOCAL - 4 + 508, SQLITE_HEADER - 508 - 35);
    image_pad(image, (size_t)PAGE * 3, 0);
    image_be32(image, 3);
    image_add(image, header.bytes + SQLITE_LOCAL - 4, 508);
    image_clear(&header);
}

TEST(sqlite_gives_a_record_that_lies_on_three_pages)
{
    struct image image = {0};
    struct seen seen;

    make_sqlite(&image);
    CHECK_INT(image.size, 2048);
    CHECK_SUCCESS(read_all(&image, RPM_SQLITE, &seen));
    CHECK_INT(seen.count, 1);
    CHECK_STRING(seen.name, "busybox");
    CHECK_STRING(seen.full, "1.2-3");
    /* Name, version and release stand together on page 4. */
    CHECK_BYTES(bytes_slice(image_bytes(&image), seen.offset, 7), "busybox");
    CHECK_INT(seen.offset, PAGE * 3 + 4 + 8 + 48 - 35);
    CHECK_INT(seen.length, 8 + 4 + 1);
    image_clear(&image);
}

TEST(sqlite_circles_end)
{
    struct image image = {0};
    struct seen seen;

    make_sqlite(&image);
    put_be32(&image, (size_t)PAGE * 3, 4); /* the overflow page leads to itself */
    image.bytes[PAGE + 300] = 0xff;        /* and the record is longer than the file … */
    image.bytes[PAGE + 301] = 0x7f;
    CHECK_FAILURE(read_all(&image, RPM_SQLITE, &seen), ERROR_INPUT);
    CHECK_INT(seen.count, 0);
    image_clear(&image);

    /* An interior page whose every child is itself. */
    sqlite_start(&image);
    image_add(&image, "\x05\0\0\0\x64\0\0\0\0\0\0\2", 12);
    for (unsigned i = 0; i < 100; i++)
        be16(&image, 300);
    image_pad(&image, PAGE + 300, 0);
    image_be32(&image, 2);
    image_pad(&image, (size_t)PAGE * 64, 0);
    CHECK_FAILURE(read_all(&image, RPM_SQLITE, &seen), ERROR_INPUT);
    image_clear(&image);
}

TEST(sqlite_wants_the_table)
{
    struct image image = {0};
    struct seen seen;

    make_sqlite(&image);
    image.bytes[408 + 5] = 'R';
    CHECK_FAILURE(read_all(&image, RPM_SQLITE, &seen), ERROR_INPUT);
    CHECK_INT(seen.count, 0);
    image_clear(&image);
}

/* --- ndb ------------------------------------------------------------------------------------ */

static void make_ndb(struct image *image)
{
    image_text(image, "RpmP");
    image_le32(image, 0);
    image_le32(image, 1);
    image_le32(image, 1); /* pages of slots */
    image_pad(image, 32, 0);
    for (unsigned i = 0; i < 254; i++) {
        image_text(image, "Slot");
        image_le32(image, i < 2 ? i + 1 : 0);
        image_le32(image, i < 2 ? 256 + i * 16 : 0);
        image_le32(image, i < 2 ? 16 : 0);
    }
    for (unsigned i = 0; i < 2; i++) {
        image_text(image, "BlbS");
        image_le32(image, i + 1);
        image_le32(image, 0);
        image_le32(image, 200);
        add_header(image, i == 0 ? "first" : "second", 200);
        image_pad(image, 4096 + 256 * (i + 1), 0);
    }
}

TEST(ndb_gives_every_slot)
{
    struct image image = {0};
    struct seen seen;

    make_ndb(&image);
    CHECK_SUCCESS(read_all(&image, RPM_NDB, &seen));
    CHECK_INT(seen.count, 2);
    CHECK_STRING(seen.name, "second");
    CHECK_INT(seen.offset, 4096 + 256 + 16 + 56);
    image_clear(&image);
}

TEST(ndb_keeps_what_is_whole)
{
    struct image image = {0};
    struct seen seen;

    make_ndb(&image);
    put_le32(&image, 32 + 8, 0xfffffff0); /* the first slot leads past the end */
    CHECK_FAILURE(read_all(&image, RPM_NDB, &seen), ERROR_INPUT);
    CHECK_INT(seen.count, 1);
    put_le32(&image, 32 + 8, 256);
    put_le32(&image, 4096 + 16, 0xffffffff); /* … has more entries than bytes */
    CHECK_FAILURE(read_all(&image, RPM_NDB, &seen), ERROR_INPUT);
    CHECK_INT(seen.count, 1);
    put_le32(&image, 12, 0x7fffffff); /* more pages of slots than there are pages */
    CHECK_FAILURE(read_all(&image, RPM_NDB, &seen), ERROR_INPUT);
    CHECK_INT(seen.count, 0);
    image_clear(&image);
}

/* --- Berkeley DB ---------------------------------------------------------------------------- */

static void hash_page(struct image *image, uint32_t number, uint32_t next, unsigned entries,
                      unsigned used, const char *kind)
{
    image_pad(image, (size_t)number * PAGE + 8, 0);
    image_le32(image, number);
    image_le32(image, 0);
    image_le32(image, next);
    le16(image, entries);
    le16(image, used);
    image_add(image, "\0", 1);
    image_add(image, kind, 1);
}

static void hash_start(struct image *image)
{
    image_pad(image, 8, 0);
    image_le32(image, 0);
    image_le32(image, 0x061561);
    image_le32(image, 9);
    image_le32(image, PAGE);
    image_pad(image, 32, 0);
    image_le32(image, 3); /* last page */
}

/* Page 1: the pair 1 → 700 bytes from page 2 on, which go on at page 3. */
static void make_hash(struct image *image)
{
    struct image header = {0};

    hash_start(image);
    hash_page(image, 1, 0, 2, 0, "\x0d");
    le16(image, PAGE - 5);
    le16(image, PAGE - 5 - 12);
    image_pad(image, PAGE * 2 - 17, 0);
    image_add(image, "\3\0\0\0", 4);
    image_le32(image, 2);
    image_le32(image, 700);
    image_add(image, "\1\1\0\0\0", 5);
    add_header(&header, "dropbear", 700);
    hash_page(image, 2, 3, 1, 486, "\x07");
    image_add(image, header.bytes, 486);
    hash_page(image, 3, 0, 1, 214, "\x07");
    image_add(image, header.bytes + 486, 214);
    image_pad(image, (size_t)PAGE * 4, 0);
    image_clear(&header);
}

TEST(hash_gives_a_record_that_lies_on_two_pages)
{
    struct image image = {0};
    struct seen seen;

    make_hash(&image);
    CHECK_SUCCESS(read_all(&image, RPM_HASH, &seen));
    CHECK_INT(seen.count, 1);
    CHECK_STRING(seen.name, "dropbear");
    CHECK_INT(seen.offset, PAGE * 2 + 26 + 56);
    image_clear(&image);
}

TEST(hash_circles_end)
{
    struct image image = {0};
    struct seen seen;

    make_hash(&image);
    put_le32(&image, (size_t)PAGE * 2 + 16, 2);         /* the chain leads to itself */
    put_le32(&image, (size_t)PAGE * 2 - 9, 0xffffffff); /* and the record has 4 GiB */
    CHECK_FAILURE(read_all(&image, RPM_HASH, &seen), ERROR_INPUT);
    CHECK_INT(seen.count, 0);
    image_clear(&image);
}

TEST(hash_tells_of_missing_pages)
{
    struct image image = {0};
    struct seen seen;

    make_hash(&image);
    put_le32(&image, 32, 1000);
    CHECK_FAILURE(read_all(&image, RPM_HASH, &seen), ERROR_INPUT);
    CHECK_INT(seen.count, 1);
    image_clear(&image);
}

/* --- places, notes -------------------------------------------------------------------------- */

TEST(a_data_base_is_known_by_place_and_start)
{
    struct bytes sqlite = bytes_from("SQLite format 3", 16), ndb = bytes_of("RpmP and more");

    CHECK_INT(rpm_store(bytes_of("var/lib/rpm/rpmdb.sqlite"), sqlite), RPM_SQLITE);
    CHECK_INT(rpm_store(bytes_of("usr/lib/sysimage/rpm/rpmdb.sqlite"), sqlite), RPM_SQLITE);
    CHECK_INT(rpm_store(bytes_of("usr/lib/sysimage/rpm/Packages.db"), ndb), RPM_NDB);
    CHECK_INT(rpm_store(bytes_of("var/lib/rpm/Packages"), bytes_of("text")), RPM_UNKNOWN);
    CHECK_INT(rpm_store(bytes_of("var/lib/rpm/rpmdb.sqlite-wal"), bytes_of("7")), RPM_LOG);
    CHECK_INT(rpm_store(bytes_of("var/lib/rpm/rpmdb.sqlite-wal"), bytes_of("")), RPM_NONE);
    CHECK_INT(rpm_store(bytes_of("srv/mirror/Packages"), sqlite), RPM_NONE);
    CHECK_INT(rpm_store(bytes_of("var/lib/rpm/Name"), sqlite), RPM_NONE);
}

TEST(notes_are_read_from_whole_elf_files_alone)
{
    owned(arena) arena = arena_new();
    struct component_note note;

    CHECK_TRUE(!component_note_read(bytes_of("\177ELF"), arena, &note));
    CHECK_TRUE(!component_note_read(bytes_of("{\"type\":\"deb\"}"), arena, &note));
}

/* Every prefix, and damage everywhere: an end without a crash, and never more than was there. */
TEST(damage_ends_well)
{
    void (*const makers[])(struct image *) = {make_sqlite, make_ndb, make_hash};
    const enum rpm_store stores[] = {RPM_SQLITE, RPM_NDB, RPM_HASH};
    uint64_t seed = 7;
    struct seen seen;

    for (size_t i = 0; i < COUNT_OF(makers); i++) {
        struct image image = {0};
        makers[i](&image);
        size_t whole = image.size;
        for (image.size = 0; image.size < whole; image.size += 13)
            error_drop(read_all(&image, stores[i], &seen));
        image.size = whole;
        for (unsigned trial = 0; trial < 2000; trial++) {
            size_t at = image_random(&seed) % image.size;
            uint8_t before = image.bytes[at];
            image.bytes[at] = (uint8_t)image_random(&seed);
            error_drop(read_all(&image, stores[i], &seen));
            CHECK_TRUE(seen.count <= 2);
            if (trial % 4 != 0) /* every fourth stays */
                image.bytes[at] = before;
        }
        image_clear(&image);
    }
}

int main(void)
{
    RUN(sqlite_gives_a_record_that_lies_on_three_pages);
    RUN(sqlite_circles_end);
    RUN(sqlite_wants_the_table);
    RUN(ndb_gives_every_slot);
    RUN(ndb_keeps_what_is_whole);
    RUN(hash_gives_a_record_that_lies_on_two_pages);
    RUN(hash_circles_end);
    RUN(hash_tells_of_missing_pages);
    RUN(a_data_base_is_known_by_place_and_start);
    RUN(notes_are_read_from_whole_elf_files_alone);
    RUN(damage_ends_well);
    return test_end();
}
