#include "dossier/draft_write.h"

#include <string.h>

#include "dossier/template.h"
#include "dossier/yaml_write.h"

/* What an entry is written from. */
struct writing {
    const struct proposals *proposals;
    const char *edition;
    struct arena *arena;
};

/* The fields of the table that the firmware tells nothing of. */
static void add_empty(const struct proposal *proposal, const char *edition, struct text *out)
{
    const struct form_table *table = proposal->table;
    bool first = true;

    for (size_t i = 0; i < table->field_count; i++) {
        const char *name = template_field_name(&table->fields[i], edition);
        bool filled = name == NULL || table->fields[i].kind == FIELD_ID;
        for (size_t j = 0; j < proposal->field_count; j++)
            filled = filled || proposal->fields[j].field == &table->fields[i];
        if (filled)
            continue;
        text_addf(out, "%s%s", first ? ". Empty: " : ", ", name);
        first = false;
    }
}

const char *draft_evidence(const struct proposal *proposal, const char *edition,
                           struct arena *arena)
{
    size_t count = proposal->evidence_count;
    owned(text) out = text_new();

    text_addf(out, "evidence: %s", text_string(proposal->evidence));
    if (count > LIMIT_DRAFT_EVIDENCE)
        text_addf(out, " and %zu more", count - LIMIT_DRAFT_EVIDENCE);
    text_addf(out, ". Confirm, and say %s", proposal->ask);
    add_empty(proposal, edition, out);
    return arena_string(arena, text_bytes(out));
}

/* KEY is PATTERN, or begins with it up to a "*". */
static bool key_fits(const char *key, struct bytes pattern)
{
    if (!bytes_ends(pattern, "*"))
        return bytes_is(pattern, key);
    size_t size = pattern.size - 1;
    return strlen(key) >= size &&
           bytes_equal(bytes_slice(bytes_of(key), 0, size), bytes_slice(pattern, 0, size));
}

static bool is_meant(const struct proposal *proposal, const struct proposal_field *field)
{
    struct bytes rest = field->text, key;

    if (proposal->table != field->target || proposal->id == NULL)
        return false;
    while (bytes_next_line(&rest, &key))
        if (key.size > 0 && key_fits(proposal->key, key))
            return true;
    return false;
}

/* The IDs of the entries that the keys of FIELD mean; as items of a list. */
static void write_reference(const struct writing *writing, struct yaml_writer *writer,
                            const struct proposal_field *field, const char *name)
{
    owned(text) seen = text_new(); /* several proposals may mean one entry of a person */

    for (size_t i = 0; i < writing->proposals->count; i++) {
        const struct proposal *other = writing->proposals->items[i];
        if (!is_meant(other, field))
            continue;
        const char *id = arena_printf(writing->arena, "\n%s\n", other->id);
        if (bytes_contains(text_bytes(seen), id))
            continue;
        if (seen->size == 0)
            yaml_write_open(writer, name);
        text_add(seen, id);
        yaml_write_item(writer, bytes_of(other->id));
    }
    if (seen->size > 0)
        yaml_write_close(writer);
}

static void write_field(const struct writing *writing, struct yaml_writer *writer,
                        const struct proposal_field *field)
{
    const char *name = template_field_name(field->field, writing->edition);
    struct bytes rest = field->text, part;

    if (name == NULL)
        return;
    if (field->target != NULL) {
        write_reference(writing, writer, field, name);
        return;
    }
    if (field->field->kind != FIELD_ENUM_LIST && field->field->kind != FIELD_LIST) {
        yaml_write_text(writer, name, field->text);
        return;
    }
    yaml_write_open(writer, name);
    while (bytes_next_field(&rest, ';', &part))
        yaml_write_item(writer, bytes_trim(part));
    yaml_write_close(writer);
}

void draft_entry(const struct proposals *proposals, const struct proposal *proposal,
                 const char *edition, struct arena *arena, struct text *out)
{
    struct writing writing = {proposals, edition, arena};
    struct yaml_writer writer = {.out = out};
    const struct form_table *table = proposal->table;

    yaml_write_item_open(&writer);
    for (size_t i = 0; i < table->field_count; i++) {
        const char *name = template_field_name(&table->fields[i], edition);
        if (table->fields[i].kind == FIELD_ID && name != NULL)
            yaml_write_string(&writer, name, proposal->id);
        for (size_t j = 0; j < proposal->field_count; j++)
            if (proposal->fields[j].field == &table->fields[i])
                write_field(&writing, &writer, &proposal->fields[j]);
    }
    yaml_write_string(&writer, "drafted", draft_evidence(proposal, edition, arena));
    yaml_write_close(&writer);
}

void draft_ledger_line(const struct proposal *proposal, struct text *out)
{
    struct yaml_writer writer = {.out = out};

    yaml_write_item_open(&writer);
    yaml_write_string(&writer, "table", proposal->table->name);
    yaml_write_string(&writer, "key", proposal->key);
    yaml_write_string(&writer, "id", proposal->id);
    yaml_write_string(&writer, "shows", proposal->shows);
    yaml_write_close(&writer);
}
