#include "cli/tree.h"

#include <inttypes.h>

static void add_key(struct text *out, const char *key)
{
    text_addf(out, ", \"%s\": ", key);
}

static void add_node(const struct assessment_node *entry, struct text *out)
{
    const struct node *node = &entry->node;

    text_add(out, "  {\"path\": ");
    text_add_json(out, entry->full_path);
    text_addf(out, ", \"kind\": \"%s\", \"size\": %" PRIu64, node_shown_kind(node), node->size);
    if (node->has_owner)
        text_addf(out, ", \"mode\": %u, \"uid\": %u, \"gid\": %u", node->mode, node->uid,
                  node->gid);
    if (node->kind == NODE_CHAR || node->kind == NODE_BLOCK)
        text_addf(out, ", \"major\": %u, \"minor\": %u", node->major, node->minor);
    if (node->kind == NODE_LINK) {
        add_key(out, "target");
        text_add_json(out, node->target);
    }
    if (node->has_sha256) {
        add_key(out, "sha256");
        text_add_char(out, '"');
        text_add_hex(out, bytes_from(node->sha256.bytes, sizeof node->sha256.bytes));
        text_add_char(out, '"');
    }
    if (node->format.size > 0) {
        add_key(out, "format");
        text_add_json(out, node->format);
    }
    if (node->has_offset)
        text_addf(out, ", \"offset\": %" PRIu64, node->offset);
    text_add_char(out, '}');
}

void tree_json(const struct assessment *assessment, struct text *out)
{
    text_add(out, "[\n");
    for (size_t i = 0; i < assessment->node_count; i++) {
        add_node(&assessment->nodes[i], out);
        text_add(out, i + 1 < assessment->node_count ? ",\n" : "\n");
    }
    text_add(out, "]\n");
}

static void add_mode(const struct node *node, struct text *out)
{
    static const char kinds[] = "-dlcbpsC";
    static const char letters[] = "rwxrwxrwx";
    char mode[11] = "?---------";

    mode[0] = kinds[node->kind];
    for (unsigned i = 0; i < 9; i++)
        mode[i + 1] = !node->has_owner                   ? '.'
                      : (node->mode >> (8 - i) & 1) != 0 ? letters[i]
                                                         : '-';
    if ((node->mode & 04000) != 0)
        mode[3] = mode[3] == 'x' ? 's' : 'S';
    if ((node->mode & 02000) != 0)
        mode[6] = mode[6] == 'x' ? 's' : 'S';
    if ((node->mode & 01000) != 0)
        mode[9] = mode[9] == 'x' ? 't' : 'T';
    text_add(out, mode);
}

void tree_list(const struct assessment *assessment, struct text *out)
{
    for (size_t i = 0; i < assessment->node_count; i++) {
        const struct assessment_node *entry = &assessment->nodes[i];
        const struct node *node = &entry->node;
        add_mode(node, out);
        if (node->has_owner)
            text_addf(out, " %5u %5u", node->uid, node->gid);
        else
            text_addf(out, " %5s %5s", "-", "-");
        if (node->kind == NODE_CHAR || node->kind == NODE_BLOCK)
            text_addf(out, " %5u,%5u  ", node->major, node->minor);
        else
            text_addf(out, " %11" PRIu64 "  ", node->size);
        text_add_terminal(out, entry->full_path.size == 0 ? bytes_of(assessment->input)
                                                          : entry->full_path);
        if (node->kind == NODE_LINK) {
            text_add(out, " -> ");
            text_add_terminal(out, node->target);
        }
        if (node->format.size > 0) {
            text_add(out, "  [");
            text_add_terminal(out, node->format);
            text_add(out, "]");
        }
        text_add_char(out, '\n');
    }
    for (size_t i = 0; i < assessment->unread_count; i++) {
        text_add(out, "not read: ");
        text_add_terminal(out, assessment->unread[i].path);
        text_add(out, ": ");
        text_add_terminal(out, assessment->unread[i].reason);
        text_add_char(out, '\n');
    }
}
