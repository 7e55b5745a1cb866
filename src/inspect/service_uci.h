#ifndef INSPECT_SERVICE_UCI_H
#define INSPECT_SERVICE_UCI_H

#include "inspect/check.h"

/*
 * OpenWrt's unified configuration (/etc/config/NAME): sections with options and lists. The last
 * value of an option counts; a list has all of its values.
 */
struct uci_option {
    struct bytes name, value;
    bool list;
    struct bytes line;
};

struct uci_section {
    struct bytes type;
    struct bytes name; /* empty: anonymous */
    struct uci_option *options;
    size_t option_count, option_capacity;
};

struct uci {
    struct uci_section *sections;
    size_t section_count, section_capacity;
};

/* Reads CONTENT; lines it does not understand are passed over. Lives in ARENA, borrows CONTENT. */
struct uci uci_read(struct bytes content, struct arena *arena);

/* The last value of an option, or NULL. */
const struct uci_option *uci_option(const struct uci_section *section, struct bytes name);

#endif
