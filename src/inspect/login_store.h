#ifndef INSPECT_LOGIN_STORE_H
#define INSPECT_LOGIN_STORE_H

#include "inspect/check.h"

/*
 * The files accounts are defined in, recognised by name and syntax together, and their lines.
 */

enum login_kind {
    LOGIN_KIND_NONE,
    LOGIN_KIND_PASSWD, /* passwd(5): seven fields */
    LOGIN_KIND_SHADOW, /* shadow(5): nine fields */
    LOGIN_KIND_PAIRS,  /* account:hash, of htpasswd and mosquitto_passwd */
    LOGIN_KIND_PLAIN,  /* account:password, of lighttpd's plain backend */
    LOGIN_KIND_HTTPD,  /* /path:account:password lines of busybox httpd and uhttpd */
    LOGIN_KIND_RPCD,   /* "config login" sections of OpenWrt's rpcd */
};

/* One account of a file. The texts are slices of its content. */
struct login_entry {
    struct bytes line;
    uint32_t line_number;
    struct bytes account, secret;
    struct bytes home, shell; /* of passwd alone */
    bool has_ids;
    uint32_t uid, gid;
};

struct login_store {
    const struct system_node *node;
    enum login_kind kind;
    bool is_mosquitto;
    struct login_entry *entries;
    size_t count, capacity;
    bool cut; /* it defines more than LIMIT_LOGIN_ACCOUNTS */
};

/* What this file is. LOGIN_KIND_NONE for nearly all files, most of them by their name alone. */
enum login_kind login_kind_of(struct bytes path, struct bytes content);

/* Reads a file of KIND. Lines that are not of its syntax are left out. */
void login_store_read(const struct system_node *node, enum login_kind kind, struct arena *arena,
                      struct login_store *out);

/* Adds one line of the syntax of STORE. False: it is none, or there is no room. */
bool login_store_add(struct login_store *store, struct arena *arena, struct bytes line,
                     uint32_t line_number);

/* Do name or folder say that this is a backup, a template or an example? */
bool login_path_is_copy(struct bytes path);

#endif
