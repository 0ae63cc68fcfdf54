#!/bin/sh
# Resolve constraints.txt anew for all supported Pythons, without any index address in it.
set -eu
cd "$(dirname "$0")/.."
head=$(sed -n '/^#/p;/^[^#]/q' constraints.txt)
body=$(.venv/bin/uv pip compile --quiet --universal --python-version 3.10 --no-emit-index-url --no-emit-find-links \
    --no-annotate --no-header --upgrade --extra verify --group dev pyproject.toml)
printf '%s\n%s\n' "$head" "$body" > constraints.txt
