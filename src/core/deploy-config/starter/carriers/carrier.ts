/** What of a deploy repository says which release serves: one place in one file, and the target that writes it. */

export type Json = string | number | boolean | Json[] | { [key: string]: Json }

export interface Carrier {
  /** Path in the repository. */
  file: string
  /** The model, by what the place itself says of it, the likeliest first. */
  names: string[]
  target: string
  /** Its keys without `file`; the name of the model still in it. */
  options: { [key: string]: Json }
  /** In words, for people: the image or address that stands there. */
  says: string
  /** Where the file is of several: whose part of it this is. */
  environment?: string
  /** Of several places in the file nobody knows which is the release's. */
  unclear?: string[]
  /** Values beside it that a training may bring. */
  parameters?: { path: Json[]; inside?: Json[]; value: string; says: string }[]
  /** Images beside the address of the model that are taken for a server's, and stay. */
  left?: string[]
  /** Keys of the target `yaml` that would write these, where that of the release writes nothing else. */
  beside?: { [key: string]: Json }
  /**
   * Overlays of several environments that are built upon the file, or those environments by name, where it is of none: a release there
   * serves in all of them.
   */
  overlays?: string[]
}

/** What a file is read for. */
export interface ReadFile {
  file: string
  /** Documents as plain values; of a file that is no YAML, none. */
  documents: readonly unknown[]
  text: string
}

export type Fields = Record<string, unknown>

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A text, but no template, whose text is made elsewhere. */
export function plainText(value: unknown): string | undefined {
  const text = textOf(value)
  return text === undefined || /\{\{|\$\{/.test(text) ? undefined : text
}

/** The keys of settings that are called like models: all that hold more than a text, but for one image. */
export function partsIn(values: unknown): string[] {
  const all = Object.entries(fieldsOf(values))
  return all.flatMap(([key, value]) => (typeof value === 'object' && key !== 'image' ? key : []))
}

/** The last part of an image's name: `churn` of `ghcr.io/acme/churn:v1`. */
export function lastPart(image: string): string {
  const bare = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
  return bare.slice(bare.lastIndexOf('/') + 1)
}

/** Whether an image is called like a model, as `churn-transformer` is. */
export function isCalledLike(image: string, model: string): boolean {
  return model !== '' && lastPart(image).split(/[-_.]/).join('-').startsWith(model)
}
