#include "base/limits.h"
#include "base/text.h"
#include "dossier/understand_polarity.h"
#include "dossier/understand_table.h"

/*
 * Ports: "port 443", "TCP/443 (HTTPS)", "22/tcp", "UDP 5353", "ports 80 and 443", "5000-5010/udp".
 * A number is a port when the word port or a transport stands beside it, or when it goes on a
 * list that such a number began.
 */

enum transport {
    TRANSPORT_NONE,
    TRANSPORT_TCP,
    TRANSPORT_UDP,
    TRANSPORT_BOTH,
};

struct ports {
    struct understanding *u;
    const struct entry_read *entry;
    const struct row_facts *row;
    const struct field *field;
    size_t written;
};

static bool is_near(const struct ports *p, size_t at, size_t of)
{
    const struct words *words = &p->field->words;

    return at < words->count && words->items[at].sentence == words->items[of].sentence;
}

static enum transport transport_of(const struct ports *p, size_t at)
{
    const struct word *word = &p->field->words.items[at];

    if (word_is(word, "tcp"))
        return TRANSPORT_TCP;
    return word_is(word, "udp") ? TRANSPORT_UDP : TRANSPORT_NONE;
}

static bool is_port_word(const struct ports *p, size_t at)
{
    const struct word *word = &p->field->words.items[at];

    return word_is(word, "port") || word_is(word, "ports");
}

/* Number, no., nr: between "port" and the number. */
static bool is_number_word(const struct ports *p, size_t at)
{
    static const char *const words[] = {"number", "numbers", "nr",  "no",   "nos",
                                        "is",     "are",     "the", "range"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (word_is(&p->field->words.items[at], words[i]))
            return true;
    return false;
}

/* The words that introduce the number at AT: "TCP port", "ports". */
struct lead {
    bool is_port, many;
    enum transport transport;
};

static struct lead lead_of(const struct ports *p, size_t number)
{
    const struct words *words = &p->field->words;
    struct lead lead = {.is_port = false};

    for (size_t at = number, steps = 0; at > 0 && steps < 5; steps++) {
        if (words->items[at].apart > APART_COLON)
            break;
        at--;
        if (!is_near(p, at, number))
            break;
        enum transport transport = transport_of(p, at);
        if (is_port_word(p, at)) {
            lead.is_port = true;
            lead.many |= word_is(&words->items[at], "ports");
        } else if (transport != TRANSPORT_NONE) {
            /* "TCP 443": without the word port only right beside it. */
            lead.is_port |= at + 1 == number;
            lead.many |= at + 1 == number;
            lead.transport |= transport;
        } else if (!(is_number_word(p, at) && !lead.is_port) &&
                   !(lead.transport != TRANSPORT_NONE &&
                     (p->field->roles[at] & ROLE_JOIN) != 0)) {
            break;
        }
    }
    return lead;
}

/* "443/tcp", "443 (TCP)", "53 tcp and udp". */
static enum transport transport_behind(const struct ports *p, size_t number)
{
    const struct words *words = &p->field->words;
    unsigned transport = TRANSPORT_NONE;

    for (size_t at = number + 1; is_near(p, at, number) && at <= number + 4; at++) {
        if (words->items[at].apart > APART_PAREN)
            break;
        enum transport here = transport_of(p, at);
        if (here == TRANSPORT_NONE &&
            !(transport != TRANSPORT_NONE && (p->field->roles[at] & ROLE_JOIN) != 0))
            break;
        transport |= here;
    }
    return (enum transport)transport;
}

/* The only transport that the sentence names. */
static enum transport transport_in_sentence(const struct ports *p, size_t number)
{
    unsigned transport = TRANSPORT_NONE;
    size_t at = number;

    while (at > 0 && is_near(p, at - 1, number))
        at--;
    for (; is_near(p, at, number); at++)
        transport |= transport_of(p, at);
    return transport == TRANSPORT_BOTH ? TRANSPORT_NONE : (enum transport)transport;
}

static const char *known_service(const struct understanding *u, unsigned port,
                                 enum transport transport)
{
    for (size_t i = 0; i < u->port_count; i++)
        if (u->ports[i].port == port &&
            (transport == TRANSPORT_NONE || transport == TRANSPORT_BOTH ||
             u->ports[i].udp == (transport == TRANSPORT_UDP)))
            return u->ports[i].service;
    return NULL;
}

/* Is there another number, a comma or a closing bracket before the number at TO? */
static bool is_cut_off(const struct ports *p, size_t from, size_t to)
{
    const struct words *words = &p->field->words;

    for (size_t at = from; at < to; at++)
        if (word_is_number(&words->items[at]))
            return true;
    for (size_t at = from; at <= to; at++)
        if (words->items[at].apart >= APART_COMMA)
            return true;
    return bytes_find_byte(words_text(words, from - 1, to), ')') != SIZE_MAX;
}

/* "443 (HTTPS)", "443/tcp HTTPS": nothing but a transport and an opening bracket between. */
static bool names_it(const struct ports *p, size_t number, size_t service)
{
    const struct words *words = &p->field->words;
    struct bytes between = words_text(words, number, service);

    for (size_t at = number + 1; at < service; at++)
        if (transport_of(p, at) == TRANSPORT_NONE)
            return false;
    return words->items[service].apart <= APART_COLON &&
           bytes_find_byte(between, ')') == SIZE_MAX;
}

/* The service named beside the number: "(HTTPS)" behind it, or right before "port". */
static const char *service_beside(const struct ports *p, size_t number)
{
    const char *before = NULL;

    for (size_t i = 0; i < p->entry->fact_count; i++) {
        const struct fact *fact = &p->entry->facts[i];
        if (fact->field != p->field || fact->concept->about != ABOUT_SERVICE ||
            fact->concept->weak || !is_near(p, fact->first, number))
            continue;
        if (fact->first > number && names_it(p, number, fact->first))
        return fact->concept->value;
        if (fact->last < number && number - fact->last <= 5 &&
            !is_cut_off(p, fact->last + 1, number))
        before = fact->concept->value;
    }
    return before;
}

static const char *sole_service(const struct entry_read *entry)
{
    const char *sole = NULL;

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct fact *fact = &entry->facts[i];
        if (fact->concept->about != ABOUT_SERVICE || fact->state != STATE_AFFIRMED ||
            fact->concept->weak)
            continue;
        if (sole != NULL && !bytes_is(bytes_of(sole), fact->concept->value))
            return NULL;
        sole = fact->concept->value;
    }
    return sole;
}

/* A port that the device connects to is no listener of its own. */
static bool is_outbound(const struct ports *p, size_t number)
{
    bool outbound = false;

    for (size_t i = 0; i < p->entry->fact_count; i++) {
        const struct fact *fact = &p->entry->facts[i];
        if (fact->field != p->field || fact->concept->about != ABOUT_OUTBOUND ||
            !is_near(p, fact->first, number))
            continue;
        if (fact->concept->is_no && fact->state == STATE_AFFIRMED)
            return false;
        outbound |= fact->concept->is_yes && fact->state == STATE_AFFIRMED;
    }
    return outbound;
}

static void note_service(struct understanding *u, const char *service, const char *status)
{
    for (size_t i = 0; i < u->found_count; i++)
        if (bytes_is(bytes_of(u->found[i].service), service))
            return;
    u->found = arena_grow(u->arena, u->found, &u->found_capacity, u->found_count + 1,
                          sizeof *u->found);
    u->found[u->found_count++] = (struct port_found){service, status};
}

static struct error *put_port(struct ports *p, size_t first, size_t number, unsigned port,
                              const char *transport, enum state state)
{
    struct query *query = &p->u->into[INTO_LISTENER];
    enum transport kind = transport == NULL                      ? TRANSPORT_NONE
                          : bytes_is(bytes_of(transport), "udp") ? TRANSPORT_UDP
                                                                 : TRANSPORT_TCP;
    const char *service = service_beside(p, number);
    const char *status = state == STATE_NEGATED ? "disabled" : p->row->status;

    if (++p->written > LIMIT_ENTRY_PORTS)
        return NULL;
    if (service == NULL)
        service = known_service(p->u, port, kind);
    if (service == NULL)
        service = sole_service(p->entry);
    if (service != NULL)
        note_service(p->u, service, status);
    put_entry(query, p->entry);
    put_name(query, 4, transport);
    query_bind_integer(query, 5, port);
    put_name(query, 6, service);
    put_name(query, 7, status);
    put_tri(query, 8, p->row->network);
    TRY(query_step(query));
    put_statement(p->u, p->entry, p->field, "port",
                  arena_printf(p->u->arena, "%s%s%u%s%s", state == STATE_NEGATED ? "not " : "",
                               transport == NULL     ? ""
                               : transport[0] == 't' ? "tcp/"
                                                     : "udp/",
                               port, service == NULL ? "" : " ",
                               service == NULL ? "" : service),
                  first, number);
    return NULL;
}

static struct error *put_ports(struct ports *p, size_t first, size_t number, unsigned from,
                               unsigned to, enum transport transport)
{
    struct stretch stretch = {.words = &p->field->words,
                              .roles = p->field->roles,
                              .claimed =
                                  arena_array(p->u->arena, p->field->words.count, sizeof(bool)),
                              .first = (uint32_t)first,
                              .last = (uint32_t)number};
    enum state state = polarity_of(&stretch);

    if (state == STATE_UNCLEAR || state == STATE_IGNORED)
        return NULL;
    if (transport != TRANSPORT_UDP && is_outbound(p, number)) {
        put_statement(p->u, p->entry, p->field, "port",
                      arena_printf(p->u->arena, "outbound %u", from), first, number);
        return NULL;
    }
    for (unsigned port = from; port <= to; port++) {
        if (transport == TRANSPORT_NONE)
            TRY(put_port(p, first, number, port, NULL, state));
        if (transport & TRANSPORT_TCP)
            TRY(put_port(p, first, number, port, "tcp", state));
        if (transport & TRANSPORT_UDP)
            TRY(put_port(p, first, number, port, "udp", state));
    }
    return NULL;
}

static bool is_port_number(unsigned number)
{
    return number > 0 && number <= 65535;
}

/* "5000-5010", "5000 to 5010": the end of the range that begins at AT, or AT. */
static size_t range_end(const struct ports *p, size_t at)
{
    const struct words *words = &p->field->words;
    unsigned from = word_number(&words->items[at]);
    size_t end = at + 1;

    if (is_near(p, end, at) && word_is(&words->items[end], "to"))
        end++;
    else if (!is_near(p, end, at) ||
             (words->items[end].apart != APART_GLUED && words->items[end].apart != APART_DASH))
        return at;
    if (!is_near(p, end, at))
        return at;
    unsigned to = word_number(&words->items[end]);
    return to > from && is_port_number(to) ? end : at;
}

/* The next number of a list, or 0: "80, 443 and 8080", "67/68". */
static size_t next_in_list(const struct ports *p, size_t at, bool many)
{
    const struct words *words = &p->field->words;
    size_t next = at + 1;
    bool joined = false;

    while (
        is_near(p, next, at) && words->items[next].apart <= APART_COMMA &&
        ((p->field->roles[next] & ROLE_JOIN) != 0 || transport_of(p, next) != TRANSPORT_NONE)) {
        joined |= (p->field->roles[next] & ROLE_JOIN) != 0;
        next++;
    }
    if (!is_near(p, next, at) || words->items[next].apart > APART_COMMA ||
        !is_port_number(word_number(&words->items[next])))
        return 0;
    joined |= words->items[next].apart == APART_COMMA;
    bool slash = words->items[next].apart == APART_SLASH;
    return slash || (many && joined) ? next : 0;
}

/* A list that begins with the number at *AT; moves *AT to its last word. */
static struct error *read_list(struct ports *p, size_t *at, struct lead lead)
{
    const struct words *words = &p->field->words;
    size_t first = *at, last = *at;
    enum transport transport = lead.transport;

    for (size_t next = *at; next > 0; next = next_in_list(p, last, lead.many))
        last = range_end(p, next);
    if (transport == TRANSPORT_NONE)
        transport = transport_behind(p, last);
    for (size_t next = *at; next > 0; next = next_in_list(p, *at, lead.many)) {
        enum transport own = next > 0 ? transport_of(p, next - 1) : TRANSPORT_NONE;
        if (own == TRANSPORT_NONE)
            own = transport_behind(p, next);
        *at = range_end(p, next);
        unsigned from = word_number(&words->items[next]), to = word_number(&words->items[*at]);
        if (own == TRANSPORT_NONE)
            own = transport != TRANSPORT_NONE ? transport : transport_in_sentence(p, next);
        if (to - from >= LIMIT_PORT_RANGE) {
            put_statement(p->u, p->entry, p->field, "port",
                          arena_printf(p->u->arena, "unclear: %u-%u", from, to), first, *at);
            continue;
        }
        TRY(put_ports(p, first, *at, from, to, own));
    }
    return NULL;
}

static struct error *read_field(struct ports *p)
{
    const struct words *words = &p->field->words;
    bool physical = bytes_is(p->entry->table, "15-PhyIntf");

    for (size_t at = 0; at < words->count; at++) {
        if (!is_port_number(word_number(&words->items[at])))
            continue;
        struct lead lead = lead_of(p, at);
        enum transport behind = transport_behind(p, at);
        /* "USB port 2" is none of a transport. */
        bool named = physical ? lead.transport != TRANSPORT_NONE || behind != TRANSPORT_NONE
                              : lead.is_port;
        if (!named && (behind == TRANSPORT_NONE || words->items[at + 1].apart > APART_PAREN))
            continue;
        lead.many |= behind != TRANSPORT_NONE;
        TRY(read_list(p, &at, lead));
    }
    return NULL;
}

struct error *understand_ports(struct understanding *u, const struct entry_read *entry,
                               const struct row_facts *row)
{
    struct ports p = {.u = u, .entry = entry, .row = row};

    u->found = NULL;
    u->found_count = u->found_capacity = 0;
    for (size_t i = 0; i < entry->field_count; i++) {
        p.field = &entry->fields[i];
        if (p.field->scope >= 0 && (bytes_is(bytes_of(p.field->name), "ID") ||
                                    bytes_is(bytes_of(p.field->name), "Description") ||
                                    bytes_is(bytes_of(p.field->name), "Access") ||
                                    bytes_is(bytes_of(p.field->name), "Status") ||
                                    bytes_is(bytes_of(p.field->name), "Cryptographic Details")))
            TRY(read_field(&p));
    }
    return NULL;
}
