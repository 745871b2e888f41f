#!/usr/bin/env bash
# Writes SHA256SUMS for all other files of a folder: packaging/checksums.sh FOLDER
set -euo pipefail
cd "$1"
rm -f SHA256SUMS
sums=$(find . -type f | LC_ALL=C sort | sed 's|^\./||' | xargs -d '\n' sha256sum)
echo "$sums" >SHA256SUMS
