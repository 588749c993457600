# Keeps one throw-away PostgreSQL for as long as its standard input stays open.
# $1 folder of the server's programs, $2 an empty folder that this user owns, $3 port.
# The reader of the first line of output may rely on "ready". Whatever ends the caller closes the pipe, so nothing is left.
trap '' INT TERM HUP
set -eu
cleanup() {
    "$1/pg_ctl" -D "$2/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$2"
}
trap 'cleanup "$@"' EXIT
"$1/initdb" -D "$2/data" -U naheya --pwfile="$2/password" --auth=password --encoding=UTF8 --locale=C --no-sync \
    >"$2/initdb.log" 2>&1 || { cat "$2/initdb.log"; exit 1; }
cat >>"$2/data/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
port = $3
unix_socket_directories = ''
max_connections = 300
max_wal_size = 256MB
shared_buffers = '128MB'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
SETTINGS
"$1/pg_ctl" -D "$2/data" -w -t 60 -s -l "$2/server.log" start >/dev/null 2>&1 || { cat "$2/server.log"; exit 1; }
echo ready
read -r _ || true
