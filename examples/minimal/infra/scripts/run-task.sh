#!/usr/bin/env bash
# Starts a task of the selected stack and waits for it: run-task.sh migrate
# Another command of the same image follows it: run-task.sh operator services/api/commands/sessions.ts ...
set -euo pipefail

program=$1
shift

outputs=$(pulumi stack output --json)
of() { jq -er --arg program "$program" "$1" <<<"$outputs"; }

cluster=$(of '.cluster')
# Without its revision: the newest is the one that was just registered.
family=$(of '.tasks[$program].taskDefinition | split("/")[-1] | split(":")[0]')
network=$(of '.tasks[$program] | {awsvpcConfiguration:
  {subnets: .subnets, securityGroups: [.securityGroup], assignPublicIp: "DISABLED"}} | tojson')
overrides=$(jq -cn --arg program "$program" '
  if $ARGS.positional == [] then {}
  else {containerOverrides: [{name: $program, command: $ARGS.positional}]} end' --args -- "$@")

task=$(aws ecs run-task --cluster "$cluster" --task-definition "$family" --launch-type FARGATE \
  --started-by "$(whoami)" --network-configuration "$network" --overrides "$overrides" \
  --query 'tasks[0].taskArn' --output text)
echo "Started $task; what it says is in the log of $program."
aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task"

status=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" \
  --query 'tasks[0].containers[0].exitCode' --output text)
echo "It ended with $status."
[ "$status" = 0 ]
