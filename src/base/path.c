#include "base/path.h"

struct bytes path_base(struct bytes path)
{
    for (size_t i = path.size; i > 0; i--)
        if (path.data[i - 1] == '/')
            return bytes_from_offset(path, i);
    return path;
}

struct bytes path_folder(struct bytes path)
{
    return bytes_slice(path, 0, path.size - path_base(path).size);
}

void path_join(struct text *out, const char *folder, const char *name)
{
    struct bytes before = bytes_of(folder);

    while (bytes_ends(before, "/"))
        before = bytes_slice(before, 0, before.size - 1);
    text_add_bytes(out, before);
    text_add_char(out, '/');
    text_add(out, name);
}
