/** The whole way of a model: checkout, data, training, verdict; on the release branch also packaging and promotion. */
def call(Map given = [:]) {
  Map options = assayOptions('assayPipeline', given,
    [agent: '', credentialsId: '', releaseCredentialsId: '', releaseBranch: '', cli: '', run: [:], release: [:]])
  boolean primary = options.releaseBranch ? env.BRANCH_NAME == options.releaseBranch : env.BRANCH_IS_PRIMARY == 'true'
  node(options.agent) {
    Map source = [:]
    stage('Checkout') { source = checkout(scm) }
    withEnv(["GIT_COMMIT=${source.GIT_COMMIT ?: ''}", "GIT_URL=${source.GIT_URL ?: ''}"]) {
      stage('Data') {
        sh 'if [ -n "$(git ls-files -- dvc.yaml dvc.lock "*.dvc")" ]; then dvc pull; else echo "No DVC files: nothing to pull."; fi'
      }
      stage('Model') { assayRun([cli: options.cli, credentialsId: options.credentialsId] + options.run) }
      // Never in a pull request: what promotes must not run code that nobody has merged.
      if (primary && !env.CHANGE_ID) stage('Release') {
        assayRelease([cli: options.cli, credentialsId: options.releaseCredentialsId ?: options.credentialsId] + options.release)
      }
    }
  }
}
