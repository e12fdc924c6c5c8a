import { didYouMean } from '../../text/nearest.ts'
import { shortened, visible } from '../../text/visible-text.ts'
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

/** Why a profile gives no slices of a column, to follow a colon; undefined: it does. */
export function whyNoSlices(column: string, { features }: ModelProfile): string | undefined {
  const feature = features.find(({ name }) => name === column)
  if (feature?.type === 'category') return undefined
  const able = features.flatMap(({ name, type }) => (type === 'category' ? [name] : []))
  const known = `those with categories are ${listed(able)}`
  const shown = shortened(visible(column), 100)
  if (feature) return `\`${shown}\` is a feature of numbers; ${known}`
  return `\`${shown}\` is no feature of the profile; ${didYouMean(column, able) ?? known}`
}

// --- internal ---

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, MOST_NAMED).map(name => `\`${shortened(visible(name), 100)}\``)
  return names.length > MOST_NAMED
    ? `${shown.join(', ')} and ${names.length - MOST_NAMED} more`
    : shown.join(', ')
}

const MOST_NAMED = 8

/** As many as are told apart; the rest is one. */
const MOST_SLICES = 8
