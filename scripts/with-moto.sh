#!/usr/bin/env bash
# Runs a command beside moto, an independent implementation of AWS, on a free port of the loopback address, and stops it
# afterwards. The command finds it in TEST_AWS_ENDPOINT. The versions are those of moto-requirements.txt.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
requirements=$here/moto-requirements.txt
cache=$here/../node_modules/.cache/with-moto
venv=$cache/$(cksum <"$requirements" | cut -d ' ' -f 1)

if [ ! -x "$venv/bin/moto_server" ]; then
  if ! command -v python3 >/dev/null; then
    echo "Python 3.11 or newer is needed to run moto." >&2
    exit 4
  fi
  mkdir -p "$cache"
  python3 -m venv "$venv.$$"
  # Named one by one, with nothing that is resolved on the way, and nothing that is built here.
  "$venv.$$/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --only-binary=:all: --requirement "$requirements"
  # Another run may have been faster.
  if [ -e "$venv" ]; then rm -rf "$venv.$$"; else mv "$venv.$$" "$venv"; fi
fi

folder=$(mktemp -d)
free_port() {
  node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => {
    console.log(s.address().port);
    s.close();
  });"
}
port=$(free_port)
# Not by its own script, which holds the path at which it was installed.
"$venv/bin/python" -m moto.server -H 127.0.0.1 -p "$port" >"$folder/log" 2>&1 &
server=$!

stop() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT

endpoint=http://127.0.0.1:$port
ready=no
for _ in $(seq 300); do
  if node -e "fetch('$endpoint/moto-api/').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"; then
    ready=yes
    break
  fi
  sleep 0.1
done
if [ "$ready" = no ]; then
  cat "$folder/log" >&2
  exit 4
fi

status=0
TEST_AWS_ENDPOINT=$endpoint "$@" || status=$?
exit "$status"
