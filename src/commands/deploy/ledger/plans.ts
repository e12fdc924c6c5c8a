import { configFor, type DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { isAssayError, positionWords } from '../../../core/errors/errors.ts'
import { type InventoryRecord, modelOf } from '../../../core/promotion/inventory.ts'
import { placeKey, recordPath } from '../../../core/promotion/places/places.ts'
import type { OpenPromotion, Stay } from '../../../core/promotion/plan/facts.ts'
import { type Plan, planPromotions, plansOfIdleHolds } from '../../../core/promotion/plan/plan.ts'
import { isNewer, releaseKey } from '../../../core/release/record.ts'
import { parseRelease } from '../../../core/release/record-file.ts'
import { staysOf } from '../read/facts.ts'
import { canariesIn } from './canaries.ts'
import { holdsIn } from './holds.ts'
import type { Ledger, LedgerFile, SiteLedger } from './ledger.ts'
import { promotionsIn, type Serving, type WaitingPlace } from './promotions.ts'
import { withStandings } from './standing.ts'

/** What stands in the ledger and what is to come, for every model and environment. `now` is in milliseconds. */
export async function plansOf(
  ledger: Ledger,
  now: number,
): Promise<{ records: InventoryRecord[]; plans: Plan[] }> {
  const all: [SiteLedger, ...SiteLedger[]] = [ledger, ...ledger.others]
  const records: InventoryRecord[] = []
  for (const one of all) records.push(...(await withStandings(one, one.records.map(recordOf))))
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
  const { open, rejected } = await promotionsIn(all, serving, waiting, canaries)
  const known = await staysIn(all, serving, [...waiting, ...openPlaces(ledger.config, serving, open)])
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
    holds: (await Promise.all(all.map(holdsIn))).flat(),
    canaries: [...canaries.values()],
  }
  const plans = plansByConfig(ledger.config, facts)
  return { records, plans: [...plans, ...plansOfIdleHolds(facts, plans)] }
}

// --- internal ---

const UNCOMMITTED = 'no commit has its record, so nobody knows since when it serves'
const UNASKED = 'nothing is written down about it; `assay verify` asks Argo CD'

type Facts = Omit<Parameters<typeof planPromotions>[0], 'config'>

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
async function staysIn(
  ledgers: readonly [SiteLedger, ...SiteLedger[]],
  serving: Serving,
  waiting: readonly WaitingPlace[],
): Promise<Stay[]> {
  const environments = new Map(ledgers[0].config.environments.map(one => [one.name, one]))
  const needed = new Map(
    waiting.flatMap(({ model, before }) =>
      before.map(name => [placeKey(name, model), { name, model }] as const),
    ),
  )
  const sources = [...needed.values()].flatMap(({ name, model }) => {
    const environment = environments.get(name)
    return environment ? [{ environment, model, recordFile: recordPath(environment, model) }] : []
  })
  const histories = await Promise.all(
    ledgers.map(ledger =>
      ledger.histories(sources.filter(({ environment }) => ledger.isHere(environment.name))),
    ),
  )
  const known = histories.flat().flatMap(({ environment, model, recordFile, history }) => {
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
