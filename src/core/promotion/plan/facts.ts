import type { Answered } from '../../deploy-config/answers/judge.ts'
import type { DeployConfig } from '../../deploy-config/deploy-config.ts'
import type { Signed } from '../../image/signature.ts'
import type { CanaryFile } from '../../release/canary-file.ts'
import type { Image } from '../../release/image.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { Slow, SlowUnknown } from '../../traffic/canary/slow.ts'
import type { Verdict } from '../../verdict/result.ts'
import type { CanaryFact, CanaryUnknown, FrozenSlow, TakenBack } from '../canary/canary-plan.ts'
import type { ControllerState } from '../canary/controlled.ts'
import type { WayBack } from '../canary/way-back.ts'
import type { Standing } from './standing.ts'

/** What is known when promotions are planned. Instants are in milliseconds. All of it is read from outside, none from a marker. */
export interface PromotionFacts {
  config: DeployConfig
  now: number
  /** Releases that may enter the environments that come after no other: the one just made. */
  candidates: readonly ReleaseRecord[]
  /** Every stay of a release in an environment, as the history of the records tells. */
  stays: readonly Stay[]
  open: readonly OpenPromotion[]
  /** Promotions that were closed unmerged. */
  rejected: readonly RejectedPromotion[]
  holds: readonly Hold[]
  /** What is tried beside what serves, and what was. */
  canaries?: readonly CanaryInPlace[]
  /** Whether a release that harms can be taken back without anybody; absent where nobody has asked. */
  wayBack?: WayBack
  /** Verdicts made against what serves in an environment, where the release's own was made against another version. */
  verdicts?: readonly LocalVerdict[]
  /** Whether images are signed as an environment asks for it, of those that somebody looked at: see `signaturesToAsk`. */
  signatures?: readonly SignatureFact[]
  /** What web services answered of a release, of those that were asked: see `questionsOf`. */
  answers?: readonly AnswerFact[]
  /** Whoever was not asked is taken to say yes: only to find out who is to be asked. */
  assumesAnswers?: true
}

/** What a service answered of a release that could enter an environment. */
export interface AnswerFact {
  environment: string
  /** Key of the release. */
  release: string
  /** Of the condition, in the environment's policy. */
  name: string
  answered: Answered
}

/** Whether an image is signed by the key or the identity of an environment. */
export interface SignatureFact {
  environment: string
  image: Image
  signed: Signed
}

/** A release in an environment, from the merge of its promotion on. Its model is in the release. */
export interface Stay {
  environment: string
  release: ReleaseRecord
  from: number
  /** When another release took its place. Absent: it serves now; an environment has one such stay of a model at most. */
  until?: number
  /** Its record was taken away later, with nothing in its place: the model was retired or taken back there, and it goes no further. */
  isWithdrawn?: true
  /** Now, or at the end of the stay. `not_watched`: nobody can tell, the merge is all there is. */
  health: Health
  /** Since when it was healthy without a break. */
  healthySince?: number
  /** Why it is not healthy, or why nobody can tell; text from outside in it is visible and short. */
  why?: string
  /** Of the one that serves now: how its manifests stand to its record. Absent: they say the same. */
  standing?: Standing
}

export type Health = 'healthy' | 'progressing' | 'degraded' | 'unknown' | 'not_watched'

export interface OpenPromotion {
  environment: string
  model: string
  /** Of its pull request; absent where the forge has none and a promotion is its branch. */
  number?: number
  /** What it is about: the record on its branch, or the challenger of a canary; absent where there is none that can be read. */
  release?: ReleaseRecord
  /** What becomes of the traffic: see `ProposedStep`. */
  step?: ProposedStep
  /** What it freezes as slow, where it begins a canary. */
  slow?: FrozenSlow
  /** Why a release is taken back, as its commit tells. */
  because?: TakenBack
  /** Key of the release that the environment's record named in the parent of its commit; absent where there was none. */
  champion?: string
  /** The verdict that its commit tells, against that champion. */
  verdict?: Verdict
  /** Of its commit, all in one: `none` where there are none. Absent: where nothing tells of any. */
  checks?: 'success' | 'failure' | 'pending' | 'none'
  /** Somebody else committed to its branch. */
  foreign: boolean
  /** Its commit does not stand on the newest commit of the base branch, and what it changes was changed there. */
  behind: boolean
  /** Its text or its status was not written: a run was stopped before it came to that. */
  unfinished?: boolean
  /** It restores an older release, and holds automatic promotion. */
  rollback: boolean
}

export interface RejectedPromotion {
  environment: string
  model: string
  number: number
  /** Key of the release that was proposed. */
  release: string
  /** As of an open one. */
  step?: ProposedStep
}

/** Percent of the traffic that its release gets; `back`: none any more; absent: all. */
export type ProposedStep = number | 'back'

/** A place where a release is tried beside the one of the record, or was. */
export interface CanaryInPlace {
  environment: string
  model: string
  /** Absent: none is tried now, or what the file says cannot be read. */
  file?: CanaryFile
  /** Why it cannot be read. */
  unreadable?: string
  /** When the step that is there now began. */
  since: number
  /** Keys of releases that were tried and taken away again, and never got all of the traffic. */
  takenBack: readonly string[]
  /** What was found out about it. */
  fact?: CanaryFact | CanaryUnknown
  /** Where the controller is that moves it. Absent: commits do, or nobody asked. */
  controller?: ControllerState
  /** Where a canary could begin: what is slow by the answers of what serves now. Absent: nobody was asked. */
  slow?: Slow | SlowUnknown
  /** How the last one ended, where it was taken back. */
  ended?: CanaryEnded
}

/** A release that was tried and got none of the traffic any more. */
export interface CanaryEnded {
  release: ReleaseRecord
  /** Percent of the traffic that it had; absent where its controller moved it. */
  weight?: number
  /** The commit that took it back, and when that came onto the branch. */
  commit: string
  at: number
  /** Of the pull request that brought it. */
  number?: number
  /** What was said of that commit: `healthy` once the cluster was found to be rid of it. */
  live?: { health: Health }
}

/** Nothing is promoted automatically until somebody releases it. */
export interface Hold {
  environment: string
  model: string
  /** Whether a rollback left it. */
  rollback: boolean
  reason: string
  by: string
  /** It is only proposed yet, which holds already; with its pull request, where the forge has those. */
  proposed?: { number?: number }
}

interface LocalVerdict {
  environment: string
  /** Keys of the two releases. */
  release: string
  champion: string
  verdict: Verdict
}
