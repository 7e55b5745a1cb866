#include "unpack/format.h"

#define FORMAT(name) extern const struct format format_##name;
#include "unpack/formats.def"
#undef FORMAT

#define FORMAT(name) &format_##name,
const struct format *const formats[] = {
#include "unpack/formats.def"
};
#undef FORMAT
const size_t format_count = COUNT_OF(formats);

const struct format *format_named(struct bytes name)
{
    for (size_t i = 0; i < format_count; i++)
        if (bytes_is(name, formats[i]->name))
            return formats[i];
    return NULL;
}

const struct format *format_of(struct bytes image, unsigned *bits)
{
    const struct format *best = NULL;
    unsigned most = 0;

    for (size_t i = 0; i < format_count; i++) {
        unsigned bid = formats[i]->recognise(image);
        if (bid > most) {
            most = bid;
            best = formats[i];
        }
    }
    if (bits != NULL)
        *bits = most;
    return best;
}
