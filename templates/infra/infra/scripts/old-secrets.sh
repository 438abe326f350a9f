#!/usr/bin/env bash
# Which secrets stand for longer than their place allows, by its tag rotate-every-days. It sees names and days, no value.
set -euo pipefail

places='.deployment.resources[]?.outputs | select(.tags["rotate-every-days"]?)
  | [.name, .tags["rotate-every-days"]] | @tsv'
current="Versions[?contains(VersionStages || \`[]\`, 'AWSCURRENT')].CreatedDate | [0]"

status=0
while IFS=$'\t' read -r name most; do
  since=$(aws secretsmanager list-secret-version-ids --secret-id "$name" --query "$current" --output text)
  # Nobody has put a value there yet.
  if [ "$since" = None ]; then continue; fi
  if ! [[ $since =~ ^[0-9]{4}- && $most =~ ^[0-9]+$ ]]; then
    echo "- of $name nobody can tell how old it is, or how old it may be"
    status=1
    continue
  fi
  days=$((($(date +%s) - $(date --date "$since" +%s)) / 86400))
  if [ "$days" -gt "$most" ]; then
    echo "- $name has stood for $days days, and is to be replaced every $most"
    status=1
  fi
done < <(pulumi stack export | jq --raw-output "$places")
exit "$status"
