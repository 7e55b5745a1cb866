#include "base/size.h"
#include "unpack/carve.h"

/* Shorter runs of one value belong to what they lie in, unless they fill a gap from an edge. */
#define PADDING_EDGE 64
/* A run in the middle must fill a flash sector to be told apart. */
#define PADDING_INSIDE 4096
/* Entropy is measured over at least this much: 16 KiB of random bytes have 7.989 bits. */
#define WINDOW_BYTES      (16U << 10)
#define ENCRYPTED_ENTROPY 7.9
/* Text and code stay far below. */
#define TEXT_ENTROPY 6.6
/* So many windows or interior runs at most in one image: maps are for people. */
#define WINDOWS_AT_MOST 1024
/* A shorter change of kind between two equal neighbours is noise. */
#define NOISE_WINDOWS 4
/* A smaller stretch is not worth a node of its own; a factory partition has some 500 bytes. */
#define NODE_BYTES 256
/* Tables of random numbers are part of a kernel; something packed in it is larger. */
#define KERNEL_PACKED_BYTES (256U << 10)
/* … and so are long runs of zeros: it aligns its sections to 64 KiB or more. */
#define KERNEL_INSIDE (1U << 20)

enum kind {
    KIND_UNKNOWN,
    KIND_TEXT,
    KIND_ENCRYPTED,
};

struct rest {
    struct bytes image;
    bool kernel;
    size_t window, inside;
    struct arena *arena;
    struct sink *sink;
};

/* A run of windows of one kind. */
struct run {
    uint64_t from, to;
    enum kind kind;
};

static bool is_padding(uint8_t value)
{
    return value == 0x00 || value == 0xff;
}

/* How many bytes from AT on, at most up to END, have the same padding value. */
static uint64_t padding_forward(struct bytes image, uint64_t at, uint64_t end)
{
    uint64_t from = at;
    uint8_t value = bytes_at(image, (size_t)at);

    if (at >= end || !is_padding(value))
        return 0;
    while (end - at >= PADDING_INSIDE &&
           bytes_all(bytes_slice(image, at, PADDING_INSIDE), value))
        at += PADDING_INSIDE;
    while (at < end && bytes_at(image, (size_t)at) == value)
        at++;
    return at - from;
}

/* How many bytes before END, at most down to FROM, have the same padding value. */
static uint64_t padding_backward(struct bytes image, uint64_t from, uint64_t end)
{
    uint64_t at = end;
    uint8_t value = end == 0 ? 1 : bytes_at(image, (size_t)end - 1);

    if (end <= from || !is_padding(value))
        return 0;
    while (at - from >= PADDING_INSIDE &&
           bytes_all(bytes_slice(image, at - PADDING_INSIDE, PADDING_INSIDE), value))
        at -= PADDING_INSIDE;
    while (at > from && bytes_at(image, (size_t)at - 1) == value)
        at--;
    return end - at;
}

uint64_t carve_data_bytes(struct bytes image, uint64_t from)
{
    if (from >= image.size)
        return 0;
    from += padding_forward(image, from, image.size);
    return image.size - padding_backward(image, from, image.size) - from;
}

static bool looks_like_text(struct bytes bytes)
{
    size_t printable = 0, nul = 0;

    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t c = bytes_at(bytes, i);
        printable += (c >= 0x20 && c < 0x7f) || (c >= '\t' && c <= '\r');
        nul += c == 0;
    }
    /* Strings ended by NUL are text too: a boot loader's environment. */
    return nul <= bytes.size / 4 && printable + nul >= bytes.size - bytes.size / 20;
}

static enum kind kind_of(struct bytes window)
{
    double entropy = bytes_entropy(window);

    if (window.size >= WINDOW_BYTES && entropy >= ENCRYPTED_ENTROPY)
        return KIND_ENCRYPTED;
    return entropy < TEXT_ENTROPY && looks_like_text(window) ? KIND_TEXT : KIND_UNKNOWN;
}

static void give_span(struct rest *rest, uint64_t from, uint64_t to, enum span_kind kind,
                      const char *what)
{
    struct span span = {.offset = from, .length = to - from, .kind = kind, .what = what};
    struct bytes sample = bytes_slice(rest->image, from, size_min(to - from, 1U << 20));

    if (kind != SPAN_PADDING)
        span.entropy = bytes_entropy(sample);
    rest->sink->actions->span(rest->sink, &span);
}

static struct error *give_run(struct rest *rest, const struct run *run)
{
    static const char *const formats_of[] = {"unknown", "text", "encrypted"};
    static const char *const whats[] = {"unknown", "text", "encrypted, or packed unknown"};
    const char *format = formats_of[run->kind];
    uint64_t size = run->to - run->from;

    if (rest->kernel && (run->kind != KIND_ENCRYPTED || size < KERNEL_PACKED_BYTES)) {
        format = "vmlinux";
        give_span(rest, run->from, run->to, SPAN_EXPLAINED, "Linux kernel code and data");
    } else {
        give_span(rest, run->from, run->to,
                  run->kind == KIND_ENCRYPTED ? SPAN_ENCRYPTED : SPAN_UNKNOWN,
                  whats[run->kind]);
    }
    /* Which kernel it is stands in few bytes, which no check sees but in a node. */
    if (size < NODE_BYTES &&
        !(rest->kernel &&
          bytes_contains(bytes_slice(rest->image, run->from, size), "Linux version ")))
        return NULL;
    struct node node = {
        .kind = NODE_FILE,
        .path = carve_name(rest->arena, format, run->from),
        .format = bytes_of(format),
        .size = size,
        .offset = run->from,
        .has_offset = true,
    };
    return sink_node(rest->sink, &node, content_slice(run->from, size), NULL);
}

/* Short runs of another kind between two runs take the kind before them; equal ones then join. */
static size_t smooth(const struct rest *rest, struct run *runs, size_t count)
{
    size_t kept = 0;

    uint64_t noise_bytes =
        rest->kernel ? KERNEL_PACKED_BYTES : (uint64_t)NOISE_WINDOWS * rest->window;

    for (size_t i = 0; i < count; i++) {
        bool noise = kept > 0 && i + 1 < count && runs[i].to - runs[i].from < noise_bytes &&
                     runs[i + 1].kind == runs[kept - 1].kind && runs[i].kind != KIND_TEXT;
        if (kept > 0 && (noise || runs[i].kind == runs[kept - 1].kind))
            runs[kept - 1].to = runs[i].to;
        else
            runs[kept++] = runs[i];
    }
    return kept;
}

/* A stretch without long padding is cut where its kind changes. */
static struct error *give_data(struct rest *rest, uint64_t from, uint64_t to)
{
    size_t count = 0;

    if (from >= to)
        return NULL;
    struct run *runs =
        arena_array(rest->arena, (size_t)((to - from) / rest->window) + 1, sizeof *runs);
    for (uint64_t at = from; at < to;) {
        uint64_t end = to - at < 2 * (uint64_t)rest->window ? to : at + rest->window;
        enum kind kind = kind_of(bytes_slice(rest->image, at, end - at));
        if (rest->kernel && kind == KIND_TEXT)
            kind = KIND_UNKNOWN; /* its strings */
        if (count > 0 && runs[count - 1].kind == kind)
            runs[count - 1].to = end;
        else
            runs[count++] = (struct run){at, end, kind};
        at = end;
    }
    count = smooth(rest, runs, count);
    for (size_t i = 0; i < count; i++)
        TRY(give_run(rest, &runs[i]));
    return NULL;
}

/*
 * The next interior run of padding from AT on: it covers at least one of the blocks of half its
 * minimal length that lie on a grid, so only their equality is asked.
 */
static bool next_padding(const struct rest *rest, uint64_t at, uint64_t end, uint64_t *from,
                         uint64_t *to)
{
    uint64_t block = rest->inside / 2;

    for (uint64_t grid = at; grid < end && end - grid >= block; grid += block) {
        uint8_t value = bytes_at(rest->image, (size_t)grid);
        if (!is_padding(value) || !bytes_all(bytes_slice(rest->image, grid, block), value))
            continue;
        *from = grid - padding_backward(rest->image, at, grid + block) + block;
        *to = grid + padding_forward(rest->image, grid, end);
        if (*to - *from >= rest->inside)
            return true;
    }
    return false;
}

struct error *carve_rest(struct bytes image, uint64_t from, uint64_t to, bool kernel,
                         struct arena *arena, struct sink *sink)
{
    size_t share = image.size / WINDOWS_AT_MOST;
    struct rest rest = {
        .image = image,
        .kernel = kernel,
        .window = share < WINDOW_BYTES ? WINDOW_BYTES : share,
        .inside = kernel                   ? KERNEL_INSIDE
                  : share < PADDING_INSIDE ? PADDING_INSIDE
                                           : share,
        .arena = arena,
        .sink = sink,
    };
    uint64_t begin, end;

    if (from >= to)
        return NULL;
    uint64_t ahead = padding_forward(image, from, to);
    if (ahead >= PADDING_EDGE || ahead == to - from) {
        give_span(&rest, from, from + ahead, SPAN_PADDING, "padding");
        from += ahead;
    }
    uint64_t behind = padding_backward(image, from, to);
    uint64_t last = behind >= PADDING_EDGE ? to - behind : to;
    while (next_padding(&rest, from, last, &begin, &end)) {
        TRY(give_data(&rest, from, begin));
        give_span(&rest, begin, end, SPAN_PADDING, "padding");
        from = end;
    }
    TRY(give_data(&rest, from, last));
    if (last < to)
        give_span(&rest, last, to, SPAN_PADDING, "padding");
    return NULL;
}
