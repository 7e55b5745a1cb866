#!/bin/sh
# A configuration as TP-Link routers keep it: XML filled up with zeros to whole blocks, under DES
# with the published key. Needs OpenSSL's legacy provider.
set -eu
cd "$(dirname "$0")"
{
    printf '<?xml version="1.0"?>\n<DslCpeConfig>\n  <DeviceInfo>\n    <ModelName val=EX1000 />\n'
    printf '  </DeviceInfo>\n</DslCpeConfig>\n'
    printf '\0\0\0\0\0\0\0'
} | openssl enc -des-ecb -provider legacy -provider default -K 478DA50FF9E3D2CB -nopad > input.bin
