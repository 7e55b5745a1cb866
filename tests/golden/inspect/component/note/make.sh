#!/bin/sh
# Notes that say in which package a program came: in a segment, in a section, big-endian, and one
# that is not whole. Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/usr/bin root/usr/lib
python3 - <<'END'
import struct


def note(order, text, size=None):
    value = text.encode() + b"\0"
    value += b"\0" * (-len(value) % 4)
    return struct.pack(order + "III", 4, size or len(value), 0xcafe1a7e) + b"FDO\0" + value


def elf(order, notes, machine, sections=False):
    names = b"\0.note.package\0.shstrtab\0"
    ident = b"\x7fELF\1" + (b"\1" if order == "<" else b"\2") + b"\1" + b"\0" * 9
    at = 52 + 32
    table = at + len(notes) + len(names) + (-len(names) % 4)
    head = struct.pack(order + "HHIIIIIHHHHHH", 3, machine, 1, 0, 52, table if sections else 0, 0, 52,
                       32, 1, 40, 3 if sections else 0, 2 if sections else 0)
    # 4: PT_NOTE; 0: none
    segment = struct.pack(order + "8I", 0 if sections else 4, at, 0, 0, len(notes), len(notes), 4, 4)
    out = ident + head + segment + notes + names + b"\0" * (-len(names) % 4)
    if sections:
        out += b"\0" * 40
        out += struct.pack(order + "10I", 1, 7, 0, 0, at, len(notes), 0, 0, 4, 0)
        out += struct.pack(order + "10I", 15, 3, 0, 0, at + len(notes), len(names), 0, 0, 1, 0)
    return out


def put(path, content):
    with open("root/" + path, "wb") as out:
        out.write(content)


other = struct.pack("<III", 4, 4, 1) + b"GNU\0" + b"\0\0\0\0"
put("usr/bin/zstd", elf("<", other + note("<", '{"type":"deb","os":"debian","name":"libzstd","version":'
    '"1.5.7+dfsg-1","architecture":"arm64"}'), 183))
put("usr/lib/libz.so.1", elf(">", note(">", ' { "type" : "rpm", "os":"Fedora", "name":"zlib",\n'
    '"version":"1.2.13-3.fc38","osCpe":"cpe:/o:fedoraproject:fedora:38" }'), 8, True))
put("usr/bin/cut", elf("<", note("<", '{"type":"deb","name":"cut","version":"1'), 40))
put("usr/bin/nested", elf("<", note("<", '{"type":"deb","name":{"a":"b"},"version":"1"}'), 40))
put("usr/bin/huge", elf("<", note("<", '{"type":"deb","name":"huge","version":"1"}', 0xffffff00), 40))
END
