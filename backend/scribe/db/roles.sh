#!/bin/bash
# Makes Scribe's two roles when the database is first initialised: the owner of the tables, which only migrations
# use, and the app, which owns nothing and cannot step around row-level security.
set -euo pipefail

app_password=$(cat /run/secrets/app_database_password)
owner_password=$(cat /run/secrets/owner_database_password)

psql -v ON_ERROR_STOP=1 -v app="$app_password" -v owner="$owner_password" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE scribe_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner';
CREATE ROLE scribe_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app';
ALTER DATABASE scribe OWNER TO scribe_owner;
ALTER SCHEMA public OWNER TO scribe_owner;
REVOKE ALL ON DATABASE scribe FROM PUBLIC;
GRANT CONNECT ON DATABASE scribe TO scribe_app;
SQL
