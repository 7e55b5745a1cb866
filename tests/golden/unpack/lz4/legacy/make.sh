#!/bin/sh
# The legacy format of Linux kernels, with the size that the kernel build appends.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for i in $(seq 1 40); do echo "line $i of a text"; done >text
{ lz4 -lqc text; printf '\253\002\0\0'; } >input
cat input >"$here/input"
