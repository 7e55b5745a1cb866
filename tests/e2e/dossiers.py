"""Small dossiers for tests, whose first argument is the program."""
import json
import os
import shutil
import sqlite3
import sys

from tap import run, write

PROVISO = sys.argv[1]
AT = ["--by", "An Evaluator", "--at", "2026-11-20T10:00:00Z"]
EDITIONS = ("3.1.3", "2.1.1")


def units(edition):
    listed = json.loads(run([PROVISO, "list", "units", "--edition", edition, "--json"]).out)
    return [unit["name"] for unit in listed]


def make(folder, **files):
    """A small dossier; FILES replace or add: names with _ for / and without .yaml."""
    shutil.rmtree(folder, ignore_errors=True)
    base = {
        "product": "name: Lumi View\nmodel: LV-2\nmanufacturer: {name: Lumi Ltd, address: 1 Street}\n",
        "ics": "provisions:\n  - {provision: 5.2-1, support: Y}\n",
        "ixit_2-UserInfo": "Support Period: until 2031-12-31\n",
    }
    base.update(files)
    for name, content in base.items():
        write(os.path.join(folder, name.replace("_", "/", 1) + ".yaml"), content)
    return folder


def mistakes(folder, *more):
    done = run([PROVISO, "check", folder, "--json", *more])
    return done, json.loads(done.out) if done.out else []


def expect(tap, folder, file, line, words, name, severity="error"):
    done, found = mistakes(folder)
    here = [m for m in found if m["file"] == file and m["severity"] == severity
            and (line is None or m["line"] == line)
            and all(word in f"{m['what']} {m['why']} {m['try']}" for word in words)]
    tap.ok(here and done.code == (1 if severity == "error" else done.code), name, done)


def outcome(folder, unit):
    with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
        return db.execute("SELECT outcome, automatic, disputed, stale FROM verdict WHERE unit = ?",
                          [unit]).fetchone()


def answer(folder, unit, said, *more):
    return run([PROVISO, "answer", folder, unit, said, "--because", "looked at it", *AT, *more])
