import type { TrafficEvent } from '../events/event.ts'
import { isObject, own } from '../events/json-text.ts'
import { binNames, binOf } from '../profile/bins.ts'
import type { ModelProfile } from '../profile/profile.ts'

/** What tells the slice of a unit: a column of the profile of the champion, by the categories that it was accepted on. */
export interface Slices {
  /** The most frequent ones; after them all others, new and missing ones too. */
  readonly names: readonly string[]
  /** The place of an event in `names`. @param profile of its release, which its bins are of */
  of(event: Pick<TrafficEvent, 'data' | 'bins'>, profile: ModelProfile | undefined): number
}

/** What the last of them is called: no category is. */
export const OTHERS = '__others__'

/** Undefined: no profile has such a column, or it is one of numbers. What a sender makes up is no slice: it is one of the others. */
export function slicesOf(column: string | undefined, champion: ModelProfile | undefined): Slices | undefined {
  const feature = champion?.features.find(({ name }) => name === column)
  if (column === undefined || feature?.type !== 'category') return undefined
  const names = feature.categories
    .map((name, at) => ({ name, rows: feature.counts[at]! }))
    .sort((a, b) => b.rows - a.rows)
    .slice(0, MOST_SLICES)
    .map(({ name }) => name)
  const places = new Map(names.map((name, at) => [name, at]))
  const placeOf = (name: string | undefined) => places.get(name ?? '') ?? names.length
  const bins = binNames(feature)
  const tables = new WeakMap<ModelProfile, (event: Uint16Array) => number>()
  const tableOf = ({ features }: ModelProfile) => {
    const at = features.findIndex(({ name }) => name === column)
    const other = features[at]
    const slices = other?.type === 'category' ? binNames(other).map(placeOf) : []
    return (event: Uint16Array) => slices[event[at]!] ?? names.length
  }
  return {
    names: [...names, OTHERS],
    of({ data, bins: read }, profile) {
      if (read && profile) {
        const table = tables.get(profile) ?? tableOf(profile)
        tables.set(profile, table)
        return table(read)
      }
      const row = isObject(data) ? own(data, 'features') : undefined
      return placeOf(bins[binOf(feature, isObject(row) ? own(row, column) : undefined)])
    },
  }
}

// --- internal ---

/** As many as are told apart; the rest is one. */
const MOST_SLICES = 8
