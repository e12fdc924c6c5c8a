import type { Image } from '../../release/image.ts'
import type { LiveManifest } from './application.ts'
import { type Fields, fields } from './fields.ts'

/** Which objects in the cluster have the promoted image or model URI in them, and which have another version of it. */

export interface Wanted {
  image?: Image
  uri?: string
  /** What is tried beside it with a share of the traffic: another version, and there all the same. */
  beside?: Pick<Wanted, 'image' | 'uri'> & {
    /** It must be there. */
    isAwaited?: boolean
  }
}

export interface Sighting {
  manifest: LiveManifest
  part: 'image' | 'uri'
  /** The string as it stands there, and the key it stands at. */
  value: string
  key: string
  /** `digest` and `uri` prove it, a `tag` can be moved; `other`: another version stands in its place. */
  as: 'digest' | 'uri' | 'tag' | 'other'
}

/**
 * Every field outside `metadata` and `status` that names the release or another version of it: pod specs of any kind with
 * their init containers, InferenceServices, and whatever else has the URI or a reference that ends in the digest.
 */
export function sightings(manifests: readonly LiveManifest[], wanted: Wanted): Sighting[] {
  return manifests.flatMap(manifest =>
    valuesOf(manifest.live ?? {}).flatMap(leaf => {
      const seen = asImage(leaf, wanted.image) ?? asUri(leaf, wanted.uri)
      return seen ? [{ manifest, ...leaf, ...seen }] : []
    }),
  )
}

/** Every string of an object outside `metadata` and `status`, with the key it stands at. */
export function valuesOf({ metadata: _, status: __, ...rest }: Fields): Leaf[] {
  return leaves(rest)
}

// --- internal ---

interface Leaf {
  key: string
  value: string
}

/** All strings with the key they stand at. Not recursive: nobody knows how deep it goes. */
function leaves(root: unknown): Leaf[] {
  const found: Leaf[] = []
  const open: { key: string; value: unknown }[] = [{ key: '', value: root }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { key, value } = next
    if (typeof value === 'string') found.push({ key, value })
    else if (Array.isArray(value)) for (const item of value) open.push({ key, value: item })
    else for (const [name, item] of Object.entries(fields(value))) open.push({ key: name, value: item })
  }
  return found.reverse()
}

function asImage({ key, value }: Leaf, image: Image | undefined): Pick<Sighting, 'part' | 'as'> | undefined {
  if (!image) return undefined
  if (value.endsWith(image.digest)) return { part: 'image', as: 'digest' }
  // A name, a tag or a digest that stand alone (`newTag`, `version`) are not enough to tell one image from another.
  if (key !== 'image') return undefined
  const [name, rest] = [value.slice(0, image.name.length), value.slice(image.name.length)]
  if (name !== image.name || !/^(?:[:@]|$)/.test(rest)) return undefined
  return { part: 'image', as: image.tag !== undefined && rest === `:${image.tag}` ? 'tag' : 'other' }
}

function asUri({ key, value }: Leaf, uri: string | undefined): Pick<Sighting, 'part' | 'as'> | undefined {
  if (uri === undefined) return undefined
  if (bare(value) === bare(uri) || holdsLine(value, bare(uri))) return { part: 'uri', as: 'uri' }
  // `storage: { key, path }` of KServe: the key names the bucket.
  const below = bare(uri).replace(/^[^:]+:\/\/[^/]+\//, '')
  if (key === 'path' && below.includes('/') && parentOf(value) === parentOf(below))
    return { part: 'uri', as: bare(value) === below ? 'uri' : 'other' }
  const isVersion = value.includes('://') && folderOf(value) === folderOf(uri)
  return key === 'storageUri' || isVersion ? { part: 'uri', as: 'other' } : undefined
}

/** Whether a text of several lines, such as a configuration of Ray Serve, has the URI in it. */
function holdsLine(value: string, uri: string): boolean {
  const words = () => value.split(/[\s"',{}[\]]+/)
  return value.includes('\n') && value.includes(uri) && words().some(word => bare(word) === uri)
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, bare(path).lastIndexOf('/')))
}

function bare(uri: string): string {
  return uri.replace(/\/+$/, '')
}

/** `s3://models/churn` of `s3://models/churn/42`: versions of a model stand side by side. */
function folderOf(uri: string): string {
  const path = bare(uri)
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.indexOf('://') + 3))
}
