#include "judge/pages.h"

#include "base/text.h"
#include "judge/entry.h"
#include "model/query.h"

/*
 * kind: subject (of FIELD; one phrase of each of its needs must be met), missing, login, past,
 * account.
 * phrase: for a subject without a need, what it is about.
 */
static const char schema[] =
    "CREATE TABLE page_word(file TEXT, place INTEGER, kind TEXT, field TEXT, need INTEGER,"
    " phrase TEXT, PRIMARY KEY(file, place)) WITHOUT ROWID;";

struct error *pages_create(sqlite3 *db)
{
    return query_run(db, schema);
}

struct adding {
    struct query insert;
    const char *name;
    int64_t place;
};

static struct error *add(struct adding *adding, const char *kind, struct bytes field,
                         int64_t need, struct bytes phrase)
{
    struct query *insert = &adding->insert;

    query_bind_string(insert, 1, adding->name);
    query_bind_integer(insert, 2, adding->place++);
    query_bind_string(insert, 3, kind);
    query_bind_text(insert, 4, field);
    query_bind_integer(insert, 5, need);
    query_bind_text(insert, 6, phrase);
    return query_step(insert);
}

static struct error *add_list(struct adding *adding, const char *kind, struct bytes field,
                              int64_t need, const struct yaml *list)
{
    if (list->kind != YAML_LIST || list->count == 0)
        return entry_fault(adding->name, list, "a list of phrases is needed here");
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != YAML_SCALAR || list->items[i].text.size == 0)
            return entry_fault(adding->name, &list->items[i], "a phrase is needed here");
        TRY(add(adding, kind, field, need, list->items[i].text));
    }
    return NULL;
}

static struct error *add_subject(struct adding *adding, const struct yaml *subject)
{
    struct bytes field = yaml_text(subject, "field"), about = yaml_text(subject, "about");
    const struct yaml *needs = yaml_get(subject, "needs");

    TRY(entry_check(adding->name, subject, "field about needs"));
    if (field.size == 0 || about.size == 0 || needs == NULL || needs->kind != YAML_LIST ||
        needs->count == 0)
        return entry_fault(adding->name, subject, "a subject needs field, about and needs");
    TRY(add(adding, "subject", field, -1, about));
    for (size_t i = 0; i < needs->count; i++)
        TRY(add_list(adding, "subject", field, (int64_t)i, &needs->items[i]));
    return NULL;
}

static struct error *add_all(struct adding *adding, const struct yaml *file)
{
    static const char *const kinds[] = {"missing", "login", "past", "account"};
    const struct yaml *subjects = yaml_get(file, "subjects");

    TRY(entry_check(adding->name, file,
                    "schema source date licence subjects missing login past account"));
    for (size_t i = 0; subjects != NULL && i < subjects->count; i++)
        TRY(add_subject(adding, &subjects->items[i]));
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct yaml *list = yaml_get(file, kinds[i]);
        if (list != NULL)
            TRY(add_list(adding, kinds[i], bytes_of(""), 0, list));
    }
    return NULL;
}

struct error *pages_add(sqlite3 *db, const char *name, const struct yaml *file)
{
    struct adding adding = {.name = name};
    struct query forget;

    TRY(query_open(db, "DELETE FROM page_word WHERE file = ?", &forget));
    query_bind_string(&forget, 1, name);
    struct error *error = query_step(&forget);
    query_close(&forget);
    TRY(error);
    TRY(query_open(db, "INSERT INTO page_word VALUES(?,?,?,?,?,?)", &adding.insert));
    error = add_all(&adding, file);
    query_close(&adding.insert);
    return error;
}
