#!/bin/sh
# nginx asks for the addresses of `backend` once, when it reads its files. Containers come and go: here it is told to read
# them again whenever the addresses are others (docker-compose.prod.yml; --scale backend=3 gives three).
set -eu

addresses() { getent ahostsv4 backend | awk '$2 == "STREAM" { print $1 }' | sort; }

follow() {
    known=$(addresses)
    while sleep 1; do
        now=$(addresses)
        # No address at all is a moment of an upgrade: what was known may still answer, and nginx would not start anew.
        [ -n "$now" ] && [ "$now" != "$known" ] || continue
        nginx -s reload 2>/dev/null && known=$now
    done
}

follow &
exec nginx -g "daemon off;"
