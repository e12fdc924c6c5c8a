#!/usr/bin/env bash
# Builds what `npm run e2e` starts: etcd, kube-apiserver, kube-controller-manager, Argo CD, kustomize and helm, from the Go
# module proxy alone, in one module so that all share the same packages, and the controller of Argo Rollouts by itself; and takes
# the definitions of custom resources from it. About twenty minutes on two quiet cores, once: it lies
# in the cache folder until a version below changes. The last line printed is that folder.
#
# Argo CD 3.2 is the newest line that the proxy alone has whole: from 3.3 on its gitops-engine is a folder of its repository.
set -euo pipefail

readonly ARGOCD=v3.2.11 KUBERNETES=v1.34.2 ETCD=v3.6.5 KUSTOMIZE=v5.7.1 HELM=v3.18.6
readonly ROLLOUTS=v1.10.2
readonly GO_NEEDED=1.26.0
readonly VERSIONS="argocd $ARGOCD, kubernetes $KUBERNETES, etcd $ETCD, kustomize $KUSTOMIZE, helm $HELM"
readonly CACHE=${ASSAY_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/cluster}
readonly BIN=$CACHE/bin SOURCE=$CACHE/src MANIFESTS=$CACHE/manifests DEFINITIONS=$CACHE/definitions

# The definitions of the kinds that targets write or route by, as their projects publish them, all under Apache-2.0: module and
# version, file in it, its SHA-256.
definitions() {
  local gateway_api=sigs.k8s.io/gateway-api@v1.7.0 standard=config/crd/standard/gateway.networking.k8s.io
  local rollouts=github.com/argoproj/argo-rollouts@$ROLLOUTS
  local operator=github.com/prometheus-operator/prometheus-operator@v0.85.0 example=example/prometheus-operator-crd/monitoring.coreos.com
  cat <<TEXT
istio.io/api@v1.31.4 kubernetes/customresourcedefinitions.gen.yaml c0ad59e008658765412badb836e73a523a355e3d792a32ad3c0711a728be5aff
$gateway_api ${standard}_httproutes.yaml ac4c1e0ad475793728a3c599cdac602cc658a633787a2fa568339e98aae93674
$gateway_api ${standard}_gateways.yaml b6f98824499cc97c358e2db4417487abbd2d4bc02bd9452443fe1f5bbcacfcf3
$gateway_api ${standard}_gatewayclasses.yaml 84948a7ebe77da1af85a0520898581eb218eb7a182acea28280382148110b3e6
$gateway_api ${standard}_referencegrants.yaml 47f253203460cfd0d38fb1ba5915cf6f95f04e77b5c4981a4b5941005c472c80
$gateway_api ${standard}_backendtlspolicies.yaml 2d6093910adab97984bdac9fd203896b300561ad2a8ff87701badc4d83932352
$gateway_api ${standard}_tlsroutes.yaml ffc229641d19df316a4db635e2e13757cb8f4886802f8db80ffb8858bb8ed297
$gateway_api ${standard}_grpcroutes.yaml a7192ef99b2ae3ad227c67c304e921ce05e5fea911da277e62d728c0d6249127
github.com/envoyproxy/gateway@v1.9.1 charts/gateway-helm/charts/crds/crds/generated/gateway.envoyproxy.io_backendtrafficpolicies.yaml cd75a4c222df5487aa9ca8957b48bcc3255eb25de02ed9153faf620bc160f786
github.com/kserve/kserve@v0.20.0 config/crd/full/serving.kserve.io_inferenceservices.yaml 57c3bf13f77de94678bf2ae3748056ec071ad2b9e88d6a28f44fb4710758fcff
$rollouts manifests/crds/rollout-crd.yaml 1562decc7b3720c31cbe382eeb62b6fbfd236f8e81a1f98644a9774d1e7d7933
$rollouts manifests/crds/analysis-template-crd.yaml bb41aa62329355c5ffb38031822b4515cc2f60c5a94fcae5df6099ddbf8c5a08
$rollouts manifests/crds/analysis-run-crd.yaml bd5fc4bdabe5fb4e7655bdd5e670244bad5d1757aa52f729a193a5fa6e6a729a
$rollouts manifests/crds/cluster-analysis-template-crd.yaml e9689a6f2566acca3c4580c8756963535289ca5092f9fd92727b5770ea0fea68
$rollouts manifests/crds/experiment-crd.yaml a5dcd79b08bcfdd0c134cf8ca2ccd2e347a13864256c3e3a4748407ac0ad4b4d
$operator ${example}_prometheusrules.yaml 98fd16c9ab79fba8dcd6ef62c957c98cd6546ab74ce0a4ecf09ddf2fda03020e
$operator ${example}_servicemonitors.yaml 1dae27b7189b5ce7b9ab764656c18b4c75a45cde1e6f3af6a5e84c4317628919
$operator ${example}_podmonitors.yaml 8ce88c52c51209993511cae093089c9525f5552def88119e3f559123ee9d454b
$operator ${example}_alertmanagerconfigs.yaml 7e34fd1f9abf3a2756eb53895f1ca6b291ce3cac929152c9e3919d8d7fb85ccf
TEXT
}

main() {
  mkdir -p "$CACHE"
  # Two runs at once build once.
  exec 9>"$CACHE/lock"
  flock 9
  if [ "$(cat "$CACHE/versions" 2>/dev/null)" != "$VERSIONS" ]; then
    check_go
    forget_other_versions
    build_all
    echo "$VERSIONS" >"$CACHE/versions"
  fi
  if [ "$(cat "$CACHE/rollouts" 2>/dev/null)" != "$ROLLOUTS" ]; then
    check_go
    build_rollouts
    echo "$ROLLOUTS" >"$CACHE/rollouts"
  fi
  if [ "$(cat "$CACHE/defined" 2>/dev/null)" != "$(definitions)" ]; then
    check_go
    take_definitions
    definitions >"$CACHE/defined"
  fi
  echo "$CACHE"
}

check_go() {
  local go
  go=$(go env GOVERSION 2>/dev/null) || go=none
  if [ "$(printf '%s\n' "$GO_NEEDED" "${go#go}" | sort -V | head -n 1)" = "$GO_NEEDED" ] && [ "$go" != none ]; then return; fi
  cat >&2 <<TEXT
npm run e2e builds a Kubernetes API server and Argo CD, and needs Go $GO_NEEDED or newer for that (found: $go).
scripts/install-tools.sh brings one. Or install it from https://go.dev/dl and put it on the PATH, or set ASSAY_E2E_CACHE to a folder with what another run has built.
TEXT
  exit 1
}

# What a build that was stopped left behind is gone on with.
forget_other_versions() {
  if [ "$(cat "$CACHE/building" 2>/dev/null)" = "$VERSIONS" ]; then return; fi
  rm -rf "$BIN" "$SOURCE" "$MANIFESTS" "$CACHE/versions"
  echo "$VERSIONS" >"$CACHE/building"
}

build_all() {
  mkdir -p "$BIN" "$SOURCE" "$MANIFESTS"
  cd "$SOURCE"
  [ -f go.sum ] || take_argocd
  export GOFLAGS="-mod=mod -buildvcs=false" CGO_ENABLED=0
  build etcd go.etcd.io/etcd/server/v3
  build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
  build kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager
  build argocd github.com/argoproj/argo-cd/v3/cmd
  install_tool kustomize "sigs.k8s.io/kustomize/kustomize/v5@$KUSTOMIZE"
  install_tool helm "helm.sh/helm/v3/cmd/helm@$HELM"
}

# The replacements of versions in Argo CD's own go.mod hold for all.
take_argocd() {
  local folder
  folder=$(cd "$(mktemp -d)" && go mod download -json "github.com/argoproj/argo-cd/v3@$ARGOCD" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  {
    sed -e 's#^module .*#module e2e.test/cluster#' "$folder/go.mod"
    printf '\nrequire (\n\tgithub.com/argoproj/argo-cd/v3 %s\n\tgo.etcd.io/etcd/server/v3 %s\n\tk8s.io/kubernetes %s\n)\n' "$ARGOCD" "$ETCD" "$KUBERNETES"
  } >go.mod
  # Argo CD looks for both on its PATH, and takes no manifest without them.
  install -m 755 "$folder"/hack/{git-verify,gpg}-wrapper.sh "$BIN"
  install -m 644 "$folder"/manifests/crds/*-crd.yaml "$folder"/manifests/base/config/argocd-*.yaml "$MANIFESTS"
  install -m 644 "$folder/go.sum" go.sum
}

# build COMMAND PACKAGE, within the one module.
build() {
  if [ -x "$BIN/$1" ]; then return; fi
  echo "e2e: building $1" >&2
  nice go build -trimpath -ldflags '-s -w' -o "$BIN/$1.new" "$2"
  mv "$BIN/$1.new" "$BIN/$1"
}

# install_tool COMMAND MODULE@VERSION, by itself.
install_tool() {
  if [ -x "$BIN/$1" ]; then return; fi
  echo "e2e: building $1" >&2
  GOFLAGS='' GOBIN=$BIN nice go install -trimpath -ldflags '-s -w' "$2"
}

# It has packages in other versions than Argo CD, so it is a module of its own. Its go.mod asks for the newest patch of Go, which
# no machine needs to have: any of that line builds it.
build_rollouts() {
  local module=github.com/argoproj/argo-rollouts@$ROLLOUTS
  cd "$(mktemp -d)"
  go mod download "$module" 2>/dev/null || true
  rm -rf "$CACHE/rollouts-src"
  cp -r --no-preserve=mode "$(go env GOMODCACHE)/$module" "$CACHE/rollouts-src"
  cd "$CACHE/rollouts-src"
  sed -i -E 's/^(go 1\.[0-9]+)\.[0-9]+$/\1.0/' go.mod
  rm -f "$BIN/rollouts-controller"
  GOFLAGS=-buildvcs=false CGO_ENABLED=0 build rollouts-controller ./cmd/rollouts-controller
  rm -rf "$CACHE/rollouts-src"
}

take_definitions() {
  local module file hash
  cd "$(mktemp -d)"
  rm -rf "$DEFINITIONS"
  mkdir "$DEFINITIONS"
  definitions | while read -r module file hash; do
    # A module may ask for a newer Go than is here: nothing of it is built, and the files are there all the same.
    go mod download "$module" 2>/dev/null || true
    install -m 644 "$(go env GOMODCACHE)/$module/$file" "$DEFINITIONS"
    echo "$hash  $DEFINITIONS/${file##*/}" | sha256sum --check --quiet >&2
  done
}

main
