#!/usr/bin/env python3
"""
    hostile_worker.py ASSESS_WITH HOSTILE-WORKER

Assesses images with a worker that has been taken over when it reads one of their files. Whatever
it does: the assessment completes in time, the file is reported as not read with a reason, every
other file is there with its content, and the memory stays bounded.
"""
import os
import re
import sqlite3
import sys

from tap import Tap, run, sha256, tool, write

ASSESS, WORKER = sys.argv[1:3]
FILES = {f"etc/file-{i:02}.conf": f"setting {i}\n" * (i + 1) for i in range(30)}

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
    "touch-nothing": "crashed .signal 11",
    "hang": "took too long",
    "half-frame": "took too long",
}
# Lies that cannot be told from the truth: only that the rest is complete is asked.
LIES = ["content-nowhere", "content-in-no-region", "done", "flood-spans", "flood-rows",
        "flood-unread", "flood-nodes", "flood-spill", "trickle"]


def make(tap, kind, attacks):
    """An image of the files, with those of the ATTACKS among them."""
    root = tap.path("root")
    tool("rm", "-rf", root)
    for path, content in FILES.items():
        write(os.path.join(root, path), content)
    for at, attack in attacks:
        write(os.path.join(root, f"etc/file-{at:02}.conf-", f"attack-{attack}"), "words\n" * 9)
    image = tap.path(f"image.{kind}")
    tool("rm", "-f", image)
    if kind == "squashfs":
        tool("mksquashfs", root, image, "-noappend", "-quiet", "-no-progress", "-all-root")
    else:
        tool("tar", "--sort=name", "--owner=0", "--group=0", "-cf", image, "-C", root, "etc")
    return image


def assess(tap, image, seconds=0, patience=90):
    """The losses (path, reason), the hashes of all files by path, and how the run went."""
    store = tap.path("store.db")
    if os.path.exists(store):
        os.unlink(store)
    ran = run([ASSESS, WORKER, seconds, image, store], seconds=patience,
              preexec_fn=bounded_memory)
    if ran.code != 0:
        return [], {}, ran
    with sqlite3.connect(store) as db:
        losses = db.execute("SELECT path, reason FROM unread").fetchall()
        hashes = dict(db.execute("SELECT path, sha256 FROM node WHERE kind = 'file'"))
    return losses, hashes, ran


def bounded_memory():
    """The parent may grow to 2 GiB and no further: a flood must not take the machine."""
    import resource
    resource.setrlimit(resource.RLIMIT_DATA, (2 << 30, 2 << 30))


def complete(hashes):
    """The honest files that are not there as they are in the image."""
    return [path for path, content in FILES.items() if hashes.get(path) != sha256(content.encode())]


def attack_once(tap, kind, attack, reason):
    losses, hashes, ran = assess(tap, make(tap, kind, [(15, attack)]), 20 if reason is None else 0)
    name = f"{attack} in {kind}"
    tap.ok(ran.code == 0, f"{name}: the assessment completes", ran)
    if ran.code != 0:
        return
    found = [loss for loss in losses if f"attack-{attack}" in loss[0]]
    if reason is not None:
        tap.ok(any(re.search(reason, loss[1]) for loss in found),
               f"{name}: the loss is named", losses[:20])
        tap.ok(len(losses) == 1, f"{name}: nothing else is lost", losses[:20])
    tap.equal(complete(hashes), [], f"{name}: every other file is there")
    tap.ok(ran.seconds < 45, f"{name}: in time", ran.seconds)


def attack_often(tap, kind):
    """Several bad files close to each other: what was read between them must not be forgotten."""
    attacks = [(3, "crash.1"), (5, "crash.2"), (6, "open.3"), (20, "end.4"), (20, "crash.5")]
    losses, hashes, ran = assess(tap, make(tap, kind, attacks))
    tap.ok(ran.code == 0, f"five bad files in {kind}: the assessment completes", ran)
    tap.equal(sorted(path.rsplit(".", 1)[1] for path, _ in losses), list("12345"),
              f"five bad files in {kind}: five losses")
    tap.equal(complete(hashes), [], f"five bad files in {kind}: every other file is there")


def attack_after_loss(tap, kind):
    """An honest loss before the crash: the repeated walk must stay in step."""
    losses, hashes, ran = assess(tap, make(tap, kind, [(2, "unread"), (20, "crash")]))
    tap.ok(ran.code == 0, f"a loss before a crash in {kind}: the assessment completes", ran)
    tap.equal(sorted({path.rsplit("-", 1)[1] for path, _ in losses}), ["crash", "unread"],
              f"a loss before a crash in {kind}: both are named")
    tap.equal(complete(hashes), [], f"a loss before a crash in {kind}: every other file is there")


def attack_everywhere(tap):
    """More bad files than workers may be restarted: it ends, and says so."""
    root = tap.path("many")
    for i in range(400):
        write(os.path.join(root, f"etc/attack-crash.{i}"), f"{i}\n" * 3)
    image = tap.path("many.squashfs")
    tool("mksquashfs", root, image, "-noappend", "-quiet", "-no-progress", "-all-root")
    losses, _, ran = assess(tap, image, patience=120)
    tap.ok(ran.code == 0, "400 bad files: the assessment completes", ran)
    tap.ok(len({path for path, _ in losses if "attack-crash" in path}) == 400,
           "400 bad files: each is named", len(losses))


def main():
    with Tap() as tap:
        only = sys.argv[3:]
        for kind in ("squashfs", "tar"):
            if not only:
                losses, hashes, ran = assess(tap, make(tap, kind, []))
                tap.ok(ran.code == 0 and not losses and not complete(hashes), f"{kind}: no attack", ran)
                attack_often(tap, kind)
                attack_after_loss(tap, kind)
            for attack, reason in CRASHES.items():
                if not only or attack in only:
                    attack_once(tap, kind, attack, reason)
            for attack in LIES:
                if not only or attack in only:
                    attack_once(tap, kind, attack, None)
        if not only:
            attack_everywhere(tap)


main()
