#!/usr/bin/env python3
"""
    dossier.py PROVISO

A dossier as a person handles and mishandles it: mistakes with file and line, bad input, answers
that go stale, programs that are killed, run twice at once, or meet a full disk. What was
acknowledged is there afterwards.
"""
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

from dossiers import AT, EDITIONS, PROVISO, answer, expect, make, mistakes, outcome, units
from tap import Tap, run, tool, write


def check_mistakes(tap):
    folder = tap.path("mistakes")
    cases = [
        ("unknown field", {"ixit_1-AuthMech": "entries:\n  - ID: AuthMech-1\n    Pasword: x\n"},
         "ixit/1-AuthMech.yaml", 3, ["no field", "Pasword"]),
        ("a near name is suggested",
         {"ixit_1-AuthMech": "entries:\n  - ID: AuthMech-1\n    Descripton: x\n"},
         "ixit/1-AuthMech.yaml", 3, ["Description"]),
        ("an entry without ID", {"ixit_1-AuthMech": "entries:\n  - Description: x\n"},
         "ixit/1-AuthMech.yaml", 2, ["no ID"]),
        ("an ID twice", {"ixit_1-AuthMech": "entries:\n  - ID: A-1\n  - ID: A-1\n"},
         "ixit/1-AuthMech.yaml", 3, ["twice"]),
        ("wrong type", {"ixit_4-Conf": "Confirmation of Update Procedures: perhaps\n"},
         "ixit/4-Conf.yaml", 1, ["yes or no"]),
        ("a value outside the choices",
         {"ixit_15-PhyIntf": "entries:\n  - ID: P-1\n    Status: on\n"},
         "ixit/15-PhyIntf.yaml", 3, ["enabled or disabled"]),
        ("a dangling reference",
         {"ixit_13-SoftServ": "entries:\n  - ID: S-1\n    Authentication Mechanism: [AuthMech-9]\n"},
         "ixit/13-SoftServ.yaml", 3, ["AuthMech-9", "1-AuthMech has no entry"]),
        ("a dangling reference in prose",
         {"ixit_13-SoftServ":
          "entries:\n  - ID: S-1\n    Authentication Mechanism: guarded by AuthMech-9, see there\n"},
         "ixit/13-SoftServ.yaml", 3, ["AuthMech-9"]),
        ("a dangling reference by a name without number",
         {"ixit_13-SoftServ":
          "entries:\n  - ID: S-1\n    Authentication Mechanism: \"`AuthMech-Web-UI`, for users\"\n"},
         "ixit/13-SoftServ.yaml", 3, ["AuthMech-Web-UI", "1-AuthMech has no entry"]),
        ("a dangling reference of two words",
         {"ixit_13-SoftServ":
          "entries:\n  - ID: S-1\n    Authentication Mechanism: guarded by AuthMech 9 and others\n"},
         "ixit/13-SoftServ.yaml", 3, ["AuthMech-9"]),
        ("an unknown table", {"ixit_99-Magic": "entries: []\n"}, "ixit/99-Magic.yaml", 0, ["no IXIT table"]),
        ("two files for one table",
         {"ixit_28-LogIntf": "entries: []\n", "ixit_28-ExtAPI": "entries: []\n"}, "ixit/28-LogIntf.yaml",
         0, ["two files"]),
        ("an unknown provision", {"ics": "provisions:\n  - {provision: 5.99-1, support: Y}\n"},
         "ics.yaml", 2, ["no provision 5.99-1"]),
        ("support that is none", {"ics": "provisions:\n  - {provision: 5.1-1, support: maybe}\n"},
         "ics.yaml", 2, ["Y, N or N/A"]),
        ("a row twice", {"ics": "provisions:\n  - {provision: 5.1-1, support: Y}\n  - {provision: 5.1-1,"
                                " support: Y}\n"}, "ics.yaml", 3, ["two rows"]),
        ("N on a mandatory provision", {"ics": "provisions:\n  - {provision: 5.1-1, support: N, detail:"
                                               " too hard}\n"}, "ics.yaml", 2, ["mandatory"]),
        ("N/A without a condition", {"ics": "provisions:\n  - {provision: 5.2-1, support: N/A, detail:"
                                            " none}\n"}, "ics.yaml", 2, ["not to be applicable"]),
        ("no reason", {"ics": "provisions:\n  - {provision: 5.2-2, support: N, detail: '-'}\n"},
         "ics.yaml", 2, ["no reason"]),
        ("rows that are missing", {}, "ics.yaml", 0, ["no row for 77 provisions"]),
        ("a table that a supported provision needs", {"ics": "provisions:\n  - {provision: 5.3-9,"
                                                             " support: Y}\n"},
         "ixit/7-UpdMech.yaml", 0, ["not filled in", "5.3-9"]),
        ("an edition that does not exist", {"product": "name: x\nedition: 4.0\n"}, "product.yaml", 2,
         ["no edition"]),
        ("an answer for an unknown unit", {"answers": "answers:\n  - {unit: 9.9-1-1-a, outcome: pass,"
                                                      " because: x}\n"}, "answers.yaml", 2, ["no unit"]),
        ("an answer without outcome", {"answers": "answers:\n  - {unit: 5.2-1-1-a, because: x}\n"},
         "answers.yaml", 2, ["no outcome"]),
        ("an answer without reason", {"answers": "answers:\n  - {unit: 5.2-1-1-a, outcome: pass}\n"},
         "answers.yaml", 2, ["no reason"]),
        ("answers under another key", {"answers": "answer:\n  - {unit: 5.2-1-1-a, outcome: pass, because: x}\n"},
         "answers.yaml", 1, ["not read", "answers:"]),
        ("answers that are a text", {"answers": "hello\n"}, "answers.yaml", 1, ["not read"]),
        ("answers in a map", {"answers": "answers:\n  5.2-1-1-a: pass\n"}, "answers.yaml", 1, ["not read"]),
        ("actions under another key", {"actions": "actions: []\naction:\n  - {subject: 5.2-1}\n"},
         "actions.yaml", 2, ["not read", "sign_offs"]),
        ("an answer with a key misspelt", {"answers": "answers:\n  - unit: 5.2-1-1-a\n    outcome: pass\n    because: x\n"
                                                      "    evidences: [a]\n"}, "answers.yaml", 5, ["evidences"]),
        ("an action with a key misspelt", {"actions": "actions:\n  - subject: 5.2-1\n    ower: x\n"},
         "actions.yaml", 3, ["ower"]),
        ("a state that is none", {"actions": "actions:\n  - subject: 5.2-1\n    state: soon\n"},
         "actions.yaml", 3, ["open, doing or done"]),
        ("a step that is none", {"actions": "sign_offs:\n  - {step: party, by: x}\n"}, "actions.yaml", 2, ["no step"]),
        ("a list of entries that is a text", {"ixit_20-SecBoot": "hello\n"}, "ixit/20-SecBoot.yaml", 1, ["text alone"]),
        ("a record that is a text", {"ixit_4-Conf": "hello\n"}, "ixit/4-Conf.yaml", 1, ["text alone"]),
        ("a column twice", {"ics": "provisions:\n  - provision: 5.2-1\n    support: Y\n    detail: a\n    reason: b\n"},
         "ics.yaml", 5, ["second name"]),
        ("none that nobody has filled in", {"ixit_24-TelData": "none: to be defined\n"},
         "ixit/24-TelData.yaml", 1, ["to be defined", "write why"]),
        ("none and entries at once", {"ixit_24-TelData": "none: nothing\nentries:\n  - ID: T-1\n"},
         "ixit/24-TelData.yaml", 1, ["said to be empty"]),
    ]
    for name, files, file, line, words in cases:
        expect(tap, make(folder, **files), file, line, words, name)
    expect(tap, make(folder, ics="provisions:\n  - {provision: 5.3-4, support: Y}\n"), "ics.yaml", 2,
           ["5.3-4A of edition 3.1.3 is read from 5.3-4"], "a provision of the other edition", "note")
    expect(tap, make(folder, **{"ixit_1-AuthMech": "entries:\n  - ID: A-1\n    drafted: seen\n"}),
           "ixit/1-AuthMech.yaml", 2, ["drafted entry waits to be confirmed"], "a draft", "warning")
    for text, mark in (("at least **? years** after the sale", "? years"), ("TBD", "TBD"),
                       ("five years, end date to be announced", "to be announced")):
        expect(tap, make(folder, **{"ixit_2-UserInfo": f"Support Period: '{text}'\n"}),
               "ixit/2-UserInfo.yaml", 1, ["not finished", mark], f"unfinished: {text}", "warning")
    done, found = mistakes(make(folder, **{
        "ixit_2-UserInfo": "Support Period: todo el mundo; 5 years, to be defined by the shop\n"}))
    tap.ok(done.code in (0, 1) and not [m for m in found if "not finished" in m["what"]],
           "a sentence about what others define is finished", found)
    expect(tap, make(folder, **{
        "ixit_13-SoftServ": "entries:\n  - ID: S-1\n    Description: web server, tcp port 80\n    Status: enabled\n"
                            "  - ID: S-2\n    Description: debug console on TCP 2323\n    Status: enabled\n",
        "ixit_28-LogIntf": "entries:\n  - ID: L-1\n    Description: HTTP, tcp/80\n    Status: enabled\n"
                           "  - ID: L-2\n    Description: DNS client, UDP port 53 of the router\n"}),
           "ixit/13-SoftServ.yaml", 5, ["S-2 listens on tcp port 2323"],
           "a port that one of two tables names", "warning")
    expect(tap, make(folder, ics="provisions:\n  - {provision: 5.2-2, support: N, detail: not supported by us}\n"),
           "ics.yaml", 2, ["not supported by us", "a person has to judge"], "a reason that fits anything", "warning")


def check_spellings(tap):
    folder = make(tap.path("spellings"), **{
        "ics": "provisions:\n  6.1: {support: yes}\n  Provision 5.3-4a: {support: not applicable, detail: it has no such thing}\n",
        "ixit_28-ExtAPI": "entries:\n  - id: L-1\n    DESCRIPTION: web\n    access: [P-1]\n",
        "ixit_IXIT 15 PhyIntf": "- ID: P-1\n  Status: Disabled, permanently\n  Debug Interface: 'Yes, it is'\n"
                                "- ID: P-2\n  Status: Active on demand\n",
        "ixit_25-DelFunc": "entries:\n  - ID: D-1\n    Target Type: User data on device; personal data on associated service\n",
        "ixit_4-Conf": "Confirmation of Update Procedures: ✓\nConfirmation of Secure Management: n/a\n",
        "answers": "answers:\n  - {unit: 5.2-1-1 (a), outcome: PASS, because: x, declared: {}}\n"})
    done, found = mistakes(folder)
    wrong = [m for m in found if m["severity"] == "error" and "not filled in" not in m["what"]
             and "no row for" not in m["what"]]
    tap.ok(not wrong, "one name in several spellings is one name", wrong)
    folder = make(tap.path("support"), ics="provisions:\n"
                  "  - {provision: 5.1-1, support: 'Y (see detail)', detail: unique}\n"
                  "  - {provision: 5.1-2, support: 'N/A - no password exists'}\n"
                  "  - {provision: 5.2-2, support: 'No, the importer does it'}\n"
                  "  - {provision: 5.2-3, support: 'Yes, but not for the app'}\n"
                  "  - {provision: 5.3-1, support: Yesterday}\n")
    run([PROVISO, "judge", folder, "-q"])
    done = run([PROVISO, "query", os.path.join(folder, "assessment.db"),
                "SELECT provision, support, detail FROM ics ORDER BY line"])
    tap.ok(done.out.decode().split("\n")[1:-1] == [
        "5.1-1\tY\tunique; (see detail)", "5.1-2\tN/A\tno password exists",
        "5.2-2\tN\tthe importer does it", "5.2-3\t\t", "5.3-1\t\t"],
        "a remark behind the support is taken for detail, unless it takes the support back", done)
    folder = make(tap.path("references"), **{
        "ixit_28-LogIntf": "entries:\n"
                           "  - ID: L-1\n    Access: '`PhyIntf-LAN` (wired), Intf-2'\n"
                           "  - ID: L-2\n    Access: |\n      * PhyIntf 3\n      * phyintf-usb, PhyIntf-based ones (`WS`, `WSS`)\n"
                           "  - ID: L-3\n    Access: [PhyIntf2, PhyIntf-4.1]\n",
        "ixit_15-PhyIntf": "entries:\n  - ID: PhyIntf-LAN\n  - ID: PhyIntf-2\n  - ID: 'PhyIntf-3: radio'\n"
                           "  - ID: PhyIntf-USB (service)\n  - ID: PhyIntf-4.1\n  - ID: PhyIntf-41\n"})
    done, found = mistakes(folder)
    wrong = [m for m in found if "has no entry" in m["why"]]
    tap.ok(not wrong, "an ID is found in the spellings of prose", wrong)
    run([PROVISO, "judge", folder, "-q"])
    done = run([PROVISO, "query", os.path.join(folder, "assessment.db"),
                "SELECT entry, target FROM declared_reference ORDER BY observation DESC, target"])
    tap.ok(done.out.decode().split("\n")[1:-1] == [
        "L-1\tPhyIntf-2", "L-1\tPhyIntf-LAN", "L-2\tPhyIntf-3: radio", "L-2\tPhyIntf-USB (service)",
        "L-3\tPhyIntf-2", "L-3\tPhyIntf-4.1"], "each reference leads to the entry it means", done)
    folder = make(tap.path("labels"), **{
        "ixit_11-SecComMech": "entries:\n  - ID: 'SecComMech-1: HTTPS'\n  - ID: SecComMech 2\n  - ID: SecComMech-3\n",
        "ixit_10-SecParam": "entries:\n  - ID: SecParam-1\n    Secure Communication Mechanisms: 11-ComMech-1, "
                            "seccommech-2 and 11-SecComMech-3\n  - ID: SecParam-2\n"
                            "    Secure Communication Mechanisms: SecComMech-4\n  - ID: SecParam-3\n"
                            "    Secure Communication Mechanisms: SecComMech 1 and SecComMech 2\n",
        "ixit_27-UserIntf": "entries:\n  - ID: UserIntf-1\n    Type: logical, LogIntf-1\n",
        "ixit_28-LogIntf": "entries:\n  - ID: LogIntf-1\n"})
    done, found = mistakes(folder)
    wrong = [m["what"] for m in found if " names " in m["what"]]
    tap.ok(wrong == ["Secure Communication Mechanisms of SecParam-2 names SecComMech-4"],
           "a reference may have another spelling than the ID", wrong)


def check_places(tap):
    folder = make(tap.path("places"), ics="provisions:\n  - {provision: 5.3-13, support: Y}\n", **{
        "ixit_2-UserInfo": "Publication of Support Period: https://www.example.net/support\n\n"
                           "Support Period: at least ? years after the sale\n"})
    run([PROVISO, "judge", folder, "-q"])
    done = run([PROVISO, "explain", folder, "5.3-13-2-c"])
    tap.ok(b"ixit/2-UserInfo.yaml:3\n" in done.out and b"at least ? years" in done.out,
           "a failure in a record names the line of its field", done)


def check_bad_yaml(tap):
    folder = tap.path("bad")
    cases = [
        ("a tab", b"entries:\n\t- ID: a\n", 2, ["tab"]),
        ("a key twice", b"entries: []\nentries: []\n", 2, ["twice"]),
        ("a wrong encoding", b"entries:\n  - ID: \xff\xfe\n", None, ["UTF-8"]),
        ("a NUL", b"entries:\n  - ID: a\x00b\n", None, ["cannot be read"]),
        ("an anchor and an alias", b"a: &a [x]\nb: [*a, *a]\n", 1, ["anchors"]),
        ("a reference to itself", b"entries: &a\n  - *a\n", None, ["anchors"]),
        ("a tag", b"entries: !!python/object []\n", 1, ["anchors"]),
        ("an unclosed bracket", b"entries: [\n", None, ["cannot be read"]),
        ("two documents", b"entries: []\n---\nentries: []\n", None, ["second document"]),
        ("a list where a map belongs", b"entries: yes\n", 1, ["no list"]),
        ("only words", b"hello\n", 1, ["text alone"]),
    ]
    for name, content, line, words in cases:
        make(folder)
        write(os.path.join(folder, "ixit/1-AuthMech.yaml"), content)
        expect(tap, folder, "ixit/1-AuthMech.yaml", line, words, name)
        done = run([PROVISO, "judge", folder, "-q"])
        tap.ok(done.code in (0, 1), f"{name}: the rest is judged", done)
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9))
    make(folder, **{"ixit_1-AuthMech": bomb})
    expect(tap, folder, "ixit/1-AuthMech.yaml", None, ["anchors"], "a billion laughs")
    make(folder)
    with open(os.path.join(folder, "ixit/1-AuthMech.yaml"), "wb") as file:
        file.write(b"entries:\n" + b"  - ID: a\n" * 1000)
        file.truncate(100 << 20)
    began = time.monotonic()
    expect(tap, folder, "ixit/1-AuthMech.yaml", None, ["at most"], "100 MiB of YAML")
    tap.ok(time.monotonic() - began < 10, "100 MiB of YAML do not take long")
    make(folder, **{"ixit_11-SecComMech": "entries:\n  - ID: S-1\n    Cryptographic Details: "
                                          + "TLS 1.0 with RC4 on port 80 is not used, " * 300000})
    began = time.monotonic()
    expect(tap, folder, "ixit/11-SecComMech.yaml", 3, ["bytes"], "a field of 12 MiB")
    tap.ok(time.monotonic() - began < 20, "a field of 12 MiB does not take long")
    make(folder)
    write(os.path.join(folder, "ixit/1-AuthMech.yaml"), "[" * 5000)
    expect(tap, folder, "ixit/1-AuthMech.yaml", None, ["cannot be read"], "5,000 brackets")


def check_folders(tap):
    """A folder of tables that is none, and one with far too many."""
    folder = make(tap.path("folders"))
    shutil.rmtree(os.path.join(folder, "ixit"))
    write(os.path.join(folder, "ixit"), "a file")
    expect(tap, folder, "ixit", 0, ["cannot be read"], "a file where the tables should lie")
    os.unlink(os.path.join(folder, "ixit"))
    for number in range(1001):
        write(os.path.join(folder, "ixit", f"{number}.txt"), "")
    expect(tap, folder, "ixit", 0, ["more files"], "a thousand files where the tables should lie")


def check_words(tap):
    """Wrong command lines: one clear message, exit 2, nothing changed."""
    folder = make(tap.path("words"))
    run([PROVISO, "judge", folder, "-q"])
    before = sorted(os.listdir(folder))
    for command, words in [
            (["check", tap.path("nothing")], b"init"),
            (["check", tap.folder], b"product.yaml"),
            (["answer", folder, "9.9-9-9-z", "pass", "--because", "x"], b"no unit"),
            (["answer", folder, "5.2-1-1-a", "maybe", "--because", "x"], b"no outcome"),
            (["answer", folder, "5.2-1-1-a", "pass"], b"no reason"),
            (["answer", folder, "5.2-1-1-a", "pass", "--because", "  "], b"no reason"),
            (["answer", folder, "5.2-1-1-a", "pass", "--because", "x", "--evidence", "/nowhere"], b"no such file"),
            (["answer", folder, "5.2-1-1-a"], b"missing"),
            (["answer", folder, "--from", tap.path("none.yaml")], b"none.yaml"),
            (["answer", folder, "--from", tap.path("none.yaml"), "--because", "x"], b"--from says all"),
            (["answer", folder, "5.2-1-1-a", "pass", "--because", "x", "--at", "now"], b"no time"),
            (["judge", folder, "--edition", "9"], b"no edition 9"),
            (["assign", folder, "5.99", "--owner", "a"], b"nothing of that name"),
            (["assign", folder, "5.1-1", "--owner", "a", "--due", "soon"], b"2026-12-31"),
            (["signoff", folder, "party"], b"no step"),
            (["seal", folder], b"no key"),
            (["seal", folder, "--key", "/etc/hostname"], b"private key"),
            (["assess", folder], b"names no firmware"),
            (["diff", folder, tap.path("nothing")], b"nothing")]:
        done = run([PROVISO, *command])
        tap.ok(done.code in (2, 3) and words in done.err and b"try" in done.err and not done.out,
               " ".join(command[:1] + command[2:]), done)
    tap.equal(sorted(os.listdir(folder)), before, "a wrong command line leaves the dossier alone")


def check_answers(tap):
    folder = make(tap.path("answers"), **{
        "ixit_2-UserInfo": "Publication of Vulnerability Disclosure Policy: https://example.com/policy\n"})
    photo = write(tap.path("photo of it.jpg"), b"\xff\xd8 a photo")
    for edition in EDITIONS:
        tap.equal(len(units(edition)), {"3.1.3": 258, "2.1.1": 226}[edition], f"units of {edition}")
    done = answer(folder, "5.2-1-1-a", "pass", "--evidence", photo)
    tap.ok(done.code == 0 and b"5.2-1-1-a: pass" in done.out, "an answer", done)
    tap.equal(outcome(folder, "5.2-1-1-a"), ("pass", 0, 0, None), "counts as a person's")
    kept = os.listdir(os.path.join(folder, "evidence"))
    tap.equal(kept, ["photo_of_it.jpg"], "its evidence is kept under a safe name")
    write(photo, b"another photo")
    answer(folder, "5.2-2-1-a", "pass", "--evidence", photo)
    tap.equal(len(os.listdir(os.path.join(folder, "evidence"))), 2, "another file of that name beside it")

    done = answer(folder, "5.2-2-1-a", "pass", "--evidence", write(tap.path("log..txt"), "seen"))
    found = [m for m in mistakes(folder)[1] if m["file"] == "answers.yaml"]
    tap.ok(done.code == 0 and outcome(folder, "5.2-2-1-a") == ("pass", 0, 0, None) and not found,
           "two dots in a name lead nowhere", done, found)
    text = open(os.path.join(folder, "answers.yaml"), encoding="utf-8").read()
    for said in ("[{file: ../photo of it.jpg}]", "[{file: /etc/hostname}]", "evidence/log..txt", "{file: evidence/log..txt}"):
        write(os.path.join(folder, "answers.yaml"), re.sub(r"evidence:\n      - file: evidence/log.*\n(       .*\n)*",
                                                           f"evidence: {said}\n", text))
        done, found = mistakes(folder)
        run([PROVISO, "judge", folder, "-q"])
        tap.ok([m for m in found if "names no file of the dossier" in m["what"]] and outcome(folder, "5.2-2-1-a")[0] == "open",
               f"evidence that is no file of the dossier does not carry an answer: {said}", found, outcome(folder, "5.2-2-1-a"))
    write(os.path.join(folder, "answers.yaml"), "# our own remark\n" + text + "# at the end\n")
    answer(folder, "5.2-1-2-a", "fail")
    text = open(os.path.join(folder, "answers.yaml"), encoding="utf-8").read()
    tap.ok(text.startswith("# our own remark") and text.endswith("# at the end\n"), "comments are kept", text)

    write(os.path.join(folder, "ixit/2-UserInfo.yaml"),
          "Publication of Vulnerability Disclosure Policy: https://example.com/other\n")
    run([PROVISO, "judge", folder, "-q"])
    state = outcome(folder, "5.2-1-1-a")
    tap.ok(state[0] == "open" and "2-UserInfo" in state[3], "a declaration that changed makes it stale", state)
    write(os.path.join(folder, "ixit/2-UserInfo.yaml"),
          "Publication of Vulnerability Disclosure Policy: https://example.com/policy\n")
    write(os.path.join(folder, "evidence/photo_of_it.jpg"), b"forged")
    run([PROVISO, "judge", folder, "-q"])
    tap.ok("evidence" in (outcome(folder, "5.2-1-1-a")[3] or ""), "evidence that changed makes it stale")

    many = write(tap.path("many.yaml"), "".join(
        f"- {{unit: {unit}, outcome: pass, because: read}}\n" for unit in units("3.1.3")))
    done = run([PROVISO, "answer", folder, "--from", many, *AT])
    tap.ok(done.code == 0 and done.out.count(b"\n") == 258, "258 answers from a file", done)
    write(many, "- {unit: 5.2-1-1-a, outcome: pass, because: a}\n- {unit: 5.2-1, outcome: pass, because: b}\n")
    before = open(os.path.join(folder, "answers.yaml"), "rb").read()
    done = run([PROVISO, "answer", folder, "--from", many, *AT])
    tap.ok(done.code == 2 and b"line 2" in done.err, "one wrong answer in a file", done)
    tap.equal(open(os.path.join(folder, "answers.yaml"), "rb").read(), before, "and none of it is written")
    kept = sorted(os.listdir(os.path.join(folder, "evidence")))
    write(tap.path("new.txt"), "new")
    for wrong in ("unit: 5.2-1, outcome: pass, because: b", "unit: 5.2-2-1-a, outcome: pass, because: b, evidence: [nowhere]",
                  "unit: 5.2-2-1-a, outcome: pass, because: b, evidences: [new.txt]"):
        write(many, "- {unit: 5.2-1-1-a, outcome: pass, because: a, evidence: [new.txt]}\n- {" + wrong + "}\n")
        done = run([PROVISO, "answer", folder, "--from", many, *AT])
        tap.ok(done.code == 2 and sorted(os.listdir(os.path.join(folder, "evidence"))) == kept,
               f"nor is the evidence of the others kept: {wrong}", done)


CLOSED = {
    "ixit_4-Conf": "".join(f"Confirmation of {what}: {{}}\n" for what in (
        "Vulnerability Actions", "Vulnerability Monitoring", "Update Procedures", "Secure Management",
        "Secure Development")).replace("{}", "yes"),
    "ixit_6-SoftComp": "entries:\n  - ID: SoftComp-1\n    Description: all of the software\n"
                       "    Update Mechanism: [UpdMech-1]\n"
                       "    Cryptographic Usage: yes; side effects of replacing it were considered\n",
    "ixit_7-UpdMech": "entries:\n  - ID: UpdMech-1\n    Description: over the network\n"
                      "    Security Guarantees: [integrity verified by the DUT, authenticity verified by the DUT]\n"
                      "    Initiation and Interaction: no user interaction is needed\n"
                      "    Configuration: [updates can be automated, 'the user can enable, disable and postpone"
                      " automatic updates', the user can enable and disable update notifications]\n"
                      "    Update Checking: the DUT checks after initialization and periodically\n"
                      "    User Notification: [the user is notified of available updates, the user is warned of"
                      " a disruption of basic functions]\n",
    "ixit_10-SecParam": "entries:\n  - ID: SecParam-1\n    Description: a key\n    Type: critical\n"
                        "    Security Guarantees: [integrity, confidentiality]\n",
    "ixit_20-SecBoot": "entries:\n  - ID: SecBoot-1\n    Description: a boot ROM\n    Security Guarantees:"
                       " [integrity of the device software, authenticity of the device software]\n",
}


def closed(folder, change=None):
    """Outcomes of the units that closed values decide; CHANGE is (file, old, new)."""
    files = dict(CLOSED)
    if change:
        file, old, new = change
        assert old in files[file], change
        files[file] = files[file].replace(old, new, 1)
    make(folder, **files)
    run([PROVISO, "judge", folder, "-q"])
    with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
        return dict(db.execute("SELECT unit, outcome || automatic FROM verdict").fetchall())


def check_closed(tap):
    """Values that can mean one thing alone decide a unit, both ways; prose never passes one."""
    folder = tap.path("closed")
    passed = closed(folder)
    cases = [
        ("5.2-2-1-b", "ixit_4-Conf", "Vulnerability Actions: yes", "Vulnerability Actions: {}"),
        ("5.2-3-1-d", "ixit_4-Conf", "Vulnerability Monitoring: yes", "Vulnerability Monitoring: {}"),
        ("5.3-8-1-b", "ixit_4-Conf", "Update Procedures: yes", "Update Procedures: {}"),
        ("5.5-8-1-b", "ixit_4-Conf", "Secure Management: yes", "Secure Management: {}"),
        ("5.6-9-1-b", "ixit_4-Conf", "Secure Development: yes", "Secure Development: {}"),
    ]
    for unit, file, old, new in cases:
        tap.equal(passed.get(unit), "pass1", f"{unit}: yes")
        tap.equal(closed(folder, (file, old, new.format("no"))).get(unit), "fail1", f"{unit}: no")
        for words in ("yes or no", "yes?", "yes from 2027", "Yes, if budget allows"):
            got = closed(folder, (file, old, new.format(f"'{words}'"))).get(unit)
            tap.ok(got != "pass1", f"{unit}: {words}", got)
    for unit in ("5.3-4A-1-a", "5.3-4B-1-a", "5.3-5-1-a", "5.3-6A-1-a", "5.3-6A-1-b", "5.3-6B-1-a", "5.3-9-1-c",
                 "5.3-9-1-d", "5.3-12-1-a", "5.4-1-1-b", "5.5-3-1-a", "5.5-3-1-b", "5.7-1-1-a"):
        tap.equal(passed.get(unit), "pass1", f"{unit}: closed values")
    prose = [
        ("5.3-9-1-c", "ixit_7-UpdMech", "authenticity verified by the DUT",
         "authenticity verified by the DUT from release 2 on"),
        ("5.3-9-1-d", "ixit_7-UpdMech", "integrity verified by the DUT", "integrity low"),
        ("5.3-5-1-a", "ixit_7-UpdMech", "the DUT checks after initialization and periodically",
         "after start, nothing is checked"),
        ("5.3-12-1-a", "ixit_7-UpdMech", "the user is warned of a disruption of basic functions",
         "a message says afterwards that functions were interrupted"),
        ("5.4-1-1-b", "ixit_10-SecParam", "confidentiality", "'confidentiality: low'"),
        ("5.5-3-1-b", "ixit_6-SoftComp", "side effects of replacing it were considered",
         "side effects were hardly considered"),
        ("5.5-3-1-b", "ixit_6-SoftComp", "yes; side effects", "yes; no; side effects"),
        ("5.7-1-1-a", "ixit_20-SecBoot", "authenticity of the device software", "authenticity to follow"),
    ]
    for unit, file, old, new in prose:
        got = closed(folder, (file, old, new)).get(unit)
        tap.ok(got != "pass1", f"{unit}: {new}", got)


def acknowledged(folder, tap, name, wanted):
    """Everything in WANTED is in the dossier, which is whole."""
    done = run([PROVISO, "verify", folder])
    tap.ok(done.code == 0, f"{name}: the journal is whole", done)
    done, found = mistakes(folder)
    wrong = [m for m in found if m["file"] == "answers.yaml" and m["severity"] == "error"]
    tap.ok(done.code in (0, 1) and not wrong, f"{name}: answers.yaml can be read", wrong)
    path = os.path.join(folder, "answers.yaml")
    text = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    lost = [mark for mark in wanted if f"because: {mark}\n" not in text]
    tap.ok(not lost, f"{name}: {len(wanted)} acknowledged answers are there", lost)
    left = [name for _, _, names in os.walk(folder) for name in names if name.endswith((".new", ".part"))]
    tap.ok(not left, f"{name}: nothing is left over", left)


def check_kill(tap):
    folder = make(tap.path("kill"))
    photo = write(tap.path("proof.bin"), os.urandom(200000))
    done = answer(folder, "5.2-1-1-a", "pass")
    whole = done.seconds
    wanted = []
    for turn in range(40):
        mark = f"turn-{turn}"
        process = subprocess.Popen([PROVISO, "answer", folder, "5.2-1-1-a", "pass", "--because", mark,
                                    "--evidence", photo, *AT], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(whole * 3 * turn / 40)
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        if out or process.returncode == 0: # it said so
            wanted.append(mark)
    answer(folder, "5.2-2-1-a", "pass")
    acknowledged(folder, tap, "killed 40 times", wanted)
    tap.ok(0 < len(wanted) < 40, "some were killed before and some after", len(wanted))


def check_together(tap):
    folder = make(tap.path("together"))
    names = units("3.1.3")[:16]
    runs = [subprocess.Popen([PROVISO, "answer", folder, unit, "pass", "--because", f"together-{unit}", *AT],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for unit in names]
    ends = [(process.communicate(), process.returncode) for process in runs]
    tap.ok(all(code == 0 for _, code in ends), "16 programs at once", [e for e in ends if e[1] != 0][:2])
    acknowledged(folder, tap, "16 at once", [f"together-{unit}" for unit in names])


def check_full_disk(tap):
    """Writes fail: by a limit on the size of files, which any user can set."""
    folder = make(tap.path("full"))
    answer(folder, "5.2-1-1-a", "pass")
    before = {name: open(os.path.join(folder, name), "rb").read()
              for name in ("answers.yaml", "journal.jsonl")}

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))

    done = run([PROVISO, "answer", folder, "5.2-2-1-a", "pass", "--because", "x" * 800, *AT], preexec_fn=limit)
    tap.ok(done.code == 3 and not done.out and b"try" in done.err, "a write that fails is said", done)
    for name, content in before.items():
        tap.equal(open(os.path.join(folder, name), "rb").read(), content, f"{name} is as before")
    done = answer(folder, "5.2-2-1-a", "pass")
    tap.ok(done.code == 0, "and the next answer is taken", done)
    acknowledged(folder, tap, "after a full disk", [])

    small = tap.path("small")
    os.mkdir(small)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        tap.skip("a disk that is full", "no tmpfs can be mounted here")
        return
    try:
        folder = os.path.join(small, "dossier")
        make(folder)
        wanted = []
        for turn in range(30):
            mark = f"full-{turn}-" + "x" * 2000
            done = run([PROVISO, "answer", folder, "5.2-1-1-a", "pass", "--because", mark, *AT])
            if done.code == 0 or b"5.2-1-1-a" in done.out:
                wanted.append(mark)
        tap.ok(done.code == 3 and b"try" in done.err, "a disk that is full is said", done)
        write(tap.path("room.txt"), "")
        text = open(os.path.join(folder, "answers.yaml"), encoding="utf-8").read()
        lost = [mark[:10] for mark in wanted if mark not in text.replace("\n", "")]
        tap.ok(not lost, f"{len(wanted)} acknowledged answers are on the full disk", lost)
    finally:
        tool("umount", small)


def check_store(tap):
    folder = make(tap.path("store"))
    tap.ok(run([PROVISO, "judge", folder, "-q"]).code in (0, 1), "judged without firmware")
    path = os.path.join(folder, "assessment.db")
    whole = open(path, "rb").read()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 9999 WHERE key = 'store_version'")
    done = run([PROVISO, "judge", folder])
    tap.ok(done.code == 2 and b"newer" in done.err, "a database of a newer version", done)
    for name, content in (("cut", whole[:len(whole) // 2]), ("noise", b"SQLite format 3\0" + os.urandom(9000)),
                          ("empty", b"")):
        write(path, content)
        done = run([PROVISO, "judge", folder])
        tap.ok(done.code == 2 and b"try" in done.err, f"a database that is {name}", done)
    write(path, whole)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 'other' WHERE key = 'knowledge'")
        db.execute("DELETE FROM rule")
    done = run([PROVISO, "judge", folder, "-q"])
    tap.ok(done.code in (0, 1), "an assessment by other rules is renewed", done)
    with sqlite3.connect(path) as db:
        tap.ok(db.execute("SELECT count(*) FROM rule").fetchone()[0] > 250, "with the rules of this program")
    for turn in range(12):
        process = subprocess.Popen([PROVISO, "judge", folder, "-q"], stdin=subprocess.DEVNULL)
        time.sleep(0.004 * turn)
        process.kill()
        process.wait()
    with sqlite3.connect(path) as db:
        tap.equal(db.execute("PRAGMA quick_check").fetchone(), ("ok",), "judge killed 12 times")
        tap.equal(db.execute("SELECT count(*) FROM verdict").fetchone()[0], 258, "and all verdicts are there")


def main():
    with Tap() as tap:
        check_mistakes(tap)
        check_spellings(tap)
        check_places(tap)
        check_bad_yaml(tap)
        check_folders(tap)
        check_words(tap)
        check_answers(tap)
        check_closed(tap)
        check_kill(tap)
        check_together(tap)
        check_full_disk(tap)
        check_store(tap)


main()
