#ifndef INSPECT_LISTS_H
#define INSPECT_LISTS_H

#include <stddef.h>

/* Lists of knowledge/patterns, sorted bytewise, as tools/patterns writes them. */
extern const char *const list_tlds[];
extern const size_t list_tlds_count;
extern const char *const list_documentation_hosts[];
extern const size_t list_documentation_hosts_count;
extern const char *const list_kernel_options[];
extern const size_t list_kernel_options_count;

#endif
