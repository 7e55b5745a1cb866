#!/bin/sh
# A program's strings: addresses, and what only looks like one.
# Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/bin
printf '\177ELF\001\001\001\000' > root/bin/clientd
head -c 56 /dev/zero >> root/bin/clientd
printf '%s\0' 'mqtt://broker.vendor-cloud.com:1883' 'https://api.vendor-cloud.com/v1/%s' \
    'http://%s:%d/x' 'stun.vendor-cloud.com' 'vendor-cloud.net' '203.0.114.77' '239.255.255.250' \
    '1.2.3.4' '1.3.6.1.4.1.2021' '255.255.255.0' 'main.c' 'libfoo.so' 'modules.dep.bb' \
    'org.freedesktop.dev' 'report bugs to http://www.vendor-cloud.com/bugs' 'ftp://10.0.0.5/up' \
    'http://upgrade.vendor-cloud.com/firmware.bin' >> root/bin/clientd
