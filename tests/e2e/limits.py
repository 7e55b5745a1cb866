#!/usr/bin/env python3
"""
    limits.py PROVISO

Nothing is cut in silence: what is beyond a limit, or lies in what is packed and cannot be
explained, stands in the table unread or makes the coverage incomplete.
"""
import gzip
import io
import os
import random
import sqlite3
import sys
import tarfile
import zipfile

from tap import Tap, run, tool, write

PROVISO = sys.argv[1]
PASSWD = "root::0:0:root:/root:/bin/sh\n"


def assess(tap, image):
    """The losses (path, reason), whether all was explained, and the open store."""
    out = tap.path("out")
    tool("rm", "-rf", out)
    ran = run([PROVISO, "assess", "-q", "--fail-on", "never", image, "-o", out], seconds=300)
    if ran.code != 0:
        tap.ok(False, f"{os.path.basename(image)} is assessed", ran)
        return [], None, sqlite3.connect(":memory:")
    db = sqlite3.connect(os.path.join(out, "assessment.db"))
    complete = db.execute("SELECT complete FROM coverage WHERE name = 'unpack.complete'").fetchone()[0]
    return db.execute("SELECT path, reason FROM unread").fetchall(), complete, db


def archive(tap, files):
    """A tar archive of the files: names and contents."""
    image = tap.path("image.tar")
    with tarfile.open(image, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in files.items():
            content = content if isinstance(content, bytes) else content.encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o755
            tar.addfile(entry, io.BytesIO(content))
    return image


def told(tap, files, path, reason, name):
    losses, complete, _ = assess(tap, archive(tap, files))
    tap.ok(any(lost.endswith(path) and reason in why for lost, why in losses), f"{name}: told", losses[:5])
    tap.equal(complete, 0, f"{name}: not complete")


def names_and_files(tap):
    told(tap, {"etc/passwd": PASSWD + "#\n" * 700000}, "etc/passwd", "too large", "a large passwd")
    told(tap, {"etc/passwd": PASSWD, "a/" * 2500 + "b": "b"}, "a/a", "longer", "a long name")
    told(tap, {"etc/passwd": PASSWD, "etc/hosts.conf": "\n".join(
        f"url = http://host{i}.example.com/" for i in range(30000))},
         "hosts.conf", "so many places", "a file of URLs")
    scripts = {f"etc/init.d/S{i:02}": f"#!/bin/sh\n# {i}\n" + "# filler\n" * 110000 for i in range(70)}
    told(tap, {**scripts, "etc/passwd": PASSWD}, "etc/passwd", "so many files", "70 MiB of scripts")
    losses, _, db = assess(tap, archive(tap, {"etc/passwd": PASSWD}))
    tap.equal(losses, [], "one passwd: nothing is lost")
    tap.equal(db.execute("SELECT account FROM login").fetchall(), [("root",)], "one passwd: one login")


def packed_and_dark(tap):
    dark = random.Random(303645).randbytes(300000)
    image = tap.path("update.zip")
    with zipfile.ZipFile(image, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("firmware.bin", dark)
        packed.writestr("readme.txt", "read me\n")
    losses, complete, db = assess(tap, image)
    tap.equal(complete, 0, "an archive of an encrypted image is not explained")
    tap.equal(db.execute("SELECT count(*) FROM coverage WHERE name LIKE 'inspect.%' AND complete")
              .fetchone()[0], 0, "… and no check has looked at all of it")


def kept_and_opened(tap):
    """A passwd that is an archive, too: kept for the look at the whole, opened, and given back."""
    lines = (PASSWD + "#\n" * 20000).encode()
    head = b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (b"x/", 0, 0, 0, b"100644", len(lines))
    write(tap.path("root", "etc", "passwd"), b"!<arch>\n" + head + lines)
    write(tap.path("root", "etc", "other.gz"), gzip.compress(b"x\n" * 9000, mtime=0))
    image = tap.path("root.squashfs")
    tool("mksquashfs", tap.path("root"), image, "-quiet", "-no-progress", "-all-root")
    losses, _, db = assess(tap, image)
    tap.equal(losses, [], "a passwd that is opened: nothing is lost")
    tap.equal(db.execute("SELECT count(*) FROM node WHERE path LIKE 'etc/passwd/%'").fetchone()[0], 1,
              "a passwd that is opened: what is in it is there")
    tap.equal(db.execute("SELECT account FROM login").fetchall(), [("root",)],
              "a passwd that is opened: its account is seen")


def main():
    with Tap() as tap:
        names_and_files(tap)
        packed_and_dark(tap)
        kept_and_opened(tap)


main()
