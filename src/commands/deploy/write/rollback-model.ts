import { isAssayError } from '../../../core/errors/errors.ts'
import { parseHold, rollbackHold } from '../../../core/promotion/places/hold-file.ts'
import {
  type Deployed,
  type FileDifference,
  findRollback,
  inTheWay,
  type Rollback,
} from '../../../core/promotion/places/rollback.ts'
import type { PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import type { Landing } from '../../../core/promotion/plan/landing.ts'
import { type Plan, planRollback } from '../../../core/promotion/plan/plan.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { renderRelease } from '../../../core/release/record-file.ts'
import { besideIn } from '../read/canaries.ts'
import { readRecord } from '../read/facts.ts'
import { standingAt } from '../read/standing.ts'
import type { EnvironmentPlace, ModelState, SeenPlace } from '../read/state.ts'
import { historyOf } from './past-promotions.ts'
import { changesOf, isSameRelease } from './promotion.ts'
import { type CarriedOut, type DeployWork, propose } from './propose.ts'

export interface RollbackRequest {
  /** Default: the last healthy one before what serves. */
  version?: string
  /** The very release, where a version alone may mean several. */
  key?: string
  reason: string
  by: string
  /** ISO 8601 in UTC. */
  since: string
  /** Default: by approval. */
  lands?: Landing
  /** It is open already: who asked for it, when and why stays. */
  isRenewed?: true
}

/**
 * Proposes to return to a release that served before: the bytes that were, and a hold on automatic promotion until somebody
 * releases it. Where the same is proposed already, nothing is written.
 *
 * @throws AssayError `ROLLBACK_IMPOSSIBLE`
 */
export async function rollbackModel(
  work: DeployWork,
  place: SeenPlace,
  request: RollbackRequest,
): Promise<CarriedOut> {
  const { state, facts, access } = work
  const current = presentTexts(state, place)
  const history = await historyOf(access.repository, state, place)
  const planned =
    endOfCanary(work, place, request) ?? findRollback(history, current, request.version, request.key)
  const open = facts.open.find(({ environment }) => environment === place.environment.name)
  if (open?.foreign) throw inTheWay(place, open.number)
  const held = await holdText(work, place, planned, request)
  const isTrue = await isRecordedThen(work, place, planned, history)
  const about = { environment: place.environment.name, model: state.model, ...serving(facts, place) }
  const plan: Plan = { action: 'promote', ...planRollback(about, planned.to, request.lands) }
  return propose(work, place, plan, {
    reason: held.reason,
    restore: texts => filesOf(place, planned, texts, held.text, isTrue),
  })
}

// --- internal ---

function presentTexts(
  { files }: ModelState,
  { recordFile, manifests }: EnvironmentPlace,
): Map<string, string> {
  const texts = [recordFile, ...manifests].map((path): [string, string | undefined] => [
    path,
    files.get(path),
  ])
  return new Map(texts.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function serving(facts: PromotionFacts, { environment }: EnvironmentPlace): { serving?: ReleaseRecord } {
  const stay = facts.stays.findLast(one => one.environment === environment.name && one.until === undefined)
  return stay ? { serving: stay.release } : {}
}

/**
 * What is tried beside what serves is taken back first: what serves stays, and the target takes the other out of every manifest. So
 * it is where nobody can read what is tried; where that serves already, replaced by hand, there is nothing beside it to take back.
 */
function endOfCanary(
  { facts, state }: Pick<DeployWork, 'facts' | 'state'>,
  place: EnvironmentPlace,
  { version, key }: RollbackRequest,
): Rollback | undefined {
  const canary = facts.canaries?.find(({ environment }) => environment === place.environment.name)
  const { serving: to } = serving(facts, place)
  if (!to || (!canary?.file && canary?.unreadable === undefined)) return undefined
  if (!canary.file && besideIn(state, place)?.version === to.version) return undefined
  const isMeant = key === undefined ? version === undefined || version === to.version : key === releaseKey(to)
  if (!isMeant) return undefined
  return { from: canary.file?.challenger ?? UNKNOWN, to, restore: [], edit: place.manifests }
}

/** Nobody can read which release it was. */
const UNKNOWN = { version: 'unknown' }

/** The hold of the same rollback on its branch stays as it was written: asking again writes nothing. */
async function holdText(
  { state, access }: DeployWork,
  { holdFile, recordFile, promotion: { head, text } }: SeenPlace,
  { from, to }: Rollback,
  { isRenewed, ...said }: RollbackRequest,
): Promise<{ text: string; reason: string }> {
  const made = ({ reason, by, since }: Pick<RollbackRequest, 'reason' | 'by' | 'since'>) => ({
    text: rollbackHold(state.files.get(holdFile), holdFile, { reason, by, since, version: from.version }),
    reason,
  })
  const fresh = made(said)
  const isSame = isSameRelease(readRecord(text, recordFile, state.model), to)
  if (!head || !(isSame || isRenewed)) return fresh
  const there = (await access.repository.readFiles(head.commit, [holdFile])).get(holdFile)
  if (there === undefined) return fresh
  try {
    const asked = parseHold(there, holdFile)
    return isSame ? { text: there, reason: asked.reason } : made(asked)
  } catch (error) {
    if (isAssayError(error, 'HOLD_INVALID')) return fresh
    throw error
  }
}

/**
 * Whether the bytes that were say the release that is restored: somebody may have changed them by hand while it served, and a
 * rollback restores a release, not that change.
 */
async function isRecordedThen(
  { access, state }: DeployWork,
  place: EnvironmentPlace,
  { to, restore }: Rollback,
  history: readonly Deployed[],
): Promise<boolean> {
  const then = history.find(({ release }) => isSameRelease(release, to))
  if (!then) return true
  const restored = restore.map(({ path, text }) => [path, text] as const)
  const at = { commit: then.commit, files: new Map([...state.files, ...restored]) }
  const standing = await standingAt(access.repository, place, to, at)
  return standing?.kind !== 'by_hand'
}

/**
 * Bytes as they were; where somebody changed a file since, or had changed it then, the target writes the old release into it.
 */
function filesOf(
  place: EnvironmentPlace,
  { to, restore, edit }: Rollback,
  texts: ReadonlyMap<string, string | undefined>,
  hold: string,
  isTrue: boolean,
): FileDifference[] {
  const difference = (path: string, after: string | undefined): FileDifference => ({
    path,
    ...(texts.get(path) !== undefined && { before: texts.get(path) }),
    ...(after !== undefined && { after }),
  })
  const then = new Map([...texts, ...restore.map(({ path, text }) => [path, text] as const)])
  const written = isTrue && edit.length === 0 ? [] : changesOf({ place, to }, then)
  const edited = new Map(
    written.flatMap(({ path, after }) =>
      path !== place.recordFile && (!isTrue || edit.includes(path)) ? [[path, after] as const] : [],
    ),
  )
  const restored = restore.filter(({ path }) => !edited.has(path))
  const recordChange = difference(place.recordFile, renderRelease(to))
  const changesRecord = restored.some(({ path }) => path === place.recordFile)
  return [
    ...restored.map(({ path, text }) => difference(path, text)),
    ...[...edited].map(([path, text]) => difference(path, text)),
    ...(changesRecord ? [] : [recordChange]),
    // A rollback leaves nothing tried beside what it restores.
    ...place.triedFiles.map(path => difference(path, undefined)).filter(({ before }) => before !== undefined),
    difference(place.holdFile, hold),
  ]
}
