#ifndef INSPECT_BINARY_ELF_H
#define INSPECT_BINARY_ELF_H

#include "base/cursor.h"

/*
 * An ELF file (System V ABI, chapters 4 and 5), read without believing any of its numbers:
 * class, byte order, program headers, sections, the dynamic table and symbols. Section headers
 * may be missing, as router makers strip them.
 */

struct binary_elf {
    struct bytes bytes;
    bool wide; /* 64 bits */
    bool big;  /* most significant byte first */
    unsigned type, machine;
    uint32_t flags;
    uint64_t segments, sections; /* offsets of the tables; 0: none */
    unsigned segment_count, segment_size;
    unsigned section_count, section_size, section_names;

    /* Of the dynamic table; found by binary_elf_read_dynamic. */
    bool is_dynamic;
    bool dynamic_whole; /* the table reaches its end in the file, or there is none */
    bool symbols_whole; /* symbols and their names do */
    struct bytes dynamic;
    uint64_t symbols, symbol_count, symbol_size; /* offset in the file */
    struct bytes strings;
};

struct binary_segment {
    uint32_t type, flags;
    uint64_t offset, address, size;
    uint64_t memory; /* size once loaded */
};

struct binary_section {
    struct bytes name;
    uint32_t type, link;
    uint64_t offset, size, entry_size;
};

struct binary_symbol {
    uint32_t name; /* offset in the string table */
    bool imported; /* defined elsewhere */
};

struct binary_dynamic {
    uint64_t tag, value;
};

enum { ELF_REL = 1, ELF_EXEC = 2, ELF_DYN = 3, ELF_CORE = 4 };
enum { SEGMENT_LOAD = 1, SEGMENT_DYNAMIC = 2, SEGMENT_INTERPRETER = 3 };
enum { SECTION_SYMBOLS = 2, SECTION_STRINGS = 3, SECTION_NOBITS = 8, SECTION_DYNSYM = 11 };
enum {
    DYNAMIC_NEEDED = 1,
    DYNAMIC_HASH = 4,
    DYNAMIC_STRINGS = 5,
    DYNAMIC_SYMBOLS = 6,
    DYNAMIC_STRINGS_SIZE = 10,
    DYNAMIC_SONAME = 14,
    DYNAMIC_RPATH = 15,
    DYNAMIC_BIND_NOW = 24,
    DYNAMIC_RUNPATH = 29,
    DYNAMIC_FLAGS = 30,
    DYNAMIC_GNU_HASH = 0x6ffffef5,
    DYNAMIC_FLAGS_1 = 0x6ffffffb,
    DYNAMIC_MIPS_SYMBOL_COUNT = 0x70000011,
};
#define SEGMENT_GNU_STACK 0x6474e551U
#define SEGMENT_GNU_RELRO 0x6474e552U

/* False when BYTES do not begin with a whole ELF header. */
bool binary_elf_open(struct bytes bytes, struct binary_elf *out);

/* Do all program headers, all section headers that the header promises lie in the file? */
bool binary_elf_has_segments(const struct binary_elf *elf);
bool binary_elf_has_sections(const struct binary_elf *elf);

/* The segment or section of INDEX; false past the end of the table or of the file. */
bool binary_elf_segment(const struct binary_elf *elf, unsigned index,
                        struct binary_segment *out);
bool binary_elf_section(const struct binary_elf *elf, unsigned index,
                        struct binary_section *out);

/* The first section of TYPE. */
bool binary_elf_section_of(const struct binary_elf *elf, uint32_t type,
                           struct binary_section *out);

/* Fills in all from `is_dynamic` on. */
void binary_elf_read_dynamic(struct binary_elf *elf);

/* Entry INDEX of the dynamic table, once that was read; false at its end. */
bool binary_elf_dynamic(const struct binary_elf *elf, unsigned index,
                        struct binary_dynamic *out);

/* Symbol INDEX of the dynamic table; false past its end. */
bool binary_elf_symbol(const struct binary_elf *elf, uint64_t index, struct binary_symbol *out);

/* Symbol INDEX of the section TABLE. */
bool binary_elf_section_symbol(const struct binary_elf *elf, const struct binary_section *table,
                               uint64_t index, struct binary_symbol *out);

/* Its name; no bytes when it is longer than any we compare with. */
struct bytes binary_elf_symbol_name(struct bytes strings, const struct binary_symbol *symbol);

/* The text at OFFSET in a string table, without its NUL; no bytes past the end. */
struct bytes binary_elf_string(struct bytes strings, uint64_t offset);

#endif
