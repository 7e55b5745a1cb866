#!/bin/sh
# rpm's data base in SQLite: pages of 512 bytes, so that a table has more than one and a long
# header needs overflow pages. Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/usr/lib/sysimage/rpm
python3 - <<'END'
import sqlite3
from headers import HEADERS

base = sqlite3.connect("root/usr/lib/sysimage/rpm/rpmdb.sqlite")
base.execute("PRAGMA page_size = 512")
base.execute("CREATE TABLE 'Basenames' (key 'TEXT' NOT NULL, hnum INTEGER NOT NULL)")
base.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
base.executemany("INSERT INTO Packages VALUES (?, ?)", HEADERS)
base.commit()
base.close()
END
rm -rf __pycache__
