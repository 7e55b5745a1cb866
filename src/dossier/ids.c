#include "dossier/ids.h"

#include <stdlib.h>
#include <string.h>

#include "dossier/load.h"

struct id_spelling {
    const struct form_table *table;
    struct bytes key, id;
};

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/* How many bytes of TEXT name TABLE, of either edition: "1-AuthMech", "AuthMech". */
static size_t stem_size(const struct form_table *table, struct bytes text)
{
    const char *names[] = {table->name, table->old_name};
    size_t start = 0, end;

    while (is_digit(bytes_at(text, start)))
        start++;
    if (start > 0 && bytes_at(text, start++) != '-')
        return 0;
    for (end = start; end < text.size && is_letter(bytes_at(text, end));)
        end++;
    struct bytes word = bytes_slice(text, start, end - start);
    for (size_t i = 0; word.size > 0 && i < COUNT_OF(names); i++)
        if (names[i] != NULL && (start == 0 ? name_same(word, strchr(names[i], '-') + 1)
                                            : name_same(bytes_slice(text, 0, end), names[i])))
            return end;
    return 0;
}

/* Lower case without punctuation, but for what keeps two numbers apart: "1.2" is not "12". */
static void add_plain(struct text *out, struct bytes text)
{
    bool gap = false;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = bytes_at(text, i);
        if (byte == ' ' || byte == '-' || byte == '_' || byte == '.' || byte == '/') {
            gap = true;
            continue;
        }
        if (gap && is_digit(byte) && out->size > 0 &&
            is_digit((uint8_t)text_string(out)[out->size - 1]))
            text_add(out, "-");
        text_addf(out, "%c", byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
        gap = false;
    }
}

static void key_of(const struct form_table *table, struct bytes text, struct text *out)
{
    size_t stem = stem_size(table, text);

    text_clear(out);
    if (stem > 0)
        add_plain(out, bytes_of(strchr(table->name, '-') + 1));
    add_plain(out, bytes_from_offset(text, stem));
}

/* "UpdMech-1: over the air", "UpdMech-1 (USB)": the label before the title, or all of ID. */
static struct bytes label_of(const struct form_table *table, struct bytes id)
{
    struct bytes rest = id, word;

    if (!bytes_next_word(&rest, &word) || rest.size == 0 || stem_size(table, word) == 0)
        return id;
    rest = bytes_trim(rest);
    if (bytes_ends(word, ":"))
        return bytes_slice(word, 0, word.size - 1);
    return bytes_starts(rest, "(") || bytes_starts(rest, "- ") ||
                   bytes_starts(rest, "\xe2\x80\x93 ") || bytes_starts(rest, ": ")
               ? word
               : id;
}

static int compare(const void *left, const void *right)
{
    const struct id_spelling *a = left, *b = right;

    if (a->table != b->table)
        return a->table->number < b->table->number ? -1 : 1;
    return bytes_compare(a->key, b->key);
}

static void add_spelling(struct ids *ids, size_t *capacity, struct arena *arena,
                         const struct id_spelling *spelling)
{
    owned(text) key = text_new();

    key_of(spelling->table, spelling->key, key);
    ids->spellings =
        arena_grow(arena, ids->spellings, capacity, ids->count + 1, sizeof *ids->spellings);
    ids->spellings[ids->count++] =
        (struct id_spelling){.table = spelling->table,
                             .key = arena_copy(arena, text_bytes(key)),
                             .id = spelling->id};
}

struct error *ids_read(sqlite3 *db, const struct form *form, struct arena *arena,
                       struct ids *out)
{
    struct query entries;
    bool found = false;
    size_t capacity = 0;

    *out = (struct ids){.spellings = NULL};
    TRY(query_open(db,
                   "SELECT DISTINCT ixit_table, entry FROM declaration"
                   " WHERE ixit_table IN (SELECT name FROM ixit_table) ORDER BY id DESC",
                   &entries));
    struct error *error = query_next(&entries, &found);
    while (error == NULL && found) {
        const struct form_table *table = form_table(form, query_text(&entries, 0));
        struct bytes id = arena_copy(arena, query_text(&entries, 1));
        if (table != NULL && id.size > 0) {
            struct id_spelling spelling = {.table = table, .key = id, .id = id};
            add_spelling(out, &capacity, arena, &spelling);
            spelling.key = label_of(table, id);
            if (spelling.key.size < id.size)
                add_spelling(out, &capacity, arena, &spelling);
        }
        error = query_next(&entries, &found);
    }
    query_close(&entries);
    if (out->count > 0)
        qsort(out->spellings, out->count, sizeof *out->spellings, compare);
    return error;
}

struct bytes ids_find(const struct ids *ids, const struct form_table *table, struct bytes text)
{
    owned(text) key = text_new();
    struct bytes found = bytes_of(NULL);
    size_t low = 0, high = ids->count;

    key_of(table, text, key);
    const struct id_spelling wanted = {.table = table, .key = text_bytes(key)};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&ids->spellings[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_one = true;
    for (size_t i = low;
         i < ids->count && key->size > 0 && compare(&ids->spellings[i], &wanted) == 0; i++) {
        struct bytes id = ids->spellings[i].id;
        if (bytes_equal(id, text))
            return id;
        is_one = is_one && (found.size == 0 || bytes_equal(found, id));
        found = id;
    }
    return is_one ? found : bytes_of(NULL);
}

bool ids_named_after(const struct form_table *table, struct bytes word)
{
    size_t stem = stem_size(table, word);
    uint8_t next = bytes_at(word, stem);

    if (stem == 0 || stem == word.size)
        return false;
    if (next == '-' || next == '_') /* not "SecParam-like" */
        next = bytes_at(word, stem + 1);
    return is_digit(next) || (next >= 'A' && next <= 'Z');
}
