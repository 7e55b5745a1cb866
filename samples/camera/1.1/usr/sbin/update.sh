#!/bin/sh
# Looks for a newer release, fetches it over TLS, and verifies the maker's signature before a byte
# is written: over the release note, which names the version and the digest of the image.
#
#     update.sh            the owner asks for it
#     update.sh nightly    installs only what the owner wants to be installed without asking
set -e
base=https://update.lumi-view.example.net/lumi-view-2
get() {
    curl --proto '=https' --tlsv1.2 --cacert /etc/ssl/service-ca.pem --fail --silent \
        -o "/data/update/$1" "$base/$1"
}
note() { sed -n "s/^$1=//p" /data/update/release; }
number() { printf '%s\n' "$1" | awk -F. '{ print $1 * 1000 + $2 }'; }

[ "$1" != nightly ] || sleep $(($(od -An -N2 -tu2 /dev/urandom) % 14400))
mkdir -p /data/update
get release
get release.sig
openssl dgst -sha256 -verify /etc/ssl/update.pub -signature /data/update/release.sig \
    /data/update/release
[ "$(note model)" = "Lumi View 2" ]
case $(note version) in '' | *[!0-9.]*) exit 1 ;; esac
have=$(sed -n 's/^version=//p' /etc/product)
[ "$(number "$(note version)")" -gt "$(number "$have")" ] || exit 0

# What the owner is shown: the version, what it mends, that the picture is away for two minutes.
cp /data/update/release /data/settings/update-waits
[ "$1" != nightly ] || [ "$(cat /data/settings/automatic)" = yes ] || exit 0
[ "$1" != nightly ] || [ ! -e /data/settings/not-before ] ||
    [ "$(date +%s)" -ge "$(cat /data/settings/not-before)" ] || exit 0

get image
echo "$(note sha256)  /data/update/image" | sha256sum -c
# Into the half of the flash that is not running; the boot loader goes back to the old half when
# the new one does not come up.
flashcp /data/update/image "$(cat /data/settings/other-half)"
fw_setenv try "$(note version)"
rm -r /data/update /data/settings/update-waits
reboot
