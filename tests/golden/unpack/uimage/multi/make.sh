#!/bin/sh
# A multi-file image: a table of sizes, then kernel, ramdisk and device tree. Writes input.bin.
set -eu
cd "$(dirname "$0")"
printf 'kernel' > a; printf 'the ramdisk' > b; printf 'tree' > c
SOURCE_DATE_EPOCH=1 mkimage -A arm -O linux -T multi -C none -n 'golden multi' -d a:b:c \
    input.bin > /dev/null
rm a b c
