#!/bin/sh
# A download that ended early: the tables behind the data are gone, and so is every name.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir tree
seq 3000 >tree/numbers
chmod 644 tree/*
chmod 755 tree
mksquashfs tree input -noappend -no-progress -quiet -no-xattrs -comp gzip -all-root \
    -all-time 0 -mkfs-time 0 >log
head -c 1000 input >"$here/input"
