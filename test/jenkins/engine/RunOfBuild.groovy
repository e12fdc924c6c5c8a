import groovy.transform.CompileStatic

/** `currentBuild`: the worst result so far and the description. */
@CompileStatic
class RunOfBuild implements Serializable {
  String description
  String result = 'SUCCESS'
  String error

  void unstable() {
    if (result == 'SUCCESS') result = 'UNSTABLE'
  }

  void fail(Throwable failure) {
    result = 'FAILURE'
    error = failure instanceof StepFailed ? failure.message : failure.toString()
  }
}
