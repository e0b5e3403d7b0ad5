#!/bin/sh
# Installs Debian's Chromium for the browser tests where it may; else says what is missing.
# Never fails: without a browser the tests are skipped, and on CI it is they that fail.
set -u

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done

missing() {
    echo "the browser tests are skipped: no Chromium, and $1"
    exit 0
}

command -v apt-get >/dev/null 2>&1 || missing "no apt-get to install it; name one with CHROMIUM=/path/to/chromium"
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif sudo -n true >/dev/null 2>&1; then
    as_root="sudo -n"
else
    missing "installing it needs root; do: sudo apt-get install --no-install-recommends chromium"
fi

echo "installing Chromium for the browser tests (a minute, the first time)"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { $as_root apt-get -qq update && $as_root apt-get -qq install -y --no-install-recommends chromium; } >"$log" 2>&1; then
    missing "apt-get could not install it: $(tail -n 1 "$log")"
fi
rm -f "$log"
