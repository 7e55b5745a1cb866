"""TAP (testanything.org) for tests in Python, and what several of them share."""
import atexit
import functools
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time


class Tap:
    """Counts checks and prints them; `with Tap() as tap` ends with the plan and a clean folder."""

    def __init__(self):
        self.count = self.failures = 0

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="proviso-test-")
        os.chmod(self.folder, 0o755)
        return self

    def __exit__(self, kind, error, trace):
        subprocess.run(["chmod", "-R", "u+rwX", self.folder], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is not None and kind is not SystemExit:
            return False
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failures else 0)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def ok(self, condition, name, *details):
        self.count += 1
        self.failures += not condition
        name = name.replace("#", "number ")
        print(f"{'' if condition else 'not '}ok {self.count} - {name}", flush=True)
        if not condition:
            for detail in details:
                for line in str(detail)[:4000].splitlines():
                    print(f"#   {line}")

    def equal(self, got, wanted, name):
        self.ok(got == wanted, name, f"got    {got!r}", f"wanted {wanted!r}")

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}", flush=True)


class Ran:
    """What a program did: `code` (negative: the signal), `out` and `err` as bytes, `seconds`."""

    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __str__(self):
        return (f"exit {self.code} after {self.seconds:.1f} s\n"
                f"stdout: {self.out[:1000].decode(errors='replace')}\n"
                f"stderr: {self.err[:2000].decode(errors='replace')}")


NOBODY = 65534


def as_nobody():
    """Becomes an ordinary user; for preexec_fn, when the test runs as root."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


WORKERS = ("proviso-worker", "../worker/proviso-worker", "../libexec/proviso/proviso-worker")


@functools.lru_cache(maxsize=None)
def for_nobody(program):
    """A copy of PROGRAM and its worker that an ordinary user can reach: a checkout may lie in
    root's own folder."""
    parents = os.path.realpath(program).split("/")[1:-1]
    if all(os.stat("/" + "/".join(parents[:depth])).st_mode & 0o1 for depth in range(len(parents) + 1)):
        return program
    folder = tempfile.mkdtemp(prefix="proviso-programs-")
    atexit.register(shutil.rmtree, folder, True)
    os.chmod(folder, 0o755)
    found = [os.path.join(os.path.dirname(program), place) for place in WORKERS]
    for path in [program] + [path for path in found if os.path.exists(path)][:1]:
        shutil.copy(path, folder)
    return os.path.join(folder, os.path.basename(program))


def run(command, seconds=60, ordinary=False, **more):
    """Runs COMMAND; ORDINARY: never as root. A run that takes over SECONDS has the code 'late'."""
    began = time.monotonic()
    more.setdefault("stdin", subprocess.DEVNULL)
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.PIPE)
    if ordinary and os.getuid() == 0:
        more["preexec_fn"] = as_nobody
        command = [for_nobody(str(command[0])), *command[1:]]
    with subprocess.Popen([str(word) for word in command], **more) as process:
        try:
            out, err = process.communicate(timeout=seconds)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            code = "late"
    return Ran(code, out or b"", err or b"", time.monotonic() - began)


def tool(*command, **more):
    """A tool of the machine that has to work."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)
    if done.returncode != 0:
        print(f"Bail out! {command[0]}: {done.stdout.decode(errors='replace')[-400:]}")
        sys.exit(1)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write(path, content, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    os.chmod(path, mode)
    return path


def peak_children():
    """Bytes of the largest process waited for so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
