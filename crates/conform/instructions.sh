#!/usr/bin/env bash
# Counts the instructions of our answers to the benchmark's cases, on 1.37, and compares them with those in
# instructions.txt: a change that makes an answer slower by more than 2 % is seen whatever else the machine does.
# instructions.sh CONFORM [--record]
set -euo pipefail
conform=$1
here=$(dirname "$0")
recorded=$here/instructions.txt
now=$(mktemp)
trap 'rm -f "$now"' EXIT
for op in restart_decision pod_actions validate_pod_create validate_pod_resize; do
  for part in ready json; do
    options=(--count "$op" --release 1.37)
    if [ $part = json ]; then options+=(--json); fi
    counts=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no \
      --toggle-collect='*bench::counted*' "$conform" "${options[@]}" 2>&1) || { echo "$counts"; exit 1; }
    collected=$(sed -n 's/.*Collected : //p' <<< "$counts")
    echo "$op $part $collected" >> "$now"
  done
done
if [ "${2:-}" = --record ]; then
  { echo "# Instructions of 12 answers, op and part. $(rustc --version)"; cat "$now"; } > "$recorded"
  cat "$recorded"
  exit
fi
join <(sed 's/ /:/; /^#/d' "$recorded" | sort) <(sed 's/ /:/' "$now" | sort) | awk '
  { change = ($3 / $2 - 1) * 100; printf "%-28s %12d %12d %+7.2f %%\n", $1, $2, $3, change; slower += change > 2 }
  END { if (NR != 8) { print "the record lacks a line: make instructions RECORD=1"; exit 1 }
        if (slower) { print slower " slower than recorded"; exit 1 } }'
