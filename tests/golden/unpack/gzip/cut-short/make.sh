#!/bin/sh
# The last 20 bytes are missing: what comes out is kept, the loss is said.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for i in $(seq 1 40); do echo "line $i of a text"; done >text
gzip -nc text | head -c -20 >input
cat input >"$here/input"
