#!/bin/sh
# Writes a capture of one web page as `wget --warc-file` would keep it (WARC 1.0), for the dossiers of the samples:
#
#     samples/capture.sh URL PAGE DATE > FILE.warc
#
# The camera and its maker do not exist, and so no server can be asked. The same files give the same bytes.
set -eu
url=${1:?usage: samples/capture.sh URL PAGE DATE}
page=${2:?usage: samples/capture.sh URL PAGE DATE}
date=${3:?usage: samples/capture.sh URL PAGE DATE}
host=${url#*://}
path=/${host#*/}
host=${host%%/*}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

record() { # TYPE ID CONCURRENT FILE
    printf 'WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:sample:%s>\r\n' "$1" "$2"
    [ -z "$3" ] || printf 'WARC-Concurrent-To: <urn:sample:%s>\r\n' "$3"
    printf 'WARC-Target-URI: <%s>\r\nWARC-Date: %s\r\n' "$url" "$date"
    printf 'Content-Type: application/http;msgtype=%s\r\nContent-Length: %d\r\n\r\n' "$1" "$(wc -c <"$4")"
    cat "$4"
    printf '\r\n\r\n'
}

printf 'GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Wget\r\nAccept: */*\r\n\r\n' "$path" "$host" >"$work/request"
{
    printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n' "$(wc -c <"$page")"
    cat "$page"
} >"$work/answer"
record request 1 '' "$work/request"
record response 2 1 "$work/answer"
