#!/usr/bin/env bash
# Installs the Debian packages that are missing for the named ends: build, web, demo, test.
set -euo pipefail

# command:package pairs; a command that is there needs no package.
declare -A needs=(
  [build]="cmake:cmake g++:g++ make:make pip3:python3-pip npm:npm node:nodejs"
  [demo]="baresip:baresip-core"
  [web]="npm:npm node:nodejs"
  [test]="baresip:baresip-core sipp:sip-tester sox:sox chromium:chromium"
)

missing=()
for end in "$@"; do
  for pair in ${needs[$end]}; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing ${missing[*]}"
run=()
[ "$(id -u)" -eq 0 ] || run=(sudo)
"${run[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
