"""openpyxl, or a test that says it is not there."""
import os
import sys

try:
    import openpyxl
except ImportError:  # a Python of the user's own may lack what the distribution's has
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3") or "proviso-xlsx" in os.environ:
        print("1..0 # SKIP openpyxl is not there: install python3-openpyxl")
        sys.exit(0)
    if not os.path.exists("/usr/bin/python3"):
        print("1..0 # SKIP openpyxl is not there: install python3-openpyxl")
        sys.exit(0)
    os.environ["proviso-xlsx"] = "1"
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
