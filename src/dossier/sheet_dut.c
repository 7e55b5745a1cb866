#include <string.h>

#include "dossier/load.h"
#include "dossier/sheet_files.h"

/* product.yaml: facts by name, put back into the maps and lists that their keys tell. */

#define MOST_OTHERS 400U /* keys that are no known fact: "firmware.1.version" */
#define KEY_PARTS   8U   /* maps and lists inside each other */

struct facts {
    struct sheet_facts known;
    struct arena *arena;
    const char *others[MOST_OTHERS];
    size_t other_count;
};

static int match_fact(void *context, struct bytes heading)
{
    struct facts *facts = context;
    struct sheet_spellings spellings = sheet_spellings(heading);
    const char *key = NULL;

    for (size_t i = 0; i < spellings.count && key == NULL; i++)
        key = sheet_fact_key(&facts->known, spellings.list[i], facts->arena);

    if (key == NULL)
        return GRID_NONE;
    for (size_t i = 0; i < facts->known.count; i++)
        if (strcmp(facts->known.list[i].key, key) == 0)
            return (int)i;
    for (size_t i = 0; i < facts->other_count; i++)
        if (strcmp(facts->others[i], key) == 0)
            return (int)(facts->known.count + i);
    if (facts->other_count == MOST_OTHERS)
        return GRID_NONE;
    facts->others[facts->other_count++] = key;
    return (int)(facts->known.count + facts->other_count - 1);
}

/* Titles of sections that say whose name and address follow. */
static const struct {
    const char *titles, *whose;
} sections[] = {
    {"supplier organisation|supplier organization|supplier organisation so|supplier|so|vendor|"
     "manufacturer|information on the manufacturer|manufacturer information",
     "manufacturer"},
    {"test laboratory|test laboratory tl|testing laboratory|laboratory|tl|assessment body|"
     "laboratory information",
     "laboratory"},
};

static const struct {
    const char *words, *part;
} parts[] = {
    {"name|organisation|organization|company|company name|legal name", "name"},
    {"address|postal address", "address"},
    {"contact|contact person|e mail|email|contact details", "contact"},
};

/* HEADING of the section TITLE: "Name" of the supplier is not the name of the product. */
static int match_section(void *context, struct bytes title, struct bytes heading)
{
    struct facts *facts = context;

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (!sheet_word_among(heading, parts[i].words))
            continue;
        for (size_t j = 0; j < COUNT_OF(sections); j++)
            if (sheet_word_among(title, sections[j].titles))
                return match_fact(facts,
                                  bytes_of(arena_printf(facts->arena, "%s.%s",
                                                        sections[j].whose, parts[i].part)));
        /* of the importer, the client …: nothing that a dossier asks for */
        if (!bytes_contains(title, "DUT") && !sheet_word_among(title, "device|product") &&
            !bytes_contains(title, "dentification"))
            return GRID_NONE;
    }
    return match_fact(facts, heading);
}

/* A fact that is filled in: its key cut at the dots, and its value. */
struct fact {
    struct bytes parts[KEY_PARTS];
    size_t part_count;
    struct bytes value;
    bool is_list;
};

struct writing {
    struct importing *importing;
    const struct book_sheet *sheet;
    struct yaml_writer writer;
    struct fact *facts;
    size_t count;
};

/* Does fact I lie where fact OF lies, as far as the first DEPTH parts of their keys? */
static bool is_below(const struct writing *writing, size_t i, size_t of, size_t depth)
{
    const struct fact *a = &writing->facts[i], *b = &writing->facts[of];

    if (a->part_count < depth || b->part_count < depth)
        return false;
    for (size_t j = 0; j < depth; j++)
        if (!bytes_equal(a->parts[j], b->parts[j]))
            return false;
    return true;
}

/* The first fact of the group that has the key of fact OF at DEPTH; was it written before? */
static bool is_first(const struct writing *writing, size_t of, size_t depth)
{
    for (size_t i = 0; i < of; i++)
        if (is_below(writing, i, of, depth + 1))
            return false;
    return true;
}

/* Are the keys below the first DEPTH parts of fact OF 0, 1, 2 … in order? Then it is a list. */
static bool is_list(const struct writing *writing, size_t of, size_t depth)
{
    uint64_t next = 0, number;

    for (size_t i = 0; i < writing->count; i++) {
        if (!is_below(writing, i, of, depth))
            continue;
        if (writing->facts[i].part_count <= depth ||
            !bytes_to_u64(writing->facts[i].parts[depth], &number) || number > next)
            return false;
        if (number == next)
            next++;
    }
    return next > 0;
}

static void write_fact(struct yaml_writer *writer, const struct fact *fact, bool item)
{
    struct bytes key = fact->parts[fact->part_count - 1];
    char name[104] = "";

    if (item) {
        yaml_write_item(writer, fact->value);
        return;
    }
    mem_copy(name, key.data, key.size < sizeof name ? key.size : 0);
    sheet_write_value(writer, name, fact->is_list ? FIELD_ENUM_LIST : FIELD_TEXT, fact->value);
}

static void write_group(struct writing *writing, size_t of, size_t depth)
{
    struct yaml_writer *writer = &writing->writer;
    bool list = depth > 0 && is_list(writing, of, depth);

    for (size_t i = 0; i < writing->count; i++) {
        const struct fact *fact = &writing->facts[i];
        char name[104] = "";
        if (!is_below(writing, i, of, depth) || fact->part_count <= depth ||
            !is_first(writing, i, depth))
            continue;
        if (fact->part_count == depth + 1) {
            write_fact(writer, fact, list);
            continue;
        }
        if (list) {
            yaml_write_item_open(writer);
        } else {
            struct bytes key = fact->parts[depth];
            mem_copy(name, key.data, key.size < sizeof name ? key.size : 0);
            yaml_write_open(writer, name);
        }
        write_group(writing, i, depth + 1);
        yaml_write_close(writer);
    }
}

static bool cut_key(const char *key, struct fact *fact)
{
    struct bytes rest = bytes_of(key), part;

    while (bytes_next_field(&rest, '.', &part)) {
        if (fact->part_count == KEY_PARTS || part.size == 0 || part.size > 100)
            return false;
        fact->parts[fact->part_count++] = part;
    }
    return fact->part_count > 0;
}

/* A value that stands both for itself and for a map, "firmware" and "firmware.0.version". */
static bool collides(const struct writing *writing, const struct fact *fact)
{
    for (size_t i = 0; i < writing->count; i++) {
        const struct fact *other = &writing->facts[i];
        size_t common =
            fact->part_count < other->part_count ? fact->part_count : other->part_count;
        bool same = true;
        for (size_t j = 0; j < common && same; j++)
            same = bytes_equal(fact->parts[j], other->parts[j]);
        if (same)
            return true;
    }
    return false;
}

/* The edition that a text names, or NULL. */
static const char *edition_in(struct bytes text)
{
    static const char *const editions[] = {"3.1.3", "2.1.1"};

    for (size_t i = 0; i < COUNT_OF(editions); i++)
        if (bytes_contains(text, editions[i]))
            return editions[i];
    return NULL;
}

static void take_fact(struct writing *writing, const char *key, bool list,
                      const struct grid_value *value)
{
    struct fact fact = {.value = value->text, .is_list = list};

    if (value->text.size == 0)
        return;
    if (strcmp(key, "edition") == 0 && edition_in(value->text) != NULL) {
        writing->importing->edition = edition_in(value->text);
        fact.value = bytes_of(writing->importing->edition);
    }
    if (!cut_key(key, &fact) || collides(writing, &fact)) {
        remark(&writing->importing->remarks, writing->sheet, value->cell->row,
               value->cell->column,
               "%s cannot be filled in beside what stands in the other cells: not taken over",
               key);
        return;
    }
    writing->facts[writing->count++] = fact;
}

struct error *sheet_import_dut(struct importing *importing, const struct book_sheet *sheet)
{
    struct facts facts = {.arena = importing->arena};
    owned(text) content = text_new();
    struct writing writing = {
        .importing = importing, .sheet = sheet, .writer = {.out = content}};
    struct grid grid;

    TRY(sheet_facts_read(importing->db, importing->arena, &facts.known));
    size_t most = facts.known.count + MOST_OTHERS;
    struct grid_form form = {
        .what = "the product",
        .targets = most,
        .id = -1,
        .is_record = true,
        .least = 1,
        .match = match_fact,
        .match_under = match_section,
        .context = &facts,
    };
    grid_read(sheet, &form, importing->arena, &importing->remarks, &grid);
    if (grid.count == 0)
        return NULL;
    writing.facts = arena_array(importing->arena, most, sizeof *writing.facts);
    for (size_t i = 0; i < facts.known.count + facts.other_count; i++)
        take_fact(&writing,
                  i < facts.known.count ? facts.known.list[i].key
                                        : facts.others[i - facts.known.count],
                  i < facts.known.count && facts.known.list[i].is_list,
                  &grid.entries[0].values[i]);
    write_group(&writing, 0, 0);
    if (writing.count > 0)
        sheet_add_file(importing, "product.yaml", content);
    sheet_taken(importing, sheet, &grid, "%zu fact%s of product.yaml", writing.count,
                writing.count == 1 ? "" : "s");
    return NULL;
}
