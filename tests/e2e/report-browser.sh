#!/bin/sh
# Opens report.html in a browser and listens: no message on its console, no request to anywhere, and
# nothing wider than a telephone of 360 pixels; of an image alone, and with a dossier.
#
#     report-browser.sh PROVISO [REPORT.HTML]     REPORT.HTML: that one instead of a new one
set -u
proviso=$1
page=${2-}

for browser in "${CHROMIUM-}" chromium chromium-browser google-chrome; do
    [ -n "$browser" ] && command -v "$browser" >/dev/null 2>&1 && break
    browser=
done
if [ -z "$browser" ]; then
    echo "1..0 # SKIP no browser: install chromium"
    exit 0
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
if [ -z "$page" ]; then
    mkdir -p "$work/root/etc/init.d" "$work/root/bin"
    long=$(printf '%0400d' 0)
    printf '<script>alert(1)</script>::0:0:root:/root:/bin/sh\n%s::0:0::/:/bin/sh\n' "$long" >"$work/root/etc/passwd"
    printf '::sysinit:/etc/init.d/rcS\n' >"$work/root/etc/inittab"
    printf '#!/bin/sh\ntelnetd -l /bin/sh\n' >"$work/root/etc/init.d/rcS"
    if ! "$proviso" assess "$work/root" --fail-on never -o "$work/out" >"$work/screen" 2>&1; then
        sed 's/^/# /' "$work/screen"
    fi
    page=$work/out/report.html
    # The same root with a dossier: prose of several lines, words without end, hostile texts.
    mkdir -p "$work/camera/ixit"
    cat >"$work/camera/product.yaml" <<END
name: Lumi <b>View</b> $long
model: LV-2
manufacturer: {name: Example Optics, address: 1 Example Street}
END
    cat >"$work/camera/ics.yaml" <<END
provisions:
  - {provision: 5.1-1, support: Y, detail: "$long"}
  - {provision: 5.1-2, support: N/A, detail: <script>alert(1)</script>}
  - {provision: 5.2-2, support: N, detail: no need}
END
    cat >"$work/camera/ixit/1-AuthMech.yaml" <<END
entries:
  - ID: AuthMech-$long
    Description: |-
      A password <img src=x onerror=alert(1)>

      $long
    Authentication Factor: password
  - ID: AuthMech-2
    drafted: seen in etc/passwd
    Description: telnet
END
    if ! "$proviso" assess "$work/root" --dossier "$work/camera" --fail-on never -o "$work/with" >"$work/screen" 2>&1; then
        sed 's/^/# /' "$work/screen"
    fi
    set -- "$page" "$work/with/report.html"
else
    set -- "$page"
fi

# Only root has to do without the browser's own sandbox.
[ "$(id -u)" -eq 0 ] && alone=--no-sandbox || alone=--no-first-run
open_page() { # FILE, further options: the page after it was laid out, and the console in $work/console
    file=$1
    shift
    timeout 60 "$browser" --headless --disable-gpu "$alone" --user-data-dir="$work/profile" \
        --disable-background-networking --disable-component-update --disable-sync --no-first-run \
        --allow-file-access-from-files --proxy-server=http://127.0.0.1:9 \
        --host-resolver-rules='MAP * ~NOTFOUND' --virtual-time-budget=4000 \
        --enable-logging=stderr --log-level=0 --dump-dom "$@" "file://$file" 2>"$work/stderr"
    grep 'CONSOLE' "$work/stderr" >"$work/console"
}

# Prints the width of what FILE wants in a window of 360 pixels.
width_of() {
    cat >"$work/frame.html" <<END
<!doctype html><title>frame</title><iframe id=f width=360 height=800 style="border:0" src="$1"></iframe>
<p id=width>none</p><script>
document.getElementById('f').onload = function () {
  document.getElementById('width').textContent = 'w' + this.contentDocument.documentElement.scrollWidth;
};
</script>
END
    open_page "$work/frame.html" | sed -n 's/.*<p id="width">w\([0-9]*\)<.*/\1/p'
}

number=0 failed=0
report() { # 0 or 1, NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        failed=1
    fi
}

for page in "$@"; do
    [ "$page" = "$work/with/report.html" ] && what="with a dossier" || what="an image"
    if [ ! -s "$page" ]; then
        report 1 "$what: there is a report to open"
        continue
    fi
    cp "$page" "$work/page.html"
    open_page "$work/page.html" >"$work/dom"
    grep -q 'id="units"' "$work/dom"
    report $? "$what: the page is shown to its end"
    grep -q '<script' "$work/dom"
    [ $? -ne 0 ]
    report $? "$what: no script is in it"
    [ ! -s "$work/console" ]
    report $? "$what: the console stays empty"
    sed 's/^/# /' "$work/console" | head -n 5

    # The page's own policy reports every request on the console; this is how one would look.
    sed 's|</main>|<img src="http://192.0.2.1/x.png"></main>|' "$work/page.html" >"$work/asks.html"
    open_page "$work/asks.html" >/dev/null
    [ -s "$work/console" ]
    report $? "$what: a request would have been noticed, and is refused by the page itself"

    width=$(width_of "$work/page.html")
    [ "${width:-9999}" -le 360 ]
    report $? "$what: 360 pixels are wide enough"
    [ "${width:-9999}" -le 360 ] || echo "# it wants ${width:-an unknown number of} pixels"
    sed 's|</main>|<div style="width:500px">.</div></main>|' "$work/page.html" >"$work/wide.html"
    [ "$(width_of "$work/wide.html")" -gt 360 ] 2>/dev/null
    report $? "$what: a wider page would have been noticed"

    timeout 60 "$browser" --headless --disable-gpu "$alone" --user-data-dir="$work/profile" --no-pdf-header-footer \
        --print-to-pdf="$work/page.pdf" "file://$work/page.html" >/dev/null 2>&1
    if command -v pdftotext >/dev/null 2>&1; then
        pdftotext "$work/page.pdf" - 2>/dev/null | grep -q 'Question left'
        report $? "$what: on paper every unit is open"
    else
        number=$((number + 1))
        echo "ok $number - $what: on paper every unit is open # SKIP no pdftotext: install poppler-utils"
    fi
done
echo "1..$number"
exit $failed
