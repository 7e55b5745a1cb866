#include "inspect/component_note.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "inspect/binary_elf.h"

#define NOTE_TYPE 0xcafe1a7eU

enum { SEGMENT_NOTE = 4, SECTION_NOTE = 7 };

static uint32_t word(const struct binary_elf *elf, struct cursor *c)
{
    return elf->big ? cursor_u32be(c) : cursor_u32le(c);
}

/* The JSON among the notes of one segment or section; no bytes when it is not there. */
static struct bytes find_note(const struct binary_elf *elf, uint64_t offset, uint64_t size)
{
    struct cursor c = cursor_over(bytes_slice(elf->bytes, offset, size));

    for (unsigned i = 0; i < LIMIT_NOTE_COUNT && cursor_left(&c) >= 16; i++) {
        uint32_t name_size = word(elf, &c), size_here = word(elf, &c), type = word(elf, &c);
        struct bytes name = cursor_bytes(&c, name_size);
        cursor_align(&c, 4);
        struct bytes value = cursor_bytes(&c, size_here);
        cursor_align(&c, 4);
        if (type == NOTE_TYPE && value.size > 0 && value.size <= LIMIT_NOTE_BYTES &&
            bytes_equal(name, bytes_from("FDO", 4)))
            return value;
    }
    return (struct bytes){NULL, 0};
}

static struct bytes find(const struct binary_elf *elf)
{
    struct binary_segment segment;
    struct binary_section section;
    struct bytes json = {NULL, 0};

    for (unsigned i = 0; json.size == 0 && binary_elf_segment(elf, i, &segment); i++)
        if (segment.type == SEGMENT_NOTE)
            json = find_note(elf, segment.offset, segment.size);
    for (unsigned i = 0; json.size == 0 && binary_elf_section(elf, i, &section); i++)
        if (section.type == SECTION_NOTE && bytes_is(section.name, ".note.package"))
            json = find_note(elf, section.offset, section.size);
    return json;
}

static void skip_space(struct cursor *c)
{
    while (cursor_left(c) > 0) {
        uint8_t byte = bytes_at(c->bytes, cursor_offset(c));
        if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r')
            return;
        cursor_skip(c, 1);
    }
}

/* A JSON string, its quotes taken off; escapes of characters beyond ASCII are not needed. */
static bool read_string(struct cursor *c, struct text *out)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";

    text_clear(out);
    skip_space(c);
    if (cursor_u8(c) != '"')
        return false;
    for (uint8_t byte = cursor_u8(c); byte != '"'; byte = cursor_u8(c)) {
        if (byte < 0x20 || out->size > LIMIT_NOTE_TEXT)
            return false;
        if (byte == '\\') {
            byte = cursor_u8(c);
            const char *name = byte == 0 ? NULL : strchr(names, byte);
            if (name == NULL)
                return false;
            byte = (uint8_t)values[name - names];
        }
        text_add_char(out, (char)byte);
    }
    return cursor_ok(c);
}

static void take_field(struct component_note *note, struct bytes key, struct bytes value)
{
    struct package *package = &note->package;

    if (bytes_is(key, "name"))
        package->name = value;
    else if (bytes_is(key, "version"))
        package_set_version(package, value);
    else if (bytes_is(key, "architecture"))
        package->architecture = value;
    else if (bytes_is(key, "os"))
        package->distribution = value;
    else if (bytes_is(key, "type"))
        note->kind = bytes_is(value, "deb")   ? PACKAGES_DPKG
                     : bytes_is(value, "rpm") ? PACKAGES_RPM
                     : bytes_is(value, "apk") ? PACKAGES_APK
                                              : PACKAGES_OPKG;
}

/* One flat object of strings; anything else ends it, and then nothing of it counts. */
static bool read_object(struct bytes json, struct arena *arena, struct component_note *out)
{
    owned(text) word_text = text_new();
    struct cursor c = cursor_over(json);
    uint8_t next = ',';

    skip_space(&c);
    if (cursor_u8(&c) != '{')
        return false;
    for (unsigned i = 0; i < LIMIT_NOTE_FIELDS && next == ','; i++) {
        if (!read_string(&c, word_text))
            return false;
        struct bytes key = arena_copy(arena, text_bytes(word_text));
        skip_space(&c);
        if (cursor_u8(&c) != ':' || !read_string(&c, word_text))
            return false;
        take_field(out, key, arena_copy(arena, text_bytes(word_text)));
        skip_space(&c);
        next = cursor_u8(&c);
    }
    return next == '}';
}

/* As a package URL spells a distribution: lower case. */
static struct bytes lower(struct bytes text, struct arena *arena)
{
    char *copy = arena_string(arena, text);

    for (char *c = copy; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return bytes_of(copy);
}

bool component_note_read(struct bytes content, struct arena *arena, struct component_note *out)
{
    struct binary_elf elf;

    if (!bytes_starts(content, "\177ELF") || !binary_elf_open(content, &elf))
        return false;
    struct bytes json = find(&elf);
    *out = (struct component_note){.kind = PACKAGES_OPKG};
    if (json.size == 0 || !read_object(json, arena, out) || out->package.name.size == 0 ||
        out->package.version.size == 0 || !bytes_is_text(out->package.name) ||
        !bytes_is_text(out->package.version))
        return false;
    out->package.distribution = lower(out->package.distribution, arena);
    out->offset = (uint64_t)(json.data - content.data);
    out->length = bytes_at(json, json.size - 1) == 0 ? json.size - 1 : json.size;
    return true;
}
