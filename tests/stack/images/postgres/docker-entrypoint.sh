#!/bin/bash
# As the official one: makes the cluster, user and database of the environment when there is none.
set -euo pipefail
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    user="${POSTGRES_USER:-postgres}"
    database="${POSTGRES_DB:-$user}"
    initdb --username="$user" --auth-local=trust --auth-host=scram-sha-256 \
        --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") >/dev/null
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    pg_ctl --wait --options="-c listen_addresses=" start >/dev/null
    [ "$database" = postgres ] || createdb --username="$user" "$database"
    pg_ctl --wait --mode=fast stop >/dev/null
fi
[ "$1" = postgres ] && shift && exec postgres -c 'listen_addresses=*' "$@"
exec "$@"
