#!/usr/bin/env bash
# Lints every workflow we run or emit: actionlint for what would not run, zizmor for what would let
# an attacker run something else; and holds what bots are told against the schemas of both bots.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/checkers.sh

program_of_go actionlint github.com/rhysd/actionlint/cmd/actionlint "$ACTIONLINT"
actionlint=$program
program_of_python zizmor "$ZIZMOR" "zizmor==$ZIZMOR"
zizmor=$program
program_of_python check-jsonschema "$CHECK_JSONSCHEMA" "check-jsonschema==$CHECK_JSONSCHEMA"
check_jsonschema=$program

# What the guard is tested on is neither run nor emitted.
listed() { git ls-files --cached --others --exclude-standard -- "$@" ':!test/guard'; }
mapfile -t workflows < <(listed '.github/workflows/*.y*ml' '*/.github/workflows/*.y*ml')
mapfile -t checked < <(listed '.github/*.y*ml' '.github/workflows/*.y*ml' \
  '*/.github/*.y*ml' '*/.github/workflows/*.y*ml')

# Each project in a repository of its own, where its workflows call one another.
lint_project() {
  local copy
  copy=$(mktemp -d)
  git init --quiet "$copy"
  cp -R "$1.github" "$copy/"
  (cd "$copy" && "$actionlint" -no-color -shellcheck= -pyflakes=) || {
    echo "These are the workflows of ${1:-this repository}."
    rm -rf "$copy"
    return 1
  }
  rm -rf "$copy"
}
mapfile -t projects < <(printf '%s\n' "${workflows[@]}" | sed 's|\.github/.*||' | sort -u)
for project in "${projects[@]}"; do lint_project "$project"; done
"$zizmor" --offline --no-progress --quiet "${checked[@]}"

# Each of a schema that comes with the tool, so that nobody is asked for it.
hold() {
  local schema=$1
  shift
  "$check_jsonschema" --builtin-schema "$schema" "$@"
}
mapfile -t dependabot < <(listed '*dependabot.yml')
mapfile -t renovate < <(listed '*renovate.json')
hold vendor.dependabot "${dependabot[@]}"
hold vendor.renovate "${renovate[@]}"

echo "${#workflows[@]} workflows and $((${#dependabot[@]} + ${#renovate[@]})) settings of bots hold."
