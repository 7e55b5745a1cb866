#include <string.h>

#include "dossier/answer.h"
#include "dossier/bind.h"
#include "dossier/evidence.h"
#include "dossier/files.h"
#include "dossier/load.h"
#include "dossier/translate.h"

/* Why an answer of the other edition is left out, and of which units. */
enum {
    LEFT_NEW,       /* this edition has no such unit */
    LEFT_CHANGED,   /* its unit asks something else, or is more than one */
    LEFT_CONDITION, /* it agrees that a provision does not apply, which hangs on its condition */
    LEFT_OUT,
};

struct left_out {
    struct text *units;
    size_t count;
    unsigned line; /* of the first */
};

struct reading {
    struct loading *loading;
    const char *firmware; /* at hand */
    struct query insert, evidence, known;
    struct left_out
        others[LEFT_OUT]; /* answers of the other edition, by why they do not count */
};

/* One answer as it stands in the file, its unit in the edition at hand. */
struct answer {
    const struct yaml *entry;
    const char *edition, *given; /* under which it was given, and to what */
    const char *unit;
    const char *outcome;
    const char *stale; /* why it does not count, or NULL */
};

static struct error *exists(struct query *query, const char *unit, struct arena *arena,
                            const char **out)
{
    bool found = false;

    *out = NULL;
    query_bind_string(query, 1, unit);
    struct error *error = query_next(query, &found);
    if (error == NULL && found)
        *out = arena_string(arena, query_text(query, 0));
    query_reset(query);
    return error;
}

static void leave_out(struct reading *reading, const struct answer *answer,
                      const struct translated *ids)
{
    bool is_provision = strcmp(ids->kind, "provision") == 0;
    struct left_out *left = &reading->others[is_provision      ? LEFT_CONDITION
                                             : ids->count == 0 ? LEFT_NEW
                                                               : LEFT_CHANGED];

    if (left->units == NULL)
        left->units = text_new();
    if (left->count++ == 0)
        left->line = answer->entry->line;
    else
        text_add(left->units, ", ");
    text_add(left->units, answer->given);
}

/* One warning for each reason. */
static struct error *tell_left_out(struct reading *reading)
{
    static const struct {
        const char *why, *advice;
    } reasons[LEFT_OUT] = {
        {"has no such unit", "it counts under the edition it was given for"},
        {"asks something else there, or has more than one unit for it",
         "answer the units of this edition: proviso gap lists them"},
        {"may tie the provision to another condition",
         "agree with the ICS again: proviso answer DOSSIER PROVISION not-applicable"},
    };
    struct arena *arena = reading->loading->arena;

    for (size_t i = 0; i < LEFT_OUT; i++) {
        const struct left_out *left = &reading->others[i];
        if (left->count == 0)
            continue;
        const char *what =
            left->count == 1
                ? arena_printf(arena, "the answer to %s is not carried over",
                               text_string(left->units))
                : arena_printf(arena, "%zu answers are not carried over", left->count);
        const char *why = arena_printf(arena, "edition %s %s: %s", reading->loading->edition,
                                       reasons[i].why, text_string(left->units));
        TRY(mistake_add(reading->loading, &(struct mistake){.severity = MISTAKE_WARNING,
                                                            .line = left->line,
                                                            .what = what,
                                                            .why = why,
                                                            .advice = reasons[i].advice}));
    }
    return NULL;
}

static struct error *no_unit(struct reading *reading, const struct answer *answer)
{
    struct arena *arena = reading->loading->arena;

    return mistake_here(
        reading->loading, answer->entry->line,
        arena_printf(arena, "there is no unit %s", answer->given),
        arena_printf(arena, "TS 103 701 does not list it for edition %s", answer->edition),
        arena_printf(arena, "the ids: proviso list units --edition %s", answer->edition));
}

/*
 * The unit in the edition at hand. An answer that was given under the other edition is carried
 * over where the unit is the same there; otherwise the answer is left out, with a warning.
 */
static struct error *find_unit(struct reading *reading, struct answer *answer)
{
    struct loading *loading = reading->loading;
    struct bytes edition = bytes_trim(yaml_text(answer->entry, "edition"));
    struct translated ids;

    answer->unit = NULL;
    answer->given = answer_tidy(bytes_trim(yaml_text(answer->entry, "unit")), loading->arena);
    answer->edition =
        edition.size == 0 ? loading->written : arena_string(loading->arena, edition);
    if (*answer->given == '\0')
        return mistake_here(reading->loading, answer->entry->line, "this answer names no unit",
                            "it must say what it answers", "write unit: 5.1-1-1-a");
    if (strcmp(answer->edition, loading->edition) == 0) {
        TRY(exists(&reading->known, answer->given, loading->arena, &answer->unit));
        return answer->unit == NULL ? no_unit(reading, answer) : NULL;
    }
    TRY(translate(loading->db, answer->edition, answer->given, loading->arena, &ids));
    if (ids.kind == NULL)
        return no_unit(reading, answer);
    if (ids.same && strcmp(ids.kind, "provision") != 0)
        TRY(exists(&reading->known, ids.ids[0], loading->arena, &answer->unit));
    if (answer->unit == NULL)
        leave_out(reading, answer, &ids);
    return NULL;
}

static struct error *read_outcome(struct reading *reading, struct answer *answer)
{
    static const char *const outcomes[] = {"pass", "fail", "inconclusive", "not-applicable"};
    struct bytes said = bytes_trim(yaml_text(answer->entry, "outcome"));
    bool may = false;

    answer->outcome = NULL;
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        if (name_same(said, outcomes[i]))
            answer->outcome = outcomes[i];
    if (answer->outcome != NULL)
        TRY(answer_outcome(reading->loading->db, answer->unit, answer->outcome, &may));
    if (!may)
        answer->outcome = NULL;
    return NULL;
}

/* What is said of a unit later counts, also when it cannot be read: the earlier is no longer it. */
static struct error *forget(struct reading *reading, const char *unit)
{
    static const char *const statements[] = {"DELETE FROM answer WHERE unit = ?",
                                             "DELETE FROM answer_evidence WHERE unit = ?"};

    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        struct query query;
        TRY(query_open(reading->loading->db, statements[i], &query));
        query_bind_string(&query, 1, unit);
        struct error *error = query_step(&query);
        query_close(&query);
        TRY(error);
    }
    return NULL;
}

static void set_stale(struct answer *answer, const char *why)
{
    if (answer->stale == NULL)
        answer->stale = why;
}

static struct error *check_firmware(struct reading *reading, struct answer *answer)
{
    struct bytes firmware = yaml_text(answer->entry, "firmware");
    bool needs;

    TRY(bind_needs_device(reading->loading->db, answer->unit, &needs));
    if (!needs)
        return NULL;
    if (firmware.size == 0 && *reading->firmware != '\0')
        set_stale(answer, "it does not say on which firmware it was found");
    else if (*reading->firmware != '\0' && !bytes_is(firmware, reading->firmware))
        set_stale(answer, "the firmware has changed since");
    return NULL;
}

static struct error *check_declaration(struct reading *reading, struct answer *answer)
{
    struct arena *arena = reading->loading->arena;
    const struct yaml *declared = yaml_get(answer->entry, "declared");
    struct binding *bindings;
    size_t count;

    TRY(bind_declaration(reading->loading->db, answer->edition, answer->given, arena, &bindings,
                         &count));
    for (size_t i = 0; i < count; i++) {
        struct bytes digest = yaml_text(declared, bindings[i].table);
        if (digest.size == 0)
            set_stale(answer, arena_printf(arena,
                                           "it does not say on which declaration in %s"
                                           " it rests",
                                           bindings[i].table));
        else if (!bytes_is(digest, bindings[i].digest))
            set_stale(answer, arena_printf(arena, "what %s declares for it has changed since",
                                           bindings[i].table));
    }
    return NULL;
}

/* "ok", "missing" or "changed". */
static const char *evidence_state(struct loading *loading, struct bytes file,
                                  struct bytes digest)
{
    const char *now = files_digest(loading->dossier, arena_string(loading->arena, file));

    if (strcmp(now, FILES_ABSENT) == 0)
        return "missing";
    return bytes_is_nocase(digest, now) ? "ok" : "changed";
}

/* An answer that rests on what cannot be found rests on nothing. */
static struct error *no_place(struct reading *reading, struct answer *answer, unsigned line)
{
    set_stale(answer, "its evidence names no file of the dossier");
    return mistake_here(reading->loading, line, "this evidence names no file of the dossier",
                        "evidence is a list of files below the dossier's folder",
                        "let `proviso answer --evidence FILE` put it there");
}

static struct error *read_one(struct reading *reading, struct answer *answer,
                              const struct yaml *one, size_t number)
{
    struct loading *loading = reading->loading;
    struct bytes file = yaml_text(one, "file");

    if (!evidence_is_place(file))
        return no_place(reading, answer, one->line);
    const char *state = evidence_state(loading, file, yaml_text(one, "sha256"));
    if (strcmp(state, "ok") != 0)
        set_stale(answer, arena_printf(loading->arena, "its evidence %.*s is %s",
                                       (int)file.size, (const char *)file.data, state));
    query_bind_string(&reading->evidence, 1, answer->unit);
    query_bind_integer(&reading->evidence, 2, (int64_t)number);
    query_bind_text(&reading->evidence, 3, file);
    query_bind_text(&reading->evidence, 4, yaml_text(one, "sha256"));
    query_bind_integer(&reading->evidence, 5, yaml_integer(one, "size", 0));
    query_bind_text(&reading->evidence, 6, yaml_text(one, "date"));
    query_bind_string(&reading->evidence, 7, state);
    return query_step(&reading->evidence);
}

static struct error *read_evidence(struct reading *reading, struct answer *answer)
{
    const struct yaml *list = yaml_get(answer->entry, "evidence");

    if (list == NULL || yaml_is_null(list))
        return NULL;
    if (list->kind != YAML_LIST)
        return no_place(reading, answer, list->line);
    for (size_t i = 0; i < list->count; i++)
        TRY(read_one(reading, answer, &list->items[i], i));
    return NULL;
}

static struct error *write_answer(struct reading *reading, const struct answer *answer)
{
    struct query *insert = &reading->insert;
    struct bytes because = yaml_text(answer->entry, "because");
    int64_t observation;
    struct declared_row row = {.table = "answer",
                               .entry = bytes_of(answer->unit),
                               .excerpt = because,
                               .line = answer->entry->line};

    TRY(load_declaration(reading->loading, &row, &observation));
    query_bind_string(insert, 1, answer->unit);
    query_bind_string(insert, 2, answer->outcome);
    query_bind_text(insert, 3, because);
    query_bind_text(insert, 4, yaml_text(answer->entry, "by"));
    query_bind_text(insert, 5, yaml_text(answer->entry, "at"));
    query_bind_string(insert, 6, answer->stale);
    query_bind_integer(insert, 7, answer->entry->line);
    query_bind_integer(insert, 8, observation);
    query_bind_string(insert, 9,
                      strcmp(answer->unit, answer->given) == 0 ? NULL : answer->given);
    return query_step(insert);
}

/* The last answer to a unit is the one that counts: the file is also its history. */
static struct error *read_answer(struct reading *reading, const struct yaml *entry)
{
    static const char *const known[] = {"unit", "edition",  "outcome",  "because", "by",
                                        "at",   "evidence", "firmware", "declared"};
    struct answer answer = {.entry = entry};

    if (entry->kind != YAML_MAP)
        return mistake_here(reading->loading, entry->line, "this is no answer",
                            "an answer is a map of unit, outcome and because",
                            "see doc/dossier.md, or use proviso answer");
    TRY(load_keys(reading->loading, entry, "an answer", known, COUNT_OF(known)));
    TRY(find_unit(reading, &answer));
    if (answer.unit == NULL)
        return NULL;
    TRY(forget(reading, answer.unit));
    TRY(read_outcome(reading, &answer));
    if (answer.outcome == NULL)
        return mistake_here(
            reading->loading, entry->line,
            arena_printf(reading->loading->arena, "the answer to %s has no outcome",
                         answer.unit),
            "an outcome is pass, fail or inconclusive; of a provision not-applicable",
            "write outcome: pass");
    if (bytes_trim(yaml_text(entry, "because")).size == 0)
        return mistake_here(reading->loading, entry->line,
                            arena_printf(reading->loading->arena,
                                         "the answer to %s gives no reason", answer.unit),
                            "an outcome without a reason cannot be signed", "write because: …");
    TRY(check_firmware(reading, &answer));
    TRY(check_declaration(reading, &answer));
    TRY(read_evidence(reading, &answer));
    return write_answer(reading, &answer);
}

static struct error *read_list(struct reading *reading, const struct yaml *list)
{
    struct error *error = NULL;

    for (size_t i = 0; i < list->count && error == NULL; i++)
        error = read_answer(reading, &list->items[i]);
    if (error == NULL)
        error = tell_left_out(reading);
    for (size_t i = 0; i < LEFT_OUT; i++)
        text_free(reading->others[i].units);
    return error;
}

struct error *load_answers(struct loading *loading)
{
    struct reading reading = {.loading = loading};
    static const char *const keys[] = {"answers"};
    const struct yaml *file, *list;

    TRY(load_file(loading, "answers.yaml", &file));
    if (file == NULL)
        return NULL;
    TRY(load_list(loading, file, keys, COUNT_OF(keys), &list));
    if (list == NULL)
        return NULL;
    TRY(bind_firmware(loading->db, loading->arena, &reading.firmware));
    struct error *error =
        query_open(loading->db, "INSERT OR REPLACE INTO answer VALUES(?,?,?,?,?,?,?,?,?)",
                   &reading.insert);
    if (error == NULL)
        error = query_open(loading->db,
                           "INSERT OR REPLACE INTO answer_evidence VALUES(?,?,?,?,?,?,?)",
                           &reading.evidence);
    if (error == NULL)
        error = query_open(loading->db, ANSWER_UNIT_SQL, &reading.known);
    if (error == NULL)
        error = read_list(&reading, list);
    query_close(&reading.insert);
    query_close(&reading.evidence);
    query_close(&reading.known);
    return error;
}
