#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own, on a free port of the loopback address, and
# stops that server afterwards. The command finds it in TEST_DATABASE_URL.
set -euo pipefail

oldest=15

server_folder() {
  local folder
  for folder in "$(dirname "$(readlink -f "$(command -v initdb || echo /none)")")" \
    $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
      echo "$folder"
      return
    fi
  done
}

if [ -z "$(server_folder)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
  } >/dev/null
fi

bin=$(server_folder)
if [ -z "$bin" ]; then
  echo "PostgreSQL $oldest or newer is needed: install the package 'postgresql'." >&2
  exit 4
fi
if [ "$("$bin/postgres" --version | sed -E 's/.* ([0-9]+).*/\1/')" -lt "$oldest" ]; then
  echo "PostgreSQL $oldest or newer is needed; $bin holds an older one." >&2
  exit 4
fi

folder=$(mktemp -d)
# The server refuses to run as root.
as_owner=()
if [ "$(id -u)" = 0 ]; then
  owner=nobody
  if id postgres >/dev/null 2>&1; then owner=postgres; fi
  chown "$owner" "$folder"
  as_owner=(setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups)
fi

stop() {
  if [ -s "$folder/data/postmaster.pid" ]; then
    kill -INT "$(head -n 1 "$folder/data/postmaster.pid")" || true
    wait "$server" || true
  fi
  rm -rf "$folder"
}
trap stop EXIT

free_port() {
  node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => {
    console.log(s.address().port);
    s.close();
  });"
}

port=$(free_port)
(
  cd "$folder"
  "${as_owner[@]}" "$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C --no-sync >/dev/null
)
# Everybody is trusted, but for a login of this name: that one has to know its password.
hba=$folder/data/pg_hba.conf
printf 'host all rotated 127.0.0.1/32 scram-sha-256\n%s\n' "$(cat "$hba")" >"$folder/hba"
cat "$folder/hba" >"$hba"
# Nothing of this outlives the run, so nothing need reach the disk, but where that is what is measured.
fast=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
if [ "${TEST_DATABASE_DURABLE:-no}" = yes ]; then fast=(); fi
(
  cd "$folder"
  exec "${as_owner[@]}" "$bin/postgres" -D data -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$folder" -c max_connections=200 "${fast[@]}"
) >"$folder.log" 2>&1 &
server=$!

ready=no
for _ in $(seq 100); do
  if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then
    ready=yes
    break
  fi
  sleep 0.1
done
if [ "$ready" = no ]; then
  cat "$folder.log" >&2
  exit 4
fi
rm -f "$folder.log"

export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
status=0
"$@" || status=$?
exit "$status"
