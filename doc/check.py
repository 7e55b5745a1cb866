#!/usr/bin/env python3
"""Do the links of the documents lead somewhere, and does the program know every option and closed sentence they name?

    doc/check.py PROVISO

PROVISO is asked with --help. Looked at is every *.md of the repository. Prints TAP.
"""
import json
import os
import re
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
SKIPPED = re.compile(r"^(\.|build|subprojects)")
count = failed = 0


def say(label, problems):
    global count, failed
    count += 1
    failed += bool(problems)
    print(f"{'not ' if problems else ''}ok {count} - {label}")
    for problem in problems:
        print("#   " + problem)


def documents():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not SKIPPED.match(name))
        for name in sorted(names):
            if name.endswith(".md"):
                yield os.path.relpath(os.path.join(folder, name), ROOT)


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def without_code(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.sub(r"^    .*$", "", text, flags=re.M)


def anchors(text):
    """What a heading is called in a link, as the usual renderers have it."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", without_code(text), re.M):
        name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.add(name)
    return found


def check_links(name):
    problems = []
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(read(name))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        path = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
        if not os.path.exists(os.path.join(ROOT, path)):
            problems.append(f"there is no {target}")
        elif anchor and path.endswith(".md") and anchor not in anchors(read(path)):
            problems.append(f"no heading is called {target}")
    return problems


def helped(proviso):
    """Command → options, as --help shows them."""
    def ask(*words):
        return subprocess.run([proviso, *words, "--help"], stdout=subprocess.PIPE, text=True).stdout

    overview = ask().partition("\nCommands:\n")[2].partition("\n\n")[0]
    commands = {}
    for name in re.findall(r"^  ([a-z]+) +[A-Z]", overview, re.M):
        rows = re.findall(r"^  (?:-(\w), |    )--([\w-]+)", ask(name), re.M)
        commands[name] = {"--help"} | {f"-{letter}" for letter, _ in rows if letter}
        commands[name] |= {f"--{option}" for _, option in rows}
    return commands


def check_commands(name, commands):
    problems = []
    for command, rest in re.findall(r"(?:^    \$ |`)proviso\s+([a-z]+)\b([^`\n|]*)", read(name), re.M):
        rest = re.sub(r'"[^"]*("|$)', "", rest)
        if command not in commands:
            problems.append(f"there is no proviso {command}")
            continue
        for option in re.findall(r"(?<=\s)(--[a-z][\w-]*|-[a-z])\b", rest):
            if option not in commands[command]:
                problems.append(f"proviso {command} has no {option}")
    return problems


def check_sentences(proviso):
    """The closed sentences that doc/dossier.md lists are those that the program knows."""
    def ask(*words):
        return json.loads(subprocess.run([proviso, "list", "ixit", *words, "--json"], stdout=subprocess.PIPE).stdout)

    known = {}
    for table in ask():
        for field in ask(table["name"]):
            if "sentences" in field:
                known[field["name"]] = field["sentences"]
    part = read("doc/dossier.md").partition("| field | sentences |")[2].partition("\n\n")[0]
    told = {name: sentences.split("; ") for name, sentences in re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", part, re.M)
            if not name.startswith("-")}
    return [f"{name}: {known.get(name)} are known, {told.get(name)} are told"
            for name in sorted(known.keys() | told.keys()) if known.get(name) != told.get(name)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    commands = helped(sys.argv[1])
    say("--help names its commands", [] if len(commands) > 3 else ["too few: " + ", ".join(commands)])
    for name in documents():
        say(f"{name}: links lead somewhere", check_links(name))
        say(f"{name}: commands and options are known", check_commands(name, commands))
    say("doc/dossier.md: the closed sentences are those of the program", check_sentences(sys.argv[1]))
    print(f"1..{count}")
    sys.exit(1 if failed else 0)


main()
