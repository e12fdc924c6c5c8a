/** What the forge's own CI runs when it is asked to, and who of the runs may. */
export interface Workflows {
  /** Runs of a workflow that were started on a branch by a call, newest first; at most 100. */
  runsOn(workflow: string, branch: string): Promise<StartedRun[]>

  /**
   * Starts one. It is not repeated blindly: where the answer is lost, `runsOn` shows whether it has begun.
   *
   * @throws AssayError where there is no such workflow on the branch, or it does not take the inputs
   */
  start(workflow: string, branch: string, inputs: Readonly<Record<string, string>>): Promise<void>

  /**
   * Creates a ref that nobody has, as one's own: it points to an empty commit on `commit` that says `note`. Twice with the same note
   * is as once.
   *
   * @returns whether it is one's own
   */
  claim(ref: string, commit: string, note: string): Promise<boolean>

  /** What the claim at a ref says, and when it was made, in milliseconds since the epoch; undefined where there is none. */
  claimed(ref: string): Promise<{ note: string; at: number } | undefined>

  /** The refs that begin so. */
  claimsBelow(prefix: string): Promise<string[]>

  /** Takes a ref away; one that is not there is as good. */
  forget(ref: string): Promise<void>
}

export interface StartedRun {
  id: number
  url: string
  state: 'running' | 'passed' | 'failed'
}
