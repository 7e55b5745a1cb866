#include <inttypes.h>

#include "report/html.h"

static void add_id(struct text *out, const char *prefix, const char *id)
{
    if (id == NULL)
        return;
    text_addf(out, " id=\"%s", prefix);
    text_add_html(out, bytes_of(id));
    text_add_char(out, '"');
}

static void add_badge(struct text *out, struct bytes outcome, const char *word)
{
    text_add(out, "<span class=\"badge ");
    text_add_html(out, outcome);
    text_addf(out, "\"><span aria-hidden=true>%s</span> ", document_symbol(outcome));
    text_add_html(out, bytes_of(word));
    text_add(out, "</span>");
}

static void write_badge(void *state, struct bytes outcome, const char *word)
{
    const struct html *html = state;

    add_badge(html->out, outcome, word);
}

static const struct {
    const char *open, *close;
} marks[] = {
    [MARK_PLAIN] = {"", ""},
    [MARK_STRONG] = {"<strong>", "</strong>"},
    [MARK_BAD] = {"<strong class=bad>", "</strong>"},
    [MARK_DIM] = {"<span class=dim>", "</span>"},
    [MARK_CODE] = {"<code>", "</code>"},
    [MARK_HASH] = {"<code class=hash>", "</code>"},
    [MARK_PLACE] = {"<code class=place>", "</code>"},
    [MARK_CUT] = {"<span class=cut>", "</span>"},
    [MARK_PROSE] = {"<span class=prose>", "</span>"},
};

static void write_text(void *state, enum mark mark, struct bytes text)
{
    const struct html *html = state;
    /* Only where line ends count is the mark worth its bytes. */
    bool bare = mark == MARK_PROSE && bytes_find_byte(text, '\n') == SIZE_MAX;

    text_add(html->out, bare ? "" : marks[mark].open);
    text_add_html(html->out, text);
    text_add(html->out, bare ? "" : marks[mark].close);
}

static void write_link(void *state, const char *target, struct bytes text)
{
    const struct html *html = state;

    text_add(html->out, "<a href=\"#");
    text_add_html(html->out, bytes_of(target));
    text_add(html->out, "\">");
    text_add_html(html->out, text);
    text_add(html->out, "</a>");
}

/* --- blocks that say something at their beginning --- */

typedef void open_function(struct html *html, const struct words *words);

static void add_base(struct text *out, struct bytes base)
{
    text_addf(out, " <span class=base>%s</span>",
              bytes_is(base, "M") ? "mandatory" : "recommendation");
}

static void open_title(struct html *html, const struct words *words)
{
    text_add(html->out, "<header class=letterhead><p class=kind><span class=mark "
                        "aria-hidden=true>§</span> ");
    text_add_html(html->out, words->note);
    text_add(html->out, "</p>\n<h1>");
    text_add_html(html->out, words->title);
    text_add(html->out, "</h1>\n");
}

static void open_identity(struct html *html, const struct words *words)
{
    if (words->title.size > 0) {
        text_add(html->out, "<h2 class=small>");
        text_add_html(html->out, words->title);
        text_add(html->out, "</h2>\n");
    }
    text_add(html->out, "<dl class=identity>\n");
}

static void open_detail(struct html *html, const struct words *words)
{
    text_add(html->out, words->count != 0 ? "<div class=wide><dt>" : "<div><dt>");
    text_add_html(html->out, words->title);
    text_add(html->out, "</dt><dd>");
}

static void add_heading(struct html *html, const struct words *words, int level)
{
    text_addf(html->out, "<h%d", level);
    add_id(html->out, "h-", words->id);
    text_add_char(html->out, '>');
    text_add_html(html->out, words->title);
    if (words->count > 0) {
        text_add(html->out, " <span class=count>");
        text_add_count(html->out, (uint64_t)words->count);
        text_add(html->out, "</span>");
    }
    text_addf(html->out, "</h%d>\n", level);
}

static void open_section(struct html *html, const struct words *words, const char *kind,
                         int level)
{
    text_addf(html->out, "<section%s", kind);
    add_id(html->out, "", words->id);
    if (words->id != NULL) {
        text_add(html->out, " aria-labelledby=\"h-");
        text_add_html(html->out, bytes_of(words->id));
        text_add_char(html->out, '"');
    }
    text_add_char(html->out, '>');
    add_heading(html, words, level);
}

static void open_chapter(struct html *html, const struct words *words)
{
    bool is_first = bytes_is(bytes_of(words->id), "summary");

    open_section(html, words, is_first ? "" : " class=chapter", 2);
}

static void open_part(struct html *html, const struct words *words)
{
    open_section(html, words, "", 3);
}

static void open_group(struct html *html, const struct words *words)
{
    open_section(html, words, " class=group", 4);
}

static void open_paragraph(struct html *html, const struct words *words)
{
    static const char *const classes[] = {
        [ROLE_PLAIN] = "<p>",
        [ROLE_LEAD] = "<p class=lead>",
        [ROLE_VERDICT] = "<p class=verdict>",
        [ROLE_STATEMENT] = "<p class=statement>",
        [ROLE_WARNING] = "<p class=warning>",
        [ROLE_NONE] = "<p class=none>",
        [ROLE_DIM] = "<p class=dim>",
        [ROLE_CLAIM] = "<p class=because>",
        [ROLE_FAILS] = "<p class=fails>",
    };

    text_add(html->out, classes[words->role]);
}

static void open_term(struct html *html, const struct words *words)
{
    text_add(html->out, words->count != 0 ? "<dt class=wide" : "<dt");
    add_id(html->out, "", words->id);
    text_add_char(html->out, '>');
    text_add_html(html->out, words->title);
    text_add(html->out, words->count != 0 ? "</dt><dd class=wide>" : "</dt><dd>");
}

static bool is_number(enum style style)
{
    return style == STYLE_NUMBER || style == STYLE_BYTES;
}

static void open_table(struct html *html, const struct words *words)
{
    html->columns = words->columns;
    text_add(html->out, words->count != 0 ? "<div class=scroll><table class=entry><caption>"
                                          : "<div class=scroll><table><caption>");
    text_add_html(html->out, words->title);
    text_add(html->out, "</caption><thead><tr>");
    for (size_t i = 0; i < words->column_count; i++) {
        text_add(html->out, is_number(words->columns[i].style) ? "<th scope=col class=n>"
                                                               : "<th scope=col>");
        text_add_html(html->out, bytes_of(words->columns[i].title));
        text_add(html->out, "</th>");
    }
    text_add(html->out, "</tr></thead><tbody>\n");
}

/* On a telephone each cell is a line of its own behind its title. */
static void open_cell(struct html *html, const struct words *words)
{
    text_add(html->out, words->note.size == 0 ? "<td" : "<td class=\"");
    text_add_bytes(html->out, words->note);
    text_add(html->out, words->note.size == 0 ? " data-l=\"" : "\" data-l=\"");
    text_add_html(html->out, bytes_of(html->columns[words->count].title));
    text_add(html->out, "\">");
}

static void open_fold(struct html *html, const struct words *words)
{
    text_add(html->out, "<details class=rest><summary>");
    text_add_html(html->out, words->title);
    text_add(html->out, "</summary>\n");
}

static void open_failure(struct html *html, const struct words *words)
{
    bool fails = bytes_is(words->outcome, "fail");

    text_addf(html->out, "<article class=\"failure %s\" aria-labelledby=\"",
              fails ? "fail" : "warn");
    text_add_html(html->out, bytes_of(words->id));
    text_add(html->out, "\"><h3");
    add_id(html->out, "", words->id);
    text_addf(html->out, "><span class=symbol aria-hidden=true>%s</span> <a href=\"#p-",
              fails ? "✕" : "!");
    text_add_html(html->out, words->title);
    text_add(html->out, "\">");
    text_add_html(html->out, words->title);
    text_add(html->out, "</a>");
    add_base(html->out, words->base);
    text_add(html->out, "</h3>\n<p class=requirement>");
    text_add_html(html->out, words->head);
    text_add(html->out, "</p>\n");
}

static void open_family(struct html *html, const struct words *words)
{
    text_add(html->out, "<section class=family aria-labelledby=\"");
    text_add_html(html->out, bytes_of(words->id));
    text_add(html->out, "\"><h3");
    add_id(html->out, "", words->id);
    text_add(html->out, "><span class=number>");
    text_add_html(html->out, words->note);
    text_add(html->out, "</span> ");
    text_add_html(html->out, words->title);
    text_add(html->out, "</h3>\n");
}

static void open_provision(struct html *html, const struct words *words)
{
    bool refuted = !html->has_dossier && bytes_is(words->outcome, "fail");

    text_add(html->out, "<details class=provision><summary>");
    add_badge(html->out, words->outcome, refuted ? "refuted" : document_word(words->outcome));
    text_add(html->out, "<h4>");
    text_add_html(html->out, words->title);
    add_base(html->out, words->base);
    text_add(html->out, "</h4><span class=requirement>");
    text_add_html(html->out, words->head);
    text_add(html->out, "</span><span class=tally><span class=vh>test units: </span>");
    text_add_html(html->out, words->note);
    text_add(html->out, "</span></summary>\n<div class=body");
    add_id(html->out, "", words->id);
    text_add_char(html->out, '>');
}

static void open_case(struct html *html, const struct words *words)
{
    text_add(html->out, "<div class=case><h5>Test case ");
    text_add_html(html->out, words->title);
    text_add(html->out, " <span class=dim>");
    text_add_html(html->out, words->note);
    text_add(html->out, "</span> ");
    add_badge(html->out, words->outcome, document_word(words->outcome));
    text_add(html->out, "</h5>\n");
}

static void open_unit(struct html *html, const struct words *words)
{
    text_add(html->out, "<div class=unit");
    add_id(html->out, "", words->id);
    text_add(html->out, "><p class=head>");
    add_badge(html->out, words->outcome, document_word(words->outcome));
    if (words->count != 0)
        text_add(html->out, " <span class=\"badge warn\">disputed</span>");
    text_add(html->out, " <b>");
    text_add_html(html->out, words->title);
    text_add(html->out, "</b> <span class=dim>");
    text_add_html(html->out, words->note);
    text_add(html->out, "</span></p>");
}

static void open_entry(struct html *html, const struct words *words)
{
    text_add(html->out,
             words->count != 0 ? "<div class=\"entry draft\"><h5>" : "<div class=entry><h5>");
    text_add_html(html->out, words->title);
    text_add(html->out, " <span class=dim>");
    text_add_html(html->out, words->note);
    text_add(html->out, "</span></h5>");
}

static void open_picture_family(struct html *html, const struct words *words)
{
    text_add(html->out, "<div class=family><p><a href=\"#");
    text_add_html(html->out, bytes_of(words->id));
    text_add(html->out, "\"><b>");
    text_add_html(html->out, words->note);
    text_add(html->out, "</b> ");
    text_add_html(html->out, words->title);
    text_add(html->out, "</a></p><ul>");
}

static void open_evidence(struct html *html, const struct words *words)
{
    (void)words;
    text_add(html->out, "<figure><figcaption>");
}

/* A block is its two tags, or a function that writes the first and the tag that ends it. */
static const struct {
    open_function *function;
    const char *open, *close;
} blocks[] = {
    [BLOCK_TITLE] = {open_title, NULL, "</header>\n"},
    [BLOCK_IDENTITY] = {open_identity, NULL, "</dl>\n"},
    [BLOCK_DETAIL] = {open_detail, NULL, "</dd></div>\n"},
    [BLOCK_CHAPTER] = {open_chapter, NULL, "</section>\n"},
    [BLOCK_SECTION] = {open_part, NULL, "</section>\n"},
    [BLOCK_GROUP] = {open_group, NULL, "</section>\n"},
    [BLOCK_PARAGRAPH] = {open_paragraph, NULL, "</p>\n"},
    [BLOCK_NAMES] = {NULL, "<ul class=names>", "</ul>"},
    [BLOCK_ITEM] = {NULL, "<li>", "</li>"},
    [BLOCK_TERMS] = {NULL, "<dl>", "</dl>"},
    [BLOCK_TERM] = {open_term, NULL, "</dd>"},
    [BLOCK_TABLE] = {open_table, NULL, "</tbody></table></div>\n"},
    [BLOCK_ROW] = {NULL, "<tr>", "</tr>\n"},
    [BLOCK_CELL] = {open_cell, NULL, "</td>"},
    [BLOCK_FOLD] = {open_fold, NULL, "</details>\n"},
    [BLOCK_FAILURE] = {open_failure, NULL, "</article>\n"},
    [BLOCK_PROOFS] = {NULL, "<ol class=proofs>\n", "</ol>\n"},
    [BLOCK_PROOF] = {NULL, "<li>", "</li>\n"},
    [BLOCK_EVIDENCE] = {open_evidence, NULL, "</figcaption></figure>"},
    [BLOCK_EXCERPT] = {NULL, "<pre tabindex=0>", "</pre>"},
    [BLOCK_REMEDY] = {NULL, "<div class=remedy><h4>Remedy</h4>", "</div>\n"},
    [BLOCK_FAMILY] = {open_family, NULL, "</section>\n"},
    [BLOCK_PROVISION] = {open_provision, NULL, "</div></details>\n"},
    [BLOCK_CASE] = {open_case, NULL, "</div>\n"},
    [BLOCK_UNIT] = {open_unit, NULL, "</div>\n"},
    [BLOCK_ENTRY] = {open_entry, NULL, "</div>\n"},
    [BLOCK_TILES] = {NULL, "<dl class=tiles>\n", "</dl>\n"},
    [BLOCK_TILE] = {html_tile, NULL, ""},
    [BLOCK_PICTURE] = {NULL, "<div class=picture>\n", "</div>\n"},
    [BLOCK_PICTURE_FAMILY] = {open_picture_family, NULL, "</ul></div>\n"},
    [BLOCK_SQUARE] = {html_square, NULL, ""},
    [BLOCK_SIGNATURES] = {NULL,
                          "<div class=sign aria-hidden=true><p>Assessed by</p><p>Place, "
                          "date</p><p>Signature</p>",
                          "</div>\n"},
};

static void write_open(void *state, enum block block, const struct words *words)
{
    struct html *html = state;

    if (blocks[block].function != NULL)
        blocks[block].function(html, words);
    else
        text_add(html->out, blocks[block].open);
}

static void write_close(void *state, enum block block)
{
    struct html *html = state;

    text_add(html->out, blocks[block].close);
    if (block == BLOCK_PICTURE)
        html_picture_legend(html);
}

static void write_strip(void *state, const struct strip *strip)
{
    html_strip(state, strip);
}

const struct writer html_writer = {
    .open = write_open,
    .close = write_close,
    .text = write_text,
    .link = write_link,
    .badge = write_badge,
    .strip = write_strip,
};
