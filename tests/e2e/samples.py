#!/usr/bin/env python3
"""
    samples.py PROVISO samples/make.sh camera-1.0.expected

The two releases of the sample camera: what 1.0 fails, and why, is written down; 1.1 fails nothing.
The same root file system gives the same failures however it is delivered.
"""
import os
import sqlite3
import sys

from tap import Tap, run, tool

PROVISO, MAKE, EXPECTED = sys.argv[1:4]


def failures(folder):
    """Every failed unit with the reasons, one on a line; no path: it depends on the delivery."""
    db = sqlite3.connect(os.path.join(folder, "assessment.db"))
    rows = db.execute("SELECT DISTINCT v.unit, c.because FROM verdict AS v JOIN counter_example AS c"
                      " ON c.unit = v.unit WHERE v.outcome = 'fail'").fetchall()
    db.close()
    return sorted(f"{unit}\t{because}" for unit, because in rows)


def assess(tap, name, image):
    out = tap.path("out", name)
    os.makedirs(os.path.dirname(out), exist_ok=True)
    ran = run([PROVISO, "assess", image, "-o", out])
    lost = run([PROVISO, "query", out, "SELECT path, reason FROM unread"]).out.splitlines()[1:]
    tap.equal(lost, [], f"{name}: everything is read")
    return ran, failures(out) if os.path.exists(out) else []


def careless(tap, image):
    ran, got = assess(tap, "camera-1.0", image)
    tap.equal(ran.code, 1, "camera-1.0: exit 1")
    tap.ok(len({line.split("\t")[0] for line in got}) >= 12, "camera-1.0: twelve units or more", got)
    with open(EXPECTED, encoding="utf-8") as file:
        wanted = file.read().splitlines()
    tap.ok(got == wanted, "camera-1.0: the failures are those written down",
           *[f"- {line}" for line in wanted if line not in got],
           *[f"+ {line}" for line in got if line not in wanted])
    again = tap.path("out", "again")
    run([PROVISO, "assess", image, "-o", again, "-j", "1", "-q"])
    for name in ("assessment.json", "assessment.db"):
        contents = []
        for folder in (tap.path("out", "camera-1.0"), again):
            with open(os.path.join(folder, name), "rb") as file:
                contents.append(file.read())
        tap.ok(contents[0] == contents[1], f"camera-1.0: the same {name} from one worker as from all")
    return got


def hardened(tap, image):
    ran, got = assess(tap, "camera-1.1", image)
    tap.equal(ran.code, 0, "camera-1.1: exit 0")
    tap.equal(got, [], "camera-1.1: fails nothing")


def deliveries(tap, image, wanted):
    """The image in an archive, and its root file system as an archive and as a folder."""
    with open(image, "rb") as file:
        at = file.read().index(b"hsqs")
    root = tap.path("root")
    tool("unsquashfs", "-q", "-no-progress", "-o", str(at), "-d", root, image)
    folder, base = os.path.dirname(image), os.path.basename(image)
    tool("zip", "-q", "-j", tap.path("camera.zip"), image)
    tool("tar", "-czf", tap.path("camera.tar.gz"), "-C", folder, base)
    tool("tar", "-cf", tap.path("root.tar"), "-C", root, ".")
    tool("tar", "-cJf", tap.path("root.tar.xz"), "-C", root, ".")
    units = sorted({line.split("\t")[0] for line in wanted})
    for name in ("camera.zip", "camera.tar.gz", "root.tar", "root.tar.xz", "root"):
        ran, got = assess(tap, name, tap.path(name))
        tap.equal(ran.code, 1, f"{name}: exit 1")
        tap.equal(sorted({line.split("\t")[0] for line in got}), units, f"{name}: the same units fail")


def main():
    with Tap() as tap:
        tool(MAKE, tap.path("images"))
        image = tap.path("images", "camera-1.0.bin")
        wanted = careless(tap, image)
        hardened(tap, tap.path("images", "camera-1.1.bin"))
        if os.getuid() == 0: # the devices in it
            deliveries(tap, image, wanted)
        else:
            tap.skip("other deliveries", "devices are made by root alone")


main()
