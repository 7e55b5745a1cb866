#!/bin/sh
# Makes what is each unit's own, from the kernel's random numbers.
umask 077
mkdir -p /data/ssl /data/web /data/mqtt /data/camera /data/settings
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
  -subj "/O=Example Optics/CN=lumi-view-$(cat /sys/class/net/eth0/address)" \
  -keyout /data/ssl/server.pem -out /data/ssl/server.crt
cat /data/ssl/server.crt >>/data/ssl/server.pem
openssl ecparam -name prime256v1 -genkey -noout -out /data/camera/client.pem

# The code of the label lets the owner in once, to set a password; then camerad takes it out.
printf 'setup:camera:%s\n' "$(printf 'setup:camera:%s' "$(fw_printenv -n setup_code)" |
  sha256sum | cut -d' ' -f1)" >/data/web/users

# The word by which the camera's own program logs in to the broker; nobody has to type it.
head -c 32 /dev/urandom | base64 >/data/camera/broker
mosquitto_passwd -b -c /data/mqtt/users camera "$(cat /data/camera/broker)"

chown -R mqtt /data/mqtt
chown -R web /data/web
chown -R camera /data/camera /data/settings
