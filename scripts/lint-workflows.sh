#!/usr/bin/env bash
# Lints every workflow we run or emit: actionlint for what would not run, zizmor for what would let
# somebody else run; and holds what bots are told against the schemas of both bots. The tools are kept in
# node_modules/.cache, at the versions named here.
set -euo pipefail

actionlint=v1.7.12
zizmor=1.28.0
schemas=0.39.0

cd "$(dirname "$0")/.."
tools=$PWD/node_modules/.cache/lint-workflows
mkdir -p "$tools"

if [ ! -x "$tools/actionlint-$actionlint" ]; then
  GOBIN="$tools" go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint"
  mv "$tools/actionlint" "$tools/actionlint-$actionlint"
fi
from_pypi() {
  local folder=$tools/$1-$2
  if [ -x "$folder/bin/$1" ]; then return; fi
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check "$1==$2"
}
from_pypi zizmor "$zizmor"
from_pypi check-jsonschema "$schemas"

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
  (cd "$copy" && "$tools/actionlint-$actionlint" -no-color -shellcheck= -pyflakes=) || {
    echo "These are the workflows of ${1:-this repository}."
    rm -rf "$copy"
    return 1
  }
  rm -rf "$copy"
}
mapfile -t projects < <(printf '%s\n' "${workflows[@]}" | sed 's|\.github/.*||' | sort -u)
for project in "${projects[@]}"; do lint_project "$project"; done
"$tools/zizmor-$zizmor/bin/zizmor" --offline --no-progress --quiet "${checked[@]}"

# Each of a schema that comes with the tool, so that nobody is asked for it.
hold() {
  local schema=$1
  shift
  "$tools/check-jsonschema-$schemas/bin/check-jsonschema" --builtin-schema "$schema" "$@"
}
mapfile -t dependabot < <(listed '*dependabot.yml')
mapfile -t renovate < <(listed '*renovate.json')
hold vendor.dependabot "${dependabot[@]}"
hold vendor.renovate "${renovate[@]}"

echo "${#workflows[@]} workflows and $((${#dependabot[@]} + ${#renovate[@]})) settings of bots hold."
