#!/usr/bin/env bash
# Runs the cases and stores the exit code for the next steps, which also run if a case fails.
set -euo pipefail

arguments=()
[ -z "${INPUT_TARGET:-}" ] || arguments+=("--target=$INPUT_TARGET")
while IFS= read -r argument; do
  [ -z "$argument" ] || arguments+=("$argument")
done <<<"${INPUT_ARGUMENTS:-}"
case $INPUT_DIRECTORY$INPUT_REPORTS in
  *$'\n'*)
    echo "::error::a directory must not contain a line break"
    exit 2
    ;;
esac

code=0
# Without arguments, bash 3.2 (macOS) regards the list as unset.
signoff run "--directory=$INPUT_DIRECTORY" "--reports=$INPUT_REPORTS" --report=github,events \
  ${arguments[@]+"${arguments[@]}"} || code=$?
reports=$INPUT_REPORTS
case $reports in /* | ?:*) ;; *) reports=$INPUT_DIRECTORY/$reports ;; esac
printf 'exit-code=%s\nreports=%s\n' "$code" "$reports" >>"$GITHUB_OUTPUT"
