#ifndef REPORT_MACHINE_DATE_H
#define REPORT_MACHINE_DATE_H

#include "base/arena.h"

/*
 * A date as people give it, 2026-01-02 or a date with time and zone (RFC 3339), in UTC and to the
 * second: 2026-01-02T00:00:00Z in ARENA. NULL when TEXT is neither. *HAS_TIME: it had a time.
 */
const char *machine_date(struct arena *arena, struct bytes text, bool *has_time);

#endif
