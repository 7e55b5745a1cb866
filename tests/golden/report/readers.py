#!/usr/bin/env python3
"""Can every rule of the readers of SPDX and OSCAL refuse?

    readers.py SCHEMAS

Each reader takes a sound document, written by hand after the specification, and refuses it for the one thing
that a mutation changes. Prints TAP.
"""
import copy
import gzip
import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "e2e")]
import oscal_reader  # noqa: E402
import spdx_reader  # noqa: E402
from tap import Tap  # noqa: E402

GONE = object()
EMPTY_SHA1 = hashlib.sha1(b"").hexdigest()
SPDX = {
    "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "camera",
    "documentNamespace": "https://example.org/spdx/camera-1",
    "creationInfo": {"created": "2026-01-02T03:04:05Z", "creators": ["Tool: hand-1.0", "Person: A. Body (a@example.org)"]},
    "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-own", "extractedText": "as it is"}],
    "packages": [
        {"SPDXID": "SPDXRef-Image", "name": "image", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
         "supplier": "Organization: Example Optics", "licenseConcluded": "NONE",
         "checksums": [{"algorithm": "SHA256", "checksumValue": "0a" * 32}]},
        {"SPDXID": "SPDXRef-Shell", "name": "shell", "versionInfo": "1.2", "filesAnalyzed": True,
         "downloadLocation": "git+https://example.org/shell.git@v1.2", "releaseDate": "2025-02-03T00:00:00Z",
         "licenseDeclared": "(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND LicenseRef-own",
         "packageVerificationCode": {"packageVerificationCodeValue": hashlib.sha1(EMPTY_SHA1.encode()).hexdigest()},
         "externalRefs": [
             {"referenceCategory": "SECURITY", "referenceType": "cpe23Type",
              "referenceLocator": "cpe:2.3:a:ac\\!me:shell:1.2:*:*:*:*:*:*:*"},
             {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
              "referenceLocator": "pkg:deb/debian/shell@1.2-3?arch=armhf#bin"}]}],
    "files": [{"SPDXID": "SPDXRef-File", "fileName": "./empty",
               "checksums": [{"algorithm": "SHA1", "checksumValue": EMPTY_SHA1}]}],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-Image"},
        {"spdxElementId": "SPDXRef-Image", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-Shell"},
        {"spdxElementId": "SPDXRef-Shell", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-File"},
        {"spdxElementId": "SPDXRef-Shell", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "NOASSERTION"}],
}
SPDX_BREACHES = (  # where, the value there, what the reader has to say
    ("spdxVersion", "SPDX-2.2", "spdxVersion is"), ("dataLicense", "MIT", "dataLicense is"),
    ("SPDXID", "SPDXRef-Document", "SPDXID is"), ("name", "two\nlines", "not one line"),
    ("name", " ", "not one line"),
    ("documentNamespace", "https://example.org/a#b", "the namespace"), ("documentNamespace", "camera", "the namespace"),
    ("documentNamespace", "https://example.org/a b", "the namespace"),
    ("creationInfo/created", "2026-01-02", "created"), ("creationInfo/created", "2026-02-30T00:00:00Z", "created"),
    ("creationInfo/created", "2026-01-02T03:04:05+01:00", "created"),
    ("creationInfo/creators", [], "no creator"), ("creationInfo/creators/0", "hand-1.0", "the creator"),
    ("creationInfo/creators/0", "Tool: hand", "no tool"), ("creationInfo/creators/1", "Person:  (x)", "the creator"),
    ("packages/0/SPDXID", "SPDXRef-Im_age", "the id"), ("packages/0/SPDXID", "SPDXRef-Shell", "stands 2 times"),
    ("files/0/SPDXID", "SPDXRef-Shell", "stands 2 times"),
    ("packages/1/versionInfo", "1\r2", "not one line"), ("packages/0/supplier", "Example Optics", "the supplier"),
    ("packages/0/supplier", "Organization:  ", "the supplier"), ("packages/0/supplier", "Tool: x-1", "the supplier"),
    ("packages/0/supplier", "Organization: A (b c)", "the supplier"),
    ("packages/0/downloadLocation", "unknown", "the location"),
    ("packages/0/downloadLocation", "https://me:word@example.org/a", "the location"),
    ("packages/1/releaseDate", "yesterday", "releaseDate"),
    ("packages/0/checksums/0/checksumValue", "0A" * 32, "SHA256"),
    ("packages/0/checksums/0/checksumValue", "0a" * 20, "SHA256"), ("packages/0/checksums/0/algorithm", "CRC", "CRC"),
    ("packages/1/licenseDeclared", "GPLv2", "no licence"), ("packages/1/licenseDeclared", "MIT or Zlib", "is left"),
    ("packages/1/licenseDeclared", "(MIT", "open"), ("packages/1/licenseDeclared", "MIT WITH MIT-exception", "exception"),
    ("packages/1/licenseDeclared", "LicenseRef-other", "no text"), ("packages/1/licenseDeclared", "MIT; Zlib", "';"),
    ("packages/1/licenseDeclared", "", "no licence"), ("packages/0/licenseConcluded", "AND MIT", "no licence"),
    ("packages/0/packageVerificationCode", {"packageVerificationCodeValue": "0" * 40}, "no files were analyzed"),
    ("packages/0/licenseInfoFromFiles", ["MIT"], "no files were analyzed"),
    ("packages/1/packageVerificationCode/packageVerificationCodeValue", "0" * 40, "another"),
    ("files/0/checksums/0/checksumValue", "1" * 40, "another"),
    ("packages/1/externalRefs/0/referenceType", "purl", "purl in SECURITY"),
    ("packages/1/externalRefs/0/referenceLocator", "cpe:2.3:a:acme:shell", "cpe23Type"),
    ("packages/1/externalRefs/0/referenceLocator", "cpe:2.3:a:ac!me:shell:1.2:*:*:*:*:*:*:*", "cpe23Type"),
    ("packages/1/externalRefs/0/referenceLocator", "cpe:2.3:a:acme:shell:1.2:*:*:*:*:*:*:*:*", "cpe23Type"),
    ("packages/1/externalRefs/1/referenceLocator", "shell@1.2", "purl"),
    ("packages/1/externalRefs/1/referenceLocator", "pkg:deb/a b@1", "purl"),
    ("packages/1/externalRefs/1/referenceLocator", "pkg:deb/shell@", "purl"),
    ("packages/1/externalRefs/1/referenceLocator", "pkg:deb/sh%ll", "purl"),
    ("packages/1/externalRefs/1/referenceLocator", "pkg:deb", "purl"),
    ("relationships/1/relatedSpdxElement", "SPDXRef-Nobody", "a relationship with"),
    ("relationships/1/spdxElementId", "NONE", "a relationship with"),
    ("relationships/1/relatedSpdxElement", "SPDXRef-Image", "itself"),
    ("relationships/1", SPDX["relationships"][0], "twice"),
    ("relationships/0/relationshipType", "CONTAINS", "describes nothing"),
    ("documentDescribes", ["SPDXRef-Nobody"], "is described"),
)


def uuid(number):
    return f"00000000-0000-4000-8000-{number:012}"


OSCAL = {"assessment-results": {
    "uuid": uuid(1),
    "metadata": {"title": "Camera", "last-modified": "2026-01-02T03:04:05Z", "version": "1", "oscal-version": "1.1.3",
                 "props": [{"name": "edition", "ns": "https://example.org/ns", "value": "3.1.3"}],
                 "roles": [{"id": "assessor", "title": "Assessor"}],
                 "parties": [{"uuid": uuid(2), "type": "organization", "name": "Laboratory"}],
                 "responsible-parties": [{"role-id": "assessor", "party-uuids": [uuid(2)]}]},
    "import-ap": {"href": "#" + uuid(3)},
    "results": [{
        "uuid": uuid(4), "title": "Result", "description": "One.", "start": "2026-01-02T03:04:05Z",
        "end": "2026-01-02T05:04:05+01:00",
        "reviewed-controls": {"control-selections": [{"include-controls": [{"control-id": "c-1"}, {"control-id": "c-2"}]}]},
        "observations": [{"uuid": uuid(5), "description": "Seen.", "methods": ["EXAMINE"],
                          "collected": "2026-01-02T03:04:05Z", "expires": "2027-01-02T03:04:05Z"}],
        "findings": [{"uuid": uuid(6), "title": "c-1", "description": "Not met.",
                      "target": {"type": "objective-id", "target-id": "c-1",
                                 "status": {"state": "not-satisfied", "reason": "fail"}},
                      "related-observations": [{"observation-uuid": uuid(5)}]}]}],
    "back-matter": {"resources": [{"uuid": uuid(3), "title": "Plan", "description": "The plan."}]},
}}
ONE = "assessment-results/results/0/"
HEAD = "assessment-results/metadata/"
OSCAL_BREACHES = (
    ("other", {}, "the document has"), ("assessment-results/uuid", uuid(1).replace("-4", "-3"), "no UUID"),
    ("assessment-results/uuid", "camera", "no UUID"), ("assessment-results/uuid", uuid(5), "too"),
    (HEAD + "title", "two\nlines", "not one line"), (HEAD + "version", " 1", "blank"), (HEAD + "title", "", "empty"),
    (HEAD + "version", GONE, "metadata has no"), (HEAD + "oscal-version", "1.0.4", "OSCAL '1.0.4'"),
    (HEAD + "last-modified", "2026-01-02T03:04:05", "no time"), (HEAD + "last-modified", "2026-13-02T03:04:05Z", "no time"),
    (HEAD + "props", [], "is empty"), (HEAD + "props/0/value", "", "empty"), (HEAD + "props/0/name", "1st", "no token"),
    (HEAD + "props/0/name", "an edition", "no token"), (HEAD + "props/0/ns", GONE, "no property"),
    (HEAD + "props/0/ns", "example", "no absolute URI"), (HEAD + "props", OSCAL["assessment-results"]["metadata"]["props"] * 2,
                                                           "stands twice"),
    (HEAD + "responsible-parties/0/role-id", "owner", "no role"),
    (HEAD + "responsible-parties/0/party-uuids/0", uuid(4), "leads nowhere"),
    ("assessment-results/import-ap/href", "#" + uuid(9), "no resource"),
    ("assessment-results/import-ap/href", "#" + uuid(4), "no resource"),
    ("assessment-results/import-ap/href", "a plan.json", "no reference"),
    ("assessment-results/results", [], "empty"), (ONE + "uuid", uuid(6), "too"), (ONE + "end", "2026-01-02T03:04:04Z", "before"),
    (ONE + "reviewed-controls/control-selections/0/include-all", {"a": 1}, "of all controls and of some"),
    (ONE + "reviewed-controls/control-selections/0/include-controls/1/control-id", "c-1", "selected twice"),
    (ONE + "reviewed-controls/control-selections/0/include-controls/1/control-id", "2", "no token"),
    (ONE + "reviewed-controls/control-selections/0/include-controls/0/control-id", "c-9", "was not reviewed"),
    (ONE + "observations", [], "is empty"), (ONE + "observations/0/methods/0", "LOOK", "the method"),
    (ONE + "observations/0/collected", "2028-01-02T03:04:05Z", "before"), (ONE + "observations/0/collected", "now", "no time"),
    (ONE + "findings/0/target/type", "control", "of type"), (ONE + "findings/0/target/status/state", "open", "the state"),
    (ONE + "findings/0/target/status/reason", "pass", "c-1: {"), (ONE + "findings/0/target/target-id", "5.1", "no token"),
    (ONE + "findings/0/related-observations/0/observation-uuid", uuid(9), "leads nowhere"),
    (ONE + "findings/0/related-observations/0/observation-uuid", uuid(6), "leads nowhere"),
    (ONE + "findings/0/related-observations", [{"observation-uuid": uuid(5)}] * 2, "related twice"),
    (ONE + "findings/0/uuid", uuid(5), "too"), (ONE + "findings/0/description", None, "is empty"),
)


def changed(document, where, value):
    document = copy.deepcopy(document)
    *path, last = [int(key) if key.isdigit() else key for key in where.split("/")]
    place = document
    for key in path:
        place = place[key]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return document


def main():
    with gzip.open(os.path.join(sys.argv[1], "cyclonedx-licences.json.gz"), "rt", encoding="utf-8") as file:
        licences = json.load(file)["enum"]
    readers = (("SPDX", SPDX, SPDX_BREACHES, lambda document: list(spdx_reader.problems(document, licences))),
               ("OSCAL", OSCAL, OSCAL_BREACHES, lambda document: list(oscal_reader.problems(document))))
    with Tap() as tap:
        for name, document, breaches, problems in readers:
            tap.equal(problems(document), [], f"{name}: a sound document has no problem")
            for where, value, says in breaches:
                told = problems(changed(document, where, value))
                tap.ok(any(says in line for line in told), f"{name}: {where} {str(value)[:40]!r} is told", *told)


main()
