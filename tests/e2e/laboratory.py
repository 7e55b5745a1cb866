"""The workbook of a laboratory, as it is sent to manufacturers to be filled in.

    laboratory.py PROVISO IXIT PROVISIONS DOSSIER

DOSSIER, a complete one, is written into such a form: the tables of edition 2.1.1 by name, headings
with colons, rows that explain and rows that say what must be filled in, the whole text of each
provision in the ICS, records with the values below the names. It is imported, and every field has
to be what it was. IXIT and PROVISIONS are those of knowledge/catalogue.
"""
import os
import sys

from books import openpyxl
from tap import Tap, run

import yaml

WHEN = ["--by", "A tester", "--at", "2026-11-20T10:00:00Z"]


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, yaml.BaseLoader)


def cell_text(value):
    return "\n".join(value) if isinstance(value, list) else value


def fill(sheet, rows):
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                sheet.cell(number, column, value)


def product_sheet(sheet, product):
    maker = product["manufacturer"]
    fill(sheet, [
        ("DUT identification",),
        (None, "Product name:"), (None, product["name"]), (None, "as it is printed on the box"), (),
        (None, "Model:"), (None, product["model"]), (), (None, "Brand:"), (), (),
        (None, "Software version:"), (None, "1.1-rc"), (),
        ("Supplier organisation",),
        (None, "Name:"), (None, maker["name"]), (), (None, "Address:"), (None, maker["address"]), (),
        ("Importer",), (None, "Name:"), (None, "Somebody Else"), (),
        ("Test laboratory (TL)",), (None, "Name:"), (None, "Example Test House"), (),
        ("Date of the statement",), (None, "2026-10-01")])


def ics_sheet(sheet, rows, provisions):
    fill(sheet, [(None, "Implementation Conformance Statement (ICS)"), (None, "M: mandatory, R: recommended"), (),
                 ("Applicability", "Reference", "Status", "18031-1", "18031-2", "18031-3", "Support",
                  "Detail /Justification", "Required IXIT entries")])
    number, family = 5, None
    for row in rows:
        provision = provisions[row["provision"]]
        if provision["family"] != family:
            family = provision["family"]
            sheet.cell(number, 2, f"{family} A group of provisions")
            number += 1
        values = ["Applicable", f"Provision {row['provision']} {provision['requirement']}",
                  provision["v3"]["printed"], "AUM-1\nAUM-2", None, "SSM-1", row["support"],
                  row.get("detail"), "1-AuthMech\n11-ComMech"]
        for column, value in enumerate(values, 1):
            sheet.cell(number, column, value)
        number += 1


def record_rows(table, title, declared):
    yield "Go to ICS",
    yield title,
    for field in table["fields"]:
        yield None, "Explanation: " + field["meaning"]
        yield "Mandatory", field["name"] + (" (Yes/No):" if field["type"] == "bool" else ":")
        yield "Applicable", cell_text(declared.get(field["name"]))
        yield ()
    yield "NOTE: every field has to be filled in.",


def list_rows(table, title, declared):
    names = [field["name"] for field in table["fields"]]
    headings = [None] + [name + ":" for name in names]
    yield ["Go to ICS"] + headings[1:]
    yield title,
    yield [None, "Unique per IXIT identifier, given by a sequential numbering scheme"] + [
        field["meaning"] for field in table["fields"][1:]]
    yield ["Applicability"] + ["Mandatory"] * len(names)
    for number, entry in enumerate(declared.get("entries", [])):
        if number == 2: # the form begins again, on a new page
            yield headings
            yield [None] + ["Mandatory"] * len(names)
        yield ["Applicable"] + [cell_text(entry.get(name)) for name in names]
    if "none" in declared:
        yield "Not applicable", "N/A", declared["none"]


def laboratory_form(path, tables, provisions, dossier):
    book = openpyxl.Workbook()
    book.active.title = "DUT Identification"
    product_sheet(book.active, load(dossier + "/product.yaml"))
    fill(book.create_sheet("Security Context"), [(None, "The environment of the product"), (None, "A home.")])
    ics_sheet(book.create_sheet("ICS"), load(dossier + "/ics.yaml")["provisions"], provisions)
    for table in tables:
        rows = record_rows if table["shape"] == "record" else list_rows
        fill(book.create_sheet(table["v1_table"]),
             rows(table, f"IXIT {table['v1_table']}: {table['v1_title']}",
                  load(f"{dossier}/ixit/{table['table']}.yaml")))
    book.save(path)


def plain(value):
    """A value but for how it was broken into lines and items."""
    return " ".join(" ".join(value).split() if isinstance(value, list) else (value or "").split())


def entries(declared):
    return declared.get("entries", [declared])


def differences(tables, left, right):
    for table in tables:
        name = f"ixit/{table['table']}.yaml"
        if not os.path.exists(f"{right}/{name}"):
            yield f"{name} is not there"
            continue
        wanted, got = entries(load(f"{left}/{name}")), entries(load(f"{right}/{name}"))
        if len(wanted) != len(got):
            yield f"{name}: {len(got)} entries of {len(wanted)}"
        for one, other in zip(wanted, got):
            yield from (f"{name} {one.get('ID')}: {key}: {plain(other.get(key))!r} for {plain(one.get(key))!r}"
                        for key in sorted(set(one) | set(other))
                        if plain(one.get(key)) != plain(other.get(key)))


def check_form(tap, proviso, tables, provisions, dossier):
    book, folder = tap.path("form.xlsx"), tap.path("form")
    laboratory_form(book, tables, provisions, dossier)
    done = run([proviso, "import", book, folder, *WHEN])
    tap.ok(done.code == 0, "the form of a laboratory is imported", done)
    tap.equal(list(differences(tables, dossier, folder)), [], "every field of all 29 tables is what it was")
    tap.equal([(row["provision"], row["support"], plain(row.get("detail"))) for row in
               load(folder + "/ics.yaml")["provisions"]],
              [(row["provision"], row["support"], plain(row.get("detail"))) for row in
               load(dossier + "/ics.yaml")["provisions"]], "and so is every row of the ICS")
    product, wanted = load(folder + "/product.yaml"), load(dossier + "/product.yaml")
    tap.equal(product, {"name": wanted["name"], "model": wanted["model"], "firmware": [{"version": "1.1-rc"}],
                        "manufacturer": {key: wanted["manufacturer"][key] for key in ("name", "address")},
                        "laboratory": {"name": "Example Test House"}},
              "names below the title of a section belong to whom the title names")
    said = done.out.decode()
    for words in ["Security Context!B1: no part of a dossier", "1-AuthMech!B3: it explains the form: not taken over",
                  "2-UserInfo!A1: beside and between the fields: not taken over"]:
        tap.ok(words in said, f"it says: {words}", said)
    return folder


def one_sheet(tap, proviso, title, rows):
    book, folder = tap.path(title + ".xlsx"), tap.path("one-" + title)
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    fill(workbook.active, rows)
    workbook.save(book)
    run(["rm", "-rf", folder])
    done = run([proviso, "import", book, folder, *WHEN])
    path = f"{folder}/ixit/{title}.yaml"
    return done, load(path) if os.path.exists(path) else None


def check_blocks(tap, proviso):
    done, read = one_sheet(tap, proviso, "2-UserInfo", [
        ("Model Designation:",), ("LV-2",), ("Support Period:",), ("Documentation of Sensors:",), ("the manual",)])
    tap.equal(read, {"Model Designation": "LV-2", "Documentation of Sensors": "the manual"},
              "a name without a value has none, not the name below it")
    done, read = one_sheet(tap, proviso, "2-UserInfo", [
        ("How the model is told",), ("Model Designation:",), ("LV-2",), ("How long",), ("Support Period:",),
        ("Where to read of sensors",), ("Documentation of Sensors:",), ("the manual",)])
    tap.equal(read, {"Model Designation": "LV-2", "Documentation of Sensors": "the manual"},
              "nor the explanation of the next one")
    done, read = one_sheet(tap, proviso, "2-UserInfo", [
        ("Model Designation:",), ("LV-2",), ("Model Designation:",), ("LV-3",), ("Support Period:",), ("5 years",)])
    tap.ok(read == {"Model Designation": "LV-2", "Support Period": "5 years"}
           and b"2-UserInfo!A3: a second heading of the same meaning" in done.out, "a name twice is told", done, read)
    done, read = one_sheet(tap, proviso, "28-LogIntf", [
        (None, "ID:"), (None, "LogIntf-1"), (), (None, "Description:"), (None, "web"), (), (None, "Status:"),
        (None, "enabled"), (), (None, "ID:"), (None, "LogIntf-2"), (None, "Description:"), (None, "mqtt")])
    tap.equal(read, {"entries": [{"ID": "LogIntf-1", "Description": "web", "Status": "enabled"},
                                 {"ID": "LogIntf-2", "Description": "mqtt"}]}, "entries one below the other")
    done, read = one_sheet(tap, proviso, "28-LogIntf", [
        ("ID:", "Description:", "Status:"), ("the number that tells this interface from all others", "what it is"),
        ("Mandatory", "Optional", "Mandatory"), ("LogIntf-1", "Mandatory", "enabled"),
        ("the web page for the set-up at home", "http"), ("N/A", "the rest is none")])
    tap.equal(read, {"entries": [{"ID": "LogIntf-1", "Description": "Mandatory", "Status": "enabled"},
                                 {"ID": "the web page for the set-up at home", "Description": "http"},
                                 {"ID": "N/A", "Description": "the rest is none"}]},
              "rows of the form are left out, rows of a person are not")
    book, folder = tap.path("title.xlsx"), tap.path("title")
    workbook = openpyxl.Workbook()
    workbook.active.title = "DUT"
    fill(workbook.active, [("Pro forma of TS 103 701",), ("Device under test",), ("Name", "Plug"), ("Model", "SP-10W")])
    workbook.active.merge_cells("A1:B1")
    workbook.save(book)
    done = run([proviso, "import", book, folder, *WHEN])
    product = load(folder + "/product.yaml")
    tap.equal((product["name"], product["model"]), ("Plug", "SP-10W"), "a title that is merged over names and values")
    done, read = one_sheet(tap, proviso, "2-UserInfo", [
        ("Model Designation:", "LV-2"), ("Support Period:",), ("Documentation of Sensors:", "the manual")])
    tap.equal(read, {"Model Designation": "LV-2", "Documentation of Sensors": "the manual"},
              "values beside their names, one of which is missing")
    done, read = one_sheet(tap, proviso, "9-ReplSup", [("Model Designation:",), ("LV-2",)])
    tap.ok(read is None and b"no row or column has the headings of 9-ReplSup" in done.out,
           "a form of another table is not guessed at", done)


def main():
    proviso, ixit, provisions, dossier = sys.argv[1:5]
    with Tap() as tap:
        check_form(tap, proviso, load(ixit)["tables"], {one["id"]: one for one in load(provisions)["provisions"]},
                   dossier)
        check_blocks(tap, proviso)


main()
