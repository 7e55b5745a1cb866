#ifndef TESTS_PROPERTY_SPANS_H
#define TESTS_PROPERTY_SPANS_H

#include "dry.h"

/* ERROR_INTERNAL for the first span that leaves its container or overlaps another of it. */
struct error *spans_check(const struct dry *dry) MUST_CHECK;

#endif
