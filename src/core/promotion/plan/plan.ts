import { frozen } from '../../deploy-config/freeze.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { Verdict } from '../../verdict/result.ts'
import { type CanaryMove, shareOf } from '../canary/canary-plan.ts'
import { placeKey } from '../places/places.ts'
import { startOrReason } from './canary-start.ts'
import { harmLanding, planStep } from './canary-step.ts'
import { choose, newerReleases, type Question } from './choice.ts'
import type { OpenPromotion, PromotionFacts, ProposedStep } from './facts.ts'
import { holdReason, known } from './known.ts'
import { type Landing, type LandingRules, landingOf } from './landing.ts'
import { isNewModel } from './origin.ts'
import type { Reason } from './reasons.ts'
import type { Standing } from './standing.ts'
import type { Waiting } from './waiting.ts'
import { isWeighed, toldVerdict } from './weighed.ts'

export interface Common {
  environment: string
  model: string
  /** What serves there now, by its record. */
  serving?: ReleaseRecord
  /** Where the manifests say something else, or the options do: what enters replaces somebody's change. */
  standing?: Standing
  /** The holds that are in force there, or proposed, whether anything waits behind them or not. */
  holds?: Reason[]
  /** Nothing of the model is known there but a hold, and so it keeps nothing out. */
  isIdle?: true
  isTried?: true
  /** What web services said of the release that goes in, by the names of the conditions: each a yes. */
  answers?: readonly { name: string; said: string }[]
}

/** A release that goes in. */
interface Entering extends Common {
  release: ReleaseRecord
  /** It served there before, and a person wants it back. */
  rollback: boolean
  lands: Landing
  /** Whether the verdict was made against what serves there now. Otherwise it must be weighed anew. Absent of a rollback. */
  weighed?: boolean
  /** Newer releases that may not enter yet. */
  waiting: Waiting[]
  /** Where it enters in steps: what this one writes. Absent: it gets all of the traffic at once. */
  canary?: CanaryMove
}

/** A promotion that is proposed as it should be. */
export interface Proposed {
  open: OpenPromotion
  lands: Landing
  /** As of one that enters; absent of a rollback. */
  weighed?: boolean
  /** As of one that enters. */
  canary?: CanaryMove
  /** Releases newer than the proposed one that may not enter yet. */
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
        | 'step'
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
  /** All is as it should be. */
  | ({ action: 'nothing'; open?: undefined } & Common)
  | ({ action: 'nothing' } & Proposed & Common)

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

/**
 * How a release enters that served there before: a rollback is a person's to merge, whatever the environment says, it is weighed
 * against nothing, and no newer release overtakes it: somebody has to say that it is over.
 */
export function planRollback(
  common: Common,
  release: ReleaseRecord,
  lands: Landing = 'by_approval',
): Entering {
  return { release, rollback: true, lands, waiting: [], ...common }
}

/** For holds of models that nothing else is known of: a name may be wrong, or what was held is gone. */
export function plansOfIdleHolds(facts: Pick<PromotionFacts, 'holds'>, plans: readonly Plan[]): Plan[] {
  const planned = new Set(plans.map(plan => placeKey(plan.environment, plan.model)))
  const idle = facts.holds.filter(({ environment, model }) => !planned.has(placeKey(environment, model)))
  return idle.map(hold => ({
    action: 'nothing',
    environment: hold.environment,
    model: hold.model,
    holds: [holdReason(hold)],
    isIdle: true,
  }))
}

// --- internal ---

function planOne(question: Question): Plan {
  const { environment, model, all } = question
  const open = all.open(environment.name, model)
  const stay = all.serving(environment.name, model)
  const { release: serving, standing } = stay ?? {}
  const holds = all.holds(environment.name, model)
  const common: Common = {
    environment: environment.name,
    model,
    ...(serving && { serving }),
    ...(standing && { standing }),
    ...(holds.length > 0 && { holds }),
  }
  const championChanged = open !== undefined && open.champion !== (serving && releaseKey(serving))
  if (open?.foreign) return { action: 'leave', open, championChanged, ...common }
  const canary = all.canary(environment.name, model)
  if (open?.rollback) {
    const harm = serving && canary && harmLanding(question, { serving, canary, open })
    const tried = canary?.file && { isTried: true as const }
    return planOpenRollback(open, { ...common, ...tried }, { championChanged, harm })
  }
  const newer = newerReleases(question, serving, open)
  // What it takes back is gone.
  if (open?.step === 'back' && !canary?.file && canary?.unreadable === undefined)
    return { action: 'close', open, ...common }
  if (serving && canary && (canary.file || canary.unreadable !== undefined)) {
    const decided = planStep(question, { serving, newer, canary, open })
    if ('entering' in decided) {
      const { landing, entering } = decided
      return enter(open, { championChanged, landing }, { ...entering, ...common })
    }
    return { ...decided, ...common }
  }
  if (newer.length === 0)
    return open ? { action: 'close', open, ...common } : { action: 'nothing', ...common }
  const { release, reasons, waiting } = choose(question, newer, serving, open)
  if (reasons.length > 0)
    return { action: 'hold', ...(open && { open }), release, reasons, waiting, ...common }
  const weighed = isWeighed(question, release, serving)
  const rules = environment.canary
  const start = serving && startOrReason(question, { release, serving, canary, open })
  if (start && 'kind' in start)
    return { action: 'hold', ...(open && { open }), release, reasons: [start], waiting, ...common }
  // Something served there once, and nobody knows what does now: nothing gets all of the traffic without a person.
  const isUnknown = rules !== undefined && !serving && all.stays(environment.name, model).length > 0
  const landing = { merge: environment.merge, standing, isNew: isNewModel(question) || isUnknown }
  const fresh = all.verdict(environment.name, release, serving)
  const entering = {
    ...{ release, rollback: false, waiting, weighed },
    ...(start && { canary: start }),
    ...common,
  }
  return enter(open, { championChanged, landing, ...(fresh && { fresh }) }, entering)
}

/** Proposes it, where it is not proposed as it should be yet. */
function enter(
  open: OpenPromotion | undefined,
  { championChanged, landing, fresh }: { championChanged: boolean; landing: LandingRules; fresh?: Verdict },
  entering: Omit<Entering, 'lands'> & { weighed: boolean },
): Plan {
  const { release, weighed, waiting, canary, rollback: _, ...common } = entering
  const lands = (more: { weighed: boolean; checks?: OpenPromotion['checks'] }) =>
    landingOf({ ...landing, ...more })
  if (!open) return { action: 'promote', ...entering, lands: lands({ weighed }) }
  const because = updateReason(open, release, canary && shareOf(canary), championChanged, fresh)
  const { checks } = open
  // Its commit may stay where only its text is missing; any other commit is a new one, of which there are no checks yet.
  const kept = because === 'unfinished' ? { checks } : {}
  if (because) return { action: 'update', open, because, ...entering, lands: lands({ weighed, ...kept }) }
  // What was weighed anew by an earlier run stands in the commit.
  const told = weighed || toldVerdict(open, release, common.serving) !== undefined
  return {
    ...{ action: 'nothing', open, lands: lands({ weighed: told, checks }), weighed: told, waiting },
    ...(canary && { canary }),
    ...common,
  }
}

function planOpenRollback(
  open: OpenPromotion,
  common: Common,
  { championChanged, harm }: { championChanged: boolean; harm: LandingRules | undefined },
): Plan {
  const [{ release, checks }, { serving, isTried }] = [open, common]
  const isStay = release && serving && releaseKey(release) === releaseKey(serving)
  if (!release || (!isTried && isStay)) return { action: 'close', open, ...common }
  const lands = (more: Pick<OpenPromotion, 'checks'>) =>
    harm ? landingOf({ ...harm, weighed: true, ...more }) : 'by_approval'
  if (harm && serving && !isStay)
    return { action: 'update', open, because: 'step', ...planRollback(common, serving, lands({})) }
  const because = moved(open, championChanged)
  if (!because) return { action: 'nothing', open, lands: lands({ checks }), waiting: [], ...common }
  return { action: 'update', open, because, ...planRollback(common, release, lands({})) }
}

function updateReason(
  open: OpenPromotion,
  release: ReleaseRecord,
  step: ProposedStep | undefined,
  championChanged: boolean,
  fresh: Verdict | undefined,
) {
  if (!open.release) return 'unreadable' as const
  if (releaseKey(open.release) !== releaseKey(release))
    return isNewer(release, open.release) ? ('newer_release' as const) : ('withdrawn' as const)
  if (open.step !== step) return 'step' as const
  if (championChanged || open.behind || open.unfinished) return moved(open, championChanged)
  return fresh !== undefined && fresh !== open.verdict ? ('weighed' as const) : undefined
}

function moved({ behind, unfinished }: OpenPromotion, championChanged: boolean) {
  if (championChanged) return 'champion_changed' as const
  if (behind) return 'base_moved' as const
  return unfinished ? ('unfinished' as const) : undefined
}
