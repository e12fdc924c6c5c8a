#!/usr/bin/env bash
# Builds what `npm run e2e` starts: etcd, kube-apiserver, kube-controller-manager, Argo CD, kustomize and helm, from the Go
# module proxy alone, in one module so that all share the same packages. About ten minutes on two quiet cores, once: it lies
# in the cache folder until a version below changes. The last line printed is that folder.
#
# Argo CD 3.2 is the newest line that the proxy alone has whole: from 3.3 on its gitops-engine is a folder of its repository.
set -euo pipefail

readonly ARGOCD=v3.2.11 KUBERNETES=v1.34.2 ETCD=v3.6.5 KUSTOMIZE=v5.7.1 HELM=v3.18.6
readonly GO_NEEDED=1.25.5
readonly VERSIONS="argocd $ARGOCD, kubernetes $KUBERNETES, etcd $ETCD, kustomize $KUSTOMIZE, helm $HELM"
readonly CACHE=${ASSAY_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/cluster}
readonly BIN=$CACHE/bin SOURCE=$CACHE/src MANIFESTS=$CACHE/manifests

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

main
