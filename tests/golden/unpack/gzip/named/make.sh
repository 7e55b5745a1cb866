#!/bin/sh
# A member that carries the name of its file.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for i in 1 2 3; do echo line $i; done >motd
touch -d @315532800 motd
gzip -9c motd >input
cat input >"$here/input"
