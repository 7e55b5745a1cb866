#!/bin/sh
# A FIT image with two parts, their data embedded. Writes input.bin.
set -eu
cd "$(dirname "$0")"
printf 'kernel bytes' > kernel; printf 'root file system' > rootfs
cat > image.its <<'END'
/dts-v1/;
/ {
    description = "golden"; #address-cells = <1>;
    images {
        kernel-1 {
            description = "kernel"; data = /incbin/("kernel"); type = "kernel"; arch = "arm";
            os = "linux"; compression = "none"; load = <0x1000>; entry = <0x1000>;
            hash-1 { algo = "crc32"; };
        };
        rootfs-1 {
            description = "rootfs"; data = /incbin/("rootfs"); type = "ramdisk"; arch = "arm";
            os = "linux"; compression = "none"; hash-1 { algo = "sha256"; };
        };
    };
    configurations { default = "c"; c { kernel = "kernel-1"; ramdisk = "rootfs-1"; }; };
};
END
SOURCE_DATE_EPOCH=1 mkimage -f image.its input.bin > /dev/null 2>&1
rm kernel rootfs image.its
