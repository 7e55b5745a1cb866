#include "dossier/edit.h"

#include <string.h>

static unsigned indent_of(struct bytes line)
{
    unsigned indent = 0;

    while (bytes_at(line, indent) == ' ')
        indent++;
    return indent;
}

static bool is_blank(struct bytes line)
{
    struct bytes rest = bytes_trim(line);

    return rest.size == 0 || bytes_at(rest, 0) == '#';
}

/* "KEY:" at the beginning of the line; *VALUE is what stands behind it. */
static bool is_key(struct bytes line, const char *key, struct bytes *value)
{
    size_t size = strlen(key);

    if (!bytes_starts(line, key) || bytes_at(line, size) != ':')
        return false;
    *value = bytes_from_offset(line, size + 1);
    return value->size == 0 || bytes_at(*value, 0) == ' ' || bytes_at(*value, 0) == '\t';
}

/* Without a comment behind it. */
static struct bytes bare_value(struct bytes value)
{
    size_t hash = bytes_find_string(value, " #");

    return bytes_trim(hash == SIZE_MAX ? value : bytes_slice(value, 0, hash));
}

static struct error *read_value(struct bytes line, struct bytes value, size_t start,
                                const char *key, struct edit_place *place)
{
    struct bytes bare = bare_value(value);

    place->has_key = true;
    if (bare.size == 0)
        return NULL;
    if (bytes_at(bare, 0) == '[' && bytes_trim(bytes_slice(bare, 1, bare.size - 2)).size == 0 &&
        bytes_at(bare, bare.size - 1) == ']') {
        place->cut = start + bytes_find(line, bare);
        place->cut_end = place->cut + bare.size;
        return NULL;
    }
    if (bytes_is(bare, "~") || bytes_is(bare, "null")) {
        place->cut = start + line.size - value.size + bytes_find(value, bare);
        place->cut_end = place->cut + bare.size;
        return NULL;
    }
    return error_hint(error_new(ERROR_USAGE, "%s: is written in one line", key),
                      "unfold it first: one entry a line, each behind a dash");
}

struct error *edit_find(struct bytes content, const char *key, struct edit_place *out)
{
    struct edit_place place = {.at = content.size, .indent = 2};
    struct bytes rest = content, line, value;
    bool inside = false, any = false;

    while (rest.size > 0) {
        size_t start = content.size - rest.size;
        if (!bytes_next_line(&rest, &line))
            break;
        size_t end = content.size - rest.size;
        if (!inside && is_key(line, key, &value)) {
            TRY(read_value(line, value, start, key, &place));
            inside = true;
            place.at = end;
        } else if (inside && !is_blank(line)) {
            unsigned indent = indent_of(line);
            bool dash = bytes_at(line, indent) == '-';
            if (indent == 0 && !dash)
                break; /* the next key */
            if (!any && dash)
                place.indent = indent;
            any = true;
            place.at = end;
        }
    }
    *out = place;
    return NULL;
}

void edit_insert(struct bytes content, const char *key, const struct edit_place *place,
                 struct bytes entries, struct text *out)
{
    bool cuts = place->cut_end > place->cut;
    size_t cut = cuts ? place->cut : 0, cut_end = cuts ? place->cut_end : 0;

    text_add_bytes(out, bytes_slice(content, 0, cut));
    text_add_bytes(out, bytes_slice(content, cut_end, place->at - cut_end));
    if (out->size > 0 && bytes_at(text_bytes(out), out->size - 1) != '\n')
        text_add_char(out, '\n');
    if (!place->has_key)
        text_addf(out, "%s:\n", key);
    text_add_bytes(out, entries);
    text_add_bytes(out, bytes_from_offset(content, place->at));
}
