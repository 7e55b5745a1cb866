#include "inspect/binary_elf.h"

#include "base/limits.h"
#include "base/size.h"

static uint16_t half(const struct binary_elf *elf, struct cursor *c)
{
    return elf->big ? cursor_u16be(c) : cursor_u16le(c);
}

static uint32_t word(const struct binary_elf *elf, struct cursor *c)
{
    return elf->big ? cursor_u32be(c) : cursor_u32le(c);
}

static uint64_t address(const struct binary_elf *elf, struct cursor *c)
{
    if (!elf->wide)
        return word(elf, c);
    return elf->big ? cursor_u64be(c) : cursor_u64le(c);
}

static bool read_header(struct binary_elf *elf, struct cursor *c)
{
    elf->type = half(elf, c);
    elf->machine = half(elf, c);
    cursor_skip(c, 4); /* version */
    address(elf, c);   /* entry */
    elf->segments = address(elf, c);
    elf->sections = address(elf, c);
    elf->flags = word(elf, c);
    cursor_skip(c, 2); /* size of this header */
    elf->segment_size = half(elf, c);
    elf->segment_count = half(elf, c);
    elf->section_size = half(elf, c);
    elf->section_count = half(elf, c);
    elf->section_names = half(elf, c);
    return cursor_ok(c);
}

bool binary_elf_open(struct bytes bytes, struct binary_elf *out)
{
    struct binary_elf elf = {.bytes = bytes};
    struct cursor c = cursor_over(bytes);

    if (!bytes_is(cursor_bytes(&c, 4), "\x7f"
                                       "ELF"))
        return false;
    uint8_t class = cursor_u8(&c), order = cursor_u8(&c);
    if (class < 1 || class > 2 || order < 1 || order > 2)
        return false;
    elf.wide = class == 2;
    elf.big = order == 2;
    cursor_seek(&c, 16);
    if (!read_header(&elf, &c))
        return false;
    if (elf.segment_size < (elf.wide ? 56U : 32U))
        elf.segment_count = 0;
    if (elf.section_size < (elf.wide ? 64U : 40U))
        elf.section_count = 0;
    *out = elf;
    return true;
}

bool binary_elf_segment(const struct binary_elf *elf, unsigned index,
                        struct binary_segment *out)
{
    struct cursor c =
        cursor_at(elf->bytes, elf->segments + (uint64_t)index * elf->segment_size);

    if (index >= elf->segment_count || index >= LIMIT_ELF_SEGMENTS ||
        elf->segments > elf->bytes.size)
        return false;
    out->type = word(elf, &c);
    if (elf->wide)
        out->flags = word(elf, &c);
    out->offset = address(elf, &c);
    out->address = address(elf, &c);
    address(elf, &c); /* physical */
    out->size = address(elf, &c);
    out->memory = address(elf, &c);
    if (!elf->wide)
        out->flags = word(elf, &c);
    return cursor_ok(&c);
}

bool binary_elf_has_segments(const struct binary_elf *elf)
{
    struct binary_segment last;

    return elf->segment_count == 0 || binary_elf_segment(elf, elf->segment_count - 1, &last);
}

/* The text at OFFSET up to its NUL; no bytes when that is not within MOST. */
static struct bytes string_at(struct bytes strings, uint64_t offset, size_t most)
{
    struct bytes rest = bytes_slice(strings, offset, most);
    size_t size = bytes_find_byte(rest, 0);

    return size == SIZE_MAX ? (struct bytes){NULL, 0} : bytes_slice(rest, 0, size);
}

struct bytes binary_elf_string(struct bytes strings, uint64_t offset)
{
    return string_at(strings, offset, LIMIT_ELF_STRING);
}

/* The section of INDEX with the offset of its name in NAME. */
static bool read_section(const struct binary_elf *elf, unsigned index,
                         struct binary_section *out, uint32_t *name)
{
    struct cursor c =
        cursor_at(elf->bytes, elf->sections + (uint64_t)index * elf->section_size);

    if (index >= elf->section_count || elf->sections > elf->bytes.size ||
        index >= LIMIT_ELF_SECTIONS)
        return false;
    *name = word(elf, &c);
    out->type = word(elf, &c);
    address(elf, &c); /* flags */
    address(elf, &c);
    out->offset = address(elf, &c);
    out->size = address(elf, &c);
    out->link = word(elf, &c);
    word(elf, &c);    /* info */
    address(elf, &c); /* alignment */
    out->entry_size = address(elf, &c);
    return cursor_ok(&c);
}

bool binary_elf_section(const struct binary_elf *elf, unsigned index,
                        struct binary_section *out)
{
    struct binary_section names;
    uint32_t name, ignored;

    if (!read_section(elf, index, out, &name))
        return false;
    out->name = (struct bytes){NULL, 0};
    if (read_section(elf, elf->section_names, &names, &ignored))
        out->name = binary_elf_string(bytes_slice(elf->bytes, names.offset, names.size), name);
    return true;
}

bool binary_elf_section_of(const struct binary_elf *elf, uint32_t type,
                           struct binary_section *out)
{
    uint32_t name;

    for (unsigned i = 0; read_section(elf, i, out, &name); i++)
        if (out->type == type)
            return true;
    return false;
}

bool binary_elf_has_sections(const struct binary_elf *elf)
{
    struct binary_section last;
    uint32_t name;

    return elf->section_count == 0 || elf->sections == 0 ||
           read_section(elf, elf->section_count - 1, &last, &name);
}

/* Where ADDRESS in memory lies in the file; false when no loaded segment holds it. */
static bool offset_of(const struct binary_elf *elf, uint64_t at, uint64_t *out)
{
    struct binary_segment segment;

    for (unsigned i = 0; binary_elf_segment(elf, i, &segment); i++)
        if (segment.type == SEGMENT_LOAD && at >= segment.address &&
            at - segment.address < segment.size) {
            *out = segment.offset + (at - segment.address);
            return *out < elf->bytes.size;
        }
    return false;
}

static bool find_segment(const struct binary_elf *elf, uint32_t type,
                         struct binary_segment *out)
{
    for (unsigned i = 0; binary_elf_segment(elf, i, out); i++)
        if (out->type == type)
            return true;
    return false;
}

bool binary_elf_dynamic(const struct binary_elf *elf, unsigned index,
                        struct binary_dynamic *out)
{
    unsigned size = elf->wide ? 16 : 8;

    if (index >= LIMIT_ELF_DYNAMIC)
        return false;
    struct cursor c = cursor_at(elf->dynamic, (uint64_t)index * size);
    out->tag = address(elf, &c);
    out->value = address(elf, &c);
    return cursor_ok(&c) && out->tag != 0;
}

/* Does the dynamic table have its end mark? */
static bool ends(const struct binary_elf *elf)
{
    struct binary_dynamic entry;
    unsigned count = 0;

    while (binary_elf_dynamic(elf, count, &entry))
        count++;
    struct cursor c = cursor_at(elf->dynamic, (uint64_t)count * (elf->wide ? 16 : 8));
    uint64_t tag = address(elf, &c);
    return cursor_ok(&c) && tag == 0;
}

/* What the dynamic table says of the symbols: addresses in memory. */
struct tables {
    uint64_t symbols, strings, strings_size, hash, gnu_hash, mips_count;
};

static struct tables read_tables(const struct binary_elf *elf)
{
    struct tables tables = {.symbols = 0};
    struct binary_dynamic entry;

    for (unsigned i = 0; binary_elf_dynamic(elf, i, &entry); i++) {
        if (entry.tag == DYNAMIC_SYMBOLS)
            tables.symbols = entry.value;
        else if (entry.tag == DYNAMIC_STRINGS)
            tables.strings = entry.value;
        else if (entry.tag == DYNAMIC_STRINGS_SIZE)
            tables.strings_size = entry.value;
        else if (entry.tag == DYNAMIC_HASH)
            tables.hash = entry.value;
        else if (entry.tag == DYNAMIC_GNU_HASH)
            tables.gnu_hash = entry.value;
        else if (entry.tag == DYNAMIC_MIPS_SYMBOL_COUNT)
            tables.mips_count = entry.value;
    }
    return tables;
}

/*
 * Symbols by the GNU hash table: the last of the longest chain. A library without exports has no
 * chain, and then as many as the table says come before the first.
 */
static uint64_t count_gnu(const struct binary_elf *elf, uint64_t offset)
{
    struct cursor c = cursor_at(elf->bytes, offset);
    uint32_t buckets = word(elf, &c), first = word(elf, &c), bloom = word(elf, &c);
    uint64_t last = 0;

    cursor_skip(&c, 4);
    cursor_skip(&c, (uint64_t)bloom * (elf->wide ? 8 : 4));
    if (!cursor_ok(&c) || buckets > LIMIT_ELF_BUCKETS || buckets > cursor_left(&c) / 4)
        return 0;
    for (uint32_t i = 0; i < buckets; i++)
        last = size_max(last, word(elf, &c));
    if (last < first)
        return first;
    cursor_skip(&c, (last - first) * 4);
    while (cursor_left(&c) >= 4 && (word(elf, &c) & 1) == 0)
        last++;
    return cursor_ok(&c) ? last + 1 : 0;
}

static uint64_t count_symbols(const struct binary_elf *elf, const struct tables *tables)
{
    struct binary_section section;
    uint64_t offset;

    if (tables->hash != 0 && offset_of(elf, tables->hash, &offset)) {
        struct cursor c = cursor_at(elf->bytes, offset);
        cursor_skip(&c, 4);
        uint32_t chains = word(elf, &c);
        if (cursor_ok(&c) && chains > 0)
            return chains;
    }
    if (tables->gnu_hash != 0 && offset_of(elf, tables->gnu_hash, &offset)) {
        uint64_t count = count_gnu(elf, offset);
        if (count > 0)
            return count;
    }
    if (tables->mips_count > 0)
        return tables->mips_count;
    if (binary_elf_section_of(elf, SECTION_DYNSYM, &section))
        return section.size / elf->symbol_size;
    return tables->strings > tables->symbols
               ? (tables->strings - tables->symbols) / elf->symbol_size
               : 0;
}

/* Finds the symbols that TABLES name. */
static void locate_symbols(struct binary_elf *elf, const struct tables *tables)
{
    uint64_t strings, count;

    if (tables->strings == 0 || !offset_of(elf, tables->strings, &strings))
        return;
    elf->strings = bytes_slice(elf->bytes, strings,
                               tables->strings_size > 0 ? tables->strings_size : UINT32_MAX);
    if (tables->symbols == 0 || !offset_of(elf, tables->symbols, &elf->symbols))
        return;
    count = count_symbols(elf, tables);
    elf->symbol_count = size_min(count, (elf->bytes.size - elf->symbols) / elf->symbol_size);
    elf->symbol_count = size_min(elf->symbol_count, LIMIT_ELF_SYMBOLS);
    elf->symbols_whole = elf->symbol_count > 0 && elf->symbol_count == count &&
                         elf->strings.size >= tables->strings_size;
}

void binary_elf_read_dynamic(struct binary_elf *elf)
{
    struct binary_segment segment;

    elf->symbol_size = elf->wide ? 24 : 16;
    elf->is_dynamic = find_segment(elf, SEGMENT_DYNAMIC, &segment);
    elf->dynamic_whole = true;
    if (!elf->is_dynamic)
        return;
    /* Some strip tools of routers cut the size in the file; loaders read on to the end mark. */
    elf->dynamic =
        bytes_slice(elf->bytes, segment.offset, size_max(segment.size, segment.memory));
    elf->dynamic_whole = ends(elf);
    struct tables tables = read_tables(elf);
    locate_symbols(elf, &tables);
}

static void read_symbol(const struct binary_elf *elf, struct cursor *c,
                        struct binary_symbol *out)
{
    out->name = word(elf, c);
    cursor_skip(c, elf->wide ? 2 : 10);
    out->imported = half(elf, c) == 0;
}

struct bytes binary_elf_symbol_name(struct bytes strings, const struct binary_symbol *symbol)
{
    return string_at(strings, symbol->name, LIMIT_ELF_SYMBOL);
}

bool binary_elf_symbol(const struct binary_elf *elf, uint64_t index, struct binary_symbol *out)
{
    if (index >= elf->symbol_count)
        return false;
    struct cursor c = cursor_at(elf->bytes, elf->symbols + index * elf->symbol_size);
    read_symbol(elf, &c, out);
    return cursor_ok(&c);
}

bool binary_elf_section_symbol(const struct binary_elf *elf, const struct binary_section *table,
                               uint64_t index, struct binary_symbol *out)
{
    if (index >= table->size / elf->symbol_size || index >= LIMIT_ELF_SYMBOLS ||
        table->offset > elf->bytes.size)
        return false;
    struct cursor c = cursor_at(elf->bytes, table->offset);
    cursor_skip(&c, index * elf->symbol_size);
    read_symbol(elf, &c, out);
    return cursor_ok(&c);
}
