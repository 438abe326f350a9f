# shellcheck shell=bash disable=SC2034
# Read by the scripts that run other people's checkers. Each one is installed once, at the version named here, into a
# cache that outlives a clone.
tools=${XDG_CACHE_HOME:-$HOME/.cache}/create-secure-app/checkers

readonly ACTIONLINT=v1.7.12 GITLEAKS=v8.30.1
readonly CHECK_JSONSCHEMA=0.39.0 HADOLINT=2.15.1 SHELLCHECK=0.11.0.1 ZIZMOR=1.31.1

# Sets `program` to the one that a Go package holds: program_of_go <name> <package> <version>
program_of_go() {
  local place=$tools/$1-$3
  program=$place/$1
  if [ -e "$place/installed" ]; then return; fi
  rm -rf "$place"
  mkdir -p "$place"
  GOBIN=$place go install "$2@$3"
  touch "$place/installed"
}

# Sets `program` to the one that a Python package brings: program_of_python <name> <version> <what pip installs> ...
program_of_python() {
  local place=$tools/$1-$2
  program=$place/bin/$1
  shift 2
  if [ -e "$place/installed" ]; then return; fi
  rm -rf "$place"
  python3 -m venv "$place"
  # Wheels only: to build another package would run its code.
  "$place/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: "$@"
  touch "$place/installed"
}

# Copies what git tracks or would track below a folder into an empty repository, as its owner would push it.
copy_as_repository() {
  local file
  git init --quiet "$2"
  git -C "$1" ls-files -z --cached --others --exclude-standard |
    while IFS= read -rd '' file; do
      # A deleted file is tracked until the deletion is.
      if [ -e "$1/$file" ]; then printf '%s\0' "$file"; fi
    done |
    (cd "$1" && xargs -0 cp --parents --target-directory "$2")
}

# Sets `program` to checkov. It brings a hundred packages, so each of them is named by its version.
program_of_checkov() {
  local packages=scripts/checkov-requirements.txt
  program_of_python checkov "$(cksum <"$packages" | cut -d ' ' -f 1)" --no-deps --requirement "$packages"
}
