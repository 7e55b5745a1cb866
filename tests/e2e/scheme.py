#!/usr/bin/env python3
"""The commands about schemes, as a user runs them: scope, scheme, list schemes.

    scheme.py PROVISO VECTORS

Prints TAP. VECTORS is tests/golden/scope/vectors.yaml; with PyYAML its products are asked for too.
"""
import html.parser
import json
import os
import sqlite3
import sys

from tap import Tap, run, write

PRODUCT = """name: Lumi Cam 2
type: Wi-Fi camera
batch: LC2W-2026
manufacturer: {name: Lumi GmbH, address: 'Beispielweg 1, Berlin'}
network_connected: true
consumer_use: true
has_radio: true
internet_capable: true
personal_data: true
category: ip_camera
markets: [UK, AU, EU]
placing_date: '2026-11-20'
support_period: '2031-12-31'
signatory: {name: A. Person, function: Head of Quality, place: Berlin}
statement: {date: '2026-11-20'}
confirmed:
  psti-software: {holds: true, because: seen}
  psti-reports-published: {holds: true, because: seen}
  psti-support-published: {holds: true, because: seen}
  psti-support-not-shortened: {holds: true, because: seen}
"""


class Page(html.parser.HTMLParser):
    """Counts what a page must not have."""

    def __init__(self, text):
        super().__init__()
        self.scripts = self.references = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag in ("script", "iframe", "object", "img")
        self.references += any(name in ("src", "href") and not value.startswith(("data:", "#"))
                               for name, value in attrs)


def scope(tap, proviso, vectors):
    path = write(tap.path("camera", "product.yaml"), PRODUCT)
    done = run([proviso, "scope", path, "--json"])
    tap.equal(done.code, 0, "scope of a file ends with 0")
    said = json.loads(done.out)
    tap.equal([line["id"] for line in said["regimes"]],
              ["eu-red-da", "eu-cra", "uk-psti", "au-smart-device-rules", "au-code-of-practice"],
              "its laws and codes")
    folder = run([proviso, "scope", os.path.dirname(path), "--json"])
    tap.equal(json.loads(folder.out)["regimes"], said["regimes"], "scope of the folder is the same")
    words = run([proviso, "scope", path]).out.decode()
    tap.ok("uk-psti" in words and "since 2024-04-29" in words, "it is told in words, with dates", words)
    try:
        import yaml
    except ImportError:
        tap.skip("the vectors", "there is no PyYAML")
        return
    with open(vectors, encoding="utf-8") as file:
        for vector in yaml.safe_load(file)["vectors"]:
            write(path, json.dumps(vector["facts"]))
            said = json.loads(run([proviso, "scope", path, "--json"]).out)
            got = {key: said[key] if key == "scope" else [line["id"] for line in said[key]]
                   for key in vector["expected"]}
            tap.equal(got, vector["expected"], f"{vector['id']} {vector['title']}")


def bad_scope(tap, proviso):
    for name, content in (("binary", b"\0\xff\xfe"), ("tab", "name:\n\t- x\n"), ("twice", "a: 1\na: 2\n"),
                          ("alias", "a: &x [1]\nb: *x\n"), ("value", "has_radio: often\n"),
                          ("list", "- a\n"), ("deep", "[" * 100000)):
        path = write(tap.path("bad", name + ".yaml"), content)
        done = run([proviso, "scope", path])
        tap.ok(done.code == 2 and b"why" in done.err and done.out == b"", f"scope of {name} is refused", done)
    tap.equal(run([proviso, "scope", tap.path("nowhere.yaml")]).code, 3, "scope of nothing")
    tap.equal(run([proviso, "scope", "/dev/zero"]).code, 2, "scope of a device")
    empty = write(tap.path("bad", "empty.yaml"), "")
    done = run([proviso, "scope", empty, "--json"])
    tap.ok(done.code == 0 and json.loads(done.out)["scope"] == "undecided", "an empty product asks for all", done)


def restricted(tap, proviso):
    """A product whose user may do without a password: EN 18031 gives no presumption of two mechanisms."""
    folder = tap.path("open-door")
    write(os.path.join(folder, "product.yaml"), PRODUCT + "user_may_skip_password: true\n")
    run([proviso, "judge", folder, "-q"])
    said = json.loads(run([proviso, "scheme", folder, "eu-red-da", "--json"]).out)
    tap.equal(sorted({point["id"] for point in said["points"] if point["restricted"]}), ["AUM-5-1", "AUM-5-2"],
              "a restriction that bites is shown where it does")


def make(tap, proviso, name, passes):
    """A judged dossier, by the program itself; PASSES: as if everything had been concluded well."""
    folder = tap.path(name)
    write(os.path.join(folder, "product.yaml"), PRODUCT)
    done = run([proviso, "judge", folder, "-q"])
    if not os.path.exists(os.path.join(folder, "assessment.db")):
        print(f"Bail out! {done}")
        sys.exit(1)
    if passes:
        with sqlite3.connect(os.path.join(folder, "assessment.db")) as db:
            db.execute("UPDATE provision_verdict SET outcome = 'pass', because = NULL")
            db.execute("UPDATE verdict SET outcome = 'pass'")
            db.execute("DELETE FROM mistake")
        db.close()
    return folder


def scheme(tap, proviso):
    good, bare = make(tap, proviso, "good", True), make(tap, proviso, "bare", False)
    page = tap.path("statement.html")
    done = run([proviso, "scheme", good, "uk-psti", "-o", page])
    tap.ok(done.code == 0 and done.out == b"", "a statement is written", done)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    tap.ok("DRAFT" not in text.split("</style>")[1], "nothing stands in its way: it is no draft")
    parsed = Page(text)
    tap.equal((parsed.scripts, parsed.references), (0, 0), "it has no script and refers to nothing outside")
    again = run([proviso, "scheme", good, "uk-psti", "-o", "-"])
    tap.equal(again.out.decode(), text, "the same bytes again, on standard output")
    done = run([proviso, "scheme", bare, "uk-psti", "-o", page])
    with open(page, encoding="utf-8") as file:
        text = file.read()
    tap.ok(done.code == 0 and "<h1>DRAFT: Statement of compliance" in text and "provision 5.1-1" in text,
           "what is open makes a draft, with the reason", done)
    for name in ("eu-red-da", "eu-cra", "us-nistir-8425"):
        said = run([proviso, "scheme", good, name, "-o", "-"]).out.decode()
        tap.ok("no claim of conformity" in said and "gives no presumption" in said,
               f"{name} says on its face that it is a view")
    said = json.loads(run([proviso, "scheme", good, "eu-red-da", "--json"]).out)
    tap.ok({point["requirement"] for point in said["points"]} == {"red-d", "red-e"},
           "of RED only the points that apply are shown", {point["requirement"] for point in said["points"]})
    tap.ok(not any(point["restricted"] for point in said["points"]), "no restriction of EN 18031 is known to bite")
    said = run([proviso, "scheme", good, "fi-traficom"]).out.decode()
    tap.ok("issues no new labels" in said, "Finland: no new labels")
    wrong(tap, proviso, good)
    matrix(tap, proviso, good, bare)


def wrong(tap, proviso, good):
    for arguments, name in (([good, "xx"], "an unknown scheme"), ([good, "sg-cls"], "a scheme without its level"),
                            ([good], "no scheme"), ([tap.path("nowhere"), "uk-psti"], "no assessment")):
        done = run([proviso, "scheme", *arguments])
        tap.ok(done.code == 2 and b"try" in done.err, f"{name} is refused with a hint", done)
    done = run([proviso, "scheme", good, "uk-psti", "-o", "/nowhere/x.html"])
    tap.ok(done.code == 3, "a place that cannot be written", done)
    done = run([proviso, "scheme", good, "uk-psti", "-o", tap.folder])
    tap.ok(done.code == 3, "a folder is no file", done)
    done = run([proviso, "scheme", good, "uk-psti", "-o", "/dev/null"])
    tap.ok(done.code == 0 and not os.path.isfile("/dev/null"), "a device stays a device", done)
    with sqlite3.connect(os.path.join(good, "assessment.db")) as db:
        db.execute("UPDATE provision_verdict SET outcome = 'fail' WHERE provision = '5.2-1'")
    db.close()
    tap.equal(run([proviso, "scheme", good, "uk-psti"]).code, 1, "what fails ends with 1")
    tap.equal(run([proviso, "scheme", good, "eu-cra"]).code, 0, "a view has no verdict")


def matrix(tap, proviso, good, bare):
    said = json.loads(run([proviso, "scheme", "--matrix", good, "--json"]).out)
    tap.equal([column["title"] for column in said["columns"]],
              ["Lumi Cam 2", "eu-red-da", "eu-cra", "uk-psti", "au-smart-device-rules", "au-code-of-practice"],
              "the matrix of one product has its schemes")
    rows = {row["id"]: row["outcomes"] for row in said["provisions"]}
    tap.equal(len(rows), 78, "and every provision")
    tap.equal(rows["5.2-1"], ["fail", None, "fail", "fail", "fail", "fail"],
              "a cell is the outcome, where the scheme takes the provision")
    said = json.loads(run([proviso, "scheme", "--matrix", good, bare, "--json"]).out)
    tap.equal([column["schemes"]["uk-psti"] for column in said["columns"]], ["not met", "open"],
              "the matrix of two products")
    done = run([proviso, "scheme", "--matrix", good, bare])
    tap.ok(done.code == 0 and not any(line.endswith(" ") for line in done.out.decode().splitlines()),
           "in words, without blanks at the end of a line", done)
    page = tap.path("matrix.html")
    run([proviso, "scheme", "--matrix", good, bare, "-o", page])
    with open(page, encoding="utf-8") as file:
        tap.ok("No claim of conformity" in file.read(), "as a page")
    tap.equal(run([proviso, "scheme", "--matrix", good, tap.path("nowhere")]).code, 2, "one of them is missing")


def lists(tap, proviso):
    said = json.loads(run([proviso, "list", "schemes", "--json"]).out)
    names = [entry["name"] for entry in said]
    tap.ok({"uk-psti", "sg-cls-1", "sg-cls-4", "au-smart-device-rules", "de-bsi-label", "fi-traficom", "eu-red-da",
            "eu-cra", "en303645-soc"} <= set(names), "the list of schemes", names)
    lines = run([proviso, "list", "schemes"]).out.decode().splitlines()
    tap.equal([line.split()[0] for line in lines], names, "the same list in words")


with Tap() as tap:
    scope(tap, sys.argv[1], sys.argv[2])
    bad_scope(tap, sys.argv[1])
    scheme(tap, sys.argv[1])
    restricted(tap, sys.argv[1])
    lists(tap, sys.argv[1])
