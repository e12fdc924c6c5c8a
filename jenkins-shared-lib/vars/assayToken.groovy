/** The binding of the forge's token, as ASSAY_TOKEN. A pull request from a fork gets none: its author wrote what runs here. */
List call(String credentialsId) {
  if (!credentialsId) return []
  if (!env.CHANGE_FORK) return [string(credentialsId: credentialsId, variable: 'ASSAY_TOKEN')]
  echo 'No token and so no comment: this pull request comes from a fork. The verdict is in the log, the build description and the artifacts.'
  return []
}
