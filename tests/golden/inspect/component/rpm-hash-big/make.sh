#!/bin/sh
# The same packages as rpm-sqlite in a hash of Berkeley DB, big-endian, and the pair that counts them,
# which is no package. Needs db5.3_load of Debian's db5.3-util. Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/var/lib/rpm
PYTHONPATH=../rpm-sqlite PYTHONDONTWRITEBYTECODE=1 python3 - <<'END' | db5.3_load root/var/lib/rpm/Packages
import struct
from headers import HEADERS

print("VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=512\ndb_lorder=4321\nHEADER=END")
for number, value in [(0, struct.pack(">I", 7))] + HEADERS:
    print(" " + struct.pack(">I", number).hex() + "\n " + value.hex())
print("DATA=END")
END
