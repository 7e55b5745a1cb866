#!/bin/sh
# One member is encrypted; the other is stored.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo secret >hidden
echo plain >open
touch -d @315532800 hidden open
export TZ=UTC
zip -qXP password input.zip hidden && zip -qX input.zip open && mv input.zip input
cat input >"$here/input"
