#!/bin/bash
# First start of the database server: one role per service, owning its data and its key database; nobody else may connect.
set -euo pipefail
create() { # role password database...
  psql -v ON_ERROR_STOP=1 -q -d postgres -v role="$1" -v password="$2" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
  for database in "${@:3}"; do
    psql -v ON_ERROR_STOP=1 -q -d postgres -v role="$1" -v database="$database" <<'SQL'
CREATE DATABASE :"database" OWNER :"role";
REVOKE CONNECT ON DATABASE :"database" FROM PUBLIC;
SQL
  done
}
for service in customer segmentation campaign loyalty feedback; do
  variable="CRM_${service^^}_DB_PASSWORD"
  create "$service" "${!variable}" "$service" "${service}_keys"
done
create gateway "$CRM_GATEWAY_DB_PASSWORD" gateway
psql -v ON_ERROR_STOP=1 -q -d postgres -c 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC; REVOKE CONNECT ON DATABASE template1 FROM PUBLIC'
