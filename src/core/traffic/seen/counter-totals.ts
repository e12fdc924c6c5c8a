import { binNames } from '../profile/bins.ts'
import type { Feature } from '../profile/feature.ts'
import { PREDICTION } from '../profile/profile.ts'
import type { Sample } from './prometheus-answer.ts'
import type { SeenFeature, SeenWindow } from './seen.ts'

/** Counters of one release at one moment, by what they count. */
export interface Totals {
  /** By feature, then by the name of the bin. */
  features: ReadonlyMap<string, ReadonlyMap<string, number>>
  events: ReadonlyMap<string, number>
  /** By label, then by the bin of the score. */
  labels: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** By label, then by the name of the prediction's bin. */
  predicted: ReadonlyMap<string, ReadonlyMap<string, number>>
}

export function totalsOf(samples: readonly Sample[]): Totals {
  const features = new Map<string, Map<string, number>>()
  const events = new Map<string, number>()
  const labels = new Map<string, Map<string, number>>()
  const predicted = new Map<string, Map<string, number>>()
  const put = (of: Map<string, Map<string, number>>, outer: string, inner: string, value: number) => {
    const own = of.get(outer) ?? new Map<string, number>()
    of.set(outer, own.set(inner, value))
  }
  for (const { labels: said, value } of samples) {
    const [feature, bin, result] = [said.get('feature'), said.get('bin'), said.get('result')]
    const [label, scoreBin, prediction] = [said.get('label'), said.get('score_bin'), said.get('prediction')]
    if (feature !== undefined && bin !== undefined) put(features, feature, bin, value)
    else if (result !== undefined) events.set(result, value)
    else if (label !== undefined && scoreBin !== undefined) put(labels, label, scoreBin, value)
    else if (label !== undefined && prediction !== undefined) put(predicted, label, prediction, value)
  }
  return { features, events, labels, predicted }
}

/** Counters over a window, which may have begun anew in it. */
export interface CounterSpan {
  /** When the window begins; undefined where counting began inside it, and with 0. */
  start: Totals | undefined
  /** The last of each process that ended inside the window. */
  ended: readonly Totals[]
  now: Totals
}

/** What came in a window. A counter that is lower than it was, with no restart told, is no number of rows. */
export function windowOf(
  features: readonly Feature[],
  { start, ended, now }: CounterSpan,
  times: Pick<SeenWindow, 'minutes' | 'since' | 'until'>,
): SeenWindow {
  const difference = (pick: (totals: Totals) => number | undefined): number | undefined => {
    const last = pick(now)
    if (last === undefined) return undefined
    const before = ended.reduce((sum, one) => sum + (pick(one) ?? 0), 0)
    return before + last - ((start && pick(start)) ?? 0)
  }
  const seen = new Map<string, SeenFeature>()
  for (const feature of features) {
    const { name } = feature
    const own = now.features.get(name)
    if (!own) continue
    const names = binNames(feature)
    const known = new Set(names)
    const strange = [...own.keys()].filter(bin => !known.has(bin))
    const fresh = start
      ? names.filter(bin => own.has(bin) && start.features.get(name)?.has(bin) !== true)
      : []
    seen.set(name, {
      counts: names.map(bin => difference(one => one.features.get(name)?.get(bin))),
      ...(strange.length > 0 && { strange }),
      ...(fresh.length > 0 && { fresh }),
    })
  }
  const events = [...now.events.keys()].map(
    result => [result, difference(one => one.events.get(result)) ?? 0] as const,
  )
  const byLabel = (of: 'labels' | 'predicted', names: (bins: ReadonlyMap<string, number>) => string[]) =>
    [...now[of]].map(([label, bins]) => {
      const counts = names(bins).map(name => difference(one => one[of].get(label)?.get(name)))
      return [label, Float64Array.from(counts, count => count ?? Number.NaN)] as const
    })
  const labels = byLabel('labels', ({ size }) => Array.from({ length: size }, (_, bin) => String(bin)))
  const prediction = features.find(({ name }) => name === PREDICTION)
  const predicted = prediction ? byLabel('predicted', () => binNames(prediction)) : []
  return {
    ...times,
    features: seen,
    events: new Map(events),
    ...(labels.length > 0 && { labels: new Map(labels) }),
    ...(predicted.length > 0 && { predicted: new Map(predicted) }),
  }
}
