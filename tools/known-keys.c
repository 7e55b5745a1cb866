/*
 * Turns knowledge/keys/ into a C table that src/inspect/key_known.c searches:
 *
 *     known-keys FILE.yaml … > key_known_table.c
 *
 * The table is sorted by the digest of the SubjectPublicKeyInfo; three indices lead from the
 * other digests to its rows. A mistake is reported as file:line and ends the build.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define ROWS   16384
#define TEXT   480
#define DIGEST 32

enum digest { SPKI, PKCS1, SSH, CERTIFICATE, DIGESTS };

struct row {
    uint8_t digest[DIGESTS][DIGEST];
    bool has[DIGESTS];
    char type[32], bits[16], category[32], class[32], tier[4], private_public[16];
    char purpose[TEXT], product[TEXT], repo[TEXT];
};

static struct row rows[ROWS];
static size_t row_count;
static const char *file_name;
static size_t line;

static _Noreturn __attribute__((format(printf, 1, 2))) void stop(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    fprintf(stderr, "%s:%zu: ", file_name, line);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

/* The value of C in the digits ALPHABET, or stops. */
static unsigned digit(const char *alphabet, char c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);

    if (at == NULL)
        stop("'%c' is no digit of a digest", c);
    return (unsigned)(at - alphabet);
}

static void read_hex(const char *value, uint8_t out[DIGEST])
{
    static const char digits[] = "0123456789abcdef";

    if (strlen(value) != 2 * DIGEST)
        stop("a SHA-256 has 64 hexadecimal digits: %s", value);
    for (size_t i = 0; i < DIGEST; i++)
        out[i] = (uint8_t)(digit(digits, value[2 * i]) << 4 | digit(digits, value[2 * i + 1]));
}

static void read_base64(const char *value, uint8_t out[DIGEST])
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned held = 0, bits = 0;
    size_t size = 0;

    if (strlen(value) != 43)
        stop("an SSH fingerprint has 43 base64 digits: %s", value);
    for (; *value != '\0'; value++) {
        held = (held << 6 | digit(digits, *value)) & 0xffff;
        bits += 6;
        if (bits >= 8 && size < DIGEST) {
            bits -= 8;
            out[size++] = (uint8_t)(held >> bits);
        }
    }
}

static void read_text(const char *key, const char *value, char *out, size_t size)
{
    if (*value == '\0' || (size_t)snprintf(out, size, "%s", value) >= size)
        stop("the value of %s is empty or longer than %zu bytes", key, size - 1);
}

static void set(struct row *row, const char *key, const char *value)
{
    static const char *const digests[] = {"spki_sha256", "pkcs1_sha256", "ssh_sha256",
                                          "cert_sha256"};
    const struct {
        const char *key;
        char *out;
        size_t size;
    } texts[] = {
        {"type", row->type, sizeof row->type},
        {"bits", row->bits, sizeof row->bits},
        {"category", row->category, sizeof row->category},
        {"class", row->class, sizeof row->class},
        {"tier", row->tier, sizeof row->tier},
        {"private_public", row->private_public, sizeof row->private_public},
        {"purpose", row->purpose, sizeof row->purpose},
        {"product", row->product, sizeof row->product},
        {"repo", row->repo, sizeof row->repo},
    };

    for (size_t i = 0; i < DIGESTS; i++) {
        if (strcmp(key, digests[i]) != 0)
            continue;
        if (i == SSH)
            read_base64(value, row->digest[i]);
        else
            read_hex(value, row->digest[i]);
        row->has[i] = true;
        return;
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(key, texts[i].key) == 0) {
            read_text(key, value, texts[i].out, texts[i].size);
            return;
        }
    stop("no field of a key is called %s", key);
}

static void check(const struct row *row)
{
    bool yes = strcmp(row->private_public, "yes") == 0;

    if (!row->has[SPKI] || row->category[0] == '\0' || row->purpose[0] == '\0')
        stop("a key needs spki_sha256, category and purpose");
    if (strlen(row->tier) != 1 || strchr("12349", row->tier[0]) == NULL)
        stop("tier is 1, 2, 3, 4 or 9");
    if (!yes && strcmp(row->private_public, "not-seen") != 0)
        stop("private_public is yes or not-seen");
}

/* Reads one file: a map whose `keys` is a list of maps of plain values. */
static void read_file(FILE *in)
{
    yaml_parser_t parser;
    yaml_event_t event;
    char key[TEXT] = "";
    unsigned depth = 0;
    bool done = false;

    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, in);
    while (!done) {
        if (yaml_parser_parse(&parser, &event) == 0) {
            line = parser.problem_mark.line + 1;
            stop("%s", parser.problem);
        }
        line = event.start_mark.line + 1;
        if (event.type == YAML_MAPPING_START_EVENT && ++depth == 2 && row_count == ROWS)
            stop("more than %d keys", ROWS);
        if (event.type == YAML_MAPPING_END_EVENT && depth-- == 2)
            check(&rows[row_count++]);
        if (event.type == YAML_SCALAR_EVENT && depth == 2) {
            const char *value = (const char *)event.data.scalar.value;
            if (key[0] == '\0') {
                read_text("a key", value, key, sizeof key);
            } else {
                set(&rows[row_count], key, value);
                key[0] = '\0';
            }
        }
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

static enum digest sorting;

static int by_digest(const void *a, const void *b)
{
    const struct row *left = a, *right = b;

    return memcmp(left->digest[sorting], right->digest[sorting], DIGEST);
}

static int by_index(const void *a, const void *b)
{
    return by_digest(&rows[*(const size_t *)a], &rows[*(const size_t *)b]);
}

static void print_string(const char *name, const char *value)
{
    printf(".%s = \"", name);
    for (; *value != '\0'; value++) {
        uint8_t c = (uint8_t)*value;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c > 0x7e || c == '?')
            printf("\\%03o", c);
        else
            putchar(c);
    }
    printf("\", ");
}

static void print_digest(const uint8_t digest[DIGEST])
{
    printf("{{");
    for (size_t i = 0; i < DIGEST; i++)
        printf("0x%02x%s", digest[i], i + 1 < DIGEST ? "," : "}}");
}

static void print_rows(void)
{
    char as[2 * TEXT + 4];

    printf("const struct key_known key_known_rows[] = {\n");
    for (size_t i = 0; i < row_count; i++) {
        const struct row *row = &rows[i];
        snprintf(as, sizeof as, "%s%s%s", row->purpose, row->product[0] == '\0' ? "" : "; ",
                 row->product);
        printf("{.spki = ");
        print_digest(row->digest[SPKI]);
        printf(", ");
        print_string("as", as);
        print_string("category", row->category);
        print_string("source", row->repo);
        printf(".tier = %s, .private_public = %d},\n", row->tier,
               strcmp(row->private_public, "yes") == 0);
    }
    printf("};\nconst size_t key_known_row_count = %zu;\n", row_count);
}

static void print_index(const char *name, enum digest which)
{
    static size_t order[ROWS];
    size_t count = 0;

    for (size_t i = 0; i < row_count; i++)
        if (rows[i].has[which])
            order[count++] = i;
    sorting = which;
    qsort(order, count, sizeof order[0], by_index);
    printf("const struct key_known_index key_known_%s[] = {\n", name);
    for (size_t i = 0; i < count; i++) {
        printf("{");
        print_digest(rows[order[i]].digest[which]);
        printf(", %zu},\n", order[i]);
    }
    printf("};\nconst size_t key_known_%s_count = %zu;\n", name, count);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        file_name = argv[i];
        line = 0;
        FILE *in = fopen(argv[i], "rb");
        if (in == NULL)
            stop("cannot be opened");
        read_file(in);
        fclose(in);
    }
    if (row_count == 0)
        stop("no keys");
    sorting = SPKI;
    qsort(rows, row_count, sizeof rows[0], by_digest);
    for (size_t i = 1; i < row_count; i++)
        if (by_digest(&rows[i - 1], &rows[i]) == 0)
            stop("two entries have the same spki_sha256: %s", rows[i].purpose);
    printf("/* Made from knowledge/keys/. */\n#include \"inspect/key_known.h\"\n\n");
    print_rows();
    print_index("pkcs1", PKCS1);
    print_index("ssh", SSH);
    print_index("certificate", CERTIFICATE);
    return 0;
}
