/*
 * The archives (tar, cpio, zip, ar), against the files they were made of and against libarchive.
 */
#include <archive.h>
#include <archive_entry.h>

#include "base/limits.h"
#include "dry.h"
#include "samples.h"
#include "test.h"

#define CORRUPTIONS 2000 /* of each format */

static struct arena *arena;

static const struct sample {
    const char *file, *format;
    unsigned code;      /* of libarchive */
    const char *source; /* folder it was made of, or NULL */
} samples[] = {
    {"gnu.tar", "tar", ARCHIVE_FORMAT_TAR, "tree"},
    {"ustar.tar", "tar", ARCHIVE_FORMAT_TAR, "tree"},
    {"pax.tar", "tar", ARCHIVE_FORMAT_TAR, "tree"},
    {"v7.tar", "tar", ARCHIVE_FORMAT_TAR, "short"},
    {"sparse.tar", "tar", ARCHIVE_FORMAT_TAR, "holes"},
    {"sparse0.tar", "tar", ARCHIVE_FORMAT_TAR, "holes"},
    {"sparse1.tar", "tar", ARCHIVE_FORMAT_TAR, "holes"},
    {"newc.cpio", "cpio", ARCHIVE_FORMAT_CPIO, "tree"},
    {"crc.cpio", "cpio", ARCHIVE_FORMAT_CPIO, "tree"},
    {"odc.cpio", "cpio", ARCHIVE_FORMAT_CPIO, "tree"},
    {"old.cpio", "cpio", ARCHIVE_FORMAT_CPIO, "tree"},
    {"deflate.zip", "zip", ARCHIVE_FORMAT_ZIP, "short"},
    {"stored.zip", "zip", ARCHIVE_FORMAT_ZIP, "short"},
    {"stream.zip", "zip", ARCHIVE_FORMAT_ZIP, "short"},
    {"bzip2.zip", "zip", ARCHIVE_FORMAT_ZIP, "short"},
    {"zip64.zip", "zip", ARCHIVE_FORMAT_ZIP, "short"},
    {"lzma.zip", "zip", ARCHIVE_FORMAT_ZIP, NULL},
    {"gnu.ar", "ar", ARCHIVE_FORMAT_AR, NULL},
    {"bsd.ar", "ar", ARCHIVE_FORMAT_AR, NULL},
    {"package.deb", "ar", ARCHIVE_FORMAT_AR, NULL},
    {"m-ustar.tar", "tar", ARCHIVE_FORMAT_TAR, NULL},
    {"m-pax.tar", "tar", ARCHIVE_FORMAT_TAR, NULL},
    {"m-gnutar.tar", "tar", ARCHIVE_FORMAT_TAR, NULL},
    {"m-v7tar.tar", "tar", ARCHIVE_FORMAT_TAR, NULL},
    {"m-big.tar", "tar", ARCHIVE_FORMAT_TAR, NULL},
    {"m-newc.cpio", "cpio", ARCHIVE_FORMAT_CPIO, NULL},
    {"m-odc.cpio", "cpio", ARCHIVE_FORMAT_CPIO, NULL},
    {"m-zip.zip", "zip", ARCHIVE_FORMAT_ZIP, NULL},
};

static const char script[] =
    "umask 022; mkdir -p tree/etc tree/usr/bin short holes\n"
    "long=$(printf 'n%.0s' $(seq 1 180)); deep=$(printf 'folder-%d/' $(seq 1 25))\n"
    "mkdir -p tree/$deep; echo deep >tree/${deep}file; echo long >tree/$long\n"
    "for n in 0 1 511 512 513 70000; do head -c $n /bin/sh >tree/etc/size-$n; done\n"
    "printf x >\"tree/$(printf 'bytes\\377\\376')\"; echo space >'tree/a name with spaces'\n"
    "chmod 4755 tree/etc/size-1; chmod 2711 tree/usr/bin; chmod 1777 tree/etc\n"
    "chmod 600 tree/etc/size-511; ln -s ../etc/size-1 tree/usr/bin/link\n"
    "ln -s $long tree/longlink; ln tree/etc/size-70000 tree/usr/bin/hard\n"
    "ln tree/etc/size-70000 tree/zhard; mkfifo tree/pipe\n"
    "cp -r tree/etc short/etc; ln -s etc short/link; chmod 755 short/etc; chmod 4755 "
    "short/etc/size-1\n"
    "ln short/etc/size-513 short/hard\n"
    "echo start >holes/file; truncate -s 300000 holes/file; echo end >>holes/file\n"
    "cp holes/file holes/many; for i in 1 2 3 4 5 6 7 8 9; do\n"
    "  truncate -s ${i}00000 holes/many; echo $i >>holes/many; done\n"
    "ln holes/many holes/samemany\n"
    "t='tar --numeric-owner --owner=1234 --group=56 --sort=name -C'\n"
    "$t tree --format=gnu -cf gnu.tar .; $t tree --format=pax -cf pax.tar .\n"
    "$t tree --format=ustar --exclude=folder-1 --exclude='nnn*' --exclude=longlink -cf "
    "ustar.tar .\n"
    "$t short --format=v7 -cf v7.tar .; $t holes -S --format=gnu -cf sparse.tar .\n"
    "$t holes -S --format=pax --sparse-version=0.1 -cf sparse0.tar .\n"
    "$t holes -S --format=pax --sparse-version=1.0 -cf sparse1.tar .\n"
    "for f in newc crc odc; do (cd tree && find . | LC_ALL=C sort | cpio --quiet -o -H $f) "
    ">$f.cpio; done\n"
    "(cd tree && find . | LC_ALL=C sort | cpio --quiet -o -H bin 2>/dev/null) >old.cpio\n"
    "(cd short && zip -qry ../deflate.zip . && zip -qry0 ../stored.zip . &&\n"
    " zip -qry - . | cat >../stream.zip && zip -qry -Z bzip2 ../bzip2.zip . &&"
    " zip -qry -fz ../zip64.zip .)\n"
    "(cd short && python3 -c 'import zipfile as z\n"
    "with z.ZipFile(\"../lzma.zip\", \"w\", z.ZIP_LZMA) as f: f.write(\"etc/size-70000\")')\n"
    "(cd tree/etc && cp size-513 a-name-of-more-than-sixteen-bytes && cp size-1 odd &&\n"
    "ar rcD ../../gnu.ar size-512 a-name-of-more-than-sixteen-bytes odd size-511 >ar.log 2>&1 "
    "&&\n"
    " bsdtar -cf ../../bsd.ar --format=arbsd odd a-name-of-more-than-sixteen-bytes size-511 "
    "&&\n"
    " rm odd a-name-of-more-than-sixteen-bytes)\n"
    "mkdir -p deb/DEBIAN deb/usr/share; echo hello >deb/usr/share/hello\n"
    "printf 'Package: x\\nVersion: 1\\nArchitecture: all\\nMaintainer: A <a@b>\\nDescription: "
    "d\\n'"
    " >deb/DEBIAN/control\n"
    "dpkg-deb --root-owner-group -b deb package.deb >deb.log\n"
    "cat >spec <<END\n"
    "#mtree\n"
    ". type=dir mode=0755 uid=0 gid=0\n"
    "./bin type=dir mode=0755 uid=0 gid=0\n"
    "./bin/su type=file mode=4755 uid=0 gid=10 nlink=1 contents=tree/etc/size-513\n"
    "./bin/sh type=link mode=0777 uid=0 gid=0 link=busybox\n"
    "./dev type=dir mode=0755 uid=0 gid=0\n"
    "./dev/console type=char mode=0600 uid=0 gid=5 device=native,5,1\n"
    "./dev/mtdblock3 type=block mode=0660 uid=0 gid=6 device=native,31,3\n"
    "./dev/initctl type=fifo mode=0600 uid=0 gid=0\n"
    "./etc type=dir mode=1777 uid=1000 gid=1000\n"
    "./etc/shadow type=file mode=0600 uid=0 gid=42 nlink=1 contents=tree/etc/size-511\n"
    "END\n"
    "grep -v '^./dev/' spec >plain-spec\n"
    "for f in ustar pax gnutar; do bsdtar -cf m-$f.tar --format=$f @spec; done\n"
    "bsdtar -cf m-v7tar.tar --format=v7tar @plain-spec\n"
    "sed 's/uid=1000 gid=1000/uid=3000000 gid=4000000/' spec >big-spec\n"
    "bsdtar -cf m-big.tar --format=gnutar @big-spec\n"
    "for f in newc odc; do bsdtar -cf m-$f.cpio --format=$f @spec; done\n"
    "bsdtar -cf m-zip.zip --format=zip @plain-spec\n";

static const struct dry_node *node_at(struct dry *dry, const char *path)
{
    struct bytes clean = node_path_clean(arena, bytes_of(path));

    for (size_t i = 1; i < dry->node_count; i++)
        if (bytes_equal(dry->nodes[i].node.path, clean))
            return &dry->nodes[i];
    return NULL;
}

static struct bytes content_of(struct archive *reader)
{
    struct buffer content = {.memory = arena_alloc(arena, 2U << 20), .capacity = 2U << 20};
    const void *block;
    size_t size;
    la_int64_t offset;

    while (archive_read_data_block(reader, &block, &size, &offset) == ARCHIVE_OK) {
        CHECK_SUCCESS(buffer_add_zeros(&content, (uint64_t)offset - content.size));
        CHECK_SUCCESS(buffer_add(&content, bytes_from(block, size)));
    }
    return buffer_bytes(&content);
}

static enum node_kind kind_of(struct archive_entry *entry)
{
    switch (archive_entry_filetype(entry)) {
    case AE_IFDIR:
        return NODE_DIR;
    case AE_IFLNK:
        return NODE_LINK;
    case AE_IFCHR:
        return NODE_CHAR;
    case AE_IFBLK:
        return NODE_BLOCK;
    case AE_IFIFO:
        return NODE_FIFO;
    default:
        return NODE_FILE;
    }
}

/* One entry as libarchive sees it, and our node of that name. */
static void check_entry(struct dry *dry, struct archive *reader, struct archive_entry *entry,
                        bool content)
{
    const struct dry_node *node = node_at(dry, archive_entry_pathname(entry));
    const char *other = archive_entry_hardlink(entry);
    const struct dry_node *twin = other == NULL ? NULL : node_at(dry, other);

    CHECK_TRUE(node != NULL);
    if (node == NULL) {
        printf("# … %s\n", archive_entry_pathname(entry));
        return;
    }
    if (other == NULL)
        CHECK_INT(node->node.kind, kind_of(entry));
    if (node->node.has_owner) {
        CHECK_INT(node->node.mode, archive_entry_perm(entry) & 07777);
        CHECK_INT(node->node.uid, archive_entry_uid(entry));
        CHECK_INT(node->node.gid, archive_entry_gid(entry));
    }
    if (node->node.kind == NODE_LINK)
        CHECK_BYTES(node->node.target, archive_entry_symlink(entry));
    if (node->node.kind == NODE_CHAR || node->node.kind == NODE_BLOCK) {
        CHECK_INT(node->node.major, archive_entry_rdevmajor(entry));
        CHECK_INT(node->node.minor, archive_entry_rdevminor(entry));
    }
    if (twin != NULL)
        CHECK_TRUE(bytes_equal(node->content, twin->content));
    else if (content && node->node.kind == NODE_FILE)
        CHECK_TRUE(bytes_equal(node->content, content_of(reader)));
}

static void check_with_libarchive(struct dry *dry, const struct sample *sample,
                                  struct bytes image)
{
    struct archive *reader = archive_read_new();
    struct archive_entry *entry;
    size_t entries = 0;
    int result;

    archive_read_support_format_by_code(reader, (int)sample->code);
    CHECK_INT(archive_read_open_memory(reader, image.data, image.size), ARCHIVE_OK);
    while ((result = archive_read_next_header(reader, &entry)) == ARCHIVE_OK ||
           result == ARCHIVE_WARN) {
        const char *path = archive_entry_pathname(entry);
        entries++;
        if (path == NULL) /* bytes that are no text it cannot give */
            continue;
        /* the index of an ar archive is no file of it */
        if (path[0] == '/' && sample->code == ARCHIVE_FORMAT_AR) {
            entries--;
            continue;
        }
        /* names of several in cpio: libarchive has the content at the last alone */
        check_entry(dry, reader, entry,
                    archive_entry_nlink(entry) < 2 || sample->code != ARCHIVE_FORMAT_CPIO);
    }
    CHECK_INT(dry->node_count - 1, entries);
    archive_read_free(reader);
}

/* Every file of the folder is in the archive, with its content, mode and target. */
static void check_with_folder(struct dry *dry, const char *folder)
{
    owned(dry) real = dry_new();

    CHECK_SUCCESS(dry_add_folder(real, arena_printf(arena, "%s/%s", samples_folder, folder)));
    for (size_t i = 1; i < real->node_count; i++) {
        const struct dry_node *wanted = &real->nodes[i];
        const struct dry_node *node = node_at(dry, arena_string(arena, wanted->node.path));
        if (node == NULL)
            continue; /* counted below */
        CHECK_INT(node->node.kind, wanted->node.kind);
        CHECK_TRUE(bytes_equal(node->node.target, wanted->node.target));
        if (node->node.kind != NODE_LINK)
            CHECK_INT(node->node.mode, wanted->node.mode);
        if (node->node.kind == NODE_FILE)
            CHECK_TRUE(bytes_equal(node->content, wanted->content));
    }
}

TEST(as_libarchive_and_the_folder_say)
{
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct bytes image = samples_read(arena, samples[i].file);
        const struct format *format = format_named(bytes_of(samples[i].format));
        owned(dry) dry = dry_new();
        CHECK_TRUE(image.size > 0 && format_of(image, NULL) == format);
        CHECK_SUCCESS(dry_unpack_one(dry, format, image));
        CHECK_INT(dry->unread_count, 0);
        CHECK_INT(format->measure(image), image.size);
        CHECK_TRUE(dry->span_count == 1 && dry->spans[0].span.length == image.size);
        check_with_libarchive(dry, &samples[i], image);
        if (samples[i].source != NULL)
            check_with_folder(dry, samples[i].source);
        if (!test_ok) {
            owned(text) out = text_new();
            dry_print(dry, out);
            printf("# … in %s\n%s", samples[i].file, text_string(out));
            return;
        }
    }
}

/* Inside a larger image the end is found. */
TEST(measured_inside_an_image)
{
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct bytes image = samples_read(arena, samples[i].file);
        struct buffer all = {.memory = arena_alloc(arena, image.size + 4096),
                             .capacity = image.size + 4096};
        error_drop(buffer_add(&all, image));
        for (unsigned n = 0; n < 4096; n++)
            all.memory[all.size + n] = (uint8_t)(n * 7 + 1);
        all.size += 4096;
        CHECK_INT(format_named(bytes_of(samples[i].format))->measure(buffer_bytes(&all)),
                  image.size);
        if (!test_ok) {
            printf("# … in %s\n", samples[i].file);
            return;
        }
    }
}

TEST(cut_short)
{
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct bytes whole = samples_read(arena, samples[i].file);
        const struct format *format = format_named(bytes_of(samples[i].format));
        owned(dry) full = dry_new();
        error_drop(dry_unpack_one(full, format, whole));
        for (unsigned part = 1; part < 64; part++) {
            owned(dry) dry = dry_new();
            owned(error) error =
                dry_unpack_one(dry, format, bytes_slice(whole, 0, whole.size * part / 64));
            /* what is missing is said, where it is more than the zeros at the end */
            CHECK_TRUE(error != NULL || dry->unread_count > 0 ||
                       dry->node_count == full->node_count ||
                       strcmp(samples[i].format, "ar") == 0);
            CHECK_TRUE(dry->node_count <= full->node_count + 1);
            if (!test_ok) {
                printf("# … in %s at %u/64\n", samples[i].file, part);
                return;
            }
        }
    }
}

TEST(corrupted)
{
    uint64_t state = 7;

    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct bytes whole = samples_read(arena, samples[i].file);
        const struct format *format = format_named(bytes_of(samples[i].format));
        owned(arena) work = arena_new();
        unsigned same = 0;
        for (size_t j = 0; j < COUNT_OF(samples); j++)
            same += strcmp(samples[j].format, samples[i].format) == 0;
        for (unsigned round = 0; round < CORRUPTIONS / same; round++) {
            struct bytes image = arena_copy(work, whole);
            uint8_t *data = (uint8_t *)(uintptr_t)image.data;
            for (unsigned n = 0; n <= round % 16; n++)
                data[samples_random(&state) % (round % 3 == 0 ? 512 : image.size)] ^=
                    (uint8_t)(1 + samples_random(&state) % 255);
            owned(dry) dry = dry_new();
            dry->limit = 8U << 20;
            (void)format->recognise(image);
            (void)format->measure(image);
            error_drop(dry_unpack_one(dry, format, image));
            arena_reset(work);
        }
    }
}

/* One header destroyed costs that file alone. */
TEST(goes_on_behind_damage)
{
    static const struct {
        const char *file, *format, *mark;
    } cases[] = {
        {"gnu.tar", "tar", "./etc/size-511"},
        {"newc.cpio", "cpio", "etc/size-511"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bytes image = arena_copy(arena, samples_read(arena, cases[i].file));
        const struct format *format = format_named(bytes_of(cases[i].format));
        owned(dry) whole = dry_new();
        owned(dry) damaged = dry_new();
        CHECK_SUCCESS(dry_unpack_one(whole, format, image));
        size_t at = bytes_find_string(image, cases[i].mark);
        CHECK_TRUE(at != SIZE_MAX);
        for (size_t n = 0; at != SIZE_MAX && n < 8; n++)
            ((uint8_t *)(uintptr_t)image.data)[at - 4 + n] = 0xee;
        if (i == 1) /* the magic of the header, 110 bytes before its name */
            ((uint8_t *)(uintptr_t)image.data)[at - 110] = 0xee;
        CHECK_SUCCESS(dry_unpack_one(damaged, format, image));
        CHECK_INT(damaged->node_count, whole->node_count - 1);
        CHECK_INT(damaged->unread_count, 1);
    }
}

/* Microcode first, then the real one, packed: as Linux takes an initramfs. */
TEST(initramfs_in_parts)
{
    owned(dry) dry = dry_new();

    CHECK_TRUE(
        samples_shell("{ cat newc.cpio; head -c 1024 /dev/zero; cat m-newc.cpio; } >two.cpio\n"
                      "{ cat two.cpio; gzip -c odc.cpio; } >initramfs"));
    struct bytes image = samples_read(arena, "initramfs");
    uint64_t end = samples_read(arena, "two.cpio").size;
    CHECK_SUCCESS(dry_unpack_one(dry, format_named(bytes_of("cpio")), image));
    CHECK_TRUE(dry_find(dry, "usr/bin/hard") != NULL && dry_find(dry, "dev/console") != NULL);
    CHECK_INT(format_named(bytes_of("cpio"))->measure(image), end);
    CHECK_TRUE(dry_find(dry, arena_printf(arena, "rest@%" PRIx64, end)) != NULL);
    CHECK_INT(dry->unread_count, 0);
}

TEST(extended_attributes)
{
    /* a file capability as tar --xattrs writes it: raw bytes with zeros in them */
    static const char maker[] =
        "python3 -c '\n"
        "import tarfile\n"
        "t = tarfile.open(\"xattr.tar\", \"w\", format=tarfile.PAX_FORMAT)\n"
        "i = tarfile.TarInfo(\"ping\"); i.mode = 0o755\n"
        "i.pax_headers = {\"SCHILY.xattr.security.capability\": \"\\x01\\0\\0\\x02\\0 \"}\n"
        "t.addfile(i)\n'";
    owned(dry) dry = dry_new();

    CHECK_TRUE(samples_shell(maker));
    CHECK_SUCCESS(
        dry_unpack_one(dry, format_named(bytes_of("tar")), samples_read(arena, "xattr.tar")));
    const struct dry_node *node = dry_find(dry, "ping");
    CHECK_TRUE(node != NULL);
    if (node != NULL)
        CHECK_TRUE(bytes_equal(node->node.xattrs,
                               bytes_from("security.capability\0\6\0\0\0\1\0\0\2\0 ", 30)));
}

TEST(encrypted_members)
{
    owned(dry) dry = dry_new();

    CHECK_TRUE(
        samples_shell("cd short && zip -qrP secret ../secret.zip etc/size-513 && cd .. &&"
                      " cd short && zip -q ../secret.zip etc/size-512"));
    CHECK_SUCCESS(
        dry_unpack_one(dry, format_named(bytes_of("zip")), samples_read(arena, "secret.zip")));
    CHECK_INT(dry->unread_count, 1);
    CHECK_TRUE(dry->unread_count == 1 && bytes_contains(dry->unread[0], "encrypted"));
    CHECK_TRUE(dry_find(dry, "etc/size-512") != NULL &&
               dry_find(dry, "etc/size-512")->content.size == 512);
}

/* A zip without its directory is read by the headers of its members. */
TEST(zip_without_directory)
{
    static const char *const files[] = {"deflate.zip", "stored.zip", "stream.zip", "bzip2.zip"};

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct bytes image = samples_read(arena, files[i]);
        owned(dry) dry = dry_new();
        image = bytes_slice(image, 0, bytes_find_string(image, "PK\1\2"));
        CHECK_SUCCESS(dry_unpack_one(dry, format_named(bytes_of("zip")), image));
        CHECK_TRUE(dry->unread_count > 0);
        const struct dry_node *node = dry_find(dry, "etc/size-70000");
        CHECK_TRUE(node != NULL &&
                   bytes_equal(node->content, samples_read(arena, "tree/etc/size-70000")));
    }
}

int main(void)
{
    arena = arena_new();
    if (!samples_make(script)) {
        SKIP(archives, "a packing tool (tar, bsdtar, cpio, zip, ar, dpkg-deb) is missing");
        return test_end();
    }
    RUN(as_libarchive_and_the_folder_say);
    RUN(measured_inside_an_image);
    RUN(cut_short);
    RUN(corrupted);
    RUN(goes_on_behind_damage);
    RUN(initramfs_in_parts);
    RUN(extended_attributes);
    RUN(encrypted_members);
    RUN(zip_without_directory);
    arena_free(arena);
    return test_end();
}
