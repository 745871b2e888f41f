#!/usr/bin/env bash
# Builds the release binary and prints its path: packaging/build.sh [TARGET]
#
# The same commit, toolchain and target result in the same bytes: commit and date come from git, and no path of this machine is in the
# binary. On Linux (glibc) and Windows the binary is static.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
# A source package has no repository: its builder may set these.
export SIGNOFF_BUILD_COMMIT=${SIGNOFF_BUILD_COMMIT:-$(git rev-parse HEAD 2>/dev/null || true)}
export SIGNOFF_BUILD_DATE=${SIGNOFF_BUILD_DATE:-$(git log -1 --format=%cs 2>/dev/null || true)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export CARGO_INCREMENTAL=0

output=${CARGO_TARGET_DIR:-target}
flags=()
# Later mappings take precedence.
map() {
  local from=$1
  # rustc on Windows does not know the paths of this shell.
  if command -v cygpath >/dev/null; then from=$(cygpath -w "$from"); fi
  flags+=("--remap-path-prefix=$from=$2")
}
map "$HOME" /home
map "${CARGO_HOME:-$HOME/.cargo}" /cargo
map "$(rustc --print sysroot)" /rust
map "$PWD" /signoff
case $output in /*) map "$output" /signoff/target ;; esac
# C code of dependencies.
c_flags="${flags[*]/--remap-path-prefix/-ffile-prefix-map}"
# Functions marked `#[inline]` are inlined up to this cost instead of 325.
flags+=("-Cllvm-args=-inlinehint-threshold=100")
case $target in
  # A static binary finds no function by its name at run time, as the default backend of getrandom does: it would need /dev/urandom.
  *-linux-gnu)
    flags+=("-Ctarget-feature=+crt-static" '--cfg=getrandom_backend="linux_getrandom"')
    # Relative relocations in compact form take 0.6 MB less. A static program applies them itself, since glibc 2.36.
    glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2 || true)
    if printf '2.36\n%s\n' "${glibc:-0}" | sort -C -V; then flags+=("-Clink-arg=-Wl,-z,pack-relative-relocs"); fi
    # LLD, the default on x86-64, keeps equal functions once: 0.2 MB less. No code compares addresses of functions.
    if printf 'fn main() {}' | rustc --target "$target" -Clink-arg=-Wl,--icf=all -o /dev/null - 2>/dev/null; then
      flags+=("-Clink-arg=-Wl,--icf=all")
    fi
    ;;
  *-windows-msvc) flags+=("-Ctarget-feature=+crt-static") c_flags="" ;;
esac
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS CFLAGS="${CFLAGS:-}${c_flags:+ $c_flags}"
unset RUSTFLAGS

# With --target, build scripts and macros are built without these flags: they cannot be static.
cargo build --locked --profile dist --bin signoff --target "$target" >&2
suffix=""
case $target in *-windows-*) suffix=.exe ;; esac
echo "$output/$target/dist/signoff$suffix"
