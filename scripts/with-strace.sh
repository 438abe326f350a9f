#!/usr/bin/env bash
# Runs a command on a machine that has strace, which records the files that a test and its children open. Installs it
# where it can.
set -euo pipefail

if ! command -v strace >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace
  } >/dev/null
fi
if ! command -v strace >/dev/null; then
  echo "strace is needed, which runs on Linux only: install the package 'strace'." >&2
  exit 4
fi
exec "$@"
