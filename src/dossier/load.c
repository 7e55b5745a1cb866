#include "dossier/load.h"

#include "base/limits.h"
#include "base/utf8.h"

struct error *mistake_add(struct loading *loading, const struct mistake *mistake)
{
    struct query *insert = &loading->insert_mistake;

    query_bind_integer(insert, 1, loading->mistakes++);
    query_bind_string(insert, 2, loading->file);
    query_bind_integer(insert, 3, mistake->line);
    query_bind_string(insert, 4, mistake->severity);
    query_bind_string(insert, 5, mistake->what);
    query_bind_string(insert, 6, mistake->why);
    query_bind_string(insert, 7, mistake->advice);
    query_bind_string(insert, 8, mistake->provision);
    query_bind_string(insert, 9, mistake->unit);
    query_bind_string(insert, 10, loading->table);
    return query_step(insert);
}

struct error *mistake_here(struct loading *loading, unsigned line, const char *what,
                           const char *why, const char *advice)
{
    return mistake_add(loading, &(struct mistake){.severity = MISTAKE_ERROR,
                                                  .line = line,
                                                  .what = what,
                                                  .why = why,
                                                  .advice = advice});
}

struct error *load_declaration(struct loading *loading, const struct declared_row *row,
                               int64_t *observation)
{
    struct query *insert = &loading->insert_declaration;
    owned(text) excerpt = text_new();

    text_add_terminal(excerpt, utf8_cut(row->excerpt, LIMIT_EXCERPT));
    *observation = loading->next--;
    query_bind_integer(insert, 1, *observation);
    query_bind_string(insert, 2, loading->file);
    query_bind_integer(insert, 3, row->line);
    query_bind_text(insert, 4, text_bytes(excerpt));
    query_bind_string(insert, 5, row->table);
    query_bind_text(insert, 6, row->entry);
    query_bind_integer(insert, 7, row->drafted);
    TRY(query_step(insert));
    query_bind_integer(&loading->insert_observation, 1, *observation);
    return query_step(&loading->insert_observation);
}

/* "ixit/1-AuthMech.yaml:17" ends with the line; 0 when it does not. */
static unsigned line_of(struct bytes where)
{
    uint64_t line = 0;
    size_t colon = SIZE_MAX;

    for (size_t i = 0; i < where.size; i++)
        if (bytes_at(where, i) == ':')
            colon = i;
    if (colon == SIZE_MAX || !bytes_to_u64(bytes_from_offset(where, colon + 1), &line))
        return 0;
    return (unsigned)line;
}

static bool line_has_tab(struct bytes content, unsigned line)
{
    struct bytes at;

    while (line > 0 && bytes_next_line(&content, &at))
        if (--line == 0)
            return bytes_find_byte(at, '\t') != SIZE_MAX;
    return false;
}

/* Takes ERROR. What the reader of YAML says, in the words of somebody who fills in a form. */
static struct error *not_yaml(struct loading *loading, struct bytes content,
                              struct error *error)
{
    struct mistake mistake = {.severity = MISTAKE_ERROR,
                              .line = line_of(bytes_of(error_what(error))),
                              .what = "the file cannot be read",
                              .why =
                                  arena_string(loading->arena, bytes_of(error_reason(error))),
                              .advice = "mend the YAML there: see doc/dossier.md"};

    if (line_has_tab(content, mistake.line))
        mistake.advice = "a tab stands in that line: indent with spaces";
    else if (!bytes_is_text(content))
        mistake.advice = "save the file as UTF-8, without control characters";
    else if (bytes_contains(bytes_of(mistake.why), "twice"))
        mistake.advice = "join the two, or give one its own name";
    else if (bytes_contains(bytes_of(mistake.why), "anchors"))
        mistake.advice = "write the text out: & * and ! have no meaning here; put a text that "
                         "begins with one of them in quotes";
    error_free(error);
    return mistake_add(loading, &mistake);
}

struct error *load_file(struct loading *loading, const char *name, const struct yaml **out)
{
    struct bytes content;

    *out = NULL;
    loading->file = name;
    struct error *error = dossier_file(loading->dossier, name, &content);
    if (error != NULL) { /* too large, a folder, a pipe, or nobody may read it */
        struct mistake mistake = {
            .severity = MISTAKE_ERROR,
            .what = "the file is not read",
            .why = arena_string(loading->arena, bytes_of(error_reason(error))),
            .advice = "a dossier holds text: put large things into "
                      "evidence/ and name them"};
        error_free(error);
        return mistake_add(loading, &mistake);
    }
    if (content.data == NULL)
        return NULL;
    loading->bytes += content.size;
    if (loading->bytes > LIMIT_DOSSIER_BYTES)
        return mistake_add(loading,
                           &(struct mistake){.severity = MISTAKE_ERROR,
                                             .what = "the file is not read",
                                             .why = "the files of the dossier together are "
                                                    "larger than is read",
                                             .advice = "put long documents into evidence/"});
    error = yaml_read(content, name, loading->arena, out);
    if (error == NULL || error_kind(error) == ERROR_SYSTEM)
        return error;
    *out = NULL;
    return not_yaml(loading, content, error);
}

struct error *load_list(struct loading *loading, const struct yaml *file,
                        const char *const *keys, size_t count, const struct yaml **lists)
{
    const char *all = keys[0];

    for (size_t i = 0; i < count; i++)
        lists[i] = i == 0 && file->kind == YAML_LIST ? file : yaml_get(file, keys[i]);
    for (size_t i = 1; i < count; i++)
        all = arena_printf(loading->arena, "%s: or %s", all, keys[i]);
    struct mistake mistake = {.severity = MISTAKE_ERROR,
                              .line = file->line,
                              .what = "what stands here is not read",
                              .why = arena_printf(loading->arena,
                                                  "the file holds %s: and a list "
                                                  "of entries below it",
                                                  all),
                              .advice = "see doc/dossier.md"};
    if (file->kind == YAML_SCALAR)
        return yaml_is_null(file) ? NULL : mistake_add(loading, &mistake);
    for (size_t i = 0; file->kind == YAML_MAP && i < file->count; i++) {
        bool known = bytes_is(file->keys[i].text, "note");
        for (size_t j = 0; j < count; j++)
            if (bytes_is(file->keys[i].text, keys[j]))
                known = file->items[i].kind == YAML_LIST || yaml_is_null(&file->items[i]);
        mistake.line = file->keys[i].line;
        if (!known)
            TRY(mistake_add(loading, &mistake));
    }
    for (size_t i = 0; i < count; i++)
        if (lists[i] != NULL && lists[i]->kind != YAML_LIST)
            lists[i] = NULL;
    return NULL;
}

struct error *load_keys(struct loading *loading, const struct yaml *entry, const char *what,
                        const char *const *known, size_t count)
{
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++) {
        const struct yaml *key = &entry->keys[i];
        bool found = bytes_is(key->text, "note");
        for (size_t j = 0; j < count; j++)
            found = found || bytes_is(key->text, known[j]);
        if (!found)
            TRY(mistake_add(loading, &(struct mistake){
                                         .severity = MISTAKE_ERROR,
                                         .line = key->line,
                                         .what = arena_printf(
                                             loading->arena, "%s has no \"%.*s\"", what,
                                             (int)key->text.size, (const char *)key->text.data),
                                         .why = "what stands there is not read",
                                         .advice = "use one of the keys in doc/dossier.md"}));
    }
    return NULL;
}

static bool next_letter(struct bytes *rest, char *out)
{
    while (rest->size > 0) {
        char c = (char)bytes_at(*rest, 0);
        *rest = bytes_from_offset(*rest, 1);
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            *out = c;
            return true;
        }
    }
    return false;
}

bool name_same(struct bytes a, const char *b)
{
    struct bytes other = bytes_of(b);

    for (;;) {
        char left = 0, right = 0;
        bool more = next_letter(&a, &left);
        if (more != next_letter(&other, &right))
            return false;
        if (!more)
            return true;
        if (left != right)
            return false;
    }
}

static void add_value(struct text *out, const struct yaml *value, const char *separator)
{
    if (value->kind == YAML_SCALAR) {
        if (!yaml_is_null(value))
            text_add_bytes(out, bytes_trim(value->text));
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        if (out->size > 0 && i > 0)
            text_add(out, separator);
        if (value->kind == YAML_MAP) {
            text_add_bytes(out, value->keys[i].text);
            text_add(out, ": ");
        }
        add_value(out, &value->items[i], ", ");
    }
}

struct bytes value_text(const struct yaml *value, const char *separator, struct arena *arena)
{
    owned(text) text = text_new();

    if (value == NULL)
        return bytes_of(NULL);
    if (value->kind == YAML_SCALAR)
        return yaml_is_null(value) ? bytes_of(NULL) : bytes_trim(value->text);
    add_value(text, value, separator);
    return arena_copy(arena, text_bytes(text));
}

bool says_none(struct bytes text)
{
    static const char *const words[] = {"none", "na", "notapplicable", "nothing", "nil", ""};

    if (text.size > 24)
        return false;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (name_same(text, words[i]))
            return true;
    return false;
}

/* What an earlier reading left, the numbers of its rows with it. */
static const char forget[] =
    "DELETE FROM observation WHERE id < 0; DELETE FROM declaration; DELETE FROM dut;"
    "DELETE FROM ics; DELETE FROM ixit_state; DELETE FROM condition_state;"
    "DELETE FROM declared_field; DELETE FROM declared_reference; DELETE FROM answer;"
    "DELETE FROM answer_evidence; DELETE FROM action; DELETE FROM sign_off;"
    "DELETE FROM mistake; DELETE FROM coverage WHERE name LIKE 'declared.%';"
    "DELETE FROM meta WHERE key = 'date'"
    " AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'date_given');"
    "INSERT OR REPLACE INTO meta VALUES('dossier', '1');";

static struct error *forget_ixit(sqlite3 *db)
{
    struct query tables;
    bool found = false;

    TRY(query_open(db, "SELECT sql_name FROM ixit_table ORDER BY n", &tables));
    struct error *error = query_next(&tables, &found);
    while (error == NULL && found) {
        owned(text) sql = text_new();
        text_add(sql, "DELETE FROM \"");
        text_add_bytes(sql, query_text(&tables, 0));
        text_add(sql, "\"");
        error = query_run(db, text_string(sql));
        if (error == NULL)
            error = query_next(&tables, &found);
    }
    query_close(&tables);
    return error;
}

static struct error *set_edition(struct loading *loading)
{
    struct query query;

    TRY(query_open(loading->db, "INSERT OR REPLACE INTO meta VALUES('edition', ?)", &query));
    query_bind_string(&query, 1, loading->edition);
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

/*
 * A table counts as looked at when it is filled, nobody has to confirm a draft in it, and nothing
 * in its file is wrong.
 */
static const char cover[] =
    "INSERT OR REPLACE INTO coverage SELECT 'declared.' || s.ixit_table, s.declared"
    " AND NOT EXISTS (SELECT 1 FROM declaration AS d WHERE d.ixit_table = s.ixit_table"
    "   AND d.drafted = 1)"
    " AND NOT EXISTS (SELECT 1 FROM mistake AS m WHERE m.severity = 'error'"
    "   AND m.ixit_table = s.ixit_table),"
    " s.entries, CASE WHEN s.declared THEN '' ELSE 'not filled in' END FROM ixit_state AS s;"
    "INSERT OR REPLACE INTO coverage SELECT 'declared.ICS', COUNT(i.provision) = COUNT(*)"
    " AND COALESCE(SUM(i.drafted), 0) = 0 AND COALESCE(SUM(i.support NOT IN ('Y', 'N', "
    "'N/A')), 0) = 0"
    " AND NOT EXISTS (SELECT 1 FROM mistake WHERE severity = 'error' AND file = 'ics.yaml'),"
    " COUNT(i.provision), '' FROM provision AS p LEFT JOIN ics AS i ON i.provision = p.id"
    " WHERE p.edition = (SELECT value FROM meta WHERE key = 'edition');";

static struct error *load_all(struct loading *loading)
{
    TRY(query_open(loading->db, "INSERT INTO mistake VALUES(?,?,?,?,?,?,?,?,?,?)",
                   &loading->insert_mistake));
    TRY(query_open(loading->db,
                   "INSERT INTO declaration(id, path, line, excerpt, ixit_table, entry,"
                   " drafted) VALUES(?,?,?,?,?,?,?)",
                   &loading->insert_declaration));
    TRY(query_open(loading->db, "INSERT INTO observation VALUES(?, 'declaration')",
                   &loading->insert_observation));
    TRY(load_product(loading));
    TRY(load_ics(loading));
    TRY(load_ixit(loading));
    TRY(load_references(loading));
    TRY(load_actions(loading));
    TRY(load_answers(loading));
    return query_run(loading->db, cover);
}

struct error *dossier_load(struct dossier *dossier, sqlite3 *db, const char *edition)
{
    struct loading loading = {
        .dossier = dossier, .db = db, .arena = dossier->arena, .next = -1, .edition = edition};

    TRY(dossier_edition(dossier, &loading.written));
    if (loading.written == NULL)
        loading.written = "3.1.3";
    if (loading.edition == NULL)
        loading.edition = loading.written;
    TRY(query_run(db, "SAVEPOINT loading"));
    struct error *error = query_run(db, forget);
    if (error == NULL)
        error = forget_ixit(db);
    if (error == NULL)
        error = set_edition(&loading);
    if (error == NULL)
        error = load_all(&loading);
    query_close(&loading.insert_mistake);
    query_close(&loading.insert_declaration);
    query_close(&loading.insert_observation);
    if (error == NULL)
        return query_run(db, "RELEASE loading");
    error_free(query_run(db, "ROLLBACK TO loading; RELEASE loading"));
    return error;
}
