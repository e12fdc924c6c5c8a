import type { DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { isUntouched } from '../../../core/git/commit-seal.ts'
import { placeKey, promotionBranch, recordPath } from '../../../core/promotion/places/places.ts'
import type { OpenPromotion, RejectedPromotion } from '../../../core/promotion/plan/facts.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import type { SeenBranch } from '../../../forges/deploy-repository.ts'
import { readRecord, rejectionsOf } from '../read/facts.ts'
import { type LedgerCanaries, stepOf } from './canaries.ts'
import type { LedgerFile, SiteLedger } from './ledger.ts'

/** What serves, by place. */
export type Serving = ReadonlyMap<string, ReleaseRecord>

/** A place that something newer stands before, and the environments where it stands. */
export interface WaitingPlace {
  environment: DeployEnvironment
  model: string
  before: string[]
}

/** Promotions that are open, and those that were closed unmerged where that counts. */
export async function promotionsIn(
  ledgers: readonly [SiteLedger, ...SiteLedger[]],
  serving: Serving,
  waiting: readonly WaitingPlace[],
  canaries: LedgerCanaries,
): Promise<{ open: OpenPromotion[]; rejected: RejectedPromotion[] }> {
  const environments = new Map(ledgers[0].config.environments.map(one => [one.name, one]))
  const branches = ledgers.flatMap(ledger => ledger.branches)
  const there = new Set(branches.map(({ environment, model }) => placeKey(environment, model)))
  const without = waiting
    .map(({ environment, model }) => ({ environment: environment.name, model }))
    .filter(({ environment, model }) => !there.has(placeKey(environment, model)))
  const places = [...branches, ...(without.length <= FEW ? without : [])].flatMap(place => {
    const environment = environments.get(place.environment)
    if (!environment) return []
    const name = promotionBranch(place.environment, place.model)
    return [{ ...place, name, file: recordPath(environment, place.model) }]
  })
  const open: OpenPromotion[] = []
  const rejected: RejectedPromotion[] = []
  for (const ledger of ledgers)
    for (const promotion of await ledger.promotions(places.filter(one => ledger.isHere(one.environment)))) {
      const { environment, model } = promotion
      rejected.push(...rejectionsOf({ environment: { name: environment } }, model, promotion.pulls))
      const step = await stepOf(ledger, promotion, canaries)
      const one = openOne(promotion, serving.get(placeKey(environment, model)), step)
      if (one && (await ledger.isOpen(promotion))) open.push(one)
    }
  return { open, rejected }
}

// --- internal ---

/** So many places without a branch are asked whether their promotion was closed unmerged. */
const FEW = 100

/** By the branch alone: which champion it was made against, its message tells. Whether it is behind, only a promotion needs. */
function openOne(
  {
    environment,
    model,
    file,
    head,
    text,
    pulls,
  }: SeenBranch & Pick<LedgerFile, 'environment' | 'model'> & { file: string },
  serving: ReleaseRecord | undefined,
  step: Awaited<ReturnType<typeof stepOf>>,
): OpenPromotion | undefined {
  if (!head) return undefined
  const release = step ? step.release : readRecord(text, file, model)
  const untouched = isUntouched(head)
  const told = untouched ? parseCommitMessage(head.message) : undefined
  const rollback = told?.kind === 'rollback'
  const number = pulls.open?.number
  // A branch that stayed behind after its merge says nothing.
  const isThere = release && serving && !isNewer(release, serving)
  if (number === undefined && isThere && (!rollback || releaseKey(release) === releaseKey(serving)))
    return undefined
  const replaces = told ? told.replaces : serving?.version
  const champion = replaces === serving?.version ? serving && releaseKey(serving) : (replaces ?? 'none')
  return {
    environment,
    model,
    ...(number !== undefined && { number }),
    ...(release && { release }),
    ...(step && { step: step.step, ...(step.slow && { slow: step.slow }) }),
    ...(told?.because && { because: told.because }),
    ...(champion !== undefined && { champion }),
    ...(told?.verdict && { verdict: told.verdict }),
    ...(pulls.open && { checks: pulls.open.checks }),
    foreign: !untouched,
    behind: false,
    rollback,
  }
}
