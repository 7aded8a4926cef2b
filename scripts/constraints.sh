#!/bin/sh
# Regenerate constraints.txt: resolve pyproject.toml in a fresh environment and freeze what came out.
set -eu
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"${PYTHON:-python3}" -m venv "$fresh"
"$fresh/bin/python" -m pip install --quiet --disable-pip-version-check ".[dev]"
{
  echo "# Every pinned version. Regenerate with: make constraints"
  "$fresh/bin/python" -m pip freeze --exclude nightlamp | sed -E 's/\+cpu$//' | grep -v ' @ '
} > constraints.txt.new
mv constraints.txt.new constraints.txt
