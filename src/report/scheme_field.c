#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "model/query.h"
#include "report/doubt.h"
#include "report/scheme.h"

struct filling {
    sqlite3 *db;
    struct arena *arena;
    struct scheme_view *view;
    struct query key, dut;
};

static const char *look_up(struct query *query, struct arena *arena, struct bytes key)
{
    const char *value = NULL;
    bool found = false;

    query_reset(query);
    query_bind_text(query, 1, key);
    struct error *error = query_next(query, &found);
    if (error == NULL && found && bytes_trim(query_text(query, 0)).size > 0)
        value = arena_string(arena, bytes_trim(query_text(query, 0)));
    error_drop(error); /* what cannot be read is not said */
    query_reset(query);
    return value;
}

static const char *first_of(struct query *query, struct arena *arena, const char *key)
{
    struct bytes rest = bytes_of(key), one;
    const char *value = NULL;

    while (value == NULL && bytes_next_field(&rest, '|', &one))
        value = look_up(query, arena, one);
    return value;
}

const char *scheme_dut(sqlite3 *db, struct arena *arena, const char *key)
{
    struct query query;

    struct error *error = query_open(db, "SELECT value FROM dut WHERE field = ?", &query);
    if (error != NULL) {
        error_drop(error); /* a store without the table has no dossier */
        return NULL;
    }
    const char *value = first_of(&query, arena, key);
    query_close(&query);
    return value;
}

/* --- the values of a field ----------------------------------------------------------------- */

static void add_value(struct filling *filling, struct scheme_field *field, const char *key,
                      const char *value, bool needed, bool first)
{
    struct bytes rest = bytes_of(key), name;

    if (value == NULL && !needed)
        return;
    field->values = arena_grow(filling->arena, field->values, &field->value_capacity,
                               field->value_count + 1, sizeof *field->values);
    if (!bytes_next_field(&rest, '|', &name))
        name = bytes_of(key);
    field->values[field->value_count++] =
        (struct scheme_value){arena_string(filling->arena, name), value, needed, first};
}

static void open_keys(struct filling *filling, const struct scheme_field *field)
{
    const struct scheme_view *view = filling->view;

    query_reset(&filling->key);
    query_bind_string(&filling->key, 1, view->parent == NULL ? view->id : view->parent);
    query_bind_string(&filling->key, 2, field->id);
}

static struct error *fill_plain(struct filling *filling, struct scheme_field *field)
{
    bool found = false;

    open_keys(filling, field);
    TRY(query_next(&filling->key, &found));
    while (found) {
        const char *key = arena_string(filling->arena, query_text(&filling->key, 0));
        bool needed = query_integer(&filling->key, 1) == 1;
        add_value(filling, field, key, first_of(&filling->dut, filling->arena, key), needed,
                  false);
        TRY(query_next(&filling->key, &found));
    }
    return NULL;
}

/* One party under PREFIX: its parts, when it says any of them or is to be shown as blanks. */
static struct error *fill_party(struct filling *filling, struct scheme_field *field,
                                const char *prefix, bool blanks, bool *said)
{
    size_t from = field->value_count;
    bool found = false, any = false;

    open_keys(filling, field);
    TRY(query_next(&filling->key, &found));
    while (found) {
        const char *key = arena_printf(filling->arena, "%s.%.*s", prefix,
                                       (int)query_text(&filling->key, 0).size,
                                       (const char *)query_text(&filling->key, 0).data);
        const char *value = first_of(&filling->dut, filling->arena, key);
        any = any || value != NULL;
        add_value(filling, field, key, value, query_integer(&filling->key, 1) == 1,
                  field->value_count == from);
        TRY(query_next(&filling->key, &found));
    }
    *said = any;
    if (!any && !blanks)
        field->value_count = from;
    return NULL;
}

/* GROUP, then GROUP.0 … and GROUPs.0 …: one party each; blanks when there is none at all. */
static struct error *fill_parties(struct filling *filling, struct scheme_field *field,
                                  const char *group)
{
    bool said = false, any = false;

    TRY(fill_party(filling, field, group, false, &any));
    for (size_t i = 0; i < 2; i++) {
        said = true;
        for (size_t j = 0; said && j < LIMIT_SCHEME_PARTIES; j++) {
            const char *prefix = i == 0 ? arena_printf(filling->arena, "%s.%zu", group, j)
                                        : arena_printf(filling->arena, "%ss.%zu", group, j);
            TRY(fill_party(filling, field, prefix, false, &said));
            any = any || said;
        }
    }
    return any || field->if_any ? NULL : fill_party(filling, field, group, true, &said);
}

/* --- what stands in the way ---------------------------------------------------------------- */

static void add_stop(struct filling *filling, const char *about, const char *what)
{
    struct scheme_view *view = filling->view;

    view->stops = arena_grow(filling->arena, view->stops, &view->stop_capacity,
                             view->stop_count + 1, sizeof *view->stops);
    view->stops[view->stop_count++] = (struct scheme_stop){about, what};
}

static bool is_stopped(const struct scheme_view *view, const char *about)
{
    for (size_t i = 0; i < view->stop_count; i++)
        if (strcmp(view->stops[i].about, about) == 0)
            return true;
    return false;
}

static bool has_date(struct bytes text)
{
    for (size_t from = 0; from < text.size; from++)
        if (bytes_is_date(bytes_slice(text, from, sizeof "2026-11-20" - 1)))
            return true;
    return false;
}

/* FORM date: the first value has a date in it; date_last: the last one is a date. */
static void check_form(struct filling *filling, const struct scheme_field *field)
{
    if (field->form == NULL || field->value_count == 0)
        return;
    bool last = strcmp(field->form, "date_last") == 0;
    const struct scheme_value *value = &field->values[last ? field->value_count - 1 : 0];
    struct bytes text = bytes_of(value->value);
    if (value->value != NULL && !(last ? bytes_is_date(text) : has_date(text)))
        add_stop(filling, value->key,
                 arena_printf(filling->arena, "\"%s\" names no date such as 2031-12-31",
                              value->value));
}

static void stop_at_field(struct filling *filling, const struct scheme_field *field)
{
    for (size_t i = 0; i < field->value_count; i++)
        if (field->values[i].value == NULL && field->values[i].needed)
            add_stop(filling, field->values[i].key,
                     arena_printf(filling->arena, "not filled in: %s", field->text));
    check_form(filling, field);
}

static void stop_at_need(struct filling *filling, const struct scheme_need *need)
{
    const char *about = arena_printf(filling->arena, "provision %s",
                                     need->assessed == NULL ? need->cited : need->assessed);

    if (need->beside || need->standing == SCHEME_MET || is_stopped(filling->view, about))
        return;
    const char *why =
        need->because == NULL || *need->because == '\0' ? need->units : need->because;
    add_stop(filling, about,
             why == NULL ? need->outcome
                         : arena_printf(filling->arena, "%s: %s", need->outcome, why));
}

static void stop_at_conditions(struct filling *filling,
                               const struct scheme_condition *conditions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct scheme_condition *condition = &conditions[i];
        const char *about = arena_printf(filling->arena, "confirmed.%s", condition->id);
        if (condition->standing == SCHEME_FAILS)
            add_stop(filling, about,
                     arena_printf(filling->arena, "the dossier says that it does not hold: %s",
                                  condition->because == NULL ? condition->text
                                                             : condition->because));
        else if (condition->standing != SCHEME_MET)
            add_stop(filling, about,
                     arena_printf(filling->arena, "not confirmed: %s", condition->text));
    }
}

static void stop_at_doubt(struct filling *filling, const struct doubt *doubt)
{
    bool counts = doubt->everywhere || filling->view->whole;
    int64_t count = counts ? doubt_number(filling->db, doubt, 1) : 0;

    if (count > 0)
        add_stop(filling, doubt->about,
                 arena_printf(filling->arena, "%" PRId64 "%s", count,
                              count == 1 ? doubt->one : doubt->many));
}

static void find_stops(struct filling *filling)
{
    struct scheme_view *view = filling->view;

    if (!view->dossier)
        add_stop(filling, "dossier",
                 "an image alone was assessed: there is no declaration of the manufacturer");
    for (size_t i = 0; i < doubt_count && view->dossier; i++)
        stop_at_doubt(filling, &doubts[i]);
    if (view->whole && (view->overall == NULL || strcmp(view->overall, "pass") != 0))
        add_stop(filling, "assessment",
                 arena_printf(filling->arena, "as a whole it is %s%s%s",
                              view->overall == NULL ? "open" : view->overall,
                              view->overall_because == NULL ? "" : ": ",
                              view->overall_because == NULL ? "" : view->overall_because));
    for (size_t i = 0; i < view->point_count; i++)
        for (size_t j = 0; j < view->points[i].need_count; j++)
            stop_at_need(filling, &view->points[i].needs[j]);
    for (size_t i = 0; i < view->point_count; i++)
        stop_at_conditions(filling, view->points[i].conditions,
                           view->points[i].condition_count);
    stop_at_conditions(filling, view->evidence, view->evidence_count);
    for (size_t i = 0; i < view->field_count; i++)
        stop_at_field(filling, &view->fields[i]);
}

/* --- the document -------------------------------------------------------------------------- */

static const char *at(const struct filling *filling, const struct query *row, int column)
{
    return query_is_null(row, column) ? NULL
                                      : arena_string(filling->arena, query_text(row, column));
}

static struct error *read_fields(struct filling *filling, const char *owner)
{
    struct scheme_view *view = filling->view;
    struct query row;
    bool found = false;
    size_t capacity = 0;

    TRY(query_open(filling->db,
                   "SELECT id, label, text, shows, form, declares, required, key_group"
                   " FROM scheme_field WHERE scheme = ? ORDER BY place",
                   &row));
    query_bind_string(&row, 1, owner);
    struct error *error = query_next(&row, &found);
    while (error == NULL && found) {
        view->fields = arena_grow(filling->arena, view->fields, &capacity,
                                  view->field_count + 1, sizeof *view->fields);
        struct scheme_field *field = &view->fields[view->field_count++];
        *field = (struct scheme_field){
            .id = arena_string(filling->arena, query_text(&row, 0)),
            .label = arena_string(filling->arena, query_text(&row, 1)),
            .text = arena_string(filling->arena, query_text(&row, 2)),
            .shows = at(filling, &row, 3),
            .form = at(filling, &row, 4),
            .declares = at(filling, &row, 5),
            .if_any = bytes_is(query_text(&row, 6), "if_any"),
        };
        const char *group = at(filling, &row, 7);
        error =
            group == NULL ? fill_plain(filling, field) : fill_parties(filling, field, group);
        if (error == NULL)
            error = query_next(&row, &found);
    }
    query_close(&row);
    return error;
}

static struct error *read_head(struct filling *filling, const char *owner)
{
    struct scheme_view *view = filling->view;
    struct query row;
    bool found = false;

    TRY(query_open(filling->db,
                   "SELECT title, law, opening, confidence FROM scheme_document"
                   " WHERE scheme = ?",
                   &row));
    query_bind_string(&row, 1, owner);
    struct error *error = query_next(&row, &found);
    if (error == NULL && found) {
        view->title = at(filling, &row, 0);
        view->law = at(filling, &row, 1);
        view->opening = at(filling, &row, 2);
        view->document_confidence = at(filling, &row, 3);
    }
    query_close(&row);
    return error;
}

struct error *scheme_read_document(sqlite3 *db, struct arena *arena, struct scheme_view *view)
{
    struct filling filling = {.db = db, .arena = arena, .view = view};
    const char *owner = view->parent == NULL ? view->id : view->parent;

    TRY(read_head(&filling, owner));
    if (view->title == NULL)
        return NULL;
    struct error *error = query_open(db, "SELECT value FROM dut WHERE field = ?", &filling.dut);
    if (error == NULL)
        error = query_open(db,
                           "SELECT key, needed FROM scheme_field_key WHERE scheme = ?1"
                           " AND field = ?2 ORDER BY place",
                           &filling.key);
    if (error == NULL)
        error = read_fields(&filling, owner);
    query_close(&filling.dut);
    query_close(&filling.key);
    TRY(error);
    find_stops(&filling);
    return NULL;
}

bool scheme_is_final(const struct scheme_view *view)
{
    return view->title != NULL && view->closed == NULL && view->stop_count == 0;
}
