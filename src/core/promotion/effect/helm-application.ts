import * as z from 'zod'
import { readDocuments } from '../../yaml/documents.ts'
import { plainValue } from '../../yaml/plain-value.ts'

/**
 * How Argo CD puts the values of a chart together, by an Application that stands in the deploy repository: `valueFiles` in their
 * order, over them `valuesObject` or else `values`, over all the parameters. As `reposerver/repository` of Argo CD 3.6 does it.
 */
export interface HelmLayers {
  /** Where the Application stands. */
  file: string
  name?: string
  /** Folder of the chart in the repository; `.` is its root. */
  chart: string
  /** Files of values in the repository, the last one wins. */
  values: string[]
  /** Files that are not there are passed over. */
  ignoreMissing: boolean
  /** Values that win over all files, as YAML. */
  inline?: string
  /** Options of helm that win over all values. */
  parameters: string[]
}

/** The layers of one Application, or why nobody can tell them here. */
export type FoundLayers = HelmLayers | { file: string; reason: string }

/**
 * The Applications in a text that render a chart with a file of values: one that they name, or the chart's own. What is no YAML
 * or no Application is none.
 *
 * @param file where the text stands
 * @param values path of the file of values
 */
export function applicationsWith(text: string, file: string, values: string): FoundLayers[] {
  if (!/^[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?Application(Set)?\b/m.test(text)) return []
  const { documents, faults } = readDocuments(text)
  if (faults.length > 0) return []
  return documents.flatMap(document => {
    const plain = plainValue(document)
    const read = 'value' in plain ? Application.safeParse(plain.value) : undefined
    if (!read?.success) return []
    const { kind, metadata, spec } = read.data
    const isSet = kind === 'ApplicationSet'
    const { source, sources } = isSet ? (spec.template?.spec ?? {}) : spec
    const all = sources ?? (source ? [source] : [])
    // The name of a generated one is made by its template.
    const wanted = { file, values, ...(!isSet && { name: metadata?.name }) }
    return all.flatMap(one => (isSet ? generated(one, all, wanted) : layersOf(one, all, wanted)))
  })
}

// --- internal ---

const Text = z.string().nullish()
const Parameter = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  forceString: z.boolean().nullish(),
})
const Source = z.object({
  repoURL: Text,
  path: Text,
  ref: Text,
  helm: z
    .object({
      releaseName: Text,
      valueFiles: z.array(z.string()).nullish(),
      ignoreMissingValueFiles: z.boolean().nullish(),
      values: Text,
      valuesObject: z.record(z.string(), z.unknown()).nullish(),
      parameters: z.array(Parameter).nullish(),
    })
    .nullish(),
})
type Source = z.infer<typeof Source>
const Sources = z.object({ source: Source.nullish(), sources: z.array(Source).nullish() })
const Application = z.object({
  kind: z.enum(['Application', 'ApplicationSet']),
  metadata: z.object({ name: z.string().optional() }).optional(),
  spec: Sources.extend({ template: z.object({ spec: Sources }).nullish() }),
})

interface Wanted {
  file: string
  /** Of values. */
  values: string
  name?: string
}

/**
 * What an ApplicationSet would generate for a file of values: its expressions are taken to be what they have to be for a name
 * to be that of the file. One that stands elsewhere too is not known.
 */
function generated(source: Source, all: readonly Source[], wanted: Wanted): FoundLayers[] {
  const { path, helm } = source
  if (typeof path !== 'string') return []
  const chart = cleaned(path)
  const names = (helm?.valueFiles ?? []).flatMap(one => valuesPath(one, chart, source, all) ?? [])
  for (const name of [...names, join(chart, 'values.yaml')]) {
    const known = bindings(name, wanted.values)
    if (!known) continue
    const [own, ...others] = [source, ...all].map(one => filled(one, known)) as [Source, ...Source[]]
    const { releaseName: _, ...said } = own.helm ?? {}
    const open = EXPRESSION.exec(JSON.stringify([own.path, said]))
    if (open) return [{ file: wanted.file, reason: `nobody knows what ${open[0]} is in ${wanted.file}` }]
    return layersOf(own, others, wanted)
  }
  return []
}

const EXPRESSION = /\{\{[^{}]*\}\}/
/** More in one folder's name, or in all, is no layout: to match it could take for ever. */
const [MOST_IN_NAME, MOST_IN_ALL] = [2, 4]

function bindings(pattern: string, path: string): Map<string, string> | undefined {
  const expressions: string[] = []
  const numbers = pattern.split('/').map(name => name.split('{{').length - 1)
  if (numbers.some(one => one > MOST_IN_NAME) || numbers.reduce((a, b) => a + b, 0) > MOST_IN_ALL)
    return undefined
  const parts = pattern.split(/(\{\{[^{}]*\}\})/).map(part => {
    if (!EXPRESSION.test(part)) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const known = expressions.indexOf(bare(part))
    if (known >= 0) return `\\${known + 1}`
    expressions.push(bare(part))
    return /^\.?path(\.path)?$/.test(bare(part)) ? '(.+)' : '([^/]+)'
  })
  const found = new RegExp(`^${parts.join('')}$`).exec(path)
  return found ? new Map(expressions.map((one, at) => [one, found[at + 1]!])) : undefined
}

function bare(expression: string): string {
  return expression.slice(2, -2).replace(/^-|-$/g, '').trim()
}

function filled<T>(value: T, known: ReadonlyMap<string, string>): T {
  const text = JSON.stringify(value).replace(/\{\{[^{}]*\}\}/g, one => {
    const found = known.get(bare(one))
    return found === undefined ? one : JSON.stringify(found).slice(1, -1)
  })
  return JSON.parse(text) as T
}

function layersOf(source: Source, all: readonly Source[], { file, values, name }: Wanted): FoundLayers[] {
  const { path, helm } = source
  if (typeof path !== 'string') return []
  const chart = cleaned(path)
  const named = helm?.valueFiles ?? []
  const glob = named.find(one => /[*?[]/.test(one))
  if (glob !== undefined)
    return touches(chart, values)
      ? [{ file, reason: `${file} names its files of values by a pattern, ${glob}` }]
      : []
  const found = named.map(one => valuesPath(one, chart, source, all))
  if (!found.includes(values) && join(chart, 'values.yaml') !== values) return []
  const at = found.indexOf(undefined)
  if (at >= 0) return [{ file, reason: `${named[at]} of ${file} is not in this repository` }]
  const object = helm?.valuesObject
  const inline = object ? JSON.stringify(object) : helm?.values
  const release = helm?.releaseName ?? name
  return [
    {
      file,
      ...(release && RELEASE_NAME.test(release) && { name: release }),
      chart,
      values: found.filter(one => one !== undefined),
      ignoreMissing: helm?.ignoreMissingValueFiles === true,
      ...(inline && { inline }),
      parameters: (helm?.parameters ?? []).flatMap(one => [
        one.forceString ? '--set-string' : '--set',
        // A comma would begin the next parameter.
        `${one.name}=${String(one.value ?? '').replace(/([^\\]),/g, '$1\\,')}`,
      ]),
    },
  ]
}

const RELEASE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/

/** From the chart's folder, from the root of the repository with `/`, or from that of another source of the same with `$ref/`. */
function valuesPath(file: string, chart: string, source: Source, all: readonly Source[]): string | undefined {
  if (/^[\w+.-]+:\/\//.test(file)) return undefined
  const [, ref, rest] = /^\$([^/]+)\/(.+)$/.exec(file) ?? []
  if (ref !== undefined) {
    const lender = all.find(one => one.ref === ref)
    return lender && lender.repoURL === source.repoURL ? cleaned(rest!) : undefined
  }
  return file.startsWith('/') ? cleaned(file) : join(chart, file)
}

/** Of one tree: the folder above the chart's holds the file. */
function touches(chart: string, values: string): boolean {
  const above = join(chart, '..')
  return above === '.' || values.startsWith(`${above}/`)
}

function join(folder: string, file: string): string {
  return cleaned(`${folder}/${file}`)
}

function cleaned(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/') || '.'
}
