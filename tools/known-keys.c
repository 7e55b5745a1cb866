/*
 * Turns knowledge/keys/ into a C table that src/inspect/key_known.c searches:
 *
 *     known-keys OUTPUT.c FILE.yaml …
 *
 * The table is sorted by the digest of the SubjectPublicKeyInfo; three indices lead from the
 * other digests to its rows.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/generate.h"

#define DIGEST 32

enum digest { SPKI, PKCS1, SSH, CERTIFICATE, DIGESTS };

static const char *const digest_names[DIGESTS] = {"spki_sha256", "pkcs1_sha256", "ssh_sha256",
                                                  "cert_sha256"};

struct row {
    uint8_t digest[DIGESTS][DIGEST];
    bool has[DIGESTS];
    const struct yaml *map;
};

struct table {
    struct arena *arena;
    struct row *rows;
    size_t count, capacity;
};

/* The value of C in the digits ALPHABET, or stops. */
static unsigned digit(const struct yaml *map, const char *alphabet, char c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);

    if (at == NULL)
        generate_stop(map, "'%c' is no digit of a digest", c);
    return (unsigned)(at - alphabet);
}

static void read_hex(const struct yaml *map, const char *value, uint8_t out[DIGEST])
{
    static const char digits[] = "0123456789abcdef";

    if (strlen(value) != 2 * DIGEST)
        generate_stop(map, "a SHA-256 has 64 hexadecimal digits: %s", value);
    for (size_t i = 0; i < DIGEST; i++)
        out[i] = (uint8_t)(digit(map, digits, value[2 * i]) << 4 |
                           digit(map, digits, value[2 * i + 1]));
}

static void read_base64(const struct yaml *map, const char *value, uint8_t out[DIGEST])
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned held = 0, bits = 0;
    size_t size = 0;

    if (strlen(value) != 43)
        generate_stop(map, "an SSH fingerprint has 43 base64 digits: %s", value);
    for (; *value != '\0'; value++) {
        held = (held << 6 | digit(map, digits, *value)) & 0xffff;
        bits += 6;
        if (bits >= 8 && size < DIGEST) {
            bits -= 8;
            out[size++] = (uint8_t)(held >> bits);
        }
    }
}

static bool is_private(const struct yaml *map)
{
    return bytes_is(yaml_text(map, "private_public"), "yes");
}

static void read_row(struct table *table, const struct yaml *map)
{
    struct arena *arena = table->arena;

    generate_check_keys(map,
                        "spki_sha256 pkcs1_sha256 ssh_sha256 cert_sha256 type bits category "
                        "class tier private_public purpose product repo");
    table->rows =
        arena_grow(arena, table->rows, &table->capacity, table->count + 1, sizeof *table->rows);
    struct row *row = &table->rows[table->count++];
    row->map = map;
    for (size_t i = 0; i < DIGESTS; i++) {
        const char *value = generate_text(map, digest_names[i], arena);
        row->has[i] = value != NULL;
        if (value != NULL && i == SSH)
            read_base64(map, value, row->digest[i]);
        else if (value != NULL)
            read_hex(map, value, row->digest[i]);
    }
    generate_must(map, "spki_sha256", arena);
    generate_must(map, "category", arena);
    generate_must(map, "purpose", arena);
    const char *tier = generate_must(map, "tier", arena);
    if (strlen(tier) != 1 || strchr("12349", tier[0]) == NULL)
        generate_stop(map, "tier is 1, 2, 3, 4 or 9");
    if (!is_private(map) && !bytes_is(yaml_text(map, "private_public"), "not-seen"))
        generate_stop(map, "private_public is yes or not-seen");
}

static int by_spki(const void *a, const void *b)
{
    const struct row *left = a, *right = b;

    return memcmp(left->digest[SPKI], right->digest[SPKI], DIGEST);
}

/* A digest of the row with this number in the table. */
struct entry {
    const uint8_t *digest;
    size_t row;
};

static int by_digest(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;

    return memcmp(left->digest, right->digest, DIGEST);
}

static void put_digest(struct text *out, const uint8_t digest[DIGEST])
{
    text_add(out, "{{");
    for (size_t i = 0; i < DIGEST; i++)
        text_addf(out, "0x%02x%s", digest[i], i + 1 < DIGEST ? "," : "}}");
}

static void put_rows(struct text *out, const struct table *table)
{
    struct arena *arena = table->arena;

    text_add(out, "const struct key_known key_known_rows[] = {\n");
    for (size_t i = 0; i < table->count; i++) {
        const struct yaml *map = table->rows[i].map;
        const char *product = generate_text(map, "product", arena);
        const char *repo = generate_text(map, "repo", arena);
        text_add(out, "{.spki = ");
        put_digest(out, table->rows[i].digest[SPKI]);
        text_add(out, ", .as = ");
        generate_literal(
            out, arena_printf(arena, "%s%s%s", generate_must(map, "purpose", arena),
                              product == NULL ? "" : "; ", product == NULL ? "" : product));
        text_add(out, ", .category = ");
        generate_literal(out, generate_must(map, "category", arena));
        text_add(out, ", .source = ");
        generate_literal(out, repo == NULL ? "" : repo);
        text_addf(out, ", .tier = %s, .private_public = %d},\n",
                  generate_must(map, "tier", arena), is_private(map));
    }
    text_addf(out, "};\nconst size_t key_known_row_count = %zu;\n", table->count);
}

static void put_index(struct text *out, const struct table *table, const char *name,
                      enum digest which)
{
    struct entry *entries = arena_array(table->arena, table->count, sizeof *entries);
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].has[which])
            entries[count++] = (struct entry){table->rows[i].digest[which], i};
    qsort(entries, count, sizeof *entries, by_digest);
    text_addf(out, "const struct key_known_index key_known_%s[] = {\n", name);
    for (size_t i = 0; i < count; i++) {
        text_add(out, "{");
        put_digest(out, entries[i].digest);
        text_addf(out, ", %zu},\n", entries[i].row);
    }
    text_addf(out, "};\nconst size_t key_known_%s_count = %zu;\n", name, count);
}

int main(int argc, char **argv)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    struct table table = {.arena = arena};

    if (argc < 3)
        return 2;
    for (int i = 2; i < argc; i++) {
        const struct yaml *list = generate_list(generate_read(argv[i], arena), "keys");
        for (size_t k = 0; k < list->count; k++)
            read_row(&table, &list->items[k]);
    }
    qsort(table.rows, table.count, sizeof *table.rows, by_spki);
    for (size_t i = 1; i < table.count; i++)
        if (by_spki(&table.rows[i - 1], &table.rows[i]) == 0)
            generate_stop(table.rows[i].map, "two entries have the spki_sha256 of this one");
    text_add(out, "/* Made from knowledge/keys/. */\n#include \"inspect/key_known.h\"\n\n");
    put_rows(out, &table);
    put_index(out, &table, "pkcs1", PKCS1);
    put_index(out, &table, "ssh", SSH);
    put_index(out, &table, "certificate", CERTIFICATE);
    generate_write(argv[1], out);
    return 0;
}
