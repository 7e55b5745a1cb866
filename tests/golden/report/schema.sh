#!/bin/sh
# Holds assessment.json against its schema: of the hand-made store, and of a small root file system
# that the program assesses.
#
#     schema.sh PROVISO SCHEMA REPORT_GOLDEN STORE.SQL DOSSIER.SQL
set -u
proviso=$1 schema=$2 golden=$3 store=$4 dossier=$5

# A Python of the user's own may lack the module that the distribution's has.
for python in python3 /usr/bin/python3; do
    "$python" -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null && break
    python=
done
if [ -z "$python" ]; then
    echo "1..0 # SKIP no JSON schema validator: install python3-jsonschema (4.0 or later)"
    exit 0
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/root/etc/init.d" "$work/root/bin"
printf 'root::0:0:root:/root:/bin/sh\nadmin:$1$$iC.dUsGpxNNJGeOm1dFio/:0:0::/:/bin/sh\n' >"$work/root/etc/passwd"
printf '::sysinit:/etc/init.d/rcS\n' >"$work/root/etc/inittab"
printf '#!/bin/sh\ntelnetd -l /bin/sh\n' >"$work/root/etc/init.d/rcS"
printf '\377\376 no UTF-8\n' >"$work/root/etc/motd"

valid() {
    "$python" - "$schema" "$1" <<'END'
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1], encoding="utf-8"))
Draft202012Validator.check_schema(schema)
errors = list(Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[2], encoding="utf-8"))))
for error in errors[:10]:
    print("#", "/".join(map(str, error.path)), error.message[:160])
sys.exit(len(errors) > 0)
END
}

number=0 failed=0
check() { # NAME, then a command
    name=$1
    shift
    number=$((number + 1))
    if "$@"; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        failed=1
    fi
}

"$golden" "$store" json >"$work/store.json"
check "the hand-made store is valid" valid "$work/store.json"
"$proviso" assess "$work/root" --fail-on never -o "$work/out" >"$work/screen" 2>&1 || sed 's/^/# /' "$work/screen"
check "a real assessment is valid" valid "$work/out/assessment.json"
"$golden" "$store,$dossier" json >"$work/dossier.json"
check "the same with a dossier is valid" valid "$work/dossier.json"
mkdir -p "$work/camera/ixit"
printf 'name: Lumi View 2\nmodel: LV-2\nmanufacturer: {name: Example Optics}\n' >"$work/camera/product.yaml"
printf 'provisions:\n  - {provision: 5.1-1, support: Y, detail: x}\n  - {provision: 5.1-2, support: maybe}\n' >"$work/camera/ics.yaml"
printf 'entries:\n  - {ID: AuthMech-1, Description: telnet}\n  - {ID: AuthMech-2, drafted: seen}\n' >"$work/camera/ixit/1-AuthMech.yaml"
printf 'answers:\n  - {unit: 5.1-1-2-c, outcome: pass, because: looked}\n' >"$work/camera/answers.yaml"
"$proviso" judge "$work/camera" --fail-on never -o "$work/declared" >"$work/screen" 2>&1 || sed 's/^/# /' "$work/screen"
check "a dossier without an image is valid" valid "$work/declared/assessment.json"
"$proviso" assess "$work/root" --dossier "$work/camera" --fail-on never -o "$work/both" >"$work/screen" 2>&1 || sed 's/^/# /' "$work/screen"
check "a dossier with an image is valid" valid "$work/both/assessment.json"
"$proviso" judge "$work/camera" --edition 2.1.1 --fail-on never -o "$work/old" >"$work/screen" 2>&1 || sed 's/^/# /' "$work/screen"
check "the earlier edition is valid" valid "$work/old/assessment.json"
# The schema must be able to refuse.
sed 's/"outcome": "fail"/"outcome": "maybe"/' "$work/store.json" >"$work/wrong.json"
refused() { ! valid "$1" >/dev/null; }
check "an unknown outcome is refused" refused "$work/wrong.json"
echo "1..$number"
exit $failed
