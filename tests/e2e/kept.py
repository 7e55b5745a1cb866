"""What one pass over an image sees must not depend on what lies beside it.

    kept.py PROVISO

A root file system whose configuration is kept for the look at the whole, between compressed files
of many sizes that are opened, read and given back meanwhile: the same accounts and services come
out of its folder, its tar archive and its squashfs, with one worker and with three.
"""
import gzip
import json
import os
import random
import shutil
import sys

from tap import Tap, run


def make_root(tap):
    root = tap.path("root")
    chance = random.Random(303645)
    os.makedirs(root + "/etc/init.d")
    os.makedirs(root + "/sbin")
    files = {
        "etc/passwd": "root::0:0:root:/root:/bin/sh\n",
        "etc/inittab": "::sysinit:/etc/init.d/rcS\nttyS0::respawn:-/bin/sh\n",
        "etc/init.d/rcS": "#!/bin/sh\n/sbin/telnetd -l /bin/sh\n",
        "sbin/telnetd": "\x7fnot really\n",
    }
    for name, content in files.items():
        with open(f"{root}/{name}", "w") as file:
            file.write(content)
    os.chmod(root + "/etc/init.d/rcS", 0o755)
    for folder in ("etc", "etc/init.d", "sbin"):
        for number in range(40):
            size = chance.choice([1, 100, 4000, 4096, 5000, 70000])
            with open(f"{root}/{folder}/{chance.choice('azpi')}{number}.gz", "wb") as file:
                file.write(gzip.compress(chance.randbytes(size) + b"\n" * size, mtime=0))
    return root


def seen(proviso, image, workers):
    ran = run([proviso, "inspect", "--json", "-j", workers, image])
    rows = json.loads(ran.out)
    return ([(row["account"], row["state"], row["usable"]) for row in rows["login"]],
            sorted((row["name"], row["started"], row["authenticated"]) for row in rows["service"]))


def main():
    proviso = sys.argv[1]
    with Tap() as tap:
        root = make_root(tap)
        run(["tar", "-C", root, "-cf", tap.path("root.tar"), "."])
        images = {"folder": root, "tar": tap.path("root.tar")}
        if shutil.which("mksquashfs"):
            run(["mksquashfs", root, tap.path("root.squashfs"), "-quiet", "-no-progress", "-all-root"])
            images["squashfs"] = tap.path("root.squashfs")
        else:
            tap.skip("squashfs", "mksquashfs is missing")
        for name, image in images.items():
            for workers in (1, 3):
                logins, services = seen(proviso, image, workers)
                tap.equal(logins, [("root", "empty", 1)], f"accounts of the {name}, {workers} workers")
                tap.equal([service[0] for service in services], ["sh", "telnetd"],
                          f"services of the {name}, {workers} workers")


main()
