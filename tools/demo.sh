#!/bin/sh
# The main job on a bundled Prefect 2 project: scan, apply --dry-run, apply on a copy, verify.
set -eu
fixture=${1:-enterprise_data_pipeline}
output=${2:-demo-output}
root=$(cd "$(dirname "$0")/.." && pwd)

# A repository of its own, as a user has it: apply wants a clean tree, verify compares with HEAD.
rm -rf "$output"
cp -R "$root/fixtures/$fixture/before" "$output"
cd "$output"
git init --quiet
git add --all
git -c user.name=demo -c user.email=demo@example.org commit --quiet --message "Run on Prefect 2"

step() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
# Findings make scan and apply exit with 1, which is what we want to see here.
show() { step "$@"; "$@" || [ $? -eq 1 ]; }

show prefect-migrate scan
show prefect-migrate apply --dry-run
show prefect-migrate apply
step prefect-migrate verify
prefect-migrate verify
