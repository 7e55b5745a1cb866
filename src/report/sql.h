#ifndef REPORT_SQL_H
#define REPORT_SQL_H

/* What the queries of several reports share. */

/* The edition that was judged. */
#define SQL_EDITION "(SELECT value FROM meta WHERE key = 'edition')"

/* The questions, and the remedies, of all rules for the unit u; NULL when they have none. */
#define SQL_ASK SQL_OF_RULES("ask")
#define SQL_FIX SQL_OF_RULES("fix")
#define SQL_OF_RULES(column)                                                      \
    "(SELECT group_concat(" column ", ' ') FROM (SELECT DISTINCT r." column       \
    "  FROM unit_rule AS m JOIN rule AS r ON r.unit = m.rule WHERE m.unit = u.id" \
    "  ORDER BY m.place))"

#endif
