#include "dossier/understand_facts.h"

#include "dossier/understand_polarity.h"

/* A field at work: its matches, and what each of its words is to them. */
struct reading {
    struct entry_read *entry;
    struct field *field;
    struct arena *arena;
    struct matches matches;
    bool *claimed;
};

static const struct concept *concept_of(const struct match *match)
{
    return match->meaning->owner;
}

static bool is_name(const struct concept *concept)
{
    return !concept->is_yes && !concept->is_no && concept->doubt == DOUBT_NONE;
}

/* Roles that each word of a phrase has; the others stand at its first word alone. */
#define ROLE_LISTED (ROLE_LINK | ROLE_JOIN | ROLE_MEASURE)
#define ROLE_SPREAD (ROLE_LISTED | ROLE_HYPOTHETIC | ROLE_LESS)

/* Words first, then phrases, which take the place of what their words are alone. */
static void mark_roles(struct reading *r)
{
    for (int phrases = 0; phrases <= 1; phrases++) {
        for (size_t i = 0; i < r->matches.count; i++) {
            const struct match *match = &r->matches.items[i];
            uint32_t role = concept_of(match)->role;
            if (concept_of(match)->about != ABOUT_ROLE ||
                (match->last > match->first) != (phrases == 1))
                continue;
            for (size_t word = match->first; word <= match->last; word++) {
                uint32_t *roles = &r->field->roles[word];
                bool says = word == match->first || (role & ROLE_SPREAD) != 0;
                bool spent = word > match->first && (role & ROLE_LISTED) == 0;
                *roles =
                    (phrases == 1 ? 0 : *roles) | (says ? role : 0) | (spent ? ROLE_SPENT : 0);
            }
        }
    }
}

static bool overlaps(const struct match *a, const struct match *b)
{
    return concept_of(a)->about == concept_of(b)->about && a->last >= b->first &&
           a->first <= b->last;
}

/*
 * Where matches of one name and two values overlap, the longer counts ("no user interaction" and
 * "user interaction"), then the first. A weak one takes the place of another only when it begins
 * before it.
 */
static bool yields_to_other(const struct match *match, const struct match *other)
{
    const struct concept *own = concept_of(match), *its = concept_of(other);
    uint32_t size = match->last - match->first, other_size = other->last - other->first;

    if (own == its || !overlaps(match, other) ||
        (its->weak && !own->weak && other->first >= match->first))
        return false;
    if (other_size != size)
        return other_size > size;
    return other->first < match->first || (other->first == match->first && other < match);
}

/* Of one value, the phrase that lies in the other counts; the longer name. */
static bool yields_to_same(const struct match *match, const struct match *other)
{
    uint32_t size = match->last - match->first, other_size = other->last - other->first;

    if (concept_of(match) != concept_of(other) || !overlaps(match, other))
        return false;
    if (other_size == size)
        return other < match;
    return is_name(concept_of(match)) ? other_size > size : other_size < size;
}

#define NEAR_WORDS 24 /* the longest match begins so far before another that it overlaps */

static bool yields(const struct match *const *all, size_t count, size_t at,
                   bool (*to)(const struct match *, const struct match *))
{
    for (size_t i = at; i-- > 0 && all[at]->first - all[i]->first < NEAR_WORDS;)
        if (to(all[at], all[i]))
            return true;
    for (size_t i = at + 1; i < count && all[i]->first <= all[at]->last; i++)
        if (to(all[at], all[i]))
            return true;
    return false;
}

/* Takes out of ALL what yields to another; the others keep their order. */
static size_t thin_out(const struct reading *r, const struct match **all, size_t count,
                       bool (*to)(const struct match *, const struct match *))
{
    bool *goes = arena_array(r->arena, count, sizeof *goes);
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        goes[i] = yields(all, count, i, to);
    for (size_t i = 0; i < count; i++)
        if (!goes[i])
            all[kept++] = all[i];
    return kept;
}

/* Negations that a phrase contains are spent: they negate nothing else. */
static void claim(struct reading *r, const struct match *match)
{
    if (match->negators > 0)
        return;
    for (size_t word = match->first; word <= match->last; word++)
        if (word_is_negator(&r->field->words.items[word]))
            r->claimed[word] = true;
}

static bool is_numeral(const struct words *words, size_t word)
{
    uint8_t first = bytes_at(word_letters(&words->items[word]), 0);

    return first >= '0' && first <= '9';
}

/* "unlike telnet, …": the comma ends what is contrasted. */
static bool is_contrasted(const struct reading *r, size_t first)
{
    for (size_t at = first, steps = 0; at > 0 && steps < 4; steps++) {
        if (r->field->words.items[at].apart >= APART_COMMA)
            return false;
        at--;
        if ((r->field->roles[at] & ROLE_CONTRAST) != 0)
            return true;
    }
    return false;
}

/* Only "and", commas, sizes and the like between match BEFORE and match BEHIND? */
static bool is_list(const struct reading *r, const struct match *before,
                    const struct match *behind)
{
    const struct words *words = &r->field->words;
    size_t a = before->last, b = behind->first;

    if (b > a && words->items[b].apart == APART_COMMA && is_contrasted(r, before->first))
        return false;
    if (b <= a || b - a > 7 || words->items[b].sentence != words->items[a].sentence)
        return b <= a;
    for (size_t word = a + 1; word <= b; word++) {
        if (words->items[word].apart > APART_COMMA || words->items[word].apart == APART_PAREN)
            return false;
        if (word < b && (r->field->roles[word] & (ROLE_JOIN | ROLE_MEASURE)) == 0 &&
            !is_numeral(words, word) && words->items[word].apart != APART_GLUED)
            return false;
    }
    return true;
}

/* Behind a mechanism, what belongs to it: "AES [128 bit]", "TLS 1.0 [and 1.1]". */
static uint32_t stretch_numbers(const struct reading *r, uint32_t last)
{
    const struct words *words = &r->field->words;

    for (uint32_t at = last + 1; at < words->count; at++) {
        bool joins = (r->field->roles[at] & ROLE_JOIN) != 0 && at + 1 < words->count &&
                     words->items[at + 1].apart < APART_PAREN && is_numeral(words, at + 1);
        if (words->items[at].apart > APART_COMMA || words->items[at].apart == APART_PAREN)
            return last;
        if (joins)
            continue;
        if (!is_numeral(words, at) && (r->field->roles[at] & ROLE_MEASURE) == 0)
            return last;
        last = at;
    }
    return last;
}

static enum state state_within(const struct reading *r, const struct match *match,
                               uint32_t first, uint32_t last)
{
    struct stretch stretch = {
        .words = &r->field->words,
        .roles = r->field->roles,
        .claimed = r->claimed,
        .first = first,
        .last = last,
        .negators = match->negators,
        .keep = concept_of(match)->keep,
        .says_no = concept_of(match)->is_no,
        .turns = concept_of(match)->is_yes && concept_of(match)->flip,
    };

    return concept_of(match)->doubt != DOUBT_NONE ? STATE_AFFIRMED : polarity_of(&stretch);
}

/*
 * Names in a list share their negation: "TLS 1.0, TLS 1.1 and SSLv3 are disabled". Where no word
 * joins them to the last, it may be meant of the last alone: "TLS 1.2, RC4 not allowed"; and
 * behind "no SSLv3, TLS 1.2" may begin what is there.
 */
static enum guess guess_of(const struct reading *r, const struct match *match, uint32_t first,
                           uint32_t last)
{
    const struct words *words = &r->field->words;

    if (state_within(r, match, match->first, match->last) == STATE_NEGATED)
        return GUESS_NONE;
    if (state_within(r, match, first, match->last) == STATE_NEGATED)
        return GUESS_BEFORE;
    bool is_glued = true;
    for (size_t word = match->last + 1; word <= last + 1 && word < words->count; word++) {
        if (word_is(&words->items[word], "are"))
            return GUESS_NONE;
        if (word > last || (r->field->roles[word] & ROLE_MEASURE) != 0)
            continue;
        is_glued &= words->items[word].apart == APART_GLUED;
        if (((r->field->roles[word] & ROLE_JOIN) != 0 &&
             !word_is_number(&words->items[word])) ||
            words->items[word].apart == APART_SLASH)
            return GUESS_NONE;
    }
    return is_glued ? GUESS_NONE : GUESS_BEHIND; /* parts of one name: "DES-CBC3-SHA" */
}

static void add_fact(struct reading *r, const struct match *match, uint32_t first,
                     uint32_t last)
{
    struct entry_read *entry = r->entry;
    enum state state = state_within(r, match, first, last);
    enum guess guess = GUESS_NONE;

    if (entry->fact_count >= LIMIT_FACTS) {
        entry->is_endless = true;
        return;
    }
    if (state == STATE_NEGATED && is_name(concept_of(match)))
        guess = guess_of(r, match, first, last);
    /* Of a mechanism, its standing decides: understand_crypto.c. */
    if (guess != GUESS_NONE && concept_of(match)->about != ABOUT_MECHANISM)
        state = STATE_UNCLEAR;
    entry->facts = arena_grow(r->arena, entry->facts, &entry->fact_capacity,
                              entry->fact_count + 1, sizeof *entry->facts);
    entry->facts[entry->fact_count++] = (struct fact){
        .concept = concept_of(match),
        .state = state,
        .first = match->first,
        .last = match->last,
        .kept = match->kept,
        .guess = guess,
        .field = r->field,
    };
}

static void add_facts(struct reading *r, const struct match *const *kept, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t first = i, last = i;
        while (is_name(concept_of(kept[i])) && first > 0 &&
               concept_of(kept[first - 1])->about == concept_of(kept[i])->about &&
               is_list(r, kept[first - 1], kept[first]))
            first--;
        while (is_name(concept_of(kept[i])) && last + 1 < count &&
               concept_of(kept[last + 1])->about == concept_of(kept[i])->about &&
               is_list(r, kept[last], kept[last + 1]))
            last++;
        uint32_t end = kept[last]->last;
        if (concept_of(kept[i])->about == ABOUT_MECHANISM)
            end = stretch_numbers(r, end);
        add_fact(r, kept[i], kept[first]->first, end);
    }
}

/* "no default password" is no doubt, where "default" is one. DOUBT: the match at AT. */
static bool is_cleared(const struct reading *r, size_t at)
{
    const struct match *all = r->matches.items, *doubt = &all[at];
    size_t from = at;

    while (from > 0 && doubt->first - all[from - 1].first < NEAR_WORDS)
        from--;
    for (size_t i = from; i < r->matches.count && all[i].first <= doubt->first; i++)
        if (concept_of(&all[i])->doubt == DOUBT_CLEAR && overlaps(&all[i], doubt) &&
            all[i].last >= doubt->last)
            return true;
    return false;
}

static void add_doubts(struct reading *r)
{
    for (size_t i = 0; i < r->matches.count; i++) {
        const struct match *match = &r->matches.items[i];
        enum doubt doubt = concept_of(match)->doubt;
        if (doubt != DOUBT_NONE && doubt != DOUBT_CLEAR && match->negators == 0 &&
            !is_cleared(r, i))
            add_fact(r, match, match->first, match->last);
    }
}

void facts_read(struct vocabulary *vocabulary, struct entry_read *entry, struct field *field,
                struct arena *arena)
{
    struct reading r = {.entry = entry, .field = field, .arena = arena};
    size_t count = 0;

    if (field->scope < 0 || field->text.size == 0)
        return;
    field->words = words_split(vocabulary_lexicon(vocabulary), field->text, arena);
    r.matches = words_match(vocabulary_lexicon(vocabulary), &field->words,
                            (unsigned)field->scope, arena);
    field->roles = arena_array(arena, field->words.count, sizeof *field->roles);
    r.claimed = arena_array(arena, field->words.count, sizeof *r.claimed);
    mark_roles(&r);
    const struct match **kept = arena_array(arena, r.matches.count, sizeof *kept);
    for (size_t i = 0; i < r.matches.count; i++)
        if (concept_of(&r.matches.items[i])->about != ABOUT_ROLE &&
            concept_of(&r.matches.items[i])->doubt == DOUBT_NONE)
            kept[count++] = &r.matches.items[i];
    count = thin_out(&r, kept, count, yields_to_other);
    count = thin_out(&r, kept, count, yields_to_same);
    for (size_t i = 0; i < count; i++)
        claim(&r, kept[i]);
    add_facts(&r, kept, count);
    add_doubts(&r);
}

static int sign_of(const struct fact *fact)
{
    const struct concept *concept = fact->concept;

    if (fact->state == STATE_AFFIRMED)
    return concept->is_yes ? 1 : 0;
    if (fact->state == STATE_NEGATED && concept->is_yes && concept->flip)
        return 0;
    return -1;
}

/* A negated "no" is two negations: not understood. A dropped one says nothing at all. */
static bool is_unclear(const struct fact *fact)
{
    return fact->state == STATE_UNCLEAR ||
           (fact->state == STATE_NEGATED && fact->concept->is_no && fact->concept->flip);
}

static int tri_said(const struct entry_read *entry, enum about about)
{
    for (int weak = 0; weak <= 1; weak++) {
        bool yes = false, no = false, unclear = false;
        for (size_t i = 0; i < entry->fact_count; i++) {
            const struct fact *fact = &entry->facts[i];
            if (fact->concept->about != about || fact->concept->weak != (weak == 1) ||
                fact->concept->doubt != DOUBT_NONE)
                continue;
            unclear |= is_unclear(fact);
            yes |= sign_of(fact) == 1;
            no |= sign_of(fact) == 0;
        }
        if (yes || no || unclear)
            return unclear || (yes && no) ? -1 : yes;
    }
    return -1;
}

bool facts_doubt(const struct entry_read *entry, enum about about, enum doubt doubt)
{
    for (size_t i = 0; i < entry->fact_count; i++)
        if (entry->facts[i].concept->about == about &&
            (entry->facts[i].concept->doubt == DOUBT_ANY ||
             entry->facts[i].concept->doubt == doubt))
            return true;
    return false;
}

int facts_tri(const struct entry_read *entry, enum about about)
{
    int said = tri_said(entry, about);

    return said >= 0 && facts_doubt(entry, about, said == 1 ? DOUBT_YES : DOUBT_NO) ? -1 : said;
}

bool facts_affirm(const struct entry_read *entry, enum about about, const char *value)
{
    for (size_t i = 0; i < entry->fact_count; i++)
        if (entry->facts[i].concept->about == about &&
            entry->facts[i].state == STATE_AFFIRMED &&
            bytes_is(bytes_of(entry->facts[i].concept->value), value))
            return true;
    return false;
}

const char *facts_value(const struct entry_read *entry, enum about about)
{
    if (facts_doubt(entry, about, DOUBT_ANY))
        return NULL;
    for (int weak = 0; weak <= 1; weak++) {
        const char *value = NULL;
        for (size_t i = 0; i < entry->fact_count; i++) {
            const struct fact *fact = &entry->facts[i];
            if (fact->concept->about != about || fact->concept->weak != (weak == 1) ||
                fact->concept->doubt != DOUBT_NONE)
                continue;
            if (fact->state == STATE_UNCLEAR)
                return NULL;
            if (fact->state != STATE_AFFIRMED)
                continue;
            if (value != NULL && !bytes_is(bytes_of(value), fact->concept->value))
                return NULL;
            value = fact->concept->value;
        }
        if (value != NULL)
            return value;
    }
    return NULL;
}

const struct field *entry_field(const struct entry_read *entry, const char *name)
{
    for (size_t i = 0; i < entry->field_count; i++)
        if (bytes_is(bytes_of(entry->fields[i].name), name))
            return &entry->fields[i];
    return NULL;
}

bool facts_has(const struct entry_read *entry, enum about about)
{
    for (size_t i = 0; i < entry->fact_count; i++)
        if (entry->facts[i].concept->about == about)
            return true;
    return false;
}

bool facts_say(const struct entry_read *entry, enum about about, bool yes)
{
    for (size_t i = 0; i < entry->fact_count; i++)
        if (entry->facts[i].concept->about == about &&
            entry->facts[i].concept->doubt == DOUBT_NONE &&
            sign_of(&entry->facts[i]) == (yes ? 1 : 0))
            return true;
    return false;
}
