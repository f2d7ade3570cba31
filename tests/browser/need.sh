#!/bin/sh
# What the browser tests need beyond Python: Chromium and Chinese fonts. Installed where that is
# allowed (root on Debian); said clearly where not. PIAOJUE_SKIP=forbidden makes it a failure.
set -eu

have() { command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q .; }

if have; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium and Chinese fonts for the browser tests …"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    chromium fonts-noto-cjk fontconfig >/dev/null || true
fi
if have; then exit 0; fi
echo "SKIPPED: the browser tests (chromium and a Chinese font are missing and cannot be installed here;"
echo "         on Debian: apt-get install chromium fonts-noto-cjk fontconfig)"
[ "${PIAOJUE_SKIP:-allowed}" != forbidden ]
