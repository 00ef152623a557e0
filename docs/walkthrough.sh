#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A walk through what can happen to a row, on a running `./daybook dev`: each step changes the
# source with psql, waits until the rollups show what your own SELECTs say, looks at the cache
# versions, and lets `./daybook verify` compare everything. Exits 0 only if all of it held.
#
#   ./daybook dev             in one terminal
#   docs/walkthrough.sh       in another
#
#   WALKTHROUGH_LIMIT_MS      how long rollup and versions may take after a commit (default 2000)

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
state=$root/.daybook
limit_ms=${WALKTHROUGH_LIMIT_MS:-2000}
failures=0
steps=0

fail() { printf 'walkthrough: %s\n' "$1" >&2; exit "${2:-1}"; }

# --- what it needs ---------------------------------------------------------------------------

((BASH_VERSINFO[0] >= 5)) || fail "this is bash $BASH_VERSION; version 5 or newer is needed" 2
command -v psql >/dev/null ||
  fail "no psql found; install it, for example: apt-get install postgresql-client" 2
[[ -f $state/dev.env ]] ||
  fail "no dev is running: start ./daybook dev in another terminal and wait until it is complete" 3
# shellcheck source=/dev/null
source "$state/dev.env"
kill -0 "$DAYBOOK_DEV_PID" 2>/dev/null ||
  fail "the dev of $state/dev.env (pid $DAYBOOK_DEV_PID) has ended: start ./daybook dev again" 3

sql() { psql -X -At -v ON_ERROR_STOP=1 -d "$DAYBOOK_DEV_SOURCE_URL" -c "$1"; }

sql 'SELECT 1' >/dev/null || fail "the dev's Postgres does not answer at $DAYBOOK_DEV_SOURCE_URL" 3

# The value of a Redis key, 0 where there is none; without redis-cli it speaks the protocol itself.
redis_get() {
  local reply
  if command -v redis-cli >/dev/null; then
    reply=$(redis-cli -u "$DAYBOOK_DEV_REDIS" GET "$1")
  else
    local address=${DAYBOOK_DEV_REDIS#redis://} line
    address=${address%%/*}
    exec 3<>"/dev/tcp/${address%:*}/${address##*:}"
    printf '*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n' "${#1}" "$1" >&3
    IFS= read -r -t 5 line <&3
    reply=
    if [[ $line == '$'[0-9]* ]]; then
      IFS= read -r -t 5 reply <&3
    fi
    exec 3<&-
  fi
  reply=${reply%$'\r'}
  printf '%s' "${reply:-0}"
}

now_ms() { printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

# --- rows of our own -------------------------------------------------------------------------

# The live load of dev leaves rows alone whose id is no plain UUID.
own_id() {
  sql "SELECT id || '-walk-$$-$2' FROM \"$1\" WHERE ${3:-true} ORDER BY id OFFSET 7 LIMIT 1"
}

a=$(own_id Client a)
b=$(own_id Client b)
campaign=$(own_id EmailCampaign c)
lead=$(own_id Lead lead)
other_lead=$(own_id Lead other)
message=$(own_id Message message "direction = 'inbound'")

clean_up() {
  sql "DELETE FROM \"Client\" WHERE id IN ('$a', '$b')" >/dev/null ||
    printf 'walkthrough: rows with -walk-%s- in their ids may be left\n' "$$" >&2
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- what is compared ------------------------------------------------------------------------

# The SELECTs of a rollup as they stand, and its view, both as (side, cell, column, value) for our
# workspaces. A measure of 0 or NULL is left out: it is what a cell shows of an absent fact.
answers() {
  local rollup=$1 cell=$2 file
  local values="f.workspace_id, concat_ws('/', $cell) AS cell, v.key AS col, v.value"
  local ours="v.value <> '0' AND f.workspace_id IN ('$a', '$b')"
  for file in "$root/schemas/rollups/$rollup"/*.sql; do
    printf "SELECT 'live' AS side, %s\nFROM (\n%s\n) f, jsonb_each_text(to_jsonb(f)) v WHERE %s\n" \
      "$values" "$(<"$file")" "$ours"
    printf 'UNION ALL\n'
  done
  printf "SELECT 'rollup', %s\n" "$values"
  printf "FROM daybook.%s f, jsonb_each_text(to_jsonb(f) - 'updated_at') v WHERE %s\n" \
    "$rollup" "$ours"
}

both=$(
  printf "WITH answer AS (\n"
  answers workspace_daily "'workspace_daily', f.day"
  printf 'UNION ALL\n'
  answers campaign_daily "'campaign_daily', f.day, f.campaign_id, f.campaign_name"
  printf 'UNION ALL\n'
  answers lead_daily "'lead_daily', f.day, f.status, f.sms_campaign_id"
  printf 'UNION ALL\n'
  answers segment_daily "'segment_daily', f.day, f.industry, f.headcount"
  printf ')\n'
)

# What differs between live SELECT and rollup, in one snapshot; nothing when they are equal.
differences() {
  sql "$both, live AS (SELECT workspace_id, cell, col, value FROM answer WHERE side = 'live'),
    rollup AS (SELECT workspace_id, cell, col, value FROM answer WHERE side = 'rollup')
    (SELECT 'only live:   ', * FROM (TABLE live EXCEPT TABLE rollup) l)
    UNION ALL
    (SELECT 'only rollup: ', * FROM (TABLE rollup EXCEPT TABLE live) r)"
}

# The live answer for one workspace, as a fingerprint.
live_of() {
  sql "$both SELECT md5(string_agg(cell || ' ' || col || ' ' || value, ',' ORDER BY cell, col))
    FROM answer WHERE side = 'live' AND workspace_id = '$1'"
}

version_of() { redis_get "analytics:v1:ver:$1"; }

# --- a step ----------------------------------------------------------------------------------

# Changes the source, then waits and checks. Where the live answer of a workspace has changed by it,
# the workspace's version must have grown.
step() {
  local what=$1 change=$2 before_a before_b live_a live_b tag started ms wrong=
  steps=$((steps + 1))
  live_a=$(live_of "$a") live_b=$(live_of "$b")
  before_a=$(version_of "$a") before_b=$(version_of "$b")

  tag=$(sql "$change")
  started=$(now_ms)
  [[ $tag =~ ^(UPDATE|DELETE|INSERT\ 0)\ [1-9] || $tag == BEGIN*COMMIT ]] ||
    wrong+="       the statement changed no row: $tag"$'\n'

  local differing
  until differing=$(differences) && [[ -z $differing ]]; do
    if (($(now_ms) - started > limit_ms)); then
      wrong+="       the rollup still differs after $limit_ms ms:"$'\n'$differing$'\n'
      break
    fi
  done
  ms=$(($(now_ms) - started))

  check_version a "$a" "$live_a" "$before_a"
  check_version b "$b" "$live_b" "$before_b"

  # Under load a key may change in every round of a comparison; not for ever.
  local verdict tries=3
  until verdict=$("$root/daybook" verify --config "$state/dev.yaml" 2>&1); do
    if [[ ${verdict##*$'\n'} != undecided* ]] || ((--tries == 0)); then
      wrong+="       verify is not content:"$'\n'$verdict$'\n'
      break
    fi
  done
  report "$what" "$ms" "a $before_a>$(version_of "$a")  b $before_b>$(version_of "$b")" \
    "${verdict##*$'\n'}" "$wrong"
}

# Adds to $wrong of the step.
check_version() {
  local name=$1 workspace=$2 live_before=$3 version_before=$4
  [[ $(live_of "$workspace") != "$live_before" ]] || return 0
  until (($(version_of "$workspace") > version_before)); do
    if (($(now_ms) - started > ms + limit_ms)); then
      wrong+="       the version of workspace $name has not grown within $limit_ms ms"$'\n'
      return 0
    fi
  done
}

report() {
  local what=$1 ms=$2 versions=$3 verdict=$4 wrong=$5 mark='ok  '
  if [[ -n $wrong ]]; then
    mark=FAIL
    failures=$((failures + 1))
  fi
  printf '%s %-55s right after %4d ms   versions %-16s   verify: %s\n' \
    "$mark" "$what" "$ms" "$versions" "$verdict"
  printf '%s' "$wrong"
}

# --- the walk --------------------------------------------------------------------------------

printf 'workspace a: %s\nworkspace b: %s\n' "$a" "$b"

step 'two workspaces, a campaign, leads, a meeting, a response' "
  BEGIN;
  INSERT INTO \"Client\" (id, name, \"createdAt\")
  VALUES ('$a', 'Walk a', '2020-01-01'), ('$b', 'Walk b', '2020-01-01');
  INSERT INTO \"EmailCampaign\" (id, \"clientId\", name) VALUES ('$campaign', '$a', 'Walk');
  INSERT INTO \"Lead\" (id, \"clientId\", \"emailCampaignId\", \"sentimentTag\", \"createdAt\",
                        \"updatedAt\")
  VALUES ('$lead', '$a', '$campaign', 'Interested', '2026-03-01 10:00', now()),
         ('$other_lead', '$b', NULL, NULL, '2026-03-02 10:00', now());
  INSERT INTO \"Appointment\" (id, \"leadId\", provider, status, \"createdAt\", \"updatedAt\")
  VALUES ('$lead', '$lead', 'GHL', 'SHOWED', '2026-03-03 10:00', now()),
         ('$other_lead', '$other_lead', 'CALENDLY', 'CONFIRMED', '2026-03-04 10:00', now());
  INSERT INTO \"ResponseTimingEvent\" (id, \"clientId\", \"leadId\", channel, \"inboundSentAt\",
                                       \"setterResponseMs\")
  VALUES ('$lead', '$a', '$lead', 'email', '2026-03-03 23:59:59.999', 90000);
  COMMIT"
step 'a message arrives' "
  INSERT INTO \"Message\" (id, \"leadId\", direction, body, \"sentAt\")
  VALUES ('$message', '$lead', 'inbound', 'Hello', '2026-03-05 12:00')"
step "the message's direction changes" "
  UPDATE \"Message\" SET direction = 'outbound' WHERE id = '$message'"
step 'it moves to another day' "
  UPDATE \"Message\" SET \"sentAt\" = '2026-02-28 23:59:59.999' WHERE id = '$message'"
step 'it moves to a lead of the other workspace' "
  UPDATE \"Message\" SET \"leadId\" = '$other_lead' WHERE id = '$message'"
step "that lead's workspace changes, its message with it" "
  UPDATE \"Lead\" SET \"clientId\" = '$a' WHERE id = '$other_lead'"
step "the message's primary key changes (numbers stay)" "
  UPDATE \"Message\" SET id = '$message-2' WHERE id = '$message'"
step 'the message is still followed: inbound and read' "
  UPDATE \"Message\" SET direction = 'inbound', \"isRead\" = true WHERE id = '$message-2'"
step "a lead's primary key changes (children follow)" "
  UPDATE \"Lead\" SET id = '$other_lead-2' WHERE id = '$other_lead'"
step 'the lead is still followed: back to the other workspace' "
  UPDATE \"Lead\" SET \"clientId\" = '$b' WHERE id = '$other_lead-2'"
step "the campaign's name changes" "
  UPDATE \"EmailCampaign\" SET name = 'Walk on' WHERE id = '$campaign'"
step "the message goes back to the first lead" "
  UPDATE \"Message\" SET \"leadId\" = '$lead' WHERE id = '$message-2'"
step 'the message is deleted' "
  DELETE FROM \"Message\" WHERE id = '$message-2'"
step 'another one arrives, yesterday' "
  INSERT INTO \"Message\" (id, \"leadId\", direction, body, \"sentAt\")
  VALUES ('$message', '$lead', 'inbound', 'Hello again', now() - interval '1 day')"
step 'the lead is deleted (message, meeting, response with it)' "
  DELETE FROM \"Lead\" WHERE id = '$lead'"
step 'the other lead moves into the first workspace again' "
  UPDATE \"Lead\" SET \"clientId\" = '$a', \"emailCampaignId\" = '$campaign'
  WHERE id = '$other_lead-2'"
step 'the workspace is deleted (everything with it)' "
  DELETE FROM \"Client\" WHERE id = '$a'"

if ((failures > 0)); then
  fail "$failures of $steps steps failed"
fi
printf 'All %d steps held.\n' "$steps"
