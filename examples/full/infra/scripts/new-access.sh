#!/usr/bin/env bash
# Asks IAM Access Analyzer whether a preview grants what the stack does not grant today: new-access.sh preview.json
# One line a policy, as Markdown; fails where there is new access, and where nobody can tell yet.
set -euo pipefail

nothing='{"Version":"2012-10-17","Statement":[]}'
found=0

while IFS=$'\t' read -r name before after; do
  # A policy that names what is yet to be made is known only once that is there.
  if ! jq -e .Statement <<<"$after" >/dev/null 2>&1; then
    echo "- $name is not known before it is made: read it in the preview."
    found=1
    continue
  fi
  result=$(aws accessanalyzer check-no-new-access --policy-type IDENTITY_POLICY \
    --existing-policy-document "$before" --new-policy-document "$after" \
    --query result --output text)
  echo "- $name: $result"
  [ "$result" = PASS ] || found=1
done < <(jq -r --arg nothing "$nothing" '
  .steps[]
  | select(.op != "same" and .op != "delete")
  | select((.newState.type // "") | test("^aws:iam/(rolePolicy:RolePolicy|policy:Policy)$"))
  | [(.urn | split("::")[-1]), (.oldState.inputs.policy // $nothing | tostring), (.newState.inputs.policy | tostring)]
  | join("\t")' "$1")

exit "$found"
