#include "report/document.h"

/* What lies where in the image: a strip in proportion, and the parts as a table. */

enum {
    STRIP_WIDTH = 1000,
    STRIP_LEAST = 3,   /* of one part */
    STRIP_PARTS = 160, /* more would fill the strip with least widths: small ones are joined */
    PARTS_FOLDED = 24, /* a longer table is closed on a screen */
};

const char *const strip_kinds[4] = {"explained", "padding", "encrypted", "unknown"};
const char *const strip_titles[4] = {"explained", "padding",
                                     "looks encrypted or packed in an unknown way",
                                     "of no known format"};

/* Joined parts take the kind that says least about them. */
int strip_darkness(const char *kind)
{
    static const char *const order[] = {"padding", "explained", "encrypted", "unknown"};

    for (int i = 0; i < (int)COUNT_OF(order); i++)
        if (bytes_is(bytes_of(kind), order[i]))
            return i;
    return (int)COUNT_OF(order);
}

double strip_width(const struct strip *strip, size_t i)
{
    double width = STRIP_WIDTH * (double)strip->parts[i].length / (double)strip->size;

    return width < STRIP_LEAST ? STRIP_LEAST : width;
}

double strip_total(const struct strip *strip)
{
    double total = 0;

    for (size_t i = 0; i < strip->count; i++)
        total += strip_width(strip, i);
    return total;
}

static void add_part(struct document *document, struct strip *strip, const struct part *part,
                     bool join)
{
    struct part *last = strip->count > 0 ? &strip->parts[strip->count - 1] : NULL;
    uint64_t small = strip->size / 400;

    if (join && last != NULL && last->length < small && part->length < small) {
        last->length += part->length;
        last->joined++;
        if (strip_darkness(part->kind) > strip_darkness(last->kind))
            last->kind = part->kind;
        return;
    }
    strip->parts = arena_grow(document->arena, strip->parts, &strip->capacity, strip->count + 1,
                              sizeof *strip->parts);
    strip->parts[strip->count++] = *part;
}

static const char *copy(struct document *document, struct bytes text)
{
    return arena_string(document->arena, bytes_slice(text, 0, DOCUMENT_VALUE));
}

static struct error *read_parts(struct document *document, struct strip *strip)
{
    struct query query;
    bool found = false;
    bool join = query_number(document->db, "SELECT count(*) FROM map", 0) > STRIP_PARTS;

    TRY(query_open(document->db,
                   "SELECT m.\"offset\", m.length, m.kind, m.what, m.node, n.name FROM map AS m"
                   " LEFT JOIN node AS n ON n.id = m.node ORDER BY m.\"offset\"",
                   &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        struct part part = {
            .offset = (uint64_t)query_integer(&query, 0),
            .length = (uint64_t)query_integer(&query, 1),
            .kind = copy(document, query_text(&query, 2)),
            .what = copy(document, query_text(&query, 3)),
            .node = query_integer(&query, 4),
            .name = copy(document, query_text(&query, 5)),
            .joined = 1,
        };
        add_part(document, strip, &part, join);
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

/* Neighbouring containers get different tones; what lies in none has the first. */
static void set_tones(struct strip *strip)
{
    int64_t container = 0;
    int tone = 0;

    for (size_t i = 0; i < strip->count; i++) {
        struct part *part = &strip->parts[i];
        if (part->node != 0 && part->node != container) {
            container = part->node;
            tone = 1 - tone;
        }
        part->tone = part->node == 0 ? 0 : tone;
    }
}

static void add_totals(struct document *document, struct strip *strip)
{
    for (size_t i = 0; i < COUNT_OF(strip_kinds); i++) {
        const char *key = arena_printf(document->arena, "bytes_%s", strip_kinds[i]);
        strip->bytes[i] = (uint64_t)document_meta_number(document, key);
    }
}

static const struct document_column part_columns[] = {
    {"Offset", STYLE_CODE}, {"Size", STYLE_BYTES}, {"Kind", STYLE_WORDS},
    {"What", STYLE_WORDS},  {"In", STYLE_CODE},    {"Entropy", STYLE_NUMBER},
};

static const struct document_table parts_table = {
    .caption = "Parts of the image",
    .sql = "SELECT printf('0x%08x', m.\"offset\"), m.length, m.kind, m.what,"
           " CASE WHEN n.path = '' THEN 'the image' ELSE n.path END,"
           " CASE WHEN m.entropy > 0 THEN printf('%.2f', m.entropy) END"
           " FROM map AS m LEFT JOIN node AS n ON n.id = m.node ORDER BY m.\"offset\"",
    .count = "SELECT count(*) FROM map",
    .columns = part_columns,
    .column_count = COUNT_OF(part_columns),
    .limit = DOCUMENT_PARTS,
};

static const struct document_column unread_columns[] = {
    {"What", STYLE_CODE},
    {"Bytes lost", STYLE_BYTES},
    {"Why", STYLE_WORDS},
};

static const struct document_table unread_table = {
    .caption = "What could not be read",
    .sql =
        "SELECT CASE WHEN path = '' THEN 'the image' ELSE path END, bytes, reason FROM unread"
        " ORDER BY bytes DESC, path, id",
    .count = "SELECT count(*) FROM unread",
    .columns = unread_columns,
    .column_count = COUNT_OF(unread_columns),
    .limit = DOCUMENT_ROWS,
};

static struct error *add_unread(struct document *document)
{
    size_t shown;

    document_section(document, "unread", "What could not be read", 0);
    document_say(document, ROLE_PLAIN,
                 "What is listed here was not looked at. No outcome of this report says "
                 "anything about it.");
    TRY(document_table_write(document, &unread_table, &shown));
    if (shown == 0)
        document_say(document, ROLE_NONE, "Every part that was recognised could be read.");
    document_close(document, BLOCK_SECTION);
    return NULL;
}

static struct error *add_strip(struct document *document, struct strip *strip)
{
    bool folded = strip->count > PARTS_FOLDED;
    size_t shown;

    document_say(document, ROLE_PLAIN,
                 "What lies where, from the first byte to the last. Entropy is in bits for "
                 "each byte: near 8, bytes are packed or encrypted.");
    set_tones(strip);
    add_totals(document, strip);
    document->writer->strip(document->state, strip);
    if (folded)
        document_open_with(document, BLOCK_FOLD,
                           &(struct words){.title = bytes_of("All parts")});
    TRY(document_table_write(document, &parts_table, &shown));
    if (folded)
        document_close(document, BLOCK_FOLD);
    return NULL;
}

struct error *document_map(struct document *document)
{
    struct strip strip = {.size = (uint64_t)document_meta_number(document, "size")};

    document_chapter(document, "map", "Map of the image");
    TRY(read_parts(document, &strip));
    if (strip.count > 0 && strip.size > 0)
        TRY(add_strip(document, &strip));
    else
        document_say(document, ROLE_NONE, "A folder of files has no map.");
    TRY(add_unread(document));
    document_close(document, BLOCK_CHAPTER);
    return NULL;
}
