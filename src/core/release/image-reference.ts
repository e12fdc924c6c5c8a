import type { Problem } from '../errors/errors.ts'
import { didYouMean, nearest } from '../text/nearest.ts'
import { shortened, visibleAscii } from '../text/visible-text.ts'
import { Image, ModelUri } from './image.ts'

/** What a person or a packaging command calls an image: `name:tag`, `name@sha256:…` or both. */
export interface ImageReference {
  /** As it was written: manifests are compared with it, and a short name is not written out. */
  name: string
  tag?: string
  digest?: string
}

export interface Packaged {
  image?: ImageReference
  uri?: string
}

/**
 * Text of an image → its parts. One of tag and digest must be there: `latest` is not assumed, since nobody could tell later
 * which image was meant.
 */
export function parseImageReference(text: string): ImageReference | { problem: Problem } {
  const shown = `\`${shortened(visibleAscii(text), 200)}\``
  if (text.length > MOST_CHARACTERS) return wrong(`${shown} is too long for an image`)
  if (/^[a-z]+:\/\//.test(text))
    return wrong(`${shown} is an address, not an image`, 'leave out what is before the name')
  const at = text.indexOf('@')
  const digest = at < 0 ? undefined : text.slice(at + 1)
  const named = at < 0 ? text : text.slice(0, at)
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const name = colon < 0 ? named : named.slice(0, colon)
  const tag = colon < 0 ? undefined : named.slice(colon + 1)
  const reference = { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
  const checked = Image.safeParse({ digest: NO_DIGEST, ...reference })
  if (!checked.success)
    return wrong(`${shown} is no image: expected ${checked.error.issues[0]!.message}`, EXAMPLE)
  if (tag === undefined && digest === undefined)
    return wrong(`${shown} has neither tag nor digest, so it names no certain image`, EXAMPLE)
  return reference
}

/** Where an image's manifest is asked for. A name without a registry is of Docker Hub, as for every container tool. */
export function registryOf(name: string): { host: string; repository: string } {
  const { host, rest } = hostOf(name)
  return { host, repository: host === HUB && !rest.includes('/') ? `library/${rest}` : rest }
}

/** The name alone of `registry:5000/name:tag@digest`. */
export function imageName(reference: unknown): string {
  return String(reference ?? '')
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '')
}

/**
 * Whether two names are of one repository, as container tools read them: `churn`, `docker.io/library/churn` and
 * `Index.Docker.IO/library/churn` are; with another port it is another registry.
 */
export function isSameRepository(a: string, b: string): boolean {
  const [one, other] = [registryOf(a), registryOf(b)]
  return one.host === other.host && one.repository === other.repository
}

/** Whether a name is that of a mirror of a repository: in another registry, with the same path at its end. */
export function isMirrorOf(name: string, repository: string): boolean {
  const [mirror, original] = [registryOf(name), registryOf(repository)]
  if (mirror.host === original.host) return false
  return `/${mirror.repository}`.endsWith(`/${original.repository}`)
}

/** Whether an image is in a registry, or in a folder of one: `ghcr.io/acme`, with or without a `/` at its end. */
export function isFrom(image: string, registry: string): boolean {
  const prefix = registry.replace(/\/+$/, '')
  if (isSameRepository(image, prefix)) return true
  const { host, rest } = hostOf(`${prefix}/`)
  const own = registryOf(image)
  return own.host === host && own.repository.startsWith(rest)
}

/**
 * What the packaging command wrote: lines `image=…` and `uri=…`, each at most once; empty lines and those with `#` say nothing.
 */
export function parsePackageFile(text: string, file: string): Packaged & { problems: Problem[] } {
  const problems: Problem[] = []
  const packaged: Packaged = {}
  const seen = new Set<string>()
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const written = line.trim()
    if (written === '' || written.startsWith('#')) continue
    if (problems.length >= MOST_PROBLEMS) break
    const equals = written.indexOf('=')
    const key = equals < 0 ? written : written.slice(0, equals).trim()
    const value = equals < 0 ? '' : written.slice(equals + 1).trim()
    const where = { file, line: index + 1 }
    if (equals < 0 || !KEYS.includes(key)) problems.push({ ...strangeLine(key, equals >= 0), where })
    else if (seen.has(key)) problems.push({ what: `\`${key}\` stands here twice`, where, fix: 'keep one' })
    else {
      seen.add(key)
      const read = key === 'image' ? parseImageReference(value) : parseModelUri(value)
      if (typeof read === 'string') packaged.uri = read
      else if ('problem' in read) problems.push({ ...read.problem, where })
      else packaged.image = read
    }
  }
  return { ...packaged, problems }
}

/** Text of a model's address → itself, where a record takes it. */
export function parseModelUri(text: string): string | { problem: Problem } {
  const checked = ModelUri.safeParse(text)
  if (checked.success) return checked.data
  // Not shown: it may hold a password.
  return wrong(`the model's address is not ${checked.error.issues[0]!.message}`)
}

/** `{commit}`, `{short_commit}` and `{model}` in a template of the configuration, replaced; others are problems. */
export function fillTemplate(
  template: string,
  values: { commit: string; model: string },
): string | { problem: Problem } {
  const known: Record<string, string> = {
    commit: values.commit,
    short_commit: values.commit.slice(0, 7),
    model: values.model,
  }
  const strange = [...template.matchAll(/\{([^{}]*)\}/g)].find(([, name]) => !Object.hasOwn(known, name!))
  if (!strange) return template.replace(/\{([^{}]*)\}/g, (_, name: string) => known[name]!)
  const meant = nearest(strange[1]!, Object.keys(known))
  return wrong(
    `\`${shortened(visibleAscii(strange[0]), 60)}\` is no placeholder: there are \`{commit}\`, \`{short_commit}\` and \`{model}\``,
    meant && `did you mean \`{${meant}}\`?`,
  )
}

// --- internal ---

const MOST_CHARACTERS = 500
const MOST_PROBLEMS = 20
const HUB = 'docker.io'
const HUB_NAMES = new Set([HUB, 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'])
const KEYS = ['image', 'uri']
const EXAMPLE = 'write `registry/name@sha256:…` or `registry/name:tag`'
/** Stands in where the reference has none, so that the other parts are checked. */
const NO_DIGEST = `sha256:${'0'.repeat(64)}`

/** Host names have no case, and Docker Hub has several. */
function hostOf(name: string): { host: string; rest: string } {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash).toLowerCase()
  const isHost = first === 'localhost' || /[.:]/.test(first)
  if (!isHost) return { host: HUB, rest: name }
  return { host: HUB_NAMES.has(first) ? HUB : first, rest: name.slice(slash + 1) }
}

function wrong(what: string, fix?: string): { problem: Problem } {
  return { problem: { what, ...(fix !== undefined && { fix }) } }
}

function strangeLine(key: string, hasValue: boolean): Pick<Problem, 'what' | 'fix'> {
  const shown = `\`${shortened(visibleAscii(key), 60)}\``
  if (!hasValue) return { what: `${shown} is no line of \`key=value\``, fix: 'write `image=…` or `uri=…`' }
  const fix = didYouMean(key, KEYS)
  return {
    what: `${shown} is no key here: there are \`image\` and \`uri\``,
    ...(fix !== undefined && { fix }),
  }
}
