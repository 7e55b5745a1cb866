#include <inttypes.h>

#include "report/html.h"

/*
 * The map of the image: a strip in proportion, where every part keeps a width that can be seen,
 * and the parts as a table.
 */

enum {
    STRIP_WIDTH = 1000,
    STRIP_LEAST = 3,   /* of one part */
    STRIP_PARTS = 160, /* more would fill the strip with least widths: small ones are joined */
};

struct part {
    uint64_t offset, length;
    const char *kind, *what;
    int64_t node;     /* the container it lies in */
    const char *name; /* … and what that is called */
    size_t joined;    /* how many parts it stands for */
};

struct strip {
    struct part *parts;
    size_t count, capacity;
    uint64_t size;
};

/* Joined parts take the kind that says least about them. */
static int darkness(const char *kind)
{
    static const char *const order[] = {"padding", "explained", "encrypted", "unknown"};

    for (int i = 0; i < (int)COUNT_OF(order); i++)
        if (bytes_is(bytes_of(kind), order[i]))
            return i;
    return (int)COUNT_OF(order);
}

static void add_part(struct page *page, struct strip *strip, const struct part *part, bool join)
{
    struct part *last = strip->count > 0 ? &strip->parts[strip->count - 1] : NULL;
    uint64_t small = strip->size / 400;

    if (join && last != NULL && last->length < small && part->length < small) {
        last->length += part->length;
        last->joined++;
        if (darkness(part->kind) > darkness(last->kind))
            last->kind = part->kind;
        return;
    }
    strip->parts = arena_grow(page->arena, strip->parts, &strip->capacity, strip->count + 1,
                              sizeof *strip->parts);
    strip->parts[strip->count++] = *part;
}

static struct error *read_parts(struct page *page, struct strip *strip)
{
    struct query query;
    bool found = false;
    bool join = query_number(page->db, "SELECT count(*) FROM map", 0) > STRIP_PARTS;

    TRY(query_open(page->db,
                   "SELECT m.\"offset\", m.length, m.kind, m.what, m.node, n.name FROM map AS m"
                   " LEFT JOIN node AS n ON n.id = m.node ORDER BY m.\"offset\"",
                   &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        struct part part = {
            .offset = (uint64_t)query_integer(&query, 0),
            .length = (uint64_t)query_integer(&query, 1),
            .kind = arena_string(page->arena, query_text(&query, 2)),
            .what =
                arena_string(page->arena, bytes_slice(query_text(&query, 3), 0, HTML_VALUE)),
            .node = query_integer(&query, 4),
            .name =
                arena_string(page->arena, bytes_slice(query_text(&query, 5), 0, HTML_VALUE)),
            .joined = 1,
        };
        add_part(page, strip, &part, join);
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

static double width_of(const struct strip *strip, size_t i)
{
    double width = STRIP_WIDTH * (double)strip->parts[i].length / (double)strip->size;

    return width < STRIP_LEAST ? STRIP_LEAST : width;
}

static double total_of(const struct strip *strip)
{
    double total = 0;

    for (size_t i = 0; i < strip->count; i++)
        total += width_of(strip, i);
    return total;
}

/* The names of the containers above the strip, where there is room for them. */
static void add_labels(struct page *page, const struct strip *strip)
{
    double total = total_of(strip), at = 0;

    text_add(page->out, "<div class=labels aria-hidden=true>");
    for (size_t i = 0; i < strip->count;) {
        const struct part *first = &strip->parts[i];
        double from = at;
        for (; i < strip->count && strip->parts[i].node == first->node; i++)
            at += width_of(strip, i);
        double width = 100 * (at - from) / total;
        if (width < 7 || *first->name == '\0')
            continue;
        text_addf(page->out, "<span style=\"left:%.2f%%;width:%.2f%%\">", 100 * from / total,
                  width);
        html_full(page->out, bytes_of(first->name));
        text_add(page->out, "</span>");
    }
    text_add(page->out, "</div>\n");
}

static void add_strip_part(struct text *out, const struct part *part, double at, double width,
                           int tone)
{
    text_add(out, "<g><title>");
    if (part->joined > 1)
        text_addf(out, "%zu small parts", part->joined);
    else
        html_full(out, bytes_of(part->what));
    text_addf(out, ", 0x%" PRIx64 ", ", part->offset);
    text_add_size(out, part->length);
    text_addf(out, "</title><rect x=%.2f y=0 width=%.2f height=56 class=\"tone%d ", at, width,
              tone);
    html_full(out, bytes_of(part->kind));
    text_add(out, "\"/>");
    if (darkness(part->kind) >= 2)
        text_addf(out, "<rect x=%.2f y=0 width=%.2f height=56 fill=\"url(#%s)\"/>", at, width,
                  darkness(part->kind) == 2 ? "hatch" : "dots");
    text_add(out, "</g>\n");
}

static void add_strip(struct page *page, const struct strip *strip)
{
    struct text *out = page->out;
    double total = total_of(strip), at = 0;
    int64_t container = 0; /* the last one that is not the image itself */
    int tone = 0;

    add_labels(page, strip);
    text_addf(
        out,
        "<svg class=strip viewBox=\"0 0 %d 56\" preserveAspectRatio=none role=img "
        "aria-label=\"Map of the image from its first to its last byte; the table below "
        "says the same\"><defs><pattern id=hatch width=8 height=8 "
        "patternUnits=userSpaceOnUse patternTransform=\"rotate(45)\"><rect width=3 height=8 "
        "class=hatch /></pattern><pattern id=dots width=8 height=8 "
        "patternUnits=userSpaceOnUse><circle cx=4 cy=4 r=1.6 class=dots /></pattern>"
        "</defs>\n",
        STRIP_WIDTH);
    for (size_t i = 0; i < strip->count; i++) {
        const struct part *part = &strip->parts[i];
        double width = width_of(strip, i) * STRIP_WIDTH / total;
        if (part->node != 0 && part->node != container) {
            container = part->node;
            tone = 1 - tone;
        }
        add_strip_part(out, part, at, width, part->node == 0 ? 0 : tone);
        at += width;
    }
    text_add(out, "</svg>\n<p class=scale aria-hidden=true><span>0x0</span><span>");
    text_addf(out, "0x%" PRIx64 "</span></p>\n", strip->size);
}

static void add_shares(struct page *page)
{
    static const struct {
        const char *kind, *title, *key;
    } rows[] = {
        {"explained", "explained", "bytes_explained"},
        {"padding", "padding", "bytes_padding"},
        {"encrypted", "looks encrypted or packed in an unknown way", "bytes_encrypted"},
        {"unknown", "of no known format", "bytes_unknown"},
    };
    int64_t size = html_meta_number(page, "size");

    text_add(page->out, "<ul class=\"legend shares\">");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t bytes = html_meta_number(page, rows[i].key);
        text_addf(page->out,
                  "<li><span class=\"swatch %s\" aria-hidden=true></span>%s <b>%.1f %%</b> "
                  "<span class=dim>",
                  rows[i].kind, rows[i].title,
                  size == 0 ? 0.0 : 100.0 * (double)bytes / (double)size);
        text_add_size(page->out, (uint64_t)bytes);
        text_add(page->out, "</span>");
    }
    text_add(page->out, "</ul>\n");
}

static const struct html_column part_columns[] = {
    {"Offset", HTML_CODE}, {"Size", HTML_BYTES}, {"Kind", HTML_WORDS},
    {"What", HTML_WORDS},  {"In", HTML_CODE},    {"Entropy", HTML_NUMBER},
};

static const struct html_table parts_table = {
    .caption = "Parts of the image",
    .sql = "SELECT printf('0x%08x', m.\"offset\"), m.length, m.kind, m.what,"
           " CASE WHEN n.path = '' THEN 'the image' ELSE n.path END,"
           " CASE WHEN m.entropy > 0 THEN printf('%.2f', m.entropy) END"
           " FROM map AS m LEFT JOIN node AS n ON n.id = m.node ORDER BY m.\"offset\"",
    .count = "SELECT count(*) FROM map",
    .columns = part_columns,
    .column_count = COUNT_OF(part_columns),
    .limit = HTML_PARTS,
};

static const struct html_column unread_columns[] = {
    {"What", HTML_CODE},
    {"Bytes lost", HTML_BYTES},
    {"Why", HTML_WORDS},
};

static const struct html_table unread_table = {
    .caption = "What could not be read",
    .sql =
        "SELECT CASE WHEN path = '' THEN 'the image' ELSE path END, bytes, reason FROM unread"
        " ORDER BY bytes DESC, path, id",
    .count = "SELECT count(*) FROM unread",
    .columns = unread_columns,
    .column_count = COUNT_OF(unread_columns),
    .limit = HTML_ROWS,
};

static struct error *add_unread(struct page *page)
{
    size_t shown;

    text_add(page->out,
             "<section id=unread aria-labelledby=h-unread><h3 id=h-unread>What could not be "
             "read</h3>\n<p>What is listed here was not looked at. No outcome of this "
             "report says anything about it.</p>\n");
    TRY(html_table_write(page, &unread_table, &shown));
    if (shown == 0)
        text_add(page->out,
                 "<p class=none>Every part that was recognised could be read.</p>\n");
    text_add(page->out, "</section>\n");
    return NULL;
}

struct error *html_map(struct page *page)
{
    struct strip strip = {.size = (uint64_t)html_meta_number(page, "size")};
    size_t shown;

    text_add(page->out, "<section id=map aria-labelledby=h-map class=chapter>"
                        "<h2 id=h-map>Map of the image</h2>\n");
    TRY(read_parts(page, &strip));
    if (strip.count > 0 && strip.size > 0) {
        text_add(page->out,
                 "<p>What lies where, from the first byte to the last. Entropy is in bits "
                 "for each byte: near 8, bytes are packed or encrypted.</p>\n");
        add_strip(page, &strip);
        add_shares(page);
        text_add(page->out, strip.count > 24 ? "<details><summary>All parts</summary>\n" : "");
        TRY(html_table_write(page, &parts_table, &shown));
        text_add(page->out, strip.count > 24 ? "</details>\n" : "");
    } else {
        text_add(page->out, "<p class=none>A folder of files has no map.</p>\n");
    }
    TRY(add_unread(page));
    text_add(page->out, "</section>\n");
    return NULL;
}
