#!/bin/sh
# Two members in a row are one content (RFC 1952, section 2.2).
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
{ echo one | gzip -n; echo two | gzip -n; } >input
cat input >"$here/input"
