#!/bin/sh
# An archive, zeros, a second one, and a compressed third that only a kernel finds.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p kernel && echo code >kernel/microcode && echo init >init
touch -d @0 kernel kernel/microcode init
{ echo kernel/microcode | cpio --quiet --reproducible -R 0:0 -o -H newc
  echo init | cpio --quiet --reproducible -R 0:0 -o -H newc
  echo init | cpio --quiet --reproducible -R 0:0 -o -H newc | gzip -n; } >input
cat input >"$here/input"
