#!/usr/bin/env bash
# The digest of an image by its tag, or nothing where it was never pushed: digest-of.sh <repository> <tag>
set -euo pipefail

repository=$1
tag=$2

aws ecr batch-get-image --repository-name "${repository#*/}" --image-ids "imageTag=$tag" \
  --query 'images[0].imageId.imageDigest' --output text | sed 's/^None$//'
