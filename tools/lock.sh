#!/usr/bin/env bash
# Writes requirements.lock (everything, for development) and one lock per deployable out of one resolution:
# versions and hashes only, no hosts and no machine paths. uv.lock names hosts and stays out of git.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
$uv lock "$@"
export_lock() { $uv export --quiet --locked --no-header --no-annotate --no-emit-workspace --format requirements-txt "$@"; }
export_lock --all-packages --all-groups > requirements.lock
for deployable in gateway services/customer services/segmentation services/campaign services/loyalty services/feedback; do
  export_lock --package "crm-${deployable##*/}" --no-default-groups > "$deployable/requirements.lock"
done
export_lock --only-group build > requirements-build.lock
