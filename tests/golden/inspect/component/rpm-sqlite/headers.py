"""Headers of three invented packages and of one trusted key, as rpm's data bases keep them.

Written from rpm, docs/manual/format_header.md; the cases rpm-* put them into the three stores.
"""
import struct

NAME, VERSION, RELEASE, EPOCH, SUMMARY, DESCRIPTION = 1000, 1001, 1002, 1003, 1004, 1005
VENDOR, LICENCE, GROUP, ARCH = 1011, 1014, 1016, 1022
INT32, STRING, I18N = 4, 6, 9


def header(fields):
    index, store = b"", b""
    for tag, kind, value in fields:
        if kind == INT32:
            store += b"\0" * (-len(store) % 4)
        index += struct.pack(">IIII", tag, kind, len(store), 1)
        store += struct.pack(">I", value) if kind == INT32 else value.encode() + b"\0"
    return struct.pack(">II", len(fields), len(store)) + index + store


def package(name, version, release, arch, licence, group, epoch=None, description="short"):
    fields = [(NAME, STRING, name), (VERSION, STRING, version), (RELEASE, STRING, release)]
    if epoch is not None:
        fields.append((EPOCH, INT32, epoch))
    fields += [(SUMMARY, I18N, "a summary"), (DESCRIPTION, I18N, description),
               (VENDOR, STRING, "Fedora Project"), (LICENCE, STRING, licence), (GROUP, I18N, group)]
    return header(fields + ([(ARCH, STRING, arch)] if arch else []))


HEADERS = [
    (1, package("dnsmasq", "2.90", "4.fc40", "aarch64", "GPL-2.0-only", "Unspecified", 1)),
    (2, package("gpg-pubkey", "a15b79cc", "63d04c2c", "", "pubkey", "Public Keys")),
    # Long enough for overflow pages.
    (5, package("zlib", "1.3.1", "2.fc40", "aarch64", "Zlib", "System/Libraries", None, "long " * 400)),
    (7, package("kernel", "6.8.5", "301.fc40", "aarch64", "GPL-2.0-only AND MIT", "Unspecified")),
]
