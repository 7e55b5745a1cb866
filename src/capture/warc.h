#ifndef CAPTURE_WARC_H
#define CAPTURE_WARC_H

#include "model/capture.h"

/*
 * Reads a capture of web pages (WARC, ISO 28500:2017; versions 0.18 to 1.1), plain or in gzip with
 * one member for each record, as wget and browsers write it, and puts its exchanges in a sink, in
 * the order of the file. Runs in the worker: the file comes from outside.
 *
 * What is damaged is put in as a loss, and the rest is read. ERROR_INPUT when FILE is no capture
 * at all; else what the sink says.
 */
struct error *warc_read(struct bytes file, struct capture_sink *sink) MUST_CHECK;

#endif
