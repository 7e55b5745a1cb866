#include "dossier/understand.h"

struct error *understand_run(sqlite3 *db)
{
    (void)db;
    return NULL;
}
