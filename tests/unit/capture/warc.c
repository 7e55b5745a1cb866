#include "capture/warc.h"

#include <zlib.h>

#include "test.h"
#include "unit/capture/print.h"

/* One record, as wget writes it. */
static void add_record(struct text *out, const char *type, const char *id, const char *other,
                       const char *url, const char *message)
{
    text_addf(out, "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <%s>\r\n", type, id);
    if (other != NULL)
        text_addf(out, "WARC-Concurrent-To: <%s>\r\n", other);
    text_addf(
        out,
        "WARC-Target-URI: <%s>\r\nWARC-Date: 2026-11-20T10:00:00Z\r\n"
        "Content-Type: application/http;msgtype=%s\r\nContent-Length: %zu\r\n\r\n%s\r\n\r\n",
        url, type, strlen(message), message);
}

static void add_exchange(struct text *out, const char *url, const char *asked,
                         const char *answer)
{
    add_record(out, "request", "q", NULL, url, asked);
    add_record(out, "response", "a", "q", url, answer);
}

static void reads(struct bytes file, const char *wanted)
{
    owned(text) got = text_new();

    print_capture(file, got);
    CHECK_STRING(text_string(got), wanted);
}

#define ASKED "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define WHEN  "date=\"2026-11-20T10:00:00Z\" asked get"

/* What one answer is read as, behind the address. */
static void answers(const char *answer, const char *wanted)
{
    owned(text) file = text_new();
    owned(text) all = text_new();

    add_exchange(file, "http://a/", ASKED, answer);
    text_addf(all, "2 %s\n", wanted);
    reads(text_bytes(file), text_string(all));
}

TEST(exchanges)
{
    owned(text) file = text_new();

    add_record(file, "warcinfo", "i", NULL, "", "software: Wget\r\n");
    add_exchange(file, "http://a/r",
                 "GET /r HTTP/1.1\r\ncookie: a=b\r\nAuthorization: x\r\n\r\n",
                 "HTTP/1.1 302 Found\r\nLocation: /x\r\nSet-Cookie: c=d\r\n\r\n");
    add_exchange(file, "http://a/x", "POST /x HTTP/1.1\r\n\r\n",
                 "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n\r\n");
    reads(
        text_bytes(file),
        "3 302 url=\"http://a/r\" date=\"2026-11-20T10:00:00Z\" asked get cookie identity gives"
        " location=\"/x\"\n"
        "5 401 url=\"http://a/x\" date=\"2026-11-20T10:00:00Z\" asked demands\n");
}

TEST(requests_of_answers)
{
    owned(text) file = text_new();

    /* An answer before its request; one without; another address beside. */
    add_record(file, "response", "a1", NULL, "http://a/", "HTTP/1.1 200 OK\r\n\r\n");
    add_record(file, "request", "q1", "a1", "http://a/", ASKED);
    add_record(file, "response", "a2", NULL, "http://b/", "HTTP/1.1 200 OK\r\n\r\n");
    add_record(file, "request", "q3", NULL, "http://c/", ASKED);
    add_record(file, "response", "a3", NULL, "http://c/", "HTTP/1.1 200 OK\r\n\r\n");
    reads(text_bytes(file), "1 200 url=\"http://a/\" " WHEN "\n"
                            "3 200 url=\"http://b/\" date=\"2026-11-20T10:00:00Z\"\n"
                            "5 200 url=\"http://c/\" " WHEN "\n");
}

TEST(pages)
{
    answers(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<title>T</title>x y",
        "200 url=\"http://a/\" " WHEN " type=\"text/html\" title=\"T\" text=\"x y\" letters=2");
    answers("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\na\r\nb",
            "200 url=\"http://a/\" " WHEN " type=\"text/plain\" text=\"a b\" letters=2");
    answers("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 x",
            "200 url=\"http://a/\" " WHEN " pdf type=\"application/pdf\"");
    answers("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<title>no</title>",
            "200 url=\"http://a/\" " WHEN " type=\"image/png\"");
    answers("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nx",
            "200 url=\"http://a/\" " WHEN " type=\"text/html\" text=\"x\" letters=1"
            " trouble=\"the server announced more bytes than were kept\"");
    answers("nonsense\r\n\r\n", "0 url=\"http://a/\" " WHEN);
    answers("HTTP/1.1 200 OK",
            "0 url=\"http://a/\" " WHEN " trouble=\"the head of its message has no end\"");
}

#define CHUNKED \
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"

TEST(chunks)
{
    static const char page[] = "200 url=\"http://a/\" " WHEN " type=\"text/html\"";
    owned(text) wanted = text_new();

    text_addf(wanted, "%s text=\"one two\" letters=6", page);
    answers(CHUNKED "3\r\none\r\n4;x=y\r\n two\r\n0\r\n\r\n", text_string(wanted));
    /* A browser that put it together, and left the field. */
    answers(CHUNKED "<p>one two", text_string(wanted));
    text_addf(wanted, " trouble=\"its last chunk is missing\"");
    answers(CHUNKED "3\r\none\r\n4\r\n two\r\n", text_string(wanted));
    answers(CHUNKED "3\r\none\r\nfffffffffffffffffffff\r\n two",
            "200 url=\"http://a/\" " WHEN " type=\"text/html\" text=\"one\" letters=3"
            " trouble=\"its last chunk is missing\"");
}

/* Packs BYTES as gzip (31), zlib (15) or bare deflate (-15). */
static struct bytes pack(struct bytes bytes, int window, struct arena *arena)
{
    size_t room = bytes.size + 200;
    uint8_t *out = arena_alloc(arena, room);
    z_stream zlib = {.next_in = arena_copy(arena, bytes).data != NULL
                                    ? (Bytef *)arena_string(arena, bytes)
                                    : NULL,
                     .avail_in = (uInt)bytes.size,
                     .next_out = out,
                     .avail_out = (uInt)room};

    CHECK_INT(deflateInit2(&zlib, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY), Z_OK);
    CHECK_INT(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    size_t size = room - zlib.avail_out;
    deflateEnd(&zlib);
    return bytes_from(out, size);
}

static void add_packed(struct text *out, const char *encoding, struct bytes body)
{
    owned(text) message = text_new();

    text_addf(message,
              "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: %s\r\n\r\n",
              encoding);
    text_add_bytes(message, body);
    add_record(out, "request", "q", NULL, "http://a/", ASKED);
    text_addf(out,
              "WARC/1.0\r\nWARC-Type: response\r\nWARC-Concurrent-To: <q>\r\n"
              "WARC-Target-URI: http://a/\r\nContent-Type: application/http\r\n"
              "Content-Length: %zu\r\n\r\n",
              message->size);
    text_add_bytes(out, text_bytes(message));
    text_add(out, "\r\n\r\n");
}

TEST(packed_bodies)
{
    static const char *const sound = "2 200 url=\"http://a/\" asked get type=\"text/html\""
                                     " text=\"one two\" letters=6\n";
    const struct {
        const char *encoding;
        int window;
    } ways[] = {{"gzip", 31}, {"x-gzip", 31}, {"deflate", 15}, {"deflate", -15}};
    owned(arena) arena = arena_new();
    struct bytes page = bytes_of("<p>one two</p>");

    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        owned(text) file = text_new();
        add_packed(file, ways[i].encoding, pack(page, ways[i].window, arena));
        reads(text_bytes(file), sound);
    }
    owned(text) plain = text_new();
    add_packed(plain, "gzip", page); /* unpacked by the browser that captured it */
    reads(text_bytes(plain), sound);
    owned(text) brotli = text_new();
    add_packed(brotli, "br", page);
    reads(text_bytes(brotli), "2 200 url=\"http://a/\" asked get type=\"text/html\""
                              " trouble=\"it is packed by br, which is not read here\"\n");
    owned(text) cut = text_new();
    struct bytes packed = pack(page, 31, arena);
    add_packed(cut, "gzip", bytes_slice(packed, 0, packed.size - 6));
    reads(text_bytes(cut), "2 200 url=\"http://a/\" asked get type=\"text/html\""
                           " text=\"one two\" letters=6"
                           " trouble=\"what it is packed in is damaged or cut short\"\n");
}

/* Each record a member, as wget writes them; and a member that is damaged costs itself alone. */
TEST(members)
{
    owned(arena) arena = arena_new();
    owned(text) file = text_new();
    owned(text) first = text_new();
    owned(text) second = text_new();

    add_record(first, "response", "a", NULL, "http://a/", "HTTP/1.1 404 No\r\n\r\n");
    add_record(second, "response", "b", NULL, "http://b/", "HTTP/1.1 200 OK\r\n\r\n");
    struct bytes packed = pack(text_bytes(first), 31, arena);
    text_add_bytes(file, packed);
    text_add_bytes(file, pack(text_bytes(second), 31, arena));
    reads(text_bytes(file), "1 404 url=\"http://a/\" date=\"2026-11-20T10:00:00Z\"\n"
                            "2 200 url=\"http://b/\" date=\"2026-11-20T10:00:00Z\"\n");
    file->data[packed.size - 8] ^= 1; /* its checksum */
    owned(text) got = text_new();
    print_capture(text_bytes(file), got);
    CHECK_TRUE(bytes_contains(text_bytes(got), "1 trouble=\"at byte 0: the gzip checksum is"));
    CHECK_TRUE(bytes_contains(text_bytes(got), "2 200 url=\"http://b/\""));
    file->data[40] ^= 0x55; /* what is packed */
    text_clear(got);
    print_capture(text_bytes(file), got);
    CHECK_TRUE(bytes_contains(text_bytes(got), "trouble=\"at byte 0: "));
    CHECK_TRUE(bytes_contains(text_bytes(got), " 200 url=\"http://b/\""));
}

TEST(damage)
{
    owned(text) file = text_new();

    reads(bytes_of("PK"), "input: it does not begin as a WARC file does\n");
    reads(bytes_of("WARC/1.0\r\n"), "1 trouble=\"a record whose head has no end\"\n");
    reads(bytes_of("WARC/1.0\r\nWARC-Type: response\r\n\r\n"),
          "1 trouble=\"a record that does not say its length\"\n");
    reads(bytes_of("WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nx"),
          "1 trouble=\"the file ends in the middle of a record\"\n");
    add_exchange(file, "http://a/", ASKED, "HTTP/1.1 200 OK\r\n\r\n");
    text_add(file, "garbage\r\n");
    add_record(file, "response", "b", NULL, "http://b/", "HTTP/1.1 410 Gone\r\n\r\n");
    reads(text_bytes(file), "2 trouble=\"bytes between two records that are none\"\n"
                            "2 200 url=\"http://a/\" " WHEN "\n"
                            "3 410 url=\"http://b/\" date=\"2026-11-20T10:00:00Z\"\n");
    reads(bytes_slice(text_bytes(file), 0, file->size - 8),
          "2 trouble=\"bytes between two records that are none\"\n"
          "2 200 url=\"http://a/\" " WHEN "\n"
          "3 0 url=\"http://b/\" date=\"2026-11-20T10:00:00Z\""
          " trouble=\"the file ends in the middle of it\"\n");
}

/* A length that is too short leaves bytes that are no record: said, and the next one is found. */
TEST(a_length_that_lies)
{
    reads(bytes_of("WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 2\r\n\r\nlonger\r\n\r\n"
                   "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n"
                   "WARC-Target-URI: http://a/\r\nContent-Length: 19\r\n\r\n"
                   "HTTP/1.1 200 OK\r\n\r\n\r\n\r\n"),
          "1 trouble=\"a record that is longer than it says\"\n"
          "1 trouble=\"bytes between two records that are none\"\n"
          "2 200 url=\"http://a/\"\n");
}

/* A page that unpacks to a hundred times what is read of one. */
TEST(bomb)
{
    owned(arena) arena = arena_new();
    owned(text) page = text_new();
    owned(text) file = text_new();

    while (page->size <= LIMIT_CAPTURE_PAGE)
        text_add(page,
                 "<p>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</p>");
    add_packed(file, "gzip", pack(text_bytes(page), 31, arena));
    reads(text_bytes(file), "2 200 url=\"http://a/\" asked get type=\"text/html\""
                            " trouble=\"it is larger than the pages that are read\"\n");
}

/* So much text that no more of it is kept: the last page says so. */
TEST(texts_have_a_limit)
{
    owned(text) file = text_new();
    owned(text) page = text_new();
    owned(text) got = text_new();

    text_add(page, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
    while (page->size < LIMIT_CAPTURE_TEXT + 100)
        text_add(page, "a word and another one ");
    for (unsigned i = 0; i <= LIMIT_CAPTURE_TEXTS / 2 / (LIMIT_CAPTURE_TEXT - 8); i++)
        add_record(file, "response", "a", NULL, "http://a/", text_string(page));
    add_record(file, "response", "a", NULL, "http://last/", text_string(page));
    print_capture(text_bytes(file), got);
    size_t last = bytes_find_string(text_bytes(got), "http://last/");
    CHECK_TRUE(last != SIZE_MAX);
    CHECK_TRUE(bytes_contains(bytes_from_offset(text_bytes(got), last),
                              "trouble=\"the pages before it in the capture fill"));
    CHECK_TRUE(
        !bytes_contains(bytes_slice(text_bytes(got), 0, LIMIT_CAPTURE_TEXT), "trouble="));
}

/* Exchanges beyond the limit are a loss each, up to the limit of those; the first are kept. */
TEST(exchanges_have_a_limit)
{
    owned(text) file = text_new();
    owned(text) got = text_new();

    for (unsigned i = 0; i < LIMIT_CAPTURE_RECORDS + LIMIT_CAPTURE_LOSSES + 10; i++)
        add_record(file, "response", "a", NULL, "http://a/", "HTTP/1.1 200 OK\r\n\r\n");
    print_capture(text_bytes(file), got);
    CHECK_INT(bytes_count(text_bytes(got), '\n'), LIMIT_CAPTURE_RECORDS + LIMIT_CAPTURE_LOSSES);
    CHECK_TRUE(bytes_contains(text_bytes(got), "trouble=\"more answers than are read\""));
}

TEST(losses_have_a_limit)
{
    owned(text) file = text_new();
    owned(text) got = text_new();

    for (unsigned i = 0; i < LIMIT_CAPTURE_LOSSES + 50; i++)
        text_add(file, "WARC/1.0\r\n\r\n");
    print_capture(text_bytes(file), got);
    CHECK_INT(bytes_count(text_bytes(got), '\n'), LIMIT_CAPTURE_LOSSES);
    CHECK_TRUE(bytes_contains(text_bytes(got), "which is not told one by one"));
}

/* Nothing that is cut or turned round may be read outside of the file, or go on for ever. */
TEST(every_prefix_and_every_flip)
{
    owned(arena) arena = arena_new();
    owned(text) plain = text_new();
    owned(text) packed = text_new();
    owned(text) got = text_new();
    struct text *const files[] = {plain, packed};
    size_t request;

    add_record(plain, "request", "q", NULL, "http://a/", ASKED);
    request = plain->size;
    text_clear(plain);
    add_exchange(plain, "http://a/", ASKED, CHUNKED "3\r\none\r\n4;x=y\r\n two\r\n0\r\n\r\n");
    add_packed(plain, "gzip", pack(bytes_of("<title>T</title><p hidden>x</p>"), 31, arena));
    text_add_bytes(packed, pack(text_bytes(plain), 31, arena));
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct bytes whole = text_bytes(files[i]);
        for (size_t size = 0; size < whole.size; size++) {
            text_clear(got);
            print_capture(arena_copy(arena, bytes_slice(whole, 0, size)), got);
            /* An exchange, a loss or an error; but a request alone is none. */
            CHECK_TRUE(got->size > 0 || (i == 0 && size + 4 >= request && size <= request));
        }
        for (size_t at = 0; at < whole.size; at++) {
            text_clear(got);
            files[i]->data[at] ^= 0x55;
            print_capture(whole, got);
            files[i]->data[at] ^= 0x55;
        }
    }
}

int main(void)
{
    RUN(exchanges);
    RUN(requests_of_answers);
    RUN(pages);
    RUN(chunks);
    RUN(packed_bodies);
    RUN(members);
    RUN(damage);
    RUN(a_length_that_lies);
    RUN(bomb);
    RUN(texts_have_a_limit);
    RUN(exchanges_have_a_limit);
    RUN(losses_have_a_limit);
    RUN(every_prefix_and_every_flip);
    return test_end();
}
