/** A step said no; Jenkins' AbortException. */
class StepFailed extends IOException {
  StepFailed(String message) {
    super(message)
  }
}
