#include "dossier/draft_rows.h"

#include "base/text.h"
#include "base/utf8.h"

/* One draft of the catalogue, at work. */
struct drawing {
    sqlite3 *db;
    const struct form *form;
    struct arena *arena;
    struct proposals *out;
    const char *name, *origin, *ask;
    const struct form_table *table;
    struct bytes shows;
    struct query rows, fields, same, references;
};

static int column_of(const struct query *row, struct bytes name)
{
    for (int i = 0; i < query_columns(row); i++)
        if (bytes_is(name, query_column_name(row, i)))
            return i;
    return -1;
}

static struct bytes value_of(const struct query *row, const char *name)
{
    int column = column_of(row, bytes_of(name));

    return column < 0 || query_is_null(row, column) ? bytes_of(NULL) : query_text(row, column);
}

/* Text of a stranger, on one line. */
static void add_plain(struct text *out, struct bytes text)
{
    struct cursor c = cursor_over(text);

    while (cursor_left(&c) > 0) {
        bool bad;
        uint32_t character = utf8_next(&c, &bad);
        bool strange = utf8_is_control(character) || utf8_is_direction(character) ||
                       utf8_is_separator(character);
        utf8_add(out, strange ? ' ' : character);
    }
}

/* A part of a template without brackets. *EMPTY: a column in it has no value. */
static void expand_part(const struct query *row, struct bytes part, struct text *out,
                        bool *empty)
{
    while (part.size > 0) {
        size_t open = bytes_find_byte(part, '{');
        if (open == SIZE_MAX) {
            text_add_bytes(out, part);
            return;
        }
        size_t close = bytes_find_byte(part, '}');
        text_add_bytes(out, bytes_slice(part, 0, open));
        int column = column_of(row, bytes_slice(part, open + 1, close - open - 1));
        struct bytes value =
            column < 0 || query_is_null(row, column) ? bytes_of("") : query_text(row, column);
        *empty = *empty || value.size == 0;
        add_plain(out, utf8_cut(value, LIMIT_DRAFT_TEXT));
        part = bytes_from_offset(part, close + 1);
    }
}

struct bytes draft_expand(const struct query *row, struct bytes template, struct arena *arena,
                          bool *missing)
{
    owned(text) out = text_new();
    bool lost = false;

    while (template.size > 0) {
        owned(text) part = text_new();
        bool optional = bytes_at(template, 0) == '[', empty = false;
        size_t end = bytes_find_byte(template, optional ? ']' : '[');
        if (end == SIZE_MAX)
            end = template.size;
        expand_part(
            row, optional ? bytes_slice(template, 1, end - 1) : bytes_slice(template, 0, end),
            part, &empty);
        if (!optional || !empty)
            text_add_bytes(out, text_bytes(part));
        lost = lost || (!optional && empty);
        template = bytes_from_offset(template, optional ? end + 1 : end);
    }
    if (missing != NULL)
        *missing = lost;
    return arena_copy(arena, bytes_trim(utf8_cut(text_bytes(out), LIMIT_DRAFT_TEXT)));
}

static struct proposal *find(struct drawing *drawing, struct bytes key)
{
    struct proposals *out = drawing->out;

    for (size_t i = out->count; i-- > 0;)
        if (out->items[i]->table == drawing->table && bytes_is(key, out->items[i]->key))
            return out->items[i];
    out->items = arena_grow(drawing->arena, out->items, &out->capacity, out->count + 1,
                            sizeof(struct proposal *));
    struct proposal *proposal = arena_alloc(drawing->arena, sizeof *proposal);
    *proposal = (struct proposal){.table = drawing->table,
                                  .origin = drawing->origin,
                                  .ask = drawing->ask,
                                  .key = arena_string(drawing->arena, key),
                                  .evidence = text_new()};
    out->items[out->count++] = proposal;
    return proposal;
}

/* The table of the observation, where its name is one of ours: letters and underscores. */
static struct error *observable_of(sqlite3 *db, int64_t observation, struct arena *arena,
                                   const char **out)
{
    struct query query;
    bool found = false;

    *out = NULL;
    TRY(query_open(db, "SELECT observable FROM observation WHERE id = ?", &query));
    query_bind_integer(&query, 1, observation);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        struct bytes name = query_text(&query, 0);
        bool ours = name.size > 0;
        for (size_t i = 0; i < name.size; i++)
            ours =
                ours && ((name.data[i] >= 'a' && name.data[i] <= 'z') || name.data[i] == '_');
        if (ours)
            *out = arena_string(arena, name);
    }
    query_close(&query);
    return error;
}

struct error *draft_place(sqlite3 *db, int64_t observation, struct arena *arena,
                          const char **out)
{
    owned(text) place = text_new();
    struct query query;
    const char *table;
    bool found = false;

    *out = "";
    TRY(observable_of(db, observation, arena, &table));
    if (table == NULL)
        return NULL;
    const char *sql = arena_printf(arena, "SELECT path, line FROM \"%s\" WHERE id = ?", table);
    TRY(query_open(db, sql, &query));
    query_bind_integer(&query, 1, observation);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        add_plain(place, query_text(&query, 0));
        if (!query_is_null(&query, 1))
            text_addf(place, ":%lld", (long long)query_integer(&query, 1));
        *out = arena_string(arena, text_bytes(place));
    }
    query_close(&query);
    return error;
}

static void add_place(struct proposal *proposal, const char *place, struct bytes shown)
{
    struct text *evidence = proposal->evidence;
    struct bytes said = bytes_trim(shown);

    if (*place == '\0' || bytes_contains(text_bytes(evidence), place))
        return;
    proposal->evidence_count++;
    text_add(evidence, proposal->evidence_count == 1 ? "" : ", ");
    text_add(evidence, place);
    if (said.size == 0 || bytes_find_byte(said, '\n') != SIZE_MAX)
        return;
    text_add(evidence, " (");
    add_plain(evidence, utf8_cut(said, LIMIT_DRAFT_SHOWN));
    text_add(evidence, said.size > LIMIT_DRAFT_SHOWN ? "…)" : ")");
}

/* Where the row was seen: at its observation, or at the path that it names itself. */
static struct error *add_evidence(struct drawing *drawing, struct proposal *proposal)
{
    const struct query *row = &drawing->rows;
    int column = column_of(row, bytes_of("observation"));
    const char *place;

    if (proposal->evidence_count >= LIMIT_DRAFT_EVIDENCE) { /* it is counted alone */
        proposal->evidence_count++;
        return NULL;
    }
    if (column >= 0 && !query_is_null(row, column)) {
        TRY(draft_place(drawing->db, query_integer(row, column), drawing->arena, &place));
    } else {
        owned(text) path = text_new();
        add_plain(path, value_of(row, "path"));
        place = arena_string(drawing->arena, text_bytes(path));
    }
    add_place(proposal, place, value_of(row, "shown"));
    return NULL;
}

static bool has_field(const struct proposal *proposal, const struct form_field *field)
{
    for (size_t i = 0; i < proposal->field_count; i++)
        if (proposal->fields[i].field == field)
            return true;
    return false;
}

/* NAME is the field's of edition 3.1.3; one that the pro forma lacks is a mistake of the draft. */
static struct error *add_field(struct drawing *drawing, struct proposal *proposal,
                               struct bytes name, struct bytes text,
                               const struct form_table *target)
{
    const struct form_field *field = form_field(drawing->table, name);

    if (field == NULL)
        return error_wrap(error_new(ERROR_USAGE, "%s has no field %.*s", drawing->table->name,
                                    (int)name.size, (const char *)name.data),
                          "cannot draft %s", drawing->name);
    if (text.size == 0 || has_field(proposal, field))
        return NULL;
    proposal->fields = arena_grow(drawing->arena, proposal->fields, &proposal->field_capacity,
                                  proposal->field_count + 1, sizeof *proposal->fields);
    proposal->fields[proposal->field_count++] = (struct proposal_field){field, text, target};
    return NULL;
}

static struct error *add_fields(struct drawing *drawing, struct proposal *proposal)
{
    bool found = false;

    query_reset(&drawing->fields);
    TRY(query_next(&drawing->fields, &found));
    while (found) {
        struct bytes text =
            draft_expand(&drawing->rows, query_text(&drawing->fields, 1), drawing->arena, NULL);
        TRY(add_field(drawing, proposal, query_text(&drawing->fields, 0), text, NULL));
        TRY(query_next(&drawing->fields, &found));
    }
    return NULL;
}

/* The keys of a reference stand one a line: control bytes must stay. */
static struct error *add_references(struct drawing *drawing, struct proposal *proposal)
{
    bool found = false;

    query_reset(&drawing->references);
    TRY(query_next(&drawing->references, &found));
    while (found) {
        struct bytes column = query_text(&drawing->references, 2);
        const struct form_table *target =
            form_table(drawing->form, query_text(&drawing->references, 1));
        column = bytes_slice(column, 1, column.size < 2 ? 0 : column.size - 2);
        struct bytes keys = value_of(&drawing->rows, arena_string(drawing->arena, column));
        if (target == NULL)
            return error_new(ERROR_USAGE, "the draft %s refers to a table that does not exist",
                             drawing->name);
        TRY(add_field(drawing, proposal, query_text(&drawing->references, 0),
                      arena_copy(drawing->arena, keys), target));
        TRY(query_next(&drawing->references, &found));
    }
    return NULL;
}

static struct error *add_same(struct drawing *drawing, struct proposal *proposal)
{
    size_t capacity = 0;
    bool found = false;

    if (proposal->same_count > 0)
        return NULL;
    query_reset(&drawing->same);
    TRY(query_next(&drawing->same, &found));
    while (found) {
        bool missing;
        struct bytes text = draft_expand(&drawing->rows, query_text(&drawing->same, 0),
                                         drawing->arena, &missing);
        if (!missing && text.size > 0) {
            proposal->same = arena_grow(drawing->arena, proposal->same, &capacity,
                                        proposal->same_count + 1, sizeof *proposal->same);
            proposal->same[proposal->same_count++] = arena_string(drawing->arena, text);
        }
        TRY(query_next(&drawing->same, &found));
    }
    return NULL;
}

static struct error *draw_row(struct drawing *drawing)
{
    struct bytes key = value_of(&drawing->rows, "key");

    if (key.size == 0)
        return NULL;
    owned(text) plain = text_new();
    add_plain(plain, utf8_cut(key, LIMIT_DRAFT_SHOWN));
    if (drawing->out->count >= LIMIT_DRAFT_ENTRIES) {
        drawing->out->is_cut = true;
        return NULL;
    }
    struct proposal *proposal = find(drawing, text_bytes(plain));
    TRY(add_evidence(drawing, proposal));
    if (proposal->shows == NULL)
        proposal->shows = arena_string(
            drawing->arena, draft_expand(&drawing->rows, drawing->shows, drawing->arena, NULL));
    TRY(add_fields(drawing, proposal));
    TRY(add_references(drawing, proposal));
    return add_same(drawing, proposal);
}

static struct error *open_parts(struct drawing *drawing)
{
    TRY(query_open(drawing->db,
                   "SELECT field, template FROM draft_field WHERE draft = ? ORDER BY place",
                   &drawing->fields));
    TRY(query_open(drawing->db,
                   "SELECT template FROM draft_same WHERE draft = ? ORDER BY place",
                   &drawing->same));
    TRY(query_open(
        drawing->db,
        "SELECT field, target, keys FROM draft_reference WHERE draft = ? ORDER BY place",
        &drawing->references));
    query_bind_string(&drawing->fields, 1, drawing->name);
    query_bind_string(&drawing->same, 1, drawing->name);
    query_bind_string(&drawing->references, 1, drawing->name);
    return NULL;
}

static struct error *draw(struct drawing *drawing, const char *rows)
{
    bool found = false;

    struct error *error = open_parts(drawing);
    if (error == NULL)
        error = query_open_untrusted(drawing->db, rows, &drawing->rows);
    if (error == NULL)
        error = query_next(&drawing->rows, &found);
    while (error == NULL && found) {
        error = draw_row(drawing);
        if (error == NULL)
            error = query_next(&drawing->rows, &found);
    }
    query_close(&drawing->rows);
    query_close(&drawing->fields);
    query_close(&drawing->same);
    query_close(&drawing->references);
    return error_wrap(error, "drafting %s", drawing->name);
}

struct error *proposals_read(sqlite3 *db, const struct form *form, struct arena *arena,
                             struct proposals *out)
{
    struct query drafts;
    bool found = false;

    *out = (struct proposals){.count = 0};
    TRY(query_open(db,
                   "SELECT name, ixit_table, origin, shows, rows, ask FROM draft_query"
                   " ORDER BY place, name",
                   &drafts));
    struct error *error = query_next(&drafts, &found);
    while (error == NULL && found) {
        struct drawing drawing = {.db = db,
                                  .form = form,
                                  .arena = arena,
                                  .out = out,
                                  .name = arena_string(arena, query_text(&drafts, 0)),
                                  .table = form_table(form, query_text(&drafts, 1)),
                                  .origin = arena_string(arena, query_text(&drafts, 2)),
                                  .shows = arena_copy(arena, query_text(&drafts, 3)),
                                  .ask = arena_string(arena, query_text(&drafts, 5))};
        if (drawing.table != NULL)
            error = draw(&drawing, arena_string(arena, query_text(&drafts, 4)));
        if (error == NULL)
            error = query_next(&drafts, &found);
    }
    query_close(&drafts);
    if (error != NULL)
        proposals_close(out);
    return error;
}

void proposals_close(struct proposals *proposals)
{
    for (size_t i = 0; i < proposals->count; i++)
        text_free(proposals->items[i]->evidence);
    proposals->count = 0;
}
