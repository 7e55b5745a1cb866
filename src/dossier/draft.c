#include "dossier/draft.h"

#include <string.h>

#include "dossier/amend.h"
#include "dossier/draft_file.h"
#include "dossier/draft_other.h"
#include "dossier/draft_write.h"
#include "dossier/files.h"
#include "dossier/template.h"

/* One run. */
struct drafting {
    struct dossier *dossier;
    struct arena *arena;
    const char *edition;
    struct form form;
    struct draft_file *files; /* in the order of the form's tables */
    struct draft_ledger ledger;
    struct proposals proposals;
    struct draft_result *result;
    size_t note_capacity;
    struct journal_file *written;
    size_t written_count, written_capacity;
};

static struct draft_file *file_of(struct drafting *drafting, const struct form_table *table)
{
    return &drafting->files[table - drafting->form.tables];
}

static void note(struct drafting *drafting, const char *place, const char *text)
{
    struct draft_result *result = drafting->result;

    result->notes = arena_grow(drafting->arena, result->notes, &drafting->note_capacity,
                               result->note_count + 1, sizeof *result->notes);
    result->notes[result->note_count++] = (struct draft_note){place, text};
}

static void write(struct drafting *drafting, const char *name, struct bytes content)
{
    drafting->written =
        arena_grow(drafting->arena, drafting->written, &drafting->written_capacity,
                   drafting->written_count + 1, sizeof *drafting->written);
    drafting->written[drafting->written_count++] = (struct journal_file){name, content};
}

static const struct draft_line *ledger_line(const struct drafting *drafting,
                                            const struct proposal *proposal)
{
    const struct draft_ledger *ledger = &drafting->ledger;

    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->lines[i].table == proposal->table &&
            strcmp(ledger->lines[i].key, proposal->key) == 0)
            return &ledger->lines[i];
    return NULL;
}

/*
 * The unconfirmed entry that was drafted from the same, where drafts.yaml does not have it: a
 * person may have removed that file, or brought the entry from another dossier.
 */
static struct draft_standing *lost_entry(const struct drafting *drafting,
                                         struct draft_file *file,
                                         const struct proposal *proposal)
{
    const char *evidence = draft_evidence(proposal, drafting->edition, drafting->arena);

    for (size_t i = 0; i < file->entry_count; i++) {
        struct draft_standing *entry = &file->entries[i];
        if (!entry->ours && *entry->id != '\0' && bytes_is(entry->drafted, evidence)) {
            entry->ours = true;
            return entry;
        }
    }
    return NULL;
}

/* An entry of a person that speaks of the same thing, or NULL. */
static const struct draft_standing *same_entry(const struct drafting *drafting,
                                               const struct draft_file *file,
                                               const struct proposal *proposal)
{
    for (size_t i = 0; file->entry_count > 0 && i < proposal->same_count; i++) {
        struct bytes wanted = draft_words(bytes_of(proposal->same[i]), drafting->arena);
        for (size_t j = 0; j < file->entry_count; j++)
            if (!file->entries[j].ours && draft_has_words(file->entries[j].words, wanted))
                return &file->entries[j];
    }
    return NULL;
}

/* The image shows it otherwise than when it was drafted, and the entry has not followed. */
static void compare(struct drafting *drafting, const struct draft_file *file,
                    const struct proposal *proposal, const struct draft_line *line,
                    const struct draft_standing *entry)
{
    if (strcmp(line->shows, proposal->shows) == 0 ||
        draft_has_words(entry->words, draft_words(bytes_of(proposal->shows), drafting->arena)))
        return;
    note(drafting, file->name,
         arena_printf(drafting->arena, "%s was drafted from \"%s\"; the image now shows \"%s\"",
                      entry->id, line->shows, proposal->shows));
}

static void settle(struct drafting *drafting, struct proposal *proposal)
{
    struct draft_file *file = file_of(drafting, proposal->table);
    const struct draft_line *line = ledger_line(drafting, proposal);
    const struct draft_standing *entry = line == NULL ? NULL : draft_standing(file, line->id);

    if (entry != NULL) {
        proposal->state = PROPOSAL_KNOWN;
        proposal->id = entry->id;
        compare(drafting, file, proposal, line, entry);
    } else if (line == NULL && (entry = lost_entry(drafting, file, proposal)) != NULL) {
        proposal->state = PROPOSAL_KNOWN;
        proposal->id = entry->id;
        proposal->is_lost = true;
    } else if ((entry = same_entry(drafting, file, proposal)) != NULL) {
        proposal->state = PROPOSAL_SAME;
        proposal->id = *entry->id == '\0' ? NULL : entry->id;
    } else if (line != NULL) {
        proposal->state = PROPOSAL_REMOVED;
    } else if (file->none) {
        proposal->state = PROPOSAL_NONE;
        note(drafting, file->name,
             arena_printf(drafting->arena, "it says none:, and the image shows %s (%s)",
                          proposal->shows, text_string(proposal->evidence)));
    } else if (!proposal->table->is_record) {
        proposal->id = arena_printf(drafting->arena, "%s-%llu", file->prefix,
                                    (unsigned long long)++file->last);
    }
}

/* What was drafted before; IDs are not given twice, even where an entry was removed. */
static void mark_ours(struct drafting *drafting)
{
    for (size_t i = 0; i < drafting->ledger.count; i++) {
        const struct draft_line *line = &drafting->ledger.lines[i];
        if (line->table == NULL)
            continue;
        struct draft_file *file = file_of(drafting, line->table);
        uint64_t number;
        if (form_is_label(line->table, bytes_of(line->id), &number) && number > file->last)
            file->last = number;
        for (size_t j = 0; j < file->entry_count; j++)
            if (strcmp(file->entries[j].id, line->id) == 0)
                file->entries[j].ours = true;
    }
}

/* Entries that were drafted from something that the image no longer shows. */
static void find_gone(struct drafting *drafting)
{
    for (size_t i = 0; i < drafting->ledger.count; i++) {
        const struct draft_line *line = &drafting->ledger.lines[i];
        bool found = false;
        if (line->table == NULL || line->table->is_record)
            continue;
        for (size_t j = 0; !found && j < drafting->proposals.count; j++)
            found = drafting->proposals.items[j]->table == line->table &&
                    strcmp(drafting->proposals.items[j]->key, line->key) == 0;
        const struct draft_file *file = file_of(drafting, line->table);
        if (found || draft_standing(file, line->id) == NULL)
            continue;
        note(drafting, file->name,
             arena_printf(drafting->arena,
                          "%s was drafted from \"%s\", which the image no longer shows",
                          line->id, line->shows));
    }
}

static void count(struct draft_count *counts, const struct proposal *proposal)
{
    switch (proposal->state) {
    case PROPOSAL_NEW:
        counts->added++;
        break;
    case PROPOSAL_KNOWN:
        counts->known++;
        break;
    case PROPOSAL_SAME:
        counts->same++;
        break;
    case PROPOSAL_REMOVED:
        counts->removed++;
        break;
    case PROPOSAL_NONE:
        counts->none++;
        break;
    }
}

static void add_origin(struct draft_count *counts, const char *origin, struct arena *arena)
{
    if (counts->origins == NULL)
        counts->origins = origin;
    else if (strstr(counts->origins, origin) == NULL)
        counts->origins = arena_printf(arena, "%s; %s", counts->origins, origin);
}

/* The new entries of one table. */
static struct error *write_table(struct drafting *drafting, struct draft_file *file,
                                 struct text *ledger)
{
    owned(text) items = text_new();
    struct draft_count counts = {.table = template_table_name(file->table, drafting->edition)};
    size_t proposed = 0;
    struct bytes content;

    for (size_t i = 0; i < drafting->proposals.count; i++) {
        const struct proposal *proposal = drafting->proposals.items[i];
        if (proposal->table != file->table)
            continue;
        proposed++;
        count(&counts, proposal);
        if (proposal->is_lost)
            draft_ledger_line(proposal, ledger);
        if (proposal->state != PROPOSAL_NEW)
            continue;
        add_origin(&counts, proposal->origin, drafting->arena);
        text_add(items, items->size == 0 ? "" : "\n");
        draft_entry(&drafting->proposals, proposal, drafting->edition, drafting->arena, items);
        draft_ledger_line(proposal, ledger);
    }
    if (proposed == 0)
        return NULL;
    drafting->result->counts[drafting->result->count++] = counts;
    if (counts.added == 0)
        return NULL;
    drafting->result->added += counts.added;
    struct amend amend = {file->name, file->content, drafting->arena};
    TRY(amend_append(&amend, "entries", text_bytes(items), &content));
    write(drafting, file->name, content);
    return NULL;
}

static struct error *write_ledger(struct drafting *drafting, struct text *lines)
{
    static const char head[] =
        "# What proviso draft has proposed. It is not proposed again, whether the entry was "
        "kept,\n"
        "# changed or removed. Remove a line here to have it proposed once more.\n"
        "drafts: []\n";
    struct bytes content = drafting->ledger.content;

    if (lines->size == 0)
        return NULL;
    struct amend amend = {DRAFT_LEDGER, content.data == NULL ? bytes_of(head) : content,
                          drafting->arena};
    TRY(amend_append(&amend, "drafts", text_bytes(lines), &content));
    write(drafting, DRAFT_LEDGER, content);
    return NULL;
}

static struct error *write_all(struct drafting *drafting, sqlite3 *db)
{
    owned(text) ledger = text_new();
    struct draft_result *result = drafting->result;
    const struct form_table *user_info = form_table(&drafting->form, bytes_of("2-UserInfo"));
    struct draft_other other = {.dossier = drafting->dossier,
                                .db = db,
                                .edition = drafting->edition,
                                .user_info =
                                    user_info == NULL ? NULL : file_of(drafting, user_info)};

    result->counts = arena_array(drafting->arena, drafting->form.table_count + DRAFT_OTHERS,
                                 sizeof *result->counts);
    for (size_t i = 0; i < drafting->form.table_count; i++)
        if (!drafting->form.tables[i].is_record)
            TRY(write_table(drafting, &drafting->files[i], ledger));
    TRY(draft_other(&other));
    for (size_t i = 0; i < other.written_count; i++) {
        result->counts[result->count++] = other.counts[i];
        write(drafting, other.written[i].name, other.written[i].content);
    }
    for (size_t i = 0; i < other.note_count; i++)
        note(drafting, other.notes[i].place, other.notes[i].text);
    result->added += other.added;
    return write_ledger(drafting, ledger);
}

static struct error *run(struct drafting *drafting, sqlite3 *db,
                         const struct journal_actor *actor)
{
    struct proposals *proposals = &drafting->proposals;

    mark_ours(drafting);
    for (size_t i = 0; i < proposals->count; i++)
        settle(drafting, proposals->items[i]);
    if (proposals->is_cut)
        note(drafting, DRAFT_LEDGER,
             arena_printf(drafting->arena,
                          "the firmware shows more than %d things: the rest is "
                          "not proposed",
                          LIMIT_DRAFT_ENTRIES));
    else
        find_gone(drafting);
    TRY(write_all(drafting, db));
    if (drafting->written_count == 0)
        return NULL;
    TRY(files_folder(drafting->dossier, "ixit"));
    return journal_step(
        drafting->dossier, actor,
        arena_printf(drafting->arena, "draft: %zu from the firmware", drafting->result->added),
        drafting->written, drafting->written_count);
}

struct error *draft_run(struct dossier *dossier, sqlite3 *db, const char *edition,
                        const struct journal_actor *actor, struct draft_result *out)
{
    struct drafting drafting = {
        .dossier = dossier, .arena = dossier->arena, .edition = edition, .result = out};

    *out = (struct draft_result){.count = 0};
    TRY(form_read(db, dossier->arena, &drafting.form));
    TRY(draft_files_read(dossier, &drafting.form, edition, &drafting.files));
    TRY(draft_ledger_read(dossier, &drafting.form, &drafting.ledger));
    TRY(proposals_read(db, &drafting.form, dossier->arena, &drafting.proposals));
    struct error *error = run(&drafting, db, actor);
    proposals_close(&drafting.proposals);
    return error;
}
