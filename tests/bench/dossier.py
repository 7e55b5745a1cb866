#!/usr/bin/env python3
"""
    dossier.py FOLDER ROWS

A large dossier for measurements: every provision supported, ROWS entries of IXIT over all tables
that are lists, with prose in their fields and references between them. The same each time.
"""
import os
import random
import sys

import yaml

CATALOGUE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../knowledge/catalogue")
WORDS = ("The mechanism is reachable over the network by TCP port 443 using TLS 1.2 with "
         "ECDHE-RSA-AES128-GCM-SHA256 and is unique per device; it can not be disabled by the user. ").split()


def load(name):
    with open(os.path.join(CATALOGUE, name), encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def short(table):
    return table.split("-", 1)[1]


def value(field, number, table, per):
    kind, _, choices = field["type"].partition(":")
    if kind == "id":
        return f"{short(table['table'])}-{number}"
    if kind == "bool":
        return random.choice(["'yes'", "'no'"])
    if kind in ("enum", "enum_list"):
        return random.choice(choices.split("|"))
    if kind in ("ref", "ref_list"):
        target = short(random.choice(choices.split("|")))
        return "[" + ", ".join(f"{target}-{random.randint(1, per)}" for _ in range(3)) + "]"
    return ">-\n      " + " ".join(random.choice(WORDS) for _ in range(16))


def main():
    folder, rows = sys.argv[1], int(sys.argv[2])
    random.seed(1)
    os.makedirs(os.path.join(folder, "ixit"), exist_ok=True)
    with open(os.path.join(folder, "product.yaml"), "w", encoding="utf-8") as file:
        file.write("name: Large\nmodel: L-1\nmanufacturer: {name: M, address: A}\ndate: '2026-11-20'\n")
    with open(os.path.join(folder, "ics.yaml"), "w", encoding="utf-8") as file:
        file.write("provisions:\n")
        for provision in load("provisions.yaml")["provisions"]:
            file.write(f"  - {{provision: {provision['id']}, support: Y, detail: as the IXIT says}}\n")
    tables = load("ixit.yaml")["tables"]
    per = rows // sum(table["shape"] == "list" for table in tables)
    for table in tables:
        with open(os.path.join(folder, "ixit", table["table"] + ".yaml"), "w", encoding="utf-8") as file:
            if table["shape"] != "list":
                for field in table["fields"]:
                    file.write(f"{field['name']}: {'yes' if field['type'] == 'bool' else 'https://example.com/x'}\n")
                continue
            file.write("entries:\n")
            for number in range(1, per + 1):
                for place, field in enumerate(table["fields"]):
                    file.write(f"{'    ' if place else '  - '}{field['name']}: {value(field, number, table, per)}\n")


main()
