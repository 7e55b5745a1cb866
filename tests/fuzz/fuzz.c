/*
 * One harness for each format and each check, from this template: compiled with
 * -DFUZZ_FORMAT=name or -DFUZZ_CHECK=name. With -Dfuzz=true libFuzzer drives it; without,
 * replay.c runs it over files.
 *
 * A format gets the input as an image. A check gets a small file system: the input is a list of
 *
 *     u8 length of the path, the path, u8 kind (see below), u32le size, that many bytes
 *
 * where the bytes are the content of a file or the target of a link. tests/fuzz/seeds packs
 * folders so. Statements about spans that hold for every input are checked too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/size.h"
#include "dry.h"
#include "property/spans.h"

#define NAME_OF_(row) #row
#define NAME_OF(row)  NAME_OF_(row)

#define FUZZ_BYTES (16U << 20) /* unpacked from one input: enough to reach every path */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken statement is a crash, so that a fuzzer keeps the input. */
static void demand(struct error *error)
{
    if (error == NULL)
        return;
    fprintf(stderr, "%s\n", error_line(error));
    abort();
}

#ifdef FUZZ_FORMAT

static void look(struct dry *dry, struct bytes input)
{
    const struct format *format = format_named(bytes_of(NAME_OF(FUZZ_FORMAT)));

    if (format == NULL)
        abort();
    (void)format->recognise(input);
    if (format->measure != NULL)
        (void)format->measure(input);
    if (format->is_leaf != NULL)
        (void)format->is_leaf(input);
    error_free(dry_unpack_one(dry, format, input));
    demand(spans_check(dry));
}

#else

static const struct check *check_called(const char *name)
{
    for (size_t i = 0; i < check_count; i++)
        if (bytes_is(bytes_of(checks[i]->name), name))
            return checks[i];
    abort();
}

/* Kinds: 0 a file, 1 a program, 2 a link, 3 a folder, 4 a file of unusual mode. */
static bool add_one(struct dry *dry, struct cursor *c)
{
    struct bytes path = cursor_bytes(c, cursor_u8(c));
    uint8_t kind = cursor_u8(c);
    uint32_t wanted = cursor_u32le(c);
    struct bytes content = cursor_bytes(c, size_min(wanted, cursor_left(c)));
    struct node node = {.path = path, .has_owner = true, .mode = kind == 1 ? 0755 : 0644};

    if (!cursor_ok(c))
        return false;
    if (kind == 2) {
        node.kind = NODE_LINK;
        node.target = content;
    } else if (kind == 3) {
        node.kind = NODE_DIR;
        node.mode = 0755;
    } else {
        const struct format *format = format_of(content, NULL);
        node.mode = kind == 4 ? 06777 : node.mode;
        node.format = bytes_of(format == NULL ? NULL : format->name);
    }
    bool has_content = node.kind == NODE_FILE;
    struct error *error =
        sink_node(&dry->sink, &node, has_content ? content_now(content) : content_none(), NULL);
    error_free(error);
    return error == NULL;
}

static void look(struct dry *dry, struct bytes input)
{
    struct cursor c = cursor_over(input);
    unsigned files = 0;

    dry_unpack(dry, bytes_of(""), "");
    while (cursor_left(&c) > 0 && files++ < 64 && add_one(dry, &c))
        ;
    dry_inspect(dry, check_called(NAME_OF(FUZZ_CHECK)));
    demand(NULL);
}

#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    owned(dry) dry = dry_new();

    dry->limit = FUZZ_BYTES;
    look(dry, bytes_from(data, size));
    return 0;
}
