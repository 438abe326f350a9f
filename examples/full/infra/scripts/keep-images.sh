#!/usr/bin/env bash
# Puts the image that runs now into the settings of the selected stack: whoever only looks builds none, and a picture of
# what would change must not be full of it.
set -euo pipefail

running=$(pulumi stack export | jq -r '
  [.deployment.resources[]?
    | select(.type == "aws:ecs/taskDefinition:TaskDefinition")
    | .inputs.containerDefinitions | fromjson | .[0].image][0] // empty')
never_deployed="none.invalid/api@sha256:$(printf '0%.0s' {1..64})"

pulumi config set --path infra:images.api "${running:-$never_deployed}"
