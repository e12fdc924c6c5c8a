import { createHash } from 'node:crypto'
import type { DataRole } from '../inputs/dvc/data-version.ts'
import type { PlotData } from '../report/plots/data.ts'
import { shortened } from '../text/visible-text.ts'
import type { Result } from '../verdict/result.ts'
import { datasetsOf } from './datasets.ts'
import { metricKey } from './metric-key.ts'
import type { Batch, DatasetInput, KeyValue, MetricPoint } from './requests.ts'

/** What is logged of a run: pure, so that a second attempt sends the same. */
export interface RunLog {
  params: KeyValue[]
  metrics: MetricPoint[]
  tags: KeyValue[]
  datasets: DatasetInput[]
}

/** What a run is made with: where its commit, its pull request and its CI run are found again. */
export interface RunOrigin {
  model: string
  commit?: string
  repository?: string
  branch?: string
  actor?: string
  /** Addresses. */
  pullRequest?: string
  ciRun?: string
}

/** In the names that MLflow's own pages show as links, and in our own. */
export function originTags(origin: RunOrigin): KeyValue[] {
  return tagsOf({
    'mlflow.source.type': 'PROJECT',
    'mlflow.source.name': origin.repository,
    'mlflow.source.git.commit': origin.commit,
    'mlflow.source.git.repoURL': origin.repository,
    'mlflow.source.git.branch': origin.branch,
    'mlflow.user': origin.actor,
    'assay.model': origin.model,
    'assay.pull_request': origin.pullRequest,
    'assay.run': origin.ciRun,
  })
}

/**
 * A judged model as a run: parameters, metrics, datasets, tags.
 *
 * @param roles what a line of data is for the training, where that is known
 * @param began when the run began, in milliseconds: the time of every point, so that one that is sent again stays one
 */
export function runLog(
  result: Result,
  { gpus = [] }: Pick<PlotData, 'gpus'>,
  parameters: Readonly<Record<string, string | number | boolean | null>>,
  began: number,
  roles: ReadonlyMap<string, DataRole> = new Map(),
): RunLog {
  const tags = {
    'assay.verdict': result.verdict,
    'assay.version': result.assay,
    'assay.state': result.state,
    'assay.currency': result.candidate.usage?.currency,
  }
  return {
    params: byKey(
      Object.entries(parameters).map(([name, value]) => ({ key: paramKey(name), value: String(value) })),
    ),
    metrics: once([
      ...result.metrics.flatMap(({ metric, candidate }) => pointsOf(metric, [candidate?.value], began)),
      ...(result.seeds ?? []).flatMap(({ metric, scores }) =>
        pointsOf(
          `seeds/${metric}`,
          scores.map(({ candidate }) => candidate),
          began,
        ),
      ),
      ...slicePoints(result, began),
      ...usagePoints(result, began),
      ...gpus.flatMap(({ index, trace }) =>
        trace.map(({ second, utilisation }, step) => ({
          key: `system/gpu_${index}_utilization_percentage`,
          value: utilisation * 100,
          timestamp: began + Math.round(second * 1000),
          step,
        })),
      ),
    ]),
    tags: tagsOf(tags),
    datasets: datasetsOf(result, roles),
  }
}

/** How much one request may hold: as MLflow documents it, and of the servers that take less (Azure ML) the least. */
export const LIMITS = {
  usual: { params: 100, metrics: 800, tags: 100 },
  least: { params: 100, metrics: 200, tags: 100 },
}

/** In as few requests as that gives. */
export function batchesOf(
  { params, metrics, tags }: Batch,
  most: (typeof LIMITS)[keyof typeof LIMITS],
): Batch[] {
  const count = Math.max(
    Math.ceil(params.length / most.params),
    Math.ceil(metrics.length / most.metrics),
    Math.ceil(tags.length / most.tags),
  )
  const part = <T>(list: readonly T[], size: number, at: number) => list.slice(at * size, (at + 1) * size)
  return Array.from({ length: count }, (_, at) => ({
    params: part(params, most.params, at),
    metrics: part(metrics, most.metrics, at),
    tags: part(tags, most.tags, at),
  }))
}

/** Without what training has logged itself: a parameter can be given once, and its word comes first. */
export function withoutParams(batch: Batch, there: readonly { key: string }[]): Batch {
  const known = new Set(there.map(({ key }) => key))
  return { ...batch, params: batch.params.filter(({ key }) => !known.has(key)) }
}

// --- internal ---

/**
 * Characters of a key, a parameter and a tag that the strictest server takes; and of what names a slice, so
 * that with a metric of 128 it is a whole key.
 */
const LENGTHS = { key: 250, param: 500, tag: 5000, part: 45 }
const MOST_SLICES = 200

function tagsOf(tags: Readonly<Record<string, string | undefined>>): KeyValue[] {
  return Object.entries(tags).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: shortened(value, LENGTHS.tag) }],
  )
}

/** Characters that no key may have become `_`; what is no plain path is refused too. */
function paramKey(name: string): string {
  return shortKey(metricKey(name.replace(/[^\w./ -]/g, '_')))
}

function shortKey(key: string): string {
  return key.slice(0, LENGTHS.key)
}

/** Of two that come to the same key the first stays. */
function byKey(list: readonly KeyValue[]): KeyValue[] {
  const found = new Map<string, KeyValue>()
  for (const { key, value } of list)
    if (!found.has(key)) found.set(key, { key, value: shortened(value, LENGTHS.param) })
  return [...found.values()]
}

function once(points: readonly MetricPoint[]): MetricPoint[] {
  const found = new Map<string, MetricPoint>()
  for (const point of points) {
    const place = `${point.step} ${point.key}`
    if (Number.isFinite(point.value) && !found.has(place)) found.set(place, point)
  }
  return [...found.values()]
}

function pointsOf(name: string, values: readonly (number | undefined)[], timestamp: number): MetricPoint[] {
  return values.flatMap((value, step) =>
    value === undefined ? [] : [{ key: shortKey(metricKey(name)), value, timestamp, step }],
  )
}

/** The worst first, where not all have room. */
function slicePoints({ slices }: Result, began: number): MetricPoint[] {
  return slices
    .slice(0, MOST_SLICES)
    .flatMap(({ metric, column, value, candidate }) =>
      pointsOf(`slices/${metric}/${keyPart(column)}/${keyPart(value)}`, [candidate], began),
    )
}

/** Of a text with other characters than a key may have, its hash too: two that look alike stay two. */
function keyPart(text: string): string {
  const part = text.replace(/[^\w. -]/g, '_').slice(0, LENGTHS.part)
  if (part === text && !/^\.*$/.test(part)) return part
  return `${part}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}

function usagePoints({ candidate: { usage } }: Result, began: number): MetricPoint[] {
  if (!usage) return []
  const { trainSeconds, evaluateSeconds, cost, gpus = [] } = usage
  const named: [string, number | undefined][] = [
    ['train_duration', trainSeconds],
    ['evaluate_duration', evaluateSeconds],
    ['cost', cost],
    ...gpus.flatMap((gpu): [string, number | undefined][] => [
      [`gpu_${gpu.index}/utilisation`, gpu.utilisation],
      [`gpu_${gpu.index}/idle_share`, gpu.idleShare],
      [`gpu_${gpu.index}/memory_peak_mib`, gpu.memoryPeakMiB],
      [`gpu_${gpu.index}/energy_wh`, gpu.energyWh],
    ]),
  ]
  return named.flatMap(([name, value]) => pointsOf(name, [value], began))
}
