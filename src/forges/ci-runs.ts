/** Runs of the forge's own CI, and what they left: how the bot gets a result that a run had no right to post. */
export interface CiRuns {
  /** Undefined where there is no such run. */
  run(id: number): Promise<CiRun | undefined>
  /** Runs that have ended and began after a time in milliseconds, newest first: the last hundred. */
  ended(since: number): Promise<CiRun[]>
  /** What a run has left under a name, newest first: each attempt may leave one. */
  artifacts(run: number, name: string): Promise<Artifact[]>
  /**
   * The bytes of an artifact, after their digest was compared with what the forge says it is.
   *
   * @throws AssayError `ARTIFACT_GONE`, `ARTIFACT_TOO_LARGE`, `ARTIFACT_ALTERED`; those of the forge
   */
  download(artifact: Artifact, maxBytes: number): Promise<Uint8Array>
}

/** A run as the forge tells of it: nothing of this is the word of the code that ran. */
export interface CiRun {
  id: number
  /** The last one: of an earlier one nothing is told any more. */
  attempt: number
  url: string
  ended: boolean
  /** What set it off; everything else is of no interest here. */
  event: 'pull_request' | 'push' | 'other'
  /** The commit that it is for, of a pull request its head. */
  headSha: string
  /** Where that commit is: `owner:branch`. Undefined where the repository is gone. */
  head: string | undefined
  branch: string
  /** The head is a branch of another repository: whoever wrote it may not write here. */
  fromFork: boolean
  /** When the attempt began, in milliseconds, whole seconds. */
  startedAt: number
}

export interface Artifact {
  id: number
  name: string
  bytes: number
  expired: boolean
  /** `sha256:…`, where the forge tells. */
  digest?: string
  /** In milliseconds, whole seconds. */
  createdAt: number
  /** The run and the commit that the forge says it is of. */
  run: number
  headSha: string
}
