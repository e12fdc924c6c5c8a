import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import { kustomizationFiles } from '../../../services/render/kustomization-files.ts'
import { type Environment, hasProgram } from '../../../services/render/render.ts'
import { type Renderings, renderings } from '../../../services/render/renderers.ts'
import type { EnvironmentPlace, PlacedWrite } from '../read/state.ts'
import { type DeployFiles, type HelmFiles, helmFiles } from './helm-files.ts'

/** What makes objects of what is written in a place. */
export interface RenderedBy {
  target: 'kustomize' | 'helm-values'
  /** The kustomization, or the file of values. */
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
 * stands beside what is written.
 */
export function renderedBy(
  { writes, kustomizations }: Pick<EnvironmentPlace, 'writes' | 'kustomizations'>,
  files: ReadonlyMap<string, string | undefined>,
): RenderedBy[] {
  const beside = kustomizations.find(one => files.get(one) !== undefined)
  const found = new Map<string, RenderedBy>()
  for (const write of writes) {
    const own = write.target === 'kustomize' || write.target === 'helm-values'
    const path = own ? write.manifests[0] : beside
    if (path === undefined) continue
    const there = found.get(path)?.writes ?? []
    const target = own ? (write.target as RenderedBy['target']) : 'kustomize'
    found.set(path, { target, path, writes: [...there, write] })
  }
  return [...found.values()]
}

/** A change rendered in all ways, one after the other, by the real programs. */
export async function* renderedWays(
  all: readonly RenderedBy[],
  { repository, commit, env, changes }: RenderedChange,
): AsyncGenerator<RenderedWay> {
  for (const by of all) {
    const { target, path } = by
    const program = PROGRAMS[target]
    if (!(await hasProgram(program, env))) {
      yield { ...by, kind: 'no_program', program }
      continue
    }
    const ways = await waysFor(target, path, repository, commit)
    if ('reason' in ways) {
      yield { ...by, kind: 'not_rendered', ...ways }
      continue
    }
    for (const { files, layers, beside } of ways) {
      const before = new Map([...files, ...texts(changes, 'before')])
      const after = new Map([...before, ...texts(changes, 'after')])
      const rendered = await renderings({ target, path, before, after, env, ...(layers && { layers }) })
      if ('reason' in rendered) yield { ...by, kind: 'not_rendered', ...rendered }
      else
        yield {
          ...by,
          kind: 'rendered',
          rendered,
          ...(layers?.name !== undefined && { application: layers.name }),
          counts: whatCounts(after, beside, layers?.values),
        }
    }
  }
}

// --- internal ---

const PROGRAMS = { kustomize: 'kustomize', 'helm-values': 'helm' } as const
/** What the repository holds cannot be rendered; anything else is of the way to it. */
const NO_FILES = /^(NOT_RENDERED|YAML_UNREADABLE|FILE_UNREADABLE)$/

async function waysFor(
  target: RenderedBy['target'],
  path: string,
  repository: DeployFiles,
  commit: string,
): Promise<readonly HelmFiles[] | { reason: string }> {
  if (target === 'helm-values') return helmFiles(repository, commit, path)
  try {
    const files = await kustomizationFiles(path, paths => repository.readFiles(commit, paths))
    return [{ files, beside: new Map() }]
  } catch (error) {
    if (isAssayError(error) && NO_FILES.test(error.code)) return { reason: reasonIn(error) }
    throw error
  }
}

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
