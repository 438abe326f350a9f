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
if [ ! -x "$tools/zizmor-$zizmor/bin/zizmor" ]; then
  python3 -m venv "$tools/zizmor-$zizmor"
  "$tools/zizmor-$zizmor/bin/pip" install --quiet --disable-pip-version-check "zizmor==$zizmor"
fi
if [ ! -x "$tools/check-jsonschema-$schemas/bin/check-jsonschema" ]; then
  python3 -m venv "$tools/check-jsonschema-$schemas"
  "$tools/check-jsonschema-$schemas/bin/pip" install --quiet --disable-pip-version-check \
    "check-jsonschema==$schemas"
fi

# What the guard is tested on is neither run nor emitted.
not_fixtures=':!test/guard'
mapfile -t workflows < <(git ls-files --cached --others --exclude-standard -- \
  '.github/workflows/*.y*ml' '*/.github/workflows/*.y*ml' "$not_fixtures")
mapfile -t checked < <(git ls-files --cached --others --exclude-standard -- \
  '.github/*.y*ml' '.github/workflows/*.y*ml' '*/.github/*.y*ml' '*/.github/workflows/*.y*ml' \
  "$not_fixtures")

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
mapfile -t dependabot < <(git ls-files --cached --others --exclude-standard -- '*dependabot.yml' "$not_fixtures")
mapfile -t renovate < <(git ls-files --cached --others --exclude-standard -- '*renovate.json' "$not_fixtures")
hold vendor.dependabot "${dependabot[@]}"
hold vendor.renovate "${renovate[@]}"

echo "${#workflows[@]} workflows and $((${#dependabot[@]} + ${#renovate[@]})) settings of bots hold."
