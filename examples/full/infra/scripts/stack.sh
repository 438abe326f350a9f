#!/usr/bin/env bash
# What the workflows and operators do with the selected stack, besides `pulumi preview` and `pulumi up`:
#   stack.sh run-task <program> [command ...]   starts a task and waits for it
#   stack.sh image-digest <repository> <tag>    prints the digest of an image, or nothing if it was never pushed
#   stack.sh keep-image                         sets the running image in the stack file, for a preview without a build
#   stack.sh new-access <preview.json>          asks IAM Access Analyzer whether a preview grants new access
#   stack.sh old-secrets                        lists secrets that are older than their tag `rotate-every-days` allows
set -euo pipefail

run_task() {
  program=$1
  shift
  outputs=$(pulumi stack output --json)
  output_of() { jq -er --arg program "$program" "$1" <<<"$outputs"; }

  cluster=$(output_of '.cluster')
  # Without its revision: ECS takes the newest, which this deployment registered.
  # shellcheck disable=SC2016 # $program is a variable of jq.
  family=$(output_of '.tasks[$program].taskDefinition | split("/")[-1] | split(":")[0]')
  # shellcheck disable=SC2016 # $program is a variable of jq.
  network=$(output_of '.tasks[$program] | {awsvpcConfiguration:
    {subnets: .subnets, securityGroups: [.securityGroup], assignPublicIp: "DISABLED"}} | tojson')
  overrides=$(jq -cn --arg program "$program" '
    if $ARGS.positional == [] then {}
    else {containerOverrides: [{name: $program, command: $ARGS.positional}]} end' --args -- "$@")

  task=$(aws ecs run-task --cluster "$cluster" --task-definition "$family" --launch-type FARGATE \
    --started-by "$(whoami)" --network-configuration "$network" --overrides "$overrides" \
    --query 'tasks[0].taskArn' --output text)
  echo "Started $task. Its output is in the log of $program."
  aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task"

  status=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" \
    --query 'tasks[0].containers[0].exitCode' --output text)
  echo "It ended with status $status."
  [ "$status" = 0 ]
}

image_digest() {
  aws ecr batch-get-image --repository-name "${1#*/}" --image-ids "imageTag=$2" \
    --query 'images[0].imageId.imageDigest' --output text | sed 's/^None$//'
}

# Otherwise a preview would show a new image for every program.
keep_image() {
  running=$(pulumi stack export | jq -r '
    [.deployment.resources[]?
      | select(.type == "aws:ecs/taskDefinition:TaskDefinition")
      | .inputs.containerDefinitions | fromjson | .[0].image][0] // empty')
  never_deployed="none.invalid/api@sha256:$(printf '0%.0s' {1..64})"
  pulumi config set --path infra:images.api "${running:-$never_deployed}"
}

# Prints one line of Markdown per policy, and fails if one grants new access or is not known yet.
new_access() {
  nothing='{"Version":"2012-10-17","Statement":[]}'
  found=0
  while IFS=$'\t' read -r name before after; do
    # A policy that names a new resource is known only after that resource exists.
    if ! jq -e .Statement <<<"$after" >/dev/null 2>&1; then
      echo "- $name is not known before the deployment: read it in the preview."
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
  return "$found"
}

# Reads names and dates, and no value.
old_secrets() {
  secrets='.deployment.resources[]?.outputs | select(.tags["rotate-every-days"]?)
    | [.name, .tags["rotate-every-days"]] | @tsv'
  current="Versions[?contains(VersionStages || \`[]\`, 'AWSCURRENT')].CreatedDate | [0]"
  found=0
  while IFS=$'\t' read -r name most; do
    since=$(aws secretsmanager list-secret-version-ids --secret-id "$name" --query "$current" --output text)
    # The secret has no value yet.
    if [ "$since" = None ]; then continue; fi
    if ! [[ $since =~ ^[0-9]{4}- && $most =~ ^[0-9]+$ ]]; then
      echo "- the age of $name is not known, or its limit is not"
      found=1
      continue
    fi
    days=$((($(date +%s) - $(date --date "$since" +%s)) / 86400))
    if [ "$days" -gt "$most" ]; then
      echo "- $name is $days days old and has to be replaced every $most days"
      found=1
    fi
  done < <(pulumi stack export | jq --raw-output "$secrets")
  return "$found"
}

command=${1:-}
shift || true
case $command in
  run-task) run_task "$@" ;;
  image-digest) image_digest "$@" ;;
  keep-image) keep_image ;;
  new-access) new_access "$@" ;;
  old-secrets) old_secrets ;;
  *)
    echo "stack.sh: run-task, image-digest, keep-image, new-access or old-secrets" >&2
    exit 2
    ;;
esac
