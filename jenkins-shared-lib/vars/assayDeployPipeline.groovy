/** What moves a deploy repository: proposals are checked; the default branch promotes, and asks whether what serves is live. */
def call(Map given = [:]) {
  Map options = assayOptions('assayDeployPipeline', given,
    [agent: '', credentialsId: '', credentialsKind: 'text', argocdServer: '', argocdCredentialsId: '', schedule: 'H/15 * * * *', cli: '',
     promote: [:], verify: [:]])
  Map common = [cli: options.cli, credentialsId: options.credentialsId, credentialsKind: options.credentialsKind]
  // A pipeline job of its own has no branches: it is of the one that is deployed from.
  boolean moves = !env.CHANGE_ID && (env.BRANCH_IS_PRIMARY == 'true' || !env.BRANCH_NAME)
  List argocd = moves && options.argocdCredentialsId ? [string(credentialsId: options.argocdCredentialsId, variable: 'ARGOCD_AUTH_TOKEN')] : []
  properties([disableConcurrentBuilds(), pipelineTriggers(moves ? [cron(options.schedule)] : [])])
  node(options.agent) {
    Map source = [:]
    stage('Checkout') { source = checkout(scm) }
    withEnv(["GIT_COMMIT=${source.GIT_COMMIT ?: ''}", "GIT_URL=${source.GIT_URL ?: ''}", "ARGOCD_SERVER=${options.argocdServer}"]) {
      if (!moves) stage('Check') { assayCheck(cli: options.cli) }
      else withCredentials(argocd) {
        // Whatever has become of the promotions: what serves, serves.
        try { stage('Promote') { assayPromote(common + options.promote) } }
        finally { stage('Verify') { assayVerify(common + options.verify) } }
      }
    }
  }
}
