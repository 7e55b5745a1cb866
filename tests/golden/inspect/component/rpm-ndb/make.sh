#!/bin/sh
# The same packages as rpm-sqlite in rpm's own store, with a free slot among them.
# Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/usr/lib/sysimage/rpm
PYTHONPATH=../rpm-sqlite PYTHONDONTWRITEBYTECODE=1 python3 - <<'END'
import struct
import zlib
from headers import HEADERS

slots, data = [(0, 0, 0)], b""
for number, header in HEADERS:
    count = (16 + len(header) + 12 + 15) // 16
    blob = b"BlbS" + struct.pack("<III", number, 0, len(header)) + header
    blob += b"\0" * (count * 16 - 12 - len(blob))
    blob += struct.pack("<II", zlib.adler32(blob), len(header)) + b"BlbE"
    slots.append((number, (4096 + len(data)) // 16, count))
    data += blob
slots += [(0, 0, 0)] * (254 - len(slots))
with open("root/usr/lib/sysimage/rpm/Packages.db", "wb") as out:
    out.write(struct.pack("<4sIIII12x", b"RpmP", 0, 1, 1, 8))
    for slot in slots:
        out.write(b"Slot" + struct.pack("<III", *slot))
    out.write(data)
END
