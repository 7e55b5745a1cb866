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
    "content-nowhere": "said something impossible",
    "content-in-no-region": "said something impossible",
}
SLOW = {"hang": "took too long", "half-frame": "took too long"}
# Lies about where it is, and floods that reach a limit of the image: other files may be lost with
# the bad one, but none in silence.
LIES = ["touch-nothing", "done"]
FLOODS = ["flood-spans", "flood-rows", "flood-unread", "flood-nodes", "flood-spill", "trickle"]


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
    else: # every content goes by while the container is walked
        tool("sh", "-c", 'cd "$1" && find etc -type f | LC_ALL=C sort | zip -q -9 "$2" -@', "sh", root,
             image)
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


def missing(hashes):
    """The honest files that are not there as they are in the image."""
    return [path for path, content in FILES.items() if hashes.get(path) != sha256(content.encode())]


def attack_once(tap, kind, attack, reason):
    limit = 12 if reason is None else 0
    losses, hashes, ran = assess(tap, make(tap, kind, [(15, attack)]), limit)
    name = f"{attack} in {kind}"
    tap.ok(ran.code == 0, f"{name}: the assessment completes", ran)
    if ran.code != 0:
        return
    named = {path for path, _ in losses}
    bad = f"etc/file-15.conf-/attack-{attack}"
    if reason is not None:
        tap.ok(any(path == bad and re.search(reason, why) for path, why in losses),
               f"{name}: the loss is named", losses[:20])
        tap.ok(len(losses) == 1, f"{name}: nothing else is lost", losses[:20])
        tap.equal(missing(hashes), [], f"{name}: every other file is there")
    else:
        tap.equal([path for path in missing(hashes) if path not in named], [],
                  f"{name}: every other file is there or named as lost")
        tap.ok(bad in named or bad in hashes, f"{name}: the bad file is accounted for", losses[:20])
    tap.ok(ran.seconds < 40, f"{name}: in time", ran.seconds)


def attack_often(tap, kind):
    """Several bad files close to each other: what was read between them must not be forgotten."""
    attacks = [(3, "crash.1"), (5, "crash.2"), (6, "open.3"), (20, "end.4"), (20, "crash.5")]
    losses, hashes, ran = assess(tap, make(tap, kind, attacks))
    tap.ok(ran.code == 0, f"five bad files in {kind}: the assessment completes", ran)
    tap.equal(sorted(path.rsplit(".", 1)[1] for path, _ in losses), list("12345"),
              f"five bad files in {kind}: five losses")
    tap.equal(missing(hashes), [], f"five bad files in {kind}: every other file is there")


def attack_after_loss(tap, kind):
    """An honest loss before the crash: the repeated walk must stay in step."""
    losses, hashes, ran = assess(tap, make(tap, kind, [(2, "unread"), (20, "crash")]))
    tap.ok(ran.code == 0, f"a loss before a crash in {kind}: the assessment completes", ran)
    tap.equal(sorted({path.rsplit("-", 1)[1] for path, _ in losses}), ["crash", "unread"],
              f"a loss before a crash in {kind}: both are named")
    tap.equal(missing(hashes), [], f"a loss before a crash in {kind}: every other file is there")


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


def attack_all(tap, kind, attacks):
    for attack in attacks:
        attack_once(tap, kind, attack, {**CRASHES, **SLOW}.get(attack))


def main():
    with Tap() as tap:
        if len(sys.argv) > 3: # some attacks alone: to look into one
            attack_all(tap, "squashfs", sys.argv[3:])
            attack_all(tap, "zip", sys.argv[3:])
            return
        for kind in ("squashfs", "zip"):
            losses, hashes, ran = assess(tap, make(tap, kind, []))
            tap.ok(ran.code == 0 and not losses and not missing(hashes), f"{kind}: no attack", ran)
            attack_all(tap, kind, list(CRASHES) + LIES)
            attack_often(tap, kind)
            attack_after_loss(tap, kind)
        attack_all(tap, "zip", ["hang"])
        attack_all(tap, "squashfs", list(SLOW) + FLOODS)
        attack_everywhere(tap)


main()
