#include "dry.h"
#include "test.h"

extern const struct check check_product;

/* The value of the first row about WHAT in a file at PATH, or "-". */
static struct bytes value_of(struct dry *dry, const char *path, struct bytes content,
                             const char *what)
{
    struct node node = {.path = bytes_of(path), .kind = NODE_FILE};
    struct file file = {.node = &node, .content = content};

    if (!check_product.wants(&node, content))
        return bytes_of("-");
    CHECK_SUCCESS(check_product.run(&file, dry->arena, &dry->sink));
    for (size_t i = dry->observation_count; i > 0; i--)
        if (bytes_is(dry_value(dry, dry->observations[i - 1], "what"), what))
            return dry_value(dry, dry->observations[i - 1], "value");
    return bytes_of("-");
}

TEST(keys_in_every_spelling)
{
    owned(dry) dry = dry_new();

    CHECK_BYTES(
        value_of(dry, "etc/device.xml", bytes_of("<a><modelName>X1</modelName></a>"), "model"),
        "X1");
    CHECK_BYTES(
        value_of(dry, "etc/default_config.xml", bytes_of("<SSID val=\"Home_1\" />"), "ssid"),
        "Home_1");
    CHECK_BYTES(value_of(dry, "system/build.prop", bytes_of("ro.product.manufacturer=ACME\n"),
                         "vendor"),
                "ACME");
    CHECK_BYTES(value_of(dry, "etc/nvram.conf", bytes_of("fw_version=1.2.3\n"), "version"),
                "1.2.3");
    CHECK_BYTES(
        value_of(dry, "etc/config/system", bytes_of("\toption hostname 'Cam'\n"), "hostname"),
        "Cam");
    CHECK_BYTES(
        value_of(dry, "etc/product.json", bytes_of("{\n \"model_name\": \"Z 9\",\n}"), "model"),
        "Z 9");
}

TEST(flags_and_placeholders_are_no_words)
{
    owned(dry) dry = dry_new();

    CHECK_BYTES(value_of(dry, "etc/nvram.conf", bytes_of("modelname=%s\nssid=1\n"), "model"),
                "-");
    CHECK_BYTES(value_of(dry, "etc/nvram.conf", bytes_of("fw_version=none\n"), "version"), "-");
    CHECK_BYTES(value_of(dry, "etc/alsa.conf", bytes_of("model=foo\n"), "model"), "-");
}

TEST(device_trees)
{
    static const char tree[] = "\xd0\x0d\xfe\xed\0\0\0\x64\0\0\0\x38\0\0\0\x5c"
                               "\0\0\0\x28\0\0\0\x11\0\0\0\x10\0\0\0\0\0\0\0\x08\0\0\0\x24"
                               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\0\0\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x07\0\0\0\0Board1\0\0"
                               "\0\0\0\x02\0\0\0\x09model\0\0\0";
    struct bytes whole = bytes_from(tree, sizeof tree - 1);
    owned(dry) dry = dry_new();

    CHECK_BYTES(value_of(dry, "x.dtb", whole, "model"), "Board1");
    for (size_t size = 0; size < whole.size; size++)
        (void)value_of(dry, "x.dtb", bytes_slice(whole, 0, size), "board");
}

int main(void)
{
    RUN(keys_in_every_spelling);
    RUN(flags_and_placeholders_are_no_words);
    RUN(device_trees);
    return test_end();
}
