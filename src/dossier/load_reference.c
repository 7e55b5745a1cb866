#include <string.h>

#include "dossier/ids.h"
#include "dossier/load.h"

/*
 * References from one IXIT table to another. A field that refers holds a list of IDs, or prose in
 * which IDs stand: both are searched for the IDs of the tables it may name. What is named like one
 * and is none dangles; so does the only word of a field, and one with a number in a list of words.
 */
struct resolving {
    struct loading *loading;
    const struct form_table *table;
    const struct form_field *field;
    const struct form *form;
    struct ids ids;
    struct query insert;
    struct bytes entry;
    int64_t observation;
    unsigned line;
};

static const struct form_table *target_table(const struct resolving *resolving, size_t i)
{
    return form_table(resolving->form, bytes_of(resolving->field->choices[i]));
}

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

/* Is TEXT the ID of an entry of one of the tables the field may name? Then it is noted. */
static struct error *try_id(struct resolving *resolving, struct bytes text, bool *is_id)
{
    *is_id = false;
    for (size_t i = 0; i < resolving->field->choice_count && !*is_id; i++) {
        const struct form_table *target = target_table(resolving, i);
        struct bytes id =
            target == NULL ? bytes_of(NULL) : ids_find(&resolving->ids, target, text);
        *is_id = id.size > 0;
        if (*is_id)
            TRY(note(resolving, target->name, id, true));
    }
    return NULL;
}

static bool looks_like_id(const struct resolving *resolving, struct bytes word)
{
    for (size_t i = 0; i < resolving->field->choice_count; i++) {
        const struct form_table *target = target_table(resolving, i);
        if (target != NULL && ids_named_after(target, word))
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

/* WORD without the punctuation, quotes and marks of emphasis around it. */
static struct bytes bare_word(struct bytes word)
{
    static const char marks[] = "()[],.;:\"'`*_";

    while (word.size > 0 && strchr(marks, (char)bytes_at(word, 0)) != NULL)
        word = bytes_from_offset(word, 1);
    while (word.size > 0 && strchr(marks, (char)bytes_at(word, word.size - 1)) != NULL)
        word = bytes_slice(word, 0, word.size - 1);
    return word;
}

/* "SecParam 3": the words before *REST and at its beginning are one ID, which is cut from it. */
static struct error *try_two_words(struct resolving *resolving, struct bytes first,
                                   struct bytes *rest, bool *is_id)
{
    struct bytes after = *rest, second;

    *is_id = false;
    if (!bytes_next_word(&after, &second))
        return NULL;
    second = bare_word(second);
    if (second.size == 0 || bytes_at(second, 0) < '0' || bytes_at(second, 0) > '9')
        return NULL;
    const char *joined =
        arena_printf(resolving->loading->arena, "%.*s-%.*s", (int)first.size,
                     (const char *)first.data, (int)second.size, (const char *)second.data);
    TRY(try_id(resolving, bytes_of(joined), is_id));
    if (!*is_id && looks_like_id(resolving, bytes_of(joined)))
        TRY(dangling(resolving, bytes_of(joined)));
    else if (!*is_id)
        return NULL;
    *rest = after;
    return NULL;
}

static struct error *try_words(struct resolving *resolving, struct bytes part)
{
    struct bytes word;
    bool is_id;

    while (bytes_next_word(&part, &word)) {
        word = bare_word(word);
        if (word.size == 0)
            continue;
        TRY(try_id(resolving, word, &is_id));
        if (!is_id)
            TRY(try_two_words(resolving, word, &part, &is_id));
        if (!is_id && looks_like_id(resolving, word))
            TRY(dangling(resolving, word));
    }
    return NULL;
}

static bool next_part(struct bytes *rest, struct bytes *part)
{
    size_t end = 0;

    if (rest->size == 0)
        return false;
    while (end < rest->size && strchr(",;\n", (char)bytes_at(*rest, end)) == NULL)
        end++;
    *part = bytes_trim(bytes_slice(*rest, 0, end));
    *rest = bytes_from_offset(*rest, end + 1);
    return true;
}

static bool is_one_word(struct bytes part)
{
    struct bytes word;

    return bytes_next_word(&part, &word) && part.size == 0;
}

/* How many parts VALUE has; 0 where one of them is more than a word: then it is prose. */
static size_t count_words(struct bytes value)
{
    struct bytes part;
    size_t count = 0;

    while (next_part(&value, &part)) {
        if (part.size > 0 && !is_one_word(part))
            return 0;
        count += part.size > 0;
    }
    return count;
}

/* Is the only word of a field, or one with a number in a list, meant as an ID? A remark is not. */
static bool is_meant(struct bytes word, bool alone)
{
    if (name_same(word, "logical") || name_same(word, "physical"))
        return false;
    for (size_t i = 0; i < word.size; i++)
        alone = alone || (bytes_at(word, i) >= '0' && bytes_at(word, i) <= '9');
    return alone && word.size > 0;
}

static struct error *resolve_value(struct resolving *resolving, struct bytes value)
{
    size_t words = count_words(value);
    struct bytes part;
    bool is_id;

    while (next_part(&value, &part)) {
        struct bytes word = bare_word(part);
        if (part.size == 0 || says_none(part))
            continue;
        TRY(try_id(resolving, word, &is_id));
        if (is_id)
            continue;
        if (words > 0 && is_meant(word, words == 1))
            TRY(dangling(resolving, word));
        else
            TRY(try_words(resolving, part));
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
    TRY(ids_read(loading->db, &form, loading->arena, &resolving.ids));
    struct error *error =
        query_open(loading->db,
                   "SELECT f.observation, f.ixit_table, f.entry, f.field, f.value, f.line,"
                   " d.path FROM ixit_column AS c JOIN declared_field AS f"
                   " ON f.ixit_table = c.ixit_table AND f.field = c.name"
                   " JOIN declaration AS d ON d.id = f.observation"
                   " WHERE c.type LIKE 'ref%' ORDER BY f.observation DESC, f.place",
                   &fields);
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
    query_close(&resolving.insert);
    return error;
}
