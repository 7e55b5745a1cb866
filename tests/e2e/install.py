#!/usr/bin/env python3
"""
    install.py SOURCE BUILD PROVISO IMAGE

Installs into a folder and runs what is installed; looks at how the program speaks: versions, help,
colours.
"""
import os
import pty
import shutil
import subprocess
import sys

from tap import Tap, run, tool

SOURCE, BUILD, PROVISO, IMAGE = sys.argv[1:5]


def configure(tap, prefix):
    """The same build with another prefix: a copy of its answers is enough for `meson install`."""
    build = tap.path("build")
    tool("meson", "setup", build, SOURCE, "--prefix", prefix)
    for folder in ("src", "knowledge", "tools"): # what is built already needs no second time
        if os.path.isdir(os.path.join(BUILD, folder)):
            shutil.copytree(os.path.join(BUILD, folder), os.path.join(build, folder),
                            dirs_exist_ok=True, symlinks=True)
    return build


def installed(tap, name, prefix, root):
    program = root + os.path.join(prefix, "bin", "proviso")
    tap.ok(os.access(program, os.X_OK), f"{name}: bin/proviso is there")
    tap.ok(os.access(root + os.path.join(prefix, "libexec", "proviso", "proviso-worker"), os.X_OK),
           f"{name}: libexec/proviso/proviso-worker is there")
    ran = run([program, "assess", IMAGE, "-q"], cwd="/")
    tap.ok(ran.code == 1 and not ran.err, f"{name}: it finds its worker", ran)
    ran = run([program, "list", "formats"], cwd="/", env={})
    tap.ok(ran.code == 0 and b"squashfs" in ran.out, f"{name}: without an environment too", ran)
    link = tap.path("proviso-link")
    os.symlink(program, link)
    ran = run([link, "assess", IMAGE, "-q"])
    tap.ok(ran.code == 1 and not ran.err, f"{name}: called through a link", ran)
    os.unlink(link)
    ran = run([program, "assess", IMAGE, "-q"], ordinary=True)
    tap.ok(ran.code == 1 and not ran.err, f"{name}: an ordinary user can run it", ran)


def without_worker(tap):
    lonely = tap.path("bin", "proviso")
    os.makedirs(os.path.dirname(lonely))
    shutil.copy(PROVISO, lonely)
    ran = run([lonely, "assess", IMAGE])
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


def speech(tap):
    ran = run([PROVISO, "--version"])
    tap.ok(ran.code == 0 and ran.out.startswith(b"proviso ") and not ran.err, "--version", ran)
    helps = [[], ["help"]] + [[name.split()[0].decode()] for name in
                              run([PROVISO, "--help"]).out.split(b"Commands:\n")[1].split(b"\n\n")[0]
                              .splitlines()]
    for command in helps:
        ran = run([PROVISO, *command, *(["--help"] if command != ["help"] else [])])
        tap.ok(ran.code == 0 and b"Example" in ran.out and not ran.err,
               f"{' '.join(command) or 'proviso'} --help", ran)
    command = [PROVISO, "assess", IMAGE]
    tap.ok(b"\x1b" not in run(command, env={"TERM": "xterm"}).out, "no colours in a file or pipe")
    tap.ok(b"\x1b" in on_terminal(command), "colours on a terminal")
    tap.ok(b"\x1b" not in on_terminal(command, NO_COLOR="1"), "none when NO_COLOR is set")
    tap.ok(b"\x1b" not in on_terminal(command, TERM="dumb"), "none on a dumb terminal")
    tap.ok(b"\x1b" in on_terminal(command, NO_COLOR=""), "an empty NO_COLOR means nothing")


def main():
    with Tap() as tap:
        speech(tap)
        without_worker(tap)
        prefix = tap.path("prefix")
        build = configure(tap, prefix)
        tool("meson", "install", "-C", build)
        installed(tap, "prefix", prefix, "")
        tool("meson", "install", "-C", build, env=dict(os.environ, DESTDIR=tap.path("stage")))
        installed(tap, "DESTDIR", prefix, tap.path("stage"))


main()
