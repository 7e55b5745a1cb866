#!/bin/sh
# Makes the dossiers of the two sample cameras from their sources: see samples/README.md.
#
#     samples/dossier.sh PROVISO DIR
#
# DIR holds camera-1.0.bin and camera-1.1.bin (samples/make.sh DIR). Afterwards DIR/dossier-1.0 and DIR/dossier-1.1
# are there, assessed; that of 1.1 with all answers, actions and sign-offs. The same files give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
proviso=$(realpath "${1:?usage: samples/dossier.sh PROVISO DIR}")
cd "${2:?usage: samples/dossier.sh PROVISO DIR}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TZ=UTC

# The dates of the evidence are part of the answers.
cp -R "$here/camera/evidence" "$here/camera/answers-1.1.yaml" "$work/"
touch -d '2026-11-19 16:00' "$work"/evidence/*

make_dossier() { # VERSION
    rm -rf "dossier-$1"
    cp -R "$here/camera/dossier-$1" "dossier-$1"
    chmod -R u+rwX "dossier-$1"
    digest=$(sha256sum <"camera-$1.bin" | cut -d' ' -f1)
    # The BusyBox in the image is that of the machine that made it.
    busybox=$(busybox | sed -n '1s/^BusyBox v\([0-9.]*\).*/\1/p')
    sed -i "s/FIRMWARE/$digest/" "dossier-$1/product.yaml"
    sed -i "s/1\.35\.0/$busybox/" "dossier-$1"/ixit/*.yaml
}

# Exit 1 says that a mandatory provision fails, which is what 1.0 is for.
assess() { # DOSSIER
    code=0
    "$proviso" assess "$1" -q || code=$?
    [ "$code" -le 1 ] || exit "$code"
}

# What is careless about 1.0 stands in planted.yaml; one answer disputes a proven failure.
make_dossier 1.0
assess dossier-1.0
"$proviso" answer dossier-1.0 5.5-4-2-a pass --because 'Telnet is for support alone, says the manufacturer' \
    --by 'the evaluator' --at 2026-11-20T09:00:00Z >"$work/said" || { cat "$work/said"; exit 1; }

make_dossier 1.1
mkdir -p dossier-1.1/evidence
"$here/capture.sh" https://www.lumi-view.example.net/security "$here/camera/pages/security.html" 2026-11-18T09:00:00Z \
    >dossier-1.1/evidence/security.warc
assess dossier-1.1
"$proviso" answer dossier-1.1 --from "$work/answers-1.1.yaml" --by 'the evaluator' --at 2026-11-20T10:00:00Z \
    >"$work/said" || { cat "$work/said"; exit 1; }
{
    "$proviso" assign dossier-1.1 5.6-6 --owner 'platform team' --due 2027-03-31 \
        --note 'build BusyBox with the tools alone that the scripts use' --by 'product security' --at 2026-11-20T11:00:00Z
    "$proviso" assign dossier-1.1 5.7-1 --owner 'hardware team' --due 2027-09-30 \
        --note 'hardware version C: boot code that verifies signatures' --by 'product security' --at 2026-11-20T11:05:00Z
    at=0
    for step in scope declaration execution analysis conclusion; do
        at=$((at + 1))
        "$proviso" signoff dossier-1.1 "$step" --by 'the evaluator' --at "2026-11-20T12:0$at:00Z"
    done
} >"$work/said" || { cat "$work/said"; exit 1; }
