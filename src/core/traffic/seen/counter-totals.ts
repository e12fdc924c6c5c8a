import { binNames } from '../profile/bins.ts'
import type { Feature } from '../profile/feature.ts'
import type { Labels } from './prometheus-answer.ts'
import type { SeenFeature, SeenWindow } from './seen.ts'

/** Counters of one release at one moment, by what they count. */
export interface Totals {
  /** By feature, then by the name of the bin. */
  features: Map<string, Map<string, number>>
  events: Map<string, number>
  /** By label, then by the bin of the score. */
  labels: Map<string, Map<string, number>>
  /** By label, then by the name of the prediction's bin. */
  predicted: Map<string, Map<string, number>>
}

export function noTotals(): Totals {
  return { features: new Map(), events: new Map(), labels: new Map(), predicted: new Map() }
}

/** Puts a counter where it belongs, by its labels. */
export function addSample(totals: Totals, said: Labels, value: number): void {
  const { feature, bin, result, label, score_bin: scoreBin, prediction } = said
  if (feature !== undefined && bin !== undefined) put(totals.features, feature, bin, value)
  else if (result !== undefined) totals.events.set(result, value)
  else if (label !== undefined && scoreBin !== undefined) put(totals.labels, label, scoreBin, value)
  else if (label !== undefined && prediction !== undefined) put(totals.predicted, label, prediction, value)
}

/** Counters over a window, which may have begun anew in it. */
export interface CounterSpan {
  /** When the window begins; undefined where counting began inside it, and with 0. */
  start: Totals | undefined
  /** The last of each process that ended inside the window. */
  ended: readonly Totals[]
  now: Totals
}

/**
 * What came in a window. A counter that is lower than it was, with no restart told, is no number of rows.
 *
 * @param features those that are counted in it
 * @param prediction in whose bins outcomes are, where there is one
 */
export function windowOf(
  { features, prediction }: { features: readonly Feature[]; prediction: Feature | undefined },
  span: CounterSpan,
  times: Pick<SeenWindow, 'minutes' | 'since' | 'until'>,
): SeenWindow {
  const { start, now } = span
  const seen = new Map<string, SeenFeature>()
  for (const feature of features) {
    const { name } = feature
    const own = now.features.get(name)
    if (!own) continue
    const names = binNames(feature)
    const isKnown = own.size <= names.length && countIn(names, own) === own.size
    const strange = isKnown ? [] : [...own.keys()].filter(bin => !names.includes(bin))
    const before = start?.features.get(name)
    const fresh = start ? names.filter(bin => own.has(bin) && before?.has(bin) !== true) : []
    seen.set(name, {
      counts: differences(
        names,
        spanOf(span, one => one.features.get(name)),
      ),
      ...(strange.length > 0 && { strange }),
      ...(fresh.length > 0 && { fresh }),
    })
  }
  const results = [...now.events.keys()]
  const events = differences(
    results,
    spanOf(span, one => one.events),
  )
  const byLabel = (
    of: 'labels' | 'predicted',
    names: (bins: ReadonlyMap<string, number>) => readonly string[],
  ) =>
    [...now[of]].map(([label, bins]) => {
      const counts = differences(
        names(bins),
        spanOf(span, one => one[of].get(label)),
      )
      return [label, Float64Array.from(counts, count => count ?? Number.NaN)] as const
    })
  const labels = byLabel('labels', ({ size }) => Array.from({ length: size }, (_, bin) => String(bin)))
  const predicted = prediction ? byLabel('predicted', () => binNames(prediction)) : []
  return {
    ...times,
    features: seen,
    events: new Map(results.map((result, index) => [result, events[index] ?? 0])),
    ...(labels.length > 0 && { labels: new Map(labels) }),
    ...(predicted.length > 0 && { predicted: new Map(predicted) }),
  }
}

// --- internal ---

type Counters = ReadonlyMap<string, number>

function put(of: Map<string, Map<string, number>>, outer: string, inner: string, value: number): void {
  const own = of.get(outer)
  if (own) own.set(inner, value)
  else of.set(outer, new Map([[inner, value]]))
}

/** Counters of one kind over the window. */
interface CountersSpan {
  start: Counters | undefined
  ended: readonly (Counters | undefined)[]
  now: Counters | undefined
}

function spanOf(
  { start, ended, now }: CounterSpan,
  pick: (of: Totals) => Counters | undefined,
): CountersSpan {
  return { start: start && pick(start), ended: ended.map(pick), now: pick(now) }
}

/** How much each has grown; undefined for what is not counted now. */
function differences(names: readonly string[], { start, ended, now }: CountersSpan): (number | undefined)[] {
  return names.map(name => {
    const last = now?.get(name)
    if (last === undefined) return undefined
    let grown = last - (start?.get(name) ?? 0)
    for (const one of ended) grown += one?.get(name) ?? 0
    return grown
  })
}

function countIn(names: readonly string[], own: Counters): number {
  let known = 0
  for (const name of names) if (own.has(name)) known++
  return known
}
