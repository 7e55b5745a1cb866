#!/bin/sh
# The smallest ELF files that differ in what protects them: headers alone, no code.
# Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/bin root/lib

# Numbers as bytes: le16 N, be32 N, …
byte() { printf "\\$(printf %03o "$1")"; }
le16() { byte $(($1 & 255)); byte $(($1 >> 8 & 255)); }
be16() { byte $(($1 >> 8 & 255)); byte $(($1 & 255)); }
le32() { le16 $(($1 & 65535)); le16 $(($1 >> 16 & 65535)); }
be32() { be16 $(($1 >> 16 & 65535)); be16 $(($1 & 65535)); }
le64() { le32 "$1"; le32 0; }
zeros() { head -c "$1" /dev/zero; }

# head32 ORDER TYPE MACHINE SEGMENTS: an ELF32 header, its program headers at 52
head32() {
    printf '\177ELF\001'; byte "$([ "$1" = le ] && echo 1 || echo 2)"; byte 1; zeros 9
    "${1}16" "$2"; "${1}16" "$3"; "${1}32" 1; "${1}32" 0; "${1}32" 52; "${1}32" 0; "${1}32" 0
    "${1}16" 52; "${1}16" 32; "${1}16" "$4"; "${1}16" 0; "${1}16" 0; "${1}16" 0
}
# segment32 ORDER TYPE OFFSET SIZE FLAGS
segment32() {
    "${1}32" "$2"; "${1}32" "$3"; "${1}32" "$3"; "${1}32" "$3"; "${1}32" "$4"; "${1}32" "$4"
    "${1}32" "$5"; "${1}32" 4
}
# head64 TYPE MACHINE SEGMENTS, segment64 TYPE OFFSET SIZE FLAGS: little-endian ELF64
head64() {
    printf '\177ELF\002\001\001'; zeros 9
    le16 "$1"; le16 "$2"; le32 1; le64 0; le64 64; le64 0; le32 0
    le16 64; le16 56; le16 "$3"; le16 0; le16 0; le16 0
}
segment64() { le32 "$1"; le32 "$4"; le64 "$2"; le64 "$2"; le64 "$2"; le64 "$3"; le64 "$3"; le64 8; }

LOAD=1 DYNAMIC=2 INTERP=3 STACK=1685382481 RELRO=1685382482

# MIPS, big-endian, static, no PT_GNU_STACK: Linux makes its stack executable
{ head32 be 2 8 1; segment32 be $LOAD 0 84 5; } >root/bin/mips-static
# ARM with an executable stack asked for
{ head32 le 2 40 2; segment32 le $LOAD 0 116 5; segment32 le $STACK 0 0 7; } >root/bin/arm-execstack
# x86-64 with no PT_GNU_STACK: the ABI keeps the stack from being executed
{ head64 2 62 1; segment64 $LOAD 0 120 5; } >root/bin/amd64-default
# AArch64 PIE: interpreter, stack, RELRO, and BIND_NOW in the dynamic table at 344
{
    head64 3 183 5
    segment64 $LOAD 0 456 5
    segment64 $INTERP 424 28 4
    segment64 $DYNAMIC 344 80 6
    segment64 $STACK 0 0 6
    segment64 $RELRO 344 80 4
    le64 5; le64 452   # DT_STRTAB
    le64 10; le64 4    # DT_STRSZ
    le64 30; le64 8    # DT_FLAGS: DF_BIND_NOW
    le64 29; le64 1    # DT_RUNPATH
    le64 0; le64 0
    printf '/lib/ld-musl-aarch64.so.1\0\0\0'
    printf '\0/x\0'
} >root/bin/aarch64-pie
# A library has no interpreter; a module has no segments
{ head64 3 243 1; segment64 $LOAD 0 120 5; } >root/lib/libriscv.so
head32 le 1 8 0 >root/lib/mips.ko
# Cut in the program headers, and in the header itself
head -c 70 root/bin/mips-static >root/bin/cut-segments
head -c 40 root/bin/mips-static >root/bin/cut-header
chmod 0644 root/bin/* root/lib/*
chmod 4755 root/bin/mips-static
