/** Environment to call the CLI: the one of this library, written into the workspace's temporary folder once, or an installed one. */
List call(String installed) {
  String[] lock = libraryResource(resource: 'assay/cli.lock', encoding: 'UTF-8').trim().split(' ')
  List variables = ["ASSAY_TEMP=${pwd(tmp: true)}", "ASSAY_VERSION=${lock[0]}", "ASSAY_SHA256=${lock[1]}"]
  variables += installed ? ['ASSAY_NODE=', "ASSAY_CLI=${installed}"] : ['ASSAY_NODE=node', "ASSAY_CLI=${pwd(tmp: true)}/assay-${lock[0]}.cjs"]
  withEnv(variables) {
    sh 'mkdir -p "$ASSAY_TEMP"'
    if (installed) {
      if (sh(returnStatus: true, script: '[ "$("$ASSAY_CLI" --version)" = "$ASSAY_VERSION" ]') != 0)
        echo "${installed} is not version ${lock[0]}, which this library was made for: options may differ."
    } else if (sh(returnStatus: true, script: libraryResource('assay/verify.sh')) != 0) {
      writeFile(file: "${pwd(tmp: true)}/assay-${lock[0]}.cjs", encoding: 'UTF-8', text: libraryResource(resource: 'assay/cli.cjs', encoding: 'UTF-8'))
      if (sh(returnStatus: true, script: libraryResource('assay/verify.sh')) != 0)
        error('The Assay CLI cannot be run: the agent has no node (22 or newer) on its PATH, or the copy of the CLI is not the one of the library.')
    }
  }
  return variables
}
