#!/usr/bin/env python3
"""
    extract.py PROVISO samples/make.sh

`proviso unpack -o`: hostile names stay inside the folder, nothing special is made, the manifest
lists everything; and honest images come out as unsquashfs writes them.
"""
import io
import json
import os
import stat
import sys
import tarfile

from tap import Tap, run, tool, write

PROVISO, MAKE = sys.argv[1:3]


def entry(name, content=b"", kind=tarfile.REGTYPE, target="", mode=0o644, device=(0, 0)):
    head = tarfile.TarInfo(name)
    head.size, head.type, head.linkname, head.mode = len(content), kind, target, mode
    head.devmajor, head.devminor = device
    return head, content


def make_tar(path, entries):
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="utf-8",
                      errors="surrogateescape") as tar:
        for head, content in entries:
            tar.addfile(head, io.BytesIO(content))
    os.chmod(path, 0o644)
    return path


def make_cpio(path, entries):
    """newc: (name, mode with kind, content), names as they are."""
    image = b""
    for number, (name, mode, content) in enumerate([*entries, ("TRAILER!!!", 0, b"")]):
        name = os.fsencode(name) + b"\0"
        fields = [number + 1, mode, 0, 0, 1, 0, len(content), 0, 0, 1, 3, len(name), 0]
        image += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        image += bytes(-len(image) % 4) + content
        image += bytes(-len(image) % 4)
    return write(path, image)


HOSTILE = [
    entry("etc", kind=tarfile.DIRTYPE, mode=0o755),
    entry("etc/honest", b"honest\n"),
    entry("../escape-1", b"escaped\n"),
    entry("../../../../../../tmp/proviso-escape-2", b"escaped\n"),
    entry("etc/../../escape-3", b"escaped\n"),
    entry("/tmp/proviso-escape-4", b"escaped\n"),
    entry("//tmp//proviso-escape-5", b"escaped\n"),
    entry("outside", kind=tarfile.SYMTYPE, target="OUTSIDE"),
    entry("outside/planted", b"escaped\n"),
    entry("up", kind=tarfile.SYMTYPE, target="../.."),
    entry("up/planted", b"escaped\n"),
    entry("hard", kind=tarfile.LNKTYPE, target="OUTSIDE/victim"),
    entry("hard", b"overwritten\n"),
    entry("dangling", kind=tarfile.SYMTYPE, target="OUTSIDE/new"),
    entry("dangling", b"escaped\n"),
    entry("loop", kind=tarfile.SYMTYPE, target="loop"),
    entry("loop/file", b"escaped\n"),
    entry("dev/null", kind=tarfile.CHRTYPE, device=(1, 3), mode=0o666),
    entry("dev/sda", kind=tarfile.BLKTYPE, device=(8, 0), mode=0o666),
    entry("dev/pipe", kind=tarfile.FIFOTYPE),
    entry("new\nline", b"1\n"),
    entry("esc\x1b[31mred", b"2\n"),
    entry("back\\slash", b"3\n"),
    entry("n" * 255, b"4\n"),
    entry("m" * 300, b"5\n"),
    entry("bad\udcff\udcfeutf8", b"6\n"),
    entry("clash", b"a file\n"),
    entry("clash/inside", b"where a folder is needed\n"),
    entry("twice", b"first\n"),
    entry("twice", b"second\n"),
    entry("README", b"upper\n"),
    entry("readme", b"lower\n"),
    entry("d/" * 10000 + "deep", b"deep\n"),
    entry("closed", kind=tarfile.DIRTYPE, mode=0),
    entry("closed/inside", b"inside\n", mode=0),
    entry("setuid", b"#!/bin/sh\n", mode=0o6755),
    entry("setgid-folder", kind=tarfile.DIRTYPE, mode=0o3777),
    entry("manifest.json", kind=tarfile.SYMTYPE, target="OUTSIDE/victim"),
    entry(".", kind=tarfile.DIRTYPE),
    entry("", b"no name\n"),
    entry("-rf", b"7\n"),
]


def hostile(tap):
    outside = tap.path("outside")
    write(os.path.join(outside, "victim"), "untouched\n", 0o666)
    os.chmod(outside, 0o777)
    entries = []
    for head, content in HOSTILE:
        head.linkname = head.linkname.replace("OUTSIDE", outside)
        entries.append((head, content))
    tar = make_tar(tap.path("hostile.tar"), entries)
    cpio = make_cpio(tap.path("hostile.cpio"), [
        ("etc", stat.S_IFDIR | 0o755, b""), ("etc/honest", stat.S_IFREG | 0o644, b"honest\n"),
        ("../escape-1", stat.S_IFREG | 0o644, b"escaped\n"),
        ("/tmp/proviso-escape-4", stat.S_IFREG | 0o644, b"escaped\n"),
        ("outside", stat.S_IFLNK | 0o777, outside.encode()),
        ("outside/planted", stat.S_IFREG | 0o644, b"escaped\n"),
        ("etc", stat.S_IFLNK | 0o777, outside.encode()),
        ("dev/null", stat.S_IFCHR | 0o666, b""), ("dev/fifo", stat.S_IFIFO | 0o666, b""),
        ("dev/socket", stat.S_IFSOCK | 0o666, b""), ("setuid", stat.S_IFREG | 0o6755, b"x\n"),
        ("etc/honest/..", stat.S_IFREG | 0o644, b"escaped\n")])
    for kind, image in (("tar", tar), ("cpio", cpio)):
        for user in ("root", "ordinary"):
            one(tap, f"{kind} as {user}", image, outside, user == "ordinary")


def one(tap, name, image, outside, ordinary):
    above = tap.path(name.replace(" ", "-"), "a", "b")
    os.makedirs(above)
    os.chmod(above, 0o777)
    out = os.path.join(above, "out")
    before = {path: os.listdir(path) for path in ("/tmp", tap.folder, os.path.dirname(above))}
    ran = run([PROVISO, "unpack", image, "-o", out], ordinary=ordinary)
    tap.ok(ran.code == 0, f"{name}: exit 0", ran)
    tap.equal(os.listdir(above), ["out"], f"{name}: nothing beside the folder")
    escaped = [path for path in os.listdir("/tmp") if path.startswith("proviso-escape")]
    tap.equal(escaped, [], f"{name}: nothing elsewhere")
    for path in (tap.folder, os.path.dirname(above)):
        tap.equal(os.listdir(path), before[path], f"{name}: nothing above it")
    tap.equal(os.listdir(outside), ["victim"], f"{name}: nothing through a link")
    with open(os.path.join(outside, "victim"), encoding="ascii") as file:
        tap.equal(file.read(), "untouched\n", f"{name}: nothing overwritten")
    special, bits = [], []
    for folder, folders, files in os.walk(out):
        for path in (os.path.join(folder, base) for base in folders + files):
            mode = os.lstat(path).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
                special.append(path)
            if not stat.S_ISLNK(mode) and mode & 0o7000:
                bits.append(path)
    tap.equal(special, [], f"{name}: no device, pipe or socket")
    tap.equal(bits, [], f"{name}: no setuid, setgid or sticky bit")
    with open(os.path.join(out, "etc", "honest"), encoding="ascii") as file:
        tap.equal(file.read(), "honest\n", f"{name}: the honest file is there")
    # The tar has a manifest.json of its own, a link to the victim.
    taken = os.path.islink(os.path.join(out, "manifest.json"))
    manifest = os.path.join(out, "manifest.of-image.json" if taken else "manifest.json")
    tap.ok(stat.S_ISREG(os.lstat(manifest).st_mode), f"{name}: the manifest is a file of ours")
    with open(manifest, encoding="utf-8", errors="surrogateescape") as file:
        nodes = json.load(file)
    listed = json.loads(run([PROVISO, "unpack", image, "--json"]).out)
    tap.equal(len(nodes), len(listed), f"{name}: the manifest lists every node")
    if name.startswith("tar"):
        tap.ok(len(nodes) >= len(HOSTILE) - 2, f"{name}: one for each entry", len(nodes))
        kinds = {node["path"]: node for node in nodes}
        tap.equal((kinds["dev/sda"]["kind"], kinds["dev/sda"]["major"]), ("block", 8),
                  f"{name}: the device stands in it")
        tap.equal(kinds["setuid"]["mode"], 0o6755, f"{name}: the setuid bit stands in it")
        tap.ok(os.path.exists(os.path.join(out, "closed", "inside")), f"{name}: a closed folder")
        tap.ok(os.path.exists(os.path.join(out, "n" * 255)), f"{name}: a name of 255 bytes")
        tap.ok(os.path.exists(os.path.join(out, "new\nline")), f"{name}: a name with a newline")
        tap.ok(os.path.exists(os.fsencode(out) + b"/bad\xff\xfeutf8"), f"{name}: bytes as names")
    tap.ok(b"\x1b" not in run([PROVISO, "unpack", image, "--list"]).out,
           f"{name}: no escape sequence reaches the terminal")


def again(tap):
    """A folder that is not empty is left alone."""
    image = make_tar(tap.path("small.tar"), [entry("etc/a", b"a\n")])
    out = tap.path("used")
    write(os.path.join(out, "mine"), "mine\n")
    ran = run([PROVISO, "unpack", image, "-o", out])
    tap.ok(ran.code == 2 and b"files in it already" in ran.err and b"try" in ran.err,
           "a folder that is not empty is refused", ran)
    tap.equal(os.listdir(out), ["mine"], "and left alone")
    out = tap.path("new")
    ran = run([PROVISO, "unpack", tap.path("missing"), "-o", out])
    tap.ok(ran.code == 2 and not os.path.exists(out), "no folder for an image that is not there", ran)


def tree_of(folder, floor=0):
    """What lies in FOLDER: kind, mode, target or content, by path."""
    tree = {}
    for above, folders, files in os.walk(folder):
        for base in folders + files:
            path = os.path.join(above, base)
            status = os.lstat(path)
            name = os.path.relpath(path, folder)
            if stat.S_ISLNK(status.st_mode):
                tree[name] = ("link", os.readlink(path))
            elif stat.S_ISDIR(status.st_mode):
                tree[name] = ("dir", oct(status.st_mode & 0o777 | floor))
            elif stat.S_ISREG(status.st_mode):
                with open(path, "rb") as file:
                    tree[name] = ("file", oct(status.st_mode & 0o777 | floor), file.read())
    return tree


def compare(tap, name, ours, wanted):
    ours.pop("manifest.json", None)
    # What lies inside files stands beside them: unsquashfs looks into none.
    ours = {path: what for path, what in ours.items() if ".unpacked" not in path}
    tap.equal(sorted(ours), sorted(wanted), f"{name}: the same names")
    different = [path for path in wanted if ours.get(path) != wanted[path]]
    tap.equal([(path, ours.get(path, ())[:2], wanted[path][:2]) for path in different[:5]], [],
              f"{name}: the same contents, modes and targets")


def same_as_unsquashfs(tap, name, image):
    """IMAGE is a squashfs image, or holds one."""
    with open(image, "rb") as file:
        content = file.read()
    at = content.index(b"hsqs")
    os.umask(0)
    theirs, ours = tap.path("theirs"), tap.path("ours")
    tool("unsquashfs", "-q", "-no-progress", "-no-exit-code", "-o", str(at), "-d", theirs, image)
    ran = run([PROVISO, "unpack", image, "-o", ours])
    os.umask(0o022)
    tap.ok(ran.code == 0, f"{name}: unpacked", ran)
    inner = ours
    if at > 0:
        inner = os.path.join(ours, next(path for path in os.listdir(ours) if "squashfs" in path))
    compare(tap, name, tree_of(inner, 0o600), tree_of(theirs, 0o600))
    tool("rm", "-rf", theirs, ours)


def main():
    with Tap() as tap:
        if os.getuid() == 0:
            hostile(tap)
        else:
            tap.skip("hostile names, as root too", "this is an ordinary user")
        again(tap)
        tool(MAKE, tap.path("images"))
        for version in ("1.0", "1.1"):
            same_as_unsquashfs(tap, f"camera-{version}", tap.path("images", f"camera-{version}.bin"))
        image = tap.path("debian.squashfs")
        tool("mksquashfs", "/etc/alternatives", "/usr/share/misc", "/usr/lib/udev", "/usr/share/perl5",
             image, "-noappend", "-quiet", "-no-progress", "-no-xattrs")
        same_as_unsquashfs(tap, "a Debian squashfs", image)


main()
