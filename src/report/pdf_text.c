#include "base/utf8.h"
#include "report/pdf.h"

/* The paragraph at hand: its characters, how they are meant, and where they lead. */

const struct colour pdf_ink = {0.09, 0.11, 0.13}, pdf_dim = {0.36, 0.40, 0.44},
                    pdf_rule = {0.80, 0.82, 0.84}, pdf_soft = {0.953, 0.957, 0.960},
                    pdf_fail = {0.60, 0.09, 0.06}, pdf_fail_soft = {0.984, 0.922, 0.914},
                    pdf_pass = {0.08, 0.35, 0.18}, pdf_pass_soft = {0.89, 0.95, 0.91},
                    pdf_open = {0.27, 0.29, 0.32}, pdf_open_soft = {0.93, 0.94, 0.95},
                    pdf_warn = {0.42, 0.28, 0.0}, pdf_warn_soft = {0.984, 0.945, 0.85},
                    pdf_link_ink = {0.11, 0.31, 0.55};

static const struct {
    const char *outcome;
    const struct colour *ink, *soft;
} outcomes[] = {
    {"fail", &pdf_fail, &pdf_fail_soft},     {"pass", &pdf_pass, &pdf_pass_soft},
    {"warn", &pdf_warn, &pdf_warn_soft},     {"inconclusive", &pdf_warn, &pdf_warn_soft},
    {"not-applicable", &pdf_dim, &pdf_soft}, {"not-run", &pdf_dim, &pdf_soft},
    {"zero", &pdf_dim, &pdf_soft},
};

const struct colour *pdf_outcome(struct bytes outcome)
{
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        if (bytes_is(outcome, outcomes[i].outcome))
            return outcomes[i].ink;
    return &pdf_open;
}

const struct colour *pdf_outcome_soft(struct bytes outcome)
{
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        if (bytes_is(outcome, outcomes[i].outcome))
            return outcomes[i].soft;
    return &pdf_open_soft;
}

/* What a person can be shown: no control, nothing that turns the direction of what follows. */
static void add_clean(struct text *out, struct bytes text)
{
    struct cursor c = cursor_over(text);

    while (cursor_left(&c) > 0) {
        bool bad;
        uint32_t character = utf8_next(&c, &bad);
        if (character == '\n' || (character >= 0x20 && character < 0x7f))
            utf8_add(out, character);
        else if (character == '\t')
            text_add_char(out, ' ');
        else if (character == '\r')
            continue;
        else if (bad || utf8_is_control(character) || utf8_is_direction(character) ||
                 utf8_is_separator(character) || utf8_is_none(character))
            utf8_add(out, UTF8_REPLACEMENT);
        else
            utf8_add(out, character);
    }
}

const char *pdf_line(struct pdf *pdf, struct bytes text)
{
    owned(text) clean = text_new();
    owned(text) line = text_new();

    add_clean(clean, text);
    for (size_t i = 0; i < clean->size; i++)
        text_add_char(line, clean->data[i] == '\n' ? ' ' : clean->data[i]);
    return arena_string(pdf->arena, text_bytes(line));
}

static guint16 channel(double value)
{
    return (guint16)(value * 65535.0 + 0.5);
}

/* ATTRIBUTE over the text from FROM to its end. */
static void attach(struct pdf *pdf, PangoAttribute *attribute, size_t from)
{
    attribute->start_index = (guint)from;
    attribute->end_index = (guint)pdf->text->size;
    pango_attr_list_insert(pdf->attributes, attribute);
}

static void attach_colour(struct pdf *pdf, const struct colour *colour, size_t from)
{
    attach(pdf,
           pango_attr_foreground_new(channel(colour->red), channel(colour->green),
                                     channel(colour->blue)),
           from);
}

void pdf_mark(struct pdf *pdf, enum mark mark, struct bytes text)
{
    size_t from = pdf->text->size;

    add_clean(pdf->text, text);
    switch (mark) {
    case MARK_BAD:
        attach_colour(pdf, &pdf_fail, from);
        attach(pdf, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from);
        break;
    case MARK_STRONG:
        attach(pdf, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from);
        break;
    case MARK_DIM:
    case MARK_CUT:
        attach_colour(pdf, &pdf_dim, from);
        break;
    case MARK_CODE:
    case MARK_HASH:
    case MARK_PLACE:
        attach(pdf, pango_attr_family_new("Liberation Mono"), from);
        attach(pdf, pango_attr_scale_new(0.9), from);
        break;
    case MARK_PLAIN:
    case MARK_PROSE:
        break;
    }
}

void pdf_badge(struct pdf *pdf, struct bytes outcome, const char *word)
{
    const struct colour *soft = pdf_outcome_soft(outcome);
    size_t from = pdf->text->size;

    text_addf(pdf->text, "\u00a0%s\u00a0", document_symbol(outcome));
    for (; *word != '\0'; word++) /* a badge is never cut in two */
        if (*word == ' ')
            text_add(pdf->text, "\u00a0");
        else
            text_add_char(pdf->text, *word);
    text_add(pdf->text, "\u00a0");
    attach_colour(pdf, pdf_outcome(outcome), from);
    attach(pdf,
           pango_attr_background_new(channel(soft->red), channel(soft->green),
                                     channel(soft->blue)),
           from);
    attach(pdf, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from);
    attach(pdf, pango_attr_scale_new(0.9), from);
}

void pdf_refer(struct pdf *pdf, const char *target, struct bytes text)
{
    size_t from = pdf->text->size;

    add_clean(pdf->text, text);
    attach_colour(pdf, &pdf_link_ink, from);
    pdf->links = arena_grow(pdf->arena, pdf->links, &pdf->link_capacity, pdf->link_count + 1,
                            sizeof *pdf->links);
    pdf->links[pdf->link_count++] = (struct pdf_link){
        (unsigned)from, (unsigned)pdf->text->size, arena_string(pdf->arena, bytes_of(target))};
}

static void keep_layout(struct pdf *pdf, PangoLayout *layout)
{
    pdf->layouts = arena_grow(pdf->arena, pdf->layouts, &pdf->layout_capacity,
                              pdf->layout_count + 1, sizeof *pdf->layouts);
    pdf->layouts[pdf->layout_count++] = layout;
}

static PangoLayout *layout_new(struct pdf *pdf, const struct pdf_style *style)
{
    static const char *const families[] = {"Liberation Sans", "Liberation Serif",
                                           "Liberation Mono"};
    PangoLayout *layout = pango_layout_new(pdf->context);
    PangoFontDescription *font = pango_font_description_new();

    keep_layout(pdf, layout);
    pango_font_description_set_family_static(font, families[style->family]);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    if (style->bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(layout, 1.18F);
    return layout;
}

/* The colour of the style lies under all others: it comes first. */
static void set_text(PangoLayout *layout, const struct pdf_style *style,
                     const struct text *text, PangoAttrList *attributes)
{
    const struct colour *colour = style->colour == NULL ? &pdf_ink : style->colour;
    PangoAttribute *ink = pango_attr_foreground_new(
        channel(colour->red), channel(colour->green), channel(colour->blue));

    pango_attr_list_insert_before(attributes, ink);
    /* A hyphen that is not in it would make another path or digest of it. */
    pango_attr_list_insert_before(attributes, pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_text(layout, text_string(text), (int)text->size);
    pango_layout_set_attributes(layout, attributes);
}

PangoLayout *pdf_layout(struct pdf *pdf, const struct pdf_style *style)
{
    PangoLayout *layout = layout_new(pdf, style);

    set_text(layout, style, pdf->text, pdf->attributes);
    pango_attr_list_unref(pdf->attributes);
    pdf->attributes = pango_attr_list_new();
    text_clear(pdf->text);
    return layout;
}

PangoLayout *pdf_layout_of(struct pdf *pdf, const struct pdf_style *style, struct bytes text,
                           double width)
{
    owned(text) clean = text_new();
    PangoLayout *layout = layout_new(pdf, style);
    PangoAttrList *attributes = pango_attr_list_new();

    add_clean(clean, text);
    set_text(layout, style, clean, attributes);
    pango_attr_list_unref(attributes);
    if (width > 0)
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    return layout;
}

double pdf_layout_height(PangoLayout *layout)
{
    int height;

    pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

double pdf_layout_width(PangoLayout *layout)
{
    int width;

    pango_layout_get_size(layout, &width, NULL);
    return (double)width / PANGO_SCALE;
}
