#include "dossier/draft_file.h"

#include <string.h>

#include "dossier/files.h"
#include "dossier/load.h"
#include "dossier/template.h"

static bool is_word_byte(struct bytes text, size_t at)
{
    uint8_t byte = bytes_at(text, at);
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                  (byte >= '0' && byte <= '9') || byte >= 0x80 || byte == '_';

    if (letter || byte != '.' || at == 0)
        return letter;
    uint8_t before = bytes_at(text, at - 1), behind = bytes_at(text, at + 1);
    return before != ' ' && before != '.' &&
           ((behind >= '0' && behind <= '9') || (behind >= 'a' && behind <= 'z'));
}

struct bytes draft_words(struct bytes text, struct arena *arena)
{
    owned(text) out = text_new();

    text_add_char(out, ' ');
    for (size_t i = 0; i < text.size; i++) {
        char c = (char)bytes_at(text, i);
        if (is_word_byte(text, i))
            text_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
        else if (out->data[out->size - 1] != ' ')
            text_add_char(out, ' ');
    }
    if (out->data[out->size - 1] != ' ')
        text_add_char(out, ' ');
    return arena_copy(arena, text_bytes(out));
}

bool draft_has_words(struct bytes words, struct bytes wanted)
{
    size_t begin = 0, count = 0;

    for (size_t i = 1; i < wanted.size; i++) {
        if (bytes_at(wanted, i) != ' ')
            continue;
        /* with the blanks around it */
        if (bytes_find(words, bytes_slice(wanted, begin, i - begin + 1)) == SIZE_MAX)
            return false;
        begin = i;
        count++;
    }
    return count > 0;
}

struct error *draft_yaml(struct dossier *dossier, const char *name, struct bytes content,
                         const struct yaml **out)
{
    const char *path = dossier_path(dossier, name);

    return error_hint(
        error_wrap(yaml_read(content, path, dossier->arena, out), "cannot add to %s", path),
        "mend it first: proviso check %s says more", dossier->folder);
}

static const char *id_of(const struct form_table *table, const struct yaml *entry,
                         struct arena *arena)
{
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++) {
        const struct form_field *field = form_field(table, entry->keys[i].text);
        if (field != NULL && field->kind == FIELD_ID)
            return arena_string(arena, value_text(&entry->items[i], " ", arena));
    }
    return "";
}

/* The words of every field but those of our own, which are no statement of a person. */
static struct bytes words_of(const struct yaml *entry, struct arena *arena)
{
    owned(text) all = text_new();

    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++) {
        if (bytes_is(entry->keys[i].text, "drafted") || bytes_is(entry->keys[i].text, "note"))
            continue;
        text_add_bytes(all, value_text(&entry->items[i], "; ", arena));
        text_add_char(all, '\n');
    }
    return draft_words(text_bytes(all), arena);
}

static void read_entries(struct draft_file *file, struct arena *arena)
{
    const struct yaml *tree = file->tree;
    const struct yaml *list = tree->kind == YAML_LIST ? tree : yaml_get(tree, "entries");
    size_t count = list == NULL || list->kind != YAML_LIST ? 0 : list->count;

    file->none = tree->kind == YAML_MAP && count == 0 &&
                 value_text(yaml_get(tree, "none"), "; ", arena).size > 0;
    file->entries = arena_array(arena, count + 1, sizeof *file->entries);
    for (size_t i = 0; i < count; i++) {
        const char *id = id_of(file->table, &list->items[i], arena);
        uint64_t number;
        if (form_is_label(file->table, bytes_of(id), &number) && number > file->last)
            file->last = number;
        file->entries[file->entry_count++] =
            (struct draft_standing){.id = id,
                                    .words = words_of(&list->items[i], arena),
                                    .drafted = yaml_text(&list->items[i], "drafted")};
    }
}

/* The name of the file that TABLE stands in, among those of the dossier; NULL: there is none. */
static const char *existing(const struct files_list *list, const struct form *form,
                            const struct form_table *table)
{
    for (size_t i = 0; i < list->count; i++)
        if (form_file(form, list->names[i]) == table)
            return list->names[i];
    return NULL;
}

static struct error *read_one(struct dossier *dossier, const struct files_list *list,
                              const struct form *form, const char *edition,
                              struct draft_file *file)
{
    const char *name = template_table_name(file->table, edition);

    file->prefix = template_table_short(file->table, edition);
    file->name = existing(list, form, file->table);
    file->exists = file->name != NULL;
    if (file->exists) {
        TRY(dossier_file(dossier, file->name, &file->content));
    } else {
        owned(text) text = text_new();
        template_ixit(file->table, edition, text);
        file->content = arena_copy(dossier->arena, text_bytes(text));
        file->name = arena_printf(dossier->arena, "ixit/%s.yaml", name);
    }
    TRY(draft_yaml(dossier, file->name, file->content, &file->tree));
    if (!file->table->is_record)
        read_entries(file, dossier->arena);
    return NULL;
}

struct error *draft_files_read(struct dossier *dossier, const struct form *form,
                               const char *edition, struct draft_file **out)
{
    struct files_list list;
    struct draft_file *files =
        arena_array(dossier->arena, form->table_count + 1, sizeof *files);

    files_list(dossier, &list);
    for (size_t i = 0; i < form->table_count; i++) {
        files[i].table = &form->tables[i];
        TRY(read_one(dossier, &list, form, edition, &files[i]));
    }
    *out = files;
    return NULL;
}

struct error *draft_ledger_read(struct dossier *dossier, const struct form *form,
                                struct draft_ledger *out)
{
    struct arena *arena = dossier->arena;
    const struct yaml *tree;

    *out = (struct draft_ledger){.count = 0};
    TRY(dossier_file(dossier, DRAFT_LEDGER, &out->content));
    if (out->content.data == NULL)
        return NULL;
    TRY(draft_yaml(dossier, DRAFT_LEDGER, out->content, &tree));
    const struct yaml *list = yaml_get(tree, "drafts");
    size_t count = list == NULL || list->kind != YAML_LIST ? 0 : list->count;
    out->lines = arena_array(arena, count + 1, sizeof *out->lines);
    for (size_t i = 0; i < count; i++) {
        const struct yaml *line = &list->items[i];
        const char *key = yaml_string(line, "key", arena), *id = yaml_string(line, "id", arena),
                   *shows = yaml_string(line, "shows", arena);
        struct bytes table = yaml_text(line, "table");
        if (key != NULL)
            out->lines[out->count++] =
                (struct draft_line){form_table(form, table), arena_string(arena, table), key,
                                    id == NULL ? "" : id, shows == NULL ? "" : shows};
    }
    return NULL;
}

const struct draft_standing *draft_standing(const struct draft_file *file, const char *id)
{
    for (size_t i = 0; *id != '\0' && i < file->entry_count; i++)
        if (strcmp(file->entries[i].id, id) == 0)
            return &file->entries[i];
    return NULL;
}
