import { dirname, join } from 'node:path/posix'
import type { FileDifference } from '../../core/promotion/rollback.ts'
import type { DeployRepository } from '../../forges/deploy-repository.ts'
import { kustomizationFiles } from '../../services/kustomization-files.ts'
import { hasProgram } from '../../services/render.ts'
import { chartFolder, renderedDiff } from '../../services/renderers.ts'
import type { Context, DeployAccess } from '../context.ts'
import type { Proposal } from './promotion.ts'
import type { ModelState } from './state.ts'

/**
 * Renders manifests before and after, where there is a renderer for them on the PATH and a person is to approve: nobody reads
 * what is merged at once. What cannot be rendered is left out of the pull request, and the log says why.
 */
export function rendererFor(
  context: Context,
  { repository }: DeployAccess,
): (state: ModelState, proposal: Proposal) => Proposal['render'] {
  return (state, { place, merge }) => {
    const { target } = place.environment
    const [path] = place.manifests
    const program = PROGRAMS[target]
    if (program === undefined || path === undefined || merge === 'auto') return undefined
    return async changes => {
      if (!(await hasProgram(program, context.env))) return undefined
      const commit = state.head.commit
      const files =
        target === 'kustomize'
          ? await kustomizationFiles(path, paths => repository.readFiles(commit, paths))
          : await chartFiles(repository, commit, path)
      const known = texts(changes, 'before')
      const before = new Map([...files, ...known])
      const after = new Map([...before, ...texts(changes, 'after')])
      const env = context.env
      const rendered = await renderedDiff({
        target: target as 'kustomize' | 'helm-values',
        path,
        before,
        after,
        env,
      })
      if ('diff' in rendered) return rendered.diff
      context.log.info(`the difference in the cluster is not shown: ${rendered.reason}`)
      return undefined
    }
  }
}

// --- internal ---

const PROGRAMS: Record<string, string> = { kustomize: 'kustomize', 'helm-values': 'helm' }

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
