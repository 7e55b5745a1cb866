#!/bin/sh
# Programs that name themselves, and strings that must not be taken for that.
# Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/bin root/lib root/sbin root/www

# elf FILE STRING…: the start of an ELF file, then the strings, each ended by NUL
elf() {
    file=$1
    shift
    printf '\177ELF\001\001\001\000' > "$file"
    head -c 56 /dev/zero >> "$file"
    printf '%s\0' "$@" >> "$file"
}

elf root/bin/busybox 'BusyBox v1.19.2 (2023-11-19 18:34:13 PST)' 'tar (busybox) 1.30.1'
elf root/sbin/vendord ' inflate 1.1.4 Copyright 1995-2002 Mark Adler ' \
    'RSA part of OpenSSL 0.9.8zh 3 Dec 2015' 'lighttpd/%s' 'dnsmasq-2.90'
elf root/lib/libssl.so.1.1 'OpenSSL 1.1.1w  11 Sep 2023'
elf root/lib/libpthread-0.9.30.so 'nothing'
elf root/lib/libuClibc-0.9.30.so 'nothing'
elf root/lib/libmbedcrypto.so.2.16.9 'nothing'
elf root/lib/libcurl.so.4 'nothing'
elf root/sbin/radvd '1.5' 'GLIBC_2.4'
elf root/sbin/sshd 'OpenSSH_8.4p1' 'OpenSSH_2.*,OpenSSH_3.0*,OpenSSH_3.1*'
elf root/sbin/chronyd '4.0' '4.3'
printf '/*! jQuery v1.8.3 jquery.com */\n' > root/www/jquery.min.js
printf 'BusyBox v1.2.3 is mentioned here\n' > root/www/readme.txt
