import { dirname } from 'node:path/posix'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { mayRelease, releasedCharts } from '../../../core/promotion/effect/helm-release.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import { kustomizationFiles } from '../../../services/render/kustomization-files.ts'
import { type Environment, hasProgram } from '../../../services/render/render.ts'
import { type Renderings, renderings } from '../../../services/render/renderers.ts'
import type { EnvironmentPlace, PlacedWrite } from '../read/state.ts'
import { chartFiles, type DeployFiles, type HelmFiles, helmFiles } from './helm-files.ts'

/** What makes objects of what is written in a place. */
export interface RenderedBy {
  by: 'kustomize' | 'values' | 'release'
  /** The kustomization, the file of values, or that of the HelmRelease. */
  path: string
  writes: PlacedWrite[]
}

/** One way that manifests are rendered, and what came of it before and after a change. */
export type RenderedWay = RenderedBy &
  (
    | { kind: 'no_program'; program: string }
    /** What the repository holds cannot be rendered, in words. */
    | { kind: 'not_rendered'; reason: string }
    | {
        kind: 'rendered'
        rendered: Exclude<Renderings, { reason: string }>
        /** By the Application of that name, of a chart. */
        application?: string
        /** All texts after the change, what wins over the others first. */
        counts: ReadonlyMap<string, string>
      }
  )

/** What is rendered of a change: where, by which programs, and what it is made from. */
export interface RenderedChange {
  repository: DeployFiles
  commit: string
  /** Where the renderers are looked for. */
  env: Environment
  changes: readonly FileDifference[]
}

/**
 * What makes objects of the manifests of a place, each with what is written there: a kustomization or a chart, or a kustomization that
 * stands beside what is written; of a HelmRelease also its chart.
 */
export function renderedBy(
  { writes, kustomizations }: Pick<EnvironmentPlace, 'writes' | 'kustomizations'>,
  files: ReadonlyMap<string, string | undefined>,
): RenderedBy[] {
  const there = kustomizations.filter(one => files.get(one) !== undefined)
  // Of several folders, such as those of clusters, each is rendered by its own.
  const besideOf = ({ manifests: [file = ''] }: PlacedWrite) =>
    there.find(one => dirname(one) === dirname(file)) ?? there[0]
  const found = new Map<string, RenderedBy>()
  const add = (by: RenderedBy['by'], path: string | undefined, write: PlacedWrite) => {
    if (path === undefined) return
    const others = found.get(path)?.writes ?? []
    found.set(path, { by, path, writes: [...others, write] })
  }
  for (const write of writes) {
    const [manifest] = write.manifests
    if (write.target === 'kustomize') add('kustomize', manifest, write)
    else if (write.target === 'helm-values') add('values', manifest, write)
    else {
      add('kustomize', besideOf(write), write)
      if (write.target === 'yaml' && manifest !== undefined && mayRelease(files.get(manifest) ?? ''))
        add('release', manifest, write)
    }
  }
  return [...found.values()]
}

/** A change rendered in all ways, one after the other, by the real programs. */
export async function* renderedWays(
  all: readonly RenderedBy[],
  { repository, commit, env, changes }: RenderedChange,
): AsyncGenerator<RenderedWay> {
  for (const one of all) {
    const { by, path } = one
    const program = PROGRAMS[by]
    if (!(await hasProgram(program, env))) {
      yield { ...one, kind: 'no_program', program }
      continue
    }
    const ways = await waysFor(one, repository, commit)
    if ('reason' in ways) {
      yield { ...one, kind: 'not_rendered', ...ways }
      continue
    }
    for (const { files, layers, beside, released } of ways) {
      const before = new Map([...files, ...texts(changes, 'before')])
      const after = new Map([...before, ...texts(changes, 'after')])
      const rendered = await renderings({
        target: by === 'kustomize' ? 'kustomize' : 'helm-values',
        path,
        before: released ? released(before) : before,
        after: released ? released(after) : after,
        env,
        ...(layers && { layers }),
      })
      if ('reason' in rendered) yield { ...one, kind: 'not_rendered', ...rendered }
      else
        yield {
          ...one,
          kind: 'rendered',
          rendered,
          ...(by === 'values' && layers?.name !== undefined && { application: layers.name }),
          counts: whatCounts(after, beside, layers?.values),
        }
    }
  }
}

// --- internal ---

const PROGRAMS = { kustomize: 'kustomize', values: 'helm', release: 'helm' } as const
/** What the repository holds cannot be rendered; anything else is of the way to it. */
const NO_FILES = /^(NOT_RENDERED|YAML_UNREADABLE|FILE_UNREADABLE)$/

/** All texts that something is rendered from. */
interface Way extends HelmFiles {
  /** Those of a HelmRelease, with its own values among them. */
  released?: (texts: ReadonlyMap<string, string>) => ReadonlyMap<string, string>
}

async function waysFor(
  { by, path }: RenderedBy,
  repository: DeployFiles,
  commit: string,
): Promise<readonly Way[] | { reason: string }> {
  if (by === 'values') return helmFiles(repository, commit, path)
  if (by === 'release') return releaseFiles(repository, commit, path)
  try {
    const files = await kustomizationFiles(path, paths => repository.readFiles(commit, paths))
    return [{ files, beside: new Map() }]
  } catch (error) {
    if (isAssayError(error) && NO_FILES.test(error.code)) return { reason: reasonIn(error) }
    throw error
  }
}

/** The ways of the HelmReleases in a file. */
async function releaseFiles(
  repository: DeployFiles,
  commit: string,
  path: string,
): Promise<Way[] | { reason: string }> {
  const text = (await repository.readFiles(commit, [path])).get(path) ?? ''
  const charts = releasedCharts(text, path)
  if ('reason' in charts) return charts
  const ways: Way[] = []
  for (const [at, { name, chart, values }] of charts.entries()) {
    const files = await chartFiles(repository, commit, chart, values)
    if (!files.has(`${chart}/Chart.yaml`)) return { reason: `the chart of ${path} is not in ${chart}` }
    ways.push({
      files: new Map([...files, [path, text]]),
      beside: new Map(),
      layers: { file: path, name, chart, values: [...values, INLINE], ignoreMissing: false, parameters: [] },
      released(texts) {
        const now = releasedCharts(texts.get(path) ?? '', path)
        return new Map([...texts, [INLINE, 'reason' in now ? '{}' : (now[at]?.inline ?? '{}')]])
      },
    })
  }
  return ways
}

/** Values that stand in a HelmRelease itself. */
const INLINE = 'assay-values-of-release.yaml'

/** All texts, what wins over the others first: an Application, and the last of its files. */
function whatCounts(
  files: ReadonlyMap<string, string>,
  beside: ReadonlyMap<string, string>,
  values: readonly string[] = [],
): Map<string, string> {
  const last = values.toReversed().map((path): [string, string] => [path, files.get(path) ?? ''])
  return new Map([...beside, ...last, ...files])
}

function reasonIn({ problems }: AssayError): string {
  return problems.map(({ what }) => what).join('; ')
}

function texts(changes: readonly FileDifference[], side: 'before' | 'after'): [string, string][] {
  return changes.flatMap(change => {
    const text = change[side]
    return text === undefined ? [] : [[change.path, text]]
  })
}
