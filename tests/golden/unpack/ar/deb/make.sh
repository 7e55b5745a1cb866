#!/bin/sh
# A Debian package: three members.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf '2.0\n' >debian-binary
echo control >control.tar
echo data >data.tar
ar rcD input debian-binary control.tar data.tar
cat input >"$here/input"
