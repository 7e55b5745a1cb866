#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "dossier/form.h"
#include "dossier/load.h"
#include "dossier/plain.h"
#include "dossier/reason.h"
#include "dossier/typed.h"
#include "dossier/unfinished.h"

/* One table that is being read. */
struct filling {
    struct loading *loading;
    const struct form *form;
    const struct form_table *table;
    struct query row, field, *ids;
    int64_t entries, confirmed;
};

/* How many letters differ, at most LIMIT; for "did you mean". */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t row[64];

    if (a_size >= COUNT_OF(row) || b_size >= COUNT_OF(row))
        return SIZE_MAX;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t above = row[j];
            size_t change = corner + ((a[i - 1] | 32) != (b[j - 1] | 32));
            size_t step = (row[j - 1] < above ? row[j - 1] : above) + 1;
            row[j] = change < step ? change : step;
            corner = above;
        }
    }
    return row[b_size];
}

static const char *nearest(const struct form_table *table, struct bytes name)
{
    const char *best = NULL;
    size_t least = 4;

    for (size_t i = 0; i < table->field_count; i++) {
        size_t far = distance((const char *)name.data, name.size, table->fields[i].name,
                              strlen(table->fields[i].name));
        if (far < least) {
            least = far;
            best = table->fields[i].name;
        }
    }
    return best;
}

static struct error *unknown_field(struct filling *filling, const struct yaml *key)
{
    struct arena *arena = filling->loading->arena;
    const char *near = nearest(filling->table, key->text);
    const char *advice =
        near != NULL ? arena_printf(arena, "did you mean \"%s\"?", near)
                     : arena_printf(arena, "its fields: proviso list ixit %s --edition %s",
                                    filling->table->name, filling->loading->edition);

    return mistake_here(filling->loading, key->line,
                        arena_printf(arena, "%s has no field \"%.*s\"", filling->table->name,
                                     (int)key->text.size, (const char *)key->text.data),
                        "the pro forma of TS 103 701 does not list it", advice);
}

static struct error *bad_value(struct filling *filling, const struct form_field *field,
                               struct bytes text, unsigned line, const char *wanted)
{
    struct arena *arena = filling->loading->arena;

    return mistake_here(filling->loading, line,
                        arena_printf(arena, "%s is \"%.*s\"", field->name,
                                     (int)utf8_cut(text, 60).size, (const char *)text.data),
                        arena_printf(arena, "it must be %s", wanted),
                        "begin with one of these words; an explanation may follow it");
}

/* Text that waits to be written is for a person's eye; no rule takes it for a promise. */
static struct error *look_if_finished(struct filling *filling, const struct form_field *field,
                                      struct bytes text, unsigned line)
{
    struct arena *arena = filling->loading->arena;
    struct bytes mark = unfinished_mark(text);

    if (mark.size == 0)
        return NULL;
    return mistake_add(
        filling->loading,
        &(struct mistake){.severity = MISTAKE_WARNING,
                          .line = line,
                          .what = arena_printf(arena, "%s is not finished: it says \"%.*s\"",
                                               field->name, (int)mark.size,
                                               (const char *)mark.data),
                          .why = "what is still to be decided cannot be assessed",
                          .advice = "write what holds for the product under test"});
}

/* The fields of a record are evidence one by one: each has a place of its own. */
static struct error *add_place(struct filling *filling, const struct form_field *field,
                               const struct yaml *value, struct bytes text)
{
    struct loading *loading = filling->loading;
    struct declared_row row = {
        .table = arena_printf(loading->arena, "%s.field", filling->table->name),
        .entry = bytes_of(field->name),
        .excerpt = text,
        .line = value->line};
    int64_t observation;

    return filling->table->is_record ? load_declaration(loading, &row, &observation) : NULL;
}

static struct error *add_field(struct filling *filling, const struct form_field *field,
                               const struct yaml *value, struct bytes id, int64_t observation)
{
    struct loading *loading = filling->loading;
    size_t place = (size_t)(field - filling->table->fields);
    struct bytes text, typed;

    if (value->kind == YAML_MAP)
        return mistake_here(filling->loading, value->line,
                            arena_printf(loading->arena, "%s is a map", field->name),
                            "a field holds a text or a list of texts",
                            "write it as a text; a colon inside needs quotes or a block (>-)");
    text = value_text(value, "; ", loading->arena);
    if (text.size == 0)
        return NULL;
    if (text.size > LIMIT_DOSSIER_FIELD)
        return mistake_here(
            filling->loading, value->line,
            arena_printf(loading->arena, "%s has %zu bytes", field->name, text.size),
            "a field is a text that somebody reads",
            "say it shorter; put long documents into evidence/ and name them");
    TRY(look_if_finished(filling, field, text, value->line));
    TRY(add_place(filling, field, value, text));
    const char *wanted = typed_value(field, text, loading->arena, &typed);
    if (wanted != NULL)
        return bad_value(filling, field, text, value->line, wanted);
    query_bind_text(&filling->row, (int)place + 2, typed);
    query_bind_integer(&filling->field, 1, observation);
    query_bind_string(&filling->field, 2, filling->table->name);
    query_bind_text(&filling->field, 3, id);
    query_bind_integer(&filling->field, 4, (int64_t)place);
    query_bind_string(&filling->field, 5, field->name);
    query_bind_text(&filling->field, 6, text);
    query_bind_integer(&filling->field, 7, value->line);
    query_bind_integer(&filling->field, 8, plain_is_closed(field, text));
    return query_step(&filling->field);
}

static const struct yaml *field_of(const struct form_table *table, const struct yaml *entry,
                                   enum field_kind kind)
{
    for (size_t i = 0; i < entry->count; i++) {
        const struct form_field *field = form_field(table, entry->keys[i].text);
        if (field != NULL && field->kind == kind)
            return &entry->items[i];
    }
    return NULL;
}

static struct bytes excerpt_of(const struct yaml *entry, struct arena *arena)
{
    for (size_t i = 0; i < entry->count; i++)
        if (name_same(entry->keys[i].text, "Description"))
            return value_text(&entry->items[i], "; ", arena);
    return entry->count > 0 ? value_text(&entry->items[entry->count - 1], "; ", arena)
                            : bytes_of(NULL);
}

/* The label of the entry; one that has none, or shares it, gets a number of its own. */
static struct error *entry_id(struct filling *filling, const struct yaml *entry,
                              struct bytes *out)
{
    struct arena *arena = filling->loading->arena;
    const struct yaml *value = field_of(filling->table, entry, FIELD_ID);
    const char *short_name = filling->table->short_name;
    bool taken = false;

    *out = value == NULL ? bytes_of(NULL) : value_text(value, " ", arena);
    if (out->size == 0) {
        *out = bytes_of(
            arena_printf(arena, "%s (entry %lld)", short_name, (long long)filling->entries));
        return mistake_here(
            filling->loading, entry->line, "this entry has no ID",
            "other tables and the report refer to it by its ID",
            arena_printf(arena, "write ID: %s-%lld", short_name, (long long)filling->entries));
    }
    query_bind_text(filling->ids, 1, *out);
    query_bind_string(filling->ids, 2, filling->table->name);
    struct error *error = query_next(filling->ids, &taken);
    query_reset(filling->ids);
    if (error != NULL || !taken)
        return error;
    return mistake_here(filling->loading, value->line,
                        arena_printf(arena, "the ID %.*s stands here twice", (int)out->size,
                                     (const char *)out->data),
                        "a reference to it could mean either entry",
                        "give one of them another ID");
}

static bool is_own_key(struct bytes key)
{
    return bytes_is(key, "drafted") || bytes_is(key, "note");
}

/* Two spellings of one field are two answers to one question. */
static bool is_second(const struct form_table *table, const struct yaml *entry, size_t at)
{
    const struct form_field *field = form_field(table, entry->keys[at].text);

    for (size_t i = 0; i < at; i++)
        if (form_field(table, entry->keys[i].text) == field)
            return true;
    return false;
}

static struct error *add_entry(struct filling *filling, const struct yaml *entry)
{
    struct loading *loading = filling->loading;
    struct declared_row row = {.table = filling->table->name, .line = entry->line};
    int64_t observation;

    filling->entries++;
    if (entry->kind != YAML_MAP)
        return mistake_here(filling->loading, entry->line, "this entry is no map of fields",
                            "an entry is a list of field: value", "see doc/dossier.md");
    row.drafted = !yaml_is_null(yaml_get(entry, "drafted"));
    if (filling->table->is_record) { /* none of its fields stands for the others */
        row.entry = bytes_of(filling->table->name);
    } else {
        TRY(entry_id(filling, entry, &row.entry));
        row.excerpt = excerpt_of(entry, loading->arena);
    }
    TRY(load_declaration(loading, &row, &observation));
    query_bind_integer(&filling->row, 1, observation);
    for (size_t i = 0; i < filling->table->field_count; i++)
        query_bind_null(&filling->row, (int)i + 2);
    for (size_t i = 0; i < entry->count; i++) {
        const struct form_field *field = form_field(filling->table, entry->keys[i].text);
        if (field == NULL && !is_own_key(entry->keys[i].text))
            TRY(unknown_field(filling, &entry->keys[i]));
        else if (field != NULL && is_second(filling->table, entry, i))
            TRY(mistake_here(filling->loading, entry->keys[i].line,
                             arena_printf(loading->arena, "%s stands here twice", field->name),
                             "the first one is taken", "remove one of them"));
        else if (field != NULL)
            TRY(add_field(filling, field, &entry->items[i], row.entry, observation));
    }
    filling->confirmed += !row.drafted;
    return query_step(&filling->row);
}

static struct error *open_filling(struct filling *filling)
{
    sqlite3 *db = filling->loading->db;
    owned(text) sql = text_new();

    text_addf(sql, "INSERT INTO \"%s\" VALUES(?", filling->table->sql_name);
    for (size_t i = 0; i < filling->table->field_count; i++)
        text_add(sql, ",?");
    text_add(sql, ")");
    TRY(query_open(db, text_string(sql), &filling->row));
    return query_open(db, "INSERT OR REPLACE INTO declared_field VALUES(?,?,?,?,?,?,?,?)",
                      &filling->field);
}

/* DECLARED: the table says something, be it that there is nothing. */
static struct error *set_state(struct filling *filling, bool declared, struct bytes none,
                               unsigned line)
{
    struct query query;

    TRY(query_open(filling->loading->db, "INSERT OR REPLACE INTO ixit_state VALUES(?,?,?,?,?)",
                   &query));
    query_bind_string(&query, 1, filling->table->name);
    query_bind_integer(&query, 2, declared);
    query_bind_integer(&query, 3, filling->confirmed);
    query_bind_null(&query, 4);
    if (none.size > 0)
        query_bind_text(&query, 4, none);
    query_bind_integer(&query, 5, line);
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

/* A record counts as filled in when one of its fields is. */
static bool has_value(const struct yaml *map, struct arena *arena)
{
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++)
        if (value_text(&map->items[i], "", arena).size > 0)
            return true;
    return false;
}

static struct error *read_entries(struct filling *filling, const struct yaml *file)
{
    const struct yaml *entries = file->kind == YAML_LIST ? file : yaml_get(file, "entries");
    struct bytes none = value_text(yaml_get(file, "none"), "; ", filling->loading->arena);

    for (size_t i = 0; file->kind == YAML_MAP && i < file->count; i++)
        if (!bytes_is(file->keys[i].text, "entries") && !bytes_is(file->keys[i].text, "none") &&
            !bytes_is(file->keys[i].text, "table") && !bytes_is(file->keys[i].text, "note"))
            TRY(mistake_here(
                filling->loading, file->keys[i].line,
                arena_printf(filling->loading->arena, "\"%.*s\" does not belong here",
                             (int)file->keys[i].text.size,
                             (const char *)file->keys[i].text.data),
                "this table is a list of entries",
                "put the fields of each entry under entries:, with a - before the first"));
    if (entries != NULL && !yaml_is_null(entries) && entries->kind != YAML_LIST)
        return mistake_here(filling->loading, entries->line, "entries is no list",
                            "each entry begins with a dash", "see doc/dossier.md");
    for (size_t i = 0; entries != NULL && i < entries->count; i++)
        TRY(add_entry(filling, &entries->items[i]));
    if (says_unfilled(none)) {
        TRY(mistake_here(filling->loading, yaml_get(file, "none")->line,
                         arena_printf(filling->loading->arena, "none: is \"%.*s\"",
                                      (int)(none.size > 60 ? 60 : none.size),
                                      (const char *)none.data),
                         "none: says that the product has nothing of the kind, and why",
                         "write why, or the entries"));
        none = bytes_of(NULL);
    }
    if (none.size > 0 && filling->entries > 0)
        TRY(mistake_here(filling->loading, yaml_get(file, "none")->line,
                         "the table is said to be empty and has entries",
                         "none: says that the product has nothing of the kind",
                         "remove none:, or the entries"));
    return set_state(filling,
                     filling->confirmed > 0 || (none.size > 0 && filling->entries == 0), none,
                     file->line);
}

static struct error *read_table(struct filling *filling, const struct yaml *file)
{
    if (file->kind == YAML_SCALAR && !yaml_is_null(file))
        return mistake_here(filling->loading, file->line, "the file holds a text alone",
                            "a table has fields, each with its name before it",
                            "see doc/dossier.md");
    TRY(open_filling(filling));
    if (!filling->table->is_record)
        return read_entries(filling, file);
    if (!has_value(file, filling->loading->arena))
        return set_state(filling, false, bytes_of(NULL), file->line);
    TRY(add_entry(filling, file));
    return set_state(filling, filling->confirmed > 0, bytes_of(NULL), file->line);
}

static struct error *load_table(struct loading *loading, const struct form *form,
                                const struct form_table *table, const char *name,
                                struct query *ids)
{
    struct filling filling = {.loading = loading, .form = form, .table = table, .ids = ids};
    const struct yaml *file;

    TRY(load_file(loading, name, &file));
    if (file == NULL)
        return NULL;
    struct error *error = read_table(&filling, file);
    query_close(&filling.row);
    query_close(&filling.field);
    return error;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folder as a whole is not what it should be. */
static struct error *bad_folder(struct loading *loading, const char *what, const char *why)
{
    loading->file = "ixit";
    loading->table = NULL;
    return mistake_add(loading, &(struct mistake){.severity = MISTAKE_ERROR,
                                                  .what = what,
                                                  .why = why,
                                                  .advice = "proviso list ixit names the files "
                                                            "that belong into it"});
}

/* The names in ixit/, sorted; *COUNT is 0 without such a folder. */
static struct error *list_files(struct loading *loading, const char ***out, size_t *count)
{
    DIR *folder = opendir(dossier_path(loading->dossier, "ixit"));
    const char **names = NULL;
    size_t capacity = 0;

    *count = 0;
    if (folder == NULL)
        return errno == ENOENT
                   ? NULL
                   : bad_folder(loading, "the folder cannot be read", strerrordesc_np(errno));
    for (struct dirent *entry = readdir(folder); entry != NULL && *count < LIMIT_DOSSIER_FILES;
         entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        names = arena_grow(loading->arena, names, &capacity, *count + 1, sizeof *names);
        names[(*count)++] = arena_string(loading->arena, bytes_of(entry->d_name));
    }
    closedir(folder);
    if (*count > 0)
        qsort(names, *count, sizeof *names, by_name);
    *out = names;
    return *count < LIMIT_DOSSIER_FILES
               ? NULL
               : bad_folder(loading, "there are more files in it than are read",
                            "the pro forma has 29 tables");
}

static struct error *load_named(struct loading *loading, const struct form *form,
                                const char *name, const struct form_table **seen,
                                struct query *ids)
{
    const char *path = arena_printf(loading->arena, "ixit/%s", name);
    const struct form_table *table = form_file(form, name);

    loading->file = path;
    loading->table = table == NULL ? NULL : table->name;
    if (table == NULL)
        return mistake_add(
            loading,
            &(struct mistake){.severity = MISTAKE_ERROR,
                              .what = "no IXIT table is called that",
                              .why = "a file here is named after its table",
                              .advice = arena_printf(
                                  loading->arena, "the names: proviso list ixit --edition %s",
                                  loading->edition)});
    if (seen[table - form->tables] != NULL)
        return mistake_add(
            loading,
            &(struct mistake){
                .severity = MISTAKE_ERROR,
                .what = arena_printf(loading->arena, "there are two files for %s", table->name),
                .why = "the one before in the alphabet is taken",
                .advice = "join them"});
    seen[table - form->tables] = table;
    return load_table(loading, form, table, path, ids);
}

struct error *load_ixit(struct loading *loading)
{
    struct form form;
    struct query ids;
    const char **names = NULL;
    size_t count;

    TRY(form_read(loading->db, loading->arena, &form));
    TRY(list_files(loading, &names, &count));
    const struct form_table **seen =
        arena_array(loading->arena, form.table_count + 1, sizeof *seen);
    TRY(query_open(loading->db, "SELECT 1 FROM declaration WHERE entry = ? AND ixit_table = ?",
                   &ids));
    struct error *error = NULL;
    for (size_t i = 0; i < count && error == NULL; i++)
        error = load_named(loading, &form, names[i], seen, &ids);
    loading->table = NULL;
    query_close(&ids);
    return error;
}
