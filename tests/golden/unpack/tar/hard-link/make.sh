#!/bin/sh
# The second name of a file has its content too; a long name takes the GNU way.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p etc bin
printf 'root:x:0:0:root:/root:/bin/sh\n' >etc/passwd
printf '#!/bin/sh\n' >bin/su
chmod 644 etc/passwd; chmod 4755 bin/su; chmod 755 etc bin
ln -s su bin/login
ln etc/passwd etc/passwd-
touch -d @0 etc/passwd bin/su etc bin
long=$(printf 'n%.0s' $(seq 1 120))
echo x >$long
touch -d @0 $long
tar --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf input bin etc $long
cat input >"$here/input"
