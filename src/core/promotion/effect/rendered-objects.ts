import { stringify } from 'yaml'
import { AssayError } from '../../errors/errors.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { plainValue } from '../../yaml/plain-value.ts'
import type { FileDifference } from '../places/rollback.ts'

/**
 * Two renderings object by object, for `manifestDiff`: what is the same object is named by kind, namespace and name, without
 * the suffix that kustomize makes of a ConfigMap's content. The values of Secrets are never shown; where they differ, the
 * suffix or nothing tells.
 *
 * @throws AssayError `YAML_UNREADABLE` where a renderer printed no YAML
 */
export function renderedObjects(before: string, after: string): FileDifference[] {
  const [old, now] = [objects(before), objects(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])]
  return names.map(path => ({ path, before: old.get(path), after: now.get(path) }))
}

/** A text somewhere in a rendered object. */
export interface RenderedText {
  /** `Deployment/ml/churn` */
  object: string
  key: string
  text: string
  /** `metadata`: a name, label or annotation, which few things run by. `secret`: never to be shown. */
  in?: 'metadata' | 'secret'
}

/** Every text of the rendered objects; the data of Secrets as they decode. @throws AssayError `YAML_UNREADABLE` where a renderer printed no YAML */
export function renderedTexts(rendered: string): RenderedText[] {
  return parsed(rendered).flatMap(object => {
    const isSecret = object.kind === 'Secret'
    return textsIn(object, '', { object: nameOf(object), ...(isSecret && { in: 'secret' }) })
  })
}

// --- internal ---

function textsIn(value: unknown, key: string, of: Pick<RenderedText, 'object' | 'in'>): RenderedText[] {
  if (typeof value === 'string') return [{ ...of, key, text: value }]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(item => textsIn(item, key, of))
  return Object.entries(value).flatMap(([name, inner]) => {
    if (of.in === 'secret' && name === 'data') return textsIn(inner, name, of).map(decoded)
    return textsIn(inner, name, name === 'metadata' ? { in: 'metadata', ...of } : of)
  })
}

function decoded(one: RenderedText): RenderedText {
  return { ...one, text: Buffer.from(one.text, 'base64').toString('utf8') }
}

interface KubernetesObject {
  kind?: unknown
  metadata?: { name?: unknown; namespace?: unknown }
}

function objects(rendered: string): Map<string, string> {
  const found = new Map<string, string>()
  const marks = new Map<string, number>()
  for (const object of parsed(rendered)) {
    const path = unused(found, nameOf(object), marks)
    found.set(
      path,
      stringify(object.kind === 'Secret' ? hidden(object) : object, { aliasDuplicateObjects: false }),
    )
  }
  return found
}

function parsed(rendered: string): KubernetesObject[] {
  const { documents, faults } = readDocuments(rendered, { characters: MOST_CHARACTERS, parts: MOST_PARTS })
  const [fault] = faults
  if (fault) throw unreadable(fault.what)
  return documents.flatMap(document => {
    const plain = plainValue(document)
    if ('fault' in plain) throw unreadable(plain.fault)
    const object = plain.value as KubernetesObject | null
    return object === null || typeof object !== 'object' ? [] : [object]
  })
}

/** A model's folder may bring its CustomResourceDefinitions along. */
const MOST_CHARACTERS = 4 * 1024 * 1024
const MOST_PARTS = 250_000

function unreadable(what: string): AssayError {
  return new AssayError({
    code: 'YAML_UNREADABLE',
    title: 'Rendered manifests cannot be read',
    problems: [{ what }],
  })
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  const name = String(metadata?.name ?? 'unnamed')
  const bare = kind === 'ConfigMap' || kind === 'Secret' ? name.replace(CONTENT_SUFFIX, '') : name
  return [kind ?? 'unknown', ...(metadata?.namespace ? [metadata.namespace] : []), bare].map(String).join('/')
}

/** Ten digits of a hash, written with letters that make no words. */
const CONTENT_SUFFIX = /-[2456789bcdfghkmt]{10}$/

/** Objects of one name are told apart by marks; `marks`: how many the last of a name got. */
function unused(found: ReadonlyMap<string, string>, name: string, marks: Map<string, number>): string {
  let count = marks.get(name) ?? 0
  while (found.has(name + "'".repeat(count))) count++
  marks.set(name, count)
  return name + "'".repeat(count)
}

function hidden(secret: KubernetesObject): KubernetesObject {
  const values = Object.entries(secret).map(([key, value]) =>
    /^(data|stringData)$/.test(key) && typeof value === 'object' && value !== null
      ? [key, Object.fromEntries(Object.keys(value).map(name => [name, '(hidden)']))]
      : [key, value],
  )
  return Object.fromEntries(values)
}
