import { isOlder } from '../../core/text/marker.ts'
import { isSameSubject, orderOfCheck } from '../check-order.ts'
import type { Conclusion, Forge, NewCheck, WrittenCheck } from '../forge.ts'
import { isRefusal } from '../forge.ts'
import { statusOf } from './publish.ts'

/** A check that is complete as it is made, of a run that says how new it is: its `externalId` is `<run>.<attempt>/…`. */
export interface CompleteCheck extends NewCheck {
  conclusion: Conclusion
}

export interface EnsuredCheck {
  action: 'created' | 'updated' | 'unchanged' | 'skipped_older' | 'refused'
  reason?: string
}

/**
 * One complete check of a name on a commit: what stands there already is not written again, and never hidden by that of an older
 * run, for a forge shows the one that was made last.
 *
 * @param all the checks of the commit, where they were asked for already
 * @throws AssayError when the forge cannot be asked
 */
export async function ensureCheck(
  forge: Forge,
  check: CompleteCheck,
  all?: readonly WrittenCheck[],
): Promise<EnsuredCheck> {
  const there =
    all?.filter(({ name }) => name === check.name) ??
    (await forge.listChecks?.(check.commit, check.name)) ??
    []
  if (there.some(one => isOlder(orderOf(check), orderOf(one)))) return { action: 'skipped_older' }
  const same = there.filter(one => isSameSubject(one.externalId, check.externalId))
  const own = same.toSorted((a, b) => b.id - a.id)[0]
  if (own) {
    if (isSame(own, check)) return { action: 'unchanged' }
    await forge.updateCheck(own.id, check)
    return { action: 'updated' }
  }
  const created = await forge.createCheck(check)
  if (!isRefusal(created)) return { action: 'created' }
  return created.usual && forge.statusAt
    ? ensureStatus(forge, forge.statusAt, check)
    : { action: 'refused', reason: created.refused }
}

// --- internal ---

/** The same by a status, which says less. A forge without checks has one of a name, the last. */
async function ensureStatus(
  forge: Forge,
  statusAt: NonNullable<Forge['statusAt']>,
  check: CompleteCheck,
): Promise<EnsuredCheck> {
  const status = statusOf(check, check.conclusion, check.title)
  const known = await statusAt(check.commit, status.context)
  if (known && runOf(known.url) > runOf(status.url)) return { action: 'skipped_older' }
  const isSame = known && known.state === status.state && known.url === status.url
  if (isSame && normal(known.description) === normal(status.description).slice(0, known.description.length))
    return { action: 'unchanged' }
  const refused = await forge.setStatus(status)
  if (refused) return { action: 'refused', reason: refused.refused }
  return { action: known ? 'updated' : 'created' }
}

/** Numbers of runs at the end of their addresses grow. */
const RUN = /\/(\d+)$/

function runOf(url = ''): number {
  return Number(RUN.exec(url)?.[1] ?? 0)
}

function orderOf({ externalId }: Pick<NewCheck, 'externalId'>): string {
  return orderOfCheck(externalId)
}

/** Forges cut long texts and may change line ends. */
function isSame(there: WrittenCheck, check: CompleteCheck): boolean {
  const begins = (text: string, whole: string) =>
    text === whole || (text.endsWith('…') && whole.startsWith(text.slice(0, -1)))
  return (
    there.externalId === check.externalId &&
    there.conclusion === check.conclusion &&
    begins(there.title, check.title) &&
    normal(there.summary) === normal(check.summary)
  )
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd()
}
