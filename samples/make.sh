#!/bin/sh
# Writes camera-1.0.bin and camera-1.1.bin to the folder DIR: see samples/README.md.
#
#     samples/make.sh DIR
#
# Each image: a U-Boot legacy image (lzma-packed kernel stand-in) padded to 256 KiB with 0xff, then
# a SquashFS root file system (xz), padded to 64 KiB. The same tools give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: samples/make.sh DIR}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1700000000 LC_ALL=C TZ=UTC

applets_1_0="sh ash mount umount ifconfig udhcpc telnetd tcpsvd udpsvd ftpd tftpd httpd ping wget reboot
init getty login cat echo mkdir"
applets_1_1="sh mount ifconfig udhcpc crond setuidgid chown mktemp date wc sed awk od base64 sha256sum
head cut sleep rm cp cat mkdir reboot init"

# The packed kernel: a version banner, and the configuration as CONFIG_IKCONFIG keeps it.
make_kernel() { # VERSION OF THE CAMERA
    case $1 in
    1.0)
        banner='4.9.84 (build@example-optics) (gcc version 6.4.0)'
        date='Tue Nov 14 22:13:20 UTC 2023'
        ;;
    *)
        banner='6.1.158 (build@example-optics) (gcc version 12.2.0)'
        date='Mon Oct 19 08:12:44 UTC 2026'
        ;;
    esac
    {
        printf '\0%.0s' $(seq 64)
        printf 'Linux version %s #%s SMP PREEMPT %s\n\0' "$banner" "$1" "$date"
        printf 'IKCFG_ST'
        gzip -9 -n -c "$here/camera/kernel-$1.config"
        printf 'IKCFG_ED\0'
        # Some bytes that no one can mistake for a format: a counter.
        seq 1 6000 | awk '{ printf "%c%c", 32 + $1 % 90, 33 + int($1 / 90) % 90 }'
    } >"$work/vmlinux"
    xz --format=lzma -6 -c "$work/vmlinux" >"$work/vmlinux.lzma"
    mkimage -A arm -O linux -T kernel -C lzma -a 0x80008000 -e 0x80008000 -n "lumi-view-2 $1" \
        -d "$work/vmlinux.lzma" "$work/uImage" >/dev/null
}

# The programs: those of the machine's packages where they matter, a stand-in where they do not.
make_root() { # VERSION
    root=$work/root-$1
    rm -rf "$root"
    mkdir -p "$root/bin" "$root/sbin" "$root/usr/bin" "$root/usr/sbin" "$root/proc" "$root/sys" \
        "$root/tmp" "$root/mnt/sd" "$root/data" "$root/dev" "$root/var"
    cp -R "$here/camera/$1/." "$root/"
    cp "$(command -v busybox)" "$root/bin/busybox"
    case $1 in
    1.0) applets=$applets_1_0 ;;
    *) applets=$applets_1_1 ;;
    esac
    for applet in $applets; do ln -s busybox "$root/bin/$applet"; done
    ln -s ../bin/busybox "$root/sbin/init"
    ${CC:-cc} -Os -s -o "$root/usr/sbin/daemon" "$here/camera/daemon.c"
    case $1 in
    1.0)
        for name in sshd snmpd mosquitto adbd; do cp "$root/usr/sbin/daemon" "$root/usr/sbin/$name"; done
        cp "$(command -v dropbear)" "$root/usr/sbin/dropbear"
        chmod 0666 "$root/etc/passwd"
        chmod 0644 "$root/etc/ssl/private/server.key" "$root/etc/dropbear/dropbear_rsa_host_key"
        chmod 4755 "$root/bin/busybox"
        ;;
    *)
        for name in lighttpd mosquitto mosquitto_passwd camerad curl openssl iptables flashcp \
            fw_printenv fw_setenv; do
            cp "$root/usr/sbin/daemon" "$root/usr/sbin/$name"
        done
        chmod 0600 "$root/etc/crontabs/root"
        ;;
    esac
    rm "$root/usr/sbin/daemon"
    chmod 0755 "$root"/etc/init.d/* "$root"/usr/sbin/*
    chmod 0600 "$root/etc/shadow"
    find "$root" -type d -exec chmod 0755 {} +
    [ ! -d "$root/www/cgi-bin" ] || chmod 0755 "$root"/www/cgi-bin/*
    rm -f "$work/rootfs"
    mksquashfs "$root" "$work/rootfs" -comp xz -b 131072 -all-root -noappend -no-progress -quiet \
        -no-exports -p "dev/console c 600 0 0 5 1" -p "dev/ttyS0 c 660 0 0 4 64" >/dev/null
}

pad() { # FILE MULTIPLE
    size=$(wc -c <"$1")
    rest=$(((${2} - size % ${2}) % ${2}))
    head -c "$rest" /dev/zero | tr '\0' '\377' >>"$1"
}

for version in 1.0 1.1; do
    make_kernel "$version"
    make_root "$version"
    cp "$work/uImage" "$work/image"
    pad "$work/image" 262144
    cat "$work/rootfs" >>"$work/image"
    pad "$work/image" 65536
    mv "$work/image" "$out/camera-$version.bin"
done
