#!/usr/bin/env python3
"""
    hostile_worker.py ASSESS_WITH HOSTILE-WORKER

Assesses images with a worker that has been taken over when it reads one of their files. Whatever
it does: the assessment completes in time, the file is reported as not read with a reason, every
other file is there with its content, and the memory stays bounded.
"""
import gzip
import os
import re
import sqlite3
import sys

from tap import Tap, run, sha256, tool, write

ASSESS, WORKER = map(os.path.abspath, sys.argv[1:3])
FILES = {f"etc/file-{i:02}.conf": f"setting {i}\n" * (i + 100) for i in range(30)}

# What the worker does, and what the loss must be called. A worker that hangs costs ten seconds.
CRASHES = {
    "crash": "crashed .signal 11, Segmentation fault",
    "assertion": "crashed .signal 6, Aborted",
    "memory": "needed more memory than a worker may have",
    "end": "ended by itself with status 0",
    "open": "tried something that the sandbox forbids",
    "socket": "tried something that the sandbox forbids",
    "fork": "tried something that the sandbox forbids",
    "kill-parent": "tried something that the sandbox forbids",
    "garbage": "said something impossible and was ended",
    "huge-frame": "said something impossible and was ended",
    "empty-frame": "said something impossible and was ended",
    "unknown-kind": "said something impossible and was ended",
    "slice-outside": "said something impossible and was ended",
    "node-out-of-turn": "said something impossible and was ended",
    "content-of-nothing": "said something impossible and was ended",
    "half-row": "said something impossible and was ended",
    "row-of-nothing": "said something impossible and was ended",
    "content-nowhere": "said something impossible",
    "content-in-no-region": "said something impossible",
}
SLOW = {"hang": "took too long", "half-frame": "took too long"}
# Lies about where it is, and floods that reach a limit of the image: other files may be lost with
# the bad one, but none in silence.
LIES = ["touch-nothing", "done"]
FLOODS = ["flood-spans", "flood-rows", "flood-unread", "flood-nodes", "flood-spill", "trickle"]


def make(tap, kind, attacks):
    """An image of the files, with a bad one behind those numbered in ATTACKS."""
    files = dict(FILES)
    for count, (at, attack) in enumerate(attacks):
        files[f"etc/file-{at:02}.conf.{count}.{attack}"] = f"attack {attack}\n" + f"{count}\n" * 500
    image = tap.path(f"image.{kind}")
    tool("rm", "-rf", image, tap.path("root"))
    if kind == "raw": # every content goes by while the image is searched
        parts = [gzip.compress(files[path].encode(), mtime=0) for path in sorted(files)]
        return write(image, bytes(512) + b"".join(part.ljust(2048, b"\0") for part in parts))
    for path, content in files.items():
        write(tap.path("root", path), content)
    tool("mksquashfs", tap.path("root"), image, "-noappend", "-quiet", "-no-progress", "-all-root")
    return image


def assess(tap, image, seconds=0, patience=90, workers=2):
    """The losses (path, reason), the hashes of all files by path, and how the run went."""
    store = tap.path("store.db")
    if os.path.exists(store):
        os.unlink(store)
    ran = run([ASSESS, WORKER, seconds, image, store, workers], seconds=patience,
              preexec_fn=bounded_memory)
    if ran.code != 0:
        return [], {}, ran
    with sqlite3.connect(store) as db:
        losses = db.execute("SELECT path, reason FROM unread").fetchall()
        hashes = dict(db.execute("SELECT path, sha256 FROM node WHERE kind = 'file' OR"
                                 " path LIKE '%/content'"))
    return losses, hashes, ran


def bounded_memory():
    """The parent may grow to 2 GiB and no further: a flood must not take the machine."""
    import resource
    resource.setrlimit(resource.RLIMIT_DATA, (2 << 30, 2 << 30))


def missing(hashes):
    """The honest files that are not there as they are in the image."""
    there = set(hashes.values())
    return [path for path, content in FILES.items() if sha256(content.encode()) not in there]


def attack_once(tap, kind, attack, reason):
    losses, hashes, ran = assess(tap, make(tap, kind, [(15, attack)]), 12 if reason is None else 0)
    name = f"{attack} in {kind}"
    tap.ok(ran.code == 0, f"{name}: the assessment completes", ran)
    if ran.code != 0:
        return
    if reason is not None:
        tap.ok(len(losses) == 1 and re.search(reason, losses[0][1]) and losses[0][0],
               f"{name}: the loss is named, and nothing else is lost", losses[:20])
        tap.equal(missing(hashes), [], f"{name}: every other file is there")
    else:
        named = {path for path, _ in losses}
        silent = [path for path in hashes if hashes[path] is None and path not in named]
        tap.ok(not silent or "" in named, f"{name}: every file is there or named as lost", silent)
    tap.ok(ran.seconds < 40, f"{name}: in time", ran.seconds)


def attack_often(tap, kind):
    """Several bad files close to each other: what was read between them must not be forgotten."""
    attacks = [(3, "crash"), (5, "crash"), (6, "open"), (20, "end"), (20, "crash")]
    losses, hashes, ran = assess(tap, make(tap, kind, attacks))
    tap.ok(ran.code == 0, f"five bad files in {kind}: the assessment completes", ran)
    tap.equal(len({path for path, _ in losses}), 5, f"five bad files in {kind}: five losses")
    tap.equal(missing(hashes), [], f"five bad files in {kind}: every other file is there")


def attack_after_loss(tap, kind):
    """Honest losses before and between crashes: the repeated walk must stay in step."""
    attacks = [(2, "unread"), (20, "crash"), (22, "unread"), (25, "crash"), (26, "crash")]
    for count in (2, 5):
        losses, hashes, ran = assess(tap, make(tap, kind, attacks[:count]))
        name = f"losses before crashes in {kind}, {count} bad files"
        tap.ok(ran.code == 0, f"{name}: the assessment completes", ran)
        tap.equal(len({path for path, _ in losses}), count, f"{name}: each is named")
        tap.equal(len(losses), count, f"{name}: and no other")
        tap.equal(missing(hashes), [], f"{name}: every other file is there")


def attack_backwards(tap, kind):
    """The second crash is before the first: what lies between them must not be forgotten."""
    losses, hashes, ran = assess(tap, make(tap, kind, [(10, "early"), (20, "late")]))
    tap.ok(ran.code == 0, f"a crash before a crash in {kind}: the assessment completes", ran)
    tap.ok("" not in {path for path, _ in losses}, f"a crash before a crash in {kind}: two losses", losses)
    tap.equal(missing(hashes), [], f"a crash before a crash in {kind}: every other file is there")


def attack_everywhere(tap):
    """More bad files than workers may be restarted: it ends, and says so."""
    root = tap.path("many")
    for i in range(400):
        write(os.path.join(root, f"etc/bad.{i}"), f"attack crash\n{i}\n")
    image = tap.path("many.squashfs")
    tool("mksquashfs", root, image, "-noappend", "-quiet", "-no-progress", "-all-root")
    for workers in (1, 2):
        losses, _, ran = assess(tap, image, patience=120, workers=workers)
        name = f"400 bad files, {workers} workers"
        tap.ok(ran.code == 0, f"{name}: the assessment completes", ran)
        tap.equal(len({path for path, _ in losses if "bad." in path}), 400, f"{name}: each is named")


def attack_all(tap, kind, attacks):
    for attack in attacks:
        attack_once(tap, kind, attack, {**CRASHES, **SLOW}.get(attack))


def main():
    with Tap() as tap:
        if len(sys.argv) > 3: # some attacks alone: to look into one
            attack_all(tap, "squashfs", sys.argv[3:])
            attack_all(tap, "raw", sys.argv[3:])
            return
        for kind in ("squashfs", "raw"):
            losses, hashes, ran = assess(tap, make(tap, kind, []))
            tap.ok(ran.code == 0 and not losses and not missing(hashes), f"{kind}: no attack", ran)
            attack_all(tap, kind, list(CRASHES) + LIES)
            attack_often(tap, kind)
            attack_after_loss(tap, kind)
            attack_backwards(tap, kind)
        attack_all(tap, "raw", ["hang"])
        attack_all(tap, "squashfs", list(SLOW) + FLOODS)
        attack_everywhere(tap)


main()
