#!/usr/bin/env python3
"""
    record.py PROVISO

What a dossier remembers: a journal and a seal that show what was altered, whatever names stand in
it; who does what; and that nothing is written by what only reads.
"""
import hashlib
import json
import os
import shutil
import sqlite3

from dossiers import AT, PROVISO, answer, make
from tap import Tap, run, tool, write


def check_journal(tap):
    folder = make(tap.path("journal"))
    key, public = tap.path("key.pem"), tap.path("public.pem")
    tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
    tool("openssl", "pkey", "-in", key, "-pubout", "-out", public)
    tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", key + "2")
    tool("openssl", "pkey", "-in", key + "2", "-pubout", "-out", public + "2")
    for unit in ("5.2-1-1-a", "5.2-2-1-a"):
        answer(folder, unit, "pass")
    done = run([PROVISO, "seal", folder, "--key", key, *AT])
    tap.ok(done.code == 0, "sealed", done)
    done = run([PROVISO, "verify", folder, "--key", public])
    tap.ok(done.code == 0 and b"BAD" not in done.out, "and verified", done)
    done = run([PROVISO, "verify", folder, "--key", public + "2"])
    tap.ok(done.code == 1 and b"another key" in done.out, "not with another key", done)
    lines = open(os.path.join(folder, "journal.jsonl"), encoding="utf-8").read().splitlines(True)
    tap.equal([json.loads(line)["n"] for line in lines], [1, 2, 3], "every line is JSON")

    def damaged(name, how):
        copy = tap.path("damaged")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        how(copy)
        done = run([PROVISO, "verify", copy, "--key", public])
        tap.ok(done.code == 1 and b"BAD" in done.out, name, done)

    def edit(file, old, new):
        def how(copy):
            path = os.path.join(copy, file)
            text = open(path, encoding="utf-8").read()
            assert old in text
            write(path, text.replace(old, new, 1))
        return how

    def rehash(copy):
        """A forger who knows the form and writes the whole chain anew, but has no key."""
        before, out = "0" * 64, []
        for line in open(os.path.join(copy, "journal.jsonl"), encoding="utf-8"):
            body = line.replace("An Evaluator", "Someone Else").split(',"before"')[0]
            body += f',"before":"{before}"'
            before = hashlib.sha256((body + "}").encode()).hexdigest()
            out.append(f'{body},"hash":"{before}"}}\n')
        write(os.path.join(copy, "journal.jsonl"), "".join(out))

    def stripped(copy):
        path = os.path.join(copy, "journal.jsonl")
        whole = open(path, "rb").read()
        write(path, whole.rstrip(b"\n"))
        done = run([PROVISO, "verify", copy, "--key", public])
        tap.ok(done.code == 0 and open(path, "rb").read() == whole, "a line end that an editor took away comes back", done)
        write(path, whole + whole[-100:-1])
        done = run([PROVISO, "verify", copy, "--key", public])
        tap.ok(done.code == 0 and open(path, "rb").read() == whole, "a line that was cut off goes", done)

    copy = tap.path("stripped")
    shutil.copytree(folder, copy)
    stripped(copy)
    damaged("an answer changed", edit("answers.yaml", "outcome: pass", "outcome: fail"))
    damaged("a line of the journal changed", edit("journal.jsonl", "An Evaluator", "Somebody Else"))
    damaged("a line of the journal gone", edit("journal.jsonl", lines[1], ""))
    damaged("the last line gone", edit("journal.jsonl", lines[2], ""))
    damaged("the seal changed", edit("seal.json", "An Evaluator", "Somebody Else"))
    damaged("a file added", lambda copy: write(os.path.join(copy, "ixit/24-TelData.yaml"), "none: x\n"))
    damaged("a file gone", lambda copy: os.unlink(os.path.join(copy, "ixit/2-UserInfo.yaml")))
    damaged("the seal gone", lambda copy: os.unlink(os.path.join(copy, "seal.json")))
    damaged("evidence added", lambda copy: write(os.path.join(copy, "evidence/x"), "x"))
    damaged("the journal written anew without the key", rehash)


def check_names(tap):
    """Whatever a name holds, the next step finds a journal that it can read."""
    for name in ("\ufeffA. Person", "A\x80B", "A\x85B", "A\u2028B", "A\x7fB", "A\ufffe", "A\nB", "A\tB\"\\", "A\udcffB"):
        folder = make(tap.path("names"))
        done = run([PROVISO, "assign", folder, "5.2-1", "--owner", name, "--by", name])
        tap.ok(done.code in (0, 2) and (done.code == 0 or b"try" in done.err), f"a step by {name!r}", done)
        done = run([PROVISO, "assign", folder, "5.2-1", "--owner", "B", *AT])
        tap.ok(done.code == 0, f"and one after it, {name!r}", done)
        tap.ok(run([PROVISO, "verify", folder]).code == 0, f"and all is whole, {name!r}")


def check_actions(tap):
    """Who does what: what is not said again stays; a gap shows it, and nothing of it reaches the terminal raw."""
    folder = make(tap.path("actions"))
    run([PROVISO, "assign", folder, "5.2-2", "--owner", "The team", "--due", "2026-12-31", *AT])
    done = run([PROVISO, "assign", folder, "5.2-2", "--state", "doing", *AT])
    tap.ok(done.code == 0, "a state alone", done)
    gap = json.loads(run([PROVISO, "gap", folder, "--all", "--json"]).out)
    found = {(row["owner"], row["due"], row["state"]) for row in gap if row["owner"]}
    tap.equal(found, {("The team", "2026-12-31", "doing")}, "keeps the owner and the date")
    done = run([PROVISO, "gap", folder, "--all", "--today", "2027-01-01"])
    tap.ok(b"owner  The team, due 2026-12-31 (overdue), doing" in done.out, "and the gap says so", done)
    run([PROVISO, "assign", folder, "5.2-3", "--due", "2026-11-30", *AT])
    done = run([PROVISO, "gap", folder, "--all"])
    tap.ok(b"owner  nobody, due 2026-11-30" in done.out, "a date without an owner", done)
    done = run([PROVISO, "gap", folder, "--today", "soon"])
    tap.ok(done.code == 2 and b"2026-12-31" in done.err, "a day that is none", done)
    write(os.path.join(folder, "actions.yaml"), 'actions:\n  - {subject: 5.2-2, owner: x, due: "\\e[31m"}\n')
    done = run([PROVISO, "gap", folder, "--all"])
    tap.ok(b"\x1b" not in done.out and b"\\x1b[31m" in done.out, "a date that is a sequence for the terminal", done)


def check_reading(tap):
    """What only reads leaves every byte; what product.yaml no longer says is gone."""
    folder = make(tap.path("reading"))
    answer(folder, "5.2-1-1-a", "pass")

    def everything():
        return {name: open(os.path.join(top, name), "rb").read() for top, _, names in os.walk(folder) for name in names}

    for command in (["check"], ["export", "-o", "/nowhere/x.xlsx"], ["scope"], ["gap"], ["explain", "5.2-1"], ["seal", "--key", "/x"]):
        done = run([PROVISO, command[0], folder + "//", *command[1:]])
        text = (done.out + done.err).replace(folder.encode() + b"//:", b"").replace(folder.encode() + b"//\n", b"")
        tap.ok(folder.encode() + b"//" not in text, f"{command[0]}: a slash at the end is one", done)
    before = everything()
    for command in (["check"], ["export", "-o", tap.path("reading.xlsx")], ["report", "--format", "markdown"], ["scope"]):
        done = run([PROVISO, command[0], folder, *command[1:]])
        tap.ok(done.code in (0, 1), f"{command[0]} of a dossier", done)
        changed = [name for name, content in everything().items() if before.get(name) != content]
        tap.equal(changed, [], f"{command[0]} changes nothing in it")
    dates = []
    for product in ("name: x\nmodel: y\ndate: 2026-11-20\n", "name: x\nmodel: y\n"):
        write(os.path.join(folder, "product.yaml"), product)
        run([PROVISO, "judge", folder, "-q"])
        with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
            dates.append(db.execute("SELECT value FROM meta WHERE key = 'date'").fetchall())
    tap.equal(dates, [[("2026-11-20",)], []], "a date that product.yaml no longer has is forgotten")


def check_knowledge(tap):
    """Knowledge of one's own that names a table otherwise is refused, not believed."""
    folder, root, own = make(tap.path("own")), tap.path("root"), tap.path("knowledge")
    write(root + "/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    write(root + "/bin/sh", "#!/bin/sh\n", 0o755)
    for name in ("AuthMech", "1-AuthMech"):
        write(own + "/catalogue/ixit.yaml",
              f"tables:\n  - {{n: 1, table: {name}, title: A, v1_table: {name}, shape: list, meaning: m, fields: []}}\n")
        done = run([PROVISO, "assess", root, "--dossier", folder, "--knowledge", own, "-q"])
        tap.ok(done.code == 2 and b"AuthMech has no number" in done.err if name == "AuthMech" else done.code in (0, 1),
               f"a table called {name}", done)


def main():
    with Tap() as tap:
        check_journal(tap)
        check_names(tap)
        check_actions(tap)
        check_reading(tap)
        check_knowledge(tap)


main()
