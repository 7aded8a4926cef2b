#!/bin/sh
# Chromium from the system's packages for the browser tests; without the right to install, one line.
set -eu
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
say() { echo "note: no Chromium and $1; the browser tests are skipped (apt-get install chromium)" >&2; exit 0; }
command -v apt-get >/dev/null 2>&1 || say "no apt-get"
run=""
if [ "$(id -u)" != 0 ]; then
  sudo -n true 2>/dev/null || say "no right to install it"
  run="sudo -n"
fi
echo "Installing Chromium for the browser tests ..."
{ $run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq chromium; } >/dev/null 2>&1 ||
  say "installing it failed"
