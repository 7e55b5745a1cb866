#!/bin/sh
# TRX version 1 with three partitions; the CRC field is that of these very bytes.
set -eu
cd "$(dirname "$0")"
{
    printf 'HDR0\060\0\0\0'               # 48 bytes in all
    printf '\060\027\163\102'             # CRC-32, not inverted, from byte 12 on
    printf '\0\0\001\0'                   # version 1
    printf '\034\0\0\0\042\0\0\0\050\0\0\0' # partitions at 28, 34, 40
    printf 'loaderkernelroot....'
} > input.bin
