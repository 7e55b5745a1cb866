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

/*
 * A page up to <body>: META are tags of ours, TITLE is escaped. The policy forbids every script and
 * every address outside the page, should a text from an image ever get past the escaper.
 */
void html_head(struct text *out, const char *meta, const char *title, const char *style);

/* Squares and tiles of the result, and the map: html_picture.c */
void html_tile(struct html *html, const struct words *words);
void html_square(struct html *html, const struct words *words);
void html_picture_legend(struct html *html);
void html_strip(struct html *html, const struct strip *strip);

#endif
