import * as z from 'zod'
import { didYouMean } from '../../core/text/nearest.ts'
import { readYaml } from '../../core/yaml/edit/edit.ts'
import { type Manifest, refusal } from '../target.ts'

/** That of a model may be no name of Kubernetes: then no object is called so, and that is said. */
export const ObjectName = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9._-]|\{model\}|\{environment\}|\{cluster\}){1,253}$/,
    'must be a Kubernetes name, in which `{model}`, `{environment}` and `{cluster}` may stand',
  )
  .optional()
  .describe(
    '`metadata.name` of the object: `{model}`, `churn-{environment}`. Needed where the file has several of its kind.',
  )

export interface FoundObject {
  /** Index of the document in its file. */
  document: number
  value: Fields
}
export type Fields = Record<string, unknown>

/**
 * The one object of a kind (and name) in a file of Kubernetes manifests.
 *
 * @throws AssayError `TARGET_REFUSED` naming what there is instead
 */
export function findObject(
  manifest: Manifest,
  wanted: { kind: string; group: string; name?: string },
): FoundObject {
  const { file, text } = manifest
  const objects = readYaml(text, file).map((value, document) => ({ document, value: fields(value) }))
  const ofKind = objects.filter(
    ({ value }) => value.kind === wanted.kind && String(value.apiVersion).split('/')[0] === wanted.group,
  )
  const named = wanted.name === undefined ? ofKind : ofKind.filter(object => nameOf(object) === wanted.name)
  if (named.length === 1) return named[0]!
  const names = ofKind.map(nameOf)
  const of = `${wanted.kind} of ${wanted.group}`
  if (named.length > 1) {
    const fix =
      wanted.name === undefined ? `set \`name\` to one of: ${names.join(', ')}` : 'remove all but one'
    throw refusal({ what: `there are ${named.length} ${of}`, where: { file }, fix })
  }
  if (wanted.name === undefined || names.length === 0) {
    const there = objects.flatMap(({ value }) => (value.kind ? [`${value.kind} (${value.apiVersion})`] : []))
    const fix = there.length > 0 ? `there are: ${there.join(', ')}` : undefined
    throw refusal({ what: `there is no ${of}`, where: { file }, ...(fix ? { fix } : {}) })
  }
  const what = `there is no ${wanted.kind} called \`${wanted.name}\``
  throw refusal({ what, where: { file }, fix: choices(names, wanted.name) })
}

/** A map as it is, anything else as an empty one. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

/** A list as it is, anything else as an empty one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** What to say of a choice that must be made: the name that was probably meant, otherwise all there are. */
export function choices(names: unknown[], wanted?: string): string {
  const meant = wanted === undefined ? undefined : didYouMean(wanted, names.map(String))
  if (meant !== undefined) return meant
  return names.length > 0 ? `there are: ${names.map(String).join(', ')}` : 'there are none'
}

// --- internal ---

function nameOf({ value }: FoundObject): string {
  return String(fields(value.metadata).name ?? '')
}
