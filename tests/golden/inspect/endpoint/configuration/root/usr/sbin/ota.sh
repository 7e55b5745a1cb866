#!/bin/sh
wget -O /tmp/fw.bin http://ota.vendor-cloud.com:8080/fw/latest.bin
curl https://api.vendor-cloud.com/v1/report
curl http://$HOST/x http://%s/y
ping -c 1 114.114.114.114
