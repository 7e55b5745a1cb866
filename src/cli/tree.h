#ifndef CLI_TREE_H
#define CLI_TREE_H

#include "base/text.h"
#include "model/assessment.h"

/* The nodes of an assessment as a JSON array, sorted by path: the form `unpack --json` promises. */
void tree_json(const struct assessment *assessment, struct text *out);

/* One line a node, as `ls -l` would show it. */
void tree_list(const struct assessment *assessment, struct text *out);

#endif
