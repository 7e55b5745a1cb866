#!/usr/bin/env python3
"""
    install.py BUILD PROVISO samples/make.sh

Installs into a folder and runs what is installed; looks at how the program speaks: versions, help,
colours.
"""
import os
import pty
import shutil
import subprocess
import sys

from tap import Tap, run, tool

BUILD, PROVISO, MAKE = sys.argv[1:4]


def installed(tap, name, prefix, image):
    program = os.path.join(prefix, "bin", "proviso")
    tap.ok(os.access(program, os.X_OK), f"{name}: bin/proviso is there")
    tap.ok(os.access(os.path.join(prefix, "libexec", "proviso", "proviso-worker"), os.X_OK),
           f"{name}: libexec/proviso/proviso-worker is there")
    ran = run([program, "assess", image, "-q"], cwd="/")
    tap.ok(ran.code == 1 and not ran.err, f"{name}: it finds its worker", ran)
    ran = run([program, "list", "formats"], cwd="/", env={})
    tap.ok(ran.code == 0 and b"squashfs" in ran.out, f"{name}: without an environment too", ran)
    link = tap.path("proviso-link")
    os.symlink(program, link)
    ran = run([link, "assess", image, "-q"])
    tap.ok(ran.code == 1 and not ran.err, f"{name}: called through a link", ran)
    os.unlink(link)
    ran = run([program, "assess", image, "-q"], ordinary=True)
    tap.ok(ran.code == 1 and not ran.err, f"{name}: an ordinary user can run it", ran)


def without_worker(tap, image):
    lonely = tap.path("bin", "proviso")
    os.makedirs(os.path.dirname(lonely))
    shutil.copy(PROVISO, lonely)
    ran = run([lonely, "assess", image])
    tap.ok(ran.code == 3 and b"cannot find the program proviso-worker" in ran.err and
           b"\n  try  " in ran.err and not ran.out, "without its worker it says so", ran)


def on_terminal(command, **environment):
    """What COMMAND prints when standard output is a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdout=slave, stdin=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment})
    os.close(slave)
    out = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError: # the other end is closed
            break
        if not chunk:
            break
        out += chunk
    os.close(master)
    process.wait()
    return out


def speech(tap, image):
    ran = run([PROVISO, "--version"])
    tap.ok(ran.code == 0 and ran.out.startswith(b"proviso ") and not ran.err, "--version", ran)
    helps = [[], ["help"]] + [[name.split()[0].decode()] for name in
                              run([PROVISO, "--help"]).out.split(b"Commands:\n")[1].split(b"\n\n")[0]
                              .splitlines()]
    for command in helps:
        ran = run([PROVISO, *command, *(["--help"] if command != ["help"] else [])])
        tap.ok(ran.code == 0 and b"Example" in ran.out and not ran.err,
               f"{' '.join(command) or 'proviso'} --help", ran)
    command = [PROVISO, "assess", image]
    tap.ok(b"\x1b" not in run(command, env={"TERM": "xterm"}).out, "no colours in a file or pipe")
    try:
        os.close(pty.openpty()[1])
    except OSError as error:
        tap.skip("colours on a terminal", str(error))
        return
    tap.ok(b"\x1b" in on_terminal(command), "colours on a terminal")
    tap.ok(b"\x1b" not in on_terminal(command, NO_COLOR="1"), "none when NO_COLOR is set")
    tap.ok(b"\x1b" not in on_terminal(command, TERM="dumb"), "none on a dumb terminal")
    tap.ok(b"\x1b" in on_terminal(command, NO_COLOR=""), "an empty NO_COLOR means nothing")


def main():
    with Tap() as tap:
        tool(MAKE, tap.path("images"))
        image = tap.path("images", "camera-1.0.bin")
        os.chmod(image, 0o644)
        speech(tap, image)
        without_worker(tap, image)
        tool("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet",
             env=dict(os.environ, DESTDIR=tap.path("stage")))
        prefix = next(folder for folder, names, _ in os.walk(tap.path("stage")) if "libexec" in names)
        installed(tap, "installed", prefix, image)
        moved = tap.path("moved")
        os.rename(prefix, moved)
        installed(tap, "moved to another place", moved, image)


main()
