#!/bin/sh
# SeaweedFS as the one store of one server. Only its S3 side listens to others, and knows Scribe alone.
set -eu
umask 077
secret() { cat "/run/secrets/$1"; }

cat > /tmp/s3.json <<END
{"identities": [{"name": "scribe", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
  "credentials": [{"accessKey": "$(secret s3_access_key_id)", "secretKey": "$(secret s3_secret_access_key)"}]}]}
END

# Scribe encrypts before it sends. Should anybody ask the store to do it, too, the key is not one that lies beside.
WEED_S3_SSE_KEK=$(secret seaweedfs_kek)
export WEED_S3_SSE_KEK

# The bucket is made by the first object that an Admin puts into it.
exec weed server -dir=/var/lib/scribe/seaweedfs -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false \
    -volume.max=0 -master.volumeSizeLimitMB=1024 -filer -s3 -s3.ip.bind=0.0.0.0 -s3.port=8333 -s3.config=/tmp/s3.json \
    -s3.autoCreateBucket=true -s3.port.iceberg=0 -s3.port.lance=0
