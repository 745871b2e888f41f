#!/usr/bin/env bash
# Downloads a release, verifies its checksum, and adds it to PATH for the next steps.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
manifest() { # manifest KEY: a string of Cargo.toml
  sed -n "s/^$1 = \"\(.*\)\"/\1/p" "$root/Cargo.toml" | head -n 1
}
version=${INPUT_VERSION:-$(manifest version)}
version=${version#v}
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
  echo "::error::invalid version; expected for example 0.1.0"
  exit 2
fi
case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
  Linux-X64) target=x86_64-unknown-linux-gnu ;;
  Linux-ARM64) target=aarch64-unknown-linux-gnu ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-X64) target=x86_64-pc-windows-msvc ;;
  *)
    echo "::error::no release for ${RUNNER_OS:-unknown} ${RUNNER_ARCH:-unknown}"
    exit 2
    ;;
esac

base=${INPUT_DOWNLOAD_URL:-$(manifest repository)/releases/download}/v$version
archive=signoff-$version-$target.tar.gz
folder=$RUNNER_TEMP/signoff-$version
mkdir -p "$folder"
cd "$folder"
for file in "$archive" SHA256SUMS; do
  curl --fail --silent --show-error --location --retry 3 --output "$file" "$base/$file"
done
# Some implementations mark binary files with an asterisk.
expected=$(awk -v file="$archive" '$2 == file || $2 == "*" file { print $1 }' SHA256SUMS)
sum() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi; }
actual=$(sum "$archive" | cut -d ' ' -f 1)
if [ -z "$expected" ] || [ "$expected" != "$actual" ]; then
  echo "::error::the checksum of $archive is not the one in SHA256SUMS"
  exit 2
fi
tar -xzf "$archive" --strip-components 1
if command -v cygpath >/dev/null; then folder=$(cygpath -w "$folder"); fi
echo "$folder" >>"$GITHUB_PATH"
