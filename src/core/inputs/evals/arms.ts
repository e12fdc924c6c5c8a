import type { Arms, Predictions } from '../evaluation.ts'
import { textsOf } from '../row-ids.ts'

/** Prompts and providers that the same items are put to. A file numbers them in the order in which they were configured. */

/** The id of an item of one of several. */
export function armId(id: string, arm: number): string {
  return `${id} · prompt ${arm + 1}`
}

/** The number in such an id, from 0; 0 of any other. */
export function armIn(id: string): number {
  return Number(/ · prompt (\d+)$/.exec(id)?.[1] ?? 1) - 1
}

/** What of it was put to all of them. */
export function itemOf(id: string): string {
  return id.replace(/ · prompt \d+$/, '')
}

/**
 * The rows with the numbers that prompts and providers have in another version: by what they are called, and those that are called
 * otherwise there in the order that they have.
 *
 * @returns also how many of them were known by their order alone
 */
export function withArmsOf(
  rows: Predictions,
  { arms: theirs }: Predictions,
): { rows: Predictions; byOrder: number } {
  const { arms, ids } = rows
  if (!arms || !theirs) return { rows, byOrder: 0 }
  const { numbers, byOrder } = numbersOf(arms.names, theirs.names)
  if (numbers.every((number, arm) => number === arm)) return { rows, byOrder }
  const of = arms.of.map(arm => numbers[arm]!)
  const named = textsOf(ids).map((id, row) => armId(itemOf(id), of[row]!))
  return { rows: { ...rows, ids: named, arms: { ...arms, of } }, byOrder }
}

// --- internal ---

function numbersOf(names: Arms['names'], theirs: Arms['names']): { numbers: number[]; byOrder: number } {
  const left = theirs.map((_, arm) => arm).filter(arm => !names.includes(theirs[arm]!))
  const byOrder = Math.min(left.length, names.filter(name => !theirs.includes(name)).length)
  let more = theirs.length
  const numbers = names.map(name => {
    const same = theirs.indexOf(name)
    return same >= 0 ? same : (left.shift() ?? more++)
  })
  return { numbers, byOrder }
}
