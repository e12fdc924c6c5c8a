import { isOlder } from '../../core/text/marker.ts'
import { orderOfCheck } from '../check-order.ts'
import type { Conclusion, Forge, NewCheck, WrittenCheck } from '../forge.ts'
import { isRefusal } from '../forge.ts'

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
 * @throws AssayError when the forge cannot be asked
 */
export async function ensureCheck(forge: Forge, check: CompleteCheck): Promise<EnsuredCheck> {
  const there = (await forge.listChecks?.(check.commit, check.name)) ?? []
  if (there.some(one => isOlder(orderOf(check), orderOf(one)))) return { action: 'skipped_older' }
  const own = there.find(one => one.externalId === check.externalId)
  if (own) {
    if (isSame(own, check)) return { action: 'unchanged' }
    await forge.updateCheck(own.id, check)
    return { action: 'updated' }
  }
  const created = await forge.createCheck(check)
  return isRefusal(created) ? { action: 'refused', reason: created.refused } : { action: 'created' }
}

// --- internal ---

function orderOf({ externalId }: Pick<NewCheck, 'externalId'>): string {
  return orderOfCheck(externalId)
}

/** Forges cut long texts and may change line ends. */
function isSame(there: WrittenCheck, check: CompleteCheck): boolean {
  const begins = (text: string, whole: string) =>
    text === whole || (text.endsWith('…') && whole.startsWith(text.slice(0, -1)))
  return (
    there.conclusion === check.conclusion &&
    begins(there.title, check.title) &&
    normal(there.summary) === normal(check.summary)
  )
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd()
}
