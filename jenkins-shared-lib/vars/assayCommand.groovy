/** What every step does around its one command. Pipelines call `assayRun` and its siblings, which hand in their options. */
Map call(String command, Map given, Map defaults, String script) {
  if (!isUnix()) error('Assay runs on Linux and macOS agents; Windows agents are not supported.')
  Map options = assayOptions("assay ${command}", given, defaults + [cli: '', credentialsId: '', credentialsKind: 'text'])
  // Every value travels as an environment variable; the script is a constant that quotes them.
  List values = defaults.collect { name, normal ->
    String value = normal == false && options[name].toString() == 'false' ? '' : options[name]
    "ASSAY_OPTION_${name.replaceAll('([A-Z])', '_$1').toUpperCase()}=${value}"
  }
  Map outcome = [:]
  withEnv(values + assayCli(options.cli)) {
    String folder = sh(returnStdout: true, script: 'mktemp -d "$ASSAY_TEMP/assay-step.XXXXXX"').trim()
    withEnv(["ASSAY_STEP_FOLDER=${folder}"]) {
      try {
        int status = 70
        withCredentials(assayToken(options.credentialsId, options.credentialsKind)) { status = sh(returnStatus: true, script: script) }
        outcome = assayOutcome(command, status, folder, options.output)
      } finally {
        if (options.output) archiveArtifacts(artifacts: "${options.output}/**", allowEmptyArchive: true)
        sh 'rm -rf "$ASSAY_STEP_FOLDER"'
      }
    }
  }
  return outcome
}
