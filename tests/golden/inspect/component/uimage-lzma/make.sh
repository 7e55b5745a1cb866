#!/bin/sh
# A legacy uImage of U-Boot with a kernel packed by lzma: the banner, then the configuration that it embeds.
# Writes input.bin.
set -eu
cd "$(dirname "$0")"
{
    head -c 64 /dev/zero
    printf 'Linux version 4.9.84 (build@example-optics) (gcc version 6.4.0) #1 SMP PREEMPT Tue Nov 14 22:13:20 UTC 2023\n\0'
    printf IKCFG_ST
    printf 'CONFIG_MODULES=y\nCONFIG_NET=y\n' | gzip -n
    printf IKCFG_ED
    seq 1 2000
} > kernel
xz --format=lzma -c kernel > payload
SOURCE_DATE_EPOCH=1 mkimage -A mips -O linux -T kernel -C lzma -a 80000000 -e 80000000 \
    -n 'golden kernel' -d payload input.bin > /dev/null
rm kernel payload
