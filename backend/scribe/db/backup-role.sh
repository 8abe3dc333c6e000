#!/bin/sh
# The role scribe_backup: it replicates, and reads everything, and writes nothing. Again at each start, as its password
# may be a new one. What incremental backups need is switched on, and the log that is held back for a backup service
# that is gone is bounded, so that it cannot fill the disk.
set -eu
export PGHOST="${PGHOST:-postgres}" PGUSER="${PGUSER:-postgres}" PGDATABASE="${PGDATABASE:-scribe}"
PGPASSWORD="$(cat "${POSTGRES_PASSWORD_FILE:-/run/secrets/postgres_password}")"
export PGPASSWORD

# The password goes in by standard input: command lines can be read by others on the machine.
{
    printf '\\set password `cat %s`\n' "${BACKUP_PASSWORD_FILE:-/run/secrets/backup_database_password}"
    cat <<'SQL'
SET log_min_duration_statement = -1;
SET log_statement = none;
SELECT 'CREATE ROLE scribe_backup' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'scribe_backup') \gexec
ALTER ROLE scribe_backup LOGIN REPLICATION BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 8
    PASSWORD :'password';
GRANT pg_read_all_data TO scribe_backup;
GRANT CONNECT ON DATABASE scribe TO scribe_backup;
ALTER SYSTEM SET summarize_wal = on;
ALTER SYSTEM SET max_slot_wal_keep_size = '8GB';
-- The image's own rules let everybody with a password in, but nobody replicate from another host.
SELECT count(*) = 0 AS unknown FROM pg_hba_file_rules
    WHERE 'replication' = ANY (database) AND 'scribe_backup' = ANY (user_name) \gset
\if :unknown
COPY (SELECT 'host replication scribe_backup all scram-sha-256') TO PROGRAM 'cat >> "$PGDATA/pg_hba.conf"';
\endif
SELECT pg_reload_conf();
SQL
} | psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --output=/dev/null
