import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path/posix'
import { isAssayError } from '../../core/errors/errors.ts'
import { isCommitPath } from '../../core/git/names.ts'
import type { HelmLayers } from '../../core/promotion/effect/helm-application.ts'
import { renderedObjects } from '../../core/promotion/effect/rendered-objects.ts'
import { manifestDiff } from '../../core/promotion/text/manifest-diff.ts'
import { kustomizationFiles } from './kustomization-files.ts'
import { type Environment, notRendered, render } from './render.ts'

export interface Rendering {
  target: 'kustomize' | 'helm-values'
  /** The kustomization or the values file, in the repository. */
  path: string
  /** Texts by path in the repository: all that the renderer may see. More than is needed is left out. */
  before: ReadonlyMap<string, string>
  after: ReadonlyMap<string, string>
  /** How an Application puts the values of its chart together; without it, the file of values alone counts. */
  layers?: HelmLayers
  /** Where the renderers are looked for: its `PATH`. Nothing else of it reaches them. */
  env: Environment
  /** Each of the up to three renderings is stopped then. */
  timeoutSeconds?: number
}

/** What is rendered before and after a change. Or why that cannot be told, in words for a note. */
export type Renderings = { before: string; after: string; again: string } | { reason: string }

/** What a change does to the objects in the cluster; empty: nothing. Or why that cannot be told, in words for a note. */
export type RenderedDiff = { diff: string } | { reason: string }

/**
 * Renders manifests before and after a change with the real `kustomize` or `helm` and compares objects. Manifests are not
 * trusted: they are rendered without network, plugins, charts or repositories from elsewhere, without the job's variables,
 * with limits on time, memory and output, in a folder that holds the given files only. A chart is rendered once again after the
 * change (`again`), as it may be another each time.
 */
export async function renderings(rendering: Rendering): Promise<Renderings> {
  try {
    const before = await renderedText(rendering, rendering.before)
    const after = await renderedText(rendering, rendering.after)
    const again = rendering.target === 'helm-values' ? await renderedText(rendering, rendering.after) : after
    return { before, after, again }
  } catch (error) {
    if (isAssayError(error)) return { reason: error.problems.map(({ what }) => what).join('; ') }
    throw error
  }
}

/**
 * The difference of two renderings. Values of Secrets are not shown. A chart that renders differently each time is not shown
 * either: every run would write another difference.
 */
export function differenceOf(rendered: Renderings): RenderedDiff {
  if ('reason' in rendered) return rendered
  const { before, after, again } = rendered
  if (again !== after) return { reason: 'the chart renders differently each time' }
  try {
    return { diff: manifestDiff(renderedObjects(before, after)) }
  } catch (error) {
    if (isAssayError(error)) return { reason: error.problems.map(({ what }) => what).join('; ') }
    throw error
  }
}

/**
 * The folder of the chart that a values file belongs to: the nearest `Chart.yaml`, or `chart/Chart.yaml`, from its folder
 * upward; undefined where there is none.
 */
export function chartFolder(values: string, files: Iterable<string>): string | undefined {
  const there = new Set(files)
  for (let folder = dirname(values); ; folder = dirname(folder)) {
    const found = [folder, join(folder, 'chart')].find(one => there.has(join(one, 'Chart.yaml')))
    if (found !== undefined || folder === '.') return found
  }
}

// --- internal ---

async function renderedText(
  { target, path, env, layers, timeoutSeconds = 30 }: Rendering,
  given: ReadonlyMap<string, string>,
): Promise<string> {
  const limits = { env, timeoutSeconds }
  if (target === 'kustomize') {
    const files = await kustomizationFiles(path, async () => given)
    return inFolder(files, folder =>
      render('kustomize', ['build', join(folder, dirname(path)), ...KUSTOMIZE], { ...limits, folder }),
    )
  }
  const chart = layers?.chart ?? chartFolder(path, given.keys())
  if (chart === undefined) throw notRendered(`the chart of ${path} is not in the repository`)
  const values = layers?.values ?? [path]
  const inChart = (file: string) => chart === '.' || file.startsWith(`${chart}/`)
  const files = new Map([...given].filter(([file]) => values.includes(file) || inChart(file)))
  if (layers?.inline !== undefined) files.set(INLINE, layers.inline)
  return inFolder(files, folder => {
    const layered = [...values, ...(layers?.inline === undefined ? [] : [INLINE])]
    const parameters = [
      'template',
      ...(layers?.name === undefined ? [] : [layers.name]),
      join(folder, chart),
      ...layered.flatMap(file => ['--values', join(folder, file)]),
      ...(layers?.parameters ?? []),
      ...HELM,
    ]
    return render('helm', parameters, { ...limits, folder })
  })
}

/** Values that an Application brings itself. */
const INLINE = 'assay-values-of-application.yaml'
const KUSTOMIZE = ['--load-restrictor', 'LoadRestrictionsRootOnly']
/** A schema of values may name schemas on the web, which helm would fetch. */
const HELM = ['--skip-schema-validation', '--skip-tests', '--hide-notes']

async function inFolder<T>(
  files: ReadonlyMap<string, string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-render-'))
  try {
    for (const [path, text] of files) {
      if (!isCommitPath(path)) throw notRendered(`${path} is no path in a repository`)
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
