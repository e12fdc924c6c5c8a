import { isAssayError } from '../../../errors/errors.ts'
import { shortened } from '../../../text/visible-text.ts'
import { readYaml } from '../../../yaml/edit/edit.ts'
import { withAliases } from './aliases.ts'
import { type Carrier, fieldsOf, itemsOf, lastPart, partsIn, type ReadFile, textOf } from './carrier.ts'
import { environmentOf } from './environments.ts'
import { imagesOf, isKustomization, kustomizeCarriers, overlaysByFile } from './kustomize-carriers.ts'
import { isUnknown, objectCarriers } from './object-carriers.ts'
import { sectionCarriers } from './sections.ts'
import { valueCarriers } from './value-carriers.ts'

/** A deploy repository as `assay init --deploy` has seen it. Pure: the command lists files and reads those that may say something. */
export interface DeployFound {
  /** Paths of all files. */
  files: readonly string[]
  /** By path: texts of those that `isManifest` or `isTagFile` take. */
  texts: ReadonlyMap<string, string>
  /** Branches that are called like environments, as far as they were read. */
  branches: readonly FoundBranch[]
}

/** What stands on a branch. */
export interface FoundBranch extends Pick<DeployFound, 'files' | 'texts'> {
  name: string
}

/** Whether a file may say which release serves, or what reads one that does. */
export function isManifest(file: string): boolean {
  return (
    !/(^|\/)(\.|node_modules\/)/.test(file) &&
    (/\.ya?ml$/.test(file) || isKustomization(file) || isSettings(file)) &&
    !/(^|\/)(assay|assay-deploy|model-[a-z]+)\.ya?ml$/.test(file)
  )
}

/** JSON of an environment, as a generator of Argo CD reads it, or of all of them. */
function isSettings(file: string): boolean {
  return /\.json$/.test(file) && (environmentOf(file) !== undefined || OF_ALL.test(file))
}

const OF_ALL = /(^|\/)(versions|images|releases|models|environments|deployments)\.json$/

/** Whether a file may hold one value alone. */
export function isTagFile(file: string): boolean {
  return (
    environmentOf(file) !== undefined &&
    /(^|\/)([\w-]+\.tag|VERSION|version|TAG|tag|image|image\.txt|tag\.txt|version\.txt)$/.test(file)
  )
}

/** All that says which release serves, each once: what a kustomization makes another of is the kustomization's. */
export function carriersIn({ files, texts }: Pick<DeployFound, 'files' | 'texts'>): Carrier[] {
  const charts = new Set(files.flatMap(file => /^(.*?)\/?Chart\.yaml$/.exec(file)?.[1] ?? []))
  // Of the charts that are a part of another, the values of that one count.
  const isInChart = (file: string) =>
    [...charts].some(chart => ['templates/', 'charts/'].some(own => file.startsWith(within(chart, own))))
  const read = [...texts].flatMap(([file, text]): ReadFile[] =>
    isTagFile(file) ? [{ file, text, documents: [] }] : isInChart(file) ? [] : readFile(file, text),
  )
  const byFile = new Map(read.map(one => [one.file, one]))
  const all = read.flatMap(one => withAliases(carriersOf(one, byFile), one))
  // What starts a model on one's own machine beside manifests deploys none.
  const manifests = all.filter(({ file }) => !COMPOSE.test(file))
  const found = manifests.length > 0 ? manifests : all
  const overridden = new Map(
    read
      .filter(({ file }) => isKustomization(file))
      .map(one => [folderOf(one.file), imagesOf(one.documents)]),
  )
  const overlays = overlaysByFile(byFile)
  const withLiterals = new Set(found.filter(one => one.options.literals).map(({ file }) => file))
  // An overlay that patches the image says it there, and an entry more would count in its place.
  const isPatched = ({ file, options, says }: Carrier) =>
    options.add === true &&
    found.some(
      one =>
        one.target !== 'kustomize' && folderOf(one.file) === folderOf(file) && bare(one.says) === bare(says),
    )
  // The values of a chart hold where an environment says nothing of the same image.
  const isDefault = ({ file, target, says }: Carrier) =>
    target === 'helm-values' &&
    !environmentOf(file) &&
    bare(says).includes('/') &&
    found.some(one => environmentOf(one.file) && bare(one.says) === bare(says))
  // Where overlays say the model by a literal, what their base runs is the server.
  const isServer = ({ file, target }: Carrier) =>
    target !== 'kustomize' && overlays.get(file)?.some(one => withLiterals.has(one))
  return found
    .filter(
      one =>
        (one.target === 'kustomize' ||
          !overridden.get(folderOf(one.file))?.some(name => bare(name) === bare(one.says))) &&
        !isPatched(one) &&
        !isDefault(one) &&
        !isServer(one),
    )
    .map(carrier => {
      const upon = environmentOf(carrier.file) ? [] : (overlays.get(carrier.file) ?? [])
      const isOfSeveral = new Set(upon.map(file => environmentOf(file)?.environment)).size > 1
      return isOfSeveral ? { ...carrier, overlays: upon } : carrier
    })
}

/** A line for each kind of objects that could say which release serves, and that nobody here knows. */
export function unknownKinds({ texts }: Pick<DeployFound, 'texts'>): string[] {
  const kinds = [...texts].flatMap(([file, text]) =>
    (isTagFile(file) ? [] : readFile(file, text)).flatMap(({ documents }) =>
      documents.filter(isUnknown).map(one => ({ file, kind: String(fieldsOf(one).kind) })),
    ),
  )
  const first = new Map(kinds.toReversed().map(({ file, kind }) => [kind, file]))
  return [...first].map(
    ([kind, file]) =>
      `${shortened(kind, 60)}, in ${shortened(file, 200)}: not known here. Name what a release changes in it with the target \`yaml\`, \`document: { kind: ${shortened(kind, 60)} }\`: docs/targets/yaml.md.`,
  )
}

// --- internal ---

function readFile(file: string, text: string): ReadFile[] {
  try {
    return [{ file, text, documents: readYaml(text, file).filter(one => one !== undefined) }]
  } catch (error) {
    // What is no YAML, such as a template, is no manifest that a target could edit.
    if (isAssayError(error, 'YAML_UNREADABLE')) return []
    throw error
  }
}

function carriersOf(read: ReadFile, byFile: ReadonlyMap<string, ReadFile>): Carrier[] {
  const { file, documents, text } = read
  if (isTagFile(file)) return tagCarriers(file, text)
  if (isKustomization(file)) return kustomizeCarriers(read, byFile)
  const objects = objectCarriers(read)
  if (objects.length > 0 || documents.some(one => fieldsOf(one).kind !== undefined)) return objects
  const sections = ofSections(read, byFile)
  if (sections.length > 0 || documents.length !== 1) return sections
  return /values/i.test(file) ? chartCarriers(read, byFile) : settingCarriers(read)
}

/** Values of an environment that no chart lies beside: of Helmfile, or of a generator of Argo CD. */
function settingCarriers({ file, documents: [values] }: ReadFile): Carrier[] {
  if (!environmentOf(file) && !COMPOSE.test(file)) return []
  const parts = partsIn(values)
  const { model, app, name } = fieldsOf(values)
  const stem = file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  const own = [
    ...[model, app, name].flatMap(one => textOf(one) ?? []),
    ...(environmentOf(stem) || NO_MODEL.test(stem) ? [] : [stem]),
    ...namesIn(folderOf(file)),
  ]
  return valueCarriers(file, values, { own, parts, target: 'yaml', areModels: true })
}

const COMPOSE = /(^|\/)(docker-)?compose(\.[\w-]+)?\.ya?ml$/

/** Of a file with a part for each environment. */
function ofSections(read: ReadFile, byFile: ReadonlyMap<string, ReadFile>): Carrier[] {
  const { file } = read
  if (environmentOf(file)) return []
  const chart = /values/i.test(file) ? chartOf(file, byFile) : undefined
  const own = [...(chart?.name === undefined ? [] : [chart.name]), ...namesIn(folderOf(file))]
  return sectionCarriers(read, { own, target: chart ? 'helm-values' : 'yaml' })
}

/** Values of a chart; those of an environment that say no image get the key that the chart's own have. */
function chartCarriers({ file, documents }: ReadFile, byFile: ReadonlyMap<string, ReadFile>): Carrier[] {
  const chart = chartOf(file, byFile)
  const base = chart && byFile.get(within(chart.folder, 'values.yaml'))
  const folder = chart?.folder ?? folderOf(file)
  const repositories = base ? repositoriesIn(base.documents[0]) : []
  const own = [
    ...(repositories.length === 1 ? repositories : []),
    ...(chart?.name === undefined ? [] : [chart.name]),
    ...namesIn(folder),
  ]
  const parts = chart?.parts ?? []
  const found = valueCarriers(file, documents[0], { own, parts, target: 'helm-values' })
  if (found.length > 0 || !base || base.file === file || !environmentOf(file)) return found
  return valueCarriers(file, base.documents[0], { own, parts, target: 'helm-values' }).map(carrier => ({
    ...carrier,
    options: {
      ...carrier.options,
      set: (carrier.options.set as { [key: string]: string }[]).map(one => ({ ...one, add: true })),
    },
  }))
}

function chartOf(
  file: string,
  byFile: ReadonlyMap<string, ReadFile>,
): { folder: string; name: string | undefined; parts: string[] } | undefined {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    const chart = byFile.get(within(folder, 'Chart.yaml'))
    if (chart) {
      const { name, dependencies } = fieldsOf(chart.documents[0])
      const parts = itemsOf(dependencies).flatMap(
        one => textOf(fieldsOf(one).alias) ?? textOf(fieldsOf(one).name) ?? [],
      )
      return { folder, name: textOf(name), parts }
    }
    if (folder === '') return undefined
  }
}

/** The folders that may be called like a model, the innermost first. */
function namesIn(folder: string): string[] {
  const own = folder
    .split('/')
    .filter(part => part !== '' && !NO_MODEL.test(part) && environmentOf(part) === undefined)
  return own.toReversed()
}

const NO_MODEL =
  /^(charts?|apps?|overlays?|envs?|environments?|clusters?|stages?|base|deploy|deployments?|helm|k8s|kubernetes|manifests|releases|configs?|settings|values)$/

/** The names of images whose repository stands apart from their version. */
function repositoriesIn(value: unknown, deep = 6): string[] {
  return Object.entries(fieldsOf(value)).flatMap(([key, inner]) => {
    const text = textOf(inner)
    if (key === 'repository' && text !== undefined) return [lastPart(text)]
    return deep === 0 ? [] : repositoriesIn(inner, deep - 1)
  })
}

function tagCarriers(file: string, text: string): Carrier[] {
  const value = text.trim()
  if (!/^[\w.:/@-]{1,300}$/.test(value)) return []
  const stem = file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  const names = /^(version|tag|image)$/i.test(stem)
    ? [...(value.includes('/') ? [lastPart(value)] : []), ...namesIn(folderOf(file))]
    : [stem]
  const written = value.includes('/') ? '{image}' : value.startsWith('sha256:') ? '{image.digest}' : undefined
  return [
    { file, names, target: 'text', options: written === undefined ? {} : { value: written }, says: value },
  ]
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''
}

function within(folder: string, file: string): string {
  return folder === '' ? file : `${folder}/${file}`
}

function bare(image: string): string {
  return image.replace(/[@ ].*$/, '').replace(/:[^:/]*$/, '')
}
