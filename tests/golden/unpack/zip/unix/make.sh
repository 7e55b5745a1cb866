#!/bin/sh
# Deflate, a setuid program, a symbolic link.
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
export TZ=UTC
touch -h -d @315532800 bin bin/login bin/su etc etc/passwd
zip -qryX input.zip bin etc && mv input.zip input
cat input >"$here/input"
