#!/bin/sh
while true; do
    /usr/bin/camd --watch $1
    sleep 1
done
telnetd -p 26
