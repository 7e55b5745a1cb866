"""Reads assessment results of OSCAL 1.1 (JSON) by NIST's metaschema; knows nothing of who wrote them.

The schema has the shape. Here are the data types in full, and the constraints of the metaschema that a JSON
schema leaves out: ids that are unique, references that lead somewhere, lists that are not empty, values that are
allowed. `problems(document)` yields one line for each breach.
"""
import datetime
import re

UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}")
TOKEN = re.compile(r"[^\W\d][\w.-]*")  # a letter or an underscore, then letters, digits, dots and dashes
STRING = re.compile(r"\S(?:.*\S)?", re.DOTALL)
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
REFERENCE = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
TIMES = {"published", "last-modified", "start", "end", "collected", "expires", "deadline"}
TOKENS = {"name", "class", "group", "control-id", "statement-id", "objective-id", "target-id", "role-id", "rel",
          "id", "state", "reason", "type", "objective"}
MARKUP = {"title", "description", "remarks"}  # any text; all else has no blank at its ends
# The names that the namespace of OSCAL itself has for the places of such a document.
OWN_NAMES = {"marking", "keywords", "implementation-status", "asset-type", "method"}
PROP_KEYS = ("name", "ns", "class", "group", "value")
# Where each kind of reference leads.
LEADS = {"observation-uuid": "observations", "risk-uuid": "risks", "party-uuid": "parties", "party-uuids": "parties",
         "finding-uuid": "findings", "actor-uuid": None, "subject-uuid": None, "component-uuid": "components",
         "related-observation": "observations"}


def walk(value, path=()):
    """Every value of a document with the keys that lead to it."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from walk(one, path + (key,))


def key_of(path):
    """The last key of PATH that is a word."""
    return next((key for key in reversed(path) if isinstance(key, str)), "")


def show(path):
    return "/".join(map(str, path))


def moment(text):
    if not isinstance(text, str) or not TIME.fullmatch(text):
        return None
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


def data_types(path, value):
    key = key_of(path)
    if value is None or value == [] or value == {}:
        yield f"{show(path)} is empty"
    if isinstance(value, str):
        if not value.strip(" \t\r\n") or (key not in MARKUP and not STRING.fullmatch(value)):
            yield f"{show(path)} is empty, or has a blank at an end"
        if (key == "uuid" or key.endswith("-uuid") or key.endswith("-uuids")) and not UUID.fullmatch(value):
            yield f"{show(path)}: {value!r} is no UUID of version 4 or 5"
        if key in TIMES and moment(value) is None:
            yield f"{show(path)}: {value!r} is no time with its zone"
        if key in TOKENS and not TOKEN.fullmatch(value):
            yield f"{show(path)}: {value!r} is no token"
        if key == "title" and re.search(r"[\r\n]", value):
            yield f"{show(path)} is not one line"
        if key in ("ns", "system", "scheme") and not ABSOLUTE.fullmatch(value):
            yield f"{show(path)}: {value!r} is no absolute URI"
        if key == "href" and not REFERENCE.fullmatch(value):
            yield f"{show(path)}: {value!r} is no reference"
    if isinstance(value, dict) and len(path) > 1 and path[-2] == "props":
        if "ns" not in value and value.get("name") not in OWN_NAMES:
            yield f"{show(path)}: OSCAL has no property {value.get('name')!r} of its own"


def references(document):
    """Ids stand once, and what refers to one finds it."""
    ids, everything = {}, list(walk(document))
    for path, value in everything:
        if path and path[-1] == "uuid":
            if value in ids:
                yield f"{show(path)}: {value} stands at {show(ids[value])}, too"
            ids[value] = path
    roles = {role["id"] for role in document["metadata"].get("roles", [])}
    for path, value in everything:
        key = key_of(path)
        if not isinstance(value, str):
            continue
        if key in LEADS and (value not in ids or LEADS[key] not in (None,) + ids[value]):
            yield f"{show(path)}: {value} leads nowhere"
        if key == "href" and value.startswith("#") and "resources" not in ids.get(value[1:], ()):
            yield f"{show(path)}: {value} is no resource"
        if key == "role-id" and value not in roles:
            yield f"{show(path)}: {value} is no role"


def metadata(head):
    for key in ("title", "last-modified", "version", "oscal-version"):
        if key not in head:
            yield f"metadata has no {key}"
    if not re.fullmatch(r"1\.1\.\d+", head.get("oscal-version", "")):
        yield f"OSCAL {head.get('oscal-version')!r}"
    seen = [tuple(row.get(key) for key in PROP_KEYS) for row in head.get("props", [])]
    yield from (f"the property {row} stands twice" for row in set(seen) if seen.count(row) > 1)


def ordered(row, first, second, what):
    if moment(row.get(first)) and moment(row.get(second)) and moment(row[first]) > moment(row[second]):
        yield f"{what}: {second} is before {first}"


def selection(row):
    """The controls that one selection names; None for all of them."""
    return None if "include-all" in row else [one.get("control-id") for one in row.get("include-controls", [])]


def result(row, local):
    selections = row["reviewed-controls"]["control-selections"]
    for one in selections:
        if "include-all" in one and "include-controls" in one:
            yield "a selection of all controls and of some"
        names = selection(one) or []
        yield from (f"the control {name} is selected twice" for name in set(names) if names.count(name) > 1)
    controls = None if any(selection(one) is None for one in selections) else {
        name for one in selections for name in selection(one)}
    yield from ordered(row, "start", "end", "a result")
    for one in row.get("observations", []):
        yield from ordered(one, "collected", "expires", "an observation")
        for method in one["methods"]:
            if method not in ("EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"):
                yield f"the method {method!r}"
    for finding in row.get("findings", []):
        target = finding["target"]
        if target["type"] not in ("statement-id", "objective-id"):
            yield f"a target of type {target['type']!r}"
        if target["status"]["state"] not in ("satisfied", "not-satisfied"):
            yield f"the state {target['status']['state']!r}"
        if (target["status"]["state"], target["status"].get("reason")) in (("satisfied", "fail"),
                                                                          ("not-satisfied", "pass")):
            yield f"{target['target-id']}: {target['status']}"
        if controls is not None and target["target-id"] not in controls | local:
            yield f"{target['target-id']} was not reviewed"
        related = [one["observation-uuid"] for one in finding.get("related-observations", [])]
        yield from (f"{name} is related twice" for name in set(related) if related.count(name) > 1)


def problems(document):
    if list(document) != ["assessment-results"]:
        yield f"the document has {list(document)}"
        return
    document = document["assessment-results"]
    for path, value in walk(document):
        yield from data_types(path, value)
    yield from metadata(document["metadata"])
    yield from references(document)
    targets = {one.get("control-id") for one in document.get("local-definitions", {}).get("objectives-and-methods", [])}
    if not document["results"]:
        yield "no result"
    for row in document["results"]:
        yield from result(row, targets)
