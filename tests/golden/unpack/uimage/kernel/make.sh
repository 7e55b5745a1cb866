#!/bin/sh
# A kernel image of mkimage: the header, then the payload as it is. Writes input.bin.
set -eu
cd "$(dirname "$0")"
printf 'these bytes stand for a kernel\n' > payload
SOURCE_DATE_EPOCH=1 mkimage -A mips -O linux -T kernel -C none -a 80000000 -e 80000000 \
    -n 'golden kernel' -d payload input.bin > /dev/null
rm payload
