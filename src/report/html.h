#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/document.h"

/*
 * The writer of the page for a browser. The page is one file with no script and no reference to
 * anything outside it; every word that comes from the store goes through text_add_html.
 */

struct html {
    struct text *out;
    const struct document_column *columns; /* of the table that is open */
    bool has_dossier;
};

extern const struct writer html_writer; /* its state is a struct html */

/* Text of any length, as an attribute or as content. */
void html_full(struct text *out, struct bytes bytes);
/* "1 file", "2 files": a number with its noun. */
void html_count(struct text *out, int64_t count, const char *one, const char *many);
/* A name of `covered` in words: see document_covered. */
void html_covered(struct text *out, struct bytes name);
/* One symbol an outcome, so that it reads without colour. */
const char *html_symbol(struct bytes outcome);
/* " id=…", with the id in quotes, and prefix before it; nothing without an id. */
void html_id(struct text *out, const char *prefix, const char *id);
void html_badge(struct text *out, struct bytes outcome, const char *word);

/* Squares and tiles of the result, and the map: html_picture.c */
void html_tile(struct html *html, const struct words *words);
void html_square(struct html *html, const struct words *words);
void html_picture_legend(struct html *html);
void html_strip(struct html *html, const struct strip *strip);

#endif
