#include "image.h"

extern const struct format format_elf;

TEST(elf_is_measured)
{
    struct image image = {0};
    size_t size;

    image_shell("cp \"$(readlink -f /bin/sh)\" sh && strip sh");
    image = image_read("sh");
    size = image.size;
    if (size == 0)
        return;
    owned(dry) dry = dry_new();
    CHECK_TRUE(format_elf.recognise(image_bytes(&image)) >= 100);
    image_text(&image, "behind");
    CHECK_INT(format_elf.measure(image_bytes(&image)), size);
    CHECK_TRUE(format_elf.is_leaf(image_bytes(&image)));
    CHECK_SUCCESS(dry_unpack_one(dry, &format_elf, image_bytes(&image)));
    CHECK_INT(dry->node_count, 1);
    CHECK_TRUE(image_is_covered(dry, size));
    /* Half of it bids too little to be carved, and is still an ELF file. */
    CHECK_INT(format_elf.recognise(bytes_from(image.bytes, size / 2)), 32);
    image_torture(&format_elf, bytes_from(image.bytes, size < 65536 ? size : 65536));
    image_clear(&image);
}

TEST(elf_kernel_gives_what_it_embeds)
{
    if (!image_shell("printf 'all: it' > rd && printf 'CONFIG_X=y\\n' | gzip -n > cfg.gz && "
                     "{ printf IKCFG_ST; cat cfg.gz; printf IKCFG_ED; } > cfg && "
                     "printf 'int x = 1;' > x.c && cc -c x.c -o x.o && "
                     "objcopy --add-section .init.ramfs=rd --add-section .rodata.cfg=cfg "
                     "x.o vmlinux.o")) {
        printf("# cc or objcopy is not installed\n");
        return;
    }
    struct image image = image_read("vmlinux.o"), cfg = image_read("cfg");
    owned(dry) dry = dry_new();

    CHECK_TRUE(!format_elf.is_leaf(image_bytes(&image)));
    CHECK_SUCCESS(dry_unpack_one(dry, &format_elf, image_bytes(&image)));
    CHECK_NODE(dry, "initramfs", bytes_of("all: it"));
    CHECK_NODE(dry, "ikconfig", image_bytes(&cfg));
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_torture(&format_elf, image_bytes(&image));
    image_clear(&image);
    image_clear(&cfg);
}

/* MIPS and others: a program that unpacks the kernel it carries. */
TEST(elf_kernel_that_unpacks_itself_is_searched)
{
    if (!image_shell(
            "printf 'int main(void) { return 0; }' > m.c && cc m.c -o m && "
            "seq 1 20000 | gzip -n > packed && objcopy --add-section .kernel:vmlinux=packed "
            "m zImage && objcopy --add-section .other=packed m plain")) {
        printf("# cc or objcopy is not installed\n");
        return;
    }
    struct image image = image_read("zImage"), packed = image_read("packed");
    struct image plain = image_read("plain");
    owned(dry) dry = dry_new();

    CHECK_TRUE(!format_elf.is_leaf(image_bytes(&image)));
    CHECK_TRUE(format_elf.is_leaf(image_bytes(&plain)));
    CHECK_SUCCESS(dry_unpack_one(dry, &format_elf, image_bytes(&image)));
    CHECK_TRUE(dry->node_count > 1 && bytes_starts(dry->nodes[1].node.path, "gzip@"));
    CHECK_INT(dry->nodes[dry->node_count > 1 ? 1 : 0].node.size, packed.size);
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_clear(&image);
    image_clear(&packed);
    image_clear(&plain);
}

int main(void)
{
    RUN(elf_is_measured);
    RUN(elf_kernel_gives_what_it_embeds);
    RUN(elf_kernel_that_unpacks_itself_is_searched);
    image_clean_up();
    return test_end();
}
