#include "dossier/journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/yaml.h"
#include "dossier/evidence.h"
#include "dossier/files.h"

static const char first[] = "0000000000000000000000000000000000000000000000000000000000000000";

static const char *hash_of(struct arena *arena, struct bytes text)
{
    struct sha256 hash = hash_sha256(text);

    return arena_hex(arena, bytes_from(hash.bytes, sizeof hash.bytes));
}

static const char *string_at(const struct yaml *map, const char *key, struct arena *arena)
{
    const char *string = yaml_string(map, key, arena);

    return string == NULL ? "" : string;
}

static void add_digests(struct dossier *dossier, struct journal_line *line,
                        const struct yaml *map, size_t *capacity)
{
    for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->count; i++) {
        size_t other = *capacity;
        line->names = arena_grow(dossier->arena, line->names, &other, line->file_count + 1,
                                 sizeof *line->names);
        line->digests = arena_grow(dossier->arena, line->digests, capacity,
                                   line->file_count + 1, sizeof *line->digests);
        line->names[line->file_count] = arena_string(dossier->arena, map->keys[i].text);
        line->digests[line->file_count++] = arena_string(dossier->arena, map->items[i].text);
    }
}

/* Is the line's own hash right, and does it follow from BEFORE? */
static void check_line(struct arena *arena, struct bytes text, const char *before, size_t n,
                       struct journal_line *line)
{
    static const char mark[] = ",\"hash\":\"";
    owned(text) body = text_new();

    if (text.size < sizeof mark - 1 + 66) {
        line->fault = "it is too short";
        return;
    }
    text_add_bytes(body, bytes_slice(text, 0, text.size - (sizeof mark - 1) - 66));
    text_add_char(body, '}');
    if (strcmp(hash_of(arena, text_bytes(body)), line->hash) != 0)
        line->fault = "its hash does not fit what it says";
    else if (strcmp(line->before, before) != 0)
        line->fault = "it does not follow from the line before";
    else if (line->n != (int64_t)n)
        line->fault = "its number is out of order";
}

static void read_line(struct dossier *dossier, struct bytes text, const char *before, size_t n,
                      struct journal_line *line)
{
    struct arena *arena = dossier->arena;
    const struct yaml *map = NULL;
    size_t capacity = 0;
    struct error *error = yaml_read(text, JOURNAL_NAME, arena, &map); /* JSON is YAML */

    *line = (struct journal_line){.at = "", .by = "", .did = "", .before = "", .hash = ""};
    if (error != NULL || map->kind != YAML_MAP) {
        error_free(error);
        line->fault = "it cannot be read";
        return;
    }
    line->n = yaml_integer(map, "n", -1);
    line->at = string_at(map, "at", arena);
    line->by = string_at(map, "by", arena);
    line->did = string_at(map, "did", arena);
    line->before = string_at(map, "before", arena);
    line->hash = string_at(map, "hash", arena);
    add_digests(dossier, line, yaml_get(map, "wrote"), &capacity);
    line->wrote_count = line->file_count;
    add_digests(dossier, line, yaml_get(map, "found"), &capacity);
    check_line(arena, text, before, n, line);
}

static int by_name_and_place(const void *a, const void *b)
{
    const struct journal_known *one = a, *other = b;
    int order = strcmp(one->name, other->name);

    return order != 0 ? order : one->place < other->place ? -1 : one->place > other->place;
}

/* A stranger's journal may name many files: each is looked for among all names once. */
static void gather_known(struct dossier *dossier, struct journal *journal)
{
    size_t capacity = 0, all = 0, kept = 0;
    struct journal_known *known = NULL;

    for (size_t i = 0; i < journal->count; i++)
        for (size_t j = 0; j < journal->lines[i].file_count; j++) {
            known = arena_grow(dossier->arena, known, &capacity, all + 1, sizeof *known);
            known[all] = (struct journal_known){journal->lines[i].names[j],
                                                journal->lines[i].digests[j], all};
            all++;
        }
    if (all > 1)
        qsort(known, all, sizeof *known, by_name_and_place);
    for (size_t i = 0; i < all; i++)
        if (i + 1 == all || strcmp(known[i].name, known[i + 1].name) != 0)
            known[kept++] = known[i];
    journal->known = known;
    journal->known_count = kept;
}

struct error *journal_read(struct dossier *dossier, struct journal *out)
{
    struct bytes content, text;
    size_t capacity = 0;
    const char *before = first;

    *out = (struct journal){.count = 0};
    TRY(dossier_file(dossier, JOURNAL_NAME, &content));
    while (bytes_next_line(&content, &text)) {
        out->lines = arena_grow(dossier->arena, out->lines, &capacity, out->count + 1,
                                sizeof *out->lines);
        struct journal_line *line = &out->lines[out->count++];
        read_line(dossier, text, before, out->count, line);
        before = line->hash;
    }
    gather_known(dossier, out);
    return NULL;
}

const char *journal_digest(const struct journal *journal, const char *name)
{
    struct journal_known wanted = {.name = name, .place = SIZE_MAX};
    size_t low = 0, high = journal->known_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_name_and_place(&journal->known[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && strcmp(journal->known[low - 1].name, name) == 0
               ? journal->known[low - 1].digest
               : NULL;
}

static const char *hash_before(const struct journal *journal)
{
    return journal->count == 0 ? first : journal->lines[journal->count - 1].hash;
}

static void add_pair(struct text *out, bool *is_first, const char *name, const char *digest)
{
    if (!*is_first)
        text_add_char(out, ',');
    *is_first = false;
    text_add_json(out, bytes_of(name));
    text_addf(out, ":\"%s\"", digest);
}

static bool is_written(const char *name, const struct journal_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(files[i].name, name) == 0)
            return true;
    return false;
}

/* Files that changed since the last step that named them, without the program. */
static void add_found(struct dossier *dossier, const struct journal *journal,
                      const struct journal_file *files, size_t count, struct text *out)
{
    struct files_list list;
    bool is_first = true;

    files_list(dossier, &list);
    for (size_t i = 0; i < list.count; i++) {
        const char *known = journal_digest(journal, list.names[i]);
        const char *digest = files_digest(dossier, list.names[i]);
        if (!is_written(list.names[i], files, count) &&
            (known == NULL || strcmp(known, digest) != 0))
            add_pair(out, &is_first, list.names[i], digest);
    }
    for (size_t i = 0; i < journal->known_count; i++) { /* those that went */
        const struct journal_known *known = &journal->known[i];
        if (strcmp(known->digest, FILES_ABSENT) != 0 &&
            !is_written(known->name, files, count) && !dossier_has(dossier, known->name))
            add_pair(out, &is_first, known->name, FILES_ABSENT);
    }
}

static void make_line(struct dossier *dossier, const struct journal *journal,
                      const struct journal_actor *actor, const char *did,
                      const struct journal_file *files, size_t count, struct text *out)
{
    bool is_first = true;

    text_addf(out, "{\"n\":%zu,\"at\":", journal->count + 1);
    text_add_json(out, bytes_of(actor->at));
    text_add(out, ",\"by\":");
    text_add_json(out, bytes_of(actor->by));
    text_add(out, ",\"did\":");
    text_add_json(out, bytes_of(did));
    text_add(out, ",\"wrote\":{");
    for (size_t i = 0; i < count; i++)
        add_pair(out, &is_first, files[i].name, hash_of(dossier->arena, files[i].content));
    text_add(out, "},\"found\":{");
    add_found(dossier, journal, files, count, out);
    text_addf(out, "},\"before\":\"%s\"", hash_before(journal));
    owned(text) body = text_new();
    text_add_bytes(body, text_bytes(out));
    text_add_char(body, '}');
    text_addf(out, ",\"hash\":\"%s\"}\n", hash_of(dossier->arena, text_bytes(body)));
}

/* A line that could not be read again would close the dossier for good: it is not written. */
static struct error *check_new(struct dossier *dossier, const struct journal *journal,
                               struct bytes content)
{
    struct journal_line line;
    struct bytes text = bytes_of(NULL);

    (void)bytes_next_line(&content, &text);
    read_line(dossier, text, hash_before(journal), journal->count + 1, &line);
    if (line.fault == NULL && content.size == 0)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_USAGE, "what is said in it is no plain text"),
                                 "cannot add a line to %s",
                                 dossier_path(dossier, JOURNAL_NAME)),
                      "write names and remarks in UTF-8, without control characters");
}

struct error *journal_step(struct dossier *dossier, const struct journal_actor *actor,
                           const char *did, const struct journal_file *files, size_t count)
{
    owned(text) line = text_new();
    struct journal journal;
    struct error *error = NULL;
    size_t prepared = 0;

    TRY(journal_read(dossier, &journal));
    for (size_t i = 0; i < journal.count; i++)
        if (journal.lines[i].fault != NULL)
            return error_hint(error_wrap(error_new(ERROR_USAGE, "line %zu: %s", i + 1,
                                                   journal.lines[i].fault),
                                         "%s is damaged", dossier_path(dossier, JOURNAL_NAME)),
                              "bring it back from your version control; proviso verify %s says "
                              "more",
                              dossier->folder);
    make_line(dossier, &journal, actor, did, files, count, line);
    TRY(check_new(dossier, &journal, text_bytes(line)));
    for (; prepared < count && error == NULL; prepared++)
        error = files_prepare(dossier, files[prepared].name, files[prepared].content);
    if (error == NULL)
        error = files_append(dossier, JOURNAL_NAME, text_bytes(line));
    if (error != NULL) {
        for (size_t i = 0; i < prepared; i++)
            files_discard(dossier, files[i].name);
        return error;
    }
    for (size_t i = 0; i < count && error == NULL; i++)
        error = files_commit(dossier, files[i].name);
    return error;
}

/* A last line by half was never acknowledged. One that is whole but for its end stays. */
static struct error *mend_tail(struct dossier *dossier)
{
    struct journal journal;
    struct bytes content;
    size_t end;

    TRY(dossier_file(dossier, JOURNAL_NAME, &content));
    for (end = content.size; end > 0 && bytes_at(content, end - 1) != '\n'; end--)
        ;
    if (end == content.size)
        return NULL;
    TRY(journal_read(dossier, &journal));
    if (journal.lines[journal.count - 1].fault == NULL)
        return files_append(dossier, JOURNAL_NAME, bytes_of("\n"));
    return files_cut(dossier, JOURNAL_NAME, end);
}

struct error *journal_recover(struct dossier *dossier)
{
    struct files_list list;
    struct journal journal;

    TRY(mend_tail(dossier));
    files_discard(dossier, EVIDENCE_WAITING);
    files_list(dossier, &list);
    if (list.waiting_count == 0)
        return NULL;
    TRY(journal_read(dossier, &journal));
    const struct journal_line *last =
        journal.count == 0 ? NULL : &journal.lines[journal.count - 1];
    for (size_t i = 0; i < list.waiting_count; i++) {
        const char *name = list.waiting[i];
        const char *digest =
            files_digest(dossier, arena_printf(dossier->arena, "%s.new", name));
        bool named = false;
        for (size_t j = 0; last != NULL && j < last->wrote_count; j++)
            named = named || (strcmp(last->names[j], name) == 0 &&
                              strcmp(last->digests[j], digest) == 0);
        if (named)
            TRY(files_commit(dossier, name));
        else
            files_discard(dossier, name);
    }
    return NULL;
}
