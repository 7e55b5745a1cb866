#!/bin/sh
# TP-Link header of version 1, a kernel at 0x200 and a root file system at 0x400.
set -eu
cd "$(dirname "$0")"
put() { dd of=input.bin bs=1 seek=$(($1)) conv=notrunc 2> /dev/null; }
dd if=/dev/zero bs=1536 count=1 2> /dev/null > input.bin
printf '\001\0\0\0TP-LINK Technologies' | put 0
printf 'ver. 1.0' | put 28
printf '\010\101\0\020\0\0\0\001' | put 0x40
printf '\0\0\006\0\0\0\002\0\0\0\0\012\0\0\004\0\0\0\0\014' | put 0x7c
printf 'the kernel' | put 0x200
printf 'the root fs.' | put 0x400
