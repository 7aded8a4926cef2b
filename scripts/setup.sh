#!/bin/sh
# Make .venv with the versions of constraints.txt. Does nothing when it is already so.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
stamp=.venv/.nightlamp-setup
wanted=$(cat pyproject.toml constraints.txt | sha256sum | cut -d' ' -f1)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "error: $python is missing or older than 3.11; install Python 3.11 or newer, or run: make PYTHON=/path/to/python3.11 chat" >&2
  exit 2
}
"$python" -c 'import venv, ensurepip' 2>/dev/null || {
  echo "error: $python has no venv; run: apt-get install python3-venv" >&2
  exit 2
}
echo "Setting up .venv (once; some minutes) ..."
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
printf '%s' "$wanted" > "$stamp"
