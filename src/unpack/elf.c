#include "base/cursor.h"
#include "base/size.h"
#include "unpack/format.h"
#include "unpack/raw.h"

/*
 * An ELF file. It has no children, unless it is a Linux kernel, which is searched for what it
 * embeds, or an object of one: the initramfs in a section of its own, and the configuration
 * between its marks (the module "configs").
 */

#define TYPE_OBJECT     1
#define SECTION_STRINGS 3
#define SECTION_NOBITS  8

struct header {
    bool wide, big;
    uint16_t type;
    uint64_t program, section;
    unsigned program_count, section_count, names;
    unsigned header_bytes, program_bytes, section_bytes;
};

struct section {
    uint32_t name, type;
    uint64_t offset, size;
};

static uint16_t read_half(struct cursor *c, const struct header *header)
{
    return header->big ? cursor_u16be(c) : cursor_u16le(c);
}

static uint32_t read_word(struct cursor *c, const struct header *header)
{
    return header->big ? cursor_u32be(c) : cursor_u32le(c);
}

/* An address or offset: as wide as the class says. */
static uint64_t read_wide(struct cursor *c, const struct header *header)
{
    if (!header->wide)
        return read_word(c, header);
    return header->big ? cursor_u64be(c) : cursor_u64le(c);
}

static bool sizes_fit(const struct header *header)
{
    unsigned program = header->wide ? 56 : 32, section = header->wide ? 64 : 40;

    return header->header_bytes == (header->wide ? 64U : 52U) &&
           (header->program_count == 0 || header->program_bytes == program) &&
           (header->section_count == 0 || header->section_bytes == section);
}

static bool read_header(struct bytes image, struct header *out)
{
    struct cursor c = cursor_over(image);

    *out = (struct header){0};
    if (cursor_u32be(&c) != 0x7f454c46)
        return false;
    uint8_t class = cursor_u8(&c), order = cursor_u8(&c), version = cursor_u8(&c);
    if (class < 1 || class > 2 || order < 1 || order > 2 || version != 1)
        return false;
    out->wide = class == 2;
    out->big = order == 2;
    cursor_seek(&c, 16);
    out->type = read_half(&c, out);
    uint16_t machine = read_half(&c, out);
    if (read_word(&c, out) != 1 || machine == 0 || (out->type > 4 && out->type < 0xfe00))
        return false;
    (void)read_wide(&c, out);
    out->program = read_wide(&c, out);
    out->section = read_wide(&c, out);
    (void)read_word(&c, out);
    out->header_bytes = read_half(&c, out);
    out->program_bytes = read_half(&c, out);
    out->program_count = read_half(&c, out);
    out->section_bytes = read_half(&c, out);
    out->section_count = read_half(&c, out);
    out->names = read_half(&c, out);
    return cursor_ok(&c) && sizes_fit(out);
}

static bool read_section(struct bytes image, const struct header *header, size_t index,
                         struct section *out)
{
    size_t table;

    if (!size_mul(index, header->section_bytes, &table) || header->section > image.size)
        return false;
    struct cursor c = cursor_at(image, header->section);
    cursor_skip(&c, table);
    out->name = read_word(&c, header);
    out->type = read_word(&c, header);
    (void)read_wide(&c, header); /* flags */
    (void)read_wide(&c, header); /* address */
    out->offset = read_wide(&c, header);
    out->size = read_wide(&c, header);
    return cursor_ok(&c);
}

/* A sum of two offsets of the file, or 0 when there is no such place. */
static uint64_t end_of(uint64_t offset, uint64_t size)
{
    return size > UINT64_MAX - offset ? 0 : offset + size;
}

static uint64_t end_of_segments(struct bytes image, const struct header *header)
{
    uint64_t end = 0;

    for (size_t i = 0; i < header->program_count && header->program <= image.size; i++) {
        struct cursor c = cursor_at(image, header->program + i * header->program_bytes);
        (void)read_word(&c, header); /* type */
        if (header->wide)
            (void)read_word(&c, header); /* flags stand here only in the wide class */
        uint64_t offset = read_wide(&c, header);
        (void)read_wide(&c, header);
        (void)read_wide(&c, header);
        uint64_t size = read_wide(&c, header);
        if (!cursor_ok(&c))
            break;
        end = size_max(end, end_of(offset, size));
    }
    return end;
}

static uint64_t measure(struct bytes image)
{
    struct header header;
    struct section section;

    if (!read_header(image, &header))
        return 0;
    uint64_t end = header.header_bytes;
    uint64_t programs = (uint64_t)header.program_count * header.program_bytes;
    uint64_t sections = (uint64_t)header.section_count * header.section_bytes;
    if (programs > 0)
        end = size_max(end, end_of(header.program, programs));
    if (sections > 0)
        end = size_max(end, end_of(header.section, sections));
    end = size_max(end, end_of_segments(image, &header));
    for (size_t i = 0; i < header.section_count && read_section(image, &header, i, &section);
         i++)
        if (section.type != SECTION_NOBITS)
            end = size_max(end, end_of(section.offset, section.size));
    return end;
}

/* When there are sections, the first is empty, and one holds the names of all. */
static bool sections_fit(struct bytes image, const struct header *header)
{
    struct section first, names;

    if (header->section_count == 0)
        return true;
    if (!read_section(image, header, 0, &first) || first.type != 0 || first.offset != 0)
        return false;
    return header->names == 0 || header->names >= 0xff00 ||
           (read_section(image, header, header->names, &names) &&
            names.type == SECTION_STRINGS);
}

static unsigned recognise(struct bytes image)
{
    struct header header;

    if (!read_header(image, &header) ||
        (header.program_count == 0 && header.section_count == 0))
        return 0;
    /* One that is not all there is often the first block of a file that lies elsewhere. */
    if (measure(image) > image.size || !sections_fit(image, &header))
        return 32;
    return 32 + 20 + 32 + 16 + 10; /* magic, class and order, version, sizes, type */
}

/*
 * The sections of a kernel that unpacks itself: of MIPS (arch/mips/boot/compressed/ld.script), of
 * PowerPC (arch/powerpc/boot/zImage.lds.S) and of x86 (arch/x86/boot/compressed/vmlinux.lds.S).
 */
static bool is_packed_kernel(struct bytes section)
{
    return bytes_is(section, ".appended_dtb") || bytes_starts(section, ".kernel:") ||
           bytes_is(section, ".rodata..compressed");
}

/*
 * Finds what only a kernel or its modules have, and their initramfs: its place, or size 0.
 * __ksymtab has the symbols a kernel offers to its modules; modules have .modinfo.
 */
static bool is_kernel(struct bytes image, const struct header *header,
                      struct section *initramfs)
{
    struct section names, section;
    bool kernel = false;

    *initramfs = (struct section){0};
    if (header->section_count == 0 || !read_section(image, header, header->names, &names))
        return false;
    struct bytes strings = bytes_slice(image, names.offset, names.size);
    for (size_t i = 0; i < header->section_count && read_section(image, header, i, &section);
         i++) {
        struct cursor c = cursor_at(strings, section.name);
        struct bytes name = cursor_string(&c);
        kernel = kernel || bytes_starts(name, "__ksymtab") || bytes_is(name, ".modinfo") ||
                 is_packed_kernel(name);
        if (bytes_is(name, ".init.ramfs") && section.type != SECTION_NOBITS &&
            section.size > 0 && bytes_has(image, section.offset, section.size))
            *initramfs = section;
    }
    return kernel || initramfs->size > 0;
}

static bool is_leaf(struct bytes image)
{
    struct header header;
    struct section initramfs;

    return read_header(image, &header) && !is_kernel(image, &header, &initramfs);
}

static struct error *give(struct sink *sink, const char *name, uint64_t at, uint64_t size)
{
    struct node node = {.kind = NODE_CONTAINER, .path = bytes_of(name), .size = size};

    return sink_node(sink, &node, content_slice(at, size), NULL);
}

/* The configuration between its marks, anywhere in the file. */
static struct error *give_configuration(struct bytes image, struct sink *sink)
{
    size_t at = bytes_find_string(image, "IKCFG_ST\x1f\x8b\x08");

    if (at == SIZE_MAX)
        return NULL;
    size_t size = bytes_find_string(bytes_from_offset(image, at), "IKCFG_ED");
    if (size == SIZE_MAX)
        return NULL;
    return give(sink, "ikconfig", at, (uint64_t)size + 8);
}

static struct error *unpack(struct container *container, struct sink *sink)
{
    struct bytes image = container->image;
    struct section initramfs;
    struct header header;

    if (!read_header(image, &header))
        return error_new(ERROR_INPUT, "no whole ELF header at byte 0");
    uint64_t end = measure(image);
    sink_span(sink, 0, size_min(end, image.size), SPAN_EXPLAINED, "ELF file");
    if (end > image.size)
        sink_unread(sink, bytes_of(""), end - image.size, "the ELF file is cut short");
    if (!is_kernel(image, &header, &initramfs))
        return NULL;
    if (header.type != TYPE_OBJECT)
        return raw_search_embedded(container, header.header_bytes, sink);
    if (initramfs.size > 0)
        TRY(give(sink, "initramfs", initramfs.offset, initramfs.size));
    return give_configuration(image, sink);
}

static const struct magic magics[] = {
    {"\x7f"
     "ELF\x01\x01\x01",
     7, 0},
    {"\x7f"
     "ELF\x01\x02\x01",
     7, 0},
    {"\x7f"
     "ELF\x02\x01\x01",
     7, 0},
    {"\x7f"
     "ELF\x02\x02\x01",
     7, 0},
};

const struct format format_elf = {
    .name = "elf",
    .title = "ELF file",
    .source = "System V ABI, chapter 4, Object Files",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = recognise,
    .measure = measure,
    .is_leaf = is_leaf,
    .unpack = unpack,
};
