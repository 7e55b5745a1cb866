#include "dossier/sheet_form.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "dossier/load.h"
#include "model/query.h"

/* Who the product is, and what others call these fields. */
static const struct {
    const char *key, *meaning, *aliases;
} known[] = {
    {"name", "what the product is called",
     "product name|device name|dut name|name of the product|name of the dut|product|dut"},
    {"model", "its model designation, as on the device",
     "model designation|model name|model number|model no|type designation"},
    {"brand", "brand or trade name", "brand name|trade name|trademark"},
    {"type", "kind of product: camera, router, lock", "product type|device type|kind"},
    {"hardware_version", "version or configuration of the hardware",
     "hardware configuration|hardware|hardware revision|hw version"},
    {"edition", "edition of EN 303 645 it is assessed against: 3.1.3 or 2.1.1",
     "edition of en 303 645|standard|version of the standard"},
    {"firmware.0.file", "name of the firmware image", "firmware file|firmware image"},
    {"firmware.0.version", "version of the firmware",
     "firmware version|software version|sw version|fw version|firmware"},
    {"firmware.0.sha256", "SHA-256 of the image, in hexadecimal",
     "firmware sha256|sha256|firmware hash"},
    {"manufacturer.name", "who makes it",
     "manufacturer|name of the manufacturer|supplier|supplier organisation|so|vendor"},
    {"manufacturer.address", "its postal address",
     "address of the manufacturer|address|supplier address"},
    {"manufacturer.contact", "a person or mailbox to ask",
     "contact|contact person|manufacturer contact person|e mail|email"},
    {"laboratory.name", "who tests it", "laboratory|test laboratory|testing laboratory|tl"},
    {"laboratory.address", "its postal address",
     "address of the laboratory|test laboratory address"},
    {"assessor", "who assesses it", "evaluator|tester|assessed by"},
    {"date", "date of the assessment, such as 2026-11-20",
     "date of assessment|assessment date"},
    {"markets", "where it is sold, one a line: EU, UK, SG …", "market|target markets"},
    {"support_period", "until when, or for how long, security updates are given",
     "defined support period|support"},
    {"conditions.14.holds", "does condition 14 hold: yes or no", "condition 14"},
    {"conditions.14.because", "why condition 14 holds, or not", "condition 14 because"},
    {"conditions.15.holds", "does condition 15 hold: yes or no", "condition 15"},
    {"conditions.15.because", "why condition 15 holds, or not", "condition 15 because"},
};

const struct sheet_column sheet_ics[] = {
    {"Provision", "provision", "reference in table B.1",
     "reference|ref|id|clause|provision id|provision reference|provision no", 11},
    {"Status", NULL, "M mandatory, R recommended; C and F: tied to conditions and features",
     "condition|conditions|features|status v3 1 3|c f|applicability|required ixit entries|"
     "18031 1|18031 2|18031 3|en 18031|en 18031 1|en 18031 2|en 18031 3",
     14},
    {"Requirement", NULL, "what the provision asks, in short",
     "provision text|title|description|text|summary|requirement text", 60},
    {"Support", "support",
     "Y supported, N not supported, N/A not applicable because a condition or feature is "
     "absent",
     "supported|support y n n a|implemented|ics support", 10},
    {"Detail", "detail",
     "Y: the measures taken. N: why it is not possible or not appropriate. N/A: why the "
     "condition or feature is absent",
     "details|detail justification|details justification|justification|reason|comment|comments|"
     "remarks|explanation|rationale",
     60},
    {SHEET_DRAFTED, "drafted",
     "what a draft was made from; empty the cell when the row is confirmed", "draft", 30},
};
const size_t sheet_ics_count = COUNT_OF(sheet_ics);

const struct sheet_column sheet_answers[] = {
    {"Unit", "unit", "test unit, such as 5.1-1-1-a; or a provision that the ICS calls N/A",
     "test unit|id|unit id", 14},
    {"Outcome", "outcome", "pass, fail or inconclusive; of a provision: not-applicable",
     "verdict|result", 14},
    {"Because", "because", "the reason", "reason|justification|comment|rationale", 60},
    {"By", "by", "who concluded it", "assessor|evaluator|tester|who", 20},
    {"At", "at", "when, such as 2026-11-20T10:00:00Z", "date|when", 22},
    {"Evidence", "evidence",
     "one file a line: file: evidence/scan.txt; sha256: …; size: …; date: …", "files", 50},
    {"Edition", "edition", "of EN 303 645, under which it was given", "", 10},
    {"Firmware", "firmware", "SHA-256 of the firmware on which it was found", "firmware sha256",
     20},
    {"Declared", "declared",
     "the state of the declarations it rests on, by table: an answer counts as long as they "
     "have not changed",
     "", 30},
};
const size_t sheet_answers_count = COUNT_OF(sheet_answers);

bool sheet_word_among(struct bytes word, const char *list)
{
    struct bytes rest = bytes_of(list), one;

    while (bytes_next_field(&rest, '|', &one)) {
        char copy[80] = "";
        if (one.size >= sizeof copy)
            continue;
        mem_copy(copy, one.data, one.size);
        if (name_same(word, copy))
            return true;
    }
    return false;
}

/* TEXT without an explanation in brackets at its end, and without a number before it. */
static struct bytes shorten(struct bytes text)
{
    size_t bracket = bytes_find_byte(text, '(');

    if (bracket != SIZE_MAX && bracket > 0)
        text = bytes_slice(text, 0, bracket);
    text = bytes_trim(text);
    while (text.size > 0 && strchr("0123456789.)", bytes_at(text, 0)) != NULL)
        text = bytes_from_offset(text, 1);
    return bytes_trim(text);
}

/* "Description1", "Description [2]", "Description 3)": what counts footnotes is no part of it. */
static struct bytes without_mark(struct bytes text)
{
    while (text.size > 0 &&
           strchr("0123456789[])* \t\n", bytes_at(text, text.size - 1)) != NULL)
        text = bytes_slice(text, 0, text.size - 1);
    return text;
}

/* What stands behind the last ':' of TEXT: "1-AuthMech: Description". */
static struct bytes behind_colon(struct bytes text)
{
    size_t colon = bytes_find_byte(text, ':');

    return colon == SIZE_MAX ? text : bytes_trim(bytes_from_offset(text, (uint64_t)colon + 1));
}

struct sheet_spellings sheet_spellings(struct bytes heading)
{
    struct sheet_spellings out = {.count = 0};
    struct bytes rest = heading, line = heading;

    (void)bytes_next_line(&rest, &line);
    const struct bytes all[] = {heading,
                                line,
                                shorten(heading),
                                shorten(line),
                                shorten(behind_colon(line)),
                                without_mark(shorten(heading)),
                                without_mark(shorten(line))};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (all[i].size > 0)
            out.list[out.count++] = all[i];
    return out;
}

const struct sheet_column *sheet_column_of(const struct sheet_column *columns, size_t count,
                                           struct bytes heading)
{
    for (size_t i = 0; i < count; i++)
        if (name_same(heading, columns[i].heading))
            return &columns[i];
    for (size_t i = 0; i < count; i++)
        if (sheet_word_among(heading, columns[i].aliases))
            return &columns[i];
    return NULL;
}

static struct sheet_fact *add_fact(struct sheet_facts *facts, struct arena *arena)
{
    facts->list =
        arena_grow(arena, facts->list, &facts->capacity, facts->count + 1, sizeof *facts->list);
    facts->list[facts->count] = (struct sheet_fact){.key = NULL};
    return &facts->list[facts->count++];
}

static bool is_known(const struct sheet_facts *facts, const char *key)
{
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->list[i].key, key) == 0)
            return true;
    return false;
}

static void add_choices(struct sheet_fact *fact, struct bytes rest, struct arena *arena)
{
    struct bytes choice;
    size_t capacity = 0;

    while (bytes_next_field(&rest, ',', &choice)) {
        fact->choices = arena_grow(arena, fact->choices, &capacity, fact->choice_count + 1,
                                   sizeof *fact->choices);
        fact->choices[fact->choice_count++] = arena_string(arena, bytes_trim(choice));
    }
}

/* The row at hand: id, type, choices, meaning. */
static void add_scope_fact(struct sheet_facts *facts, const struct query *row,
                           struct arena *arena)
{
    const char *key = arena_string(arena, query_text(row, 0));
    struct bytes type = query_text(row, 1);

    if (is_known(facts, key))
        return;
    struct sheet_fact *fact = add_fact(facts, arena);
    fact->key = key;
    fact->meaning = arena_string(arena, query_text(row, 3));
    fact->is_list = bytes_is(type, "list");
    if (bytes_is(type, "bool"))
        add_choices(fact, bytes_of("yes,no"), arena);
    else if (bytes_is(type, "enum"))
        add_choices(fact, query_text(row, 2), arena);
}

struct error *sheet_facts_read(sqlite3 *db, struct arena *arena, struct sheet_facts *out)
{
    static const char editions[] = "3.1.3,2.1.1";
    struct query rows;
    bool found = false;

    *out = (struct sheet_facts){.count = 0};
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        struct sheet_fact *fact = add_fact(out, arena);
        fact->key = known[i].key;
        fact->meaning = known[i].meaning;
        fact->is_list = strcmp(fact->key, "markets") == 0;
        if (strcmp(fact->key, "edition") == 0)
            add_choices(fact, bytes_of(editions), arena);
    }
    TRY(query_open(db, "SELECT id, type, choices, meaning FROM scope_fact ORDER BY place",
                   &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        add_scope_fact(out, &rows, arena);
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

/*
 * "firmware.0.version", "confirmed.psti-software.holds": words of letters, digits, '_' and, where
 * there is more than one, '-', with dots between.
 */
static bool is_key(struct bytes text)
{
    bool word = false, dashes = bytes_find_byte(text, '.') != SIZE_MAX;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = bytes_at(text, i);
        bool dot = byte == '.';
        if (dot ? !word
                : !((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
                    byte == '_' || (byte == '-' && word && dashes)))
            return false;
        word = !dot;
    }
    return word && text.size <= 100 && bytes_at(text, 0) >= 'a'; /* "2.1.1" is a value */
}

const char *sheet_fact_key(const struct sheet_facts *facts, struct bytes heading,
                           struct arena *arena)
{
    heading = bytes_trim(heading);
    for (size_t i = 0; i < facts->count; i++)
        if (name_same(heading, facts->list[i].key))
            return facts->list[i].key;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (sheet_word_among(heading, known[i].aliases))
            return known[i].key;
    /* What is written as a key is meant as one. */
    if (is_key(heading))
        return arena_string(arena, heading);
    return NULL;
}

/* The next letter or digit in upper case, '-' for a run of separators, 0 at the end. */
static uint32_t next_mark(struct cursor *c)
{
    bool separator = false, bad;

    while (cursor_left(c) > 0) {
        struct cursor before = *c;
        uint32_t mark = utf8_next(c, &bad);
        if (mark >= 'a' && mark <= 'z')
            mark -= 'a' - 'A';
        if ((mark >= 'A' && mark <= 'Z') || (mark >= '0' && mark <= '9')) {
            if (!separator)
                return mark;
            *c = before;
            return '-';
        }
        separator = true;
    }
    return 0;
}

static bool same_marks(struct bytes word, struct bytes id)
{
    struct cursor a = cursor_over(word), b = cursor_over(id);

    for (;;) {
        uint32_t left = next_mark(&a), right = next_mark(&b);
        if (left != right)
            return false;
        if (left == 0)
            return true;
    }
}

bool sheet_same_id(struct bytes said, struct bytes id)
{
    struct bytes rest = bytes_trim(said), first = rest, word;

    while (bytes_next_word(&rest, &first) && sheet_word_among(first, "provision|provisions"))
        ;
    if (!same_marks(first, id))
        return false;
    /* "Provision 5.1-1 Where …": what follows is its text, unless it is another provision. */
    if (!bytes_next_word(&rest, &word))
        return true;
    uint8_t mark = bytes_at(word, 0);
    return !(mark >= '0' && mark <= '9') &&
           !sheet_word_among(word, "and|to|or|until|through") &&
           bytes_find_string(first, ",") == SIZE_MAX;
}
