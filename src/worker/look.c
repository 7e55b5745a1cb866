#include "inspect/patterns.h"
#include "unpack/raw.h"
#include "worker/worker.h"

/* A file smaller than this holds no image worth searching. */
#define CARVE_LEAST 4096U

static const char *const firmware_suffixes[] = {".bin", ".img", ".fw",  ".trx", ".chk", ".rom",
                                                ".dat", ".ubi", ".upd", ".pkg", ".ota", ".raw"};

static void told(struct worker *worker, const struct wire_unread *unread)
{
    size_t mark = wire_begin(worker->out, WIRE_UNREAD);

    wire_unread(worker->out, unread);
    wire_end(worker->out, mark);
    channel_sent(worker);
}

void look_unread(struct worker *worker, struct bytes path, uint64_t bytes, const char *reason)
{
    if (++worker->item_losses > LIMIT_UNREAD)
        return;
    if (worker->item_losses == LIMIT_UNREAD)
        reason = "and more: so many losses are told one by one, not these";
    told(worker,
         &(struct wire_unread){
             .item = worker->item, .path = path, .bytes = bytes, .reason = bytes_of(reason)});
}

void look_row(struct worker *worker, const struct observation *observation)
{
    if (++worker->rows > LIMIT_ROWS_NODE) {
        if (worker->rows == LIMIT_ROWS_NODE + 1)
            sink_unread(&worker->sink, bytes_of(""), 0,
                        "so many facts about one file that not all are stated");
        return;
    }
    size_t mark = wire_begin(worker->out, WIRE_ROW);
    wire_row(worker->out, describe_index(observation->observable), observation);
    wire_end(worker->out, mark);
    channel_sent(worker);
}

/* Should content that no format claims be searched as a raw image? */
static bool worth_carving(const struct look *look)
{
    if (look->node->kind == NODE_CONTAINER)
        return look->node->path.size == 0 || !bytes_is_text(look->content);
    if (look->content.size < CARVE_LEAST || look->node->kind != NODE_FILE)
        return false;
    if ((look->flags & WIRE_CARVE) != 0 &&
        !bytes_is_text(bytes_slice(look->content, 0, CARVE_LEAST)))
        return true;
    for (size_t i = 0; i < COUNT_OF(firmware_suffixes); i++)
        if (bytes_ends(look->node->path, firmware_suffixes[i]))
            return true;
    return false;
}

/* What the content is; *OPENS says whether it has something inside. */
static const struct format *recognise(const struct look *look, bool *opens)
{
    const struct format *format = NULL;

    *opens = false;
    if (look->content.size == 0 || look->node->format.size > 0)
        return NULL;
    format = format_of(look->content, NULL);
    if (format == NULL
            ? worth_carving(look)
            : look->node->kind == NODE_CONTAINER && raw_should_open(format, look->content))
        format = format_named(bytes_of("raw"));
    if (format == NULL)
        return NULL;
    *opens = format->is_leaf == NULL || !format->is_leaf(look->content);
    return format;
}

/* Runs one check over the file. True when it could look at all of it. */
static bool inspect_by(struct worker *worker, const struct check *check,
                       const struct look *look, const struct hit_list *hits)
{
    struct file file = {
        .node = look->node,
        .content = look->content,
        .hits = hits->hits,
        .hit_count = hits->count,
    };
    struct error *error = check->run(&file, worker->file, &worker->sink);

    if (hits->cut)
        sink_unread(&worker->sink, look->node->path, 0,
                    "so many places to look at in one file that not all were looked at");
    if (error == NULL)
        return true;
    sink_unread_error(&worker->sink, look->node->path, 0,
                      error_wrap(error, "check %s", check->name));
    return false;
}

/* Every check that wants the file sees it. Gives one bit for each that did. */
static uint64_t inspect(struct worker *worker, const struct look *look)
{
    struct hit_list *hits = arena_array(worker->file, check_count, sizeof *hits);
    uint64_t wanted = 0, looked = 0;
    bool scan = false;

    for (size_t i = 0; i < check_count; i++) {
        if (checks[i]->wants == NULL || !checks[i]->wants(look->node, look->content))
            continue;
        wanted |= UINT64_C(1) << i;
        hits[i].wanted = checks[i]->has_patterns;
        scan = scan || checks[i]->has_patterns;
    }
    if (scan)
        sink_unread_error(&worker->sink, look->node->path, 0,
                          error_wrap(patterns_scan(look->content, worker->file, hits),
                                     "looking for patterns"));
    for (size_t i = 0; i < check_count; i++)
        if ((wanted >> i & 1) != 0 && inspect_by(worker, checks[i], look, &hits[i]))
            looked |= UINT64_C(1) << i;
    return looked;
}

static bool is_kept(const struct look *look)
{
    if ((look->flags & WIRE_DELIVER) != 0)
        return true;
    if ((look->flags & WIRE_PLAIN) != 0)
        return false;
    if (look->node->kind != NODE_FILE)
        return false;
    for (size_t i = 0; i < check_count; i++)
        if (checks[i]->keeps != NULL && checks[i]->keeps(look->node, look->content))
            return true;
    return false;
}

/* Is it to be kept, and small enough? One that is not is told. */
static bool may_keep(struct worker *worker, const struct look *look)
{
    if (!is_kept(look))
        return false;
    if ((look->flags & WIRE_DELIVER) != 0 || look->content.size <= LIMIT_KEPT_FILE)
        return true;
    sink_unread(&worker->sink, look->node->path, 0,
                "too large to be looked at together with the files around it");
    return false;
}

static void send_content(struct worker *worker, const struct wire_content *content)
{
    size_t mark = wire_begin(worker->out, WIRE_CONTENT);

    wire_content(worker->out, content);
    wire_end(worker->out, mark);
    channel_sent(worker);
}

void look(struct worker *worker, struct look *look)
{
    struct wire_content content = {
        .item = look->node->id,
        .size = look->content.size,
        .sha256 = look->node->has_sha256 ? look->node->sha256 : hash_sha256(look->content),
    };
    bool opens;
    const struct format *format = recognise(look, &opens);

    worker->rows = 0;
    content.format = format == NULL ? look->node->format : bytes_of(format->name);
    content.opens = opens ? 1 : 0;
    if (format != NULL && !bytes_is(content.format, "raw"))
        look->node->format = content.format;
    look->node->size = look->content.size;
    /* What a container holds is looked at when its parts come by: told twice counts twice. */
    if ((look->flags & WIRE_PLAIN) == 0 &&
        (!opens || (look->node->kind != NODE_CONTAINER && !bytes_is(content.format, "raw"))))
        content.checks = inspect(worker, look);
    content.kept = may_keep(worker, look) ? 1 : 0;
    if (look->has_place)
        content.place = look->place;
    else if (content.opens != 0 || content.kept != 0)
        content.place = memory_keep(worker, look->content, content.opens != 0);
    send_content(worker, &content);
    arena_reset(worker->file);
}

void look_lost(struct worker *worker, const struct node *node, struct error *error)
{
    struct wire_content content = {.item = node->id, .size = WIRE_LOST};

    sink_unread_error(&worker->sink, node->path, node->size, error);
    send_content(worker, &content);
}
