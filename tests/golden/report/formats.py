#!/usr/bin/env python3
"""Are the reports for other programs what their formats ask for?

    formats.py PROVISO REPORT_GOLDEN SCHEMAS STORE.SQL…

Reports of hand-made stores, of the last one with its texts replaced at random (SEEDS=6 times), and
of a small root file system that the program assesses, are held against the schemas of tests/schema,
and then read: every reference leads somewhere, every id is there once, every count is right, and no
text of an image has become markup. Prints TAP.
"""
import collections
import gzip
import html.parser
import json
import os
import random
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "e2e"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oscal_reader  # noqa: E402
import spdx_reader  # noqa: E402
from tap import Tap, run, write  # noqa: E402

try:
    import jsonschema
except ImportError:  # a Python of the user's own may lack what the distribution's has
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    print("1..0 # SKIP no JSON schema validator: install python3-jsonschema")
    sys.exit(0)

SEEDS = int(os.environ.get("SEEDS", "6"))
FORMATS = ("sarif", "junit", "cyclonedx", "spdx", "oscal", "markdown")


class Schemas:
    def __init__(self, folder):
        self.folder, self.more = folder, os.environ.get("SCHEMAS")

    def load(self, name):
        with gzip.open(os.path.join(self.folder, name), "rt", encoding="utf-8") as file:
            return json.load(file)

    def find(self, kind):
        """Every schema that a report of this KIND has to meet."""
        if kind == "sarif":
            yield self.load("sarif-2.1.0.json.gz")
        elif kind == "cyclonedx":
            schema = self.load("cyclonedx-1.6.json.gz")
            licences = self.load("cyclonedx-licences.json.gz")["enum"]
            yield replaced(schema, {"spdx.SNAPSHOT.schema.json": {"enum": licences},
                                    "jsf-0.82.SNAPSHOT.schema.json#/definitions/signature": False})
        else:
            name = {"spdx": "spdx-2.3.json", "oscal": "oscal-1.1.3.json"}[kind]
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                yield json.load(file)
            if self.more and os.path.exists(os.path.join(self.more, name)):
                with open(os.path.join(self.more, name), encoding="utf-8") as file:
                    # Python's expressions have no classes of Unicode; our names are ASCII.
                    text = file.read().replace("\\\\p{L}", "[A-Za-z]").replace("\\\\p{N}", "[0-9]")
                yield json.loads(text)

    def rules(self, kind, document):
        """What the schema of KIND cannot say, as an independent reader finds it."""
        if kind == "spdx":
            yield from spdx_reader.problems(document, self.load("cyclonedx-licences.json.gz")["enum"])
        elif kind == "oscal":
            yield from oscal_reader.problems(document)

    def problems(self, kind, document):
        for schema in self.find(kind):
            judge = jsonschema.validators.validator_for(schema)
            judge.check_schema(schema)
            for error in judge(schema, format_checker=jsonschema.FormatChecker()).iter_errors(document):
                yield "/".join(map(str, error.absolute_path)) + ": " + error.message[:200]


def replaced(value, others):
    """VALUE with what its references to OTHERS mean in their place."""
    if isinstance(value, dict):
        if value.get("$ref") in others:
            return others[value["$ref"]]
        return {key: replaced(inner, others) for key, inner in value.items()}
    return [replaced(inner, others) for inner in value] if isinstance(value, list) else value


def repeated(ids):
    return [name for name, count in collections.Counter(ids).items() if count > 1]


URI = re.compile(r"(?:[A-Za-z0-9._~/@+,-]|%[0-9A-F]{2})+")


def read_sarif(document):
    one, = document["runs"]
    rules = one["tool"]["driver"]["rules"]
    yield from repeated(rule["id"] for rule in rules)
    used = {result["ruleId"] for result in one["results"]}
    yield from (f"{rule['id']} has no result" for rule in rules if rule["id"] not in used)
    units = [rule for rule in rules if rule["id"] != rule["properties"]["provision"]]
    if len(units) != one["properties"]["unitsFailed"]:
        yield f"{len(units)} rules of units, {one['properties']['unitsFailed']} units that fail"
    for result in one["results"]:
        rule = rules[result["ruleIndex"]]
        if rule["id"] != result["ruleId"]:
            yield f"the index of {result['ruleId']} leads to {rule['id']}"
        if result["level"] != {"M": "error"}.get(rule["properties"]["status"], "warning"):
            yield f"{result['ruleId']} is of level {result['level']}"
        if re.search(r"\]\(|\{\d", result["message"]["text"]):
            yield f"a link or a placeholder: {result['message']['text'][:80]}"
        for location in result["locations"]:
            place = location["physicalLocation"]["artifactLocation"]
            if place["uriBaseId"] not in one["originalUriBaseIds"]:
                yield f"no base {place['uriBaseId']}"
            if not URI.fullmatch(place["uri"]) or {".", "..", ""} & set(place["uri"].split("/")):
                yield f"the address {place['uri']}"


def read_cyclonedx(document):
    references = [component["bom-ref"] for component in document["components"]]
    references.append(document["metadata"]["component"]["bom-ref"])
    yield from repeated(references)
    yield from repeated((component["name"], component.get("version"))
                        for component in document["components"])
    for composition in document["compositions"]:
        yield from set(composition["assemblies"]) - set(references)
    for component in document["components"]:
        if not component["evidence"]["occurrences"]:
            yield f"{component['name']} is nowhere"


def read_spdx(document):
    ids = [package["SPDXID"] for package in document["packages"]]
    lines = [(line["spdxElementId"], line["relationshipType"], line["relatedSpdxElement"])
             for line in document["relationships"]]
    wanted = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image")]
    wanted += [("SPDXRef-Image", "CONTAINS", name) for name in ids if name != "SPDXRef-Image"]
    if sorted(lines) != sorted(wanted):
        yield f"the relationships are {lines}"


def read_oscal(document):
    result, = document["assessment-results"]["results"]
    for finding in result.get("findings", []):
        proven = bool(finding.get("related-observations"))
        if proven != (finding["target"]["status"]["state"] == "not-satisfied"):
            yield f"{finding['title']}: proofs and verdict disagree"


READERS = {"sarif": read_sarif, "cyclonedx": read_cyclonedx, "spdx": read_spdx, "oscal": read_oscal}
CHILDREN = {"testsuites": {"testsuite"}, "testsuite": {"properties", "testcase"},
            "properties": {"property"}, "testcase": {"failure", "skipped"}}


def read_junit(content):
    root = xml.etree.ElementTree.fromstring(content)
    for element in root.iter():
        for child in element:
            if child.tag not in CHILDREN.get(element.tag, ()):
                yield f"{child.tag} in {element.tag}"
    for suite in root:
        counts = [len(suite.findall("testcase")), len(suite.findall("testcase/failure")), 0,
                  len(suite.findall("testcase/skipped"))]
        told = [int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")]
        if counts != told:
            yield f"{suite.get('name')}: {told} is told, {counts} is there"
    yield from repeated((case.get("classname"), case.get("name")) for case in root.iter("testcase"))


class Elements(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen = collections.Counter()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen[tag] += 1


EXTENSIONS = ("table", "autolink", "strikethrough", "tasklist")
ALLOWED = {"h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "hr"}


def read_markdown(path, families):
    with open(path, encoding="utf-8") as file:
        size = len(file.read())
    if size > 60000:
        yield f"{size} characters"
    command = ["cmark-gfm", "--unsafe"]
    for extension in EXTENSIONS:
        command += ["-e", extension]
    done = subprocess.run(command + [path], capture_output=True, check=True)
    seen = Elements(done.stdout.decode()).seen
    yield from (f"an element {tag}" for tag in seen if tag not in ALLOWED)
    if seen["tr"] != families + 2 or seen["td"] != 6 * (families + 1):
        yield f"{seen['tr']} rows, {seen['td']} cells for {families} families"


def hold(tap, schemas, name, paths):
    """PATHS: format → file."""
    for kind in READERS:
        with open(paths[kind], encoding="utf-8") as file:
            document = json.load(file)
        problems = list(schemas.problems(kind, document))
        tap.ok(not problems, f"{name}: {kind} meets its schema", *problems[:10])
        problems = list(READERS[kind](document))
        tap.ok(not problems, f"{name}: {kind} is sound", *problems[:10])
        if kind in ("spdx", "oscal"):
            problems = list(schemas.rules(kind, document))
            tap.ok(not problems, f"{name}: {kind} keeps the rules of its specification", *problems[:10])
    with open(paths["junit"], "rb") as file:
        content = file.read()
    problems = list(read_junit(content))
    tap.ok(not problems, f"{name}: junit is sound", *problems[:10])
    official = os.path.join(schemas.more or "", "junit-10.xsd")
    if schemas.more and os.path.exists(official):
        done = run(["xmllint", "--noout", "--schema", official, paths["junit"]])
        tap.ok(done.code == 0, f"{name}: junit meets the schema of Jenkins", done)
    if shutil.which("cmark-gfm") is None:
        tap.skip(f"{name}: markdown is sound", "there is no cmark-gfm")
        return
    families = len(list(xml.etree.ElementTree.fromstring(content)))
    problems = list(read_markdown(paths["markdown"], families))
    tap.ok(not problems, f"{name}: markdown is sound", *problems[:10])


PIECES = [piece.encode("utf-8", "surrogatepass") for piece in (
    "<", ">", "&", '"', "'", "\\", "`", "|", "*", "@", "#", "1", "9", "\n", "\r", "\t", "\0", "\x1b", "\x7f",
    "é", "\ufffe", "\uffff", "\ud800", "😀", "\u202e", "\u2028", "\xa0", " ", "..", "/", "a", "Z", "](", "{0",
    "http://x.y", "www.z.q", "- ", "1. ", ":", "%", "pkg:a/", "cpe:2.3:a:b:c", "MIT", " OR ", "(", ")",
    "]]>", "<!--", "-->", "GPL-2.0+")] + [b"\xff", b"\xc3"]
TEXTS = {  # table: its columns of texts from outside, its number of rows
    "component": ("name version kind purl cpe licence source excerpt architecture revision grade", 12),
    "counter_example": ("because contradiction", 5), "declaration": ("path excerpt", 2),
    "declared_component": ("name version entry", 4), "login": ("excerpt", 3), "node": ("path", 7),
    "verdict": ("because missing stale", 8), "answer": ("because who", 2), "dut": ("value", 6),
    "unit": ("purpose", 8), "rule": ("fix ask", 3), "provision": ("requirement", 5), "meta": ("value", 6),
}


def disturbed(store, seed):
    """The script STORE with more than half of its foreign texts replaced by worse ones."""
    chance = random.Random(seed)
    with open(store, "rb") as file:
        lines = [file.read()]
    for table, (columns, rows) in TEXTS.items():
        for row in range(rows):
            for column in columns.split():
                text = b"".join(chance.choices(PIECES, k=chance.choice((0, 1, 1, 2, 3, 9, 40))))
                which = "key = 'input'" if table == "meta" else (
                    f"rowid = (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row})")
                if chance.random() < 0.6:
                    lines.append(f"UPDATE {table} SET {column} = CAST(x'{text.hex()}' AS TEXT)"
                                 f" WHERE {which};".encode())
    return b"\n".join(lines) + b"\n"


def make_root(tap):
    root = tap.path("root")
    write(root + "/etc/passwd", "root::0:0:root:/root:/bin/sh\nadmin:$1$$iC.dUsGpxNNJGeOm1dFio/:0:0::/:/bin/sh\n")
    write(root + "/etc/inittab", "::sysinit:/etc/init.d/rcS\n")
    write(root + "/etc/init.d/rcS", "#!/bin/sh\ntelnetd -l /bin/sh\n", 0o755)
    write(root + "/etc/os-release", 'NAME="A|<b>@all"\nVERSION_ID="1 [x](y)"\nID=odd\n')
    write(root + "/var/lib/dpkg/status",
          "Package: odd<name>\nStatus: install ok installed\nVersion: 1:2.0~\"x\"-1\nArchitecture: arm\n\n"
          "Package: openssl\nStatus: install ok installed\nVersion: 3.0.11-1\nArchitecture: arm\n")
    write(root.encode() + b"/etc/a\xff\x1b[31m<b> #1.conf", b"")
    return root


def main():
    proviso, golden, folder, *stores = sys.argv[1:]
    schemas = Schemas(folder)
    with Tap() as tap:
        stores += [write(tap.path(f"seed-{seed}.sql"), disturbed(stores[-1], seed)) for seed in range(SEEDS)]
        for store in stores:
            name, paths = os.path.basename(store), {}
            for kind in FORMATS:
                done = run([golden, store, kind])
                paths[kind] = write(tap.path(name + "." + kind), done.out)
                tap.ok(done.code == 0, f"{name}: {kind} can be written", done)
            hold(tap, schemas, name, paths)
        done = run([proviso, "assess", make_root(tap), "--fail-on", "never", "-q", "-o", tap.path("out")])
        tap.ok(done.code == 0, "a root file system can be assessed", done)
        paths = {kind: tap.path("out." + kind) for kind in FORMATS}
        for kind in FORMATS:
            done = run([proviso, "report", tap.path("out"), "--format", kind, "-o", paths[kind]])
            tap.ok(done.code == 0, f"root: {kind} can be written", done)
        hold(tap, schemas, "root", paths)
        # The schemas must be able to refuse.
        for kind, at in (("sarif", "runs"), ("cyclonedx", "components"), ("spdx", "packages"),
                         ("oscal", "assessment-results")):
            with open(paths[kind], encoding="utf-8") as file:
                document = json.load(file)
            document[at] = "odd"
            tap.ok(list(schemas.problems(kind, document)), f"a wrong {kind} is refused")


main()
