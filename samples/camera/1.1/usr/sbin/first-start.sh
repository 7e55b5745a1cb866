#!/bin/sh
mkdir -p /data/ssl /data/web /data/mqtt
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
  -subj "/O=Example Optics/CN=lumi-view-$(cat /sys/class/net/eth0/address)" \
  -keyout /data/ssl/server.pem -out /data/ssl/server.crt
cat /data/ssl/server.crt >>/data/ssl/server.pem
