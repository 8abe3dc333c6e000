#!/bin/sh
# The role scribe_monitor: pg_monitor's rights, three connections, and none of Scribe's rows.
set -eu
export PGHOST="${PGHOST:-postgres}" PGUSER="${PGUSER:-postgres}" PGDATABASE="${PGDATABASE:-scribe}"
PGPASSWORD="$(cat "${POSTGRES_PASSWORD_FILE:-/run/secrets/postgres_password}")"
export PGPASSWORD

# The password goes in by standard input: command lines can be read by others on the machine.
{
    printf '\\set password `cat %s`\n' "${MONITOR_PASSWORD_FILE:-/run/secrets/monitor_database_password}"
    cat <<'SQL'
SET log_min_duration_statement = -1;
SET log_statement = none;
SELECT 'CREATE ROLE scribe_monitor' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'scribe_monitor') \gexec
ALTER ROLE scribe_monitor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS CONNECTION LIMIT 3
    PASSWORD :'password';
ALTER ROLE scribe_monitor SET statement_timeout = '10s';
GRANT pg_monitor TO scribe_monitor;
SQL
} | psql --no-psqlrc --quiet --set ON_ERROR_STOP=1
