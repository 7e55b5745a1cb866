#include "pipeline/capture.h"

#include "base/limits.h"
#include "pipeline/foreign.h"

static struct error *take_exchange(void *context, struct cursor *c)
{
    struct capture_record record;

    capture_read(c, &record);
    return cursor_ok(c) ? capture_add(context, &record) : NULL;
}

struct error *pipeline_capture(const char *path, const char *worker, bool unlocked,
                               struct sha256 *digest, struct capture **out)
{
    owned(capture) capture = capture_new();
    const struct foreign foreign = {
        .path = path,
        .advice = "capture the page again: wget --warc-file=NAME ADDRESS",
        .job = WIRE_CAPTURE,
        .seconds = LIMIT_CAPTURE_SECONDS,
        .most = LIMIT_CAPTURE_FILE,
        .kind = "captures",
        .too_large = "capture the page alone, without the files it loads",
        .accept = take_exchange,
        .context = capture,
    };

    TRY(foreign_read(&foreign, worker, unlocked, digest));
    *out = take(capture);
    return NULL;
}
