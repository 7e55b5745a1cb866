"""Workbooks in the layouts that manufacturers and laboratories use.

    sheets.py PROVISO

Each case is a workbook, what must be taken of it, and what must be told. Whatever could mean two things is left out.
"""
import datetime
import os
import re
import shutil
import sys
import zipfile

from books import openpyxl
from tap import Tap, run

WHEN = ["--by", "A tester", "--at", "2026-11-20T10:00:00Z"]


def load(path):
    import yaml
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, yaml.BaseLoader)


class Book:
    """A workbook with one sheet after the other; rows are lists, merges are ranges."""

    def __init__(self):
        self.workbook = openpyxl.Workbook()
        self.workbook.remove(self.workbook.active)

    def sheet(self, title, rows, merges=(), **state):
        sheet = self.workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
        for row in state.get("hidden_rows", ()):
            sheet.row_dimensions[row].hidden = True
        for column in state.get("hidden_columns", ()):
            sheet.column_dimensions[column].hidden = True
        return self

    def save(self, path):
        self.workbook.save(path)
        return path


def take(tap, proviso, name, book):
    """Imports BOOK: the result, what was taken by file, and what was said."""
    return take_file(tap, proviso, book.save(tap.path(name + ".xlsx")), name)


def take_file(tap, proviso, path, name):
    folder = tap.path(name)
    shutil.rmtree(folder, ignore_errors=True)
    done = run([proviso, "import", path, folder, *WHEN])
    files = {}
    for top, _, names in os.walk(folder):
        for file in names:
            if file.endswith(".yaml"):
                files[os.path.relpath(os.path.join(top, file), folder)] = load(os.path.join(top, file))
    return done, files, done.out.decode()


def supports(files):
    return {row["provision"]: row["support"] for row in files.get("ics.yaml", {}).get("provisions", [])}


def says(tap, done, *words):
    for word in words:
        tap.ok(word.encode() in done.out + done.err, f"it says: {word}", done)


def check_crosses(tap, proviso):
    head = ["Reference", "Status", "Y", "N", "N/A", "Detail"]
    rows = [["Implementation conformance statement"], [], head, ["5.1 Passwords"],
            ["5.1-1", "M F", "x", None, None, "unique"], ["5.1-2", "M F", None, None, "X", "no such password"],
            ["5.1-3", "M F", None, "✓", None, "later"], ["5.2-1", "M", "☑", "☐", "☐"], ["5.2-2", "R", 1, 0, 0],
            ["5.2-3", "R", True, False, False], ["5.3-1", "R", "ja", None, None], ["5.3-2", "M", "Y", None, None],
            ["5.3-3", "M", None, "N", "-"], ["5.4-1", "M", "x", "x", None], ["5.4-2", "M", None, None, None, "forgot"],
            ["5.4-3", "M", "see below", None, None], ["5.4-4", "M", "✗", None, None], ["6-1", "M", None, "no", None]]
    done, files, _ = take(tap, proviso, "crosses", Book().sheet("ICS", rows))
    tap.equal(supports(files), {"5.1-1": "Y", "5.1-2": "N/A", "5.1-3": "N", "5.2-1": "Y", "5.2-2": "Y", "5.2-3": "Y",
                                "5.3-1": "Y", "5.3-2": "Y", "5.3-3": "N", "5.4-1": "", "5.4-2": "", "5.4-3": "",
                                "5.4-4": "", "6-1": "N"}, "crosses in three columns, one in each row")
    says(tap, done, "ICS!D14: more than one cross", "ICS!A15: no cross", "ICS!C16: neither a cross nor empty",
         "ICS!C17: neither a cross nor empty", "ICS!A3: the ICS: 14 rows")

    two = [["Provision", "Requirement", "Support", None, None, "Justification"], [None, None, "Yes", "No", "N/A", None],
           ["5.1-1", "words", "x", None, None, "a"], ["5.1-2", "words", None, "x", None, "b"]]
    for name, merges in (("over", ["C1:E1"]), ("beside", ["C1:E1", "A1:A2", "B1:B2", "F1:F2"])):
        done, files, _ = take(tap, proviso, "heads-" + name, Book().sheet("Table B.1", two, merges))
        tap.equal(supports(files), {"5.1-1": "Y", "5.1-2": "N"}, f"headings in two rows, merged {name}")
        tap.equal([row["detail"] for row in files["ics.yaml"]["provisions"]], ["a", "b"], "and what is beside them")

    words = [["No", "Provision", "Supported", "Not supported", "Not applicable", "Comment"],
             [1, "5.1-1", "x", None, None, "a"], [2, "5.1-2", None, "x", None, "b"], [3, "5.1-3", None, None, "x", "c"]]
    done, files, _ = take(tap, proviso, "words", Book().sheet("ics", words))
    tap.equal(supports(files), {"5.1-1": "Y", "5.1-2": "N", "5.1-3": "N/A"}, "columns with words for headings")

    numbers = [["No.", "Provision", "Support", "N°", "Detail"], [1, "5.1-1", "Y", 1, "a"], [2, "5.1-2", "N", 1, "b"]]
    done, files, _ = take(tap, proviso, "numbers", Book().sheet("ICS", numbers))
    tap.equal(supports(files), {"5.1-1": "Y", "5.1-2": "N"}, "a number is no cross")


def check_editions(tap, proviso):
    rows = [["Provision", "Support", "Detail"], ["Provision 4.1", "Y", "every row"], ["5.3-4", "Y", "by night"], ["5.3-4A", "Y", "x"],
            ["5.99-1", "Y", "x"]]
    for edition, others in (("3.1.3", ["ICS!A2: 4-1", "ICS!A3: 5.3-4"]), ("2.1.1", ["ICS!A4: 5.3-4A"])):
        done, files, said = take(tap, proviso, "old", Book().sheet("DUT", [["Edition", edition]]).sheet("ICS", rows))
        tap.equal(list(supports(files)), ["4-1", "5.3-4", "5.3-4A", "5.99-1"], f"ids of both editions under {edition}")
        says(tap, done, f"ICS!A5: no provision of edition {edition}")
        tap.equal([line.split(" is ")[0] for line in said.splitlines() if "of the other edition" in line], others,
                  "those of the other are told")


MECHANISMS = [["ID", "Description", "Authentication Factor"], ["AuthMech-1", "web", "password"],
              ["AuthMech-2", "ssh", "cryptographic key"]]
INFORMATION = [["Model Designation", "LV-2"], ["Support Period", "until 2031"]]


def check_stacked(tap, proviso):
    rows = [["IXIT of the Lumi View"], [], ["IXIT 1-AuthMech: Authentication Mechanisms"], *MECHANISMS, [],
            ["2-UserInfo", "User Information"], *INFORMATION, [], ["Table 5 – VulnMon (Vulnerability Monitoring)"],
            ["ID", "Description"], ["VulnMon-1", "mail"], [], ["28-ExtAPI"], ["ID", "LogIntf-1", "LogIntf-2"],
            ["Description", "tcp 80", "tcp 443"], [], ["Personal Data"], ["ID", "Description"], ["PersData-1", "name"], [],
            ["24-TelData"], ["there is none"]]
    done, files, said = take(tap, proviso, "stacked", Book().sheet("IXIT", rows))
    tap.equal(sorted(files), ["ixit/1-AuthMech.yaml", "ixit/2-UserInfo.yaml", "ixit/21-PersData.yaml", "ixit/28-LogIntf.yaml",
                              "ixit/5-VulnMon.yaml", "product.yaml"], "tables below each other, each under its title")
    tap.equal([entry["ID"] for entry in files["ixit/1-AuthMech.yaml"]["entries"]], ["AuthMech-1", "AuthMech-2"],
              "the entries of one end where the next begins")
    tap.equal(files["ixit/2-UserInfo.yaml"], {"Model Designation": "LV-2", "Support Period": "until 2031"}, "a record among them")
    tap.equal(files["ixit/28-LogIntf.yaml"]["entries"], [{"ID": "LogIntf-1", "Description": "tcp 80"},
              {"ID": "LogIntf-2", "Description": "tcp 443"}], "and one with fields down")
    tap.equal(files["ixit/5-VulnMon.yaml"]["entries"], [{"ID": "VulnMon-1", "Description": "mail"}], "and one with a long title")
    says(tap, done, "IXIT!A1: no part of a dossier", "IXIT!A4: 1-AuthMech: 2 entries", "IXIT!A9: 2-UserInfo",
         "IXIT!A25: no row or column has the headings of 24-TelData")

    own = [["ID", "Description"], ["AuthMech-1", "web"], [], ["6-SoftComp"], ["ID", "Description"], ["SoftComp-1", "busybox"]]
    done, files, _ = take(tap, proviso, "own", Book().sheet("AuthMech", own))
    tap.equal(sorted(files), ["ixit/1-AuthMech.yaml", "ixit/6-SoftComp.yaml", "product.yaml"],
              "what stands above the first title is what the sheet is called")

    fields = [["Field", "TelData-1", "TelData-2"], ["ID", "TelData-1", "TelData-2"], ["Description", "crash", "use"],
              ["Personal Data"], ["Purpose", "a", "b"]]
    done, files, _ = take(tap, proviso, "fields", Book().sheet("24-TelData", fields))
    tap.equal([entry.get("Purpose") for entry in files["ixit/24-TelData.yaml"]["entries"]], ["a", "b"],
              "an empty field that is called as a table is cuts nothing")


def check_records(tap, proviso):
    wide = [["Model Designation", "Support Period"], ["LV-2", "until 2031"]]
    done, files, _ = take(tap, proviso, "wide", Book().sheet("2-UserInfo", wide))
    tap.equal(files["ixit/2-UserInfo.yaml"], {"Model Designation": "LV-2", "Support Period": "until 2031"}, "a record in a row")
    done, files, _ = take(tap, proviso, "twice", Book().sheet("2-UserInfo", [*wide, ["LV-3", "until 2032"]]))
    tap.ok("ixit/2-UserInfo.yaml" not in files, "of two rows of values none is taken", files)
    says(tap, done, "2-UserInfo!A3: 2-UserInfo has one row of values, and here are 2: none is taken over")
    done, files, _ = take(tap, proviso, "tall", Book().sheet("IXIT 9", [["IXIT field", "Guidance", "Answer of the manufacturer"],
                          ["Isolation (how)", "…", "unplug it"], ["Hardware Replacement *", "…", "by post"], ["Signed", None, "me"]]))
    tap.equal(files.get("ixit/9-ReplSup.yaml"), {"Isolation": "unplug it", "Hardware Replacement": "by post"}, "a record in a column")
    says(tap, done, "IXIT 9!A4: 9-ReplSup has no field \"Signed\": not taken over: C4")
    both = [["ID", "Description", "x"], ["Description", "web", "y"]]
    done, files, _ = take(tap, proviso, "both", Book().sheet("1-AuthMech", both).sheet("5-VulnMon", [["ID", "Description"], ["v", "w"]]))
    tap.ok("ixit/1-AuthMech.yaml" not in files and "ixit/5-VulnMon.yaml" in files, "headings in a row and in a column: nothing is taken", files)
    says(tap, done, "1-AuthMech!A1: headings of 1-AuthMech stand in this row and in this column alike")


def check_cards(tap, proviso):
    rows = []
    for number in (1, 2, 3):
        rows += [[f"Mechanism {number}"], ["ID", f"AuthMech-{number}"], ["Description", f"way {number}"],
                 ["Authentication Factor", "password"], []]
    done, files, _ = take(tap, proviso, "cards", Book().sheet("1 AuthMech (User log-in)", rows))
    tap.equal(files["ixit/1-AuthMech.yaml"]["entries"],
              [{"ID": f"AuthMech-{n}", "Description": f"way {n}", "Authentication Factor": "password"} for n in (1, 2, 3)],
              "each entry with the names of its fields beside it")
    across = [["Field", "A", "B", "Comments of the laboratory"], ["ID", "AuthMech-1", "AuthMech-2"],
              ["Description", "web", "ssh", "please explain"]]
    done, files, _ = take(tap, proviso, "across", Book().sheet("1-AuthMech", across))
    tap.equal([entry["ID"] for entry in files["ixit/1-AuthMech.yaml"]["entries"]], ["AuthMech-1", "AuthMech-2"],
              "a column without an ID is no entry")
    says(tap, done, "1-AuthMech!D3: no ID in this column: not taken over: D3")


def check_names(tap, proviso):
    names = ["AuthMech", "IXIT 1", "1 AuthMech (User log-in)", "Table 1", "IXIT-1 AuthMech", "01_AuthMech",
             "1. Authentication Mechanisms", "1 Authentication Mech", "IXIT Table 1", "Annex B.1", "Mechanisms"]
    for name in names:
        done, files, _ = take(tap, proviso, "name", Book().sheet(name, MECHANISMS))
        tap.equal([entry["ID"] for entry in files.get("ixit/1-AuthMech.yaml", {}).get("entries", [])],
                  ["AuthMech-1", "AuthMech-2"], f"a sheet called {name}")
        tap.ok((name in ("Annex B.1", "Mechanisms")) == (b"by the IDs in it it looks like 1-AuthMech" in done.out),
               "and what made it known is told, where that is not its name", done)
    for name in ("1", "Sheet1", "2 AuthMech", "Annex B.1", "Tabelle3"):
        plain = [["ID", "Description"], ["first", "web"]]
        done, files, _ = take(tap, proviso, "noname", Book().sheet(name, plain))
        tap.ok(done.code == 2 and not files, f"a sheet called {name}, of which nothing says what it is", done)
        says(tap, done, f"{name}!A1: ")
    title = [["IXIT 7 – Update Mechanisms"], ["ID", "Description"], ["first", "by net"]]
    done, files, _ = take(tap, proviso, "titled", Book().sheet("Sheet1", title))
    tap.equal(files.get("ixit/7-UpdMech.yaml", {}).get("entries"), [{"ID": "first", "Description": "by net"}],
              "a title says what a sheet is")
    again = [["IXIT 1-AuthMech: Authentication Mechanisms"], [], *MECHANISMS]
    done, files, _ = take(tap, proviso, "again2", Book().sheet("AuthMech", again))
    tap.ok(b"everything in it found its place" in done.out and "ixit/1-AuthMech.yaml" in files,
           "a title that says again what the sheet is called is nothing to tell", done)
    ics = [["Ref", "Support", "Comment"], *[[f"5.5-{n}", "Y", "done"] for n in range(1, 9)]]
    done, files, _ = take(tap, proviso, "annex", Book().sheet("Annex A", ics))
    tap.equal(len(supports(files)), 8, "provisions and their support are the ICS")
    says(tap, done, "by the provisions in it it looks like the ICS")
    plan = [["Provision", "Requirement", "Verdict"], *[[f"5.5-{n}", "words", "pass"] for n in range(1, 9)]]
    done, files, _ = take(tap, proviso, "results", Book().sheet("Results", plan).sheet("AuthMech", MECHANISMS))
    tap.ok("ics.yaml" not in files, "provisions without their support are not", done)
    others = Book().sheet("Cover", [["Confidential"], ["Lumi Ltd"]]).sheet("How to use", [["Fill in every sheet."], ["ID", "a label"]])
    done, files, said = take(tap, proviso, "others", others.sheet("AuthMech", MECHANISMS)
                             .sheet("Revision history", [["Rev", "Date", "ID"], [1, datetime.date(2026, 1, 2), "x"]]))
    tap.ok(done.code == 0 and sorted(files) == ["ixit/1-AuthMech.yaml", "product.yaml"], "covers, help and history are left out", done)
    says(tap, done, "Cover!A1", "How to use!A1: no part of a dossier has this name", "Revision history!A1")


def check_contents(tap, proviso):
    wide = [["ID", "Description", "Authentication Factor", "Brute Force Prevention"], ["first", "web", "password", "delay"]]
    done, files, _ = take(tap, proviso, "wide1", Book().sheet("Annex B.1", wide))
    tap.equal([entry["ID"] for entry in files["ixit/1-AuthMech.yaml"]["entries"]], ["first"], "headings that one table has alone")
    says(tap, done, "Annex B.1: its name says nothing; by the headings in it it looks like 1-AuthMech")
    record = [["Isolation", "unplug"], ["Hardware Replacement", "by post"], ["Support Period", "2031"],
              ["Model Designation", "LV-2"]]
    user = [["Model Designation", "LV-2"], ["Support Period", "2031"], ["Documentation of Sensors", "p. 3"],
            ["Documentation of Personal Data", "p. 4"]]
    done, files, _ = take(tap, proviso, "record4", Book().sheet("Annex B.2", user))
    tap.equal(len(files.get("ixit/2-UserInfo.yaml", {})), 4, "and fields of a record")
    done, files, _ = take(tap, proviso, "halves", Book().sheet("Annex B.3", record))
    tap.ok(done.code == 2, "not two of this and two of that", done)


def check_doubles(tap, proviso):
    plan = [["ID", "Description"], ["AuthMech-1", "to be tried on Monday"]]
    done, files, _ = take(tap, proviso, "plan", Book().sheet("Test plan", plan).sheet("AuthMech", MECHANISMS))
    tap.equal([entry["Description"] for entry in files["ixit/1-AuthMech.yaml"]["entries"]], ["web", "ssh"],
              "a sheet that is called as a table is comes before one that looks like it")
    says(tap, done, "Test plan: the sheet AuthMech means the same: this one is not taken over")
    book = Book().sheet("Test plan", plan).sheet("Results", plan).sheet("5-VulnMon", [["ID", "Description"], ["v", "w"]])
    done, files, _ = take(tap, proviso, "plans", book)
    tap.equal(sorted(files), ["ixit/5-VulnMon.yaml", "product.yaml"], "of two that look like it none is taken")
    says(tap, done, "Test plan: the sheet Results looks the same: none of them", "Results: the sheet Test plan looks the same")
    done, files, _ = take(tap, proviso, "second", Book().sheet("AuthMech", MECHANISMS).sheet("IXIT 1", plan))
    tap.equal(len(files["ixit/1-AuthMech.yaml"]["entries"]), 2, "of two that are called so the first is taken")
    says(tap, done, "IXIT 1: the sheet AuthMech means the same")


def check_headings(tap, proviso):
    rows = [["ID¹", "Description2", "Security\nGuarantees*", "Cryptographic Details [3]", "Brute Force\nPrevention 4)"],
            ["AuthMech-1", "web", "integrity", "TLS 1.3", "delay"], ["1 see annex"]]
    done, files, _ = take(tap, proviso, "marks", Book().sheet("1-AuthMech", rows))
    tap.equal(files["ixit/1-AuthMech.yaml"]["entries"][0],
              {"ID": "AuthMech-1", "Description": "web", "Security Guarantees": ["integrity"],
               "Cryptographic Details": "TLS 1.3", "Brute Force Prevention": "delay"},
              "headings with marks of footnotes and line breaks")


def check_merges(tap, proviso):
    rows = [["ID", "Description", "Status", "Protection"], ["PhyIntf-1", "LAN", "enabled", "cover"], ["PhyIntf-2", "USB"],
            ["PhyIntf-3", "UART", "disabled", "both at once"], [None, "more of it"]]
    merges = ["C2:C3", "A4:A5", "D2:D3"]
    done, files, _ = take(tap, proviso, "merged", Book().sheet("15-PhyIntf", rows, merges))
    entries = files["ixit/15-PhyIntf.yaml"]["entries"]
    tap.equal([(entry["ID"], entry["Description"], entry.get("Status")) for entry in entries],
              [("PhyIntf-1", "LAN", "enabled"), ("PhyIntf-2", "USB", "enabled"), ("PhyIntf-3", "UART\nmore of it", "disabled")],
              "a value merged over entries is that of each; an ID merged over rows is one entry")
    says(tap, done, "15-PhyIntf!C2: merged over 2 entries: taken for each of them")
    rows = [["ID", "Description", "Status"], ["PhyIntf-1", "LAN, enabled"]]
    done, files, _ = take(tap, proviso, "across2", Book().sheet("15-PhyIntf", rows, ["B2:C2"]))
    says(tap, done, "15-PhyIntf!B2: merged over several fields: taken for the first")


def check_hidden(tap, proviso):
    rows = [["ID", "Description", "Authentication Factor"], ["AuthMech-1", "web", "password"], ["AuthMech-2", "old", "password"]]
    book = Book().sheet("1-AuthMech", rows, hidden_rows=[3], hidden_columns=["C"])
    done, files, _ = take(tap, proviso, "hidden", book)
    tap.equal([entry["ID"] for entry in files["ixit/1-AuthMech.yaml"]["entries"]], ["AuthMech-1", "AuthMech-2"], "hidden rows are read")
    says(tap, done, "1-AuthMech!C2: in hidden rows or columns: taken over all the same: C2, A3, B3, C3")


# ---- files as programs save them ----

TRANSITIONAL = {"main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "rel": "http://schemas.openxmlformats.org/officeDocument/2006/relationships"}
STRICT = {"main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
          "rel": "http://purl.oclc.org/ooxml/officeDocument/relationships"}
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def prefixed(xml, prefix):
    """Every element with a prefix, as some libraries write them."""
    if not prefix:
        return xml
    xml = re.sub(r"<(/?)(?=[a-zA-Z]+[\s/>])", rf"<\1{prefix}:", xml)
    return xml.replace(" xmlns=", f" xmlns:{prefix}=", 1)


def saved(path, kind, prefix="", epoch=1900, absolute=False):
    """One sheet as desktop programs save it: parts, attributes and extensions that nothing here needs among it."""
    space, head = KINDS[kind], '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    worksheet = f"""<worksheet xmlns="{space['main']}" xmlns:r="{space['rel']}"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr"
 xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
 xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{{0000}}">
<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:F6"/>
<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>
<sheetFormatPr baseColWidth="10" defaultRowHeight="15" x14ac:dyDescent="0.25"/>
<cols><col min="1" max="1" width="12.7109375" customWidth="1"/><col min="6" max="6" width="0" hidden="1" customWidth="1"/></cols>
<sheetData><row r="1" spans="1:6" ht="30" customHeight="1" x14ac:dyDescent="0.25"><c r="A1" s="1" t="s"><v>0</v></c>
<c r="B1" s="1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="inlineStr"><is><t>Justification</t></is></c>
<c r="E1" t="s"><v>3</v></c><c r="F1" t="s"><v>4</v></c></row>
<row r="2" spans="1:6" x14ac:dyDescent="0.25"><c r="A2" t="s"><v>5</v></c><c r="B2" t="s"><v>6</v></c><c r="C2" t="s"><v>7</v></c>
<c r="D2" t="str"><f>"since "&amp;E9</f><v>since 2026</v></c><c r="E2" t="b"><v>1</v></c><c r="F2" s="2"{DATE[kind, epoch]}</c></row>
<row r="3"><c r="A3" t="s"><v>8</v></c><c r="B3" t="inlineStr"><is><r><t xml:space="preserve">in </t></r><r><rPr><i/></rPr><t>line</t></r></is></c>
<c r="D3" t="e" vm="1"><f t="shared" si="0"/><v>#REF!</v></c><c r="E3" t="b" cm="1"><v>0</v></c><c r="F3"><f>SUM(A9)</f></c></row>
<row r="5" hidden="1"><c r="A5" t="s"><v>9</v></c><c r="B5"><v>1.1000000000000001</v></c></row></sheetData>
<mergeCells count="1"><mergeCell ref="A3:A4"/></mergeCells><phoneticPr fontId="1"/><pageMargins left="0.7" right="0.7"/>
<legacyDrawing r:id="rId9"/><extLst><ext uri="{{78C0}}" xmlns:x14="urn:x14"><x14:conditionalFormattings><x14:cfRule type="cellIs">
<xm:f xmlns:xm="urn:xm">$A$1</xm:f></x14:cfRule></x14:conditionalFormattings></ext></extLst></worksheet>"""
    texts = ["ID", "Description", "Status", "Allows Configuration", "Authentication Mechanism", "SoftServ-1", None,
             "enabled", "SoftServ-2", "SoftServ-3"]
    rich = ('<si><r><rPr><b/><sz val="11"/><rFont val="Calibri"/></rPr><t>Web </t></r><r><rPr><vertAlign val="superscript"/></rPr>'
            '<t xml:space="preserve">server_x000D_\nport 443</t></r><rPh sb="0" eb="2"><t>spoken</t></rPh><phoneticPr fontId="1"/></si>')
    strings = "".join(rich if text is None else f"<si><t>{text}</t></si>" for text in texts)
    date1904 = ' date1904="1"' if epoch == 1904 else ""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "docProps/app.xml": "<Properties/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId3" Type="{space["rel"]}/extended-properties"'
                       f' Target="docProps/app.xml"/><Relationship Id="rId1" Type="{space["rel"]}/officeDocument"'
                       f' Target="{"/" if absolute else ""}xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f"""<workbook xmlns="{space['main']}" xmlns:r="{space['rel']}"><fileVersion appName="xl"/>
<workbookPr{date1904} defaultThemeVersion="166925"/><bookViews><workbookView/></bookViews><sheets>
<sheet name="13-SoftServ" sheetId="7" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Area"
 localSheetId="0">'13-SoftServ'!$A$1:$F$5</definedName></definedNames><calcPr calcId="191029"/></workbook>""",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">' + "".join(
            f'<Relationship Id="rId{n}" Type="{space["rel"]}/{kind_}" Target="{"/xl/" if absolute else ""}{target}"/>'
            for n, (kind_, target) in enumerate([("worksheet", "worksheets/sheet7.xml"), ("sharedStrings", "sharedStrings.xml"),
                                                 ("styles", "styles.xml"), ("theme", "theme/theme1.xml")], 1)) + "</Relationships>",
        "xl/worksheets/sheet7.xml": worksheet,
        "xl/worksheets/_rels/sheet7.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId9"'
                                               f' Type="{space["rel"]}/comments" Target="../comments1.xml"/></Relationships>',
        "xl/comments1.xml": f'<comments xmlns="{space["main"]}"><authors><author>tc={{1}}</author></authors><commentList>'
                            '<comment ref="B2" authorId="0"><text><t>[Threaded comment]\n\nWords about the program.\n\nComment:\n'
                            '    which port?\nReply:\n    443</t></text></comment></commentList></comments>',
        "xl/sharedStrings.xml": f'<sst xmlns="{space["main"]}" count="12" uniqueCount="10">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{space["main"]}"><fonts><font/></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="0"/>'
                         '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/theme/theme1.xml": "<theme/>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            own = prefix if name.startswith("xl/") and "_rels" not in name and "theme" not in name else ""
            file.writestr(name, head + prefixed(content, own))
    return path


KINDS = {"transitional": TRANSITIONAL, "strict": STRICT}
DATE = {("transitional", 1900): "><v>46346</v>", ("transitional", 1904): "><v>44884</v>",
        ("strict", 1900): ' t="d"><v>2026-11-20</v>', ("strict", 1904): ' t="d"><v>2026-11-20T00:00:00.000</v>'}


def check_programs(tap, proviso):
    wanted = [{"ID": "SoftServ-1", "Description": "Web server\nport 443", "Status": "enabled", "Justification": "since 2026",
               "Allows Configuration": "Yes", "Authentication Mechanism": ["2026-11-20"]},
              {"ID": "SoftServ-2", "Description": "in line", "Allows Configuration": "No"},
              {"ID": "SoftServ-3", "Description": "1.1"}]
    for kind, options in [("transitional", {}), ("transitional", {"epoch": 1904}), ("transitional", {"prefix": "x"}),
                          ("transitional", {"absolute": True}), ("strict", {}), ("strict", {"epoch": 1904}),
                          ("strict", {"prefix": "ns0", "absolute": True})]:
        folder = tap.path("saved")
        shutil.rmtree(folder, ignore_errors=True)
        done = run([proviso, "import", saved(tap.path("saved.xlsx"), kind, **options), folder, *WHEN])
        got = load(folder + "/ixit/13-SoftServ.yaml")["entries"] if done.code == 0 else None
        tap.equal(got, wanted, f"as programs save it: {kind} {options or ''}")
    says(tap, done, "13-SoftServ!D3: the formula there failed (#REF!)", "13-SoftServ!F3: a formula that nothing has computed",
         "13-SoftServ!B2: a comment is not taken over: which port?",
         "13-SoftServ!F2: in hidden rows or columns: taken over all the same: F2, A5, B5",
         "13-SoftServ!D2: formulas are not computed", "13-SoftServ!B5: 1.1 is a number there")


def words(value):
    return "\n".join(value) if isinstance(value, list) else value


def shaped(name, entries, shape):
    """The entries of a table as rows below each other, columns beside each other, or cards."""
    fields = list(dict.fromkeys(field for entry in entries for field in entry))
    if shape == "rows":
        return [fields, *[[words(entry.get(field)) for field in fields] for entry in entries]]
    if shape == "columns":
        return [[field, *[words(entry.get(field)) for entry in entries]] for field in fields]
    return [row for n, entry in enumerate(entries, 1) for row in
            [[f"{name}, number {n}"], *[[field, words(entry.get(field))] for field in fields], []]]


def plain(value):
    """A list of one is its text; blanks at the ends and empty fields say nothing."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one != ""}
    if isinstance(value, list):
        return plain(value[0]) if len(value) == 1 and isinstance(value[0], str) else [plain(one) for one in value]
    return value.strip()


def check_sample(tap, proviso):
    """A whole dossier in layouts of every kind on two sheets comes back as it was."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../samples/camera/dossier-1.1")
    tables = {name[:-5]: load(os.path.join(folder, "ixit", name)) for name in os.listdir(os.path.join(folder, "ixit"))}
    rows = [["IXIT of the camera"], []]
    for place, name in enumerate(sorted(tables, key=lambda name: int(name.split("-")[0]))):
        table = tables[name]
        rows.append([f"IXIT {name}"])
        if "none" in table:
            rows += [["ID", "Description"], ["none", table["none"]], []]
        elif "entries" in table:
            rows += [*shaped(name, table["entries"], ("rows", "columns", "cards")[place % 3]), []]
        else:
            rows += [*shaped(name, [table], ("rows", "columns")[place % 2]), []]
    columns = {"Y": 0, "N": 1, "N/A": 2}
    ics = [["Provision", "Requirement", "Support", None, None, "Detail"], [None, None, "Y", "N", "N/A"]]
    for row in load(folder + "/ics.yaml")["provisions"]:
        crosses = [None, None, None]
        crosses[columns[row["support"]]] = "x"
        ics.append([row["provision"], "…", *crosses, row["detail"]])
    book = Book().sheet("All", rows).sheet("ICS", ics, ["C1:E1"]).sheet("History", [["Version", "Change"], ["1", "first"]])
    done, files, _ = take(tap, proviso, "sample", book)
    different = [name for name, table in tables.items() if plain(files.get(f"ixit/{name}.yaml", {})) != plain(table)]
    tap.equal(different, [], "every table of a sample dossier comes back, whatever its layout")
    tap.equal([(row["provision"], row["support"], row["detail"].strip()) for row in files["ics.yaml"]["provisions"]],
              [(row["provision"], row["support"], row["detail"].strip()) for row in load(folder + "/ics.yaml")["provisions"]],
              "and its ICS")


def check_libreoffice(tap, proviso):
    office = shutil.which("soffice")
    if office is None:
        tap.skip("what LibreOffice wrote", "there is no soffice: libreoffice-calc-nogui")
        return
    environment = dict(os.environ, HOME=tap.path("home"))
    rows = [["IXIT 1-AuthMech"], *MECHANISMS, [], ["2-UserInfo"], *INFORMATION]
    ics = [["Provision", "Support", None, None, "Detail"], [None, "Y", "N", "N/A"], ["5.1-1", "☑", "☐", "☐", "a"],
           ["6-2", None, None, "x", "b"]]
    path = Book().sheet("IXIT", rows, hidden_rows=[3]).sheet("ICS", ics, ["B1:D1"]).save(tap.path("mixed.xlsx"))
    _, wanted, _ = take_file(tap, proviso, path, "mixed")
    for name, target in [("old", "xlsx:Calc MS Excel 2007 XML"), ("iso", "xlsx:Calc Office Open XML"), ("ods", "ods")]:
        out = tap.path("office-" + name)
        done = run([office, "--headless", "--convert-to", target, "--outdir", out, path], seconds=120, env=environment)
        if name == "ods":
            done = run([office, "--headless", "--convert-to", "xlsx", "--outdir", out, out + "/mixed.ods"], seconds=120,
                       env=environment)
        _, files, _ = take_file(tap, proviso, out + "/mixed.xlsx", "again")
        tap.equal(files, wanted, f"saved again by LibreOffice ({target})")
        tap.ok(len(files) == 4, "four files", done)


def main():
    proviso = sys.argv[1]
    with Tap() as tap:
        for check in (check_crosses, check_editions, check_stacked, check_records, check_cards, check_names, check_contents, check_doubles, check_headings, check_merges,
                      check_hidden, check_programs, check_sample, check_libreoffice):
            check(tap, proviso)


if __name__ == "__main__":
    main()
