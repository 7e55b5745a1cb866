#include "base/cursor.h"
#include "base/size.h"
#include "unpack/format.h"
#include "unpack/raw.h"

/*
 * A Linux kernel as a boot loader starts it. The packed ones (zImage of ARM, bzImage of x86, EFI
 * zboot of ARM64 and others) are a small decompressor with the kernel proper behind it; that is
 * the child. ARM64's and RISC-V's Image is the kernel itself, not packed: it is searched for what
 * it embeds.
 */

enum kernel_kind {
    KERNEL_ARM,
    KERNEL_X86,
    KERNEL_ZBOOT,
    KERNEL_IMAGE, /* ARM64, RISC-V: not packed */
};

struct kernel {
    enum kernel_kind kind;
    unsigned bits;
    const char *what;
    uint64_t size;                  /* of the file, as its header says */
    uint64_t payload, payload_size; /* where the header says it; 0: to be looked for */
};

/* Documentation/arch/arm/booting.rst: the magic, then the start and end of the image. */
static bool read_arm(struct bytes image, struct kernel *out)
{
    struct cursor little = cursor_at(image, 0x24), big = little;
    bool is_big = cursor_u32be(&big) == 0x016f2818;

    if (!is_big && cursor_u32le(&little) != 0x016f2818)
        return false;
    struct cursor c = cursor_at(image, 0x28);
    uint32_t start = is_big ? cursor_u32be(&c) : cursor_u32le(&c);
    uint32_t end = is_big ? cursor_u32be(&c) : cursor_u32le(&c);
    if (!cursor_ok(&c) || end <= start || end - start < 0x400 || end - start > (256U << 20))
        return false;
    /* Seven or eight equal instructions that do nothing stand before the first branch. */
    bool nops = bytes_equal(bytes_slice(image, 0, 4), bytes_slice(image, 4, 4)) &&
                bytes_equal(bytes_slice(image, 0, 8), bytes_slice(image, 8, 8));
    *out = (struct kernel){
        .kind = KERNEL_ARM,
        .bits = nops ? 32 + 32 + 8 : 32 + 8,
        .what = "ARM zImage",
        .size = end - start,
    };
    return true;
}

/* Documentation/arch/x86/boot.rst: 0x55aa, "HdrS", the version, sectors of set-up code. */
static bool read_x86(struct bytes image, struct kernel *out)
{
    struct cursor c = cursor_at(image, 0x1f1);
    uint64_t sectors = cursor_u8(&c);

    cursor_skip(&c, 2);
    uint64_t paragraphs = cursor_u32le(&c);
    cursor_seek(&c, 0x1fe);
    if (cursor_u16le(&c) != 0xaa55)
        return false;
    cursor_skip(&c, 2);
    if (cursor_u32be(&c) != 0x48647253) /* "HdrS" */
        return false;
    uint16_t version = cursor_u16le(&c);
    uint64_t setup = ((sectors == 0 ? 4 : sectors) + 1) * 512;
    if (!cursor_ok(&c) || version < 0x0200 || version > 0x02ff)
        return false;
    *out = (struct kernel){
        .kind = KERNEL_X86,
        .bits = 16 + 32 + 8,
        .what = "x86 bzImage",
        .size = setup + paragraphs * 16,
    };
    if (version < 0x0208)
        return true;
    cursor_seek(&c, 0x248);
    out->payload = setup + cursor_u32le(&c);
    out->payload_size = cursor_u32le(&c);
    return cursor_ok(&c);
}

/* Linux, drivers/firmware/efi/libstub/zboot-header.S */
static bool read_zboot(struct bytes image, struct kernel *out)
{
    struct cursor c = cursor_over(image);

    if (cursor_u32be(&c) != 0x4d5a0000 || cursor_u32be(&c) != 0x7a696d67) /* "MZ", "zimg" */
        return false;
    *out = (struct kernel){.kind = KERNEL_ZBOOT, .bits = 64, .what = "EFI zboot kernel"};
    out->payload = cursor_u32le(&c);
    out->payload_size = cursor_u32le(&c);
    out->size = out->payload + out->payload_size;
    return cursor_ok(&c) && out->payload >= 64 && out->payload_size > 0;
}

/* Documentation/arch/arm64/booting.rst and riscv/boot-image-header.rst: alike but the magic. */
static bool read_image(struct bytes image, struct kernel *out)
{
    struct cursor c = cursor_at(image, 8);

    cursor_skip(&c, 8);
    uint64_t size = cursor_u64le(&c);
    cursor_seek(&c, 32);
    struct bytes reserved = cursor_bytes(&c, 24);
    uint32_t magic = cursor_u32be(&c);
    bool arm = magic == 0x41524d64 && bytes_all(reserved, 0);                    /* "ARMd" */
    bool riscv = magic == 0x52534305 && bytes_at(reserved, 16) == 'R' &&         /* "RSC", 5 */
                 bytes_at(reserved, 17) == 'I' && bytes_at(reserved, 20) == 'V'; /* "RISCV" */
    if (!cursor_ok(&c) || (!arm && !riscv) || size > (512U << 20))
        return false;
    *out = (struct kernel){
        .kind = KERNEL_IMAGE,
        .bits = 32 + 40,
        .what = arm ? "ARM64 kernel" : "RISC-V kernel",
        .size = size, /* with the zeros it wants behind itself; 0 in old ones */
    };
    return true;
}

static bool read_kernel(struct bytes image, struct kernel *out)
{
    return read_arm(image, out) || read_x86(image, out) || read_zboot(image, out) ||
           read_image(image, out);
}

static unsigned kernel_recognise(struct bytes image)
{
    struct kernel kernel;

    return read_kernel(image, &kernel) ? kernel.bits : 0;
}

static uint64_t kernel_measure(struct bytes image)
{
    struct kernel kernel;

    if (!read_kernel(image, &kernel))
        return 0;
    return kernel.size == 0 ? image.size : kernel.size;
}

/* How a packed kernel begins, with the bytes behind the magic that a decompressor insists on. */
struct packing {
    const char *magic;
    size_t size;
    const char *name;
};

static const struct packing packings[] = {
    {"\x1f\x8b\x08\x00", 4, "vmlinux.gz"}, /* no name: the build uses gzip -n */
    {"\x1f\x8b\x08\x08", 4, "vmlinux.gz"}, /* … or did not, before 2013 */
    {"\xfd"
     "7zXZ\x00\x00\x01",
     8, "vmlinux.xz"}, /* --check=crc32, as the decoder demands */
    {"\x5d\x00\x00", 3, "vmlinux.lzma"},
    {"\x02\x21\x4c\x18", 4, "vmlinux.lz4"},
    {"\x28\xb5\x2f\xfd", 4, "vmlinux.zst"},
    {"BZh91AY&SY", 10, "vmlinux.bz2"},
    {"\x89LZO\x00\x0d\x0a\x1a\x0a", 9, "vmlinux.lzo"},
};

/* Does what stands behind the magic fit? The magics of gzip, lzma and lz4 are short. */
static bool fits(const struct packing *packing, struct bytes found)
{
    struct cursor c = cursor_over(found);
    uint8_t first = bytes_at(found, 0);

    if (first == 0x1f) /* extra flags, then the system: 3 is Unix */
        return (bytes_at(found, 8) & ~6) == 0 && bytes_at(found, 9) == 3;
    if (first == 0x5d) {
        cursor_skip(&c, 1);
        uint32_t dictionary = cursor_u32le(&c);
        uint64_t size = cursor_u64le(&c);
        return (dictionary & (dictionary - 1)) == 0 && dictionary >= 1U << 16 &&
               (size == UINT64_MAX || size < (1U << 30)) && cursor_u8(&c) == 0;
    }
    cursor_skip(&c, packing->size);
    return first != 0x02 || cursor_u32le(&c) < (9U << 20); /* lz4: a block of at most 8 MiB */
}

/* Where the packed kernel begins: the first place where a packing fits. SIZE_MAX: nowhere. */
static size_t find_payload(struct bytes image, const struct packing **packing)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < COUNT_OF(packings); i++) {
        struct bytes magic = bytes_from(packings[i].magic, packings[i].size);
        /* Nothing behind the best place so far can be better. */
        struct bytes area = best == SIZE_MAX ? image : bytes_slice(image, 0, best);
        size_t at = 0;
        for (;;) {
            size_t next = bytes_find(bytes_from_offset(area, at), magic);
            if (next == SIZE_MAX)
                break;
            at += next;
            if (fits(&packings[i], bytes_from_offset(image, at))) {
                best = at;
                *packing = &packings[i];
                break;
            }
            at++;
        }
    }
    return best;
}

static struct error *give_payload(const struct kernel *kernel, struct bytes image, uint64_t end,
                                  struct sink *sink)
{
    const struct packing *packing = NULL;
    uint64_t from = kernel->payload, to = end;
    struct node node = {.kind = NODE_CONTAINER, .path = bytes_of("vmlinux.packed")};

    if (kernel->payload_size > 0 && from < end) {
        to = size_min(from + kernel->payload_size, end);
    } else {
        from = find_payload(bytes_slice(image, 0, end), &packing);
        if (from == SIZE_MAX) {
            sink_unread(sink, bytes_of("vmlinux.packed"), end,
                        "no known packing of the kernel was found in it");
            sink_span(sink, 0, end, SPAN_UNKNOWN, kernel->what);
            return NULL;
        }
        node.path = bytes_of(packing->name);
    }
    if (kernel->payload_size > to - from)
        sink_unread(sink, node.path, kernel->payload_size - (to - from),
                    "the packed kernel is cut short");
    sink_span(sink, 0, from, SPAN_EXPLAINED, kernel->what);
    sink_span(sink, from, to - from, SPAN_EXPLAINED, "packed kernel");
    if (to < end)
        sink_span(sink, to, end - to, SPAN_EXPLAINED, kernel->what);
    node.size = to - from;
    return sink_node(sink, &node, content_slice(from, node.size), NULL);
}

static struct error *kernel_unpack(struct container *container, struct sink *sink)
{
    struct bytes image = container->image;
    struct kernel kernel;

    if (!read_kernel(image, &kernel))
        return error_new(ERROR_INPUT, "no kernel header at byte 0");
    if (kernel.kind == KERNEL_IMAGE) {
        sink_span(sink, 0, size_min(64, image.size), SPAN_EXPLAINED, "kernel header");
        return raw_search(container, 64, sink);
    }
    uint64_t end = size_min(kernel.size, image.size);
    if (end < kernel.size)
        sink_unread(sink, bytes_of(""), kernel.size - end, "the kernel image is cut short");
    return give_payload(&kernel, image, end, sink);
}

static const struct magic magics[] = {
    {"\x18\x28\x6f\x01", 4, 0x24},
    {"\x01\x6f\x28\x18", 4, 0x24},
    {"HdrS", 4, 0x202},
    {"MZ\x00\x00zimg", 8, 0},
    {"ARM\x64", 4, 56},
    {"RISCV\x00\x00\x00RSC\x05", 12, 48},
};

const struct format format_kernel = {
    .name = "kernel",
    .title = "Linux kernel image",
    .source = "Linux, Documentation/arch/{arm,arm64,riscv,x86}",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = kernel_recognise,
    .measure = kernel_measure,
    .unpack = kernel_unpack,
};
