"""`proviso report` as a user runs it: where it writes, what it says, what it leaves behind.

    report.py PROVISO
"""
import os
import shutil
import subprocess
import sys

from tap import Tap, run, write


def make(tap, proviso):
    root = tap.path("root")
    write(root + "/etc/passwd", "root::0:0:root:/root:/bin/sh\n")
    write(root + "/etc/inittab", "::sysinit:/etc/init.d/rcS\n")
    write(root + "/etc/init.d/rcS", "#!/bin/sh\ntelnetd -l /bin/sh\n", 0o755)
    done = run([proviso, "assess", root, "-q", "--fail-on", "never", "-o", tap.path("out")])
    tap.ok(done.code == 0, "there is an assessment", done)
    return tap.path("out")


def refused(tap, done, code, name, *words):
    """One message on standard error that has WORDS, and nothing on standard output."""
    tap.equal(done.code, code, f"{name}: exit {code}")
    text = done.err.decode()
    tap.ok(done.out == b"" and text.startswith("proviso: ") and text.count("proviso: ") == 1 and
           all(word in text for word in words), f"{name}: one clear message", done)


def check_formats(tap, proviso, out):
    listed = run([proviso, "report", "--list"])
    names = [line.split()[0] for line in listed.out.decode().splitlines()]
    tap.ok(listed.code == 0 and {"html", "json", "sarif", "junit", "cyclonedx", "spdx", "oscal",
                                 "markdown"} <= set(names), "--list shows the reports", listed)
    before = sorted(os.listdir(out))
    for name in names:
        first = run([proviso, "report", out, "--format", name])
        again = run([proviso, "report", out + "/assessment.db", "-f", name, "-o", "-"])
        file = run([proviso, "report", out, f"--format={name}", "-o", tap.path("report." + name)])
        with open(tap.path("report." + name), "rb") as written:
            content = written.read()
        tap.ok(first.code == again.code == file.code == 0 and file.out == b"" and
               first.out == again.out == content != b"", f"{name} is the same three times", first)
    tap.equal(sorted(os.listdir(out)), before, "nothing is written beside the assessment")
    for name, shown in (("html", "report.html"), ("json", "assessment.json")):
        with open(f"{out}/{shown}", "rb") as written:
            tap.equal(written.read() == run([proviso, "report", out, "-f", name]).out, True,
                      f"{name} is what assess wrote")
    return names


def check_refusals(tap, proviso, out, names):
    refused(tap, run([proviso, "report", out, "--format", "odd"]), 2, "an unknown format", "odd",
            *names)
    refused(tap, run([proviso, "report", out]), 2, "no format", "--format", *names)
    refused(tap, run([proviso, "report", "--format", "sarif"]), 2, "no assessment", "assessment.db")
    refused(tap, run([proviso, "report", tap.path("none"), "-f", "sarif"]), 2, "no such file", "none")
    refused(tap, run([proviso, "report", tap.path("root"), "-f", "sarif"]), 2,
            "a folder without assessment", "assessment.db")
    write(tap.path("text.db"), "this is no data base\n")
    refused(tap, run([proviso, "report", tap.path("text.db"), "-f", "sarif"]), 2, "a text", "text.db")


def check_places(tap, proviso, out):
    command = [proviso, "report", out, "-f", "sarif", "-o"]
    refused(tap, run(command + [tap.path("no", "folder", "x.sarif")]), 3, "a folder that is not there",
            "x.sarif")
    refused(tap, run(command + [tap.path("root")]), 3, "a folder in place of a file", "root")
    locked = tap.path("locked")
    os.makedirs(locked)
    write(locked + "/old.sarif", "old\n")
    os.chmod(locked, 0o555)
    refused(tap, run(command + [locked + "/new.sarif"], ordinary=True), 3, "a folder without leave",
            "new.sarif")
    refused(tap, run(command + [locked + "/old.sarif"], ordinary=True), 3, "a file that has to stay",
            "old.sarif")
    with open(locked + "/old.sarif", "rb") as file:
        tap.equal((sorted(os.listdir(locked)), file.read()), (["old.sarif"], b"old\n"),
                  "nothing is half-written")
    if os.path.exists("/dev/full"):
        refused(tap, run(command + ["/dev/full"]), 3, "a full device", "/dev/full")
        with open("/dev/full", "wb") as full:
            tap.equal(run([proviso, "report", out, "-f", "sarif"], stdout=full).code, 3,
                      "standard output is full: exit 3")
    write(tap.path("target"), "old\n")
    os.symlink(tap.path("target"), tap.path("link"))
    done = run(command + [tap.path("link")])
    tap.ok(done.code == 0 and os.path.islink(tap.path("link")) and
           os.path.getsize(tap.path("target")) > 100, "a link stays one, its file is written", done)
    done = run(command + [tap.path("new.sarif")])
    tap.ok(done.code == 0 and not [name for name in os.listdir(tap.folder) if "part" in name],
           "no temporary file is left", done)


def check_full_disk(tap, proviso, out):
    """A limit on the size of files stands in for a disk that fills up in the middle."""
    target = write(tap.path("kept.json"), "old\n")
    shell = f"ulimit -f 1; trap '' XFSZ; exec '{proviso}' report '{out}' -f json -o '{target}'"
    done = subprocess.run(["sh", "-c", shell], capture_output=True, check=False)
    with open(target, "rb") as file:
        tap.ok(done.returncode == 3 and file.read() == b"old\n" and
               not [name for name in os.listdir(tap.folder) if name.endswith(".part")],
               "a disk that is full leaves the old report", done.stderr.decode())


def main():
    proviso = os.path.abspath(sys.argv[1])
    with Tap() as tap:
        out = make(tap, proviso)
        names = check_formats(tap, proviso, out)
        check_refusals(tap, proviso, out, names)
        check_places(tap, proviso, out)
        check_full_disk(tap, proviso, out)
        shutil.rmtree(out)


main()
