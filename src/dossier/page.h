#ifndef DOSSIER_PAGE_H
#define DOSSIER_PAGE_H

#include "dossier/captured.h"

/*
 * Fills declared_page: for each address in the fields of 2-UserInfo of which knowledge/pages/ says
 * what their page is about, what the captures show at it. Closes a field that holds addresses
 * alone: it can mean one thing. After dossier_load and the rows of the captures.
 *
 * `shows` is "page", "nothing" (the server says that there is none) or "login" (who is not logged
 * in gets none); NULL where that is not proven, and `doubt` says why.
 */
struct error *page_derive(sqlite3 *db, const struct captured *list, size_t count) MUST_CHECK;

#endif
