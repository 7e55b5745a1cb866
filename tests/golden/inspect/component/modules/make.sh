#!/bin/sh
# Modules beside no folder of their kernel, and one built for another kernel than its folder says.
# Writes ./root anew.
set -eu
cd "$(dirname "$0")"
rm -rf root
mkdir -p root/lib/modules/5.4.1/kernel root/lib/other

module() {
    printf '\177ELF\001\001\001\000' > "$1"
    head -c 56 /dev/zero >> "$1"
    printf 'license=GPL\0vermagic=%s mod_unload MIPS32_R2 32BIT \0' "$2" >> "$1"
}

module root/lib/modules/5.4.1/kernel/same.ko 5.4.1
module root/lib/modules/5.4.1/kernel/differs.ko 5.4.2-rt1
module root/lib/other/a.ko 2.6.36
module root/lib/other/b.ko 2.6.36
