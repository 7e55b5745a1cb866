#!/usr/bin/env python3
"""Do the manual page and the completions know every command and option of the program?

    doc/man/check.py PROVISO PAGE…

PROVISO is asked with --help. PAGE… are the manual pages, proviso.1 first. Prints TAP.
"""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
COMPLETIONS = os.path.join(HERE, "..", "..", "tools", "completion")
SHARED = "Options of assess, unpack and inspect"
count = failed = 0


def say(label, problems, skip=None):
    global count, failed
    count += 1
    failed += bool(problems)
    print(f"{'not ' if problems else ''}ok {count} - {label}" + (f" # SKIP {skip}" if skip else ""))
    for problem in problems:
        print("#   " + problem)


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def helped(proviso):
    """Command → {(letter or None, name, takes a value)}, as --help shows them."""
    commands = {}
    overview = run(proviso, "--help").stdout.partition("\nCommands:\n")[2].partition("\n\n")[0]
    for name in re.findall(r"^  ([a-z]+) +[A-Z]", overview, re.M):
        rows = re.findall(r"^  (?:-(\w), |    )--([\w-]+)( \S+)? ", run(proviso, name, "--help").stdout,
                          re.M)
        commands[name] = {(letter or None, option, bool(value)) for letter, option, value in rows}
    return commands


def described(page):
    """Section → the same, as the manual page shows them."""
    sections, name = {}, None
    for line in page.splitlines():
        if line.startswith(".Ss "):
            name = line[4:]
            sections[name] = set()
        elif line.startswith(".Sh "):
            name = None
        elif name and line.startswith(".It Fl"):
            found = re.match(r"\.It (?:Fl (\w) , )?Fl -([\w-]+)( Ar \w+)?$", line)
            if found:
                sections[name].add((found.group(1), found.group(2), bool(found.group(3))))
            else:
                sections[name].add((None, "cannot be read: " + line, False))
    return sections


def spell(option):
    letter, name, value = option
    return (f"-{letter}, " if letter else "") + f"--{name}" + (" VALUE" if value else "")


def check_page(commands, sections):
    shared = sections.get(SHARED, set())
    for command, options in commands.items():
        if command not in sections:
            say(f"proviso.1 describes {command}", [f"there is no .Ss {command}"])
            continue
        own = sections[command]
        there = own | (shared & options)
        say(f"proviso.1 describes {command}",
            [f"the page lacks {spell(option)}" for option in sorted(options - there, key=str)] +
            [f"--help lacks {spell(option)}" for option in sorted(there - options, key=str)])
    everything = set().union(*commands.values())
    say("proviso.1 describes nothing else",
        [f"--help lacks {spell(option)}" for option in sorted(shared - everything, key=str)] +
        [f"no command is called {name}" for name in sections if name != SHARED and name not in commands])


def check_completions(commands):
    for shell, spelling in (("bash", "--{}"), ("zsh", "--{}"), ("fish", "-l {}")):
        with open(os.path.join(COMPLETIONS, "proviso." + shell), encoding="utf-8") as file:
            script = file.read()
        lost = [name for name in commands if not re.search(rf"\b{name}\b", script)]
        for options in commands.values():
            lost += [spelling.format(name) for _, name, _ in options
                     if not re.search(re.escape(spelling.format(name)) + r"(?![\w-])", script)]
        say(f"completion for {shell} knows every command and option",
            [f"it lacks {name}" for name in sorted(set(lost))])
        if shutil.which(shell) is None:
            say(f"completion for {shell} can be read", [], f"there is no {shell}")
            continue
        done = run(shell, "-n", os.path.join(COMPLETIONS, "proviso." + shell))
        say(f"completion for {shell} can be read", done.stdout.splitlines() if done.returncode else [])


def check_bash(commands):
    """What bash offers, really: its own function is asked."""
    ask = ('source "$1"; COMP_WORDS=(proviso $2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); '
           '_proviso; printf "%s\\n" "${COMPREPLY[@]}"')
    script = os.path.join(COMPLETIONS, "proviso.bash")
    for command, options in commands.items():
        offered = set(run("bash", "-c", ask, "bash", script, f"{command} --").stdout.split())
        wanted = {f"--{name}" for _, name, _ in options} | {"--help"}
        say(f"bash offers the options of {command}",
            [f"it lacks {name}" for name in sorted(wanted - offered)] +
            [f"it has {name} too" for name in sorted(offered - wanted)])


def check_roff(pages):
    for page in pages:
        label = f"{os.path.basename(page)} is sound mdoc"
        if shutil.which("mandoc") is None:
            say(label, [], "there is no mandoc")
            continue
        lines = run("mandoc", "-Tlint", "-Wall", page).stdout.splitlines()
        say(label, [line for line in lines if "referenced manual not found" not in line])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    commands = helped(sys.argv[1])
    say("--help names its commands", [] if len(commands) > 3 else ["too few: " + ", ".join(commands)])
    with open(sys.argv[2], encoding="utf-8") as file:
        check_page(commands, described(file.read()))
    check_completions(commands)
    check_bash(commands)
    check_roff(sys.argv[2:])
    print(f"1..{count}")
    sys.exit(1 if failed else 0)


main()
