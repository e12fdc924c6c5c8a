#!/usr/bin/env bash
# `npm run e2e`: Assay against a real Kubernetes API server and Argo CD. See test/e2e/README.md.
#
# All of it runs in a network and process namespace of its own: there is nothing but loopback, no port of this machine is
# taken, and whatever was started ends with the run, however that ends.
set -euo pipefail
cd "$(dirname "$0")/../.."
# What scripts/install-tools.sh brought, where the machine's own is too old.
export PATH="$PWD/.tools/go/bin:$PWD/.tools/python/bin:$PATH"

for command in redis-server kubectl openssl ip traefik unshare flock; do
  command -v "$command" >/dev/null && continue
  echo "npm run e2e needs $command: scripts/install-tools.sh installs it" >&2
  exit 1
done
cache=$(test/e2e/build.sh)
export ASSAY_E2E_CACHE=$cache PATH=$cache/bin:$PATH

isolated=(unshare --net --pid --fork --kill-child --mount-proc)
if [ "$(id -u)" != 0 ]; then isolated+=(--user --map-root-user); fi
if ! "${isolated[@]}" true; then
  echo "npm run e2e needs namespaces of its own (unshare): run it as root, or where people may make user namespaces" >&2
  exit 1
fi
# Its first process takes no signal, so whoever ends this one ends that one for good, and everything in its namespace with it.
# 192.0.2.1: the API server takes no address of 127.0.0.0/8 for an endpoint.
# shellcheck disable=SC2016 # expanded inside
"${isolated[@]}" bash -c 'ip link set lo up && ip address add 192.0.2.1/32 dev lo && exec node_modules/.bin/vitest run --config vitest.e2e.config.ts "$@"' e2e "$@" &
readonly inside=$!
trap 'kill -KILL "$inside" 2>/dev/null || true' EXIT
trap 'exit 143' INT TERM HUP
wait "$inside"
