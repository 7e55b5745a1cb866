#!/usr/bin/env python3
"""Prints proviso-observables(7), made from what the program itself says.

    doc/man/observables.py PROVISO [DATE]

PROVISO is asked `list observables --json` and `list checks --json`; DATE is that of the page.
"""
import json
import subprocess
import sys
import textwrap

HEAD = r"""
.Dd {date}
.Dt PROVISO-OBSERVABLES 7
.Os
.Sh NAME
.Nm proviso-observables
.Nd tables of facts that rules and queries read
.Sh DESCRIPTION
An observable is a kind of fact that a check of
.Xr proviso 1
can state, and one table of the same name in every
.Pa assessment.db .
An observation is one row of it.
.Pp
What is not known is NULL, never a guess.
A flag is 1, 0 or NULL.
Every table begins with the same columns, the evidence:
.Bl -tag -width excerpt -compact
.It Li id
number of the observation, unique over all tables
.It Li node
number of the file it was seen in, in the table
.Li node
.It Li path
path of that file within its file system
.It Li offset , length
byte range within the file; length 0 is the whole file
.It Li line
line number from 1, or NULL where lines mean nothing
.It Li excerpt
the bytes themselves, at most 240
.El
.Sh OBSERVABLES
"""

TAIL = r"""
.Sh OTHER TABLES
.Bl -tag -width Ds
.It Li node
Everything found in the image: path through all containers, kind, size, mode,
owner, link target, SHA-256, format.
.It Li span , map
What lies where in a container; in the image.
.It Li unread
What could not be read, and why.
.It Li coverage
For each check, whether it looked at everything.
.It Li observation
From the number of an observation to its table.
.It Li verdict , counter_example , unclear , case_verdict , provision_verdict , overall , gap
What the judge made of it.
.It Li ics , ixit_1_authmech ... , declared_listener ... , answer
What a dossier declares, and what was answered: see
.Xr proviso-dossier 5 .
.It Li unit , test_case , provision , family , rule , rule_fail , rule_covered
The standard and the rules.
.It Li meta
The input, the program, counts.
.El
.Sh EXAMPLES
.Dl $ proviso query out/ \(dqSELECT path, account, password FROM login WHERE password_known = 1\(dq
.Sh SEE ALSO
.Xr proviso 1 ,
.Xr proviso-dossier 5 ,
.Xr proviso-rules 5
"""


def ask(proviso, what):
    return json.loads(subprocess.run([proviso, "list", what, "--json"], check=True,
                                     stdout=subprocess.PIPE).stdout)


def text(words):
    """Text as lines of roff: short, and none that looks like a request."""
    words = words.replace("\\", "\\e").replace('"', "\\(dq").replace("…", "...")
    lines = textwrap.wrap(words, 78, break_long_words=False, break_on_hyphens=False)
    return "\n".join("\\&" + line if line[0] in ".'" else line for line in lines)


def table(observable, checks):
    stated = [check["name"] for check in checks
              if observable["name"] in check["observables"].split(", ")]
    lines = [f".Ss {observable['name']}", text(observable["meaning"]),
             f".Pq check {', '.join(stated)}", ".Bl -tag -width Ds -compact"]
    for column in observable["columns"]:
        lines += [f".It Li {column['name']} Pq {column['type']}", text(column["meaning"])]
    return "\n".join(lines + [".El"])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    checks = ask(sys.argv[1], "checks")
    print('.\\" Made by doc/man/observables.py.'
          + HEAD.format(date=sys.argv[2] if len(sys.argv) > 2 else "$Mdocdate$").rstrip())
    for observable in ask(sys.argv[1], "observables"):
        print(table(observable, checks))
    print(TAIL.strip())


main()
