#!/bin/sh
# The second header is destroyed: the third file is found again.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for i in 1 2 3; do echo $i >file$i; done
tar --format=ustar --owner=0 --group=0 --numeric-owner --mtime=@0 -cf input file1 file2 file3
printf XXXX | dd of=input bs=1 seek=1030 conv=notrunc 2>/dev/null
cat input >"$here/input"
