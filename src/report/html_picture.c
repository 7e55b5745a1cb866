#include <inttypes.h>

#include "report/html.h"

void html_tile(struct html *html, const struct words *words)
{
    text_add(html->out, "<div class=\"tile ");
    text_add_html(html->out, words->outcome);
    text_add(html->out, "\"><dt>");
    text_add_html(html->out, words->title);
    text_addf(html->out, "</dt><dd>%" PRId64 "</dd></div>\n", words->count);
}

void html_square(struct html *html, const struct words *words)
{
    bool mandatory = bytes_is(words->base, "M");

    text_addf(html->out, "<li><a class=\"p %s ", mandatory ? "M" : "R");
    text_add_html(html->out, words->outcome);
    text_add(html->out, "\" href=\"#");
    text_add_html(html->out, bytes_of(words->id));
    text_add(html->out, "\" title=\"");
    text_add_html(html->out, words->head);
    text_addf(html->out, "\"><span aria-hidden=true>%s</span>",
              document_symbol(words->outcome));
    text_add_html(html->out, words->title);
    text_addf(html->out, "<span class=vh> %s, ", mandatory ? "mandatory" : "recommendation");
    text_add_html(html->out, words->note);
    text_add(html->out, "</span></a></li>");
}

void html_picture_legend(struct html *html)
{
    text_addf(html->out,
              "<ul class=legend aria-hidden=true>"
              "<li><span class=\"key M fail\">✕</span> %s</li>"
              "<li><span class=\"key M pass\">✓</span> pass</li>"
              "<li><span class=\"key M open\">○</span> open</li>"
              "<li><span class=\"key M warn\">!</span> open, with a counter-example</li>"
              "%s<li><span class=\"key M blank\"></span> mandatory (square)</li>"
              "<li><span class=\"key R blank\"></span> recommendation (round)</li></ul>\n",
              html->has_dossier ? "fail" : "refuted",
              html->has_dossier
                  ? "<li><span class=\"key M inconclusive\">?</span> inconclusive</li>"
                    "<li><span class=\"key M not-applicable\">–</span> not applicable, or not "
                    "followed</li>"
                  : "");
}

/* The names of the containers above the strip, where there is room for them. */
static void add_labels(struct text *out, const struct strip *strip)
{
    double total = strip_total(strip), at = 0;

    text_add(out, "<div class=labels aria-hidden=true>");
    for (size_t i = 0; i < strip->count;) {
        const struct part *first = &strip->parts[i];
        double from = at;
        for (; i < strip->count && strip->parts[i].node == first->node; i++)
            at += strip_width(strip, i);
        double width = 100 * (at - from) / total;
        if (width < 7 || *first->name == '\0')
            continue;
        text_addf(out, "<span style=\"left:%.2f%%;width:%.2f%%\">", 100 * from / total, width);
        text_add_html(out, bytes_of(first->name));
        text_add(out, "</span>");
    }
    text_add(out, "</div>\n");
}

static void add_part(struct text *out, const struct part *part, double at, double width)
{
    text_add(out, "<g><title>");
    if (part->joined > 1)
        text_addf(out, "%zu small parts", part->joined);
    else
        text_add_html(out, bytes_of(part->what));
    text_addf(out, ", 0x%" PRIx64 ", ", part->offset);
    text_add_size(out, part->length);
    text_addf(out, "</title><rect x=%.2f y=0 width=%.2f height=56 class=\"tone%d ", at, width,
              part->tone);
    text_add_html(out, bytes_of(part->kind));
    text_add(out, "\"/>");
    if (strip_darkness(part->kind) >= 2)
        text_addf(out, "<rect x=%.2f y=0 width=%.2f height=56 fill=\"url(#%s)\"/>", at, width,
                  strip_darkness(part->kind) == 2 ? "hatch" : "dots");
    text_add(out, "</g>\n");
}

static void add_shares(struct text *out, const struct strip *strip)
{
    text_add(out, "<ul class=\"legend shares\">");
    for (size_t i = 0; i < COUNT_OF(strip->bytes); i++) {
        text_addf(out,
                  "<li><span class=\"swatch %s\" aria-hidden=true></span>%s <b>%.1f %%</b> "
                  "<span class=dim>",
                  strip_kinds[i], strip_titles[i],
                  100.0 * (double)strip->bytes[i] / (double)strip->size);
        text_add_size(out, strip->bytes[i]);
        text_add(out, "</span></li>");
    }
    text_add(out, "</ul>\n");
}

void html_strip(struct html *html, const struct strip *strip)
{
    double total = strip_total(strip), at = 0;
    struct text *out = html->out;

    add_labels(out, strip);
    text_add(
        out,
        "<svg class=strip viewBox=\"0 0 1000 56\" preserveAspectRatio=none role=img "
        "aria-label=\"Map of the image from its first to its last byte; the table below "
        "says the same\"><defs><pattern id=hatch width=8 height=8 "
        "patternUnits=userSpaceOnUse patternTransform=\"rotate(45)\"><rect width=3 height=8 "
        "class=hatch /></pattern><pattern id=dots width=8 height=8 "
        "patternUnits=userSpaceOnUse><circle cx=4 cy=4 r=1.6 class=dots /></pattern>"
        "</defs>\n");
    for (size_t i = 0; i < strip->count; i++) {
        double width = strip_width(strip, i) * 1000 / total;
        add_part(out, &strip->parts[i], at, width);
        at += width;
    }
    text_add(out, "</svg>\n<p class=scale aria-hidden=true><span>0x0</span><span>");
    text_addf(out, "0x%" PRIx64 "</span></p>\n", strip->size);
    add_shares(out, strip);
}
