import { isUntouched } from '../../../core/git/commit-seal.ts'
import { frozenIn } from '../../../core/promotion/canary/canary-plan.ts'
import { placeKey, promotionBranch } from '../../../core/promotion/places/places.ts'
import type { CanaryInPlace, OpenPromotion, ProposedStep } from '../../../core/promotion/plan/facts.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { SeenBranch } from '../../../forges/deploy-repository.ts'
import { MOST_VERSIONS } from '../../../forges/snapshot.ts'
import { canaryFrom, canaryOrNone } from '../read/canaries.ts'
import { manifestPlaces, triedIn } from '../read/state.ts'
import type { Ledger } from './ledger.ts'

interface Place {
  environment: string
  model: string
}

/** Canaries by place. */
export type LedgerCanaries = ReadonlyMap<string, CanaryInPlace>

/**
 * What is tried in places where something serves, and what was: of those where a file says so, and of those where releases enter in
 * steps and a newer one waits. One call for the versions of all, and none where there are no such places. Nobody is asked for the traffic.
 *
 * @param serving what serves, by place
 * @param waiting where a newer release waits
 */
export async function canariesIn(
  { config, commit, manifests, past }: Ledger,
  serving: ReadonlyMap<string, ReleaseRecord>,
  waiting: readonly Place[],
): Promise<LedgerCanaries> {
  const placeOf = manifestPlaces(config)
  const awaited = new Set(waiting.map(one => placeKey(one.environment, one.model)))
  const asked = [...serving].flatMap(([key, { model }]) => {
    const [environment = ''] = key.split(' ')
    const place = placeOf({ environment, model })
    if (!place) return []
    const found = triedIn(place, path => manifests.get(path))
    const isAsked = found !== undefined || (place.environment.canary && awaited.has(key))
    const there = found && { ...found, text: typeof found.text === 'string' ? found.text : '' }
    return isAsked ? [{ environment, model, place, there }] : []
  })
  if (asked.length === 0) return new Map()
  const paths = asked.flatMap(({ place }) => place.triedFiles)
  const histories = await past.fileHistory(commit, paths, MOST_VERSIONS)
  return new Map(
    asked.map(({ environment, model, place, there }): [string, CanaryInPlace] => {
      const since = (there && histories.get(there.path)?.[0]?.at) ?? 0
      const key = placeKey(environment, model)
      const champion = serving.get(key)
      const found = canaryFrom(there, histories, {
        ...{ environment, model, place, since, champion, served: champion ? [champion] : [] },
      })
      return [key, { ...found, ...(found.file && { fact: UNASKED }) }]
    }),
  )
}

/**
 * What becomes of the traffic by a promotion's branch, and of which release, where its commit says that it is a step of a canary. A
 * call more for the file on such a branch.
 */
export async function stepOf(
  ledger: Pick<Ledger, 'config' | 'promotions'>,
  { environment, model, head }: Place & Pick<SeenBranch, 'head'>,
  canaries: LedgerCanaries,
): Promise<(Pick<OpenPromotion, 'release' | 'slow'> & { step: ProposedStep }) | undefined> {
  const step = head && isUntouched(head) ? parseCommitMessage(head.message)?.step : undefined
  const place = manifestPlaces(ledger.config)({ environment, model })
  if (step === undefined || !place) return undefined
  if (step === 'back') {
    const tried = canaries.get(placeKey(environment, model))?.file?.challenger
    return { step, ...(tried && { release: tried }) }
  }
  const name = promotionBranch(environment, model)
  const seen = await ledger.promotions(place.triedFiles.map(file => ({ name, file })))
  const texts = new Map(place.triedFiles.map((path, at) => [path, seen[at]?.text]))
  const file = canaryOrNone(place, path => texts.get(path), model)
  const slow = file && frozenIn(file)
  return { step, ...(file && { release: file.challenger }), ...(slow && { slow }) }
}

// --- internal ---

const UNASKED = { unknown: '`assay promote` asks for its traffic' }
