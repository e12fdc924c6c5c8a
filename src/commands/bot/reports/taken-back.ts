import { inline, sentence } from '../../../core/report/words/escape.ts'
import { isOlder, NO_BASE, parseBaseMark, renderBaseMark } from '../../../core/text/marker.ts'
import { orderOfCheck, subjectOfCheck, withMark } from '../../../forges/check-order.ts'
import type { CiRun } from '../../../forges/ci-runs.ts'
import { ensureCheck } from '../../../forges/ensure/check.ts'
import { ensureComment, reportsIn } from '../../../forges/ensure/comment.ts'
import type { Forge } from '../../../forges/forge.ts'
import { checkOf } from '../../result/checks.ts'
import type { HeadKey } from '../keys.ts'
import type { Reported } from './reports.ts'

/** A verdict that stands in a pull request. */
export interface StandingVerdict {
  model: string
  /** Of the run that it is of. */
  order: string
  /** Of the branches by whose rules its check and its comment are; none where they do not say. */
  marks: string[]
  isCommented: boolean
  /** One of its checks is at this very commit: the comment may be of an earlier one. */
  isChecked: boolean
}

/** The verdicts at the head of a pull request, of each model the newest: by its comments, and the checks where there are any. */
export async function verdictsOf(
  forge: Forge,
  { pullRequest, commit }: Pick<HeadKey, 'pullRequest' | 'commit'>,
): Promise<StandingVerdict[]> {
  const said = await saidIn(forge, pullRequest)
  const checks: Said[] =
    (await forge.listChecks?.(commit))?.map(({ externalId }) => ({
      ...subjectOfCheck(externalId),
      order: orderOfCheck(externalId),
    })) ?? (await statedAt(forge, { pullRequest, commit }, said))
  // The one without a model says what could not be read.
  const all = [...said, ...checks].filter(({ model }) => model !== '')
  return [...Map.groupBy(all, ({ model }) => model)].map(([model, own]) => {
    const { order } = newestOf(own)
    const marks = own.flatMap(one => (one.order === order && one.mark !== undefined ? [one.mark] : []))
    const isIn = (list: readonly { model: string }[]) => list.some(one => one.model === model)
    return { model, order, marks, isCommented: isIn(said), isChecked: isIn(checks) }
  })
}

/** Where verdicts are taken back, and what is known of why. */
interface Moved extends Pick<HeadKey, 'pullRequest' | 'commit'> {
  runs: readonly CiRun[]
  /** Newest first; none: there is no run any more. */
  tried: readonly TriedRun[]
  /** A run of this head has not ended: a verdict comes by itself. */
  isUnderWay: boolean
}

/** A run that was to be judged again, and what came of that. */
export interface TriedRun extends Reported {
  run: CiRun
}

/** Whether a verdict is of a run, whichever of its attempts. */
export function isOfRun(order: string, { id }: CiRun): boolean {
  return order.split('.')[0] === `${id}`
}

/**
 * Says in place of each verdict that it was by the rules of another branch. A second call writes nothing, and neither does one for
 * another pull request with the same head: the checks of a commit are those of all of them.
 */
export async function takeBack(
  forge: Forge,
  { pullRequest, commit, runs, tried, isUnderWay }: Moved,
  verdicts: readonly StandingVerdict[],
): Promise<string[]> {
  const did: string[] = []
  for (const { model, order, isCommented, isChecked } of verdicts) {
    const words = `The verdict that stood here was by the rules of another branch than this is for now${whyNone(order, { tried, isUnderWay })}`
    const body = `${renderBaseMark(NO_BASE)}\n### ${inline(model, 63)}: no verdict any more\n\n${words}\n`
    const said = isCommented ? await ensureComment(forge, { pullRequest, model, order, body }) : undefined
    const status = await forge.statusAt?.(commit, checkOf(model, { commit }).name)
    // Where none stands, that of the run comes first: a red one until then would say that something is wrong.
    const awaits = isUnderWay && !isChecked && status === undefined
    if (awaits) {
      if (said?.action === 'updated') did.push(`verdict of ${model} at #${pullRequest} awaited`)
      continue
    }
    // A status is told from an older one by where it leads.
    const url = status?.url ?? runs.find(run => order === `${run.id}.${run.attempt}`)?.url
    const check = checkOf(model, { commit, order, url })
    const shown = await ensureCheck(forge, {
      ...check,
      externalId: withMark(check.externalId, NO_BASE),
      conclusion: 'cancelled',
      title: TITLE,
      summary: words,
    })
    const isNew = [said?.action, shown.action].some(action => action === 'created' || action === 'updated')
    if (isNew) did.push(`verdict of ${model} at #${pullRequest} taken back`)
  }
  return did
}

// --- internal ---

/** What a comment or a check says of itself. */
type Said = Pick<StandingVerdict, 'model' | 'order'> & { mark?: string | undefined }

async function saidIn(forge: Forge, pullRequest: number): Promise<Said[]> {
  const comments = await reportsIn(forge, pullRequest)
  return comments.map(({ model, order, body }) => ({ model, order, mark: parseBaseMark(body) }))
}

/** Others with one head whose comments are read: anybody may open many. */
const MOST_OTHERS = 10

/**
 * A status does not say by whose rules it is. Where other pull requests have, or had, the same head, their comments do, and whether it
 * was taken back its words.
 */
async function statedAt(
  forge: Forge,
  { pullRequest, commit }: Pick<HeadKey, 'pullRequest' | 'commit'>,
  own: readonly Said[],
): Promise<Said[]> {
  const others = (await forge.pullsAt(commit)).filter(({ number }) => number !== pullRequest)
  const said: Said[] = []
  for (const { number } of others.slice(-MOST_OTHERS)) said.push(...(await saidIn(forge, number)))
  if (others.length === 0) return []
  const stated: Said[] = []
  for (const [model, all] of Map.groupBy([...own, ...said], one => one.model)) {
    const status = await forge.statusAt?.(commit, checkOf(model, { commit }).name)
    if (status === undefined) continue
    const { order } = newestOf(all)
    const isTakenBack = status.description === TITLE
    stated.push(
      ...said.filter(one => one.model === model),
      ...(isTakenBack ? [{ model, order, mark: NO_BASE }] : []),
    )
  }
  return stated
}

function newestOf<T extends Said>(all: readonly T[]): T {
  return all.reduce((last, one) => (isOlder(last.order, one.order) ? one : last))
}

const TITLE = 'No verdict any more'

const UNDER_WAY = '. A run of this commit is under way: what it finds is judged by the rules there'

/** Why there is no verdict in place of that of a run, and what to do. */
function whyNone(order: string, { tried, isUnderWay }: Pick<Moved, 'tried' | 'isUnderWay'>): string {
  // Where several pull requests share the head, no run changes that.
  if (isUnderWay && tried.every(({ fix }) => fix === undefined)) return UNDER_WAY
  const own = tried.find(({ run }) => isOfRun(order, run))
  const last = own ?? tried.find(({ problems = [] }) => problems.length > 0) ?? tried[0]
  const reason = last?.why ?? 'there is no run of it any more'
  const [why = reason] = (last?.problems ?? []).flatMap(one => one.problems.map(({ what }) => what))
  const fix = last?.fix ?? 'Run the workflow again, or push a commit'
  return `, and it cannot be judged by the rules there: ${sentence(why, 300)}. ${fix}.`
}
