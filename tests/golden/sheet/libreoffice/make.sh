#!/bin/sh
# The workbook of tests/e2e/xlsx.py as LibreOffice writes it: merged cells, dates, a formula with
# what it showed, a comment, a hidden sheet. Needs libreoffice-calc-nogui and python3-openpyxl; what
# it makes is kept, because neither writes the same bytes twice.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PYTHONPATH=../../../e2e /usr/bin/python3 -B -c 'import sys, xlsx; xlsx.make_odd(sys.argv[1])' "$work/input.xlsx"
HOME=$work soffice --headless --convert-to 'xlsx:Calc MS Excel 2007 XML' --outdir "$work/out" "$work/input.xlsx" >/dev/null
mv "$work/out/input.xlsx" input.xlsx
