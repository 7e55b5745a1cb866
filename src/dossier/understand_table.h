#ifndef DOSSIER_UNDERSTAND_TABLE_H
#define DOSSIER_UNDERSTAND_TABLE_H

#include "dossier/understand_facts.h"

/* Writing what was understood into the tables; shared by the files of understand_*. */

enum understood {
    INTO_STATEMENT,
    INTO_LISTENER,
    INTO_SERVICE,
    INTO_COMPONENT,
    INTO_MECHANISM,
    INTO_AUTHENTICATION,
    INTO_ACCOUNT,
    INTO_UPDATE,
    INTO_INTERFACE,
    INTO_PARAMETER,
    INTO_GUARANTEE,
    INTO_DATA,
    INTO_COUNT,
};

struct mechanisms;

struct understanding {
    sqlite3 *db;
    struct vocabulary *vocabulary;
    struct mechanisms *mechanisms;
    struct arena *arena; /* of the entry at hand */
    struct arena *lasting;
    struct query into[INTO_COUNT];
    struct query target; /* the field of another entry */
    unsigned inherited;
    struct port_service *ports;
    size_t port_count;
    struct query many; /* SAID_AT_ONCE statements */
    struct said *said; /* of the entry at hand */
    size_t said_count, said_capacity;
    struct port_found *found; /* of the entry at hand */
    size_t found_count, found_capacity;
};

/* A row of `statement` that waits to be written: many at once cost half. */
struct said {
    const struct entry_read *entry;
    const struct field *field;
    const char *name, *value;
    struct bytes excerpt;
};

#define SAID_AT_ONCE 8

/* A service that a port of the entry stands for. */
struct port_found {
    const char *service, *status;
};

/* A service that a port is known for. */
struct port_service {
    unsigned port;
    bool udp;
    const char *service;
};

/* A value for each `?` of the table, from the left: observation, then what follows. */
void put_tri(struct query *query, int place, int tri);           /* -1: NULL */
void put_name(struct query *query, int place, const char *name); /* NULL: NULL */
/* Binds observation, table and entry to the first three. */
void put_entry(struct query *query, const struct entry_read *entry);

/* A row of `statement` for words FIRST to LAST of FIELD; VALUE lives as long as the entry. */
void put_statement(struct understanding *u, const struct entry_read *entry,
                   const struct field *field, const char *name, const char *value, size_t first,
                   size_t last);
/* Writes the rows of the entry, at its end. */
struct error *write_statements(struct understanding *u) MUST_CHECK;
/* The sentence around words FIRST to LAST, cut to what is needed. */
struct bytes excerpt_of(const struct field *field, size_t first, size_t last,
                        struct arena *arena);

/* The standing of every mechanism, from the database. */
struct error *mechanisms_open(sqlite3 *db, struct arena *arena,
                              struct mechanisms **out) MUST_CHECK;
/* Rows of declared_mechanism. *AFFIRMED: how many are said to be in use. */
struct error *understand_mechanisms(struct understanding *u, const struct entry_read *entry,
                                    size_t *affirmed) MUST_CHECK;

/* Rows of declared_component. */
struct error *understand_components(struct understanding *u,
                                    const struct entry_read *entry) MUST_CHECK;

/* What the row as a whole says of its services and listeners. */
struct row_facts {
    const char *status; /* enabled, disabled, NULL */
    int network, debug, configuration;
};

/* Rows of declared_listener; `found` gets the services that they stand for. */
struct error *understand_ports(struct understanding *u, const struct entry_read *entry,
                               const struct row_facts *row) MUST_CHECK;
/* Rows of declared_service, after understand_ports. */
struct error *understand_services(struct understanding *u, const struct entry_read *entry,
                                  const struct row_facts *row) MUST_CHECK;

/* Everything of one entry. */
struct error *understand_entry(struct understanding *u,
                               const struct entry_read *entry) MUST_CHECK;

/* condition_state, after all entries. */
struct error *understand_conditions(sqlite3 *db) MUST_CHECK;

#endif
