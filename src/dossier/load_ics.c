#include "dossier/load.h"
#include "dossier/reason.h"

/* "6.1", "Provision 6-1" and "EN 303 645 6-1" are 6-1: a dash before the last number. */
static const char *tidy_id(struct bytes id, struct arena *arena)
{
    struct bytes rest = bytes_trim(id), word = rest;
    size_t dots = 0, last = SIZE_MAX;
    bool dash = false;

    while (bytes_next_word(&rest, &word))
        ;
    char *tidy = arena_string(arena, word);
    for (size_t i = 0; i < word.size; i++) {
        dash = dash || tidy[i] == '-';
        if (tidy[i] == '.' || tidy[i] == '_') {
            dots++;
            last = i;
        } else if (tidy[i] >= 'a' && tidy[i] <= 'z') {
            tidy[i] = (char)(tidy[i] - 'a' + 'A');
        }
    }
    if (!dash && last != SIZE_MAX && (dots >= 2 || bytes_at(word, 0) == '6'))
        tidy[last] = '-';
    return tidy;
}

static const char *tidy_support(struct bytes text)
{
    static const struct {
        const char *said, *means;
    } words[] = {
        {"y", "Y"},
        {"yes", "Y"},
        {"supported", "Y"},
        {"true", "Y"},
        {"n", "N"},
        {"no", "N"},
        {"notsupported", "N"},
        {"false", "N"},
        {"na", "N/A"},
        {"notapplicable", "N/A"},
    };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (name_same(text, words[i].said))
            return words[i].means;
    return NULL;
}

/* One row as it stands in the file. */
struct row {
    const struct yaml *entry; /* a map, or the support alone */
    struct bytes id;
    unsigned line;
};

struct reading {
    struct loading *loading;
    struct query insert, known, other;
};

static struct bytes field(const struct yaml *entry, const char *const *names, size_t count,
                          struct arena *arena)
{
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++)
        for (size_t j = 0; j < count; j++)
            if (name_same(entry->keys[i].text, names[j]))
                return value_text(&entry->items[i], "; ", arena);
    return bytes_of(NULL);
}

static const char *const id_names[] = {"provision", "reference", "id"};
static const char *const support_names[] = {"support"};
static const char *const detail_names[] = {"detail", "details", "justification", "reason"};
static const char *const other_names[] = {"status", "drafted", "requirement", "condition"};

static bool is_known_key(struct bytes key)
{
    const struct {
        const char *const *names;
        size_t count;
    } lists[] = {{id_names, COUNT_OF(id_names)},
                 {support_names, COUNT_OF(support_names)},
                 {detail_names, COUNT_OF(detail_names)},
                 {other_names, COUNT_OF(other_names)}};

    for (size_t i = 0; i < COUNT_OF(lists); i++)
        for (size_t j = 0; j < lists[i].count; j++)
            if (name_same(key, lists[i].names[j]))
                return true;
    return false;
}

static struct error *check_keys(struct loading *loading, const struct yaml *entry)
{
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++)
        if (!is_known_key(entry->keys[i].text))
            TRY(mistake_add(
                loading, &(struct mistake){.severity = MISTAKE_ERROR,
                                           .line = entry->keys[i].line,
                                           .what = arena_printf(
                                               loading->arena, "the ICS has no column \"%.*s\"",
                                               (int)entry->keys[i].text.size,
                                               (const char *)entry->keys[i].text.data),
                                           .why = "a row has provision, support and detail",
                                           .advice = "use one of these names"}));
    return NULL;
}

static struct error *unknown_provision(struct reading *reading, const struct row *row,
                                       const char *id)
{
    struct loading *loading = reading->loading;
    bool found = false;

    query_bind_string(&reading->other, 1, id);
    query_bind_string(&reading->other, 2, id);
    struct error *error = query_next(&reading->other, &found);
    const char *advice = "the ids are those of table B.1: proviso list provisions";
    if (found)
        advice =
            arena_printf(loading->arena, "it is %.*s in the edition at hand, %s",
                         (int)query_text(&reading->other, 0).size,
                         (const char *)query_text(&reading->other, 0).data, loading->edition);
    query_reset(&reading->other);
    TRY(error);
    return mistake_add(
        loading,
        &(struct mistake){.severity = MISTAKE_ERROR,
                          .line = row->line,
                          .what = arena_printf(loading->arena, "edition %s has no provision %s",
                                               loading->edition, id),
                          .why = "table B.1 of that edition does not list it",
                          .advice = advice});
}

static struct error *write_row(struct reading *reading, const struct row *row, const char *id,
                               const char *support, struct bytes detail, bool drafted)
{
    int64_t observation;
    enum reason reason = reason_of(detail);
    struct declared_row declared = {.table = "ICS",
                                    .entry = bytes_of(id),
                                    .excerpt = detail,
                                    .line = row->line,
                                    .drafted = drafted};

    TRY(load_declaration(reading->loading, &declared, &observation));
    query_bind_string(&reading->insert, 1, id);
    query_bind_string(&reading->insert, 2, support);
    query_bind_text(&reading->insert, 3, detail);
    query_bind_integer(&reading->insert, 4, drafted);
    query_bind_integer(&reading->insert, 5, row->line);
    query_bind_integer(&reading->insert, 6, observation);
    query_bind_null(&reading->insert, 7);
    if (reason != REASON_HOLLOW)
        query_bind_integer(&reading->insert, 7, reason == REASON_GIVEN);
    return query_step(&reading->insert);
}

/* *STATE: 0 the edition has no such provision, 1 it has, 2 there is a row for it already. */
static struct error *look_up(struct reading *reading, const char *id, int64_t *state)
{
    bool found = false;

    query_bind_string(&reading->known, 1, id);
    struct error *error = query_next(&reading->known, &found);
    *state = error == NULL && found ? 1 + query_integer(&reading->known, 0) : 0;
    query_reset(&reading->known);
    return error;
}

static bool is_drafted(const struct yaml *entry)
{
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++)
        if (name_same(entry->keys[i].text, "drafted") && !yaml_is_null(&entry->items[i]))
            return true;
    return false;
}

static struct error *read_row(struct reading *reading, const struct row *row)
{
    struct loading *loading = reading->loading;
    struct arena *arena = loading->arena;
    const char *id = tidy_id(row->id, arena);
    int64_t state;

    TRY(look_up(reading, id, &state));
    if (state == 0)
        return unknown_provision(reading, row, id);
    if (state == 2)
        return mistake_add(loading,
                           &(struct mistake){.severity = MISTAKE_ERROR,
                                             .line = row->line,
                                             .what = arena_printf(arena, "%s has two rows", id),
                                             .why = "the first one is taken",
                                             .advice = "remove one of them",
                                             .provision = id});
    TRY(check_keys(loading, row->entry));
    struct bytes said = row->entry->kind == YAML_SCALAR
                            ? value_text(row->entry, "", arena)
                            : field(row->entry, support_names, COUNT_OF(support_names), arena);
    const char *support = said.size == 0 ? "" : tidy_support(said);
    if (support == NULL)
        TRY(mistake_add(
            loading,
            &(struct mistake){.severity = MISTAKE_ERROR,
                              .line = row->line,
                              .what = arena_printf(arena, "the support of %s is \"%.*s\"", id,
                                                   (int)said.size, (const char *)said.data),
                              .why = "it is Y, N or N/A",
                              .advice = "write one of these; reasons go into detail",
                              .provision = id}));
    struct bytes detail = field(row->entry, detail_names, COUNT_OF(detail_names), arena);
    return write_row(reading, row, id, support == NULL ? "" : support, detail,
                     is_drafted(row->entry));
}

static struct error *read_list(struct reading *reading, const struct yaml *list)
{
    struct loading *loading = reading->loading;

    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *entry = &list->items[i];
        struct row row = {.entry = entry, .line = entry->line};
        if (list->kind == YAML_MAP) {
            row.id = list->keys[i].text;
            row.line = list->keys[i].line;
        } else if (entry->kind == YAML_MAP) {
            row.id = field(entry, id_names, COUNT_OF(id_names), loading->arena);
        }
        if (row.id.size == 0) {
            TRY(mistake_add(loading,
                            &(struct mistake){.severity = MISTAKE_ERROR,
                                              .line = row.line,
                                              .what = "this row names no provision",
                                              .why = "a row has provision, support and detail",
                                              .advice = "write provision: 5.1-1"}));
            continue;
        }
        TRY(read_row(reading, &row));
    }
    return NULL;
}

struct error *load_ics(struct loading *loading)
{
    struct reading reading = {.loading = loading};
    const struct yaml *file, *list;

    TRY(load_file(loading, "ics.yaml", &file));
    if (file == NULL)
        return NULL;
    list = file->kind == YAML_MAP ? yaml_get(file, "provisions") : file;
    if (list == NULL || list->kind == YAML_SCALAR)
        return mistake_add(loading,
                           &(struct mistake){.severity = MISTAKE_ERROR,
                                             .line = file->line,
                                             .what = "there is no list of provisions",
                                             .why = "the ICS is a list under provisions:",
                                             .advice = "see doc/dossier.md; proviso init makes "
                                                       "one to fill in"});
    struct error *error =
        query_open(loading->db, "INSERT INTO ics VALUES(?,?,?,?,?,?,?)", &reading.insert);
    if (error == NULL)
        error = query_open(loading->db,
                           "SELECT EXISTS (SELECT 1 FROM ics AS i WHERE i.provision = p.id)"
                           " FROM provision AS p WHERE p.id = ? AND p.edition ="
                           " (SELECT value FROM meta WHERE key = 'edition')",
                           &reading.known);
    if (error == NULL)
        error = query_open(loading->db,
                           "SELECT CASE WHEN old = ?1 THEN new ELSE old END"
                           " FROM provision_succession WHERE old = ?1 OR new = ?2",
                           &reading.other);
    if (error == NULL)
        error = read_list(&reading, list);
    query_close(&reading.insert);
    query_close(&reading.known);
    query_close(&reading.other);
    return error;
}
