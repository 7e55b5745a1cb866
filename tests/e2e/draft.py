#!/usr/bin/env python3
"""
    draft.py PROVISO samples/make.sh tests/golden/init [--accept]

From an empty folder to a drafted dossier: what `init` writes in both editions is that of the
golden files (--accept writes them); what `draft` adds of the sample cameras refers to entries that
exist; twice adds nothing; what a person wrote stays byte for byte; a new release adds what is new
and names what is gone; a folder that cannot be written to and kill -9 leave nothing by half.
"""
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from tap import Tap, run, tool, write

PROVISO, MAKE, GOLDEN = sys.argv[1:4]
ACCEPT = "--accept" in sys.argv[4:]
EDITIONS = ("3.1.3", "2.1.1")
WHO = ["--by", "A. Person", "--at", "2026-01-01T00:00:00Z"]
ROUNDS = 12


def contents(folder):
    """Name → bytes of the files that people read and the journal."""
    found = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            if name != "assessment.db":
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
    return found


def read(*names):
    with open(os.path.join(*names), encoding="utf-8", newline="") as file:
        return file.read()


def errors(folder, *options):
    """The lines of check that tell of an error, without those for what is not filled in."""
    out = run([PROVISO, "check", *options, folder]).out.decode()
    return [line for line in out.splitlines() if ": error: " in line]


def init(folder, *options):
    return run([PROVISO, "init", folder, "--batch", *WHO, *options])


def one_text(folder):
    files = {name: content for name, content in contents(folder).items() if name != "journal.jsonl"}
    return "".join(f"==== {name}\n{files[name].decode()}" for name in sorted(files))


def check_init(tap):
    for edition in EDITIONS:
        folder = tap.path("init", edition)
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        ran = init(folder, "--edition", edition, "--name", "Lumi: View 2", "--market", "EU, UK")
        tap.ok(ran.code == 0, f"init: a dossier of {edition}", ran)
        golden = os.path.join(GOLDEN, f"{edition}.txt")
        if ACCEPT:
            write(golden, one_text(folder))
        tap.ok(one_text(folder) == read(golden), f"init: the files of {edition} are those of the golden file",
               "to accept what is different: draft.py … --accept, then read the diff")
        tap.equal(errors(folder), [], f"init: check finds no error in {edition}")
        tap.ok(os.path.isdir(os.path.join(folder, "evidence")), f"init: a folder for evidence in {edition}")
        verified = run([PROVISO, "verify", folder])
        tap.ok(verified.code == 0, f"init: the journal of {edition} is whole", verified)
        for name, text in contents(folder).items():
            if name.endswith(".yaml"):
                tap.ok(max(map(len, text.decode().splitlines())) <= 110, f"init: lines of {edition} {name} fit a screen")


def check_refusals(tap):
    folder = tap.path("init", "3.1.3")
    before = contents(folder)
    ran = init(folder, "--name", "Other")
    tap.ok(ran.code == 2 and b"product.yaml" in ran.err, "init: a dossier is not made again", ran)
    tap.equal(contents(folder), before, "init: what was there stays")
    other = tap.path("half")
    write(os.path.join(other, "ixit", "1-AuthMech.yaml"), "entries: []\n")
    ran = init(other)
    tap.ok(ran.code == 2 and b"1-AuthMech" in ran.err, "init: files of a dossier are not written over", ran)
    ran = init(tap.path("never"), "--edition", "9.9")
    tap.ok(ran.code == 2 and not os.path.exists(tap.path("never")), "init: no such edition", ran)
    ran = init(tap.path("never"), "--firmware", tap.path("nothing.bin"))
    tap.ok(ran.code == 2 and not os.path.exists(tap.path("never")), "init: no such firmware", ran)
    ran = run([PROVISO, "init", tap.path("init", "quiet"), *WHO])
    tap.ok(ran.code == 0 and b"Name of the product" not in ran.out, "init: without a terminal nothing is asked", ran)


def answer(tap):
    """A person at a terminal, who leaves two questions empty."""
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError as error:
        tap.skip("init: asks at a terminal", str(error))
        return
    folder = tap.path("init", "asked")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(PROVISO, [PROVISO, "init", folder, "--manufacturer", "Given", *WHO])
    seen = b""
    answers = [b"Lumi View 2\n", b"\n", b"EU, UK\n", b"\n"]
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 5)[0]:
            break
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        seen += data
        if data.endswith(b": ") and answers:
            os.write(terminal, answers.pop(0))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    product = read(folder, "product.yaml") if code == 0 else ""
    tap.ok(code == 0 and "\nname: Lumi View 2\nmodel:\n" in product and "  name: Given\n" in product and
           "  - UK\n" in product and b"Manufacturer" not in seen,
           "init: a terminal is asked for what no option gave", seen.decode(errors="replace"), product[:500])


def assessed(tap, name, image, *options):
    folder = tap.path(name)
    init(folder, "--firmware", image, *options)
    run([PROVISO, "assess", folder, "-q"])
    return folder


def draft(folder, *options):
    return run([PROVISO, "draft", folder, *WHO, *options])


def check_draft(tap, image):
    folder = tap.path("camera")
    init(folder, "--firmware", image)
    ran = draft(folder)
    tap.ok(ran.code == 2 and b"proviso assess" in ran.err, "draft: the firmware must be assessed before", ran)
    run([PROVISO, "assess", folder, "-q"])
    ran = draft(folder)
    tap.ok(ran.code == 0 and re.search(rb"28-LogIntf +10 drafted", ran.out), "draft: of the careless camera", ran)
    tap.equal(errors(folder), [], "draft: check finds no error, and no reference dangles")
    logical = read(folder, "ixit", "28-LogIntf.yaml")
    tap.ok("Telnet server (telnetd) on TCP port 23" in logical and "evidence: etc/init.d/rcS:9 " in logical,
           "draft: the Telnet server, with its evidence", logical)
    services = read(folder, "ixit", "13-SoftServ.yaml")
    tap.ok(re.search(r"SSH server \(dropbear\).*?Authentication Mechanism:\n      - AuthMech-\d+\n", services, re.S),
           "draft: a service refers to its login", services)
    tap.ok("xc3511" not in "".join(read(folder, "ixit", name) for name in os.listdir(os.path.join(folder, "ixit"))),
           "draft: no password is written into the IXIT")
    before = contents(folder)
    ran = draft(folder)
    tap.ok(ran.code == 0 and b"nothing new" in ran.out, "draft: a second time adds nothing", ran)
    tap.equal(contents(folder), before, "draft: and changes nothing")
    verified = run([PROVISO, "verify", folder])
    tap.ok(verified.code == 0, "draft: the journal is whole", verified)
    return folder


def is_kept(old, new):
    """Every line of OLD stands in NEW, in its order; an empty list may have become one."""
    lines = iter(new.splitlines(keepends=True))
    return all(any(other in (line, line.replace("entries: []", "entries:")) for other in lines)
               for line in old.splitlines(keepends=True))


def edit(folder, name, change):
    path = os.path.join(folder, "ixit", name + ".yaml")
    with open(path, "rb") as file:
        content = change(file.read().decode())
    with open(path, "wb") as file:
        file.write(content.encode())
    return content


def check_person(tap, folder):
    """A person confirms, changes, renames, removes and adds; the ledger is the program's."""
    def confirm(text):
        return re.sub(r"\n    drafted: .*", "   # confirmed", text, count=1).replace("Web server", "Web page  ", 1)

    def rename(text):
        return text.replace("SoftServ-5", "SoftServ-broker")

    def remove(text):
        return re.sub(r"  - ID: SecParam-2\n(    .*\n)+", "  # not ours\n", text)

    texts = {"28-LogIntf": edit(folder, "28-LogIntf", confirm), "13-SoftServ": edit(folder, "13-SoftServ", rename),
             "10-SecParam": edit(folder, "10-SecParam", remove)}
    ran = draft(folder)
    tap.ok(b"nothing new" in ran.out and b"1 removed by a person" in ran.out,
           "draft: what a person changed or removed is not proposed again", ran)
    for name, text in texts.items():
        tap.equal(read(folder, "ixit", name + ".yaml"), text, f"draft: {name} stays as the person left it")
    os.remove(os.path.join(folder, "drafts.yaml"))
    own = "# mine\r\nentries:\r\n  - ID: LogIntf-7\r\n    Description: 'telnet, port 23'  # why\r\n"
    edit(folder, "28-LogIntf", lambda text: own)
    none = edit(folder, "15-PhyIntf", lambda text: "none: the product has none\n")
    ran = draft(folder)
    text = read(folder, "ixit", "28-LogIntf.yaml")
    tap.ok(is_kept(own, text) and "TCP port 23" not in text and "LogIntf-8\r\n" in text and text.count("\n") == text.count("\r\n"),
           "draft: beside a person's entry, with the file's line ends and the next number", ran, text)
    tap.ok(b"9 drafted, 1 there already" in ran.out, "draft: what a person's entry speaks of is not added", ran)
    tap.equal(read(folder, "ixit", "15-PhyIntf.yaml"), none, "draft: nothing is added where a person says none")
    tap.ok(b"says none:, and the image shows" in ran.out, "draft: but it is told", ran)


def check_release(tap, old, new):
    folder = tap.path("release")
    init(folder)
    run([PROVISO, "assess", folder, "--firmware", old, "-q"])
    draft(folder)
    before = contents(folder)
    run([PROVISO, "assess", folder, "--firmware", new, "-q"])
    ran = draft(folder)
    now = contents(folder)
    tap.ok(all(is_kept(before[name].decode(), now[name].decode()) for name in before if name.startswith("ixit/")),
           "draft: a new release changes no entry", ran)
    tap.ok(re.search(rb"LogIntf-\d+ was drafted from \"telnet TCP 23\", which the image no longer shows", ran.out),
           "draft: what the new release lacks is named", ran)
    tap.ok("https" in now["drafts.yaml"].decode() and "LogIntf-11" in now["ixit/28-LogIntf.yaml"].decode(),
           "draft: what is new in it is added", ran)
    tap.equal(errors(folder), [], "draft: check finds no error after it")


def check_old_edition(tap, image):
    folder = assessed(tap, "old", image, "--edition", "2.1.1")
    ran = draft(folder)
    names = set(os.listdir(os.path.join(folder, "ixit")))
    tap.ok({"28-ExtAPI.yaml", "15-Intf.yaml", "11-ComMech.yaml"} <= names and len(names) == 29,
           "draft: edition 2.1.1 has its own names of tables", sorted(names))
    text = read(folder, "ixit", "28-ExtAPI.yaml")
    tap.ok("ID: ExtAPI-1\n" in text and "Access:" not in text and "Default Status" not in
           read(folder, "ixit", "1-AuthMech.yaml"), "draft: and of fields", ran, text)
    tap.equal(errors(folder), [], "draft: check finds no error in it")


def check_knowledge(tap, folder):
    """Every draft names a table, fields and columns that exist."""
    db = sqlite3.connect(os.path.join(folder, "assessment.db"))
    drafts = db.execute("SELECT name, ixit_table, rows, shows FROM draft_query ORDER BY place").fetchall()
    tap.ok(len(drafts) >= 20, "knowledge: there are drafts")
    for name, table, rows, shows in drafts:
        columns = {column[0] for column in db.execute(rows).description}
        texts = [shows] + [row[0] for sql in ("SELECT template FROM draft_field WHERE draft = ?",
                                              "SELECT template FROM draft_same WHERE draft = ?",
                                              "SELECT keys FROM draft_reference WHERE draft = ?")
                           for row in db.execute(sql, (name,))]
        lost = {word for text in texts for word in re.findall(r"{([^}]*)}", text)} - columns
        fields = {row[0] for row in db.execute("SELECT name FROM ixit_column WHERE ixit_table = ?", (table,))}
        wanted = {row[0] for row in db.execute("SELECT field FROM draft_field WHERE draft = ?1 UNION"
                                               " SELECT field FROM draft_reference WHERE draft = ?1", (name,))}
        tap.ok(not lost and wanted <= fields and "key" in columns and columns & {"observation", "path"},
               f"knowledge: the draft {name} fits its table and its rows", lost, wanted - fields, columns)
    db.close()


def check_bad(tap, image):
    folder = assessed(tap, "bad", image)
    before = contents(folder)
    for top, folders, names in os.walk(folder):
        for name in folders + names:
            os.chmod(os.path.join(top, name), 0o555 if name in folders else 0o444)
    os.chmod(folder, 0o555)
    ran = run([PROVISO, "draft", folder, *WHO], ordinary=True)
    tap.ok(ran.code == 3 and b"cannot write" in ran.err, "draft: a folder that cannot be written to", ran)
    tap.equal(contents(folder), before, "draft: stays as it is")
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
    edit(folder, "28-LogIntf", lambda text: "entries:\n\t- ID: x\n")
    before = contents(folder)
    ran = draft(folder)
    tap.ok(ran.code != 0 and b"28-LogIntf.yaml:2" in ran.err, "draft: a file that is no YAML is named", ran)
    tap.equal(contents(folder), before, "draft: and nothing else is changed")
    edit(folder, "28-LogIntf", lambda text: "entries: [{ID: x}]\n")
    ran = draft(folder)
    tap.ok(ran.code != 0 and b"28-LogIntf.yaml" in ran.err, "draft: a list in one line is left to the person", ran)
    write(os.path.join(folder, "assessment.db"), "no database")
    tap.equal(draft(folder).code, 2, "draft: a damaged assessment")


def killed(command, seconds):
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


def check_killed(tap, image):
    first = assessed(tap, "whole", image)
    start = contents(first)
    began = time.monotonic()
    draft(first)
    span = time.monotonic() - began
    wanted = contents(first)
    halves = []
    for i in range(ROUNDS):
        folder = tap.path("killed")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(first, folder)
        for name in set(wanted) - set(start):
            os.remove(os.path.join(folder, name))
        for name, content in start.items():
            write(os.path.join(folder, name), content)
        killed([PROVISO, "draft", folder, *WHO], span * (i + 1) / ROUNDS)
        draft(folder)
        now = contents(folder)
        lost = [name for name in sorted(now.keys() | wanted.keys())
                if now.get(name) != wanted.get(name) and name != "journal.jsonl"]
        if lost or run([PROVISO, "verify", folder]).code != 0 or b"nothing new" not in draft(folder).out:
            halves.append((i, lost))
    tap.equal(halves, [], "draft: killed at any time, the next one leaves all of it")
    halves = []
    for i in range(ROUNDS):
        folder = tap.path("killed")
        shutil.rmtree(folder, ignore_errors=True)
        killed([PROVISO, "init", folder, "--batch", *WHO], span * (i + 1) / ROUNDS)
        init(folder)
        if len(contents(folder)) != 34 or run([PROVISO, "verify", folder]).code != 0:
            halves.append(sorted(contents(folder)))
    tap.equal(halves, [], "init: killed at any time, the next one leaves all of it")


def check_list(tap):
    ran = run([PROVISO, "list", "ixit", "--edition", "2.1.1"])
    tap.ok(ran.code == 0 and len(ran.out.splitlines()) == 29 and b"28-ExtAPI" in ran.out, "list: the tables", ran)
    ran = run([PROVISO, "list", "ixit", "ExtAPI"])
    tap.ok(ran.code == 0 and b"Resilience Measures" in ran.out, "list: the fields of one, in any spelling", ran)
    tap.equal(run([PROVISO, "list", "ixit", "30-None"]).code, 2, "list: no such table")


def main():
    with Tap() as tap:
        tool("sh", MAKE, tap.folder)
        careless, hardened = tap.path("camera-1.0.bin"), tap.path("camera-1.1.bin")
        check_init(tap)
        check_refusals(tap)
        answer(tap)
        check_list(tap)
        folder = check_draft(tap, careless)
        check_knowledge(tap, folder)
        check_person(tap, folder)
        check_release(tap, careless, hardened)
        check_old_edition(tap, careless)
        check_bad(tap, careless)
        check_killed(tap, careless)


main()
