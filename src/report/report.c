#include "report/report.h"

#include <string.h>

#define REPORT(name) extern const struct report report_##name;
#include "report/reports.def"
#undef REPORT

#define REPORT(name) &report_##name,
const struct report *const reports[] = {
#include "report/reports.def"
};
#undef REPORT
const size_t report_count = COUNT_OF(reports);

const struct report *report_named(const char *name)
{
    for (size_t i = 0; i < report_count; i++)
        if (strcmp(reports[i]->name, name) == 0)
            return reports[i];
    return NULL;
}
