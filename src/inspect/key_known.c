#include "inspect/key_known.h"

static int compare(const struct sha256 *a, const struct sha256 *b)
{
    return bytes_compare(bytes_from(a->bytes, sizeof a->bytes),
                         bytes_from(b->bytes, sizeof b->bytes));
}

const struct key_known *key_known_by_spki(const struct sha256 *digest)
{
    size_t low = 0, high = key_known_row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&key_known_rows[middle].spki, digest);
        if (order == 0)
            return &key_known_rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const struct key_known *by_index(const struct key_known_index *index, size_t count,
                                        const struct sha256 *digest)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&index[middle].digest, digest);
        if (order == 0)
            return &key_known_rows[index[middle].row];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct key_known *key_known_by_pkcs1(const struct sha256 *digest)
{
    return by_index(key_known_pkcs1, key_known_pkcs1_count, digest);
}

const struct key_known *key_known_by_ssh(const struct sha256 *digest)
{
    return by_index(key_known_ssh, key_known_ssh_count, digest);
}

const struct key_known *key_known_by_certificate(const struct sha256 *digest)
{
    return by_index(key_known_certificate, key_known_certificate_count, digest);
}
