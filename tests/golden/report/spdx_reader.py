"""Reads a document of SPDX 2.3 (JSON) by the rules of its specification; knows nothing of who wrote it.

The schema has the shape of a document. Here is what a schema cannot say: ids and what refers to them, the
syntax of names, dates, addresses, digests and licences, and what goes with what. Numbers are clauses of
SPDX 2.3. `problems(document, licences)` yields one line for each breach.
"""
import datetime
import hashlib
import re

ELEMENT = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")
FOREIGN = re.compile(r"DocumentRef-[A-Za-z0-9.-]+:SPDXRef-[A-Za-z0-9.-]+")
DATE = "%Y-%m-%dT%H:%M:%SZ"
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})+")
LOCATION = re.compile(r"(?:(?:git|hg|svn|bzr)\+)?[a-z][a-z0-9+.-]*://[^\s/@:]+(?::\d+)?(?:/\S*)?")
ACTOR = re.compile(r"(Person|Organization|Tool): ([^ \t\r\n()][^()\r\n]*?)(?: \(([^()\s]*)\))?")
DIGITS = {"SHA1": 40, "SHA224": 56, "SHA256": 64, "SHA384": 96, "SHA512": 128, "SHA3-256": 64, "SHA3-384": 96,
          "SHA3-512": 128, "BLAKE2b-256": 64, "BLAKE2b-384": 96, "BLAKE2b-512": 128, "BLAKE3": None, "MD2": 32,
          "MD4": 32, "MD5": 32, "MD6": None, "ADLER32": 8}
CATEGORIES = {"SECURITY": {"cpe22Type", "cpe23Type", "advisory", "fix", "url", "swid"},
              "PACKAGE-MANAGER": {"maven-central", "npm", "nuget", "bower", "purl"},
              "PERSISTENT-ID": {"swh", "gitoid"}}
CPE_VALUE = r"(?:\?*|\*?)(?:[A-Za-z0-9._-]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~])+(?:\?*|\*?)|[*-]"
CPE23 = re.compile(r"cpe:2\.3:[aho*-](?::(?:%s)){5}:(?:[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?|[*-])"
                   r"(?::(?:%s)){4}" % (CPE_VALUE, CPE_VALUE))
CPE22 = re.compile(r"[cC][pP][eE]:/[AHOaho]?(:[A-Za-z0-9._~%-]*){0,6}")
PURL_PART = r"(?:[A-Za-z0-9._~:+!$&'()*,;=-]|%[0-9A-Fa-f]{2})+"
PURL = re.compile(r"pkg:[a-z][a-z0-9.+-]*(?:/%s)+(?:@%s)?(?:\?[a-z][a-z0-9._-]*=[^\s#&]+(?:&[a-z][a-z0-9._-]*=[^\s#&]+)*)?"
                  r"(?:#[^\s]+)?" % (PURL_PART, PURL_PART))
LOCATORS = {"cpe23Type": CPE23, "cpe22Type": CPE22, "purl": PURL, "advisory": URI, "fix": URI, "url": URI,
            "swid": re.compile(r"swid:.+"), "swh": re.compile(r"swh:1:(cnt|dir|rev|rel|snp):[0-9a-f]{40}"),
            "gitoid": re.compile(r"gitoid:(blob|tree|commit|tag):(sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64})")}
ONE_LINE = ("name", "versionInfo", "packageFileName")
MARK = re.compile(r"\s*(\(|\)|[A-Za-z0-9.:+-]+)")


def is_date(text):
    try:
        return datetime.datetime.strptime(text, DATE).strftime(DATE) == text
    except ValueError:
        return False


class Expression:
    """A licence expression (annex D): recursive descent; `known` are ids of the list, `own` LicenseRefs."""

    def __init__(self, text, known, own):
        self.known, self.own, self.words, at = known, own, [], 0
        text = text.rstrip()
        while at < len(text):
            found = MARK.match(text, at)
            if found is None:
                raise ValueError(f"{text[at:at + 20]!r} in a licence")
            self.words.append(found.group(1))
            at = found.end()
        self.words.append("")

    def read(self):
        self.either()
        if self.words != [""]:
            raise ValueError(f"{self.words[0]!r} is left of a licence")

    def either(self):
        self.operand()
        while self.words[0] in ("AND", "OR"):
            self.words.pop(0)
            self.operand()

    def operand(self):
        word = self.words.pop(0)
        if word == "(":
            self.either()
            if self.words.pop(0) != ")":
                raise ValueError("a bracket of a licence is open")
            return
        if word.startswith("LicenseRef-"):
            if word not in self.own:
                raise ValueError(f"{word} has no text in hasExtractedLicensingInfos")
        elif not re.fullmatch(r"DocumentRef-[A-Za-z0-9.-]+:LicenseRef-[A-Za-z0-9.-]+", word):
            if word not in self.known and (not word.endswith("+") or word[:-1] not in self.known):
                raise ValueError(f"{word!r} is no licence")
        if self.words[0] == "WITH":
            self.words.pop(0)
            exception = self.words.pop(0)
            if exception not in self.known:
                raise ValueError(f"{exception!r} is no exception")


class Reader:
    def __init__(self, document, licences):
        self.document, self.licences = document, licences
        self.own = {row.get("licenseId") for row in document.get("hasExtractedLicensingInfos", [])}
        self.files = {row["SPDXID"]: row for row in document.get("files", [])}
        self.elements = [document.get("SPDXID")] + [
            row.get("SPDXID") for kind in ("packages", "files", "snippets") for row in document.get(kind, [])]

    def head(self):
        document = self.document
        for key, wanted in (("spdxVersion", "SPDX-2.3"), ("dataLicense", "CC0-1.0"), ("SPDXID", "SPDXRef-DOCUMENT")):
            if document.get(key) != wanted:  # 6.1 to 6.3
                yield f"{key} is {document.get(key)!r}"
        space = document["documentNamespace"]
        if "#" in space or not URI.fullmatch(space):  # 6.5
            yield f"the namespace {space!r}"
        creation = document["creationInfo"]
        if not is_date(creation["created"]):  # 6.9
            yield f"created {creation['created']!r}"
        if not creation["creators"]:
            yield "no creator"
        for creator in creation["creators"]:  # 6.8
            found = ACTOR.fullmatch(creator)
            if not found:
                yield f"the creator {creator!r}"
            elif found.group(1) == "Tool" and not re.fullmatch(r"\S+-\S+", found.group(2)):
                yield f"{creator!r} is no tool with its version"
        yield from self.lines(document, "the document", ("name",))

    @staticmethod
    def lines(row, what, keys):
        for key in keys:
            value = row.get(key)
            if value is not None and (not value.strip(" ") or re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", value)):
                yield f"{what}: {key} is not one line: {value!r}"

    def ids(self):
        for name in self.elements:
            if name is None or not ELEMENT.fullmatch(name):  # 7.2
                yield f"the id {name!r}"
            if self.elements.count(name) > 1:
                yield f"the id {name} stands {self.elements.count(name)} times"

    def digests(self, row, what):
        seen = set()
        for digest in row.get("checksums", []):  # 7.10
            kind, value = digest["algorithm"], digest["checksumValue"]
            if kind not in DIGITS or not re.fullmatch(r"[0-9a-f]+", value) or DIGITS[kind] not in (None, len(value)):
                yield f"{what}: {kind} {value!r}"
            if kind in seen:
                yield f"{what}: {kind} twice"
            seen.add(kind)

    def licence(self, row, what):
        for key in ("licenseConcluded", "licenseDeclared"):  # 7.13, 7.15
            value = row.get(key, "NOASSERTION")
            if value not in ("NOASSERTION", "NONE"):
                try:
                    Expression(value, self.licences, self.own).read()
                except (ValueError, IndexError) as error:
                    yield f"{what}: {key}: {error}"

    def files_of(self, package, what):
        inside = set(package.get("hasFiles", []))
        inside |= {line["relatedSpdxElement"] for line in self.document.get("relationships", [])
                   if line["spdxElementId"] == package["SPDXID"] and line["relationshipType"] == "CONTAINS"
                   and line["relatedSpdxElement"] in self.files}
        code = package.get("packageVerificationCode")
        if not package.get("filesAnalyzed", True):  # 7.8, 7.9, 7.14
            for key in ("packageVerificationCode", "licenseInfoFromFiles", "hasFiles"):
                if key in package:
                    yield f"{what}: no files were analyzed, and there is {key}"
        elif code is not None:
            left_out = set(code.get("packageVerificationCodeExcludedFiles", []))
            digests = sorted(digest["checksumValue"] for name in inside for digest in self.files[name]["checksums"]
                             if digest["algorithm"] == "SHA1" and self.files[name]["fileName"] not in left_out)
            if hashlib.sha1("".join(digests).encode()).hexdigest() != code["packageVerificationCodeValue"]:
                yield f"{what}: the verification code is another"

    def package(self, package):
        what = package.get("SPDXID")
        yield from self.lines(package, what, ONE_LINE)
        for key in ("supplier", "originator"):  # 7.5, 7.6
            value = package.get(key, "NOASSERTION")
            found = ACTOR.fullmatch(value)
            if value != "NOASSERTION" and (not found or found.group(1) == "Tool"):
                yield f"{what}: the {key} {value!r}"
        where = package["downloadLocation"]  # 7.7
        if where not in ("NOASSERTION", "NONE") and not LOCATION.fullmatch(where):
            yield f"{what}: the location {where!r}"
        for key in ("releaseDate", "builtDate", "validUntilDate"):  # 7.25 to 7.27
            if key in package and not is_date(package[key]):
                yield f"{what}: {key} {package[key]!r}"
        yield from self.digests(package, what)
        yield from self.licence(package, what)
        yield from self.files_of(package, what)
        yield from self.references(package, what)

    @staticmethod
    def references(package, what):
        seen = set()
        for line in package.get("externalRefs", []):  # 7.21, annex F
            category, kind, value = line["referenceCategory"], line["referenceType"], line["referenceLocator"]
            if category != "OTHER" and kind not in CATEGORIES.get(category, ()):
                yield f"{what}: {kind} in {category}"
            if re.search(r"\s", value) or not value or not LOCATORS.get(kind, re.compile(r".+")).fullmatch(value):
                yield f"{what}: {kind} {value!r}"
            if (category, kind, value) in seen:
                yield f"{what}: {kind} {value!r} twice"
            seen.add((category, kind, value))

    def relationships(self):
        known, seen = set(self.elements), set()
        for line in self.document.get("relationships", []):  # 11.1
            ends = (line["spdxElementId"], line["relatedSpdxElement"])
            for end in ends:
                if end not in known and not FOREIGN.fullmatch(end) and (
                        end is ends[0] or end not in ("NONE", "NOASSERTION")):
                    yield f"a relationship with {end!r}"
            if ends[0] == ends[1]:
                yield f"{ends[0]} {line['relationshipType']} itself"
            whole = (*ends, line["relationshipType"])
            if whole in seen:
                yield f"{whole} twice"
            seen.add(whole)
        described = {row[1] for row in seen if row[0] == "SPDXRef-DOCUMENT" and row[2] == "DESCRIBES"}
        described |= {row[0] for row in seen if row[1] == "SPDXRef-DOCUMENT" and row[2] == "DESCRIBED_BY"}
        described |= set(self.document.get("documentDescribes", []))
        if not described:
            yield "the document describes nothing"
        yield from (f"{name} is described, and is not there" for name in described - known)


def problems(document, licences):
    reader = Reader(document, set(licences))
    yield from reader.head()
    yield from reader.ids()
    for package in document.get("packages", []):
        yield from reader.package(package)
    yield from reader.relationships()
