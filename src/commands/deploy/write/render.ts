import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { kustomizationFiles } from '../../../services/render/kustomization-files.ts'
import { hasProgram } from '../../../services/render/render.ts'
import { differenceOf, renderings } from '../../../services/render/renderers.ts'
import type { Context, DeployAccess } from '../../command/context.ts'
import { ensureRendered } from '../read/effect.ts'
import type { EnvironmentPlace, ModelState, PlacedWrite } from '../read/state.ts'
import { type HelmFiles, helmFiles } from './helm-files.ts'
import type { Proposal } from './promotion.ts'

/**
 * Renders manifests before and after, where there is a renderer for them on the PATH: a promotion that is without effect there
 * is refused. The difference is for who approves: nobody reads what is merged at once. What cannot be rendered is left out of
 * the pull request, and the log says why.
 */
export function rendererFor(
  context: Context,
  { repository }: DeployAccess,
): (state: ModelState, proposal: Proposal) => Proposal['render'] {
  return (state, { place, lands, kind, to: proposed, from, canary }) => {
    const to = canary?.step === 'take_back' && from ? from : proposed
    const all = renderedBy(place, state)
    if (all.length === 0) return undefined
    return async changes => {
      const { env, log } = context
      const commit = state.head.commit
      const differences: string[] = []
      for (const { target, path, writes } of all) {
        if (!(await hasProgram(PROGRAMS[target], env))) continue
        const ways = await waysFor(target, path, repository, commit)
        if ('reason' in ways) {
          log.info(`the difference in the cluster is not shown: ${ways.reason}`)
          continue
        }
        for (const { files, layers, beside } of ways) {
          const before = new Map([...files, ...texts(changes, 'before')])
          const after = new Map([...before, ...texts(changes, 'after')])
          const rendered = await renderings({ target, path, before, after, env, ...(layers && { layers }) })
          if ('after' in rendered && kind === 'promotion')
            ensureRendered(
              { place, to, writes },
              changes,
              state.files,
              rendered,
              whatCounts(after, beside, layers?.values),
            )
          const shown = differenceOf(rendered)
          if ('diff' in shown) differences.push(shown.diff)
          else log.info(`the difference in the cluster is not shown: ${shown.reason}`)
        }
      }
      const different = [...new Set(differences)]
      return lands !== 'by_approval' || different.length === 0 ? undefined : different.join('\n')
    }
  }
}

// --- internal ---

const PROGRAMS = { kustomize: 'kustomize', 'helm-values': 'helm' } as const
/** What the repository holds cannot be rendered; anything else is of the way to it. */
const NO_FILES = /^(NOT_RENDERED|YAML_UNREADABLE|FILE_UNREADABLE)$/
type Rendered = keyof typeof PROGRAMS

/**
 * What makes objects of the manifests of a place, each with what is written there: a kustomization or a chart, or a kustomization that
 * stands beside what is written.
 */
function renderedBy({ writes, kustomizations }: EnvironmentPlace, { files }: ModelState): RenderedWrites[] {
  const beside = kustomizations.find(one => files.get(one) !== undefined)
  const found = new Map<string, RenderedWrites>()
  for (const write of writes) {
    const own = write.target === 'kustomize' || write.target === 'helm-values'
    const path = own ? write.manifests[0] : beside
    if (path === undefined) continue
    const there = found.get(path)?.writes ?? []
    const target = own ? (write.target as Rendered) : 'kustomize'
    found.set(path, { target, path, writes: [...there, write] })
  }
  return [...found.values()]
}

interface RenderedWrites {
  target: Rendered
  /** The kustomization, or the file of values. */
  path: string
  writes: PlacedWrite[]
}

async function waysFor(
  target: Rendered,
  path: string,
  repository: DeployRepository,
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
