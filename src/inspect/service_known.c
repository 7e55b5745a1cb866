#include "inspect/service_known.h"

static int order(struct bytes name, const char *other)
{
    return bytes_compare(name, bytes_of(other));
}

const struct service_known *service_known_find(struct bytes name)
{
    size_t low = 0, high = service_table_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int compared = order(name, service_table[middle].name);
        if (compared == 0)
            return &service_table[middle];
        if (compared < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool service_known_ordinary(struct bytes name)
{
    size_t low = 0, high = ordinary_table_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int compared = order(name, ordinary_table[middle]);
        if (compared == 0)
            return true;
        if (compared < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool service_known_listed(const char *list, struct bytes word)
{
    struct bytes rest = bytes_of(list), one;

    while (bytes_next_word(&rest, &one))
        if (bytes_equal(one, word))
            return true;
    return false;
}
