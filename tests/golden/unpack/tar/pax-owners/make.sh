#!/bin/sh
# Devices, setuid and owners by number, as bsdtar writes them from a specification.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >spec <<END
#mtree
./bin type=dir mode=0755 uid=0 gid=0 time=0
./bin/su type=file mode=4755 uid=0 gid=10 time=0 size=3 nlink=1 contents=su
./bin/login type=link mode=0777 uid=0 gid=0 link=su time=0
./dev/console type=char mode=0600 uid=0 gid=5 device=native,5,1 time=0
./home/user type=dir mode=0700 uid=3000000 gid=3000000 time=0
END
printf su. >su
bsdtar -cf input --format=pax @spec
cat input >"$here/input"
