#!/bin/sh
# The query reaches a shell as it came: ?host=127.0.0.1;reboot
echo "Content-type: text/plain"
echo
eval "ping -c 1 ${QUERY_STRING#host=}"
