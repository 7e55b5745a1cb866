#include "inspect/component_rpm.h"

#include <inttypes.h>
#include <string.h>

#include "base/cursor.h"
#include "base/limits.h"

#define ENTRY_BYTES 16U

/* Tags and types of rpm's header (rpm, docs/manual/format_header.md and tags.md). */
enum {
    TAG_NAME = 1000,
    TAG_VERSION = 1001,
    TAG_RELEASE = 1002,
    TAG_EPOCH = 1003,
    TAG_VENDOR = 1011,
    TAG_LICENCE = 1014,
    TAG_GROUP = 1016,
    TAG_ARCHITECTURE = 1022,
};
enum { TYPE_INT32 = 4, TYPE_STRING = 6, TYPE_STRING_ARRAY = 8, TYPE_I18N = 9 };

static bool stands_at(struct bytes path, const char *base)
{
    static const char *const folders[] = {"lib/rpm/", "lib/sysimage/rpm/", "share/rpm/"};
    struct bytes name = bytes_of(base);

    if (!bytes_ends(path, base))
        return false;
    struct bytes folder = bytes_slice(path, 0, path.size - name.size);
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (bytes_ends(folder, folders[i]))
            return true;
    return false;
}

enum rpm_store rpm_store(struct bytes path, struct bytes content)
{
    struct cursor c = cursor_at(content, 12);
    uint32_t magic = cursor_u32le(&c);
    bool place = stands_at(path, "rpmdb.sqlite") || stands_at(path, "Packages.db") ||
                 stands_at(path, "Packages");

    if (stands_at(path, "rpmdb.sqlite-wal") && content.size > 0)
        return RPM_LOG;
    if (!place || content.size == 0)
        return RPM_NONE;
    if (bytes_starts(content, "SQLite format 3"))
        return RPM_SQLITE;
    if (bytes_starts(content, "RpmP"))
        return RPM_NDB;
    return magic == 0x061561 || magic == 0x61150600 ? RPM_HASH : RPM_UNKNOWN;
}

/* What a header says of the tags we look for; the first of each counts. */
struct header {
    struct bytes name, version, release, vendor, licence, group, architecture;
    uint64_t epoch;
    bool has_epoch;
};

static struct bytes *place_of(struct header *header, uint32_t tag)
{
    switch (tag) {
    case TAG_NAME:
        return &header->name;
    case TAG_VERSION:
        return &header->version;
    case TAG_RELEASE:
        return &header->release;
    case TAG_VENDOR:
        return &header->vendor;
    case TAG_LICENCE:
        return &header->licence;
    case TAG_GROUP:
        return &header->group;
    case TAG_ARCHITECTURE:
        return &header->architecture;
    default:
        return NULL;
    }
}

static void take_entry(struct header *header, struct cursor *index, struct bytes store)
{
    uint32_t tag = cursor_u32be(index), type = cursor_u32be(index);
    uint32_t offset = cursor_u32be(index);
    struct cursor c = cursor_at(store, offset);
    struct bytes *place = place_of(header, tag);

    cursor_skip(index, 4); /* how many: one is enough */
    if (tag == TAG_EPOCH && type == TYPE_INT32 && !header->has_epoch) {
        header->epoch = cursor_u32be(&c);
        header->has_epoch = cursor_ok(&c);
    }
    if (place == NULL || place->size > 0 ||
        (type != TYPE_STRING && type != TYPE_STRING_ARRAY && type != TYPE_I18N))
        return;
    struct bytes text = cursor_string(&c);
    if (text.size <= LIMIT_RPM_TEXT && bytes_is_text(text))
        *place = text;
}

/* A header without its magic, as the data base keeps it: two counts, the index, the values. */
static struct error *read_header(struct bytes bytes, struct header *out)
{
    struct cursor c = cursor_over(bytes);
    uint32_t entries = cursor_u32be(&c), size = cursor_u32be(&c);

    TRY(cursor_check(&c, "header of an rpm package"));
    if (entries == 0 || entries > LIMIT_RPM_ENTRIES ||
        (uint64_t)entries * ENTRY_BYTES > cursor_left(&c) ||
        size > cursor_left(&c) - entries * ENTRY_BYTES)
        return error_new(ERROR_INPUT,
                         "the header of an rpm package wants %" PRIu32 " entries and %" PRIu32
                         " bytes, more than its %zu bytes hold",
                         entries, size, bytes.size);
    struct bytes index = cursor_bytes(&c, entries * ENTRY_BYTES);
    struct bytes store = cursor_bytes(&c, size);
    struct cursor entry = cursor_over(index);
    for (uint32_t i = 0; i < entries; i++)
        take_entry(out, &entry, store);
    if (out->name.size == 0 || out->version.size == 0)
        return error_new(ERROR_INPUT, "the header of an rpm package has no name or no version");
    return NULL;
}

/* The name space of the package URL, by who signed for the package. */
static const char *distribution(struct bytes vendor)
{
    static const struct {
        const char *vendor, *space;
    } known[] = {
        {"Fedora Project", "fedora"},
        {"Red Hat", "redhat"},
        {"CentOS", "centos"},
        {"AlmaLinux", "almalinux"},
        {"Rocky", "rocky"},
        {"openSUSE", "opensuse"},
        {"SUSE", "suse"},
        {"Oracle America", "oracle"},
    };

    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (bytes_starts(vendor, known[i].vendor))
            return known[i].space;
    return "";
}

static void locate(const struct rpm_reader *reader, struct bytes record,
                   const struct header *header, struct rpm_package *out)
{
    uint64_t at = (uint64_t)(header->name.data - record.data), end = at + header->name.size;
    struct bytes last = header->release.size > 0 ? header->release : header->version;
    uint64_t last_end = (uint64_t)(last.data - record.data) + last.size;
    size_t i = 0;

    if (last_end > end && last_end - at <= LIMIT_RPM_PROOF)
        end = last_end;
    while (i + 1 < reader->piece_count && reader->pieces[i + 1].at <= at)
        i++;
    if (i + 1 < reader->piece_count && reader->pieces[i + 1].at < end)
        end = reader->pieces[i + 1].at;
    out->offset = reader->pieces[i].offset + (at - reader->pieces[i].at);
    out->length = end - at;
}

static void give(struct rpm_reader *reader, struct bytes record, const struct header *header)
{
    struct rpm_package found = {.package = {
                                    .name = header->name,
                                    .version = header->version,
                                    .revision = header->release,
                                    .full = header->version,
                                    .architecture = header->architecture,
                                    .licence = header->licence,
                                    .section = header->group,
                                    .maintainer = header->vendor,
                                    .distribution = bytes_of(distribution(header->vendor)),
                                }};

    /* Keys that the owner trusts are kept as packages of this name. */
    if (bytes_is(header->name, "gpg-pubkey"))
        return;
    if (header->release.size > 0)
        found.package.full = bytes_of(
            arena_printf(reader->arena, "%s-%s", arena_string(reader->arena, header->version),
                         arena_string(reader->arena, header->release)));
    if (header->has_epoch && header->epoch > 0)
        found.package.epoch = bytes_of(arena_printf(reader->arena, "%" PRIu64, header->epoch));
    locate(reader, record, header, &found);
    reader->found(reader, &found);
}

void rpm_record_begin(struct rpm_reader *reader)
{
    text_clear(reader->joined);
    reader->piece_count = 0;
}

void rpm_record_add(struct rpm_reader *reader, uint64_t offset, uint64_t size)
{
    struct bytes bytes = bytes_slice(reader->database, offset, size);
    struct rpm_piece piece = {reader->joined->size, offset};

    if (bytes.size == 0 || bytes.size > LIMIT_RPM_HEADER - reader->joined->size)
        return;
    text_add_bytes(reader->joined, bytes);
    reader->pieces = arena_grow(reader->arena, reader->pieces, &reader->piece_capacity,
                                reader->piece_count + 1, sizeof *reader->pieces);
    reader->pieces[reader->piece_count++] = piece;
}

void rpm_record_end(struct rpm_reader *reader)
{
    struct bytes record = text_bytes(reader->joined);
    struct header header = {.has_epoch = false};
    struct error *error = read_header(record, &header);

    reader->records++;
    if (error != NULL)
        rpm_record_lost(reader, error);
    else if (reader->records <= LIMIT_ROWS_NODE)
        give(reader, record, &header);
}

void rpm_record_lost(struct rpm_reader *reader, struct error *error)
{
    reader->lost++;
    if (reader->failure == NULL)
        reader->failure = error;
    else
        error_drop(error);
}

bool rpm_is_enough(const struct rpm_reader *reader)
{
    return reader->records > LIMIT_ROWS_NODE || reader->lost > LIMIT_RPM_LOST;
}

bool rpm_page_left(struct rpm_reader *reader)
{
    if (reader->pages == 0)
        return false;
    reader->pages--;
    return true;
}

static struct error *read_store(struct rpm_reader *reader, enum rpm_store store)
{
    switch (store) {
    case RPM_SQLITE:
        return rpm_read_sqlite(reader);
    case RPM_NDB:
        return rpm_read_ndb(reader);
    case RPM_HASH:
        return rpm_read_hash(reader);
    case RPM_LOG:
        return error_new(
            ERROR_UNSUPPORTED,
            "packages may have changed in this log after rpmdb.sqlite was written");
    case RPM_NONE:
    case RPM_UNKNOWN:
    default:
        return error_new(ERROR_UNSUPPORTED,
                         "no data base of rpm that we know begins like this");
    }
}

struct error *rpm_read(struct rpm_reader *reader, enum rpm_store store)
{
    owned(text) joined = text_new();

    reader->joined = joined;
    struct error *error = read_store(reader, store);
    reader->joined = NULL;
    if (reader->failure != NULL) {
        error_drop(error);
        error = reader->failure;
        reader->failure = NULL;
    }
    if (reader->lost > 0)
        return error_wrap(error, "%u records of the data base of rpm are lost", reader->lost);
    if (error == NULL && reader->records > LIMIT_ROWS_NODE)
        return error_new(ERROR_LIMIT, "the data base of rpm has more than %d packages",
                         LIMIT_ROWS_NODE);
    return error_wrap(error, "reading the data base of rpm");
}
