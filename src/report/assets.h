#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

/* The files of assets/, built into the program. */
extern const char assets_css[];

#endif
