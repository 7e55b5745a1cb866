#!/usr/bin/env python3
"""
    tampered.py PROVISO

A dossier as an attacker leaves it for somebody else: links and pipes where files belong, a journal
beside the store that names a file of the user, evidence that changes, a seal over less than it says.
Nothing outside the dossier is written or removed, nothing altered is proved, nothing hangs.
"""
import hashlib
import os
import shutil
import sqlite3
import struct
import subprocess
import sys

from tap import Tap, run, tool, write

PROVISO = sys.argv[1]
AT = ["--by", "An Evaluator", "--at", "2026-11-20T10:00:00Z"]
UNIT = "5.2-1-1-a"
USAGE, MACHINE = 2, 3


def make(folder):
    shutil.rmtree(folder, ignore_errors=True)
    write(folder + "/product.yaml", "name: Lumi View\nmodel: LV-2\n")
    write(folder + "/ics.yaml", "provisions:\n  - {provision: 5.2-1, support: Y}\n")
    write(folder + "/ixit/2-UserInfo.yaml",
          "Support Period: until 2031-12-31\nPublication of Vulnerability Disclosure Policy: https://example.com/p\n")
    return folder


def answer(folder, *more):
    return run([PROVISO, "answer", folder, UNIT, "pass", "--because", "read the page", *AT, *more], seconds=20)


def verify(folder, *more):
    return run([PROVISO, "verify", folder, *more], seconds=20)


def content(path):
    with open(path, "rb") as file:
        return file.read()


def said(tap, ran, code, name, *words):
    """A message of the usual form with all WORDS, and the right exit code."""
    text = ran.err.decode(errors="replace")
    tap.ok(ran.code == code and all(word in text for word in words + ("why", "try")), name, ran)


def links(tap):
    """Links that lead out: what is written stays inside."""
    victim = write(tap.path("victim.txt"), "one line, and a tail without an end")
    folder = make(tap.path("journal-link"))
    os.symlink(victim, folder + "/journal.jsonl")
    for name, done in (("verify", verify(folder)), ("answer", answer(folder))):
        said(tap, done, MACHINE, f"a journal that is a link: {name} says so", "symbolic link")
    tap.equal(content(victim), b"one line, and a tail without an end", "a journal that is a link: its target is whole")

    for inside in ("evidence", "ixit"):
        folder, outside = make(tap.path(inside + "-link")), tap.path(inside + "-outside")
        os.mkdir(outside)
        photo = write(tap.path("photo.jpg"), "light")
        if inside == "evidence":
            os.symlink(outside, folder + "/evidence")
            done = answer(folder, "--evidence", photo)
        else:
            book = tap.path("book.xlsx")
            tool(PROVISO, "export", folder, "-o", book)
            shutil.rmtree(folder + "/ixit")
            os.symlink(outside, folder + "/ixit")
            done = run([PROVISO, "import", book, folder, "--force"])
        said(tap, done, USAGE, f"{inside}/ that is a link: it is said", inside, "link")
        tap.equal(os.listdir(outside), [], f"{inside}/ that is a link: nothing is written there")


def hard_links(tap):
    for waiting in ("answers.yaml.new", "evidence/photo.jpg.new", "evidence/.incoming.new"):
        folder = make(tap.path("hard"))
        victim, photo = write(tap.path("precious.txt"), "precious\n"), write(tap.path("photo.jpg"), "light")
        os.makedirs(folder + "/evidence")
        os.link(victim, os.path.join(folder, waiting))
        done = answer(folder, "--evidence", photo)
        tap.ok(done.code == 0, f"{waiting} with another name: the answer is taken", done)
        tap.equal(content(victim), b"precious\n", f"{waiting} with another name: that one is not written")
        os.unlink(victim)
    folder = make(tap.path("hard"))
    answer(folder)
    kept = tap.path("kept.jsonl")
    os.link(folder + "/journal.jsonl", kept)
    before = content(kept)
    done = answer(folder)
    tap.ok(done.code == 0 and verify(folder).code == 0, "a journal with another name: the answer is taken", done)
    tap.equal(content(kept), before, "a journal with another name: that one is as it was")
    os.unlink(kept)
    with open(folder + "/journal.jsonl", "ab") as file:
        file.write(b'{"n":3,"a')
    os.link(folder + "/journal.jsonl", kept)
    before = content(kept)
    tap.ok(verify(folder).code == 0, "and mended")
    tap.equal(content(kept), before, "and that one is not cut")


def pipes(tap):
    for place in ("evidence/.incoming.new", "evidence/photo.jpg.new", "answers.yaml.new", "evidence/photo.jpg"):
        folder, photo = make(tap.path("pipes")), write(tap.path("photo.jpg"), "light")
        os.makedirs(folder + "/evidence")
        os.mkfifo(os.path.join(folder, place))
        done = answer(folder, "--evidence", photo)
        tap.ok(done.code == 0, f"a pipe at {place}: nobody waits for it", done)
    os.mkfifo(tap.path("capture.pcap"))
    os.mkdir(tap.path("captures"))
    for name, words in (("capture.pcap", "no ordinary file"), ("captures", "no ordinary file"),
                        ("nothing.pcap", "no such file")):
        said(tap, answer(folder, "--evidence", tap.path(name)), USAGE, f"evidence {name}", words)


def super_journal(database, victim):
    """A journal beside DATABASE that a crash seems to have left, of a transaction that VICTIM belongs to."""
    data = content(database)
    page = struct.unpack(">H", data[16:18])[0]
    total = 1
    for at in range(page - 200, 0, -200):
        total = (total + data[at]) & 0xffffffff
    magic, name = bytes.fromhex("d9d505f920a163d7"), victim.encode()
    write(database + "-journal",
          (magic + struct.pack(">IIIII", 1, 1, len(data) // page, 512, page)).ljust(512, b"\0") +
          struct.pack(">I", 1) + data[:page] + struct.pack(">I", total) +
          struct.pack(">I", 0x40000000 // page + 1) + name + struct.pack(">II", len(name), sum(name)) + magic)


def stores(tap):
    """A store with a journal of SQLite that names a file of the user, who only looks at the dossier."""
    folder = make(tap.path("store"))
    tool(PROVISO, "judge", folder, "-q", "--fail-on", "never")
    whole = content(folder + "/assessment.db")
    victim = tap.path("notes.txt")
    for command in (["judge"], ["gap"], ["check"], ["answer", UNIT, "pass", "--because", "x"], ["diff", folder],
                    ["report", "--format", "markdown", "-o", tap.path("x.md")]):
        write(folder + "/assessment.db", whole)
        write(victim, "what the user wrote\n")
        super_journal(folder + "/assessment.db", victim)
        done = run([PROVISO, command[0], folder, *command[1:]])
        tap.ok(done.code in (0, 1, 2) and os.path.exists(victim), f"{command[0]}: a journal beside the store removes nothing",
               done)
        if os.path.exists(folder + "/assessment.db-journal"):
            os.unlink(folder + "/assessment.db-journal")
    write(folder + "/assessment.db", whole)
    with sqlite3.connect(folder + "/assessment.db") as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON ics BEGIN INSERT INTO meta VALUES('trigger', 'ran'); END")
    tap.ok(run([PROVISO, "judge", folder, "-q"]).code in (0, 1), "a store with a trigger is judged")
    with sqlite3.connect(folder + "/assessment.db") as db:
        tap.equal(db.execute("SELECT count(*) FROM ics, meta AS m WHERE m.key = 'trigger'").fetchone(), (0,),
                  "and its trigger does not run")


    for command in (["judge", folder], ["diff", folder, folder], ["report", folder, "--format", "json"],
                    ["query", folder, "SELECT count(*) FROM verdict"]):
        write(folder + "/assessment.db", whole)
        with sqlite3.connect(folder + "/assessment.db") as db:
            db.execute("DROP TABLE verdict")
            db.execute("CREATE VIEW verdict AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS unit,"
                       " 'pass' AS outcome FROM n")
        said(tap, run([PROVISO, *command], seconds=20), USAGE, f"{command[0]}: a view without end is not read", "views")


def evidence(tap):
    folder = make(tap.path("evidence"))
    photo = write(tap.path("report..final.pdf"), "what was seen")
    done = answer(folder, "--evidence", photo)
    checked = run([PROVISO, "check", folder])
    tap.ok(done.code == 0 and b"no file of the dossier" not in checked.out, "a name with two dots is kept", checked)
    name = [name for name in os.listdir(folder + "/evidence") if "final" in name][0]
    write(os.path.join(folder, "evidence", name), "what was not seen")
    done = verify(folder)
    tap.ok(done.code == 1 and name.encode() in done.out, "and verify sees when it is changed", done)

    for wrong in ("evidence: [{file: /etc/passwd, sha256: x}]", "evidence: [{file: evidence/../../x, sha256: x}]",
                  "evidence: evidence/x.txt", "evidence: {file: evidence/x.txt}", "evidence: [evidence/x.txt]"):
        folder = make(tap.path("evidence"))
        answer(folder)
        path = folder + "/answers.yaml"
        text = content(path).decode().replace("    at:", f"    {wrong}\n    at:")
        write(path, text)
        tool(PROVISO, "judge", folder, "-q", "--fail-on", "never")
        with sqlite3.connect(folder + "/assessment.db") as db:
            row = db.execute(f"SELECT outcome, stale FROM verdict WHERE unit = '{UNIT}'").fetchone()
        tap.ok(row[0] == "open" and row[1], f"{wrong}: the answer does not count", row)
        checked = run([PROVISO, "check", folder])
        tap.ok(checked.code == 1 and b"answers.yaml:" in checked.out, f"{wrong}: check says so", checked)
        done = verify(folder)
        tap.ok(done.code == 1 and b"answers.yaml:" in done.out, f"{wrong}: verify does not take it", done)

    folder = make(tap.path("evidence"))
    photos = [write(tap.path(str(turn), "photo.jpg"), f"picture {turn}") for turn in range(3)]
    answer(folder, "--evidence", photos[0])
    answer(folder, "--evidence", photos[1])
    second = [name for name in os.listdir(folder + "/evidence") if name != "photo.jpg"][0]
    # Where a file has the name that a third would get, it stays what it is.
    third = tool_digest(photos[2])[:8] + "-photo.jpg"
    shutil.copy(os.path.join(folder, "evidence", second), os.path.join(folder, "evidence", third))
    answer(folder, "--evidence", photos[2])
    tap.equal(content(os.path.join(folder, "evidence", third)), b"picture 1", "no evidence is written over")
    tap.ok(verify(folder).code == 0, "and all of it is proved")


def tool_digest(path):
    return subprocess.run(["sha256sum", path], stdout=subprocess.PIPE, check=True).stdout.decode().split()[0]


def seals(tap):
    key, public = tap.path("key.pem"), tap.path("public.pem")
    tool("openssl", "pkey", "-in", key, "-pubout", "-out", public)
    tool("openssl", "genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret", "-out", key + "-locked")

    def seal(folder, *more):
        return run([PROVISO, "seal", folder, "--key", key, *AT, *more], seconds=20)

    folder = make(tap.path("sealed"))
    answer(folder)
    write(folder + "/evidence/photos/front/1.jpg", "front")
    tap.ok(seal(folder).code == 0 and verify(folder, "--key", public).code == 0, "evidence in folders is sealed")
    done = verify(folder)
    tap.ok(done.code == 0 and b"--key" in done.out, "without a key it is said that any would do", done)
    write(folder + "/evidence/photos/front/1.jpg", "back")
    done = verify(folder, "--key", public)
    tap.ok(done.code == 1, "and a change of it is seen", done)

    def refused(name, how, undo, *words):
        folder = make(tap.path("sealed"))
        answer(folder)
        os.makedirs(folder + "/evidence")
        how(folder)
        said(tap, seal(folder), USAGE, f"{name}: no seal", *words)
        undo(folder)
        tap.ok(seal(folder).code == 0, f"{name}: without it there is one")
        how(folder)
        done = verify(folder, "--key", public)
        tap.ok(done.code == 1 and words[-1].encode() in done.out, f"{name}: verify says so", done)

    refused("a pipe in evidence/", lambda f: os.mkfifo(f + "/evidence/pipe"), lambda f: os.unlink(f + "/evidence/pipe"),
            "evidence/pipe")
    refused("a link to nothing", lambda f: os.symlink("none", f + "/evidence/x"), lambda f: os.unlink(f + "/evidence/x"),
            "evidence/x")
    refused("a name of two lines", lambda f: write(f + "/evidence/a\nb", "x"), lambda f: os.unlink(f + "/evidence/a\nb"),
            "control characters")
    refused("more files in ixit/ than are read",
            lambda f: [write(f"{f}/ixit/x{number}.yaml", "none: x\n") for number in range(1100)],
            lambda f: [os.unlink(f"{f}/ixit/x{number}.yaml") for number in range(1100)], "ixit/")

    folder = make(tap.path("sealed"))
    for by in ("A\nB", "A\x1b[2J", os.fsdecode(b"A\xff"), "\t"):
        done = run([PROVISO, "answer", folder, UNIT, "pass", "--because", "x", "--by", by])
        said(tap, done, USAGE, f"--by {by!r}", "--by")
    tap.ok(not os.path.exists(folder + "/journal.jsonl"), "and nothing is written")
    for wrong in ("\x1b[2J", os.fsdecode(b"x\xff")):
        for option in ("--owner", "--note"):
            done = run([PROVISO, "assign", folder, UNIT, option, wrong, "--owner" if option == "--note" else "--note", "x", *AT])
            said(tap, done, USAGE, f"assign {option} {wrong!r}", option)
    with open(os.devnull, "rb") as nothing:
        done = run(["setsid", PROVISO, "seal", folder, "--key", key + "-locked", *AT], stdin=nothing)
    said(tap, done, USAGE, "a locked key without its passphrase", "passphrase")


def journals(tap):
    folder = make(tap.path("journal"))
    answer(folder)
    answer(folder)
    path = folder + "/journal.jsonl"
    whole = content(path)
    write(path, whole[:-1])  # an editor took the last line end away
    done = verify(folder)
    tap.ok(done.code == 0 and content(path) == whole, "a last line that is whole stays, without its end", done)
    for left in (whole + b"{", whole[:-9], whole + b'{"n":3}'):
        write(path, left)
        verify(folder)
        tap.ok(whole.startswith(content(path)) and content(path).endswith(b"\n"), "a line by half is cut off")
    os.unlink(folder + "/answers.yaml")
    write(path, whole)
    os.makedirs(folder + "/answers.yaml")
    done = answer(folder)
    tap.ok(done.code in (USAGE, MACHINE) and done.err, "a folder where a file belongs", done)
    tap.equal(content(path), whole, "a folder where a file belongs: no line of it")


def long_journal(tap):
    """A chain that holds, with a hundred thousand files that it says are there."""
    folder, before, lines = make(tap.path("long")), "0" * 64, []
    for number in range(1, 20001):
        found = ",".join(f'"ixit/n{number}-{place}":"absent"' for place in range(5))
        body = f'{{"n":{number},"at":"x","by":"x","did":"x","wrote":{{}},"found":{{{found}}},"before":"{before}"'
        before = hashlib.sha256((body + "}").encode()).hexdigest()
        lines.append(f'{body},"hash":"{before}"}}\n')
    write(folder + "/journal.jsonl", "".join(lines))
    done = run([PROVISO, "verify", folder], seconds=60)
    tap.ok(done.code == 1 and b"jsonl:" not in done.out and done.seconds < 20, "a long journal is read", done)
    done = run([PROVISO, "assign", folder, UNIT, "--owner", "x", *AT], seconds=60)
    tap.ok(done.code == 0 and done.seconds < 20 and b"BAD" not in verify(folder).out, "and goes on", done)


def killed_at(folder, call, number, *command):
    """COMMAND, killed as it makes the NUMBERth CALL."""
    return run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                f"inject={call}:signal=KILL:when={number}", *command], seconds=30)


def failing_at(folder, call, number, reason, *command):
    return run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                f"inject={call}:error={reason}:when={number}", *command], seconds=30)


def every_call(tap):
    """`answer` is killed, or told that the disk is full, at each call that changes something."""
    if shutil.which("strace") is None or run(["strace", "-o", "/dev/null", "true"]).code != 0:
        tap.skip("killed at every call", "no strace can be used here")
        return
    folder, photo = make(tap.path("calls")), write(tap.path("proof.bin"), os.urandom(5000))
    tool(PROVISO, "judge", folder, "-q", "--fail-on", "never")
    answer(folder)
    wanted, turns, bad = [], 0, []
    for call in ("rename", "fsync", "write", "unlink", "ftruncate"):
        for how, reason in ((killed_at, None), (failing_at, "ENOSPC")):
            for number in range(1, 8):
                mark = f"{call}-{reason}-{number}"
                write(photo, os.urandom(5000))
                command = [PROVISO, "answer", folder, UNIT, "pass", "--because", mark, "--evidence", photo, *AT]
                done = how(folder, call, number, *([reason] if reason else []), *command)
                turns += 1
                if done.code == 0:
                    wanted.append(mark)
                elif reason and (done.code not in (2, 3) or b"why" not in done.err):
                    bad.append(f"{mark}: {done}")
                proved = verify(folder)
                left = [name for _, _, names in os.walk(folder) for name in names if name.endswith(".new")]
                if proved.code != 0 or left:
                    bad.append(f"{mark}: {proved.out.decode()} {left}")
                if done.code == 0 and reason is None:
                    break  # it makes no more of these calls
    text = content(folder + "/answers.yaml").decode()
    lost = [mark for mark in wanted if f"because: {mark}\n" not in text]
    tap.ok(not lost, f"{turns} times killed or refused: {len(wanted)} acknowledged answers are there", lost)
    tap.ok(not bad, "and each time the journal is whole and nothing is left over", *bad[:5])
    run([PROVISO, "judge", folder, "-q"])
    with sqlite3.connect(folder + "/assessment.db") as db:
        tap.equal(db.execute("PRAGMA quick_check").fetchone(), ("ok",), "and the store is sound")


def names(tap):
    """The name of a folder or a file may turn a terminal around: what is printed is shown, not obeyed."""
    odd = os.fsdecode(b"n\x1b[31m\x07\xff\n\xe2\x80\xae")
    folder, key, book = tap.path(odd), tap.path("key.pem"), tap.path(odd + ".xlsx")
    image = write(tap.path(odd + ".bin"), b"nothing" * 100)
    for command in (["init", folder, "--name", "x", "--batch"], ["check", folder], ["check", folder, "--statements"],
                    ["judge", folder], ["gap", folder], ["assess", image, "--dossier", folder, "-o", tap.path(odd + "-out")],
                    ["answer", folder, UNIT, "pass", "--because", "x", "--evidence", image], ["assign", folder, UNIT, "--owner", "x"],
                    ["signoff", folder, "scope"], ["signoff", folder], ["seal", folder, "--key", key], ["verify", folder],
                    ["export", folder, "-o", book], ["import", book, folder], ["import", book, folder + "2"],
                    ["draft", folder], ["diff", folder, folder + "2"], ["scheme", folder, "uk-psti"], ["scope", folder],
                    ["scheme", "--matrix", folder, folder + "2"], ["explain", folder, UNIT], ["explain", folder, odd],
                    ["inspect", image], ["tree", image], ["query", folder, "SELECT field, value FROM dut"], ["query", folder, odd],
                    ["report", folder, "--format", odd], ["report", folder, "--format", "html", "-o", tap.path(odd, "x")],
                    ["judge", folder + "3"], ["seal", folder, "--key", odd], ["answer", folder, odd, "pass", "--because", "x"]):
        done = run([PROVISO, *command])
        raw = [byte for byte in done.out + done.err if (byte < 0x20 and byte not in b"\n\t") or byte == 0x7f]
        text = (done.out + done.err).decode(errors="surrogateescape")
        tap.ok(done.code in range(5) and not raw and "\u202e" not in text and "\udcff" not in text,
               f"{' '.join(word for word in command if odd not in word and len(word) < 30)}: a name turns nothing around", done)


def main():
    with Tap() as tap:
        tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", tap.path("key.pem"))
        names(tap)
        links(tap)
        hard_links(tap)
        pipes(tap)
        stores(tap)
        evidence(tap)
        seals(tap)
        journals(tap)
        long_journal(tap)
        every_call(tap)


main()
