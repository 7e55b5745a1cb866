#include "dossier/understand_table.h"

/* The tables with one row for each entry, and those filled straight from facts. */

static bool is_table(const struct entry_read *entry, const char *table)
{
    return bytes_is(entry->table, table);
}

/* What a fact says as words: yes, no, a name; NULL when there is nothing to show. */
static const char *value_of(const struct fact *fact, struct arena *arena)
{
    const struct concept *concept = fact->concept;

    switch (fact->state) {
    case STATE_AFFIRMED:
        return concept
        ->value;
    case STATE_UNCLEAR:
        return concept
        ->is_yes || concept->is_no ? "unclear"
                                   : arena_printf(arena, "unclear: %s", concept->value);
    case STATE_NEGATED:
        if (concept->is_yes || concept->is_no)
        return !concept
        ->flip ? NULL : concept->is_yes ? "no" : "unclear";
        return arena_printf(arena, "not %s", concept->value);
    case STATE_IGNORED:
        break;
    }
    return NULL;
}

/* Components, mechanisms and what only helps to read others have no statement of their own. */
static bool is_shown(enum about about)
{
    return about != ABOUT_MECHANISM && about != ABOUT_COMPONENT && about != ABOUT_ROLE &&
           about != ABOUT_OUTBOUND && about != ABOUT_FACTOR;
}

/* Was the same said before in this field? Then it is not shown again. */
static bool is_repeated(const struct entry_read *entry, size_t at)
{
    const struct fact *fact = &entry->facts[at];

    for (size_t i = at; i-- > 0 && entry->facts[i].field == fact->field;)
        if (entry->facts[i].concept->about == fact->concept->about &&
            entry->facts[i].state == fact->state &&
            bytes_is(bytes_of(entry->facts[i].concept->value), fact->concept->value))
            return true;
    return false;
}

/* A doubt about something that nobody said: "no yes is understood" where none was said. */
static bool is_idle(const struct entry_read *entry, const struct fact *fact)
{
    enum about about = fact->concept->about;

    switch (fact->concept->doubt) {
    case DOUBT_NONE:
    case DOUBT_CLEAR:
        return false;
    case DOUBT_YES:
        return !facts_say(entry, about, true);
    case DOUBT_NO:
        return !facts_say(entry, about, false);
    case DOUBT_ANY:
        break;
    }
    for (size_t i = 0; i < entry->fact_count; i++)
        if (entry->facts[i].concept->about == about &&
            entry->facts[i].concept->doubt == DOUBT_NONE)
            return false;
    return true;
}

static void put_statements(struct understanding *u, const struct entry_read *entry)
{
    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct fact *fact = &entry->facts[i];
        if (!is_shown(fact->concept->about) || is_repeated(entry, i) || is_idle(entry, fact))
            continue;
        const char *value =
            fact->concept->doubt != DOUBT_NONE ? "unclear" : value_of(fact, u->arena);
        if (value == NULL)
            continue;
        put_statement(u, entry, fact->field, about_name(fact->concept->about), value,
                      fact->first, fact->last);
    }
}

/* Is this the first fact of its name and value that is in the same state? */
static bool is_first(const struct entry_read *entry, size_t at)
{
    const struct fact *fact = &entry->facts[at];

    for (size_t i = 0; i < at; i++)
        if (entry->facts[i].concept->about == fact->concept->about &&
            entry->facts[i].state == fact->state &&
            bytes_is(bytes_of(entry->facts[i].concept->value), fact->concept->value))
            return false;
    return true;
}

static bool says_nothing(const struct field *field)
{
    static const char *const words[] = {"none", "n", "no", "not", "nil"};

    if (field->words.count == 0)
        return true;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (word_is(&field->words.items[0], words[i]))
            return true;
    return false;
}

static bool is_understood(const struct entry_read *entry, const struct field *field,
                          size_t word)
{
    for (size_t i = 0; i < entry->fact_count; i++)
        if (entry->facts[i].field == field && entry->facts[i].first <= word &&
            word <= entry->facts[i].last)
            return true;
    return false;
}

/*
 * Does a list of guarantees have an item of which nothing was understood: "Conf., integrity,
 * authenticty"? Then what is not among them may still be meant. A remark in brackets is no item.
 */
static bool has_strange_item(const struct entry_read *entry, const struct field *field)
{
    bool strange = false, known = false, remark = false;

    for (size_t i = 0; i < field->words.count; i++) {
        const struct word *word = &field->words.items[i];
        bool joins = (field->roles[i] & ROLE_JOIN) != 0;
        bool cut = joins || word->apart == APART_COMMA || word->apart == APART_SENTENCE ||
                   word->apart == APART_SLASH;
        if (cut && strange && !known)
            return true;
        if (cut)
            strange = known = false;
        remark = word->apart == APART_PAREN || (remark && !cut);
        known |= is_understood(entry, field, i);
        strange |= !joins && !remark && !word_is_filler(word) &&
                   (field->roles[i] & (ROLE_NEGATORS | ROLE_LINK)) == 0;
    }
    return strange && !known;
}

static struct error *put_guarantees(struct understanding *u, const struct entry_read *entry)
{
    struct query *query = &u->into[INTO_GUARANTEE];
    const struct field *field = entry_field(entry, "Security Guarantees");
    bool any = false, affirmed = false;

    if (field == NULL || field->scope < 0)
        return NULL;
    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct fact *fact = &entry->facts[i];
        if (fact->concept->about != ABOUT_GUARANTEE)
            continue;
        any = true;
        if (fact->state != STATE_AFFIRMED || !is_first(entry, i))
            continue;
        affirmed = true;
        put_entry(query, entry);
        put_name(query, 4, fact->concept->value);
        TRY(query_step(query));
    }
    bool strange = affirmed && has_strange_item(entry, field) &&
                   !facts_affirm(entry, ABOUT_GUARANTEE, "other");
    if (says_nothing(field) || (any && !strange))
        return NULL;
    put_entry(query, entry);
    put_name(query, 4, "other");
    return query_step(query);
}

/* An account that is said to be there and not to be there: present is not understood. */
static struct error *put_accounts(struct understanding *u, const struct entry_read *entry)
{
    struct query *query = &u->into[INTO_ACCOUNT];

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct fact *fact = &entry->facts[i];
        const char *name = fact->concept->value;
        bool there = false, gone = false, before = false;
        if (fact->concept->about != ABOUT_ACCOUNT || fact->state >= STATE_UNCLEAR)
            continue;
        for (size_t j = 0; j < entry->fact_count; j++) {
            const struct fact *other = &entry->facts[j];
            if (other->concept->about != ABOUT_ACCOUNT ||
                !bytes_is(bytes_of(other->concept->value), name))
                continue;
            before |= j < i && other->state < STATE_UNCLEAR;
            there |= other->state == STATE_AFFIRMED;
            gone |= other->state == STATE_NEGATED;
        }
        if (before)
            continue;
        put_entry(query, entry);
        put_name(query, 4, name);
        put_tri(query, 5, there && gone ? -1 : there);
        TRY(query_step(query));
    }
    return NULL;
}

/*
 * Who makes the password. One that is set in the factory counts before one that the user sets
 * later; unique and common at once is not understood.
 */
static const char *origin_of(const struct entry_read *entry)
{
    bool unit = facts_affirm(entry, ABOUT_ORIGIN, "per-device");
    bool common = facts_affirm(entry, ABOUT_ORIGIN, "common");

    for (size_t i = 0; i < entry->fact_count; i++)
        if (entry->facts[i].concept->about == ABOUT_ORIGIN &&
            entry->facts[i].state == STATE_UNCLEAR)
            return NULL;
    if (unit || common)
        return unit && common ? NULL : unit ? "per-device" : "common";
    if (facts_doubt(entry, ABOUT_ORIGIN, DOUBT_ANY))
        return NULL;
    if (facts_affirm(entry, ABOUT_ORIGIN, "user"))
        return "user";
    if (facts_affirm(entry, ABOUT_ORIGIN, "user-defined"))
        return "user-defined";
    return facts_affirm(entry, ABOUT_ORIGIN, "none") ? "none" : NULL;
}

#define FACTOR_WORDS 100 /* words: a longer text is more than names of factors */

/* Does the field name factors, and is every word of it known to be part of such a name? */
static bool names_factors_alone(const struct entry_read *entry)
{
    const struct field *field = entry_field(entry, "Authentication Factor");
    bool any = false;

    if (field == NULL || field->words.count > FACTOR_WORDS)
        return false;
    for (size_t word = 0; word < field->words.count; word++) {
        bool known = word_is_filler(&field->words.items[word]) ||
                     (field->roles[word] & (ROLE_JOIN | ROLE_NEGATORS)) == ROLE_JOIN;
        for (size_t i = 0; i < entry->fact_count; i++) {
            const struct fact *fact = &entry->facts[i];
            if (fact->field != field || fact->concept->about != ABOUT_FACTOR ||
                fact->first > word || fact->last < word)
                continue;
            if (fact->state != STATE_AFFIRMED)
                return false;
            known = true;
            any |= !bytes_is(bytes_of(fact->concept->value), "beside");
        }
        if (!known)
            return false;
    }
    return any;
}

/* A factor that is named alone and is no password: then there is none. */
static int password_of(const struct entry_read *entry)
{
    int said = facts_tri(entry, ABOUT_PASSWORD);

    if (said >= 0 || facts_has(entry, ABOUT_PASSWORD))
        return said;
    return names_factors_alone(entry) ? 0 : -1;
}

static int cryptographic_of(const struct entry_read *entry, int password, size_t mechanisms)
{
    int said = facts_tri(entry, ABOUT_CRYPTOGRAPHIC);

    if (password == 1 || said == 1 || (mechanisms > 0 && said < 0))
        return 1;
    return password == 0 && said == 0 && mechanisms == 0 ? 0 : -1;
}

static struct error *put_authentication(struct understanding *u, const struct entry_read *entry,
                                        size_t mechanisms)
{
    struct query *query = &u->into[INTO_AUTHENTICATION];
    int password = password_of(entry);

    query_bind_integer(query, 1, entry->observation);
    query_bind_text(query, 2, entry->id);
    put_tri(query, 3, password);
    put_tri(query, 4, cryptographic_of(entry, password, mechanisms));
    put_tri(query, 5, facts_tri(entry, ABOUT_USERS));
    put_tri(query, 6, facts_tri(entry, ABOUT_MACHINES));
    put_tri(query, 7, facts_tri(entry, ABOUT_NETWORK));
    put_name(query, 8, password == 0 ? "none" : origin_of(entry));
    put_tri(query, 9, facts_tri(entry, ABOUT_CHANGEABLE));
    put_tri(query, 10, facts_tri(entry, ABOUT_FACTORY_ONLY));
    put_tri(query, 11, facts_tri(entry, ABOUT_BRUTE_FORCE));
    return query_step(query);
}

/* What is promised counts as done, unless it is said not to be. */
static int promised(const struct entry_read *entry, enum about about, const char *property)
{
    int said = facts_tri(entry, about);

    if (said >= 0 || facts_has(entry, about))
        return said;
    return facts_affirm(entry, ABOUT_GUARANTEE, property) ? 1 : -1;
}

static struct error *put_update(struct understanding *u, const struct entry_read *entry)
{
    static const enum about columns[] = {
        ABOUT_NETWORK,        ABOUT_AUTOMATIC,        ABOUT_CAN_AUTOMATE, ABOUT_CAN_ENABLE,
        ABOUT_CAN_DISABLE,    ABOUT_CAN_POSTPONE,     ABOUT_NOTIFIES,     ABOUT_NOTIFY_ENABLE,
        ABOUT_NOTIFY_DISABLE, ABOUT_WARNS_DISRUPTION, ABOUT_DISRUPTS,     ABOUT_CHECKS_INITIAL,
        ABOUT_CHECKS_PERIODIC};
    struct query *query = &u->into[INTO_UPDATE];

    query_bind_integer(query, 1, entry->observation);
    query_bind_text(query, 2, entry->id);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        put_tri(query, (int)i + 3, facts_tri(entry, columns[i]));
    if (facts_tri(entry, ABOUT_AUTOMATIC) == 1 && facts_tri(entry, ABOUT_CAN_AUTOMATE) < 0)
        put_tri(query, 5, 1); /* what needs nobody is automated */
    put_tri(query, 16, promised(entry, ABOUT_INTEGRITY, "integrity"));
    put_tri(query, 17, promised(entry, ABOUT_AUTHENTICITY, "authenticity"));
    put_tri(query, 18, facts_tri(entry, ABOUT_BY_DEVICE));
    return query_step(query);
}

static struct error *put_parameter(struct understanding *u, const struct entry_read *entry)
{
    static const enum about columns[] = {ABOUT_IDENTITY,
                                         ABOUT_IN_SOURCE,
                                         ABOUT_PROVISIONED_IN_SOURCE,
                                         ABOUT_FOR_UPDATE,
                                         ABOUT_FOR_SERVICE,
                                         ABOUT_GENERATED_FOR_UPDATE,
                                         ABOUT_GENERATED_FOR_SERVICE};
    struct query *query = &u->into[INTO_PARAMETER];

    query_bind_integer(query, 1, entry->observation);
    query_bind_text(query, 2, entry->id);
    put_name(query, 3, facts_value(entry, ABOUT_TYPE));
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        put_tri(query, (int)i + 4, facts_tri(entry, columns[i]));
    put_name(query, 11, origin_of(entry));
    return query_step(query);
}

static struct error *put_data(struct understanding *u, const struct entry_read *entry)
{
    static const enum about columns[] = {ABOUT_SENSITIVE, ABOUT_TO_SERVICE, ABOUT_AT_SERVICE,
                                         ABOUT_CONSENT, ABOUT_AGGREGATION_ONLY};
    struct query *query = &u->into[INTO_DATA];

    query_bind_integer(query, 1, entry->observation);
    query_bind_text(query, 2, entry->id);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        put_tri(query, (int)i + 3, facts_tri(entry, columns[i]));
    return query_step(query);
}

/* The one name of its kind that FIELD affirms, within its first sentence when ALONE is false. */
static const char *sole_in(const struct entry_read *entry, enum about about, const char *field)
{
    const char *sole = NULL;

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct fact *fact = &entry->facts[i];
        if (fact->concept->about != about || fact->state != STATE_AFFIRMED ||
            fact->concept->weak || !bytes_is(bytes_of(fact->field->name), field))
            continue;
        if (sole != NULL && !bytes_is(bytes_of(sole), fact->concept->value))
            return NULL;
        sole = fact->concept->value;
    }
    return sole;
}

static const char *interface_of(const struct entry_read *entry, bool physical)
{
    static const char *const fields[] = {"ID", "Description"};

    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const char *name = physical ? NULL : sole_in(entry, ABOUT_SERVICE, fields[i]);
        if (name == NULL)
            name = sole_in(entry, ABOUT_INTERFACE, fields[i]);
        if (name != NULL)
            return name;
    }
    return NULL;
}

/* A list of types that is understood in part says that the other types do not apply. */
static int type_of(const struct entry_read *entry, enum about about)
{
    int said = facts_tri(entry, about);
    bool any = facts_has(entry, ABOUT_TYPE_NETWORK) || facts_has(entry, ABOUT_TYPE_PORT) ||
               facts_has(entry, ABOUT_TYPE_AIR) || facts_has(entry, ABOUT_TYPE_LOGICAL);

    return said >= 0 || facts_has(entry, about) ? said : any ? 0 : -1;
}

static struct error *put_interface(struct understanding *u, const struct entry_read *entry,
                                   const struct row_facts *row)
{
    struct query *query = &u->into[INTO_INTERFACE];
    bool logical =
        is_table(entry, "28-LogIntf") ||
        (facts_tri(entry, ABOUT_TYPE_LOGICAL) == 1 && facts_tri(entry, ABOUT_TYPE_PORT) < 1 &&
         facts_tri(entry, ABOUT_TYPE_AIR) < 1);
    bool in_log = is_table(entry, "28-LogIntf");

    put_entry(query, entry);
    put_name(query, 4, logical ? "logical" : "physical");
    put_name(query, 5, interface_of(entry, !logical));
    put_name(query, 6, row->status);
    put_name(query, 7,
             row->status != NULL && bytes_is(bytes_of(row->status), "disabled")
                 ? facts_value(entry, ABOUT_PERMANENCE)
                 : NULL);
    put_tri(query, 8, row->debug);
    put_name(query, 9, facts_value(entry, ABOUT_EXPOSURE));
    put_tri(query, 10, in_log ? row->network : type_of(entry, ABOUT_TYPE_NETWORK));
    put_tri(query, 11, in_log ? -1 : type_of(entry, ABOUT_TYPE_PORT));
    put_tri(query, 12, in_log ? -1 : type_of(entry, ABOUT_TYPE_AIR));
    return query_step(query);
}

static struct error *understand_row(struct understanding *u, const struct entry_read *entry)
{
    bool services = is_table(entry, "13-SoftServ") || is_table(entry, "28-LogIntf");
    struct row_facts row = {
        .status = facts_value(entry, ABOUT_STATUS),
        .network = facts_tri(entry, ABOUT_NETWORK),
        .debug = facts_tri(entry, ABOUT_DEBUG),
        .configuration = facts_tri(entry, ABOUT_CONFIGURATION),
    };

    if (is_table(entry, "15-PhyIntf") || is_table(entry, "28-LogIntf"))
        TRY(put_interface(u, entry, &row));
    TRY(understand_ports(u, entry, &row));
    return services ? understand_services(u, entry, &row) : NULL;
}

struct error *understand_entry(struct understanding *u, const struct entry_read *entry)
{
    size_t mechanisms = 0;

    put_statements(u, entry);
    TRY(put_guarantees(u, entry));
    TRY(understand_mechanisms(u, entry, &mechanisms));
    TRY(put_accounts(u, entry));
    if (is_table(entry, "1-AuthMech"))
        return put_authentication(u, entry, mechanisms);
    if (is_table(entry, "7-UpdMech"))
        return put_update(u, entry);
    if (is_table(entry, "10-SecParam"))
        return put_parameter(u, entry);
    if (is_table(entry, "21-PersData"))
        return put_data(u, entry);
    if (is_table(entry, "6-SoftComp") || is_table(entry, "12-NetSecImpl"))
        return understand_components(u, entry);
    if (is_table(entry, "11-SecComMech") || is_table(entry, "13-SoftServ") ||
        is_table(entry, "15-PhyIntf") || is_table(entry, "28-LogIntf"))
        return understand_row(u, entry);
    return NULL;
}
