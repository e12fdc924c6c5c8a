/** The binding of the forge's token, as ASSAY_TOKEN. A pull request from a fork gets none: its author wrote what runs here. */
List call(String credentialsId, String kind) {
  // Of a GitHub App, Jenkins makes the token as it binds the password; the name beside it is the App's number.
  Map bindings = [
    text: string(credentialsId: credentialsId, variable: 'ASSAY_TOKEN'),
    password: usernamePassword(credentialsId: credentialsId, usernameVariable: 'ASSAY_TOKEN_NAME', passwordVariable: 'ASSAY_TOKEN'),
  ]
  if (!bindings.containsKey(kind)) error("credentialsKind is '${kind}'; known: ${bindings.collect { it.key }.join(', ')}")
  if (!credentialsId) return []
  if (!env.CHANGE_FORK) return [bindings[kind]]
  echo 'No token and so no comment: this pull request comes from a fork. The verdict is in the log, the build description and the artifacts.'
  return []
}
