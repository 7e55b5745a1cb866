#!/bin/sh
# Every kind of inode, a hard link, a setuid program, owners other than root, a hole, a tail.
# Writes ./input anew; the work is done in a folder of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p tree/bin tree/etc
printf 'root:x:0:0:root:/root:/bin/sh\n' >tree/etc/passwd
ln tree/etc/passwd tree/etc/passwd-
printf '#!/bin/sh\n' >tree/bin/su
chmod 755 tree tree/bin tree/etc
chmod 644 tree/etc/passwd
chmod 4755 tree/bin/su
ln -s su tree/bin/login
truncate -s 10000 tree/hole
seq 3000 >tree/long
chmod 600 tree/hole tree/long
mkfifo -m 640 tree/pipe
mksquashfs tree input -noappend -no-progress -quiet -no-xattrs -comp xz -b 4K -all-root \
    -all-time 0 -mkfs-time 0 -p 'dev d 755 0 0' -p 'dev/console c 600 0 5 5 1' \
    -p 'dev/mtdblock3 b 660 0 6 31 3' -p 'dev/log i 666 0 0 s' >log 2>&1 || {
    cat log >&2
    exit 1
}
cat input >"$here/input"
