#!/bin/sh
# One certificate for the name in PUBLIC_URL, by ACME, put where nginx reads it; and a new one a month before it ends.
# nginx sees that its files are others (nginx/follow_backends.sh), and needs no restart.
set -eu
umask 077
state=/var/lib/scribe/acme
host=${PUBLIC_URL#https://}
host=${host%%[:/]*}

certify() ( # an answer for the issuer goes where nginx shows it without TLS; it is nobody's secret
    umask 022
    certbot certonly --non-interactive --agree-tos --email "$ACME_EMAIL" --server "$ACME_DIRECTORY" \
        --webroot --webroot-path /var/lib/scribe/challenges --domain "$host" --cert-name scribe --keep-until-expiring \
        --config-dir "$state/config" --work-dir "$state/work" --logs-dir "$state/logs" "$@"
)

put() { # NEW OLD: in place, as the container of nginx has this very file
    cmp -s "$1" "$2" && return
    chmod 600 "$2"
    cat "$1" > "$2"
    chmod 400 "$2"
}

deliver() {
    put "$state/config/live/scribe/fullchain.pem" /var/lib/scribe/tls/certificate.pem
    put "$state/config/live/scribe/privkey.pem" /var/lib/scribe/tls/key.pem
    touch /tmp/certified
}

if [ $# -gt 0 ]; then # once, and now: --force-renewal
    certify "$@"
    deliver
    exit
fi

trap 'exit 0' TERM INT
while :; do
    if certify; then
        deliver
        pause=43200
    else
        # Issuers allow few failures an hour.
        echo "No certificate this time; trying again in an hour." >&2
        pause=3600
    fi
    sleep "$pause" &
    wait $!
done
