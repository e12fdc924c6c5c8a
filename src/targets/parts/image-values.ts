import { imageName, isSameRepository } from '../../core/release/image-reference.ts'
import { readAt, type YamlPath } from '../../core/yaml/edit/edit.ts'
import { type Manifest, type ReleaseForTarget, refusal } from '../target.ts'
import { fillTemplate } from './fields.ts'
import { ensureOwnImage } from './image.ts'
import { type Fields, fields, list } from './manifest.ts'

/** A value that a person's options write, with what they say of its path. */
export interface ImageValue {
  path: YamlPath
  value: string
}

/** Whole images that are written: the rule of `ensureOwnImage`, by the image that stands there now. */
export function ensureOwnImages(
  manifest: Manifest,
  release: ReleaseForTarget,
  values: readonly ImageValue[],
  { document, registries }: { document?: number; registries?: readonly string[] },
): void {
  const { image } = release
  if (!image) return
  for (const { path, value } of values) {
    const at = value.indexOf('{image}')
    const now = readAt(manifest.text, manifest.file, path, document)?.value
    if (at < 0 || typeof now !== 'string') continue
    const before = fillTemplate(manifest, value.slice(0, at), release)
    const name = imageName(now.startsWith(before) ? now.slice(before.length) : now)
    if (name.trim() !== '') ensureOwnImage(manifest, image, { document, path, name }, registries)
  }
}

/**
 * Digests and tags alone: the repository that the edited file gives them, in the same text or beside them, must be that of the
 * release's image. Where none is found the chart has it, and the rendered manifests tell.
 *
 * @throws AssayError `TARGET_REFUSED` with the line and both names
 */
export function ensureOwnRepositories(
  manifest: Manifest,
  release: ReleaseForTarget,
  values: readonly ImageValue[],
  document?: number,
): void {
  const { image } = release
  if (!image) return
  for (const { path, value } of values) {
    if (!/\{image\.(digest|tag)\}/.test(value) || /\{image(\.name)?\}/.test(value)) continue
    const found =
      repositoryIn(manifest, release, value) ??
      repositoryBeside(manifest, path, document) ??
      repositoryAbove(manifest, path, document)
    if (found === undefined || isSameRepository(found.name, image.name)) continue
    const line = readAt(manifest.text, manifest.file, found.path ?? path, document)?.line
    throw refusal({
      what: `the release brings the image ${image.name}, the manifest has ${found.name}`,
      where: { file: manifest.file, ...(line !== undefined && { line }) },
      fix: 'correct the repository, or write `{image.name}` into it too',
    })
  }
}

// --- internal ---

interface Repository {
  name: string
  /** Absent: in the text of the value itself. */
  path?: YamlPath
}

/** `ghcr.io/acme/{model}@{image.digest}` */
function repositoryIn(
  manifest: Manifest,
  release: ReleaseForTarget,
  template: string,
): Repository | undefined {
  const before = template.slice(0, template.search(/[:@]?\{image\./))
  if (before === '' || !/[:@]\{image\./.test(template)) return undefined
  const name = before.includes('{') ? fillTemplate(manifest, before, release) : before
  return { name: name.replace(/^[a-z]+:\/\//, '') }
}

/** What the key of a tag or a digest ends with; what stands before tells which image it is of: `predictorImageTag`. */
const PART = /(?:new)?[-_.]?(?:tag|digest|sha256|sha)$/i

/** The repository that stands beside a tag or digest, as charts, kustomizations and parameters of Argo CD have it. */
function repositoryBeside(
  { file, text }: Manifest,
  path: YamlPath,
  document: number | undefined,
): Repository | undefined {
  const key = path.at(-1)
  if (typeof key !== 'string') return undefined
  const parent = path.slice(0, -1)
  const own = fields(readAt(text, file, parent, document)?.value)
  // A list of names with values, as the parameters of a chart.
  const isParameter = key === 'value' && typeof own.name === 'string'
  const beside = isParameter ? parametersAt(file, text, parent, document) : entriesOf(own, parent)
  const named = isParameter ? String(own.name) : key
  if (isParameter && !PART.test(named)) return undefined
  beside.delete(plain(named))
  const stem = PART.test(named) ? plain(named.replace(PART, '')) : ''
  const names = PART.test(named)
    ? [...REPOSITORY.map(part => stem + part), ...(stem ? [stem] : []), ...ALONE]
    : ANYWHERE
  const holder = plain(path.slice(0, -1).findLast(step => typeof step === 'string') ?? '')
  const isImage = (name: string, text: string) =>
    !ADDRESS.test(text) &&
    (!/^(name|url)$/.test(name) || /images?$/.test(holder) || (name === 'name' && text.includes('/')))
  for (const name of names) {
    const found = beside.get(name)
    if (found === undefined || found.value.trim() === '' || !isImage(name, found.value)) continue
    const registry = beside.get(`${stem}registry`) ?? beside.get('registry')
    const everywhere =
      registry && fields(fields(readAt(text, file, [], document)?.value).global).imageRegistry
    const host = (typeof everywhere === 'string' && everywhere) || registry?.value
    const bare = found.value.replace(/^[a-z]+:\/\//, '')
    return { name: imageName(host ? `${host}/${bare}` : bare), path: found.path }
  }
  return undefined
}

const REPOSITORY = ['newname', 'repository', 'repo', 'name', 'image', 'url']
const ALONE = ['repository', 'image']
/** Beside a key of another name, such as `version`. */
const ANYWHERE = ['newname', ...ALONE]
/** Of source code, for one. An image may say how it is pulled. */
const ADDRESS = /^(?!oci:|docker:)[\w+.-]+:\/\//

type Beside = Map<string, { value: string; path: YamlPath }>

/** `image: { repository: …, pin: { digest: … } }`: of the map called image that holds it, however deep. */
function repositoryAbove(
  manifest: Manifest,
  path: YamlPath,
  document: number | undefined,
): Repository | undefined {
  const at = path.slice(0, -2).findLastIndex(step => typeof step === 'string' && /image$/i.test(step))
  return at < 0 ? undefined : repositoryBeside(manifest, [...path.slice(0, at + 1), 'digest'], document)
}

function entriesOf(own: Fields, parent: YamlPath): Beside {
  return new Map(
    Object.entries(own).flatMap(([key, value]) =>
      typeof value === 'string' ? [[plain(key), { value, path: [...parent, key] }] as const] : [],
    ),
  )
}

function parametersAt(file: string, text: string, parent: YamlPath, document: number | undefined): Beside {
  const at = parent.slice(0, -1)
  const all = list(readAt(text, file, at, document)?.value).map(fields)
  return new Map(
    all.flatMap(({ name, value }, index) =>
      typeof name === 'string' && typeof value === 'string'
        ? [[plain(name), { value, path: [...at, index, 'value'] }] as const]
        : [],
    ),
  )
}

/** `predictor_image.tag`, `predictorImageTag`: written one way. */
function plain(key: string): string {
  return key.toLowerCase().replace(/[-_.]/g, '')
}
