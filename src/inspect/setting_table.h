#ifndef INSPECT_SETTING_TABLE_H
#define INSPECT_SETTING_TABLE_H

#include "inspect/service_boot.h"
#include "inspect/setting_read.h"

/* Which file belongs to which program, and what arguments of a program are settings. */

/* The program whose main configuration stands at PATH, read into SETTINGS. False: none. */
bool setting_read_file(struct settings *settings, const struct system_node *file);

/* Is it worth keeping the file at this path? */
bool setting_is_configuration(struct bytes path);

/* Adds what the arguments of a started program set. */
void setting_read_arguments(struct settings *settings, const struct boot_service *service);

#endif
