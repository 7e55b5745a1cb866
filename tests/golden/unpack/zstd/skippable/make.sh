#!/bin/sh
# A skippable frame stands between two frames.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for i in $(seq 1 40); do echo "line $i of a text"; done >text
{ zstd -qc text; printf '\120\052\115\030\003\0\0\0abc'; zstd -qc text; } >input
cat input >"$here/input"
