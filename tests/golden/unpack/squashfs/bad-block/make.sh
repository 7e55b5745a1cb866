#!/bin/sh
# One data block is damaged: its file is lost, and no other.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir tree
seq 500 >tree/first
seq 600 >tree/second
seq 700 >tree/third
chmod 644 tree/*
chmod 755 tree
mksquashfs tree input -noappend -no-progress -quiet -no-xattrs -comp gzip -no-fragments \
    -all-root -all-time 0 -mkfs-time 0 >log
printf 'damage' | dd of=input bs=1 seek=300 conv=notrunc 2>/dev/null
cat input >"$here/input"
