#!/usr/bin/env python3
"""
    bad_input.py PROVISO

What goes wrong at the keyboard: each gives one clear message on standard error (what, in, why,
try), the right exit code, nothing on standard output, and no half-written file.
"""
import os
import random
import sqlite3
import stat
import subprocess
import sys

from tap import NOBODY, Tap, run, tool, write

PROVISO = sys.argv[1]
USAGE, MACHINE = 2, 3


def refused(tap, name, ran, code, *parts):
    """RAN failed with CODE; its message has the shape of all messages, and these PARTS."""
    message = ran.err.decode(errors="replace")
    lines = message.splitlines()
    shape = (len(lines) >= 3 and lines[0].startswith("proviso: ")
             and all(line.startswith(("  in   ", "  why  ", "  try  ")) for line in lines[1:])
             and sum(line.startswith("  why  ") for line in lines) == 1
             and lines[-1].startswith("  try  "))
    tap.ok(ran.code == code and shape and not ran.out and all(part in message for part in parts),
           name, ran, f"wanted exit {code}, four parts, nothing printed, and {parts}")


def assess(*arguments, **more):
    return run([PROVISO, "assess", *arguments], **more)


def inputs(tap):
    """Things that are no firmware."""
    out = tap.path("never")
    empty = write(tap.path("empty.bin"), b"")
    text = write(tap.path("letter.txt"), "Dear reader,\nthis is no firmware.\n" * 200)
    note = write(tap.path("note.txt"), "hello\n")
    padding = write(tap.path("padding.bin"), b"\xff" * (1 << 20))
    os.mkdir(tap.path("hollow"))
    os.mkfifo(tap.path("fifo"))
    write(tap.path("notes", "a", "list.txt"), "words\n")
    write(tap.path("work", "squashfs-root", "etc", "passwd"), "root::0:0::/:/bin/sh\n")
    write(tap.path("work", "squashfs-root", "bin", "sh"), "#!/bin/true\n")
    cases = [
        ("a missing file", tap.path("missing.bin"), ["cannot open", "No such file", "spelling"]),
        ("an empty file", empty, ["cannot assess", "the file is empty", "get it again"]),
        ("a text file", text, ["cannot assess", "it is a text file", "give the image itself"]),
        ("a short text file", note, ["cannot look into", "no" "thing in it has a format"]),
        ("padding alone", padding, ["cannot look into", "nothing but padding", "get it again"]),
        ("an empty folder", tap.path("hollow"), ["cannot assess", "no file in it", "etc/"]),
        ("a folder of notes", tap.path("notes"), ["no root file system", "no file in it is firm"]),
        ("a folder above a root file system", tap.path("work"),
         ["no root file system", "give the folder squashfs-root"]),
        ("a fifo", tap.path("fifo"), ["neither a file nor a directory", "standard input"]),
        ("a device", "/dev/zero", ["neither a file nor a directory"]),
        ("a name with a newline", tap.path("missing\nfile\x1b[31m"), ["missing\\x0afile\\x1b[31m"]),
    ]
    for name, path, parts in cases:
        refused(tap, name, assess(path, "-o", out, seconds=20), USAGE, *parts)
        tap.ok(not os.path.exists(out), f"{name}: no folder is left behind")
    ran = assess("-", stdin=subprocess.PIPE)
    refused(tap, "nothing on standard input", ran, USAGE, "cannot assess -", "empty")
    refused(tap, "an image over the limit", assess(text, "--max-size", "100"), USAGE,
            "cannot assess", "images of at most 100 are read", "--max-size")
    with open(text, "rb") as file:
        refused(tap, "standard input over the limit", assess("-", "--max-size", "100", stdin=file),
                USAGE, "cannot assess -", "at most 100")
    refused(tap, "a folder over the limit", assess(tap.path("work"), "--max-size", "100"), USAGE,
            "cannot assess", "more than 100 bytes")
    ran = assess(tap.path("work", "squashfs-root"), "-q")
    tap.ok(ran.code in (0, 1) and not ran.err, "a folder with a root file system is assessed", ran)


def encrypted(tap):
    """100 MiB of random bytes: said so. `make bench` measures how soon; here, that it does not hang."""
    image = tap.path("encrypted.bin")
    write(image, random.Random(1).randbytes(100 << 20))
    ran = assess(image, "-o", tap.path("never"))
    refused(tap, "an encrypted image", ran, USAGE, "cannot look into", "look random", "ask the maker")
    tap.ok(not os.path.exists(tap.path("never")), "an encrypted image: nothing is written")
    tap.ok(ran.seconds < 20, "an encrypted image: it does not hang", f"{ran.seconds:.2f} s")
    os.unlink(image)


def command_line(tap, image):
    empty, linked = tap.path("empty"), tap.path("linked")
    os.mkdir(empty)
    os.mkdir(linked)
    os.symlink("/nowhere", os.path.join(linked, "lost.yaml"))
    for name, arguments, parts in [
        ("no command", [], ["nothing to do", "proviso --help"]),
        ("an unknown command", ["asess", image], ["no command is called asess", "proviso --help"]),
        ("an unknown option", ["assess", image, "--frob"], ["no such option: --frob", "assess --help"]),
        ("an unknown letter", ["assess", image, "-z"], ["no such option: -z"]),
        ("an option without its value", ["assess", image, "-o"], ["needs a value: -o"]),
        ("a value that is not wanted", ["assess", image, "--quiet=yes"], ["takes no value"]),
        ("no image", ["assess"], ["an argument is missing", "IMAGE"]),
        ("two images", ["assess", image, image], ["one argument too many"]),
        ("a number that is none", ["assess", image, "--max-size", "ten"], ["ten is no whole number"]),
        ("a negative number", ["assess", image, "-j", "-1"], ["-1 is no whole number"]),
        ("no workers", ["assess", image, "-j", "0"], ["from 1 to"]),
        ("too many workers", ["assess", image, "-j", "1000"], ["from 1 to"]),
        ("an unknown gate", ["assess", image, "--fail-on", "mondays"], ["knows no mondays"]),
        ("an unknown edition", ["assess", image, "--edition", "1.0"], ["no edition 1.0"]),
        ("knowledge that is not there", ["assess", image, "--knowledge", tap.path("none")],
         ["no folder", "knowledge"]),
        ("knowledge without a file", ["assess", image, "--knowledge", empty], ["no file NAME.yaml", "knowledge"]),
        ("an unknown list", ["list", "wishes"], ["wishes", "formats"]),
        ("an unknown observable", ["inspect", image, "-b", "wish"], ["no observable is called wish"]),
    ]:
        refused(tap, name, run([PROVISO, *arguments]), USAGE, *parts)
    done = run([PROVISO, "assess", image, "--knowledge", linked])
    tap.ok(done.code == 3 and b"lost.yaml" in done.err and not done.out,
           "knowledge behind a link that leads nowhere is not left out", done)


def assessments(tap, image):
    """Things that are no assessment, given to query and explain."""
    out = tap.path("good")
    assess(image, "-o", out, "-q")
    store = os.path.join(out, "assessment.db")
    with open(store, "rb") as file:
        content = file.read()
    cut = write(tap.path("cut.db"), content[:len(content) // 2])
    head = write(tap.path("head.db"), content[:50])
    scratched = bytearray(content)
    for i in range(4096, len(content), 97):
        scratched[i] ^= 0x5a
    foreign = tap.path("foreign.db")
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE recipe(name)")
    newer = write(tap.path("newer.db"), content)
    with sqlite3.connect(newer) as db:
        db.execute("UPDATE meta SET value = 9999 WHERE key = 'store_version'")
    db.close()
    os.mkfifo(tap.path("pipe"))
    cases = [
        ("a missing assessment", tap.path("missing.db"), ["cannot read", "No such file"]),
        ("a folder without one", tap.path("."), ["cannot read", "assessment.db"]),
        ("an empty one", write(tap.path("zero.db"), b""), ["cannot read", "not an assessment"]),
        ("one cut short", cut, ["cannot read", "damaged", "proviso assess IMAGE"]),
        ("its first bytes", head, ["cannot read", "damaged"]),
        ("a damaged one", write(tap.path("bad.db"), bytes(scratched)), ["cannot read", "damaged"]),
        ("a foreign data base", foreign, ["cannot read", "not an assessment"]),
        ("one of a newer program", newer, ["a newer Proviso wrote it", "later"]),
        ("an image", image, ["cannot read", "not an assessment"]),
        ("a fifo", tap.path("pipe"), ["cannot read", "no ordinary file"]),
        ("a device", "/dev/zero", ["cannot read", "no ordinary file"]),
    ]
    for name, path, parts in cases:
        refused(tap, f"{name}, queried", run([PROVISO, "query", path, "SELECT 1"], seconds=20),
                USAGE, *parts)
        refused(tap, f"{name}, explained", run([PROVISO, "explain", path, "5.1-1-1-a"], seconds=20),
                USAGE, *parts)
    for name, unit in [("an unknown unit", "9.9-9"), ("no unit", ""), ("a hostile unit", "' OR 1; --")]:
        ran = run([PROVISO, "explain", out, unit])
        tap.ok(ran.code == USAGE and b"there is no test unit" in ran.err and b"try" in ran.err
               and not ran.out, name, ran)
    for name, sql, part in [
        ("wrong SQL", "SELEC 1", "syntax error"),
        ("an unknown table", "SELECT * FROM wishes", "wishes"),
        ("SQL that writes", "DELETE FROM meta", "not authorized"),
        ("SQL that attaches", f"ATTACH '{tap.path('stolen.db')}' AS x", "not authorized"),
        ("a pragma", "PRAGMA writable_schema = 1", "not authorized"),
        ("a function that loads code", "SELECT load_extension('x')", "load_extension"),
        ("two statements", "SELECT 1; SELECT 2", "exactly one statement"),
        ("no SQL", "", "exactly one statement"),
    ]:
        ran = run([PROVISO, "query", out, sql])
        tap.ok(ran.code == USAGE and part.encode() in ran.err and b"\n  try  " in ran.err
               and not ran.out, name, ran)
    tap.ok(not os.path.exists(tap.path("stolen.db")), "no data base was attached")
    with open(store, "rb") as file:
        tap.ok(file.read() == content, "the assessment is as it was")


def outputs(tap, image):
    """Places that cannot be written to."""
    for name, command in [("version", ["--version"]), ("list", ["list", "rules"]),
                          ("assess", ["assess", image]), ("unpack", ["unpack", image, "--json"])]:
        with open("/dev/full", "wb") as full:
            refused(tap, f"{name} to a full disk", run([PROVISO, *command], stdout=full), MACHINE,
                    "cannot print the results", "No space left")
        ran = run(["sh", "-c", 'exec "$@" >&-', "sh", PROVISO, *command])
        refused(tap, f"{name} with standard output closed", ran, MACHINE, "cannot print the results")
    ran = run(["sh", "-c", 'exec "$@" <&-', "sh", PROVISO, "assess", "-"])
    refused(tap, "standard input closed", ran, MACHINE, "cannot read -", "Bad file descriptor")
    ran = run(["sh", "-c", 'exec "$@" >&- 2>&- <&-', "sh", PROVISO, "assess", image, "-o",
               tap.path("shut")])
    size = os.path.getsize(tap.path("shut", "report.html"))
    tap.ok(ran.code == MACHINE and size > 10000, "all streams closed: no report is harmed", ran, size)
    tap.equal(sorted(os.listdir(tap.path("shut"))),
              ["assessment.db", "assessment.json", "report.html"], "all streams closed: all files")
    ran = assess(image, "-q", "--json", "/dev/full")
    refused(tap, "JSON to a device without room", ran, MACHINE, "cannot write /dev/full", "No space")
    tap.ok(stat.S_ISCHR(os.stat("/dev/full").st_mode), "the device is still one")
    refused(tap, "a file where the folder should be", assess(image, "-o", image), MACHINE,
            "cannot write to the folder", "a file of that name")
    refused(tap, "a folder below a file", assess(image, "-o", image + "/out"), MACHINE,
            "cannot write to the folder", "Not a directory")
    ran = assess(image, "-q", "-o", tap.path("far", "away"))
    tap.ok(ran.code == 0 and len(os.listdir(tap.path("far", "away"))) == 3,
           "a folder in a missing one is made", ran)


def ordinary(tap, image):
    """An ordinary user, where the rights are missing."""
    locked = tap.path("locked")
    os.mkdir(locked, 0o555)
    secret = write(tap.path("secret.bin"), b"x" * 100, 0o000)
    root = tap.path("locked-root")
    write(os.path.join(root, "etc", "shadow"), "root:x:1:\n", 0o000)
    refused(tap, "a folder without the right to write",
            assess(image, "-o", locked, ordinary=True), MACHINE, "cannot write to the folder",
            "Permission denied", "-o")
    refused(tap, "a new folder in it", assess(image, "-o", os.path.join(locked, "new"), ordinary=True),
            MACHINE, "cannot write to the folder", "Permission denied")
    refused(tap, "unpacking into it",
            run([PROVISO, "unpack", image, "-o", os.path.join(locked, "new")], ordinary=True), MACHINE,
            "cannot make", "Permission denied", "choose an empty folder")
    refused(tap, "JSON into it",
            assess(image, "-q", "--json", os.path.join(locked, "a.json"), ordinary=True), MACHINE,
            "cannot write", "Permission denied")
    refused(tap, "an image without the right to read", assess(secret, ordinary=True), MACHINE,
            "cannot open", "Permission denied", "you may read it")
    refused(tap, "a root file system with an unreadable file", assess(root, ordinary=True), MACHINE,
            "cannot read the files", "etc/shadow", "Permission denied", "as root")
    tap.equal(os.listdir(locked), [], "nothing was written there")


def full_disk(tap, image):
    """A disk with too little room: the files that were there stay whole."""
    disk = tap.path("disk")
    os.mkdir(disk)
    if os.getuid() != 0 or run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk]).code != 0:
        tap.skip("a full disk", "mounting a small disk needs root")
        return
    try:
        os.mkdir(os.path.join(disk, "out"))
        write(os.path.join(disk, "out", "report.html"), "an older report")
        ran = assess(image, "-o", os.path.join(disk, "out"))
        refused(tap, "a full disk", ran, MACHINE, "writing the", "cannot write", "No space left")
        tap.equal(os.listdir(os.path.join(disk, "out")), ["report.html"],
                  "a full disk: nothing half-written is left")
        with open(os.path.join(disk, "out", "report.html"), encoding="ascii") as file:
            tap.equal(file.read(), "an older report", "a full disk: the older report is whole")
        ran = run([PROVISO, "unpack", image, "-o", os.path.join(disk, "tree")])
        refused(tap, "unpacking to a full disk", ran, MACHINE, "cannot write", "No space left")
    finally:
        run(["umount", disk])


def main():
    with Tap() as tap:
        image = tap.path("image.tar")
        write(tap.path("root", "etc", "passwd"), "root:x:0:0::/:/bin/sh\n")
        write(tap.path("root", "etc", "large"), random.Random(2).randbytes(1 << 18))
        tool("tar", "-cf", image, "-C", tap.path("root"), "etc")
        os.chmod(image, 0o644)
        inputs(tap)
        command_line(tap, image)
        assessments(tap, image)
        outputs(tap, image)
        ordinary(tap, image)
        full_disk(tap, image)
        encrypted(tap)


main()
