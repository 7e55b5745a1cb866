#!/bin/sh
# The smallest ELF file: a header and one segment of 4 bytes, 32 bits, little-endian, MIPS.
set -eu
cd "$(dirname "$0")"
{
    printf '\177ELF\001\001\001\0\0\0\0\0\0\0\0\0\002\0\010\0\001\0\0\0'
    printf '\124\0\100\0\064\0\0\0\0\0\0\0\0\0\0\0\064\0\040\0\001\0\0\0\0\0\0\0'
    printf '\001\0\0\0\124\0\0\0\124\0\100\0\124\0\100\0\004\0\0\0\004\0\0\0\005\0\0\0\004\0\0\0'
    printf 'code'
} > input.bin
