import type { DeployEnvironment } from '../../deploy-config/deploy-config.ts'
import { frozen } from '../../deploy-config/freeze.ts'
import { ageOf, compareAge, isNewer, type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { Verdict } from '../../verdict/result.ts'
import { ownReasons, reasonBefore } from './conditions.ts'
import type { OpenPromotion, PromotionFacts } from './facts.ts'
import { type Known, known } from './known.ts'
import { passes, type Reason } from './reasons.ts'
import { mergeOver, type Standing } from './standing.ts'
import type { Waiting } from './waiting.ts'
import { isWeighed, toldVerdict, verdictOf } from './weighed.ts'

interface Common {
  environment: string
  model: string
  /** What serves there now, by its record. */
  serving?: ReleaseRecord
  /** Where the manifests say something else, or the options do: what enters replaces somebody's change. */
  standing?: Standing
}

/** A release that goes in. */
interface Entering extends Common {
  release: ReleaseRecord
  merge: 'auto' | 'approval'
  /** Whether the verdict was made against what serves there now. Otherwise it must be weighed anew. */
  weighed: boolean
  /** Newer releases that may not enter yet. */
  waiting: Waiting[]
}

/** What is to be done about one model in one environment. */
export type Plan =
  /** Open its pull request. */
  | ({ action: 'promote' } & Entering)
  /** Write its branch anew on the newest base, and its text. */
  | ({
      action: 'update'
      open: OpenPromotion
      because:
        | 'newer_release'
        | 'champion_changed'
        | 'base_moved'
        | 'unreadable'
        | 'withdrawn'
        | 'weighed'
        | 'unfinished'
      rollback: boolean
    } & Entering)
  /** A person pushed to its branch: say so once, touch nothing. */
  | ({ action: 'leave'; open: OpenPromotion; championChanged: boolean } & Common)
  /** Not now. With an open pull request: its status says why, and it is not merged automatically. */
  | ({
      action: 'hold'
      open?: OpenPromotion
      release: ReleaseRecord
      reasons: Reason[]
      waiting: Waiting[]
    } & Common)
  /** What it proposes is there already, or something newer. */
  | ({ action: 'close'; open: OpenPromotion } & Common)
  /** All is as it should be. With an open pull request: it waits for its checks or its approval. */
  | ({
      action: 'nothing'
      open?: OpenPromotion
      merge?: 'auto' | 'approval'
      /** As of one that enters; of an open pull request. */
      weighed?: boolean
      /** Releases newer than the proposed one that may not enter yet. */
      waiting?: Waiting[]
    } & Common)

/**
 * What is to be done in every environment for every model, in the order of promotion. The same facts give the same plans, and
 * once they are carried out, the facts give none but `nothing`, `hold` and `leave`.
 */
export function planPromotions(facts: PromotionFacts): Plan[] {
  const all = known(facts)
  return facts.config.environments.flatMap(environment => {
    const freeze = frozen(environment.freeze, facts.now)
    const frost: Reason[] = freeze ? [{ kind: 'freeze', ...freeze }] : []
    return all.models.map(model => planOne({ environment, model, facts, all, frost }))
  })
}

// --- internal ---

interface Question {
  environment: DeployEnvironment
  model: string
  facts: PromotionFacts
  all: Known
  /** The freeze that holds for the whole environment. */
  frost: Reason[]
}

function planOne(question: Question): Plan {
  const { environment, model, all } = question
  const open = all.open(environment.name, model)
  const stay = all.serving(environment.name, model)
  const serving = stay?.release
  const standing = stay?.standing
  const common: Common = {
    environment: environment.name,
    model,
    ...(serving && { serving }),
    ...(standing && { standing }),
  }
  const championChanged = open !== undefined && open.champion !== (serving && releaseKey(serving))
  if (open?.foreign) return { action: 'leave', open, championChanged, ...common }
  if (open?.rollback) return planOpenRollback(question, open, common, championChanged)
  const newer = newerReleases(question, serving, open)
  if (newer.length === 0)
    return open ? { action: 'close', open, ...common } : { action: 'nothing', ...common }
  const choice = choose(question, newer, serving, open)
  const { release, waiting } = choice
  if (choice.reasons.length > 0)
    return { action: 'hold', ...(open && { open }), release, reasons: choice.reasons, waiting, ...common }
  const entering = {
    release,
    waiting,
    merge: mergeOver(standing, environment.merge),
    weighed: isWeighed(question, release, serving),
    ...common,
  }
  if (!open) return { action: 'promote', ...entering }
  const fresh = all.verdict(environment.name, release, serving)
  const because = updateReason(open, release, championChanged, fresh)
  if (because) return { action: 'update', open, because, rollback: false, ...entering }
  // What was weighed anew by an earlier run stands in the commit.
  const weighed = entering.weighed || toldVerdict(open, release, serving) !== undefined
  return { action: 'nothing', open, merge: entering.merge, weighed, waiting, ...common }
}

/** A rollback is not overtaken by a newer release: somebody has to say that it is over. */
function planOpenRollback(
  { environment }: Question,
  open: OpenPromotion,
  common: Common,
  championChanged: boolean,
): Plan {
  const { release } = open
  const { serving } = common
  if (!release || (serving && releaseKey(release) === releaseKey(serving)))
    return { action: 'close', open, ...common }
  const because = moved(open, championChanged)
  if (!because) return { action: 'nothing', open, merge: environment.merge, ...common }
  return {
    action: 'update',
    open,
    because,
    rollback: true,
    release,
    merge: environment.merge,
    weighed: false,
    waiting: [],
    ...common,
  }
}

/** The releases that could enter, each once, newest first. */
function newerReleases(
  { environment, model, all }: Question,
  serving: ReleaseRecord | undefined,
  open: OpenPromotion | undefined,
): ReleaseRecord[] {
  const before = environment.after.flatMap(name => all.stays(name, model).map(stay => stay.release))
  const given = environment.after.length > 0 ? before : all.candidates(model)
  const own = open?.release && open.release.model === model ? [open.release] : []
  const unique = new Map([...given, ...own].map(release => [releaseKey(release), release]))
  return [...unique.values()]
    .filter(release => !serving || isNewer(release, serving))
    .sort((a, b) => compareAge(ageOf(b), ageOf(a)))
}

interface Choice {
  release: ReleaseRecord
  /** Empty: it enters. */
  reasons: Reason[]
  waiting: Waiting[]
}

/**
 * The newest release that may enter; where there is none, the newest, with everything against it. What a person closed is an
 * answer: nothing older is proposed instead. Nor does an open one give way to an older one for a reason that passes.
 */
function choose(
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
    const refused: Reason[] = rejected ? [{ kind: 'rejected', number: rejected.number }] : []
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
    if (rejected) break
  }
  const [newest, ...others] = waiting
  return { ...newest!, waiting: others }
}

function reasonsAgainst(
  question: Question,
  release: ReleaseRecord,
  serving: ReleaseRecord | undefined,
  open: OpenPromotion | undefined,
): Reason[] {
  const { environment, model, facts, all } = question
  return [
    ...ownReasons(release, environment, verdictOf(question, release, serving, open)),
    ...environment.after.flatMap(
      before => reasonBefore(release, before, all.stays(before, model), environment.soak, facts.now) ?? [],
    ),
  ]
}

function updateReason(
  open: OpenPromotion,
  release: ReleaseRecord,
  championChanged: boolean,
  fresh: Verdict | undefined,
) {
  if (!open.release) return 'unreadable' as const
  if (releaseKey(open.release) !== releaseKey(release))
    return isNewer(release, open.release) ? ('newer_release' as const) : ('withdrawn' as const)
  if (championChanged || open.behind || open.unfinished) return moved(open, championChanged)
  return fresh !== undefined && fresh !== open.verdict ? ('weighed' as const) : undefined
}

function moved({ behind, unfinished }: OpenPromotion, championChanged: boolean) {
  if (championChanged) return 'champion_changed' as const
  if (behind) return 'base_moved' as const
  return unfinished ? ('unfinished' as const) : undefined
}
