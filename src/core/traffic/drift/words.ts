import { plain } from '../../report/words/escape.ts'
import { count, formatCount } from '../../text/numbers.ts'
import type { Feature } from '../profile/feature.ts'
import type { Broken } from './breakage.ts'

/** Why something is broken or not known: sentences that go on from the name of the feature. */

export function brokenWords(what: Broken['what'], bin: string): string {
  if (what === 'missing') return 'its values are missing more often'
  if (what === 'new') return 'its values are ones that the profile has no bin for'
  return `nearly all rows are in one bin, \`${plain(bin, 60)}\`; where it follows the clock, give it the importance 0`
}

export function notCountedWords(): string {
  return 'it was not counted: the rows have no such column'
}

/** What would be needed, where it cannot be told. */
export function neededWords({
  rows,
  profileRows,
  needed,
}: {
  rows: number
  profileRows: number
  needed?: number
}): string {
  if (profileRows === 0) return 'the profile has no row of it'
  if (rows === 0) return 'there is no row of it'
  if (needed === undefined || needed === Number.POSITIVE_INFINITY)
    return `${tooFew(profileRows, ' of the profile')}, however many are live: evaluate on more`
  return `${tooFew(rows)}: ${formatCount(needed)} are needed`
}

/** Large enough to matter, and of so few rows that it may be chance. */
export function unsureWords(psi: number): string {
  return `its stability index is ${psi.toFixed(2)}, by bins that have too few rows to be sure of it: more rows tell`
}

/** A bin of a feature as people know it: `30 to 41` of a number, the name of a category. @param bin in the order of `binNames` */
export function binWords(feature: Feature, bin: number): string {
  const ordinary = feature.counts.length
  if (bin === ordinary) return 'missing'
  if (bin > ordinary) return feature.type === 'number' ? 'no number' : 'other than known'
  return feature.type === 'number' ? boundsWords(feature.edges, bin) : feature.categories[bin]!
}

/** `30 to 41`, `below 24`, `61 and above`. */
export function boundsWords(edges: readonly number[], bin: number): string {
  const [low, high] = [bin - 1, bin].map(at => edges[at]?.toPrecision(4)).map(text => text && Number(text))
  if (low === undefined) return high === undefined ? 'any number' : `below ${high}`
  return high === undefined ? `${low} and above` : `${low} to ${high}`
}

// --- internal ---

function tooFew(rows: number, ofWhat = ''): string {
  return `${count(rows, 'row')}${ofWhat} ${rows === 1 ? 'is' : 'are'} too few to tell`
}
