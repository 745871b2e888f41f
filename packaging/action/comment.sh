#!/usr/bin/env bash
# Writes one comment on the pull request, and updates it when the findings change. There is no comment before something has changed
# compared with the base branch. Needs curl and jq, which GitHub's runners have.
set -euo pipefail

number=$(jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH")
[ -n "$number" ] || exit 0
comments=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$number/comments
# `-->` would end the HTML comment.
marker="<!-- signoff: ${INPUT_NAME//[^A-Za-z0-9 ._\/-]/_} -->"
response=$(mktemp)
trap 'rm -f "$response"' EXIT

api() { # api METHOD URL [BODY]: the token is passed by standard input, because other processes can read arguments
  printf 'header = "Authorization: Bearer %s"\n' "$INPUT_TOKEN" | curl --config - --silent --show-error --fail --retry 3 \
    --request "$1" --header "Accept: application/vnd.github+json" --header "X-GitHub-Api-Version: 2022-11-28" \
    ${3:+--data-binary "@$3"} --output "$response" "$2"
}

own_comment() { # prints id and body of the first comment with the marker that a bot, or the owner of the token, has written
  local login page=1
  api GET "$GITHUB_API_URL/user" 2>/dev/null && login=$(jq -r .login "$response") || login=""
  while api GET "$comments?per_page=100&page=$page"; do
    jq -c --arg marker "$marker" --arg login "$login" '[.[]
      | select((.body | startswith($marker)) and (.user.type == "Bot" or .user.login == $login))
      | {id, body}][0] // empty' "$response"
    [ "$(jq length "$response")" -eq 100 ] || return 0
    page=$((page + 1))
  done
  return 1
}

head='{}'
# A run with invalid inputs writes no reports.
if [ -f "$REPORTS/events.jsonl" ]; then head=$(tail -n 1 "$REPORTS/events.jsonl" | jq -c '.head // {}'); fi
state=$(jq -c --arg code "$EXIT_CODE" '[$code, .target.name, (.summary.errored // 0),
  ([(.groups // [])[] | [.finding.fingerprint, .finding.since, .waived != null]] | sort),
  [(.baseline.fixed // [])[].fingerprint]]' <<<"$head")
state=$(printf '%s' "$state" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d ' ' -f 1)
changed=$(jq --arg code "$EXIT_CODE" '($code != "0" and $code != "1") or (.summary.errored // 0) > 0
  or any((.groups // [])[]; .waived == null and .finding.since != "known") or ((.baseline.fixed // []) | length > 0)' <<<"$head")

if ! found=$(own_comment); then
  echo "::warning::cannot read the comments of the pull request: the token needs the permission pull-requests: write"
  exit 0
fi
found=$(head -n 1 <<<"$found")
if [ -z "$found" ] && [ "$changed" = false ]; then
  echo "no comment: nothing has changed compared with the base branch"
  exit 0
fi
if [ -n "$found" ] && jq -e --arg state "<!-- state: $state -->" '.body | contains($state)' <<<"$found" >/dev/null; then
  echo "the comment is current"
  exit 0
fi

summary="signoff could not run the cases (exit code $EXIT_CODE). The log of the job shows why."
if [ -f "$REPORTS/summary.md" ]; then summary=$(cat "$REPORTS/summary.md"); fi
body=$(mktemp)
trap 'rm -f "$response" "$body"' EXIT
# GitHub accepts 65,536 characters.
printf '%s' "$summary" | jq -Rs --arg marker "$marker" --arg state "$state" --arg url "${ARTIFACT_URL:-}" '
  (if length > 60000 then .[:60000] | sub("\n[^\n]*$"; "\n") + "\n\n…\n" else . end) as $text
  | (if $url == "" then "" else "[All reports](\($url))\n\n" end) as $link
  | { body: "\($marker)\n<!-- state: \($state) -->\n\($link)\($text)" }' >"$body"
if [ -n "$found" ]; then
  written=$(api PATCH "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments/$(jq -r .id <<<"$found")" "$body" && echo updated) || true
else
  written=$(api POST "$comments" "$body" && echo created) || true
fi
if [ -n "$written" ]; then
  echo "$written the comment"
else
  echo "::warning::cannot write the comment: the token needs the permission pull-requests: write"
fi
