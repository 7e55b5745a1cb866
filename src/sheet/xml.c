#include "sheet/xml.h"

#include <expat.h>
#include <string.h>

#include "base/size.h"

/* Bytes handed to expat at once: it looks at a token that is not whole again with each. */
#define CHUNK     (16U << 20)
#define SEPARATOR '|' /* between namespace and local name, as expat joins them */

struct reading {
    XML_Parser parser;
    const struct xml_handler *handler;
    void *context;
    struct error *error; /* the first; nothing is handed on behind it */
    unsigned depth;
};

static const char *local_name(const char *name)
{
    const char *last = strrchr(name, SEPARATOR);

    return last == NULL ? name : last + 1;
}

static void fail(struct reading *reading, struct error *error)
{
    if (error == NULL)
        return;
    reading->error = error;
    XML_StopParser(reading->parser, XML_FALSE);
}

static void on_start(void *data, const char *name, const char **attributes)
{
    struct reading *reading = data;

    if (reading->error != NULL)
        return;
    if (++reading->depth > LIMIT_XML_DEPTH)
        fail(reading, error_new(ERROR_LIMIT, "more than %u elements inside each other",
                                LIMIT_XML_DEPTH));
    else
        fail(reading, reading->handler->start(reading->context, local_name(name),
                                              (const char *const *)attributes));
}

static void on_end(void *data, const char *name)
{
    struct reading *reading = data;

    if (reading->error != NULL)
        return;
    reading->depth--;
    fail(reading, reading->handler->end(reading->context, local_name(name)));
}

static void on_text(void *data, const char *text, int size)
{
    struct reading *reading = data;

    if (reading->error != NULL || size <= 0)
        return;
    fail(reading, reading->handler->text(reading->context, bytes_from(text, (size_t)size)));
}

static void on_doctype(void *data, const char *name, const char *system, const char *public_id,
                       int internal)
{
    (void)name;
    (void)system;
    (void)public_id;
    (void)internal;
    fail(data, error_new(ERROR_INPUT, "it declares a document type: no workbook does, and an "
                                      "entity could stand for any amount of text"));
}

static struct error *parse(struct reading *reading, struct bytes part)
{
    size_t at = 0;

    do {
        struct bytes chunk = bytes_slice(part, at, CHUNK);
        at += chunk.size;
        enum XML_Status status = XML_Parse(reading->parser, (const char *)chunk.data,
                                           (int)chunk.size, at == part.size);
        if (reading->error != NULL)
            return reading->error;
        if (status != XML_STATUS_OK)
            return error_new(ERROR_INPUT, "line %lu: %s",
                             (unsigned long)XML_GetCurrentLineNumber(reading->parser),
                             XML_ErrorString(XML_GetErrorCode(reading->parser)));
    } while (at < part.size);
    return NULL;
}

struct error *xml_read(struct bytes part, const struct xml_handler *handler, void *context)
{
    struct reading reading = {.handler = handler, .context = context};

    if (part.size == 0)
        return error_new(ERROR_INPUT, "it is empty");
    reading.parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (reading.parser == NULL)
        return error_new(ERROR_LIMIT, "no memory to read it");
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, on_start, on_end);
    if (handler->text != NULL)
        XML_SetCharacterDataHandler(reading.parser, on_text);
    XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
    struct error *error = parse(&reading, part);
    XML_ParserFree(reading.parser);
    return error;
}

const char *xml_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(local_name(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

bool xml_is_on(const char *const *attributes, const char *name, bool otherwise)
{
    const char *value = xml_attribute(attributes, name);

    return value == NULL ? otherwise : strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
}
