import { dirname, join } from 'node:path/posix'
import {
  applicationsWith,
  type FoundLayers,
  type HelmLayers,
} from '../../../core/promotion/effect/helm-application.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { chartFolder } from '../../../services/render/renderers.ts'

/** The files of a deploy repository, wherever they lie. */
export type DeployFiles = Pick<DeployRepository, 'readFiles' | 'listFiles'>

/** One way that a chart is rendered with a file of values, and all texts that it is rendered from. */
export interface HelmFiles {
  files: ReadonlyMap<string, string>
  /** By an Application. Absent: none is known, and the file of values alone counts. */
  layers?: HelmLayers
  /** What brings values and is not rendered from, so that it can be named. */
  beside: ReadonlyMap<string, string>
}

/**
 * The ways that a chart is rendered with a file of values: by each Application in the repository that does, else by the chart
 * that stands above the file. Or why that cannot be told.
 */
export async function helmFiles(
  repository: DeployFiles,
  commit: string,
  values: string,
): Promise<HelmFiles[] | { reason: string }> {
  const read = readerAt(repository, commit)
  const found = await applications(repository, commit, values, read)
  const unclear = found.find(one => 'reason' in one.layers)
  if (unclear && 'reason' in unclear.layers) return { reason: unclear.layers.reason }
  if (found.length === 0) {
    const chart = await chartAbove(values, read)
    const whole = chart === undefined ? undefined : await chartAround(chart, read)
    if (whole !== undefined)
      return {
        reason: `${chart} is a part of the chart of ${whole}, whose values count before those of its parts`,
      }
    return [
      {
        files: chart === undefined ? new Map() : await chartFiles(repository, commit, chart),
        beside: new Map(),
      },
    ]
  }
  const ways: HelmFiles[] = []
  for (const { layers, text } of found) {
    if ('reason' in layers) continue
    const chart = await chartFiles(repository, commit, layers.chart)
    if (!chart.has(join(layers.chart, 'Chart.yaml')))
      return { reason: `the chart of ${layers.file} is not in ${layers.chart}` }
    const named = await read(layers.values)
    const missing = layers.values.find(path => !named.has(path))
    if (missing !== undefined && !layers.ignoreMissing)
      return { reason: `${missing}, which ${layers.file} names, is not in the repository` }
    ways.push({
      files: new Map([...chart, ...named]),
      layers: { ...layers, values: layers.values.filter(path => named.has(path)) },
      beside: new Map([[layers.file, text]]),
    })
  }
  return ways
}

/** All texts of a chart, and of files beside it. */
export async function chartFiles(
  repository: DeployFiles,
  commit: string,
  chart: string,
  more: readonly string[] = [],
): Promise<Map<string, string>> {
  const paths = await repository.listFiles(commit, chart === '.' ? '' : chart)
  return readerAt(repository, commit)([...paths.slice(0, MOST_CHART_FILES), ...more])
}

// --- internal ---

type Read = (paths: readonly string[]) => Promise<Map<string, string>>

/** Applications are looked for in so many files, those that are called like one first. */
const MOST_LOOKED_AT = 300
const MOST_CHART_FILES = 500
/** A chart that lies in another, or looks like it. */
const PART = /^(?:(.+)\/)?charts\/[^/]+$/

function readerAt(repository: DeployFiles, commit: string): Read {
  return async paths => {
    const texts = paths.length === 0 ? new Map() : await repository.readFiles(commit, paths)
    return new Map([...texts].filter((entry): entry is [string, string] => entry[1] !== undefined))
  }
}

async function applications(
  repository: DeployFiles,
  commit: string,
  values: string,
  read: Read,
): Promise<{ layers: FoundLayers; text: string }[]> {
  const all = await repository.listFiles(commit, '')
  const isLike = (path: string) => /app|argo/i.test(path.split('/').slice(-2).join('/'))
  const candidates = all
    .filter(path => /\.ya?ml$/i.test(path) && !/(^|\/)templates\//.test(path))
    .sort((a, b) => Number(isLike(b)) - Number(isLike(a)))
  const texts = await read(candidates.slice(0, MOST_LOOKED_AT))
  return [...texts].flatMap(([file, text]) =>
    applicationsWith(text, file, values).map(layers => ({ layers, text })),
  )
}

async function chartAbove(values: string, read: Read): Promise<string | undefined> {
  const above: string[] = []
  for (let folder = dirname(values); ; folder = dirname(folder)) {
    above.push(join(folder, 'Chart.yaml'), join(folder, 'chart/Chart.yaml'))
    if (folder === '.') break
  }
  return chartFolder(values, (await read(above)).keys())
}

/** The folder of the chart that a chart is a part of. */
async function chartAround(chart: string, read: Read): Promise<string | undefined> {
  const part = PART.exec(chart)
  if (!part) return undefined
  const [, folder = ''] = part
  const file = join(folder, 'Chart.yaml')
  return (await read([file])).has(file) ? folder || '.' : undefined
}
