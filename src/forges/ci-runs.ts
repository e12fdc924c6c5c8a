import type { Right } from '../core/chatops/rights.ts'

/** Runs of the forge's own CI, and what they left: how the bot gets a result that a run had no right to post. */
export interface CiRuns {
  /**
   * Undefined where there is no such run.
   *
   * @param pullRequest where it ran in the repository of a fork: the pull request whose head it is for
   */
  run(id: number, pullRequest?: number): Promise<CiRun | undefined>
  /** Runs that have ended and began after a time in milliseconds, newest first: the last hundred. */
  ended(since: number): Promise<CiRun[]>
  /** Those that have ended of a pull request, with this commit as its head, newest first: the last ones. */
  ofHead(headSha: string, pullRequest: number): Promise<CiRun[]>
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
  /** The page of this attempt. */
  attemptUrl: string
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
  /** The job that left it, where each leaves its own. */
  job?: string
  /** Paths in it begin at the root of the repository: all of it is in a folder of any name. */
  fromRoot?: true
  /** The run and the commit that the forge says it is of. */
  run: number
  headSha: string
}

/** Runs of a commit that can be done once more. */
export interface Reruns {
  /** Why none is begun for a pull request of a fork; absent where it may do no more than when the forge began it. */
  notOfForks?: string
  /** What one that is begun from here may do: all that the account may that begins it. Absent: what whoever set it off may. */
  runsAs?(): Promise<Right>
  /** Where a person begins one, with the rights of that person. */
  byHandAt?(pullRequest: number): string
  /** Who begins one begins another run: two who do so at once begin two, and so take turns. */
  takesTurns?: true
  /** Runs that this pull request has set off with this head, newest first; at most 100. */
  ofHead(headSha: string, pullRequest: number): Promise<HeadRun[]>
  /**
   * Begins the next attempt of one that has ended. It is not repeated blindly: where the answer is lost, `ofHead` shows whether it has
   * begun.
   *
   * @returns where it can be looked at, where that is another page than before
   */
  again(id: number): Promise<string | undefined>
}

export interface HeadRun extends Pick<CiRun, 'id' | 'attempt' | 'url' | 'ended' | 'startedAt'> {
  /** The file of the workflow. */
  workflow: string
  /** When its first attempt was set off, in milliseconds, whole seconds: the head was there by then. */
  createdAt: number
}
