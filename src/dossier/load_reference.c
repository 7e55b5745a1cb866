#include <string.h>

#include "dossier/form.h"
#include "dossier/load.h"

/*
 * References from one IXIT table to another. A field that refers holds a list of ids, or prose in
 * which ids stand: both are searched for the ids of the tables it may name. What looks like an id
 * and is none dangles.
 */
struct resolving {
    struct loading *loading;
    const struct form_table *table;
    const struct form_field *field;
    const struct form *form;
    struct query find, insert;
    struct bytes entry;
    int64_t observation;
    unsigned line;
};

static struct error *note(struct resolving *resolving, const char *target_table,
                          struct bytes target, bool resolved)
{
    struct query *insert = &resolving->insert;

    query_bind_integer(insert, 1, resolving->observation);
    query_bind_string(insert, 2, resolving->table->name);
    query_bind_text(insert, 3, resolving->entry);
    query_bind_string(insert, 4, resolving->field->name);
    query_bind_string(insert, 5, target_table);
    query_bind_text(insert, 6, target);
    query_bind_integer(insert, 7, resolved);
    query_bind_integer(insert, 8, resolving->line);
    return query_step(insert);
}

/* Is TEXT the id of a row of one of the tables the field may name? Then it is noted. */
static struct error *try_id(struct resolving *resolving, struct bytes text, bool *is_id)
{
    struct arena *arena = resolving->loading->arena;

    *is_id = false;
    for (size_t i = 0; i < resolving->field->choice_count && !*is_id; i++) {
        const char *table = resolving->field->choices[i];
        query_bind_text(&resolving->find, 1, text);
        query_bind_string(&resolving->find, 2, table);
        struct error *error = query_next(&resolving->find, is_id);
        struct bytes id =
            *is_id ? arena_copy(arena, query_text(&resolving->find, 0)) : bytes_of(NULL);
        query_reset(&resolving->find);
        TRY(error);
        if (*is_id)
            TRY(note(resolving, table, id, true));
    }
    return NULL;
}

/* "PhyIntf-9", "Intf 3" are not: letters, a dash, a number, named like a table it may name. */
static bool looks_like_id(const struct resolving *resolving, struct bytes word)
{
    size_t digits = 0;

    while (digits < word.size && bytes_at(word, word.size - 1 - digits) >= '0' &&
           bytes_at(word, word.size - 1 - digits) <= '9')
        digits++;
    if (digits == 0 || digits == word.size)
        return false;
    struct bytes stem = bytes_slice(word, 0, word.size - digits);
    for (size_t i = 0; i < resolving->field->choice_count; i++) {
        const struct form_table *target =
            form_table(resolving->form, bytes_of(resolving->field->choices[i]));
        if (target != NULL &&
            (name_same(stem, strchr(target->name, '-') + 1) ||
             (target->old_name != NULL && name_same(stem, strchr(target->old_name, '-') + 1))))
            return true;
    }
    return false;
}

static struct error *dangling(struct resolving *resolving, struct bytes word)
{
    struct arena *arena = resolving->loading->arena;

    resolving->loading->table = resolving->table->name;
    TRY(note(resolving, resolving->field->choices[0], word, false));
    return mistake_add(
        resolving->loading,
        &(struct mistake){.severity = MISTAKE_ERROR,
                          .line = resolving->line,
                          .what = arena_printf(
                              arena, "%s of %.*s names %.*s", resolving->field->name,
                              (int)resolving->entry.size, (const char *)resolving->entry.data,
                              (int)word.size, (const char *)word.data),
                          .why = arena_printf(arena, "%s has no entry of that ID",
                                              resolving->field->choices[0]),
                          .advice = "add that entry, or name one that exists"});
}

/* The words of prose, each without the punctuation around it. */
static struct error *try_words(struct resolving *resolving, struct bytes part)
{
    struct bytes word;
    bool is_id;

    while (bytes_next_word(&part, &word)) {
        while (word.size > 0 && strchr("()[],.;:\"'`*_", (char)bytes_at(word, 0)) != NULL)
            word = bytes_from_offset(word, 1);
        while (word.size > 0 &&
               strchr("()[],.;:\"'`*_", (char)bytes_at(word, word.size - 1)) != NULL)
            word = bytes_slice(word, 0, word.size - 1);
        if (word.size == 0)
            continue;
        TRY(try_id(resolving, word, &is_id));
        if (!is_id && looks_like_id(resolving, word))
            TRY(dangling(resolving, word));
    }
    return NULL;
}

static bool is_one_word(struct bytes part)
{
    struct bytes word;

    return bytes_next_word(&part, &word) && part.size == 0;
}

static struct error *resolve_value(struct resolving *resolving, struct bytes value)
{
    struct bytes piece, part;
    bool is_id;

    while (bytes_next_field(&value, ';', &piece)) {
        while (bytes_next_field(&piece, ',', &part)) {
            part = bytes_trim(part);
            if (part.size == 0 || says_none(part))
                continue;
            TRY(try_id(resolving, part, &is_id));
            if (is_id)
                continue;
            if (is_one_word(part) && !looks_like_id(resolving, part))
                TRY(dangling(resolving, part));
            else
                TRY(try_words(resolving, part));
        }
    }
    return NULL;
}

/* FIELDS is at a row of observation, table, entry, field, value, line. */
static struct error *resolve_field(struct resolving *resolving, const struct query *fields)
{
    struct arena *arena = resolving->loading->arena;
    const struct form_table *table = form_table(resolving->form, query_text(fields, 1));

    resolving->table = table;
    resolving->field = table == NULL ? NULL : form_field(table, query_text(fields, 3));
    if (resolving->field == NULL || resolving->field->choice_count == 0)
        return NULL;
    resolving->observation = query_integer(fields, 0);
    resolving->entry = arena_copy(arena, query_text(fields, 2));
    resolving->line = (unsigned)query_integer(fields, 5);
    resolving->loading->file = arena_string(arena, query_text(fields, 6));
    struct bytes value = arena_copy(arena, query_text(fields, 4));
    return resolve_value(resolving, value);
}

struct error *load_references(struct loading *loading)
{
    struct form form;
    struct resolving resolving = {.loading = loading, .form = &form};
    struct query fields = {.statement = NULL};
    bool found = false;

    TRY(form_read(loading->db, loading->arena, &form));
    struct error *error =
        query_open(loading->db,
                   "SELECT f.observation, f.ixit_table, f.entry, f.field, f.value, f.line,"
                   " d.path FROM ixit_column AS c JOIN declared_field AS f"
                   " ON f.ixit_table = c.ixit_table AND f.field = c.name"
                   " JOIN declaration AS d ON d.id = f.observation"
                   " WHERE c.type LIKE 'ref%' ORDER BY f.observation DESC, f.place",
                   &fields);
    if (error == NULL)
        error = query_open(loading->db,
                           "SELECT entry FROM declaration WHERE entry = ? COLLATE NOCASE"
                           " AND ixit_table = ? ORDER BY id DESC LIMIT 1",
                           &resolving.find);
    if (error == NULL)
        error =
            query_open(loading->db, "INSERT INTO declared_reference VALUES(?,?,?,?,?,?,?,?)",
                       &resolving.insert);
    if (error == NULL)
        error = query_next(&fields, &found);
    while (error == NULL && found) {
        error = resolve_field(&resolving, &fields);
        if (error == NULL)
            error = query_next(&fields, &found);
    }
    loading->table = NULL;
    query_close(&fields);
    query_close(&resolving.find);
    query_close(&resolving.insert);
    return error;
}
