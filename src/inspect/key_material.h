#ifndef INSPECT_KEY_MATERIAL_H
#define INSPECT_KEY_MATERIAL_H

#include "inspect/certificate_read.h"
#include "inspect/check.h"
#include "inspect/key_private.h"

/*
 * What a file holds of keys and certificates, and how the things in one file system belong
 * together. Two checks state it: `key` the keys, `certificate` the certificates.
 *
 * Small files that hold any are kept, and stated from the whole file system, where a key finds
 * its certificate. Programs and files too large to keep are stated by themselves, and there
 * only what is written as PEM. So each thing is stated once.
 */

enum key_kind {
    KEY_PRIVATE,
    KEY_PUBLIC,
    KEY_CERTIFICATE,
};

struct key_item {
    enum key_kind kind;
    const struct node *node;
    struct bytes content;
    size_t offset, length;         /* length 0: the whole file */
    uint32_t line;                 /* 0 where lines mean nothing */
    const struct key_public *half; /* of any kind */
    bool in_program;               /* stands in an ELF file or one too large to keep */
    const struct key_item *pair;   /* what has the same public half; NULL: none */

    struct key_private private;     /* KEY_PRIVATE */
    struct certificate certificate; /* KEY_CERTIFICATE */
    struct key_public public;       /* KEY_PUBLIC … */
    bool is_login, is_usign;        /* … a line of authorized_keys, a usign key */
    struct bytes comment, options;
};

/* Items in the order of files and of offsets. */
struct key_list {
    struct key_item **items;
    size_t count, capacity;
    size_t cut; /* files that hold more than we read */
};

/* For `keeps` and `wants` of both checks. */
bool key_material_keeps(const struct node *node, struct bytes content);
bool key_material_wants(const struct node *node, struct bytes content);

/* Adds everything in a kept file, or the PEM in another one. */
void key_material_read(const struct node *node, struct bytes content, struct arena *arena,
                       struct key_list *list);

/* Everything in a file system, paired. */
void key_material_read_system(const struct system *system, struct arena *arena,
                              struct key_list *list);
void key_material_pair(struct key_list *list, struct arena *arena);

/* Evidence for ITEM, with a line number where it is text. */
struct evidence key_material_evidence(const struct key_item *item);

/* Sets known, known_as, known_tier, known_category, known_private. KNOWN is NULL when unknown. */
void key_material_observe_known(struct observation *observation, const struct key_known *known);

/* Where a file lies, as far as its path says. */
bool key_place_is_example(struct bytes path); /* documentation, tests, examples, demos */
bool key_place_is_update(struct bytes path);  /* of updaters and of signing */
bool key_place_is_tls(struct bytes path);     /* of servers and clients that speak TLS */
bool key_place_is_trust(struct bytes path);   /* a store of certificate authorities */

#endif
