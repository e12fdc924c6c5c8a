import {
  configFor,
  type DeployConfig,
  type DeployEnvironment,
} from '../../../core/deploy-config/deploy-config.ts'
import { isAssayError, positionWords } from '../../../core/errors/errors.ts'
import { isUntouched } from '../../../core/git/commit-seal.ts'
import { type InventoryRecord, modelOf } from '../../../core/promotion/inventory.ts'
import { placeKey, promotionBranch, recordPath } from '../../../core/promotion/places/places.ts'
import type { OpenPromotion, RejectedPromotion, Stay } from '../../../core/promotion/plan/facts.ts'
import { type Plan, planPromotions, plansOfIdleHolds } from '../../../core/promotion/plan/plan.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { parseRelease } from '../../../core/release/record-file.ts'
import type { SeenBranch } from '../../../forges/deploy-repository.ts'
import { readRecord, rejectionsOf, staysOf } from '../read/facts.ts'
import { canariesIn, type LedgerCanaries, stepOf } from './canaries.ts'
import { holdsIn } from './holds.ts'
import type { Ledger, LedgerFile } from './ledger.ts'
import { withStandings } from './standing.ts'

/** What stands in the ledger and what is to come, for every model and environment. `now` is in milliseconds. */
export async function plansOf(
  ledger: Ledger,
  now: number,
): Promise<{ records: InventoryRecord[]; plans: Plan[] }> {
  const records = await withStandings(ledger, ledger.records.map(recordOf))
  const serving = new Map(
    records.flatMap(record =>
      'release' in record
        ? [[placeKey(record.environment, record.release.model), record.release] as const]
        : [],
    ),
  )
  const waiting = waitingPlaces(ledger.config, serving)
  const canaries = await canariesIn(
    ledger,
    serving,
    waiting.map(({ environment, model }) => ({ environment: environment.name, model })),
  )
  const { open, rejected } = await promotionsIn(ledger, serving, waiting, canaries)
  const known = await staysIn(ledger, serving, [...waiting, ...openPlaces(ledger.config, serving, open)])
  const standings = new Map(
    records.map(record => [
      placeKey(record.environment, modelOf(record)),
      'release' in record ? record.standing : undefined,
    ]),
  )
  const stays = known.map(stay => {
    const standing = standings.get(placeKey(stay.environment, stay.release.model))
    return standing && stay.until === undefined ? { ...stay, standing } : stay
  })
  const facts = {
    now,
    candidates: [],
    stays,
    open,
    rejected,
    holds: await holdsIn(ledger),
    canaries: [...canaries.values()],
  }
  const plans = plansByConfig(ledger.config, facts)
  return { records, plans: [...plans, ...plansOfIdleHolds(facts, plans)] }
}

// --- internal ---

const UNCOMMITTED = 'no commit has its record, so nobody knows since when it serves'
const UNASKED = 'nothing is written down about it; `assay verify` asks Argo CD'

type Serving = ReadonlyMap<string, ReleaseRecord>
type Facts = Omit<Parameters<typeof planPromotions>[0], 'config'>

/** A place that something newer stands before, and the environments where it stands. */
interface WaitingPlace {
  environment: DeployEnvironment
  model: string
  before: string[]
}

/** So many places without a branch are asked whether their promotion was closed unmerged. */
const FEW = 100

function recordOf({ environment, model, path, text }: LedgerFile): InventoryRecord {
  try {
    if (typeof text !== 'string') throw text
    const release = parseRelease(text, path)
    if (release.model === model) return { environment, release }
    return { environment, model, unreadable: `${path} is a record of the model ${release.model}` }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const [problem] = error.problems
    const position = positionWords(problem?.where)
    return {
      environment,
      model,
      unreadable: `${position ? `${position}: ` : ''}${problem?.what ?? error.message}`,
    }
  }
}

function waitingPlaces(config: DeployConfig, serving: Serving): WaitingPlace[] {
  const models = [...new Set([...serving.values()].map(({ model }) => model))]
  return models.flatMap(model =>
    configFor(config, model).environments.flatMap(environment => {
      const here = serving.get(placeKey(environment.name, model))
      const before = environment.after.filter(name => {
        const there = serving.get(placeKey(name, model))
        return there && (!here || isNewer(there, here))
      })
      return before.length > 0 ? [{ environment, model, before }] : []
    }),
  )
}

/** What an open promotion waits for may be past where it came from: a release that was rolled back there serves no more. */
function openPlaces(config: DeployConfig, serving: Serving, open: readonly OpenPromotion[]): WaitingPlace[] {
  return open.flatMap(({ environment: name, model }) => {
    const environment = configFor(config, model).environments.find(one => one.name === name)
    const before = environment?.after.filter(one => serving.has(placeKey(one, model))) ?? []
    return environment && before.length > 0 ? [{ environment, model, before }] : []
  })
}

/** What serves everywhere; with the stays before it where a newer release waits behind it or a promotion is open, as only there they count. */
async function staysIn(ledger: Ledger, serving: Serving, waiting: readonly WaitingPlace[]): Promise<Stay[]> {
  const environments = new Map(ledger.config.environments.map(one => [one.name, one]))
  const needed = new Map(
    waiting.flatMap(({ model, before }) =>
      before.map(name => [placeKey(name, model), { name, model }] as const),
    ),
  )
  const sources = [...needed.values()].flatMap(({ name, model }) => {
    const environment = environments.get(name)
    return environment ? [{ environment, model, recordFile: recordPath(environment, model) }] : []
  })
  const known = (await ledger.histories(sources)).flatMap(({ environment, model, recordFile, history }) => {
    const stays = staysOf({ environment, recordFile }, history, []).filter(
      ({ release }) => release.model === model,
    )
    return stays.map(({ commit: _, live, ...stay }): Stay => {
      if (!environment.argocd) return { ...stay, health: 'not_watched' }
      const isAsked = live !== undefined && live.health !== 'not_watched'
      return { ...stay, ...(isAsked ? live : { health: 'unknown', why: UNASKED }) }
    })
  })
  const current = new Set(
    known
      .filter(({ until }) => until === undefined)
      .map(({ environment, release }) => `${placeKey(environment, release.model)} ${releaseKey(release)}`),
  )
  const others = [...serving].flatMap(([key, release]): Stay[] => {
    if (current.has(`${key} ${releaseKey(release)}`)) return []
    const [environment = ''] = key.split(' ')
    // Where that counts, it has not soaked.
    return [{ environment, release, from: Date.parse(release.created), health: 'unknown', why: UNCOMMITTED }]
  })
  const replaced = new Set(others.map(({ environment, release }) => placeKey(environment, release.model)))
  const ended = known.filter(
    stay => stay.until !== undefined || !replaced.has(placeKey(stay.environment, stay.release.model)),
  )
  return [...ended, ...others]
}

async function promotionsIn(
  ledger: Ledger,
  serving: Serving,
  waiting: readonly WaitingPlace[],
  canaries: LedgerCanaries,
): Promise<{ open: OpenPromotion[]; rejected: RejectedPromotion[] }> {
  const environments = new Map(ledger.config.environments.map(one => [one.name, one]))
  const there = new Set(ledger.branches.map(({ environment, model }) => placeKey(environment, model)))
  const without = waiting
    .map(({ environment, model }) => ({ environment: environment.name, model }))
    .filter(({ environment, model }) => !there.has(placeKey(environment, model)))
  const places = [...ledger.branches, ...(without.length <= FEW ? without : [])].flatMap(place => {
    const environment = environments.get(place.environment)
    if (!environment) return []
    const name = promotionBranch(place.environment, place.model)
    return [{ ...place, name, file: recordPath(environment, place.model) }]
  })
  const open: OpenPromotion[] = []
  const rejected: RejectedPromotion[] = []
  for (const promotion of await ledger.promotions(places)) {
    const { environment, model } = promotion
    rejected.push(...rejectionsOf({ environment: { name: environment } }, model, promotion.pulls))
    const step = await stepOf(ledger, promotion, canaries)
    const one = openOne(promotion, serving.get(placeKey(environment, model)), step)
    if (one && (await ledger.isOpen(promotion))) open.push(one)
  }
  return { open, rejected }
}

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

/** Models that differ from the rest are planned with environments of their own. */
function plansByConfig(config: DeployConfig, facts: Facts): Plan[] {
  const isOwn = (model: string) => Object.hasOwn(config.models, model)
  const of = (wanted: (model: string) => boolean): Facts => ({
    ...facts,
    stays: facts.stays.filter(({ release }) => wanted(release.model)),
    open: facts.open.filter(({ model }) => wanted(model)),
  })
  return [
    ...planPromotions({ ...of(model => !isOwn(model)), config }),
    ...Object.keys(config.models).flatMap(own =>
      planPromotions({ ...of(model => model === own), config: configFor(config, own) }),
    ),
  ]
}
