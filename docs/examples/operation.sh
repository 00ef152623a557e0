#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Asks Daybook for an operation and waits for its end:
#
#   operation.sh verify|refresh|recompute|schedule KEY [BODY]
#
# DAYBOOK_URL says where it is, DAYBOOK_TOKEN_FILE where an operator's token is. Exits with 0 when it
# is done, and prints what came of it. Sent again with the same key it waits for the same one.
set -eu
kind=$1 key=$2 body=${3:-}

ask() {
  curl -sSf --retry 5 --retry-connrefused \
    -H "Authorization: Bearer $(cat "$DAYBOOK_TOKEN_FILE")" "$@"
}

answer=$(ask -X POST -H "Idempotency-Key: $key" -d "$body" "$DAYBOOK_URL/api/ops/$kind?wait=60")
while :; do
  case $answer in
    *"\"kind\":\"$kind\",\"state\":\"done\""*) printf '%s\n' "$answer"; exit 0 ;;
    *"\"kind\":\"$kind\",\"state\":\"failed\""*) printf '%s\n' "$answer" >&2; exit 1 ;;
  esac
  sleep 1
  answer=$(ask "$DAYBOOK_URL/api/ops/$key?wait=60")
done
