import { count } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { binNames } from '../profile/bins.ts'
import { type Feature, isCount } from '../profile/feature.ts'
import type { SeenFeature, SeenWindow } from './seen.ts'

/** What can be judged of a window, and of all else why it cannot. */
export interface WholeCounts {
  features: Map<string, readonly number[]>
  /** By name, why nothing can be told of a feature: sentences that go on from its name. */
  absent: Map<string, string>
  /** By name, why what is told of a feature may be less than what came. */
  doubtful: Map<string, string>
}

/** A feature counts as a whole or not at all: with a bin left out, every share of it would be another. */
export function wholeCounts(features: readonly Feature[], window: SeenWindow): WholeCounts {
  const whole: WholeCounts = { features: new Map(), absent: new Map(), doubtful: new Map() }
  for (const feature of features) {
    const seen = window.features.get(feature.name)
    const why = seen
      ? whyNotWhole(feature, seen)
      : (window.absent?.get(feature.name) ?? 'it was not counted: there are no counts of it')
    if (seen && why === undefined) {
      whole.features.set(feature.name, seen.counts as readonly number[])
      const { fresh = [] } = seen
      if (fresh.length > 0)
        whole.doubtful.set(
          feature.name,
          `${fresh.length === 1 ? 'a bin' : `${fresh.length} bins`} of it (${listed(fresh)}) ${fresh.length === 1 ? 'was' : 'were'} not there when the window began: rows before that are not known`,
        )
    } else if (why !== undefined) whole.absent.set(feature.name, why)
  }
  return whole
}

// --- internal ---

function whyNotWhole(feature: Feature, { counts, strange = [] }: SeenFeature): string | undefined {
  const names = binNames(feature)
  if (strange.length > 0 || counts.length !== names.length)
    return `it is counted in other bins than the profile has${strange.length > 0 ? ` (${listed(strange)})` : ''}: by the profile of another release, or of another run`
  if (counts.every(count => count !== undefined && isCount(count))) return undefined
  const missing = names.filter((_, bin) => counts[bin] === undefined)
  if (missing.length > 0)
    return `${count(missing.length, 'bin')} of its ${names.length} (${listed(missing)}) ${missing.length === 1 ? 'is' : 'are'} not in the answer`
  const wrong = names.filter((_, bin) => !isCount(counts[bin]!))
  if (wrong.length > 0)
    return `its counts are no numbers of rows: ${listed(wrong)} has ${counts[names.indexOf(wrong[0]!)]}`
  return undefined
}

const MOST_LISTED = 3

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map(name => `\`${shortened(visible(name), 60)}\``)
  return `${shown.join(', ')}${names.length > MOST_LISTED ? ', …' : ''}`
}
