#include "dossier/answer.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "dossier/amend.h"
#include "dossier/bind.h"
#include "dossier/evidence.h"
#include "dossier/files.h"
#include "dossier/load.h"
#include "dossier/yaml_write.h"
#include "model/query.h"

static const char answers_name[] = "answers.yaml";

const char *answer_tidy(struct bytes unit, struct arena *arena)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < unit.size; i++)
        if (strchr(" ()\t", (char)bytes_at(unit, i)) == NULL)
            text_add_char(out, (char)bytes_at(unit, i));
    struct bytes tidy = text_bytes(out);
    if (tidy.size < 2)
        return arena_string(arena, tidy);
    char last = (char)bytes_at(tidy, tidy.size - 1);
    if (last >= 'a' && last <= 'z' && bytes_at(tidy, tidy.size - 2) != '-')
        return arena_printf(arena, "%.*s-%c", (int)tidy.size - 1, text_string(out), last);
    return arena_string(arena, tidy);
}

struct error *answer_unit(sqlite3 *db, const char *unit, struct arena *arena, const char **out)
{
    return query_string(db, ANSWER_UNIT_SQL, answer_tidy(bytes_of(unit), arena), arena, out);
}

struct error *answer_outcome(sqlite3 *db, const char *unit, const char *outcome, bool *out)
{
    static const char *const outcomes[] = {"pass", "fail", "inconclusive"};
    struct query query;
    bool provision = false;

    TRY(query_open(db, "SELECT 1 FROM provision WHERE id = ?", &query));
    query_bind_string(&query, 1, unit);
    struct error *error = query_next(&query, &provision);
    query_close(&query);
    *out = provision && strcmp(outcome, "not-applicable") == 0;
    for (size_t i = 0; i < COUNT_OF(outcomes) && !provision; i++)
        *out = *out || strcmp(outcome, outcomes[i]) == 0;
    return error;
}

/* Puts where an answer stands before what is wrong with it. NULL stays NULL. */
static struct error *at_line(struct error *error, const struct answer_given *given)
{
    if (given->line == 0)
        return error_wrap(error, "cannot answer %s", given->unit);
    return error_wrap(error, "cannot answer %s, line %u", given->unit, given->line);
}

static struct error *check_given(sqlite3 *db, struct arena *arena,
                                 const struct answer_given *given, const char **unit)
{
    bool known;

    TRY(answer_unit(db, given->unit, arena, unit));
    if (*unit == NULL)
        return error_hint(
            at_line(error_new(ERROR_USAGE, "the edition at hand has no unit of that name"),
                    given),
            "the names: proviso list units --edition 3.1.3, or 2.1.1");
    TRY(answer_outcome(db, *unit, given->outcome, &known));
    if (!known)
        return error_hint(
            at_line(error_new(ERROR_USAGE, "\"%s\" is no outcome for it", given->outcome),
                    given),
            "say pass, fail or inconclusive of a unit; of a provision not-applicable alone, "
            "where"
            " you agree with the ICS");
    if (given->because == NULL || bytes_trim(bytes_of(given->because)).size == 0)
        return error_hint(at_line(error_new(ERROR_USAGE, "there is no reason"), given),
                          "give one with --because: an outcome without a reason cannot be "
                          "signed");
    if (!bytes_is_text(bytes_of(given->because)))
        return error_hint(
            at_line(error_new(ERROR_USAGE, "the reason is no text in UTF-8"), given),
            "write it in UTF-8, without control characters");
    for (size_t i = 0; i < given->evidence_count; i++)
        TRY(at_line(evidence_check(given->evidence[i]), given));
    return NULL;
}

static struct error *add_evidence(struct dossier *dossier, const struct answer_given *given,
                                  struct yaml_writer *writer)
{
    if (given->evidence_count == 0)
        return NULL;
    yaml_write_open(writer, "evidence");
    for (size_t i = 0; i < given->evidence_count; i++) {
        struct evidence_kept kept;
        TRY(at_line(evidence_keep(dossier, given->evidence[i], &kept), given));
        yaml_write_item_open(writer);
        yaml_write_string(writer, "file", kept.name);
        yaml_write_string(writer, "sha256", kept.sha256);
        yaml_write_string(writer, "size",
                          arena_printf(dossier->arena, "%llu", (unsigned long long)kept.size));
        yaml_write_string(writer, "date", kept.date);
        yaml_write_close(writer);
    }
    yaml_write_close(writer);
    return NULL;
}

static struct error *add_binding(struct dossier *dossier, sqlite3 *db, const char *unit,
                                 const char *edition, struct yaml_writer *writer)
{
    struct binding *bindings;
    const char *firmware;
    size_t count;
    bool needs;

    TRY(bind_needs_device(db, unit, &needs));
    TRY(bind_firmware(db, dossier->arena, &firmware));
    if (needs && *firmware != '\0')
        yaml_write_string(writer, "firmware", firmware);
    TRY(bind_declaration(db, edition, unit, dossier->arena, &bindings, &count));
    if (count == 0)
        return NULL;
    yaml_write_open(writer, "declared");
    for (size_t i = 0; i < count; i++)
        yaml_write_string(writer, bindings[i].table, bindings[i].digest);
    yaml_write_close(writer);
    return NULL;
}

static struct error *add_answer(struct dossier *dossier, sqlite3 *db,
                                const struct journal_actor *actor,
                                const struct answer_given *given, const char *unit,
                                const char *edition, struct yaml_writer *writer)
{
    yaml_write_item_open(writer);
    yaml_write_string(writer, "unit", unit);
    yaml_write_string(writer, "edition", edition);
    yaml_write_string(writer, "outcome", given->outcome);
    yaml_write_text(writer, "because", bytes_trim(bytes_of(given->because)));
    yaml_write_string(writer, "by", given->by == NULL ? actor->by : given->by);
    yaml_write_string(writer, "at", actor->at);
    TRY(add_evidence(dossier, given, writer));
    TRY(add_binding(dossier, db, unit, edition, writer));
    yaml_write_close(writer);
    return NULL;
}

/* A file that a person broke is not made worse. */
static struct error *check_file(struct bytes content, struct arena *arena)
{
    const struct yaml *file;
    struct error *error = yaml_read(content, answers_name, arena, &file);

    return error_hint(error_wrap(error, "cannot add to %s", answers_name),
                      "mend the file first: proviso check shows the line");
}

struct error *answer_write(struct dossier *dossier, sqlite3 *db,
                           const struct journal_actor *actor, const struct answer_given *given,
                           size_t count)
{
    owned(text) entries = text_new();
    struct yaml_writer writer = {.out = entries};
    struct bytes before, after;
    const char *edition;

    TRY(dossier_file(dossier, answers_name, &before));
    TRY(check_file(before, dossier->arena));
    TRY(query_string(db, "SELECT value FROM meta WHERE key = 'edition'", NULL, dossier->arena,
                     &edition));
    const char **units = arena_array(dossier->arena, count, sizeof *units);
    for (size_t i = 0; i < count; i++) /* all of them before the first leaves a trace */
        TRY(check_given(db, dossier->arena, &given[i], &units[i]));
    for (size_t i = 0; i < count; i++)
        TRY(add_answer(dossier, db, actor, &given[i], units[i], edition, &writer));
    struct amend amend = {answers_name, before, dossier->arena};
    TRY(amend_append(&amend, "answers", text_bytes(entries), &after));
    struct journal_file file = {.name = answers_name, .content = after};
    const char *did = count == 1 ? arena_printf(dossier->arena, "answer %s %s", given[0].unit,
                                                given[0].outcome)
                                 : arena_printf(dossier->arena, "answer %zu units", count);
    return journal_step(dossier, actor, did, &file, 1);
}

static const char *beside(struct arena *arena, const char *file, struct bytes path)
{
    const char *slash = strrchr(file, '/');

    if (slash == NULL || bytes_at(path, 0) == '/')
        return arena_string(arena, path);
    return arena_printf(arena, "%.*s/%.*s", (int)(slash - file), file, (int)path.size,
                        (const char *)path.data);
}

static void read_evidence(struct arena *arena, const char *file, const struct yaml *list,
                          struct answer_given *out)
{
    size_t most = list == NULL ? 0 : list->kind == YAML_SCALAR ? 1 : list->count;

    out->evidence = arena_array(arena, most + 1, sizeof *out->evidence);
    for (size_t i = 0; i < most; i++) {
        const struct yaml *one = list->kind == YAML_SCALAR ? list : &list->items[i];
        struct bytes path = one->kind == YAML_MAP ? yaml_text(one, "file") : one->text;
        if (path.size > 0)
            out->evidence[out->evidence_count++] = beside(arena, file, path);
    }
}

/* A key that means nothing here would be evidence, or a reason, that is lost. */
static struct error *check_keys(const char *file, const struct yaml *entry)
{
    static const char *const known[] = {"unit", "outcome", "because", "evidence", "by"};

    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++) {
        bool found = false;
        for (size_t j = 0; j < COUNT_OF(known); j++)
            found = found || bytes_is(entry->keys[i].text, known[j]);
        if (!found)
            return error_hint(
                error_wrap(error_new(ERROR_USAGE, "an answer has no \"%.*s\"",
                                     (int)entry->keys[i].text.size,
                                     (const char *)entry->keys[i].text.data),
                           "%s:%u", file, entry->keys[i].line),
                "it has unit, outcome, because, evidence and by: see doc/dossier.md");
    }
    return NULL;
}

struct error *answer_read(const char *file, struct arena *arena, struct answer_given **out,
                          size_t *count)
{
    const struct yaml *tree;
    struct bytes content;

    TRY(file_read(file, LIMIT_DOSSIER_FILE, arena, &content));
    struct error *error = yaml_read(content, file, arena, &tree);
    if (error != NULL)
        return error_hint(error_wrap(error, "cannot read the answers"), "see doc/dossier.md");
    const struct yaml *list = tree->kind == YAML_LIST ? tree : yaml_get(tree, "answers");
    if (list == NULL || list->kind != YAML_LIST || list->count == 0)
        return error_hint(error_new(ERROR_USAGE, "%s holds no list of answers", file),
                          "write a list: - unit: …, outcome: …, because: …");
    *out = arena_array(arena, list->count, sizeof **out);
    *count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *entry = &list->items[i];
        struct answer_given *given = &(*out)[i];
        TRY(check_keys(file, entry));
        const char *unit = yaml_string(entry, "unit", arena);
        const char *outcome = yaml_string(entry, "outcome", arena);
        *given = (struct answer_given){.unit = unit == NULL ? "(no unit)" : unit,
                                       .outcome = outcome == NULL ? "" : outcome,
                                       .because = yaml_string(entry, "because", arena),
                                       .by = yaml_string(entry, "by", arena),
                                       .line = entry->line};
        read_evidence(arena, file, yaml_get(entry, "evidence"), given);
    }
    return NULL;
}
