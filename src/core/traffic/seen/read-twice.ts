import { shortened, visible } from '../../text/visible-text.ts'
import type { Grid } from './mesh-query.ts'
import type { Labels } from './prometheus-answer.ts'
import type { CounterSeries } from './range-answer.ts'

/** The same proxy, read by two jobs or at two ports: each of its requests is in two series. */

/**
 * Two series that count the same in the same proxy, as the label by which they differ and its two values. Labels tell which may be: the
 * same pod, or address without its port, and nothing else that both have and that differs but for who has read it. Of these, two are one
 * counter where they rise side by side: each is where the other was or will be within two minutes, as two readings of one are, in 9 of 10
 * instants. Two that are none of it, such as two proxies behind one address, are only taken for one while they count alike.
 *
 * @param base milliseconds: what rose until then is of no account
 */
export function readTwice(
  series: readonly CounterSeries[],
  { base, grid }: { base: number; grid: Grid },
): string | undefined {
  for (const alike of Map.groupBy(series, ({ labels }) => countedBy(labels)).values()) {
    const before = new Map<string, CounterSeries[]>()
    for (const one of alike) {
      const { pod = '' } = one.labels
      // Of another pod none can be; without one, any can.
      const others = pod === '' ? [...before.values()] : [before.get(pod) ?? [], before.get('') ?? []]
      const twin = others
        .flat()
        .find(other => isOfOneProxy(one.labels, other.labels) && risesBeside(one, other, { base, grid }))
      if (twin) return differenceWords(twin.labels, one.labels)
      before.set(pod, [...(before.get(pod) ?? []), one])
    }
  }
  return undefined
}

// --- internal ---

/** What names the reader of a series, and not what is read. */
const READER = ['job', 'endpoint', 'container', 'service', 'prometheus', 'monitor', 'tenant_id', 'instance']

/** What a proxy counts by: a label without a value is none to Prometheus, and says something here; of others a job may add some. */
const COUNTED = /^(le|assay_.*|(source|destination|request|response|grpc|connection|envoy)_.*)$/

/** Two readings of one counter are no further apart than its reader waits, in seconds. */
const MOST_APART_S = 120
const MOST_INSTANTS = 0.9

function countedBy(labels: Labels): string {
  const own = Object.entries(labels).filter(([name]) => COUNTED.test(name))
  return JSON.stringify(own.map(([name, value]) => [name, name === 'le' ? Number(value) : value]).sort())
}

/** Of two that count by the same. */
function isOfOneProxy(one: Labels, other: Labels): boolean {
  const isPlaced = one.pod !== undefined && other.pod !== undefined
  const hosts = [one, other].map(({ instance }) => instance?.replace(/:\d+$/, ''))
  if (!isPlaced && !hosts.includes(undefined) && hosts[0] !== hosts[1]) return false
  return Object.keys(one).every(
    name =>
      one[name] === other[name] ||
      !Object.hasOwn(other, name) ||
      COUNTED.test(name) ||
      READER.includes(name) ||
      name.includes('replica'),
  )
}

function risesBeside(
  one: CounterSeries,
  other: CounterSeries,
  { base, grid }: { base: number; grid: Grid },
): boolean {
  const values = new Map(other.points)
  const common = one.points.filter(([at]) => values.has(at))
  const both = [common, common.map(([at]) => [at, values.get(at)!] as const)]
  if (!both.every(points => risesAfter(points, base))) return false
  const apart = Math.ceil(MOST_APART_S / grid.step) * grid.step * 1000
  const beside = common.filter(([at, value]) => {
    const [before = 0, after = Number.POSITIVE_INFINITY] = [values.get(at - apart), values.get(at + apart)]
    return before <= value && value <= after
  })
  return beside.length >= MOST_INSTANTS * common.length
}

function risesAfter(points: CounterSeries['points'], base: number): boolean {
  return points.some(([at, value], index) => index > 0 && at > base && value > points[index - 1]![1])
}

function differenceWords(one: Labels, other: Labels): string {
  const name = Object.keys({ ...one, ...other }).find(label => one[label] !== other[label]) ?? 'labels'
  const values = [one, other].map(labels => shortened(visible(labels[name] ?? 'none'), 60))
  return `${shortened(visible(name), 60)} ${values.join(' and ')}`
}
