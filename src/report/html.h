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

/* Squares and tiles of the result, and the map: html_picture.c */
void html_tile(struct html *html, const struct words *words);
void html_square(struct html *html, const struct words *words);
void html_picture_legend(struct html *html);
void html_strip(struct html *html, const struct strip *strip);

#endif
