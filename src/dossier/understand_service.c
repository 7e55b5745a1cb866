#include "dossier/understand_table.h"

/* The services that a row of 13-SoftServ or 28-LogIntf names. */

static bool is_first_of(const struct entry_read *entry, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (entry->facts[i].concept->about == ABOUT_SERVICE &&
            entry->facts[i].state <= STATE_NEGATED &&
            bytes_is(bytes_of(entry->facts[i].concept->value), entry->facts[at].concept->value))
            return false;
    return true;
}

static struct error *put_service(struct understanding *u, const struct entry_read *entry,
                                 const struct row_facts *row, const char *service,
                                 const char *status)
{
    struct query *query = &u->into[INTO_SERVICE];

    put_entry(query, entry);
    put_name(query, 4, service);
    put_name(query, 5, status);
    put_tri(query, 6, row->network);
    put_tri(query, 7, row->debug);
    put_tri(query, 8, row->configuration);
    return query_step(query);
}

/* Services of ports, where the row names none that is in use. */
static struct error *put_found(struct understanding *u, const struct entry_read *entry,
                               const struct row_facts *row)
{
    for (size_t i = 0; i < u->found_count; i++)
        TRY(put_service(u, entry, row, u->found[i].service, u->found[i].status));
    return NULL;
}

struct error *understand_services(struct understanding *u, const struct entry_read *entry,
                                  const struct row_facts *row)
{
    bool any = false;

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct fact *fact = &entry->facts[i];
        if (fact->concept->about != ABOUT_SERVICE || fact->state > STATE_NEGATED ||
            !is_first_of(entry, i))
            continue;
        any |= fact->state == STATE_AFFIRMED;
        TRY(put_service(u, entry, row, fact->concept->value,
                        fact->state == STATE_NEGATED ? "disabled" : row->status));
    }
    if (!any)
        TRY(put_found(u, entry, row));
    if (any || u->found_count > 0 || !bytes_is(entry->table, "13-SoftServ"))
        return NULL;
    return put_service(u, entry, row, NULL, row->status);
}
