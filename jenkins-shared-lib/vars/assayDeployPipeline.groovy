/** What moves a deploy repository: proposals are checked; the default branch promotes, and asks whether what serves is live. */
def call(Map given = [:]) {
  Map options = assayOptions('assayDeployPipeline', given,
    [agent: '', credentialsId: '', credentialsKind: 'text', deployBranch: '', argocdServer: '', argocdCredentialsId: '', schedule: 'H/15 * * * *', cli: '',
     promote: [:], verify: [:]])
  Map common = [cli: options.cli, credentialsId: options.credentialsId, credentialsKind: options.credentialsKind, deployBranch: options.deployBranch]
  // Not every branch source says which one is the default. A job of its own has no branches: it is of the one that is deployed from.
  boolean deployed = options.deployBranch ? env.BRANCH_NAME == options.deployBranch : env.BRANCH_IS_PRIMARY == 'true'
  boolean moves = !env.CHANGE_ID && (deployed || !env.BRANCH_NAME)
  List argocd = moves && options.argocdCredentialsId ? [string(credentialsId: options.argocdCredentialsId, variable: 'ARGOCD_AUTH_TOKEN')] : []
  properties([disableConcurrentBuilds(), pipelineTriggers(moves ? [cron(options.schedule)] : [])])
  node(options.agent) {
    Map source = [:]
    stage('Checkout') { source = checkout(scm) }
    List server = options.argocdServer ? ["ARGOCD_SERVER=${options.argocdServer}"] : []
    withEnv(["GIT_COMMIT=${source.GIT_COMMIT ?: ''}", "GIT_URL=${source.GIT_URL ?: ''}"] + server) {
      if (!moves && !env.CHANGE_ID) echo "Only checked: ${env.BRANCH_NAME} is not ${options.deployBranch ?: 'said to be the default branch'}; what is deployed from has deployBranch: '…'."
      if (!moves) stage('Check') { assayCheck(cli: options.cli) }
      else withCredentials(argocd) {
        try { stage('Promote') { assayPromote(common + options.promote) } } // whatever has become of it: what serves, serves
        finally { stage('Verify') { assayVerify(common + options.verify) } }
      }
    }
  }
}
