#!/usr/bin/env python3
"""
    editions.py PROVISO

One dossier under both editions: rows of the ICS and answers that are translated, and those that
cannot be.
"""
import json
import os
import sqlite3

from dossiers import AT, PROVISO, answer, make, mistakes, outcome, units
from tap import Tap, run, write

ROWS = """provisions:
  - {provision: 5.0-1, support: Y, detail: every row says why}
  - {provision: 5.1-2A, support: Y, detail: of the newer edition alone}
  - {provision: 5.3-4A, support: Y, detail: automatic updates can be chosen}
  - {provision: 5.3-4B, support: Y, detail: they are on after the set-up}
  - {provision: 5.3-6A, support: Y, detail: switch in the menu}
  - {provision: 5.3-6B, support: N, detail: nobody is notified of updates}
  - {provision: 5.6-4A, support: Y, detail: one part}
  - {provision: 5.6-4B, support: N, detail: the other part of it}
  - {provision: 5.6-4, support: Y, detail: no debug port has a driver}
  - {provision: 6-3A, support: N/A, detail: no consent is asked for}
  - {provision: 6-3B, support: N/A, detail: no consent is stored on the device}
"""
OLD_ROWS = """provisions:
  - {provision: 4-1, support: Y, detail: every row says why}
  - {provision: 5.3-4, support: Y, detail: automatic updates at night}
  - {provision: 5.6-4, support: N, detail: it cannot be switched off}
"""


def rows_of(folder):
    with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
        return {row[0]: row[1:] for row in db.execute("SELECT i.provision, i.support, i.given, i.reasoned FROM ics AS i"
                " JOIN provision AS p ON p.id = i.provision AND p.edition = (SELECT value FROM meta WHERE key = 'edition')")}


def check_rows_translated(tap):
    folder = make(tap.path("translated"), ics=ROWS)
    run([PROVISO, "judge", folder, "--edition", "2.1.1", "-q"])
    tap.equal(rows_of(folder), {"4-1": ("Y", "5.0-1", 1), "5.3-4": ("Y", "5.3-4A, 5.3-4B", 1), "5.6-4": ("Y", None, 1),
                                "6-3": ("N/A", "6-3A, 6-3B", 1)},
              "rows of 3.1.3 under 2.1.1: one for one, parts that say the same, and no row of its own undone")
    _, found = mistakes(folder, "--edition", "2.1.1")
    told = {m["line"]: m for m in found if m["file"] == "ics.yaml" and m["severity"] == "warning"}
    tap.ok("left out: 5.1-2A" in told[3]["what"] and "5.3-6A, 5.3-6B give none for 5.3-6" in told[6]["what"] and len(told) == 2,
           "what has no partner, and parts that differ, are told", told)
    advice = next(m["try"] for m in found if "no row for" in m["what"])
    listed = run([PROVISO, *advice[advice.index("list "):].split()])
    tap.ok(listed.code == 0 and len(listed.out.splitlines()) == 68, "the advice lists the provisions of that edition", listed)
    told = [(m["severity"], m["what"]) for m in mistakes(folder)[1] if m["file"] == "ics.yaml" and m["line"] == 10]
    tap.equal(told, [("warning", "1 row does not count: 5.6-4")], "a row for the other edition is no mistake, and told")
    folder = make(tap.path("translated"), ics=OLD_ROWS)
    run([PROVISO, "judge", folder, "-q"])
    tap.equal(rows_of(folder), {"5.0-1": ("Y", "4-1", 1), "5.3-4A": ("Y", "5.3-4", 1), "5.3-4B": ("Y", "5.3-4", 1)},
              "rows of 2.1.1 under 3.1.3: the Y of the whole is one of its parts")
    told = [m["what"] for m in mistakes(folder)[1] if m["severity"] == "warning" and m["file"] == "ics.yaml"]
    tap.equal([what for what in told if "5.6-4" in what], ["the row of 5.6-4 gives none for 5.6-4A, 5.6-4B"],
              "its N may mean one of them alone")


def answers_of(folder, edition):
    run([PROVISO, "judge", folder, "--edition", edition, "-q"])
    with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
        return {unit: (given, stale) for unit, given, stale in db.execute("SELECT unit, given, stale FROM answer")}


def check_editions(tap):
    files = {"ixit_2-UserInfo": "Publication of Vulnerability Disclosure Policy: https://example.com/p\n"}
    folder = make(tap.path("editions"), ics=ROWS, **files)
    answer(folder, "5.2-1-1-a", "pass")
    run([PROVISO, "judge", folder, "--edition", "2.1.1", "-q"])
    with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
        tap.equal(db.execute("SELECT count(*) FROM verdict").fetchone()[0], 226, "226 units of 2.1.1")
        tap.equal(db.execute("SELECT count(*) FROM provision_verdict").fetchone()[0], 68, "68 provisions")
        carried = db.execute("SELECT outcome FROM verdict WHERE unit = '5.2-1-1-a'").fetchone()
    tap.equal(carried, ("pass",), "an answer to the same unit is carried over")
    for unit in ("5.11-4-1-c", "5.11-4-1-b", "5.3-15B-2-a", "6-3A-1-a", "6-6-1-a"):
        done = answer(folder, unit, "pass")
        tap.ok(done.code == 0, f"{unit} is answered", done)
    tap.equal(answers_of(folder, "2.1.1"),
              {"5.2-1-1-a": (None, None), "5.11-4-1-b": ("5.11-4-1-c", None), "5.3-15-2-d": ("5.3-15B-2-a", None),
               "6-3-1-a": ("6-3A-1-a", None)}, "under its id there, not to the unit that has its id, and not stale")
    done = run([PROVISO, "explain", folder, "5.11-4-1-b"])
    tap.ok(b"under the other edition, to 5.11-4-1-c" in done.out, "and the report says to what it was given", done)
    done = run([PROVISO, "explain", folder, "5.3-4"])
    tap.ok(b"read from the row of 5.3-4A" in done.out, "and from which rows the support is read", done)
    told = [m for m in mistakes(folder, "--edition", "2.1.1")[1] if "carried over" in m["what"]]
    tap.equal([m["why"] for m in told],
              ["edition 2.1.1 has no such unit: 6-6-1-a",
               "edition 2.1.1 asks something else there, or has more than one unit for it: 5.11-4-1-b"],
              "an answer that cannot be is told, with the reason")
    done = run([PROVISO, "answer", folder, "5.3-15-2-d", "fail", "--because", "seen otherwise",
                "--edition", "2.1.1", *AT])
    tap.ok(done.code == 0, "a unit is answered under 2.1.1", done)
    tap.equal(answers_of(folder, "3.1.3")["5.3-15B-2-a"], ("5.3-15-2-d", None), "and read under 3.1.3")
    text = open(folder + "/answers.yaml", encoding="utf-8").read()
    write(folder + "/answers.yaml", "\n".join(line for line in text.splitlines() if "edition:" not in line) + "\n")
    tap.equal(answers_of(folder, "2.1.1").get("5.11-4-1-b"), ("5.11-4-1-c", None),
              "an answer that names no edition is one of the dossier's")
    write(folder + "/actions.yaml", "actions:\n  - {subject: 5.3-4A, owner: Firmware team}\n")
    rows = json.loads(run([PROVISO, "gap", folder, "--edition", "2.1.1", "--json"]).out)
    tap.ok({row["owner"] for row in rows if row.get("provision") == "5.3-4" and row.get("unit")} == {"Firmware team"},
           "who owns a provision owns what it is in the other edition", rows[:3])


def main():
    with Tap() as tap:
        check_rows_translated(tap)
        check_editions(tap)


main()
