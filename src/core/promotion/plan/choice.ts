import type { DeployEnvironment } from '../../deploy-config/deploy-config.ts'
import { ageOf, compareAge, isNewer, type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { ownReasons, reasonBefore } from './conditions.ts'
import type { OpenPromotion, PromotionFacts } from './facts.ts'
import type { Known } from './known.ts'
import { reasonOfOrigin } from './origin.ts'
import { passes, type Reason } from './reasons.ts'
import type { Waiting } from './waiting.ts'
import { verdictOf } from './weighed.ts'

/** Which release is to enter an environment, and what keeps out those that are newer. */

export interface Question {
  environment: DeployEnvironment
  model: string
  facts: PromotionFacts
  all: Known
  /** The freeze that holds for the whole environment. */
  frost: Reason[]
}

/** The releases that could enter, each once, newest first. */
export function newerReleases(
  { environment, model, all }: Question,
  serving: ReleaseRecord | undefined,
  open: OpenPromotion | undefined,
): ReleaseRecord[] {
  const before = environment.after.flatMap(name =>
    all.stays(name, model).flatMap(stay => (stay.isWithdrawn ? [] : [stay.release])),
  )
  const given = environment.after.length > 0 ? before : all.candidates(model)
  const own = open?.release && open.release.model === model ? [open.release] : []
  const unique = new Map([...given, ...own].map(release => [releaseKey(release), release]))
  return [...unique.values()]
    .filter(release => !serving || isNewer(release, serving))
    .sort((a, b) => compareAge(ageOf(b), ageOf(a)))
}

export interface Choice {
  release: ReleaseRecord
  /** Empty: it enters. */
  reasons: Reason[]
  waiting: Waiting[]
}

/**
 * The newest release that may enter; where there is none, the newest, with everything against it. What a person closed is an
 * answer, and so is what was tried and taken back: nothing older is proposed instead. Nor does an open one give way to an older one for a reason that passes.
 */
export function choose(
  question: Question,
  newer: ReleaseRecord[],
  serving: ReleaseRecord | undefined,
  open: OpenPromotion | undefined,
): Choice {
  const { environment, model, all, frost } = question
  const openKey = open?.release && releaseKey(open.release)
  const waiting: Waiting[] = []
  for (const release of newer) {
    const rejected = all.rejection(environment.name, model, release)
    const wasTried = all.canary(environment.name, model)?.takenBack.includes(releaseKey(release))
    const refused: Reason[] = [
      ...(rejected ? [{ kind: 'rejected' as const, number: rejected.number }] : []),
      ...(wasTried ? [{ kind: 'taken_back' as const }] : []),
    ]
    const reasons = [
      ...refused,
      ...all.holds(environment.name, model),
      ...reasonsAgainst(question, release, serving, open),
      ...frost,
    ]
    if (reasons.length === 0) return { release, reasons, waiting }
    const stands = releaseKey(release) === openKey && reasons.every(passes)
    if (stands) return { release, reasons, waiting }
    waiting.push({ release, reasons })
    if (refused.length > 0) break
  }
  const [newest, ...others] = waiting
  return { ...newest!, waiting: others }
}

/** What a release lacks itself: its origin, its verdict, its time in the environments before. */
export function reasonsAgainst(
  question: Question,
  release: ReleaseRecord,
  serving: ReleaseRecord | undefined,
  open: OpenPromotion | undefined,
): Reason[] {
  const { environment, model, facts, all } = question
  return [
    ...[reasonOfOrigin(question, release)].filter(reason => reason !== undefined),
    ...ownReasons(release, environment, verdictOf(question, release, serving, open), facts),
    ...environment.after.flatMap(
      before => reasonBefore(release, before, all.stays(before, model), environment.soak, facts.now) ?? [],
    ),
  ]
}
