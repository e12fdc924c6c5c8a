import { dirname, join } from 'node:path/posix'
import { AssayError } from '../../core/errors.ts'
import type { FileDifference } from '../../core/promotion/rollback.ts'
import type { DeployRepository } from '../../forges/deploy-repository.ts'
import { kustomizationFiles } from '../../services/kustomization-files.ts'
import { hasProgram } from '../../services/render.ts'
import { chartFolder, differenceOf, renderings } from '../../services/renderers.ts'
import type { Context, DeployAccess } from '../context.ts'
import { ensureRendered } from './effect.ts'
import type { Proposal } from './promotion.ts'
import type { EnvironmentPlace, ModelState } from './state.ts'

/**
 * Renders manifests before and after, where there is a renderer for them on the PATH: a promotion that is without effect there
 * is refused. The difference is for who approves: nobody reads what is merged at once. What cannot be rendered is left out of
 * the pull request, and the log says why.
 */
export function rendererFor(
  context: Context,
  { repository }: DeployAccess,
): (state: ModelState, proposal: Proposal) => Proposal['render'] {
  return (state, { place, merge, kind, to }) => {
    const found = renderedBy(place, state)
    if (found === undefined) return undefined
    const { target, path } = found
    return async changes => {
      const { env, log } = context
      if (!(await hasProgram(PROGRAMS[target], env))) return undefined
      const commit = state.head.commit
      const files = await filesFor(target, path, repository, commit)
      if ('reason' in files) {
        log.info(`the difference in the cluster is not shown: ${files.reason}`)
        return undefined
      }
      const before = new Map([...files, ...texts(changes, 'before')])
      const after = new Map([...before, ...texts(changes, 'after')])
      const rendered = await renderings({ target, path, before, after, env })
      if ('after' in rendered && kind === 'promotion')
        ensureRendered({ place, to }, changes, state.files, rendered, after)
      const shown = differenceOf(rendered)
      if ('diff' in shown) return merge === 'auto' ? undefined : shown.diff
      log.info(`the difference in the cluster is not shown: ${shown.reason}`)
      return undefined
    }
  }
}

// --- internal ---

const PROGRAMS = { kustomize: 'kustomize', 'helm-values': 'helm' } as const
/** What the repository holds cannot be rendered; anything else is of the way to it. */
const NO_FILES = /^(NOT_RENDERED|YAML_UNREADABLE|FILE_UNREADABLE)$/
type Rendered = keyof typeof PROGRAMS

/** What makes objects of the manifests of a place: its kustomization or chart, or a kustomization that stands beside them. */
function renderedBy(
  { environment, manifests, kustomizations }: EnvironmentPlace,
  { files }: ModelState,
): { target: Rendered; path: string } | undefined {
  const { target } = environment
  const own = target === 'kustomize' || target === 'helm-values'
  const path = own ? manifests[0] : kustomizations.find(one => files.get(one) !== undefined)
  return path === undefined ? undefined : { target: own ? target : 'kustomize', path }
}

async function filesFor(
  target: Rendered,
  path: string,
  repository: DeployRepository,
  commit: string,
): Promise<ReadonlyMap<string, string> | { reason: string }> {
  if (target === 'helm-values') return chartFiles(repository, commit, path)
  try {
    return await kustomizationFiles(path, paths => repository.readFiles(commit, paths))
  } catch (error) {
    if (error instanceof AssayError && NO_FILES.test(error.code)) return { reason: reasonIn(error) }
    throw error
  }
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

/** The chart that stands above a values file, all of it. */
async function chartFiles(
  repository: DeployRepository,
  commit: string,
  values: string,
): Promise<Map<string, string>> {
  const above: string[] = []
  for (let folder = dirname(values); ; folder = dirname(folder)) {
    above.push(join(folder, 'Chart.yaml'), join(folder, 'chart/Chart.yaml'))
    if (folder === '.') break
  }
  const found = await repository.readFiles(commit, above)
  const there = above.filter((_, at) => found[at] !== undefined)
  const chart = chartFolder(values, there)
  if (chart === undefined) return new Map()
  const paths = await repository.listFiles(commit, chart === '.' ? '' : chart)
  const read = await repository.readFiles(commit, paths.slice(0, MOST_CHART_FILES))
  return new Map(
    paths.flatMap((path, at): [string, string][] => (read[at] === undefined ? [] : [[path, read[at]]])),
  )
}

const MOST_CHART_FILES = 500
