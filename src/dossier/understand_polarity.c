#include "dossier/understand_polarity.h"

#define REACH_BEFORE   7 /* words a negation reaches over */
#define REACH_WITHOUT  4
#define REACH_BEHIND   9 /* words between a name and "is disabled" */
#define REACH_CONTRAST 3

/* What the words on one side of a match say. */
struct side {
    unsigned negations;
    bool unclear, ignored;
};

static bool has(const struct stretch *s, size_t word, uint32_t roles)
{
    return (s->roles[word] & roles) != 0;
}

static bool in_sentence(const struct stretch *s, size_t word)
{
    return word < s->words->count &&
           s->words->items[word].sentence == s->words->items[s->first].sentence;
}

/* "not only" negates nothing, "not always" is unclear. */
static void count_negation(const struct stretch *s, size_t at, struct side *side)
{
    if (at + 1 < s->words->count && has(s, at + 1, ROLE_SOFT))
        return;
    if (at + 1 < s->words->count && has(s, at + 1, ROLE_PARTLY))
        side->unclear = true;
    side->negations++;
}

/* Is the negation at AT still in force DISTANCE words later? */
static bool reaches(const struct stretch *s, size_t at, size_t distance, bool over_preposition)
{
    if (has(s, at, ROLE_WITHOUT | ROLE_REFUSE))
        return distance <= REACH_WITHOUT && !over_preposition;
    return true;
}

static void look_before(const struct stretch *s, struct side *side)
{
    bool over_preposition = false, over_turn = false;

    for (size_t at = s->first, distance = 1; at > 0 && distance <= REACH_BEFORE; distance++) {
        uint8_t apart = s->words->items[at].apart;
        at--;
        if (apart >= APART_PAREN || !in_sentence(s, at))
            return;
        if (has(s, at, ROLE_NEGATORS) && !s->claimed[at]) {
            if (!reaches(s, at, distance, over_preposition))
                return;
            if (over_turn)
                side->unclear = true;
            count_negation(s, at, side);
            if (word_is(&s->words->items[at], "nor"))
                return; /* "neither … nor" is one negation */
            continue;
        }
        if (s->claimed[at] || has(s, at, ROLE_STOP))
            return;
        over_preposition |= has(s, at, ROLE_PREPOSITION);
        over_turn |= has(s, at, ROLE_TURN);
    }
}

/* "Disabled services: telnet, ftp". */
static void look_before_colon(const struct stretch *s, struct side *side)
{
    if (s->first == 0 || s->words->items[s->first].apart != APART_COLON)
        return;
    for (size_t at = s->first, steps = 0; at > 0 && steps < 5; steps++) {
        at--;
        if (!in_sentence(s, at))
            return;
        if (has(s, at, ROLE_ABSENT | ROLE_NOT)) {
            side->negations++;
            return;
        }
        if (s->words->items[at].apart >= APART_COLON)
            return;
    }
}

/* "unlike telnet", "instead of HTTP", "older than TLS 1.2". */
static void look_close(const struct stretch *s, struct side *side)
{
    for (size_t at = s->first, steps = 0; at > 0 && steps < REACH_CONTRAST; steps++) {
        if (s->words->items[at].apart >= APART_COMMA)
            return;
        at--;
        if (!in_sentence(s, at) || has(s, at, ROLE_STOP))
            return;
        if (steps < 2 && has(s, at, ROLE_LESS))
            side->ignored = true;
        if (has(s, at, ROLE_CONTRAST))
            side->unclear = true;
    }
}

/* What "is disabled" at AT is worth: "until", "if" or "must" make it unclear. */
static void take_absent(const struct stretch *s, size_t at, bool must, struct side *side)
{
    side->negations++;
    side->unclear |= must;
    for (size_t i = at + 1; in_sentence(s, i); i++) {
        if (s->words->items[i].apart >= APART_COMMA)
            return;
        side->unclear |= has(s, i, ROLE_WHEN);
    }
}

/* May the scan behind a match pass from the word before AT to it? */
static bool passes(const struct stretch *s, size_t at)
{
    switch ((enum apart)s->words->items[at].apart) {
    case APART_GLUED:
    case APART_SPACE:
    case APART_SLASH:
        return true;
    case APART_PAREN:
        return has(s, at, ROLE_ABSENT | ROLE_NOT | ROLE_LINK);
    case APART_COLON:
    case APART_DASH:
        return has(s, at, ROLE_ANSWER_NO | ROLE_ANSWER_YES | ROLE_NOT | ROLE_ABSENT);
    case APART_COMMA:
        return word_is(&s->words->items[at], "which") ||
               word_is(&s->words->items[at], "both") || word_is(&s->words->items[at], "all");
    case APART_SENTENCE:
        break;
    }
    return false;
}

/* "is not supported", "are not": what is said of it is that it is not there. */
static bool denies_presence(const struct stretch *s, size_t at)
{
    for (size_t i = at + 1; in_sentence(s, i) && i <= at + 4; i++) {
        if (s->words->items[i].apart >= APART_PAREN)
            return true;
        if (has(s, i, ROLE_PRESENT | ROLE_PARTLY | ROLE_ABSENT | ROLE_SOFT))
            return true;
        if (!has(s, i, ROLE_LINK | ROLE_SPENT))
            return has(s, i, ROLE_JOIN | ROLE_PREPOSITION);
    }
    return true;
}

/* "RC4 and other weak ciphers are not offered": where the verb of the list stands, or 0. */
static size_t verb_of_list(const struct stretch *s, size_t join)
{
    for (size_t i = join + 1; in_sentence(s, i) && i <= join + 4; i++) {
        const struct word *word = &s->words->items[i];
        if (word->apart > APART_SLASH || has(s, i, ROLE_STOP | ROLE_JOIN | ROLE_NEGATORS))
            return 0;
        if (i > join + 1 && (word_is(word, "are") || word_is(word, "were")))
            return i;
    }
    return 0;
}

static void look_behind(const struct stretch *s, struct side *side)
{
    bool must = false;

    for (size_t at = s->last + 1, steps = 0; in_sentence(s, at) && steps < REACH_BEHIND;
         at++, steps++) {
        uint8_t apart = s->words->items[at].apart;
        if (!passes(s, at))
            return;
        if ((apart == APART_COLON || apart == APART_DASH) && has(s, at, ROLE_ANSWER_YES))
            return;
        if ((apart == APART_COLON || apart == APART_DASH) && has(s, at, ROLE_ANSWER_NO)) {
            side->negations++;
            return;
        }
        if (has(s, at, ROLE_MUST))
            must = true;
        else if (has(s, at, ROLE_NOT) && !s->claimed[at]) {
            if (!denies_presence(s, at))
                return;
            count_negation(s, at, side);
        } else if (has(s, at, ROLE_ABSENT)) {
            take_absent(s, at, must, side);
            return;
        } else if (has(s, at, ROLE_JOIN) && verb_of_list(s, at) > 0) {
            at = verb_of_list(s, at);
        } else if (!has(s, at, ROLE_LINK | ROLE_SPENT | ROLE_SOFT) &&
                   !(has(s, at, ROLE_JOIN) && in_sentence(s, at + 1) &&
                     has(s, at + 1, ROLE_LOWER)))
            return; /* "TLS 1.1 and older versions are disabled" goes on */
    }
}

static bool sentence_has(const struct stretch *s, uint32_t roles)
{
    size_t at = s->first;

    while (at > 0 && in_sentence(s, at - 1))
        at--;
    for (; in_sentence(s, at); at++)
        if (has(s, at, roles) && (at < s->first || at > s->last))
            return true;
    return false;
}

enum state polarity_of(const struct stretch *stretch)
{
    struct side side = {.negations = stretch->negators};

    look_before(stretch, &side);
    look_before_colon(stretch, &side);
    look_close(stretch, &side);
    look_behind(stretch, &side);
    if (side.ignored)
        return STATE_IGNORED;
    if (side.unclear || side.negations > 1)
        return STATE_UNCLEAR;
    if (!stretch->keep && sentence_has(stretch, ROLE_HYPOTHETIC))
        return STATE_UNCLEAR;
    bool denies = side.negations == 0 ? stretch->says_no : stretch->turns;
    if (denies &&
        sentence_has(stretch, side.negations == 0 ? ROLE_BUT : ROLE_BUT | ROLE_ELSEWHERE))
        return STATE_UNCLEAR;
    if (side.negations == 0)
        return STATE_AFFIRMED;
    return sentence_has(stretch, ROLE_EXCEPT) ? STATE_UNCLEAR : STATE_NEGATED;
}
