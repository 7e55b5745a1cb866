#!/usr/bin/env python3
"""Reads the PDF of a hand-made store with poppler and qpdf, and prints TAP.

    pdf.py REPORT_GOLDEN STORE.SQL EXPECTED.TXT [--accept]

EXPECTED.TXT is the number of pages and the text of all of them as `pdftotext -layout` gives it.
Besides: the file is sound, the same when another process writes it, all fonts are in it, every
page says which it is of how many, no word stands outside the margins, contents and links lead to
pages, the outline is there, and no clock was read.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

MARGINS = (56, 539, 30, 815)  # left, right, top, bottom
number = failed = 0


def ok(good, name, why=""):
    global number, failed
    number += 1
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not good:
        failed = 1
        for line in str(why).splitlines()[:30]:
            print("#", line)


def out(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60).stdout.decode("utf-8", "replace")


def main():
    golden, store, expected = sys.argv[1:4]
    missing = [tool for tool in ("pdftotext", "pdfinfo", "pdffonts", "qpdf") if not shutil.which(tool)]
    if missing:
        print(f"1..0 # SKIP no {', '.join(missing)}: install poppler-utils and qpdf")
        return 0
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "report.pdf")
        made = []
        for turn in range(2):
            done = subprocess.run([golden, store, "pdf"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env={**os.environ, "TZ": ["UTC", "Asia/Tokyo"][turn],
                                       "LC_ALL": ["C", "C.UTF-8"][turn], "HOME": work}, timeout=120)
            made.append(done.stdout)
            if done.returncode != 0 and b"are not installed" in done.stderr:
                print("1..0 # SKIP the fonts are not installed: fonts-liberation2 and fonts-dejavu-core")
                return 0
            ok(done.returncode == 0, "the report is written", done.stderr.decode("utf-8", "replace"))
            if failed:
                print(f"1..{number}")
                return 1
        with open(path, "wb") as file:
            file.write(made[0])
        check(path, made, expected)
        hostile(work, golden, store)
    print(f"1..{number}")
    return failed


def check(path, made, expected):
    ok(made[0] == made[1], "another process, zone and locale give the same bytes")
    sound = subprocess.run(["qpdf", "--check", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    ok(sound.returncode == 0, "qpdf finds nothing wrong", sound.stdout.decode("utf-8", "replace"))
    info = dict(line.split(":", 1) for line in out("pdfinfo", "-isodates", path).splitlines() if ":" in line)
    pages = int(info["Pages"])
    ok("Lumi" in info["Title"] and "EN 303 645" in info["Title"], "it has a title", info)
    ok(info["CreationDate"].strip().startswith("2026-01-31"), "its date is that of the dossier", info)
    fonts = out("pdffonts", path).splitlines()[2:]
    ok(fonts and all(re.search(r"yes (yes|no)\s+yes\s+\d+\s+\d+$", font) for font in fonts),
       "every font is embedded, and its letters can be read", "\n".join(fonts))
    text = out("pdftotext", "-layout", path, "-")
    sheets = text.rstrip("\f\n").split("\f")
    wrong = [i for i, sheet in enumerate(sheets[1:], 2) if f"page {i} of {pages}" not in sheet]
    ok(len(sheets) == pages and not wrong, "every page behind the first says which it is", wrong)
    ok(contents_hold(sheets), "the contents name pages on which the headings stand", sheets[1])
    outside = words_outside(path)
    ok(not outside, "no word stands outside the margins", outside)
    raw = out("qpdf", "--qdf", "--object-streams=disable", path, "-")
    links = set(re.findall(r"/Dest \(([a-z]\d+)\)", raw))
    places = set(re.findall(r"\(([a-z]\d+)\)", raw[raw.find("/Names"):])) if "/Names" in raw else set()
    ok(len(links) > 20 and links <= places, "every link leads to a place", sorted(links - places))
    ok("/Outlines" in raw and raw.count("/Title (") > 20, "it has an outline")
    ok("<script>" in text and "\u202e" not in text, "hostile text is shown, and turns nothing around")
    got = f"{pages} pages\n{text}"
    if "--accept" in sys.argv:
        with open(expected, "w", encoding="utf-8") as file:
            file.write(got)
    with open(expected, encoding="utf-8") as file:
        wanted = file.read()
    first = next((f"line {i}\nis     {a}\nwanted {b}" for i, (a, b) in
                  enumerate(zip(got.splitlines(), wanted.splitlines()), 1) if a != b), "another length")
    ok(got == wanted, "it says what is expected", first)


def hostile(work, golden, store):
    """What stands outside the pages, too, is text that can be shown."""
    path, more = os.path.join(work, "hostile.pdf"), os.path.join(work, "more.sql")
    bad = b"cam\xff\x1b[31m\xe2\x80\xae\n(\\) \xed\xa0\x80".hex()
    with open(more, "w", encoding="ascii") as file:
        file.write("DELETE FROM dut WHERE field IN ('name', 'model', 'laboratory.name');"
                   f"UPDATE meta SET value = CAST(x'{bad}' AS TEXT) WHERE key = 'input';"
                   f"INSERT INTO dut(field, value) VALUES ('laboratory.name', CAST(x'{bad}' AS TEXT));")
    for name, field in (("the image's name", "other"), ("a product's name", "name")):
        with open(more, "a", encoding="ascii") as file:
            file.write(f"INSERT INTO dut(field, value) VALUES ('{field}', CAST(x'{bad}' AS TEXT));")
        done = subprocess.run([golden, store + "," + more, "pdf"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
        with open(path, "wb") as file:
            file.write(done.stdout)
        ok(done.returncode == 0 and done.stdout.startswith(b"%PDF"), f"{name} without sense is no reason to write none",
           done.stderr.decode("utf-8", "replace"))
        told = re.findall(r"^(?:Title|Author):\s+(.*)$", out("pdfinfo", path), re.MULTILINE)
        ok(len(told) == 2 and all("cam\ufffd" in line and not re.search("[\x00-\x1f\x7f-\x9f\u202e]", line) for line in told),
           f"{name}: title and author have nothing that is not shown", told)


def contents_hold(sheets):
    """The headings of the contents, on the pages it names."""
    found = 0
    for line in sheets[1].splitlines():
        entry = re.match(r"\s*(\S.*?)\s{2,}(\d+)$", line)
        if entry and entry[1] != "Contents" and not line.startswith("proviso"):
            title = entry[1].split("  ")[-1].strip()
            if title not in re.sub(r"\s+", " ", sheets[int(entry[2]) - 1]) and title not in sheets[int(entry[2]) - 1]:
                return False
            found += 1
    return found > 10


def words_outside(path):
    left, right, top, bottom = MARGINS
    found = []
    for word in re.findall(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
                           out("pdftotext", "-bbox", path, "-")):
        x, y, end, low = map(float, word[:4])
        if x < left or end > right or y < top or low > bottom:
            found.append(word)
    return found[:5]


if __name__ == "__main__":
    sys.exit(main())
