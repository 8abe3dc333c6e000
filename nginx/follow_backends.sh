#!/bin/sh
# nginx asks for the addresses of `backend`, and reads its certificate, once: when it reads its files. Containers come and
# go, and certificates are renewed: here it is told to read them again whenever they are others (docker-compose.prod.yml;
# --scale backend=3 gives three). What stands in /tmp/leaving is asked no more (deploy/compose/upgrade).
set -eu

addresses() { getent ahostsv4 backend | awk '$2 == "STREAM" { print $1 }' | sort -u | grep -vxF -f /tmp/leaving; }
certificate() { cksum /run/secrets/tls_certificate /run/secrets/tls_key; }

# nginx.conf names `backend`; what nginx runs with names the addresses.
write() { # ADDRESSES
    if [ -z "$1" ]; then
        cp /etc/nginx/nginx.conf /tmp/nginx.conf
        return
    fi
    echo "$1" | sed 's/.*/server &:8000 max_fails=3 fail_timeout=5s;/' > /tmp/servers
    sed -e '/server backend:8000/{' -e 'r /tmp/servers' -e 'd' -e '}' /etc/nginx/nginx.conf > /tmp/nginx.conf
}

# Those that take connections: who is about to end says so in his title.
taking() { grep -lxz 'nginx: worker process' "$@" 2>/dev/null; }

# Read again, and over only when none takes connections that does not know yet. Files that nginx cannot use, such as a new
# certificate whose key is not there yet, are left for the next look.
reload() {
    old=$(taking /proc/[0-9]*/cmdline)
    nginx -c /tmp/nginx.conf -s reload 2>/dev/null || return
    tries=0
    # shellcheck disable=SC2086 # several
    while [ -n "$old" ] && taking $old > /dev/null && [ $tries -lt 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
}

follow() {
    while sleep 1; do
        # No address at all is a moment of an upgrade: what was known may still answer, and nginx would not start anew.
        now=$(addresses) || now=$known
        pair=$(certificate) || continue
        [ "$now $pair" != "$known $known_pair" ] || continue
        write "$now"
        reload || continue
        known=$now known_pair=$pair
        echo "$known" > /tmp/asked
    done
}

: > /tmp/leaving
known=$(addresses) || known=
known_pair=$(certificate)
write "$known"
echo "$known" > /tmp/asked
follow &
exec nginx -c /tmp/nginx.conf -g "daemon off;"
