#ifndef TESTS_UNIT_CAPTURE_PRINT_H
#define TESTS_UNIT_CAPTURE_PRINT_H

#include "base/text.h"
#include "capture/warc.h"

/* A capture as text: one line for each exchange and each loss. */
struct print {
    struct capture_sink sink;
    struct text *out;
};

static inline void print_text(struct text *out, const char *name, struct bytes text)
{
    if (text.size == 0)
        return;
    text_addf(out, " %s=", name);
    text_add_json(out, text);
}

static inline struct error *print_record(struct capture_sink *sink,
                                         const struct capture_record *record)
{
    static const char *const flags[] = {"asked",   "get",      "cookie", "identity", "gives",
                                        "demands", "password", "moves",  "pdf"};
    struct text *out = ((struct print *)(void *)sink)->out;

    text_addf(out, "%u", record->record);
    if (record->kind == CAPTURE_EXCHANGE)
        text_addf(out, " %u", record->status);
    print_text(out, "url", record->url);
    print_text(out, "date", record->date);
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        if ((record->flags >> i & 1) != 0)
            text_addf(out, " %s", flags[i]);
    print_text(out, "location", record->location);
    print_text(out, "type", record->type);
    print_text(out, "title", record->title);
    print_text(out, "fields", record->fields);
    print_text(out, "text", record->text);
    if (record->letters > 0)
        text_addf(out, " letters=%u", record->letters);
    print_text(out, "trouble", record->trouble);
    text_add_char(out, '\n');
    return NULL;
}

/* Adds FILE to OUT; an error as its last line. */
static inline void print_capture(struct bytes file, struct text *out)
{
    struct print print = {.sink.record = print_record, .out = out};
    struct error *error = warc_read(file, &print.sink);

    if (error != NULL)
        text_addf(out, "%s: %s\n", error_kind_name(error_kind(error)), error_line(error));
    error_free(error);
}

#endif
