#!/bin/sh
# The main job on a bundled Prefect 2 project: scan, apply --dry-run, apply on a copy, verify.
set -eu
fixture=${1:-enterprise_data_pipeline}
output=${2:-demo-output}
root=$(cd "$(dirname "$0")/.." && pwd)

rm -rf "$output"
mkdir -p "$output"
cp -R "$root/fixtures/$fixture/before" "$output/before"
cp -R "$root/fixtures/$fixture/before" "$output/after"

step() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
# Findings make scan and apply exit with 1, which is what we want to see here.
show() { step "$@"; "$@" || [ $? -eq 1 ]; }

show prefect-migrate scan "$output/before"
show prefect-migrate apply --dry-run "$output/after"
show prefect-migrate apply "$output/after"
step prefect-migrate verify --before "$output/before" "$output/after"
prefect-migrate verify --before "$output/before" "$output/after"
