#!/usr/bin/env bash
# Lints every workflow we run or emit: actionlint for what would not run, zizmor for what would let
# somebody else run. Both are kept in node_modules/.cache, at the versions named here.
set -euo pipefail

actionlint=v1.7.12
zizmor=1.28.0

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
echo "${#workflows[@]} workflows hold."
