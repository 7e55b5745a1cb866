#!/usr/bin/env python3
"""
    interrupted.py PROVISO

Workers and the program itself are killed or stopped while a large image is assessed. What was
lost is counted, nothing is left over, and two runs into one folder leave one whole set of files.
"""
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

from tap import Tap, run, tool, write

PROVISO = sys.argv[1]
SET = ["assessment.db", "assessment.json", "report.html"]
ROUNDS = 10
# The files of the image itself, without what lies in archives among them.
COUNT = "SELECT count(*) FROM node WHERE path GLOB 'usr/lib/*' AND path NOT GLOB 'usr/lib/*/*'"


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def start(image, out, *more):
    # A shell starts what it runs in the background with interrupts ignored: not this.
    return subprocess.Popen([PROVISO, "assess", image, "-o", out, *more], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def wait_for_workers(process):
    for _ in range(2000):
        found = children(process.pid)
        if found or process.poll() is not None:
            return found
        time.sleep(0.001)
    return []


def finish(process, seconds=120):
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        return "late", out, err
    return process.returncode, out, err


def rows(out, sql):
    db = sqlite3.connect(os.path.join(out, "assessment.db"))
    found = db.execute(sql).fetchall()
    db.close()
    return found


def large_image(tap):
    """Some 40 MB of xz, from what lies on this machine."""
    sources = [path for path in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/bin")
               if os.path.isdir(path)]
    files, total = [], 0
    for source in sources:
        for base in sorted(os.listdir(source)):
            path = os.path.join(source, base)
            if os.path.isfile(path) and not os.path.islink(path) and total < 120 << 20:
                size = os.path.getsize(path)
                if size < 8 << 20:
                    files.append(path)
                    total += size
    root = tap.path("root")
    write(os.path.join(root, "etc", "passwd"), "root::0:0::/:/bin/sh\n")
    os.makedirs(os.path.join(root, "usr", "lib"))
    tool("cp", "--no-preserve=mode", "-t", os.path.join(root, "usr", "lib"), *files)
    image = tap.path("large.squashfs")
    tool("mksquashfs", root, image, "-comp", "xz", "-noappend", "-quiet", "-no-progress", "-all-root")
    tool("rm", "-rf", root)
    return image


def kill_workers(tap, image, whole, seconds):
    """Ten rounds: at a random moment one worker is killed, or stopped for good, twice."""
    chance = random.Random(303645)
    for number in range(ROUNDS):
        out = tap.path(f"round-{number}")
        stop = number == ROUNDS - 1 # a stopped worker costs its allowance of time
        process = start(image, out)
        wait_for_workers(process)
        hurt = 0
        for _ in range(1 if stop else 2):
            time.sleep(chance.uniform(0.1, 0.8) * seconds / 2)
            workers = children(process.pid)
            if workers and process.poll() is None:
                try:
                    os.kill(chance.choice(workers), signal.SIGSTOP if stop else signal.SIGKILL)
                    hurt += 1
                except ProcessLookupError:
                    pass
        code, _, err = finish(process)
        name = f"round {number}: {hurt} workers {'stopped' if stop else 'killed'}"
        tap.ok(code in (0, 1) and not err, f"{name}: it completes", code, err)
        if code not in (0, 1):
            continue
        tap.equal(sorted(os.listdir(out)), SET, f"{name}: all files, and no other")
        nodes = rows(out, COUNT)[0][0]
        read = rows(out, COUNT + " AND sha256 IS NOT NULL")[0][0]
        unread = rows(out, "SELECT path, reason FROM unread")
        silent = rows(out, "SELECT path FROM node WHERE kind = 'file' AND sha256 IS NULL AND size > 0"
                           " AND path NOT IN (SELECT path FROM unread)")
        # A walk that was cut off loses what it had not told yet: then the container is named.
        cut_off = any(path == "" for path, _ in unread)
        tap.ok(nodes == whole or cut_off, f"{name}: every file is listed", nodes, whole, unread)
        tap.ok(not silent or cut_off, f"{name}: every loss is named", silent[:5], unread)
        tap.ok(len(unread) <= hurt, f"{name}: no more is lost than was hurt", unread)
        tap.ok(read >= nodes - hurt, f"{name}: the rest is read", nodes, read)


def kill_program(tap, image):
    """Killed outright, it leaves no worker behind; the files that were there stay whole."""
    out = tap.path("killed")
    os.mkdir(out)
    for name in SET:
        write(os.path.join(out, name), "older\n")
    process = start(image, out)
    workers = wait_for_workers(process)
    time.sleep(0.3)
    workers += children(process.pid)
    process.kill()
    finish(process)
    for _ in range(300):
        alive = [pid for pid in workers if is_alive(pid)]
        if not alive:
            break
        time.sleep(0.01)
    tap.ok(workers and not alive, "killed: its workers end by themselves", workers, alive)
    tap.equal([open(os.path.join(out, name), "rb").read() for name in SET], [b"older\n"] * 3,
              "killed: the older files are whole")
    tap.equal(sorted(os.listdir(out)), SET, "killed: no half-written file")


def interrupt(tap, image, name, number):
    out = tap.path(name)
    process = start(image, out)
    workers = wait_for_workers(process)
    time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(number)
    code, _, _ = finish(process)
    took = time.monotonic() - began
    tap.equal(code, -number, f"{name}: ended by the signal (a shell says {128 + number})")
    tap.ok(took < 2, f"{name}: promptly", took)
    left = os.listdir(out) if os.path.exists(out) else []
    tap.equal(left, [], f"{name}: nothing half-written")
    time.sleep(0.2)
    tap.equal([pid for pid in workers if is_alive(pid)], [], f"{name}: no worker is left")


def two_at_once(tap):
    """Two runs into one folder: all files are of the same one."""
    images = []
    for number in (1, 2):
        write(tap.path(f"small-{number}", "etc", "passwd"), f"user{number}::0:0::/:/bin/sh\n")
        images.append(tap.path(f"small-{number}.tar"))
        tool("tar", "-cf", images[-1], "-C", tap.path(f"small-{number}"), "etc")
    out, mixed = tap.path("shared"), []
    for _ in range(10):
        both = [start(image, out) for image in images]
        codes = [finish(process)[0] for process in both]
        owners = set()
        for name in SET:
            with open(os.path.join(out, name), "rb") as file:
                content = file.read()
            owners.add(tuple(f"small-{number}.tar".encode() in content for number in (1, 2)))
        if len(owners) != 1 or not set(codes) <= {0, 1} or sorted(os.listdir(out)) != SET:
            mixed.append((codes, owners, os.listdir(out)))
    tap.equal(mixed, [], "two runs into one folder: one whole set each time")


def main():
    signal.signal(signal.SIGHUP, signal.SIG_DFL) # under nohup it is ignored, and children inherit that
    with Tap() as tap:
        image = large_image(tap)
        out = tap.path("whole")
        before = free_memory()
        ran = run([PROVISO, "assess", image, "-o", out])
        tap.ok(ran.code in (0, 1), "a large image is assessed", ran)
        whole = rows(out, COUNT)[0][0]
        tap.equal(rows(out, "SELECT * FROM unread"), [], "all of it is read")
        print(f"# {os.path.getsize(image) >> 20} MiB, {whole} files, {ran.seconds:.1f} s")
        kill_workers(tap, image, whole, ran.seconds)
        kill_program(tap, image)
        for name, number in (("interrupt", signal.SIGINT), ("terminate", signal.SIGTERM),
                             ("hang-up", signal.SIGHUP)):
            interrupt(tap, image, name, number)
        two_at_once(tap)
        zombies = [pid for pid in children(os.getpid()) if not is_alive(pid)]
        tap.equal(zombies, [], "no process is left")
        tap.ok(before - free_memory() < 512 << 20, "the memory is given back", before, free_memory())


def free_memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        shared = next(line for line in file if line.startswith("Shmem:"))
    return -int(shared.split()[1]) * 1024


main()
