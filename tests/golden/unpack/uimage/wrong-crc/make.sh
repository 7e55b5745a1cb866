#!/bin/sh
# The payload was changed after mkimage: it is given all the same, and the mismatch is said.
set -eu
cd "$(dirname "$0")"
printf 'these bytes stand for a kernel\n' > payload
SOURCE_DATE_EPOCH=1 mkimage -A mips -O linux -T kernel -C none -a 80000000 -e 80000000 \
    -n 'golden kernel' -d payload input.bin > /dev/null
printf 'T' | dd of=input.bin bs=1 seek=64 conv=notrunc 2> /dev/null
rm payload
