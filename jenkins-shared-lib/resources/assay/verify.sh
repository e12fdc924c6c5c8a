set +x # the log need not show this
# Succeeds when $ASSAY_CLI is byte for byte the CLI of this library and says that it is of its version.
[ -f "$ASSAY_CLI" ] &&
  node -e '
    const { createHash } = require("node:crypto")
    const { readFileSync } = require("node:fs")
    const { ASSAY_CLI, ASSAY_SHA256 } = process.env
    process.exitCode = createHash("sha256").update(readFileSync(ASSAY_CLI)).digest("hex") === ASSAY_SHA256 ? 0 : 1
  ' &&
  [ "$(node "$ASSAY_CLI" --version)" = "$ASSAY_VERSION" ]
