/** The whole way of a model: checkout, data, training, verdict; on the release branch also packaging and promotion. */
def call(Map given = [:]) {
  Map options = assayOptions('assayPipeline', given,
    [agent: '', credentialsId: '', credentialsKind: 'text', releaseCredentialsId: '', releaseBranch: '', dvcPull: true, cli: '',
     run: [:], release: [:]])
  Map common = [cli: options.cli, credentialsKind: options.credentialsKind]
  boolean primary = options.releaseBranch ? env.BRANCH_NAME == options.releaseBranch : env.BRANCH_IS_PRIMARY == 'true'
  node(options.agent) {
    Map source = [:]
    stage('Checkout') { source = checkout(scm) }
    withEnv(["GIT_COMMIT=${source.GIT_COMMIT ?: ''}", "GIT_URL=${source.GIT_URL ?: ''}"]) {
      if (options.dvcPull.toString() != 'false') stage('Data') {
        sh 'if [ -n "$(git ls-files -- dvc.yaml dvc.lock "*.dvc")" ]; then dvc pull; else echo "No DVC files: nothing to pull."; fi'
      }
      stage('Model') { assayRun(common + [credentialsId: options.credentialsId, noRelease: true] + options.run) }
      // Never in a pull request: what promotes must not run code that nobody has merged.
      if (primary && !env.CHANGE_ID) stage('Release') {
        assayRelease(common + [credentialsId: options.releaseCredentialsId ?: options.credentialsId] + options.release)
      }
    }
  }
}
