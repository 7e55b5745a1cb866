"""Published pages as evidence: saved by wget from a real server, read in the sandbox, judged.

    capture.py PROVISO

A server on loopback shows pages as sites do: well, gone, behind a log-in, packed, in chunks. Each
is captured with wget and held against what a dossier declares. Damaged and hostile captures end in
a clear word, and leave the units that wait for them open.
"""
import gzip
import hashlib
import http.server
import os
import shutil
import sys
import threading
import time
import zlib

from tap import Tap, run, write

POLICY = """<!doctype html><title>Security at Example Optics</title>
<nav><a href="/">Home</a> <a href="/report">Report a vulnerability</a></nav>
<h1>How to report a vulnerability</h1>
<p>We want to hear of every weakness in our cameras. Please send your report by email, in English or German,
and encrypt it with the key below if you can. Within three working days somebody who can judge it answers you.
Every fourteen days we tell you how far we are, until the vulnerability is closed and an update is out.
We do not go to law against anybody who looks for weaknesses in good faith and gives us time to mend them.</p>"""
SUPPORT = """<!doctype html><title>Support</title><h1>How long we look after your camera</h1>
<p>The Lumi View 2 gets security updates at least until the end of 2031. The updates come by themselves at night;
nothing has to be done for it. When the end of that period comes near we write it here, in the app, and on the
page Settings of the camera itself, half a year ahead. Whoever has not connected the camera finds the files on
this page and can install them from a computer in the same network, as the manual says in chapter five.</p>"""
LOGIN = """<!doctype html><title>Log in</title><form action=/in>
<input name=user><input type=password name=word><button>Go</button></form><p>Welcome back to the portal.</p>"""

# unit, field of 2-UserInfo; the two of 5.3-14-2 read two fields
HOST = "http://www.lumi-view.example.net"
POLICY_UNIT, SUPPORT_A, SUPPORT_B = "5.2-1-2-a", "5.3-13-2-a", "5.3-13-2-b"


class Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        if "Transfer_Encoding" not in fields:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # noqa: N802, the name is the library's
        html = {"Content_Type": "text/html; charset=utf-8"}
        pages = {"/policy": POLICY, "/support": SUPPORT, "/login": LOGIN, "/empty": "<script src=app.js></script>",
                 "/sorry": "<title>Page not found</title>" + POLICY, "/shop": "<p>Buy our cameras. " * 40}
        moves = {"/moved": "/policy", "/account": "/login?next=/account", "/loop": "/loop", "/home": "/"}
        path = self.path.split("?")[0].removeprefix(HOST)  # as a proxy gets it
        if path in moves:
            self.answer(302, Location=moves[path], Set_Cookie="session=1")
        elif path == "/chunks":
            parts = [POLICY[at:at + 100].encode() for at in range(0, len(POLICY), 100)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
            self.answer(200, body, Transfer_Encoding="chunked", **html)
        elif path == "/gzip":
            self.answer(200, gzip.compress(POLICY.encode()), Content_Encoding="gzip", **html)
        elif path == "/deflate":
            self.answer(200, zlib.compress(POLICY.encode()), Content_Encoding="deflate", **html)
        elif path == "/bomb":
            self.answer(200, gzip.compress(b"<p>" + b"a" * (60 << 20)), Content_Encoding="gzip", **html)
        elif path == "/secret":
            self.answer(401, WWW_Authenticate="Basic realm=x")
        elif path == "/outage":
            self.answer(503)
        elif path == "/paper":
            self.answer(200, b"%PDF-1.4\n" + b"x" * 2000, Content_Type="application/pdf")
        elif path in pages or path == "/":
            self.answer(200, pages.get(path, "<p>front page</p>").encode(), **html)
        else:
            self.answer(404, b"<title>Not found</title>", **html)

    def log_message(self, *arguments):
        pass


class Captures:
    """The site is a public one, and the server on loopback the proxy by which wget gets there."""

    def __init__(self, tap, proviso, port):
        self.tap, self.proviso, self.site, self.count = tap, proviso, HOST, 0
        self.environment = dict(os.environ, http_proxy=f"http://127.0.0.1:{port}/", no_proxy="")

    def dossier(self, **fields):
        """A dossier in which FIELDS of 2-UserInfo are filled in, and nothing else; of today."""
        self.count += 1
        folder = self.tap.path(f"dossier-{self.count}")
        write(folder + "/product.yaml", "name: Lumi View 2\nmodel: LV-2\nmanufacturer: {name: Example Optics}\n"
              f"date: '{time.strftime('%Y-%m-%d', time.gmtime())}'\n")
        write(folder + "/ixit/2-UserInfo.yaml",
              "".join(f"{name.replace('_', ' ')}: {value}\n" for name, value in fields.items()))
        os.makedirs(folder + "/evidence")
        return folder

    def capture(self, folder, path, name="page", *options):
        """As an evaluator does it. wget's own status says what the server answered: not of interest."""
        run(["wget", "-q", "--tries=1", "--max-redirect=8", f"--warc-file={folder}/evidence/{name}", "--no-warc-digests",
             "-O", "/dev/null", *options, self.site + path], seconds=60, env=self.environment)
        files = [file for file in os.listdir(folder + "/evidence") if file.startswith(name + ".warc")]
        return folder + "/evidence/" + files[0]

    def ask(self, folder, sql):
        ran = run([self.proviso, "query", folder, sql])
        return ran.out.decode().splitlines()[1:]

    def verdict(self, folder, unit):
        ran = run([self.proviso, "judge", folder, "-q"])
        self.tap.ok(ran.code in (0, 1), f"{unit}: judged", ran)
        [line] = self.ask(folder, f"SELECT outcome, automatic FROM verdict WHERE unit = '{unit}'")
        return line.split("\t")[0] if line.endswith("\t1") or line.startswith("open") else "person"

    def shows(self, folder):
        return self.ask(folder, "SELECT COALESCE(shows, doubt) FROM declared_page ORDER BY field, url")

    def policy(self, path, wanted, says, *options):
        """The policy is declared to be at PATH, and captured there."""
        folder = self.dossier(Publication_of_Vulnerability_Disclosure_Policy=self.site + path)
        self.capture(folder, path, "page", *options)
        self.tap.equal(self.verdict(folder, POLICY_UNIT), wanted, f"{path}: {wanted}")
        shown = self.shows(folder)
        self.tap.ok(len(shown) == 1 and says in shown[0], f"{path}: {says}", shown)
        return folder


def check_pages(c):
    c.policy("/policy", "pass", "page")
    c.policy("/policy", "pass", "page", "--no-warc-compression")
    c.policy("/moved", "pass", "page")
    c.policy("/chunks", "pass", "page")
    c.policy("/gzip", "pass", "page", "--compression=gzip")
    c.policy("/gzip", "pass", "page")
    c.policy("/deflate", "pass", "page")
    c.policy("/gone", "fail", "nothing")
    c.policy("/account", "fail", "login")
    c.policy("/secret", "fail", "login")
    c.policy("/outage", "open", "it answered 503")
    c.policy("/paper", "open", "it is a PDF")
    c.policy("/empty", "open", "next to no text")
    c.policy("/sorry", "open", "it begins with \"not found\"")
    c.policy("/shop", "open", "no words of vulnerabilities")
    c.policy("/home", "open", "front page")
    c.policy("/loop", "open", "it redirects")
    c.policy("/bomb", "open", "larger than the pages that are read")
    c.policy("/policy", "open", "cookie from before", "--header=Cookie: session=7")
    c.policy("/policy", "open", "logged in (Authorization)", "--header=Authorization: Basic eDp5")


def check_proof(c):
    """The verdict shows address, date, status and the digest of the capture."""
    folder = c.policy("/gone", "fail", "nothing")
    shown = run([c.proviso, "explain", folder, POLICY_UNIT]).out.decode()
    [line] = c.ask(folder, "SELECT e.because, d.path, d.excerpt FROM counter_example AS e JOIN declaration AS d"
                   f" ON d.id = e.observation WHERE e.unit = '{POLICY_UNIT}'")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    digest = digest_of(folder + "/evidence/page.warc.gz")
    c.tap.ok(f"{c.site}/gone answered 404, no such page, on {day} (evidence/page.warc.gz)" in line, "the sentence", line)
    c.tap.ok(digest in line and "evidence/page.warc.gz" in shown and digest in shown.replace("\n", "").replace(" ", ""),
             "the proof has the file and its digest", line, shown)
    passed = c.policy("/policy", "pass", "page")
    report = run([c.proviso, "report", passed, "--format", "html"]).out.decode()
    c.tap.ok(digest_of(passed + "/evidence/page.warc.gz") in report, "a pass shows its capture in the report")
    answered = run([c.proviso, "answer", folder, POLICY_UNIT, "pass", "--because", "it was there yesterday", "--by", "x"])
    c.tap.ok(answered.code in (0, 1) and c.verdict(folder, POLICY_UNIT) == "fail", "a person disputes it, and it stays", answered)


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def check_units(c):
    support = c.dossier(Publication_of_Support_Period=c.site + "/support")
    c.capture(support, "/support")
    c.tap.equal([c.verdict(support, unit) for unit in (SUPPORT_A, SUPPORT_B)], ["pass", "pass"], "the support period")
    hidden = c.dossier(Publication_of_Support_Period=c.site + "/account")
    c.capture(hidden, "/account")
    c.tap.equal([c.verdict(hidden, unit) for unit in (SUPPORT_A, SUPPORT_B)], ["open", "fail"],
                "a log-in restricts; the way may lead there")
    prose = c.dossier(Publication_of_Support_Period=f"printed on the box, and at {c.site}/support")
    c.capture(prose, "/support")
    c.tap.equal([c.verdict(prose, unit) for unit in (SUPPORT_A, SUPPORT_B)], ["open", "open"],
                "a person looks at the box")
    answered = run([c.proviso, "answer", prose, SUPPORT_A, "pass", "--because", "the box has the address", "--by", "x"])
    c.tap.ok(answered.code in (0, 1) and c.verdict(prose, SUPPORT_A) == "person", "… and answers", answered)
    two = c.dossier(Publication_of_Support_Period=f"{c.site}/gone; {c.site}/support")
    c.capture(two, "/gone", "one")
    c.capture(two, "/support", "two")
    c.tap.equal(c.verdict(two, SUPPORT_A), "open", "one of two addresses is there")
    other = c.dossier(Publication_of_Support_Period=c.site + "/support")
    c.capture(other, "/policy")
    c.tap.equal(c.verdict(other, SUPPORT_A), "open", "another page of the host is another page")
    c.tap.ok("no capture of it" in c.shows(other)[0], "… and that is said", c.shows(other))


def check_time(c):
    folder = c.policy("/policy", "pass", "page")
    for date, says in (("2020-01-01", "after the date"), ("2099-01-01", "days before"), ("", "has no date")):
        product = "name: x\nmodel: y\n" + (f"date: '{date}'\n" if date else "")
        write(folder + "/product.yaml", product)
        c.tap.equal(c.verdict(folder, POLICY_UNIT), "open", f"assessed on \"{date}\": open")
        c.tap.ok(says in c.shows(folder)[0], f"… {says}", c.shows(folder))


def check_kept(c):
    """A capture is watched by the journal and sealed as any file that decides something."""
    folder = c.policy("/policy", "pass", "page")
    run([c.proviso, "assign", folder, "5.2-1", "--owner", "x", "--by", "x"])
    c.tap.equal(run([c.proviso, "verify", folder]).code, 0, "the journal knows the capture")
    with open(folder + "/evidence/page.warc.gz", "ab") as file:
        file.write(b"\0")
    ran = run([c.proviso, "verify", folder])
    c.tap.ok(ran.code != 0 and b"evidence/page.warc.gz has changed" in ran.out + ran.err, "… and sees it change", ran)


def damaged(c, name, change, says, wanted="open"):
    """A sound capture of the policy beside another one that CHANGE makes: the unit is open, and check says why."""
    folder = c.dossier(Publication_of_Vulnerability_Disclosure_Policy=c.site + "/policy")
    c.capture(folder, "/policy")
    change(folder + "/evidence/x.warc.gz", folder + "/evidence/page.warc.gz")
    c.tap.equal(c.verdict(folder, POLICY_UNIT), wanted, f"{name}: {wanted}")
    ran = run([c.proviso, "check", folder])
    c.tap.ok(ran.code in (0, 1) and says.encode() in ran.out, f"{name}: {says}", ran)
    return folder


def check_hostile(c):
    def with_content(content):
        return lambda path, sound: write(path, content)

    def half(path, sound):
        with open(sound, "rb") as file:
            content = file.read()
        write(path, content[:len(content) // 2])

    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nWARC-Target-URI: http://a/\r\n"
    damaged(c, "cut short", half, "cut short")
    damaged(c, "empty", with_content(b""), "the file is empty")
    damaged(c, "no capture", with_content(b"PK\3\4" + b"\0" * 100), "it does not begin as a WARC file does")
    damaged(c, "a length that lies", with_content(gzip.compress(record + b"Content-Length: 18446744073709551615\r\n\r\nx")
                                                  + gzip.compress(b"WARC/1.0\r\n\r\n")), "does not say its length")
    damaged(c, "a head without end", with_content(gzip.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * 100000)),
            "whose head has no end")
    damaged(c, "a bomb", with_content(gzip.compress(record + b"Content-Length: 1\r\n\r\n" + b"\0" * (200 << 20))), "record 1")
    damaged(c, "a thousand losses", with_content(gzip.compress(b"WARC/1.0\r\n\r\n" * 100000)), "record 1")
    damaged(c, "a pipe", lambda path, sound: os.mkfifo(path), "it is no ordinary file")
    damaged(c, "a folder", lambda path, sound: os.mkdir(path), "it is no ordinary file")
    many = c.dossier(Publication_of_Vulnerability_Disclosure_Policy=c.site + "/policy")
    file = c.capture(many, "/policy")
    for number in range(101):
        shutil.copy(file, f"{many}/evidence/copy-{number}.warc.gz")
    began = time.monotonic()
    c.tap.equal(c.verdict(many, POLICY_UNIT), "open", "more captures than are read: not all was looked at")
    c.tap.ok(time.monotonic() - began < 60, "… in time")
    poison = c.dossier(Publication_of_Vulnerability_Disclosure_Policy=c.site + "/\x1b[31mx")
    message = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>\x1b[31m\0&#27;[0m</title>"
    write(poison + "/evidence/x.warc", record.replace(b"http://a/", b"http://a/\x1b[31m\xff")
          + b"Content-Length: %d\r\n\r\n" % len(message) + message)
    ran = run([c.proviso, "query", poison, "SELECT url, title FROM exchange"])
    c.tap.ok(run([c.proviso, "judge", poison]).code in (0, 1), "control bytes in address and title")
    ran = run([c.proviso, "query", poison, "SELECT url, title FROM exchange"])
    c.tap.ok(b"\x1b" not in ran.out, "… reach no terminal", ran)


def main():
    proviso = sys.argv[1]
    if shutil.which("wget") is None:
        print("1..0 # SKIP wget is not there: install wget")
        return
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Tap() as tap:
        c = Captures(tap, proviso, server.server_port)
        check_pages(c)
        check_proof(c)
        check_units(c)
        check_time(c)
        check_kept(c)
        check_hostile(c)
    server.shutdown()


main()
