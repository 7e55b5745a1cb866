#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/text.h"

/* Paths as data: components joined by '/'. Nothing here asks the machine. */

/* The last component: what stands behind the last '/', all of PATH when it has none. */
struct bytes path_base(struct bytes path);

/* What stands before the last component, with its '/'. */
struct bytes path_folder(struct bytes path);

/* Adds FOLDER/NAME to OUT, with one '/' between however many FOLDER ends with. */
void path_join(struct text *out, const char *folder, const char *name);

#endif
