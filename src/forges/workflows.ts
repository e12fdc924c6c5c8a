/** Refs that one run of several makes its own. */
export interface Claims {
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

/** What the forge's own CI runs when it is asked to, by files that each say when they run. */
export interface Workflows {
  /** Runs of a workflow that were started on a branch by a call, newest first; at most 100. */
  runsOn(workflow: string, branch: string): Promise<StartedRun[]>

  /**
   * Starts one. It is not repeated blindly: where the answer is lost, `runsOn` shows whether it has begun.
   *
   * @throws AssayError where there is no such workflow on the branch, or it does not take the inputs
   */
  start(workflow: string, branch: string, inputs: Readonly<Record<string, string>>): Promise<void>
}

/** The same of a forge whose repositories have one pipeline each. */
export interface Pipelines {
  /** Pipelines that were started on a branch by a call, newest first; at most 100. */
  runsOn(branch: string): Promise<StartedRun[]>

  /**
   * Starts one, as `Workflows` does.
   *
   * @throws AssayError where there is nothing to run on the branch, or it does not take what it is given
   */
  start(branch: string, given: PipelineGiven): Promise<void>
}

/** What a pipeline is told: by an input that it declares, or by a variable. */
export type PipelineGiven = { as: 'input' | 'variable'; name: string; value: string }

export interface StartedRun {
  id: number
  url: string
  state: 'running' | 'passed' | 'failed'
  /** When it was asked for, in milliseconds. */
  at: number
  /** The commit that it was started on, where that is known. */
  headSha?: string
}
