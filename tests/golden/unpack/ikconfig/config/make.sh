#!/bin/sh
# A kernel configuration between its marks, as CONFIG_IKCONFIG embeds it.
set -eu
cd "$(dirname "$0")"
{
    printf 'IKCFG_ST'
    printf 'CONFIG_SECCOMP=y\n# CONFIG_STRICT_DEVMEM is not set\n' | gzip -n9
    printf 'IKCFG_ED'
} > input.bin
