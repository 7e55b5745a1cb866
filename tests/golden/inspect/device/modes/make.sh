#!/bin/sh
# Modes that version control does not keep: setuid, setgid, world-writable, sticky.
# Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/bin root/tmp root/var/open
for name in su wall plain writable both idle; do echo '#!/bin/sh' >"root/bin/$name"; done
ln -s ../tmp root/bin/link
chmod 0755 root root/bin root/var root/bin/plain
chmod 4755 root/bin/su
chmod 2755 root/bin/wall
chmod 0666 root/bin/writable
chmod 6777 root/bin/both
chmod 4644 root/bin/idle # cannot be run, so its bit means nothing
chmod 1777 root/tmp
chmod 0777 root/var/open
