#include <string.h>

#include "dossier/ics_translate.h"
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

static const char *support_word(struct bytes text)
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

/* Does REMARK take back what it is a remark on: "Y (partly)"? */
static bool takes_back(struct bytes remark)
{
    static const char *const words[] = {"except", "partial",  "partially", "partly", "not",
                                        "no",     "planned",  "only",      "but",    "if",
                                        "unless", "optional", "later",     "future", "when"};
    struct bytes word;

    while (bytes_next_word(&remark, &word))
        for (size_t i = 0; i < COUNT_OF(words); i++)
            if (name_same(word, words[i]))
                return true;
    return false;
}

/* "Y", "Yes", "Y (see detail)", "N/A - no telemetry": what it means, and the REMARK behind it. */
static const char *tidy_support(struct bytes text, struct bytes *remark)
{
    size_t end = 0;
    const char *support = support_word(text);

    *remark = bytes_of(NULL);
    if (support != NULL)
        return support;
    while (end < text.size && strchr("(-,;:.\n\xe2", (char)bytes_at(text, end)) == NULL)
        end++;
    support = support_word(bytes_slice(text, 0, end));
    while (end < text.size &&
           strchr("-,;:. \n\xe2\x80\x93\x94", (char)bytes_at(text, end)) != NULL)
        end++;
    *remark = bytes_trim(bytes_from_offset(text, end));
    if (support != NULL && !(strcmp(support, "Y") == 0 && takes_back(*remark)))
        return support;
    *remark = bytes_of(NULL);
    return NULL;
}

/* What is said in the detail, and behind the support. */
static struct bytes whole_detail(struct bytes detail, struct bytes remark, struct arena *arena)
{
    if (detail.size == 0 || remark.size == 0)
        return detail.size == 0 ? remark : detail;
    return bytes_of(arena_printf(arena, "%.*s; %.*s", (int)detail.size,
                                 (const char *)detail.data, (int)remark.size,
                                 (const char *)remark.data));
}

/* One row as it stands in the file. */
struct row {
    const struct yaml *entry; /* a map, or the support alone */
    struct bytes id;
    unsigned line;
};

struct reading {
    struct loading *loading;
    struct query insert, known;
    struct ics_rows own, others; /* with ids of the edition at hand, and of the other one */
};

/* The columns of a row, each with the names that it has in forms. */
enum column {
    COLUMN_ID,
    COLUMN_SUPPORT,
    COLUMN_DETAIL,
    COLUMN_OTHER, /* for people; not read here */
    COLUMNS,
};
static const char *const column_names[COLUMNS][5] = {
    [COLUMN_ID] = {"provision", "reference", "id"},
    [COLUMN_SUPPORT] = {"support"},
    [COLUMN_DETAIL] = {"detail", "details", "justification", "reason"},
    [COLUMN_OTHER] = {"status", "drafted", "requirement", "condition"},
};

static enum column column_of(struct bytes key)
{
    for (size_t i = 0; i < COLUMNS; i++)
        for (size_t j = 0; column_names[i][j] != NULL; j++)
            if (name_same(key, column_names[i][j]))
                return (enum column)i;
    return COLUMNS;
}

static struct bytes field(const struct yaml *entry, enum column column, struct arena *arena)
{
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++)
        if (column_of(entry->keys[i].text) == column)
            return value_text(&entry->items[i], "; ", arena);
    return bytes_of(NULL);
}

static struct error *check_keys(struct loading *loading, const struct yaml *entry)
{
    bool seen[COLUMNS] = {false};

    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++) {
        const struct yaml *key = &entry->keys[i];
        const char *name = arena_string(loading->arena, key->text);
        enum column column = column_of(key->text);
        struct mistake mistake = {.severity = MISTAKE_ERROR, .line = key->line};
        if (column == COLUMNS) {
            mistake.what = arena_printf(loading->arena, "the ICS has no column \"%s\"", name);
            mistake.why = "a row has provision, support and detail";
            mistake.advice = "use one of these names";
        } else if (column != COLUMN_OTHER && seen[column]) {
            mistake.what = arena_printf(
                loading->arena, "\"%s\" is a second name of a column of this row", name);
            mistake.why = "the first one is taken";
            mistake.advice = "join the two";
        }
        if (mistake.what != NULL)
            TRY(mistake_add(loading, &mistake));
        else
            seen[column] = true;
    }
    return NULL;
}

static struct error *unknown_provision(struct reading *reading, const struct row *row,
                                       const char *id)
{
    struct loading *loading = reading->loading;

    return mistake_add(
        loading,
        &(struct mistake){.severity = MISTAKE_ERROR,
                          .line = row->line,
                          .what = arena_printf(loading->arena, "there is no provision %s", id),
                          .why = "table B.1 lists it in no edition",
                          .advice = arena_printf(
                              loading->arena, "the ids: proviso list provisions --edition %s",
                              loading->edition)});
}

static struct error *write_row(struct reading *reading, const struct ics_row *row)
{
    query_bind_string(&reading->insert, 1, row->id);
    query_bind_string(&reading->insert, 2, row->support);
    query_bind_text(&reading->insert, 3, row->detail);
    query_bind_integer(&reading->insert, 4, row->drafted);
    query_bind_integer(&reading->insert, 5, row->line);
    query_bind_integer(&reading->insert, 6, row->observation);
    query_bind_null(&reading->insert, 7);
    if (row->reason != REASON_HOLLOW)
        query_bind_integer(&reading->insert, 7, row->reason == REASON_GIVEN);
    query_bind_string(&reading->insert, 8, row->given);
    return query_step(&reading->insert);
}

/* A row as it was written: a declaration, whichever edition its id is of. */
static struct error *take_row(struct reading *reading, struct ics_row *row, bool own)
{
    struct declared_row declared = {.table = "ICS",
                                    .entry = bytes_of(row->id),
                                    .excerpt = row->detail,
                                    .line = row->line,
                                    .drafted = row->drafted};

    TRY(load_declaration(reading->loading, &declared, &row->observation));
    ics_add(own ? &reading->own : &reading->others, reading->loading->arena, row);
    return write_row(reading, row);
}

/* Is ID a provision of the edition at hand (*OWN), or of the other one? */
static struct error *look_up(struct reading *reading, const char *id, bool *known, bool *own)
{
    bool found = false;

    *known = *own = false;
    query_bind_string(&reading->known, 1, id);
    struct error *error = query_next(&reading->known, &found);
    while (error == NULL && found) {
        *known = true;
        *own = *own || bytes_is(query_text(&reading->known, 0), reading->loading->edition);
        error = query_next(&reading->known, &found);
    }
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
    bool known, own;

    TRY(look_up(reading, id, &known, &own));
    if (!known)
        return unknown_provision(reading, row, id);
    if (ics_find(own ? &reading->own : &reading->others, id) != NULL)
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
                            : field(row->entry, COLUMN_SUPPORT, arena);
    struct bytes remark = bytes_of(NULL);
    const char *support = said.size == 0 ? "" : tidy_support(said, &remark);
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
    struct bytes detail = whole_detail(field(row->entry, COLUMN_DETAIL, arena), remark, arena);
    struct ics_row taken = {.id = id,
                            .support = support == NULL ? "" : support,
                            .detail = detail,
                            .line = row->line,
                            .drafted = is_drafted(row->entry),
                            .reason = reason_of(detail)};
    return take_row(reading, &taken, own);
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
            row.id = field(entry, COLUMN_ID, loading->arena);
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

static struct error *write_translated(struct reading *reading)
{
    struct ics_rows translated = {.count = 0};

    TRY(ics_translate(reading->loading, &reading->own, &reading->others, &translated));
    for (size_t i = 0; i < translated.count; i++)
        TRY(write_row(reading, &translated.list[i]));
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
        query_open(loading->db, "INSERT INTO ics VALUES(?,?,?,?,?,?,?,?)", &reading.insert);
    if (error == NULL)
        error = query_open(loading->db, "SELECT edition FROM provision WHERE id = ?",
                           &reading.known);
    if (error == NULL)
        error = read_list(&reading, list);
    if (error == NULL)
        error = write_translated(&reading);
    query_close(&reading.insert);
    query_close(&reading.known);
    return error;
}
