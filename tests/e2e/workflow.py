#!/usr/bin/env python3
"""
    workflow.py PROVISO samples/make.sh samples/dossier.sh samples/camera/planted.yaml

The whole way of a laboratory, on the two releases of the sample camera. The dossier of 1.1 is
concluded without a failure and without an open question; in that of 1.0 everything that was planted
is found, with file, line and unit. The same command twice gives the same bytes.
"""
import html.parser
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree
import zipfile

try:
    import yaml
except ImportError:
    print("1..0 # SKIP no python3-yaml")
    sys.exit(0)

from tap import Tap, run, tool, write

PROVISO, MAKE, DOSSIER, PLANTED = sys.argv[1:5]
AT = ["--by", "the evaluator", "--at", "2026-11-20T16:00:00Z"]
FORMATS = ["html", "pdf", "json", "sarif", "junit", "cyclonedx", "spdx", "oscal", "markdown", "xlsx"]


def proviso(*arguments):
    return run([PROVISO, *arguments], seconds=120)


def query(folder, sql):
    with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
        return db.execute(sql).fetchall()


def content(path):
    with open(path, "rb") as file:
        return file.read()


def files(folder):
    return sorted(os.path.relpath(os.path.join(place, name), folder)
                  for place, _, names in os.walk(folder) for name in names)


def make(tap, name):
    """Images and dossiers, in a folder of their own."""
    folder = tap.path(name)
    if not os.path.exists(tap.path("images")):
        tool(MAKE, tap.path("images"))
    os.makedirs(folder)
    for version in ("1.0", "1.1"):
        shutil.copy(tap.path("images", f"camera-{version}.bin"), folder)
    done = run([DOSSIER, PROVISO, folder], seconds=300)
    tap.ok(done.code == 0, f"{name}: the dossiers are made and answered", done)
    return folder


def same_again(tap, first, second):
    for version in ("1.0", "1.1"):
        one, two = (os.path.join(folder, f"dossier-{version}") for folder in (first, second))
        tap.equal(files(one), files(two), f"dossier {version}: the same files when it is made twice")
        differ = [name for name in files(one)
                  if content(os.path.join(one, name)) != content(os.path.join(two, name))]
        tap.equal(differ, [], f"dossier {version}: and the same bytes, store and journal too")


def hardened(tap, folder):
    done = proviso("check", folder)
    tap.ok(done.code == 0 and b" 0 errors" in done.out, "1.1: check finds no error", done)
    done = proviso("check", folder, "--json")
    tap.equal([m for m in json.loads(done.out) if m["severity"] == "error"], [], "1.1: in JSON too")
    done = proviso("judge", folder, "--fail-on", "any")
    tap.ok(done.code == 0, "1.1: judge, nothing fails", done)
    left = query(folder, "SELECT unit, outcome, because FROM verdict WHERE outcome NOT IN"
                         " ('pass', 'not-applicable', 'not-run')")
    tap.equal(left, [], "1.1: every unit is concluded")
    tap.equal(query(folder, "SELECT count(*) FROM verdict"), [(258,)], "1.1: of 258")
    automatic = query(folder, "SELECT count(*) FROM verdict WHERE outcome = 'pass' AND automatic = 1")
    tap.ok(automatic[0][0] >= 6, "1.1: on values that are no prose, without a person", automatic)
    loose = query(folder, "SELECT v.unit FROM verdict AS v JOIN unit AS u ON u.id = v.unit AND"
                          " u.edition = '3.1.3' WHERE outcome = 'pass' AND automatic = 0 AND"
                          " u.verb LIKE 'functionally%' AND NOT EXISTS (SELECT 1 FROM answer_evidence AS e WHERE e.unit = v.unit)")
    tap.equal(loose, [], "1.1: what a person found on the device has its evidence")
    tap.equal(query(folder, "SELECT outcome FROM overall"), [("pass",)], "1.1: overall pass")
    silent = query(folder, "SELECT provision FROM ics WHERE support <> 'Y' AND length(detail) < 30")
    tap.equal(silent, [], "1.1: what is not followed has its reason")
    done = proviso("gap", folder, "--json", "--all")
    tap.ok(done.code == 0 and json.loads(done.out) == [], "1.1: the gap is empty", done)
    done = proviso("signoff", folder)
    tap.ok(done.out.count(b"the evaluator") == 5, "1.1: five of six steps are signed off", done)


class Page(html.parser.HTMLParser):
    """The text of a page, and what it must not have."""

    def __init__(self, text):
        super().__init__()
        self.text, self.foreign = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object"):
            self.foreign.append(tag)

    def handle_data(self, data):
        self.text.append(data)


def read_report(tap, name, path):
    """What an independent reader makes of the report."""
    data = content(path)
    if name == "html":
        page = Page(data.decode())
        return " ".join(page.text) if not page.foreign else ""
    if name == "pdf":
        if shutil.which("pdftotext") is None:
            tap.skip("pdf is read", "no pdftotext")
            return None
        return subprocess.run(["pdftotext", "-layout", path, "-"], stdout=subprocess.PIPE,
                              check=True).stdout.decode()
    if name == "xlsx":
        book = zipfile.ZipFile(io.BytesIO(data))
        parts = [xml.etree.ElementTree.fromstring(book.read(part)) for part in book.namelist()
                 if part.endswith(".xml")]
        return " ".join(text for part in parts for text in part.itertext())
    if name == "junit":
        root = xml.etree.ElementTree.fromstring(data)
        return " ".join([value for node in root.iter() for value in node.attrib.values()]
                        + list(root.itertext()))
    if name == "markdown":
        return data.decode()
    return json.dumps(json.loads(data))


def reports(tap, folder, product):
    listed = [line.split()[0] for line in proviso("report", "--list").out.decode().splitlines()]
    tap.equal(sorted(set(FORMATS) - set(listed)), [], "every report format is there")
    for name in listed:
        paths = [tap.path(f"{turn}.{name}") for turn in ("first", "second")]
        done = [proviso("report", folder, "--format", name, "--output", path) for path in paths]
        tap.ok(all(d.code == 0 for d in done), f"{product}: {name} is written", *done)
        if not all(os.path.exists(path) for path in paths):
            continue
        tap.ok(content(paths[0]) == content(paths[1]), f"{product}: {name}, the same bytes twice")
        try:
            text = read_report(tap, name, paths[0])
        except Exception as error: # whatever the reader does not like
            text = f"{type(error).__name__}: {error}"
        wanted = "busybox" if name in ("cyclonedx", "spdx") else "Lumi View 2"
        tap.ok(text is None or wanted.lower() in text.lower(), f"{product}: {name} can be read", text)


def schemes(tap, folder):
    names = [line.split()[0] for line in proviso("list", "schemes").out.decode().splitlines()]
    tap.ok("uk-psti" in names and len(names) >= 20, "the schemes are there", names)
    for name in names:
        done = [proviso("scheme", folder, name, "--json") for _ in range(2)]
        tap.ok(done[0].code == 0 and json.loads(done[0].out)["scheme"], f"scheme {name}", done[0])
        tap.ok(done[0].out == done[1].out, f"scheme {name}: the same bytes twice")
    done = proviso("scheme", folder, "uk-psti", "--json")
    document = json.loads(done.out)["document"]
    tap.equal(document["in_the_way"], [], "uk-psti: nothing stands in the way of the statement")
    path = tap.path("statement.html")
    done = proviso("scheme", folder, "uk-psti", "-o", path)
    text = re.sub(r"\s+", " ", " ".join(Page(content(path).decode()).text)) if done.code == 0 else ""
    wanted = ["Lumi View 2", "Example Optics", "2031-12-31", "Example Signatory", "Exampletown"]
    tap.equal([word for word in wanted if word not in text], [], "uk-psti: the statement has its contents")
    done = proviso("scope", os.path.join(folder, "product.yaml"), "--json")
    tap.equal([line["id"] for line in json.loads(done.out)["regimes"]], ["eu-cra", "uk-psti"],
              "scope: what applies to a wired camera in the EU and the UK")


def drafted(tap, source):
    """One entry that nobody has confirmed, under units that persons passed: nothing goes out over it."""
    folder, path = tap.path("drafted"), tap.path("drafted.html")
    shutil.copytree(source, folder)
    table = os.path.join(folder, "ixit/16-CodeMin.yaml")
    write(table, content(table).replace(b"  - ID: CodeMin-1\n", b"  - ID: CodeMin-1\n    drafted: seen\n"))
    before = query(folder, "SELECT unit, outcome FROM verdict ORDER BY unit")
    done = proviso("judge", folder, "--quiet")
    tap.ok(done.code == 0, "1.1 with a draft: no failure", done)
    tap.equal(query(folder, "SELECT unit, outcome FROM verdict ORDER BY unit"), before,
              "1.1 with a draft: units keep what persons said")
    tap.equal(query(folder, "SELECT outcome, because FROM overall"),
              [("open", "1 entry of the dossier is a draft that nobody has confirmed")], "1.1 with a draft: open")
    proviso("report", folder, "--format", "html", "--output", path)
    text = content(path).decode()
    tap.ok("class=statement" not in text and "drafts that nobody" not in text and
           "a draft that nobody has confirmed" in text, "1.1 with a draft: no statement, and the reason")
    document = json.loads(proviso("scheme", folder, "uk-psti", "--json").out)["document"]
    tap.equal((document["final"], [stop["about"] for stop in document["in_the_way"]]), (False, ["dossier"]),
              "1.1 with a draft: the statement of compliance is one")
    gap = json.loads(proviso("gap", folder, "--json").out)
    tap.equal([(row["kind"], row["file"], row["line"]) for row in gap], [("declaration", "ixit/16-CodeMin.yaml", 2)],
              "1.1 with a draft: the gap names it")


def seals(tap, source):
    folder = tap.path("sealed")
    shutil.copytree(source, folder)
    key, public = tap.path("key.pem"), tap.path("public.pem")
    tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
    tool("openssl", "pkey", "-in", key, "-pubout", "-out", public)
    done = proviso("seal", folder, "--key", key, *AT)
    tap.ok(done.code == 0, "1.1: sealed", done)
    done = proviso("verify", folder, "--key", public)
    tap.ok(done.code == 0 and b"BAD" not in done.out, "1.1: verified", done)
    path = os.path.join(folder, "evidence/scan.txt")
    write(path, content(path).replace(b"1883  closed", b"1883  open  "))
    done = proviso("verify", folder, "--key", public)
    tap.ok(done.code == 1 and b"BAD" in done.out, "1.1: a changed evidence file is noticed", done)


def editions(tap, source):
    """The older edition, from the same IXIT and answers: other rows of the ICS, and what is new asked."""
    folder = tap.path("edition")
    shutil.copytree(source, folder)
    shutil.copy(tap.path("images", "camera-1.1.bin"), tap.path("camera-1.1.bin"))
    older = ["--edition", "2.1.1"]
    done = proviso("judge", folder, *older)
    tap.ok(done.code == 0, "1.1 in edition 2.1.1: nothing fails", done)
    tap.equal(query(folder, "SELECT count(*) FROM verdict"), [(226,)], "edition 2.1.1: 226 units")
    counts = dict(query(folder, "SELECT outcome, count(*) FROM verdict GROUP BY outcome"))
    tap.ok(counts.get("fail", 0) == 0 and counts.get("pass", 0) > 100,
           "edition 2.1.1: answers to units that are the same are carried over", counts)

    path = os.path.join(folder, "ics.yaml")
    rows = {row["provision"]: row for row in yaml.safe_load(content(path))["provisions"]}
    listed = json.loads(proviso("list", "provisions", *older, "--json").out)
    rows["5.7-2"]["support"] = "N" # without a condition there
    rows = [rows.get(row["name"], {"provision": row["name"], "support": "Y", "detail": "as in 3.1.3"})
            for row in listed]
    write(path, yaml.safe_dump({"provisions": rows}))
    product = os.path.join(folder, "product.yaml")
    write(product, content(product).replace(b"edition: 3.1.3", b"edition: 2.1.1"))
    done = proviso("judge", folder)
    left = [unit for unit, in query(folder, "SELECT unit FROM verdict WHERE outcome = 'open'")]
    tap.ok(done.code == 0 and 20 < len(left) < 90, "edition 2.1.1: what remains to be answered", left)
    many = write(tap.path("older.yaml"), yaml.safe_dump(
        [{"unit": unit, "outcome": "pass", "because": "looked at again"} for unit in left] +
        [{"unit": provision, "outcome": "not-applicable", "because": "looked at again"} for provision, in
         query(folder, "SELECT provision FROM applicability WHERE state = 'unclear'")]))
    done = proviso("answer", folder, "--from", many, *AT)
    tap.equal((done.code, query(folder, "SELECT outcome FROM overall")), (0, [("pass",)]),
              "edition 2.1.1: overall pass")
    done = proviso("check", folder)
    tap.ok(done.code == 0, "edition 2.1.1: check finds no error", done)


def workbook(tap, source):
    """Out as a workbook, in again: the same declarations."""
    book, folder = tap.path("camera.xlsx"), tap.path("imported")
    done = proviso("export", source, "--output", book)
    tap.ok(done.code == 0, "exported as a workbook", done)
    done = proviso("import", book, folder, *AT)
    tap.ok(done.code == 0, "imported from it", done)
    differ = []
    for name in ["ics.yaml"] + [name for name in files(source) if name.startswith("ixit/")]:
        one, two = (yaml.safe_load(content(os.path.join(f, name))) for f in (source, folder))
        if flat(one) != flat(two):
            differ.append(name)
    tap.equal(differ, [], "and all declarations are the same")
    shutil.copytree(os.path.join(source, "evidence"), os.path.join(folder, "evidence"), dirs_exist_ok=True)
    shutil.copy(tap.path("images", "camera-1.1.bin"), tap.path("camera-1.1.bin"))
    done = proviso("assess", folder, "--quiet")
    tap.equal((done.code, query(folder, "SELECT outcome FROM overall")), (0, [("pass",)]),
              "with evidence and firmware beside it, the answers still stand")
    again = tap.path("again.xlsx")
    proviso("export", source, "--output", again)
    tap.ok(content(book) == content(again), "the workbook has the same bytes twice")


def flat(value):
    """Texts alone: lists may become cells, yes may become Yes, line ends are no matter."""
    if isinstance(value, dict):
        return {key: flat(part) for key, part in value.items() if flat(part) not in ("", [])}
    if isinstance(value, list):
        parts = [flat(part) for part in value]
        return "; ".join(parts) if all(isinstance(part, str) for part in parts) else parts
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else " ".join(str(value).split())


def update(tap, source):
    """A firmware update: what was found on the device has to be looked at again."""
    folder = tap.path("update", "dossier-1.1")
    shutil.copytree(source, folder)
    image = tap.path("update", "camera-1.1.bin")
    path = os.path.join(folder, "product.yaml")

    def assess(data):
        write(image, data)
        digest = subprocess.run(["sha256sum", image], stdout=subprocess.PIPE, check=True).stdout.decode()[:64]
        write(path, re.sub(rb"sha256: \S+", b"sha256: " + digest.encode(), content(path)))
        done = proviso("assess", folder, "--quiet")
        return done, json.loads(proviso("diff", source, folder, "--json").out)

    done, plan = assess(content(tap.path("images", "camera-1.1.bin")) + b"\xff" * 65536)
    tap.ok(done.code == 0 and query(folder, "SELECT outcome FROM overall") == [("open",)],
           "another firmware, nothing else: open, and nothing fails", done)
    tap.ok(len(plan["retest"]) > 40 and len(plan["confirm"]) > 30 and len(plan["keep"]) > 60,
           "a retest plan: some again, some to confirm, some to keep",
           {name: len(plan[name]) for name in ("retest", "confirm", "keep")})
    documents = [row["unit"] for row in plan["keep"]]
    tap.ok({"5.2-1-1-a", "5.3-13-2-c", "6-1-1-a"} <= set(documents), "what documents show is kept", documents)
    tap.ok("5.1-5-2-b" in [row["unit"] for row in plan["retest"]], "guessing is tried again")
    done, plan = assess(content(tap.path("images", "camera-1.0.bin")))
    tap.ok(done.code == 1 and query(folder, "SELECT outcome FROM overall") == [("fail",)],
           "the firmware of 1.0 under the dossier of 1.1 fails", done)
    undeclared = query(folder, "SELECT DISTINCT unit FROM counter_example WHERE contradiction IS NOT NULL")
    tap.ok(len(undeclared) >= 8, "by contradictions in eight units or more", undeclared)


def differences(tap, careless, good):
    done = [proviso("diff", careless, good, "--json") for _ in range(2)]
    said = json.loads(done[0].out)
    tap.ok(done[0].out == done[1].out, "diff of 1.0 and 1.1: the same bytes twice")
    changed = {row["unit"]: row["outcome"] for row in said["verdicts"]}
    tap.ok(changed.get("5.5-5-2-a") == "fail -> pass" and changed.get("5.1-1-2-c") == "fail -> pass",
           "diff of 1.0 and 1.1: what was mended", changed)
    tap.ok(not [unit for unit, outcome in changed.items() if outcome.endswith("-> fail")],
           "diff of 1.0 and 1.1: nothing fails that did not", changed)


def beginning(tap):
    """From an empty folder: init, then draft from the firmware. Drafts prove nothing."""
    folder = tap.path("new")
    done = proviso("init", folder, "--batch", "--name", "Lumi View 2", "--firmware",
                   tap.path("images", "camera-1.1.bin"), *AT)
    tap.ok(done.code == 0 and len(files(os.path.join(folder, "ixit"))) == 29, "init: 29 tables", done)
    done = proviso("assess", folder, "--quiet")
    tap.ok(done.code == 0, "init, assess: nothing fails", done)
    done = proviso("draft", folder, *AT)
    tap.ok(done.code == 0, "draft", done)
    drafted = query_fresh(folder, "SELECT count(*) FROM declaration WHERE drafted = 1")
    tap.ok(drafted >= 5, "draft: entries from the firmware", drafted)
    passed = query_fresh(folder, "SELECT count(*) FROM verdict WHERE outcome = 'pass'")
    tap.equal(passed, 0, "draft: what nobody has confirmed passes nothing")


def query_fresh(folder, sql):
    proviso("judge", folder, "--quiet")
    return query(folder, sql)[0][0]


class Planted:
    """What is wrong in the dossier of 1.0, and what was found there."""

    def __init__(self, folder):
        self.folder = folder
        self.mistakes = query(folder, "SELECT file, line, severity, what || ' ' || COALESCE(why, ''),"
                                      " provision FROM mistake")
        self.examples = query(
            folder,
            "SELECT c.unit, c.because, c.observation, d.entry, d.ixit_table FROM counter_example AS c"
            " JOIN verdict AS v ON v.unit = c.unit AND v.outcome = 'fail'"
            " LEFT JOIN declaration AS d ON d.id = c.observation")
        self.entries = query(folder, "SELECT path, line, id, entry, ixit_table FROM declaration")

    def place(self, observation):
        """Where an observation of the firmware lies: etc/passwd:2."""
        table = query(self.folder, f"SELECT observable FROM observation WHERE id = {observation}")[0][0]
        path, line = query(self.folder, f'SELECT path, line FROM "{table}" WHERE id = {observation}')[0]
        return path if line is None else f"{path}:{line}"

    def entry(self, row):
        """The entry that FILE and LINE lie in: its observation and the words that name it."""
        before = [e for e in self.entries if e[0] == row["file"] and (e[1] or 0) <= row.get("line", 0)]
        table = os.path.basename(row["file"])[:-len(".yaml")]
        if not before:
            return None, [table]
        last = max(before, key=lambda e: e[1] or 0)
        return last[2], [last[3], table]

    def failure(self, row):
        observation, names = self.entry(row)
        for unit, because, found, _, _ in self.examples:
            if unit != row["unit"] or row["says"] not in because:
                continue
            if row.get("at") is not None:
                if self.place(found) == row["at"]:
                    return True
            elif found == observation or any(name in because for name in names):
                return True
        return False

    def mistake(self, row):
        severity = "error" if row["kind"] == "mistake" else "warning"
        return any(file == row["file"] and (row.get("line") or 0) == (line or 0) and kind == severity
                   and row["says"] in what and row.get("unit") in (None, provision)
                   for file, line, kind, what, provision in self.mistakes)

    def answer(self, row):
        wanted = ("stale LIKE '%" + row["says"] + "%'") if row["kind"] == "stale" else "disputed = 1"
        return query(self.folder, f"SELECT 1 FROM verdict WHERE unit = '{row['unit']}' AND {wanted}"
                                  " AND (outcome = 'fail' OR answer IS NOT NULL)") != []

    def found(self, row):
        if row["kind"] in ("mistake", "warning"):
            return self.mistake(row)
        return self.failure(row) if row["kind"] == "failure" else self.answer(row)


def careless(tap, folder):
    with open(PLANTED, encoding="utf-8") as file:
        rows = yaml.safe_load(file)["planted"]
    planted = Planted(folder)
    tap.ok(len(rows) >= 35, "1.0: 35 things or more are planted", len(rows))
    for row in rows:
        name = " ".join(str(row[key]) for key in ("file", "line", "unit", "says") if key in row)
        tap.ok(planted.found(row), f"1.0: {row['kind']}: {name}")
    done = proviso("check", folder, "--json")
    said = [(m["file"], m["line"], m["what"]) for m in json.loads(done.out)]
    tap.ok(done.code == 1 and len(said) > 20, "1.0: check ends with 1", done)
    gap = json.loads(proviso("gap", folder, "--json", "--all").out)
    units = {row["unit"] for row in gap}
    missing = sorted({row["unit"] for row in rows if row["kind"] == "failure"} - units)
    tap.equal(missing, [], "1.0: the gap has every unit that fails")
    tap.ok(proviso("judge", folder, "--quiet").code == 1, "1.0: judge ends with 1")
    tap.equal(query(folder, "SELECT outcome FROM overall"), [("fail",)], "1.0: overall fail")
    kept = query(folder, "SELECT outcome, automatic FROM verdict WHERE disputed = 1")
    tap.equal(kept, [("fail", 1)], "1.0: a disputed failure stays one")


def main():
    with Tap() as tap:
        first, second = make(tap, "first"), make(tap, "second")
        same_again(tap, first, second)
        good, bad = os.path.join(first, "dossier-1.1"), os.path.join(first, "dossier-1.0")
        hardened(tap, good)
        careless(tap, bad)
        reports(tap, good, "1.1")
        reports(tap, bad, "1.0")
        schemes(tap, good)
        differences(tap, bad, good)
        drafted(tap, good)
        seals(tap, good)
        editions(tap, good)
        workbook(tap, good)
        update(tap, good)
        beginning(tap)


main()
