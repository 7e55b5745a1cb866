#include "report/pdf.h"

/* What a block looks like on paper. */

#define TERM_WIDTH   92.0
#define DETAIL_WIDTH 132.0 /* on the first page */

static const struct pdf_style plain = {PDF_SANS, 9, false, NULL, NULL, NULL, 2, 3, 0},
                              lead = {PDF_SANS, 9.5, false, &pdf_dim, NULL, NULL, 1, 5, 0},
                              verdict = {PDF_SERIF, 14, false, NULL, NULL, NULL, 4, 4, 0},
                              statement = {PDF_SANS,  9.5, false, NULL, &pdf_pass_soft,
                                           &pdf_pass, 8,   9,     6},
                              warning = {PDF_SANS,  9, false, NULL, &pdf_warn_soft,
                                         &pdf_warn, 5, 6,     6},
                              none = {PDF_SANS, 8.5, false, &pdf_dim, NULL, NULL, 2, 4, 0},
                              claim = {PDF_SANS, 9, true, NULL, NULL, NULL, 3, 1, 0},
                              fails = {PDF_SANS, 7.8, false, &pdf_dim, NULL, NULL, 1, 5, 0},
                              chapter = {PDF_SERIF, 19, true, NULL, NULL, NULL, 0, 9, 0},
                              section = {PDF_SANS, 12, true, NULL, NULL, NULL, 13, 4, 0},
                              group = {PDF_SANS, 10, true, NULL, NULL, NULL, 10, 3, 0},
                              small_head = {PDF_SANS, 9, true, NULL, NULL, NULL, 6, 2, 0},
                              remedy = {PDF_SANS, 8.5, true, &pdf_pass, NULL, NULL, 4, 0, 0},
                              item = {PDF_SANS, 8.5, false, NULL, NULL, NULL, 0, 1, 8},
                              description = {PDF_SANS, 8.5, false, NULL, NULL, NULL, 0, 1, 0},
                              detail = {PDF_SANS, 9.5, false, NULL, NULL, NULL, 0, 3, 0},
                              detail_term = {PDF_SANS, 9.5, false, &pdf_dim, NULL,
                                             NULL,     0,   0,     0},
                              term = {PDF_SANS, 8.5, false, &pdf_dim, NULL, NULL, 0, 0, 0},
                              wide_term = {PDF_SANS, 8.8, true, NULL, NULL, NULL, 5, 1, 0},
                              evidence = {PDF_SANS, 8, false, &pdf_dim, NULL, NULL, 1, 2, 0},
                              excerpt = {PDF_MONO, 7.6, false, NULL, &pdf_soft, NULL, 3, 5, 6},
                              kind = {PDF_SANS, 10, false, &pdf_dim, NULL, NULL, 0, 4, 0},
                              name = {PDF_SERIF, 30, true, NULL, NULL, NULL, 0, 20, 0};

static const struct pdf_style *paragraph_style(enum role role)
{
    static const struct pdf_style *const styles[] = {
        [ROLE_PLAIN] = &plain,     [ROLE_LEAD] = &lead,
        [ROLE_VERDICT] = &verdict, [ROLE_STATEMENT] = &statement,
        [ROLE_WARNING] = &warning, [ROLE_NONE] = &none,
        [ROLE_DIM] = &none,        [ROLE_CLAIM] = &claim,
        [ROLE_FAILS] = &fails,
    };

    return styles[role];
}

static struct pdf_box *push(struct pdf *pdf, enum block block, const struct colour *colour,
                            double indent)
{
    if (pdf->depth == PDF_DEPTH)
        return &pdf->boxes[PDF_DEPTH - 1];
    struct pdf_box *box = &pdf->boxes[pdf->depth++];
    *box = (struct pdf_box){.block = block,
                            .x = pdf->left,
                            .from = pdf->y,
                            .colour = colour,
                            .left = pdf->left,
                            .y = pdf->y,
                            .page = pdf->page_count - 1};
    pdf->left += indent;
    return box;
}

/* Ends the innermost block when it is one of that kind. */
static void pop(struct pdf *pdf, enum block block)
{
    struct pdf_box *box = pdf->depth > 0 ? &pdf->boxes[pdf->depth - 1] : NULL;

    if (box == NULL || box->block != block)
        return;
    pdf->depth--;
    if (box->colour != NULL && pdf->y > box->from)
        pdf_fill(pdf, box->x, box->from, 2.2, pdf->y - box->from, box->colour);
    pdf->left = box->left;
    if (block == BLOCK_TERM && pdf->page_count - 1 == box->page &&
        pdf->y < box->y + box->height)
        pdf->y = box->y + box->height;
    if (block == BLOCK_TERM)
        pdf->y += 1.5;
}

/* A heading with what belongs to it on the same page. */
static void head(struct pdf *pdf, const struct pdf_style *style, int level,
                 const struct words *words, double with)
{
    pdf_ensure(pdf, style->before + style->size + with);
    pdf_anchor(pdf, words->id);
    if (level > 0)
        pdf_heading(pdf, level, pdf_line(pdf, words->title));
    pdf->style = style;
    pdf_mark(pdf, MARK_PLAIN, words->title);
    if (words->count > 0) {
        owned(text) count = text_new();
        text_add(count, "  ");
        text_add_count(count, (uint64_t)words->count);
        pdf_mark(pdf, MARK_DIM, text_bytes(count));
    }
    pdf_flush(pdf);
    pdf->style = &plain;
}

static void open_title(struct pdf *pdf, const struct words *words)
{
    pdf->name = pdf_line(pdf, words->title);
    pdf->kind = pdf_line(pdf, words->note);
    pdf->program = pdf_line(pdf, words->head);
    pdf->y = PDF_TOP + 50;
    pdf_say(pdf, &kind, words->note);
    pdf_say(pdf, &name, words->title);
}

static void open_chapter(struct pdf *pdf, const struct words *words)
{
    pdf_new_page(pdf);
    head(pdf, &chapter, 1, words, 60);
    pdf_fill(pdf, pdf->left, pdf->y - 4, pdf->right - pdf->left, 0.8, &pdf_dim);
    pdf->y += 4;
}

static void open_identity(struct pdf *pdf, const struct words *words)
{
    if (words->title.size > 0) {
        pdf->y += 6;
        pdf_say(pdf, &group, words->title);
        pdf_fill(pdf, pdf->left, pdf->y - 1, pdf->right - pdf->left, 0.5, &pdf_rule);
        pdf->y += 3;
    }
    push(pdf, BLOCK_IDENTITY, NULL, 0);
}

/* The term on the left; what describes it goes to the right of it, from the same height on. */
static void open_term(struct pdf *pdf, enum block block, const struct words *words)
{
    if (block == BLOCK_TERM && words->count != 0) {
        pdf_ensure(pdf, 40);
        pdf_say(pdf, &wide_term, words->title);
        push(pdf, BLOCK_TERM, NULL, 0);
        pdf->style = &description;
        return;
    }
    double width = block == BLOCK_DETAIL ? DETAIL_WIDTH : TERM_WIDTH;
    PangoLayout *layout = pdf_layout_of(pdf, block == BLOCK_DETAIL ? &detail_term : &term,
                                        words->title, width - 8);
    double height = pdf_layout_height(layout);
    pdf_ensure(pdf, height > 60 ? 60 : height + 2);
    struct pdf_lines lines = {.count = pango_layout_get_line_count(layout)};
    struct pdf_box *box = push(pdf, BLOCK_TERM, NULL, width);
    box->height = height;
    pdf_lines(pdf, layout, box->left, pdf->y, &lines, NULL, 0);
    pdf_anchor(pdf, words->id);
    pdf->style = block == BLOCK_DETAIL ? &detail : &description;
}

static const char *join(struct pdf *pdf, struct bytes first, struct bytes second)
{
    return arena_printf(pdf->arena, "%.*s  %.*s", (int)first.size, (const char *)first.data,
                        (int)second.size, (const char *)second.data);
}

static const char *base_word(struct bytes base)
{
    return bytes_is(base, "M") ? "mandatory" : "recommendation";
}

static void open_failure(struct pdf *pdf, const struct words *words)
{
    bool failed = bytes_is(words->outcome, "fail");

    pdf->y += 8;
    pdf_ensure(pdf, 110);
    pdf_anchor(pdf, words->id);
    pdf_heading(pdf, 3, pdf_line(pdf, words->title));
    push(pdf, BLOCK_FAILURE, failed ? &pdf_fail : &pdf_warn, 11);
    pdf->style = &group;
    pdf_mark(pdf, failed ? MARK_BAD : MARK_STRONG, bytes_of(failed ? "✕ " : "! "));
    pdf_refer(pdf, arena_printf(pdf->arena, "p-%s", pdf_line(pdf, words->title)), words->title);
    pdf_mark(pdf, MARK_DIM, bytes_of("  "));
    pdf_mark(pdf, MARK_DIM, bytes_of(base_word(words->base)));
    pdf_flush(pdf);
    pdf_say(pdf, &none, words->head);
    pdf->style = &plain;
}

static void open_family(struct pdf *pdf, const struct words *words)
{
    struct words titled = *words;

    titled.title = bytes_of(join(pdf, words->note, words->title));
    head(pdf, &section, 2, &titled, 150);
}

static void open_provision(struct pdf *pdf, const struct words *words)
{
    pdf->y += 6;
    pdf_ensure(pdf, 110);
    pdf_fill(pdf, pdf->left, pdf->y, pdf->right - pdf->left, 0.6, &pdf_dim);
    pdf->y += 4;
    pdf_anchor(pdf, words->id);
    pdf_heading(pdf, 3, pdf_line(pdf, words->title));
    pdf->style = &small_head;
    pdf_badge(pdf, words->outcome,
              !pdf->has_dossier && bytes_is(words->outcome, "fail")
                  ? "refuted"
                  : document_word(words->outcome));
    pdf_mark(pdf, MARK_PLAIN, bytes_of("  "));
    pdf_mark(pdf, MARK_PLAIN, words->title);
    pdf_mark(pdf, MARK_DIM, bytes_of("  "));
    pdf_mark(pdf, MARK_DIM, bytes_of(base_word(words->base)));
    pdf_flush(pdf);
    pdf_say(pdf, &plain, words->head);
    pdf_say(pdf, &none, words->note);
    pdf->style = &plain;
}

static void open_case(struct pdf *pdf, const struct words *words)
{
    pdf_ensure(pdf, 70);
    pdf->style = &small_head;
    pdf_mark(pdf, MARK_PLAIN, bytes_of("Test case "));
    pdf_mark(pdf, MARK_PLAIN, words->title);
    pdf_mark(pdf, MARK_DIM, bytes_of("  "));
    pdf_mark(pdf, MARK_DIM, words->note);
    pdf_mark(pdf, MARK_PLAIN, bytes_of("  "));
    pdf_badge(pdf, words->outcome, document_word(words->outcome));
    pdf_flush(pdf);
    pdf->style = &plain;
}

static void open_unit(struct pdf *pdf, const struct words *words)
{
    pdf->y += 3;
    pdf_ensure(pdf, 60);
    pdf_anchor(pdf, words->id);
    push(pdf, BLOCK_UNIT, pdf_outcome(words->outcome), 10);
    pdf->style = &small_head;
    pdf_badge(pdf, words->outcome, document_word(words->outcome));
    if (words->count != 0) {
        pdf_mark(pdf, MARK_PLAIN, bytes_of(" "));
        pdf_badge(pdf, bytes_of("warn"), "disputed");
    }
    pdf_mark(pdf, MARK_PLAIN, bytes_of("  "));
    pdf_mark(pdf, MARK_PLAIN, words->title);
    pdf_mark(pdf, MARK_DIM, bytes_of("  "));
    pdf_mark(pdf, MARK_DIM, words->note);
    pdf_flush(pdf);
    pdf->style = &plain;
}

static void open_entry(struct pdf *pdf, const struct words *words)
{
    pdf_ensure(pdf, 50);
    push(pdf, BLOCK_ENTRY, words->count != 0 ? &pdf_warn : NULL, words->count != 0 ? 9 : 0);
    pdf->style = &small_head;
    pdf_mark(pdf, MARK_PLAIN, words->title);
    pdf_mark(pdf, MARK_DIM, bytes_of("  "));
    pdf_mark(pdf, MARK_DIM, words->note);
    pdf_flush(pdf);
    pdf->style = &plain;
}

static void open_excerpt(struct pdf *pdf, const struct words *words)
{
    (void)words;
    pdf->style = &excerpt;
}

static void open_evidence(struct pdf *pdf, const struct words *words)
{
    (void)words;
    pdf->style = &evidence;
}

static void open_item(struct pdf *pdf, const struct words *words)
{
    (void)words;
    pdf->style = &item;
    pdf_mark(pdf, MARK_DIM, bytes_of("– "));
}

static void open_remedy(struct pdf *pdf, const struct words *words)
{
    (void)words;
    pdf_ensure(pdf, 30);
    pdf_say(pdf, &remedy, bytes_of("Remedy"));
}

static void open_signatures(struct pdf *pdf, const struct words *words)
{
    static const char *const labels[] = {"Assessed by", "Place, date", "Signature"};
    double width = (pdf->right - pdf->left) / 3;

    (void)words;
    pdf_ensure(pdf, 70);
    if (pdf->page_count == 1 && pdf->y < PDF_BOTTOM - 70)
        pdf->y = PDF_BOTTOM - 70; /* at the foot of the first page */
    pdf->y += 42;
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        PangoLayout *layout = pdf_layout_of(pdf, &fails, bytes_of(labels[i]), 0);
        struct pdf_lines lines = {.count = 1};
        double x = pdf->left + width * (double)i;
        pdf_fill(pdf, x, pdf->y, width - 16, 0.6, &pdf_ink);
        pdf_lines(pdf, layout, x, pdf->y + 3, &lines, NULL, 0);
    }
    pdf->y += 20;
}

static void open_paragraph(struct pdf *pdf, const struct words *words)
{
    pdf->style = paragraph_style(words->role);
}

static void open_section(struct pdf *pdf, const struct words *words)
{
    head(pdf, &section, 2, words, 70);
}

static void open_group(struct pdf *pdf, const struct words *words)
{
    head(pdf, &group, 3, words, 60);
}

static void open_detail(struct pdf *pdf, const struct words *words)
{
    open_term(pdf, BLOCK_DETAIL, words);
}

static void open_description(struct pdf *pdf, const struct words *words)
{
    open_term(pdf, BLOCK_TERM, words);
}

static void nothing(struct pdf *pdf, const struct words *words)
{
    (void)pdf, (void)words;
}

static void (*const openers[])(struct pdf *pdf, const struct words *words) = {
    [BLOCK_TITLE] = open_title,
    [BLOCK_IDENTITY] = open_identity,
    [BLOCK_DETAIL] = open_detail,
    [BLOCK_CHAPTER] = open_chapter,
    [BLOCK_SECTION] = open_section,
    [BLOCK_GROUP] = open_group,
    [BLOCK_PARAGRAPH] = open_paragraph,
    [BLOCK_NAMES] = nothing,
    [BLOCK_ITEM] = open_item,
    [BLOCK_TERMS] = nothing,
    [BLOCK_TERM] = open_description,
    [BLOCK_TABLE] = pdf_table_open,
    [BLOCK_ROW] = nothing,
    [BLOCK_CELL] = nothing,
    [BLOCK_FOLD] = nothing,
    [BLOCK_FAILURE] = open_failure,
    [BLOCK_PROOFS] = nothing,
    [BLOCK_PROOF] = nothing,
    [BLOCK_EVIDENCE] = open_evidence,
    [BLOCK_EXCERPT] = open_excerpt,
    [BLOCK_REMEDY] = open_remedy,
    [BLOCK_FAMILY] = open_family,
    [BLOCK_PROVISION] = open_provision,
    [BLOCK_CASE] = open_case,
    [BLOCK_UNIT] = open_unit,
    [BLOCK_ENTRY] = open_entry,
    [BLOCK_TILES] = nothing,
    [BLOCK_TILE] = pdf_tile,
    [BLOCK_PICTURE] = nothing,
    [BLOCK_PICTURE_FAMILY] = pdf_square_row,
    [BLOCK_SQUARE] = pdf_square,
    [BLOCK_SIGNATURES] = open_signatures,
};

/* Inside a term or an item, text goes on as that after what was between. */
static void restore_style(struct pdf *pdf)
{
    pdf->style = &plain;
    for (size_t i = pdf->depth; i > 0; i--)
        if (pdf->boxes[i - 1].block == BLOCK_TERM) {
            pdf->style = &description;
            return;
        }
}

static void write_open(void *state, enum block block, const struct words *words)
{
    struct pdf *pdf = state;

    if (block != BLOCK_CELL && block != BLOCK_ROW)
        pdf_flush(pdf);
    openers[block](pdf, words);
}

static void write_close(void *state, enum block block)
{
    struct pdf *pdf = state;

    if (block == BLOCK_CELL) {
        pdf_table_cell(pdf);
        return;
    }
    if (block == BLOCK_ROW)
        return;
    pdf_flush(pdf);
    if (block == BLOCK_TABLE)
        pdf_table_close(pdf);
    else if (block == BLOCK_TILES)
        pdf_tiles(pdf);
    else if (block == BLOCK_PICTURE_FAMILY)
        pdf_square_end(pdf);
    pop(pdf, block == BLOCK_DETAIL ? BLOCK_TERM : block);
    restore_style(pdf);
}

static void write_text(void *state, enum mark mark, struct bytes text)
{
    pdf_mark(state, mark, text);
}

static void write_link(void *state, const char *target, struct bytes text)
{
    pdf_refer(state, target, text);
}

static void write_badge(void *state, struct bytes outcome, const char *word)
{
    pdf_badge(state, outcome, word);
}

static void write_strip(void *state, const struct strip *strip)
{
    pdf_strip(state, strip);
}

const struct writer pdf_writer = {
    .open = write_open,
    .close = write_close,
    .text = write_text,
    .link = write_link,
    .badge = write_badge,
    .strip = write_strip,
};
