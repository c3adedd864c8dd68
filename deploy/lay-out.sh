#!/bin/sh
# Copies what a built and pruned checkout needs to run into an empty folder: packages, built code, the command.
set -eu
target=$1
mkdir -p "${target}"
# The paths keep their places: node_modules/@belfry links to libs.
cp -a --parents package.json LICENSE node_modules \
  apps/*/package.json apps/*/dist apps/cli/bin libs/*/package.json libs/*/dist \
  libs/adapters/*/package.json libs/adapters/*/dist \
  deploy/container/is-healthy.mjs "${target}"
# Packages that could not stand at the top, for another version does.
for nested in apps/*/node_modules libs/*/node_modules libs/adapters/*/node_modules; do
  if [ -d "${nested}" ]; then cp -a --parents "${nested}" "${target}"; fi
done
# Links to projects that are not laid out, and what only compilers read.
find "${target}" -xtype l -delete
find "${target}/apps" "${target}/libs" -path '*/dist/*' \( -name '*.d.ts' -o -name '.tsbuildinfo' \) -delete
