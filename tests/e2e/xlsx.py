"""Workbooks both ways, as manufacturers and laboratories send them to each other.

    xlsx.py PROVISO

A dossier is exported, read and written again by independent programs (openpyxl; LibreOffice where
it is installed), and imported: nothing may change. Workbooks as people fill them in are imported
with every cell placed or told. Hostile ones end in one clear message.
"""
import datetime
import filecmp
import io
import json
import os
import shutil
import sys
import time
import zipfile

from books import openpyxl
from openpyxl.comments import Comment
from tap import Tap, run, write

WHEN = ["--by", "A tester", "--at", "2026-11-20T10:00:00Z"]
NASTY = ["=1+1", "+49 30 1", "-dash", "@home", "two\nlines\n\nand more", "  set in", "a: b # c", "no",
         "1.10", "'quoted'", "\"double\"", "tab\there", "ünï 中文 🔒", "|", "null",
         "- not a list", "<b>&amp;</b>", "{{x}}", "%d", "0x1F", "2026-11-20", "5.1-1"]


def quoted(text):
    """A YAML scalar in double quotes: JSON is YAML."""
    return json.dumps(text, ensure_ascii=False)


def make_dossier(folder):
    """Every kind of field, and texts that spreadsheets, YAML and XML take for something else."""
    write(folder + "/product.yaml", "\n".join([
        "name: Lumi View 2", "model: LV-2", "edition: 3.1.3", "firmware:",
        "  - {file: a.bin, version: '1.10', sha256: aa}", "  - {file: b.bin, version: '2.0'}",
        "manufacturer: {name: Example Optics, address: \"Street 1\\nTown\", contact: a@example.com}",
        "markets: [EU, UK]", "conditions:", "  14: {holds: 'no', because: it has room}",
        "confirmed:", "  psti-software: {holds: 'yes', because: all of it}",
        "network_connected: 'yes'", "category: ip_camera", "own_field: kept", ""]))
    write(folder + "/ics.yaml", "provisions:\n" + "".join(
        f"  - provision: {provision}\n    support: {support}\n    detail: {quoted(detail)}\n"
        for provision, support, detail in [("5.1-1", "Y", NASTY[4]), ("5.1-2", "N/A", "=A1"),
                                           ("6-1", "N", "why not")]))
    write(folder + "/ixit/1-AuthMech.yaml", "entries:\n" + "".join(
        f"  - ID: AuthMech-{number}\n    Description: {quoted(text)}\n"
        f"    Security Guarantees: [integrity, {quoted(text)}]\n"
        + ("    drafted: etc/passwd:1\n" if number % 7 == 0 else "")
        for number, text in enumerate(NASTY, 1)))
    write(folder + "/ixit/4-Conf.yaml", "Confirmation of Vulnerability Actions: 'Yes'\n")
    write(folder + "/ixit/15-PhyIntf.yaml", "none: a sealed case\n")
    write(folder + "/ixit/13-SoftServ.yaml",
          "entries:\n  - ID: SoftServ-1\n    Description: web\n    Status: enabled\n")
    write(folder + "/answers.yaml", """answers:
  - unit: 5.1-1-1-a
    outcome: pass
    because: seen
    by: A tester
    at: '2026-11-20T10:00:00Z'
    evidence:
      - {file: evidence/a.txt, sha256: aabb, size: '3', date: '2026-11-20'}
      - {file: evidence/b.txt}
    firmware: ccdd
    declared: {1-AuthMech: '0011', 4-Conf: '22'}
""")


def same(left, right):
    """The files of two dossiers that differ."""
    names = {os.path.relpath(os.path.join(folder, name), top)
             for top in (left, right) for folder, _, files in os.walk(top) for name in files}
    return sorted(name for name in names - {"journal.jsonl"}
                  if not (os.path.exists(f"{left}/{name}") and os.path.exists(f"{right}/{name}")
                          and filecmp.cmp(f"{left}/{name}", f"{right}/{name}", shallow=False)))


def load(path):
    import yaml
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, yaml.BaseLoader)


def check_round_trip(tap, proviso):
    first, book = tap.path("first"), tap.path("first.xlsx")
    make_dossier(first)
    done = run([proviso, "export", first, "-o", book])
    tap.ok(done.code == 0, "a dossier is exported", done)
    again = run([proviso, "export", first, "--format", "xlsx"])
    with open(book, "rb") as file:
        tap.ok(again.out == file.read(), "twice the same bytes")
    second = tap.path("second")
    done = run([proviso, "import", book, second, *WHEN])
    tap.ok(done.code == 0 and b"everything in it found its place" in done.out,
           "what was exported is imported, and everything finds its place", done)
    entries = load(second + "/ixit/1-AuthMech.yaml")["entries"]
    tap.equal([entry["Description"] for entry in entries], [text.strip() for text in NASTY],
              "every text comes back")
    tap.equal([entry["Security Guarantees"][1] for entry in entries if "\n" not in entry["Description"]],
              [text.strip().lstrip("- ") if text.startswith("- ") else text.strip()
               for text in NASTY if "\n" not in text], "and every item of a list")
    tap.equal(load(second + "/product.yaml"), load(first + "/product.yaml"), "and the product")
    edited = tap.path("edited")
    shutil.copytree(second, edited)
    text = open(edited + "/ixit/1-AuthMech.yaml", encoding="utf-8").read()
    write(edited + "/ixit/1-AuthMech.yaml", text.replace("    Security Guarantees:\n      - integrity\n      - '@home'\n",
                                                         "    Security Guarantees: ['integrity', '@home']\n"))
    write(edited + "/ixit/13-SoftServ.yaml",
          "entries:\n  - ID: [SoftServ-1]\n    Description: web\n    Status: enabled\n")
    done = run([proviso, "import", book, edited, *WHEN])
    tap.ok(done.code == 0 and b"0 files written" in done.out, "what says the same in other words of YAML is the same", done)
    tap.equal(load(second + "/answers.yaml"), load(first + "/answers.yaml"), "and the answers")
    tap.equal(load(second + "/ixit/15-PhyIntf.yaml"), {"none": "a sealed case"},
              "and why there is none of something")
    book2, third = tap.path("second.xlsx"), tap.path("third")
    run([proviso, "export", second, "-o", book2])
    run([proviso, "import", book2, third, *WHEN])
    tap.equal(same(second, third), [], "another round changes nothing")
    return book, second


def check_openpyxl(tap, proviso, book, wanted):
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["1-AuthMech"]
    tap.equal([sheet.cell(number + 1, 2).value for number in range(1, len(NASTY) + 1)], NASTY,
              "openpyxl reads the same texts")
    tap.equal([cell.data_type for cell in sheet["B"][1:]], ["s"] * len(NASTY), "none of them a formula")
    tap.equal(workbook.sheetnames[:3] + workbook.sheetnames[-1:], ["DUT", "ICS", "1-AuthMech", "Answers"],
              "the sheets are called as the tables are")
    tap.equal(len(workbook.sheetnames), 32, "one for each table")
    tap.equal(sheet.freeze_panes, "B2", "headings stay in sight")
    lists = [rule.formula1 for rule in workbook["ICS"].data_validations.dataValidation]
    tap.equal(lists, ['"Y,N,N/A"'], "the support is chosen from a list")
    status = [rule.formula1 for rule in workbook["28-LogIntf"].data_validations.dataValidation]
    tap.ok('"enabled,disabled"' in status, "and so is a status", status)
    tap.ok(all(cell.comment for cell in workbook["10-SecParam"][1][:3]), "headings carry notes")
    rewritten, folder = tap.path("openpyxl.xlsx"), tap.path("openpyxl")
    workbook.save(rewritten)
    done = run([proviso, "import", rewritten, folder, *WHEN])
    tap.ok(done.code == 0, "what openpyxl wrote is imported", done)
    tap.equal(same(wanted, folder), [], "without a difference")


def check_libreoffice(tap, proviso, book, wanted):
    office = shutil.which("soffice")
    if office is None:
        tap.skip("what LibreOffice wrote is imported", "there is no soffice: libreoffice-calc-nogui")
        return
    environment = dict(os.environ, HOME=tap.path("home"))
    out = tap.path("office")
    done = run([office, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, book],
               seconds=120, env=environment)
    rewritten = os.path.join(out, os.path.basename(book))
    tap.ok(os.path.exists(rewritten), "LibreOffice opens and saves it", done)
    folder = tap.path("from-office")
    done = run([proviso, "import", rewritten, folder, *WHEN])
    tap.ok(done.code == 0, "what LibreOffice wrote is imported", done)
    tap.equal(same(wanted, folder), [], "without a difference")
    ods = run([office, "--headless", "--convert-to", "ods", "--outdir", out, book], seconds=120,
              env=environment)
    refused = run([proviso, "import", rewritten[:-4] + "ods", tap.path("ods"), *WHEN])
    tap.ok(refused.code == 2 and b"OpenDocument" in refused.err and not os.path.exists(tap.path("ods")),
           "an .ods is told what it is", ods, refused)


def make_odd(path):
    """A workbook as people fill it in: other names, other places, a column form, a date for 6-2."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Cover"
    for row in [("Device identification",), ("Product name", "Lumi View 2"), ("Manufacturer:", "Example Optics"),
                ("Firmware Version", 1.1), ("Standard", "ETSI EN 303 645 V3.1.3 (2024-09)"),
                ("Date of assessment", datetime.date(2026, 11, 20)), ("Favourite colour", "red"),
                ("Markets", "EU, UK")]:
        sheet.append(row)
    sheet = workbook.create_sheet("ics")
    for row in [("Implementation conformance statement",), (), ("Reference", "Status", "Support", "Detail", "Reviewer"),
                ("5.1 No universal default passwords",), ("Provision 5.1-1", "M F", "yes", "unique", "fine"),
                ("5.1.2", "M F", "N/A"), ("5.2‑1", "M", "Maybe"), ("5.99-1", "M", "Y"),
                (datetime.datetime(2026, 6, 2), "M", "Y", "typed as 6-2")]:
        sheet.append(row)
    sheet = workbook.create_sheet("IXIT 1 AuthMech")
    for place, value in {"A1": "IXIT 1-AuthMech", "A4": "No.", "B4": "ID", "C4": "description\n(what it does)",
                         "D4": "AUTHENTICATION  FACTOR:", "E4": "Security guarantees", "F4": "Comment",
                         "A5": 1, "B5": "AuthMech-1", "C5": "web", "D5": True, "E5": "confidentiality", "F5": "hm",
                         "E6": "- integrity", "E7": "availability", "B8": "AuthMech-2", "C8": "=1+1",
                         "B9": "ID", "C9": "Description", "C10": "no id"}.items():
        sheet[place] = value
    sheet.merge_cells("B5:B7")
    sheet["C5"].comment = Comment("is that all?", "a reviewer")
    sheet = workbook.create_sheet("28-ExtAPI")
    for row in [(None, "", "Entry 1", "Entry 2"), (None, "ID", "LogIntf-1", "LogIntf-2"),
                (None, "Description", "tcp 80", "tcp 443"), (None, "Status", "enabled", "disabled"),
                (None, "Colour", "x", "y")]:
        sheet.append(row)
    sheet = workbook.create_sheet("2 User Information")
    for row in [("Field", "Explanation", "Response"), ("Model Designation", "how to find it", "LV-2"),
                ("Support Period", "how long", "until 2030")]:
        sheet.append(row)
    sheet = workbook.create_sheet("15-Intf")
    for row in [("ID", "Description"), ("none", "no port at all")]:
        sheet.append(row)
    workbook.create_sheet("Remarks").append(["see you"])
    workbook.create_sheet("6-SoftComp").append(["nothing", "that is a heading"])
    hidden = workbook.create_sheet("11-ComMech")
    hidden.append(["ID", "Description"])
    hidden.append(["SecComMech-1", "TLS"])
    hidden.sheet_state = "hidden"
    workbook.save(path)


def check_odd(tap, proviso):
    book, folder = tap.path("odd.xlsx"), tap.path("odd")
    make_odd(book)
    done = run([proviso, "import", book, folder, *WHEN])
    tap.ok(done.code == 0, "a workbook as people fill it in is imported", done)
    product = load(folder + "/product.yaml")
    tap.equal([product["name"], product["manufacturer"], product["edition"], product["markets"], product["date"],
               product["firmware"]],
              ["Lumi View 2", {"name": "Example Optics"}, "3.1.3", ["EU", "UK"], "2026-11-20", [{"version": "1.1"}]],
              "labels of other people's forms are understood")
    ics = {row["provision"]: (row["support"], row["detail"]) for row in load(folder + "/ics.yaml")["provisions"]}
    tap.equal(ics, {"5.1-1": ("Y", "unique"), "5.1-2": ("N/A", ""), "5.2-1": ("Maybe", ""), "5.99-1": ("Y", ""),
                    "6-2": ("Y", "typed as 6-2")}, "provisions in every spelling, and one that became a date")
    mechanisms = load(folder + "/ixit/1-AuthMech.yaml")["entries"]
    tap.equal(mechanisms, [{"ID": "AuthMech-1", "Description": "web", "Authentication Factor": "Yes",
                            "Security Guarantees": ["confidentiality", "integrity", "availability"]},
                           {"ID": "AuthMech-2"}, {"Description": "no id"}],
              "headings anywhere, merged cells, a heading repeated")
    tap.equal(load(folder + "/ixit/28-LogIntf.yaml")["entries"],
              [{"ID": "LogIntf-1", "Description": "tcp 80", "Status": "enabled"},
               {"ID": "LogIntf-2", "Description": "tcp 443", "Status": "disabled"}],
              "fields in the first column, an entry in each other")
    tap.equal(load(folder + "/ixit/2-UserInfo.yaml"),
              {"Model Designation": "LV-2", "Support Period": "until 2030"}, "a record with explanations between")
    tap.equal(load(folder + "/ixit/15-PhyIntf.yaml"), {"none": "no port at all"}, "an old name, and nothing in it")
    said = done.out.decode()
    for words in ["Cover!B4: 1.1 is a number", "Cover!A7: the product has no field \"Favourite colour\"",
                  "ics!E3: the ICS has no field \"Reviewer\": not taken over: E5", "ics!C7: the support is neither",
                  "ics!A8: no provision of edition 3.1.3", "ics!A9: the program made a date of it",
                  "IXIT 1 AuthMech!F4: 1-AuthMech has no field \"Comment\": not taken over: F5",
                  "IXIT 1 AuthMech!C5: a comment is not taken over: is that all?",
                  "IXIT 1 AuthMech!C8: a formula that nothing has computed", "IXIT 1 AuthMech!C10: no ID here",
                  "28-ExtAPI!B5: 28-LogIntf has no field \"Colour\": not taken over: C5, D5",
                  "Remarks!A1: no part of a dossier", "6-SoftComp!A1: no row or column has the headings",
                  "11-ComMech: a hidden sheet"]:
        tap.ok(words in said, f"it says: {words}", said)
    before = {name: open(f"{folder}/{name}", "rb").read() for name in ("product.yaml", "ixit/1-AuthMech.yaml")}
    done = run([proviso, "import", tap.path("first.xlsx"), folder, *WHEN])
    tap.ok(done.code == 2 and b"product.yaml" in done.err and b"ixit/1-AuthMech.yaml" in done.err
           and b"--force" in done.err, "what is filled in is not written over", done)
    tap.ok(all(open(f"{folder}/{name}", "rb").read() == content for name, content in before.items()),
           "and nothing of it changed")
    done = run([proviso, "import", tap.path("first.xlsx"), folder, "--force", *WHEN])
    tap.ok(done.code == 0 and load(folder + "/ixit/1-AuthMech.yaml") ==
           load(tap.path("second", "ixit/1-AuthMech.yaml")), "with --force it is", done)
    answers = open(folder + "/answers.yaml", "rb").read()
    workbook = openpyxl.load_workbook(tap.path("first.xlsx"))
    workbook["Answers"]["B2"] = "fail"
    workbook.save(tap.path("other.xlsx"))
    done = run([proviso, "import", tap.path("other.xlsx"), folder, "--force", *WHEN])
    tap.ok(done.code == 0 and b"there are answers in the dossier already" in done.out
           and open(folder + "/answers.yaml", "rb").read() == answers, "answers that are there stay", done)
    verified = run([proviso, "verify", folder])
    tap.ok(b"files as the journal says" in verified.out and b"BAD  line" not in verified.out,
           "the journal tells of every import", verified)


def check_same(tap, proviso):
    """The same workbook again, one with more in it, one that changes something."""
    folder, book = tap.path("again"), tap.path("again.xlsx")
    run([proviso, "import", tap.path("first.xlsx"), folder, *WHEN])
    write(folder + "/product.yaml", "# a comment of ours\n" + open(folder + "/product.yaml").read())
    before = open(folder + "/product.yaml").read()
    done = run([proviso, "import", tap.path("first.xlsx"), folder, *WHEN])
    tap.ok(done.code == 0 and b"0 files written" in done.out and open(folder + "/product.yaml").read() == before,
           "what says the same already is not written", done)
    workbook = openpyxl.load_workbook(tap.path("first.xlsx"))
    workbook["28-LogIntf"]["A2"], workbook["28-LogIntf"]["B2"] = "LogIntf-1", "tcp 443"
    workbook.save(book)
    done = run([proviso, "import", book, folder, *WHEN])
    tap.ok(done.code == 0 and b"1 file written" in done.out, "a table that was empty is filled in", done)
    workbook["DUT"]["B4"] = "a brand"
    workbook.save(book)
    done = run([proviso, "import", book, folder, *WHEN])
    tap.ok(done.code == 2 and b"loses comments alone" in done.err and open(folder + "/product.yaml").read() == before,
           "more in a file that is filled in needs --force, which loses nothing", done)
    forced = tap.path("forced")
    shutil.copytree(folder, forced)
    done = run([proviso, "import", book, forced, "--force", *WHEN])
    tap.ok(done.code == 0 and b"product.yaml:1: 1 line with comments written over" in done.out,
           "that comments go with --force is told, with the line", done)
    workbook["DUT"]["B2"] = "another name"
    workbook.save(book)
    done = run([proviso, "import", book, folder, *WHEN])
    tap.ok(done.code == 2 and b"compare" in done.err and open(folder + "/product.yaml").read() == before,
           "something else there needs a look first", done)
    write(folder + "/ixit/28-ExtAPI.yaml", "none: x\n")
    done = run([proviso, "import", book, folder, "--force", *WHEN])
    tap.ok(done.code == 2 and b"the same table under another name" in done.err,
           "a table that stands there under its old name is told", done)


def check_other_endings(tap, proviso):
    """A table under another name or ending is exported, and an import does not put a second file beside it."""
    for name in ("1-AuthMech.yml", "AuthMech.yaml", "IXIT 1 AuthMech.yml"):
        folder, book = tap.path("ending"), tap.path("ending.xlsx")
        shutil.rmtree(folder, ignore_errors=True)
        write(folder + "/product.yaml", "name: x\n")
        write(f"{folder}/ixit/{name}", "entries:\n  - ID: AuthMech-1\n    Description: web\n")
        done = run([proviso, "export", folder, "-o", book])
        row = [cell.value for cell in openpyxl.load_workbook(book)["1-AuthMech"][2]][:2]
        tap.equal((done.code, row), (0, ["AuthMech-1", "web"]), f"{name} is exported")
        done = run([proviso, "import", book, folder, "--force", *WHEN])
        tap.ok(done.code == 2 and name.encode() in done.err and os.listdir(folder + "/ixit") == [name],
               f"{name}: no second file beside it", done)


def check_report(tap, proviso):
    root, out, book = tap.path("root"), tap.path("out"), tap.path("report.xlsx")
    write(root + "/etc/passwd", "root::0:0:root:/root:/bin/sh\n=cmd|x:x:1:1::/:/bin/false\n")
    write(root + "/etc/init.d/rcS", "#!/bin/sh\ntelnetd -l /bin/sh\n", 0o755)
    write(root + "/etc/inittab", "::sysinit:/etc/init.d/rcS\nttyS0::respawn:-/bin/sh\n")
    write(root + "/sbin/telnetd", "\x7fnot really\n", 0o755)
    run([proviso, "assess", root, "-o", out])
    done = run([proviso, "report", out, "--format", "xlsx", "-o", book])
    tap.ok(done.code == 0, "the report xlsx is written", done)
    workbook = openpyxl.load_workbook(book)
    tap.equal(workbook.sheetnames, ["Summary", *(f"5.{n}" for n in range(14)), "6", "Open", "SBOM"],
              "a sheet for each clause")
    rows = [row for name in workbook.sheetnames[1:-2] for row in workbook[name].iter_rows(min_row=2, values_only=True)]
    tap.equal(len({row[4] for row in rows}), 258, "every test unit is there, once")
    failed = [row for row in rows if row[7] == "fail"]
    tap.ok(failed and all(row[8] == "automatic" and row[9] and row[10] for row in failed),
           "what fails says how, why and where", failed)
    tap.ok(all(row[9] for row in rows if row[7] == "open"), "what is open says what it waits for")
    summary = list(workbook["Summary"].iter_rows(values_only=True))
    last = next(row for row in summary if row[0] == "All")
    tap.equal([last[2], last[4], last[5]], [len(rows), len(failed), len(rows) - len(failed)],
              "the sums are those of the sheets")
    types = {cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row}
    tap.ok("f" not in types, "nothing in it is a formula", types)
    if shutil.which("soffice") is None:
        tap.skip("LibreOffice opens the report", "there is no soffice: libreoffice-calc-nogui")
        return
    done = run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", tap.path("office"), book], seconds=120,
               env=dict(os.environ, HOME=tap.path("home")))
    tap.ok(os.path.exists(tap.path("office", "report.pdf")), "LibreOffice opens the report", done)


def cached_formulas(path):
    """As Excel saves formulas: with what they showed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
                content = content.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
            new.writestr(name, content)
        new.writestr("xl/vbaProject.bin", b"macro")
        new.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
        new.writestr("xl/embeddings/object1.bin", b"x")
    with open(path, "wb") as file:
        file.write(buffer.getvalue())


def check_formulas(tap, proviso):
    book, folder = tap.path("formulas.xlsx"), tap.path("formulas")
    workbook = openpyxl.Workbook()
    workbook.active.title = "6-SoftComp"
    workbook.active.append(["ID", "Description"])
    workbook.active.append(["SoftComp-1", "=1+1"])
    workbook.save(book)
    cached_formulas(book)
    done = run([proviso, "import", book, folder, *WHEN])
    tap.equal(load(folder + "/ixit/6-SoftComp.yaml")["entries"], [{"ID": "SoftComp-1", "Description": "2"}],
              "what a formula showed is taken")
    said = done.out.decode()
    for words in ["formulas are not computed: what they showed when the file was saved is taken: B2",
                  "in the file: macros: not read", "in the file: links to other workbooks: not read",
                  "in the file: embedded objects: not read"]:
        tap.ok(words in said, f"it says: {words}", said)


def archive(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


WORKBOOK = ("<workbook xmlns:r='r'>{}<sheets><sheet name='1-AuthMech' r:id='rId1'/></sheets></workbook>")
RELATIONS = ("<Relationships><Relationship Id='rId1' Type='x/worksheet' Target='worksheets/sheet1.xml'/>"
             "<Relationship Id='rId2' Type='x/sharedStrings' Target='sharedStrings.xml'/></Relationships>")


def workbook_of(sheet, strings="<sst/>", before=""):
    return archive({"xl/workbook.xml": WORKBOOK.format(before), "xl/_rels/workbook.xml.rels": RELATIONS,
                    "xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet})


def check_hostile(tap, proviso):
    good = open(tap.path("first.xlsx"), "rb").read()
    laughs = "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10 if i else 'ha'}'>" for i in range(10))
    many = "<sst><si><t>" + "x" * 100000 + "</t></si></sst>"
    cells = "<c t='s'><v>0</v></c>" * 16000
    cases = {
        "a file of zeros": (bytes(5000), "no workbook"),
        "an empty file": (b"", "empty"),
        "a text": (b"ID;Description\n", "no workbook"),
        "an old workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old .xls"),
        "a workbook that is cut": (good[:len(good) // 2], "cut short"),
        "a zip of something else": (archive({"a.txt": "x"}), "without a workbook"),
        "a bomb of zeros": (workbook_of("<worksheet>" + " " * (100 << 20) + "</worksheet>"), "made to fill"),
        "a bomb of entities": (archive({"xl/workbook.xml": f"<!DOCTYPE x [{laughs}]><workbook>&a9;</workbook>"}),
                               "document type"),
        "one long text in many cells": (workbook_of(f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>",
                                                    many), "more than"),
        "a cell of a megabyte": (workbook_of("<worksheet><sheetData><row><c t='s'><v>0</v></c></row></sheetData>"
                                             "</worksheet>", "<sst><si><t>" + "x" * (1 << 20) + "</t></si></sst>"),
                                 "a cell of more than"),
        "elements without an end": (workbook_of("<a>" * 200000), "inside each other"),
        "a row too far": (workbook_of("<worksheet><sheetData><row r='99999999'/></sheetData></worksheet>"),
                          "a row that no sheet has"),
        "no sheets": (archive({"xl/workbook.xml": "<workbook/>"}), "lists no sheet"),
    }
    for name, (content, words) in cases.items():
        path = write(tap.path("bad.xlsx"), content)
        done = run([proviso, "import", path, tap.path("bad"), *WHEN], seconds=30)
        told = done.err.decode(errors="replace")
        tap.ok(done.code == 2 and words in told and "cannot read" in told and not os.path.exists(tap.path("bad")),
               f"{name}: one clear message, and no folder", done)
    lonely = write(tap.path("far.xlsx"), workbook_of(
        "<worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>ID</t></is></c></row>"
        "<row r='2'><c r='A2' t='inlineStr'><is><t>Description</t></is></c></row>"
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>"))
    done = run([proviso, "import", lonely, tap.path("far"), *WHEN], seconds=20)
    tap.ok(done.code == 2 or done.code == 0 and done.seconds < 5, "a cell at the far end costs no time", done)
    done = run([proviso, "import", tap.path("nowhere.xlsx"), tap.path("x"), *WHEN])
    tap.ok(done.code == 2 and b"No such file" in done.err, "a file that is not there", done)
    done = run([proviso, "import", tap.folder, tap.path("x"), *WHEN])
    tap.ok(done.code == 2 and b"no ordinary file" in done.err, "a folder", done)
    done = run([proviso, "export", tap.path("second"), "-o", "/dev/full"])
    tap.ok(done.code == 3, "a place that cannot be written", done)
    done = run([proviso, "export", tap.path("second"), "--format", "csv"])
    tap.ok(done.code == 2 and b"say xlsx" in done.err, "a format that there is not", done)
    broken = tap.path("broken")
    make_dossier(broken)
    write(broken + "/ics.yaml", "provisions:\n\t- x\n")
    done = run([proviso, "export", broken, "-o", tap.path("x.xlsx")])
    tap.ok(done.code == 2 and b"ics.yaml:2" in done.err and not os.path.exists(tap.path("x.xlsx")),
           "a dossier that cannot be read: file and line", done)


def check_size(tap, proviso):
    folder, book = tap.path("large"), tap.path("large.xlsx")
    write(folder + "/product.yaml", "name: x\n")
    text = "It is reachable over the network on tcp port 443 and uses TLS 1.3 with AES-256-GCM. " * 3
    write(folder + "/ixit/28-LogIntf.yaml", "entries:\n" + "".join(
        f"  - ID: LogIntf-{number}\n    Description: {text}{number}\n    Status: enabled\n"
        for number in range(10000)))
    began = time.monotonic()
    done = run([proviso, "export", folder, "-o", book])
    exported = time.monotonic() - began
    tap.ok(done.code == 0 and exported < 10, "10,000 entries are exported", done)
    began = time.monotonic()
    done = run([proviso, "import", book, tap.path("large2"), *WHEN])
    imported = time.monotonic() - began
    tap.ok(done.code == 0 and imported < 10, "and imported", done)
    with open(tap.path("large2", "ixit/28-LogIntf.yaml"), encoding="utf-8") as file:
        tap.equal(sum(line.startswith("  - ID: LogIntf-") for line in file), 10000, "all of them")
    print(f"# exported in {exported:.2f} s, imported in {imported:.2f} s")


def main():
    proviso = sys.argv[1]
    with Tap() as tap:
        book, second = check_round_trip(tap, proviso)
        check_openpyxl(tap, proviso, book, second)
        check_libreoffice(tap, proviso, book, second)
        check_odd(tap, proviso)
        check_same(tap, proviso)
        check_formulas(tap, proviso)
        check_other_endings(tap, proviso)
        check_report(tap, proviso)
        check_hostile(tap, proviso)
        check_size(tap, proviso)


if __name__ == "__main__":
    main()
