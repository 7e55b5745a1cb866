#ifndef CAPTURE_HTML_H
#define CAPTURE_HTML_H

#include "base/text.h"

/*
 * What a reader sees of a page of HTML whose scripts are not run. Tags are told apart as browsers
 * do it, roughly (HTML, section 13.2.5): nothing is an error.
 *
 * Menus are left out: the text of links, and of nav, footer, aside, button and the like, stands on
 * every page of a site and says nothing about this one. So is what the page itself hides.
 */
struct html_page {
    struct text *title;  /* of the page, else its first heading */
    struct text *text;   /* what a reader sees, words parted by one blank; UTF-8 */
    struct text *fields; /* for each field of a form that is typed into: its names and labels */
    struct text *moves;  /* where a refresh in the page leads; empty: nowhere */
    uint32_t letters;    /* letters and digits of the whole text */
    bool password;       /* one of the fields is for a password */
};

/* The texts are the caller's; `text` stops growing at MOST bytes, `letters` goes on. */
void html_read(struct bytes page, size_t most, struct html_page *out);

/* The same of a plain text. */
void html_read_plain(struct bytes page, size_t most, struct html_page *out);

#endif
