#!/usr/bin/env bash
# Packs a binary and installs each package into an empty place: packaging/test.sh BINARY [TARGET]
# What this machine cannot do is skipped with a message.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$(realpath "$1")
triple=${2:-$(rustc -vV | sed -n 's/^host: //p')}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=$work/packages
export PYTHONDONTWRITEBYTECODE=1
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

note() { printf '%s\n' "-- $*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
expect() { # expect CODE COMMAND…: fails unless the command exits with CODE
  local wanted=$1 got=0
  shift
  "$@" >"$work/output" 2>&1 || got=$?
  [ "$got" -eq "$wanted" ] || { cat "$work/output" >&2; fail "expected exit code $wanted, got $got: $*"; }
}
works() { # works COMMAND…: an installed signoff runs the cases of this repository and returns its exit code
  expect 0 "$@" -V
  expect 0 "$@" run --reports "$work/reports" --quiet
  expect 1 "$@" run --reports "$work/reports" --quiet --target broken
}

note binary
size=$(wc -c <"$binary")
echo "$size bytes"
[ "$size" -le 20000000 ] || fail "the binary has $size bytes, more than 20 MB"
for path in "$PWD/" "${CARGO_HOME:-$HOME/.cargo}/" "$(rustc --print sysroot)/"; do
  ! grep --quiet --text --fixed-strings -e "$path" "$binary" || fail "the binary contains $path"
done
case $triple in *-linux-gnu)
  ldd "$binary" 2>&1 | grep -e 'statically linked' -e 'not a dynamic' >/dev/null || fail "the binary is not static"
  ;;
esac

if ! python3 -c 'import tomllib' 2>/dev/null; then
  note "skipped: packages (need Python 3.11 or later)"
  exit 0
fi

note packages
python3 packaging/pack.py "$binary" "$triple" "$packages" >/dev/null
packaging/checksums.sh "$packages"
(cd "$packages" && wc -c -- * && sha256sum --quiet --check SHA256SUMS)
python3 packaging/pack.py "$binary" "$triple" "$work/again" >/dev/null
diff --recursive --brief --exclude SHA256SUMS "$packages" "$work/again" || fail "packing again results in other bytes"
version=$("$binary" -V | cut -d ' ' -f 2)

note archive
mkdir "$work/archive"
tar -xzf "$packages/signoff-$version-$triple.tar.gz" -C "$work/archive" --strip-components 1
for file in LICENSE-MIT THIRD-PARTY-LICENSES.txt man/signoff-run.1 completions/_signoff; do test -s "$work/archive/$file"; done
works "$work/archive/signoff"

note "completions in bash"
PATH="$work/archive:$PATH" bash -c '
  source "$1" && COMP_WORDS=(signoff run --target sand) COMP_CWORD=3 COMP_TYPE=9
  _clap_complete_signoff signoff sand --target && [ "${COMPREPLY[*]}" = sandbox ]
' bash "$work/archive/completions/signoff.bash" || fail "bash completes no targets"

root=$work/root
inside() { # inside COMMAND…: in a root directory with the binary, the project, certificates and the two files that name resolution reads
  if [ "$(id -u)" -eq 0 ]; then chroot "$root" "$@"; else unshare --map-root-user chroot "$root" "$@"; fi
}
mkdir -p "$root/etc/ssl/certs" "$root/project"
cp "$binary" "$root/signoff"
# As in the container: targets with HTTPS need the certificates of authorities.
cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
cp /etc/hosts /etc/resolv.conf "$root/etc/"
cp -R signoff.yaml specs cases "$root/project/"
if inside /signoff -V >/dev/null 2>&1; then
  note "empty root directory"
  expect 0 inside /signoff -C /project run --quiet
  expect 0 inside /signoff -C /project check
  "$binary" mock --port 0 >"$work/mock" 2>&1 &
  mock=$!
  trap 'kill "$mock"; rm -rf "$work"' EXIT
  until port=$(grep -o '127\.0\.0\.1:[0-9]*' "$work/mock" | head -n 1 | cut -d : -f 2) && [ -n "$port" ]; do
    kill -0 "$mock" || { cat "$work/mock" >&2; fail "the mock does not start"; }
    sleep 0.1
  done
  SIGNOFF_TEST=signoff:signoff-placeholder expect 0 inside /signoff -C /project run --quiet --target "http://localhost:$port" \
    --auth basicAuth=env:SIGNOFF_TEST --var customer=CSMR-v1-124
  kill "$mock"
  trap 'rm -rf "$work"' EXIT
else
  note "skipped: empty root directory (chroot is not permitted, or the binary is not static)"
fi

if python3 -m venv "$work/venv" >/dev/null 2>&1; then
  note wheel
  expect 0 "$work/venv/bin/pip" install --disable-pip-version-check --no-index --find-links "$packages" signoff
  works "$work/venv/bin/signoff"
  "$work/venv/bin/pip" show signoff --disable-pip-version-check | grep "^Version: $version\$" >/dev/null || fail "pip shows another version"
else
  note "skipped: wheel (python3 has no venv)"
fi

if command -v npm >/dev/null; then
  note npm
  expect 0 npm install --offline --no-audit --no-fund --prefix "$work/npm" "$packages/signoff-$version.tgz" \
    "$packages"/signoff-testing-*-"$version.tgz"
  works "$work/npm/node_modules/.bin/signoff"
  # A signal that reaches only the shim ends the mock too, which frees its port.
  "$work/npm/node_modules/.bin/signoff" mock --port 0 >"$work/npm-mock" 2>&1 </dev/null &
  shim=$!
  until grep --quiet '127\.0\.0\.1' "$work/npm-mock"; do
    kill -0 "$shim" || { cat "$work/npm-mock" >&2; fail "the mock does not start"; }
    sleep 0.1
  done
  port=$(grep -o '127\.0\.0\.1:[0-9]*' "$work/npm-mock" | head -n 1)
  kill -TERM "$shim"
  wait "$shim" || true
  ! curl --silent --output /dev/null "http://$port/" || fail "the mock survives the npm shim"
  rm -r "$work/npm/node_modules/@signoff-testing"
  expect 2 "$work/npm/node_modules/.bin/signoff" -V
  grep --quiet 'is not installed' "$work/output" || fail "the shim does not name the missing package"
else
  note "skipped: npm"
fi

if [ -e "$packages"/*.deb ] && [ "$(id -u)" -eq 0 ]; then
  note "Debian package"
  system=$work/system
  mkdir -p "$system/var/lib/dpkg/info" "$system/var/lib/dpkg/updates"
  touch "$system/var/lib/dpkg/status"
  expect 0 dpkg --root="$system" --force-script-chrootless --log=/dev/null --install "$packages"/*.deb
  works "$system/usr/bin/signoff"
  gzip --test "$system/usr/share/man/man1/signoff.1.gz" "$system/usr/share/doc/signoff/changelog.gz"
  [ "$(dpkg-deb --field "$packages"/*.deb Version)" = "$version" ] || fail "the Debian package has another version"
  [ -z "$(find "$system/usr" ! -user root -print -quit)" ] || fail "a file of the Debian package is not owned by root"
  expect 0 dpkg --root="$system" --log=/dev/null --purge signoff
  [ ! -e "$system/usr/bin/signoff" ] || fail "the Debian package leaves files behind"
else
  note "skipped: Debian package (needs root and dpkg)"
fi

note "Homebrew formula"
for other in aarch64-apple-darwin x86_64-apple-darwin aarch64-unknown-linux-gnu; do
  echo "$(printf '%064d' 0)  signoff-$version-$other.tar.gz"
done >>"$packages/SHA256SUMS"
python3 packaging/homebrew.py "$packages/SHA256SUMS" >"$work/signoff.rb"
! grep --quiet '@[A-Z]' "$work/signoff.rb" || fail "the formula has placeholders"
grep --quiet "$(sha256sum "$packages/signoff-$version-$triple.tar.gz" | cut -d ' ' -f 1)" "$work/signoff.rb" || fail "wrong checksum"
if command -v ruby >/dev/null; then ruby -c "$work/signoff.rb"; fi

if command -v jq >/dev/null && command -v curl >/dev/null; then
  note action
  python3 packaging/action/test_action.py "$binary" "$packages"
else
  note "skipped: action (needs curl and jq)"
fi
