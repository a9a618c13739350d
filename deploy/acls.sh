#!/usr/bin/env bash
# Gives a Kafka principal the rights of a role. deploy/ACLS.md says what each may do; a test holds this file to the code.
#
#   deploy/acls.sh service|reader|publisher|operator PRINCIPAL -- what kafka-acls wants, such as --bootstrap-server HOST:PORT
#
# KAFKA_ACLS          the command, kafka-acls.sh by default; "echo" shows what would be done
# ERRATA_MODEL_NAME   the model line, errata-gptj-8m by default
# ERRATA_TOPICS_PREFIX  as the service has it, errata. by default
set -euo pipefail

usage() {
  echo "usage: deploy/acls.sh service|reader|publisher|operator PRINCIPAL [-- OPTION OF kafka-acls ...]" >&2
  exit 2
}

[ $# -ge 2 ] || usage
role=$1
principal=$2
shift 2
[ "${1:-}" != -- ] || shift
acls=("${KAFKA_ACLS:-kafka-acls.sh}" "$@")
prefix=${ERRATA_TOPICS_PREFIX-errata.}
line=$prefix${ERRATA_MODEL_NAME:-errata-gptj-8m}

topics=(facts batches deltas keys versions head evaluations outcomes ledger targets intake tags audit facts.dlq)

# grant literal|prefixed topic|group|transactional-id NAME OPERATION...
grant() {
  local pattern=$1 kind=$2 name=$3 operations=()
  shift 3
  local operation
  for operation in "$@"; do
    operations+=(--operation "$operation")
  done
  "${acls[@]}" --add --allow-principal "User:$principal" "${operations[@]}" "--$kind" "$name" --resource-pattern-type "$pattern"
}

# every OPERATION... on each topic
every() {
  local topic
  for topic in "${topics[@]}"; do
    grant literal topic "$prefix$topic" "$@"
  done
}

case $role in
  service)
    # Create: only where errata.topics.create is true.
    every Describe DescribeConfigs Create Read Write
    for name in accumulator worker; do
      grant literal group "$line.$name" Describe Read
      grant literal transactional-id "$line.$name" Describe Write
    done
    grant prefixed transactional-id "$line.operator." Describe Write
    # The history of REST, a group for each process and topic that commits nothing.
    grant prefixed group errata-history- Describe Read
    ;;
  reader)
    every Describe DescribeConfigs Read
    # errata verify asks how far these have come, and is in no group itself.
    for name in accumulator worker; do
      grant literal group "$line.$name" Describe
    done
    ;;
  publisher)
    grant literal topic "${prefix}facts" Describe Write
    ;;
  operator)
    for topic in facts batches tags audit; do
      grant literal topic "$prefix$topic" Describe Write
    done
    grant prefixed transactional-id "$line.operator." Describe Write
    ;;
  *)
    usage
    ;;
esac
