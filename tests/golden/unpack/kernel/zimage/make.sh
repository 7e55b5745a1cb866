#!/bin/sh
# An ARM zImage: eight empty instructions, a jump, magic, start, end, some code, a packed kernel.
set -eu
cd "$(dirname "$0")"
{
    for i in 1 2 3 4 5 6 7 8; do printf '\0\0\240\341'; done
    printf '\003\0\0\352\030\050\157\001\0\0\0\0\0\020\0\0'
    printf 'code of the decompressor'
    printf 'the kernel\n' | gzip -n9
} > input.bin
dd if=/dev/zero bs=1 count=0 seek=4096 of=input.bin 2> /dev/null
