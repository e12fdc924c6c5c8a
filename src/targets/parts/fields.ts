import * as z from 'zod'
import type { Manifest, ReleaseForTarget } from '../target.ts'
import { refusal } from '../target.ts'
import { imageReference } from './image.ts'
import { choices } from './manifest.ts'

type Value = string | number | boolean

/** What `{…}` may name in a text that is written into a manifest, besides parameters. */
const FIELDS: Record<string, (release: ReleaseForTarget) => string | undefined> = {
  model: release => release.model,
  version: release => release.version,
  commit: release => release.commit,
  uri: release => release.uri,
  'uri.bucket': release => placeOf(release)?.bucket,
  'uri.path': release => placeOf(release)?.path,
  image: release => release.image && imageReference(release.image, 'digest'),
  'image.name': release => release.image?.name,
  'image.tag': release => release.image?.tag,
  'image.digest': release => release.image?.digest,
}
const PARAMETER = 'parameters.'
const NAMES = [...Object.keys(FIELDS), `${PARAMETER}<name>`].map(name => `{${name}}`).join(' ')

/** A text with parts of the release in it: `{version}`, `models/{model}/{commit}`, `{parameters.threshold}`. */
export const Template = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    text => placeholders(text).length > 0 && placeholders(text).every(isKnown),
    `must have one of ${NAMES} in it, and no other {…}`,
  )

/** @throws AssayError `TARGET_REFUSED` where the release does not have what the text asks for */
export function fillTemplate(manifest: Manifest, template: string, release: ReleaseForTarget): string {
  return template.replace(PLACEHOLDER, (_, name: string) => String(partOf(manifest, name, release)))
}

/**
 * The same where a parameter alone is asked for: a number stays a number, unless a text stands there now, as in the environment of
 * a container.
 */
export function fillValue(
  manifest: Manifest,
  template: string,
  release: ReleaseForTarget,
  now: unknown,
): Value {
  const [name = ''] = placeholders(template)
  const isAlone = template === `{${name}}` && name.startsWith(PARAMETER) && typeof now !== 'string'
  return isAlone ? partOf(manifest, name, release) : fillTemplate(manifest, template, release)
}

// --- internal ---

const PLACEHOLDER = /\{([^{}]*)\}/g

function placeholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(match => match[1]!)
}

function isKnown(name: string): boolean {
  return Object.hasOwn(FIELDS, name) || (name.startsWith(PARAMETER) && name.length > PARAMETER.length)
}

function partOf({ file }: Manifest, name: string, release: ReleaseForTarget): Value {
  const of = `the release ${release.model} ${release.version}`
  if (name.startsWith(PARAMETER)) {
    const [all, own] = [release.parameters ?? {}, name.slice(PARAMETER.length)]
    const value = Object.hasOwn(all, own) ? all[own] : undefined
    if (value !== undefined && value !== null) return value
    const what = `${of} has no ${value === null ? 'value of the ' : ''}parameter \`${own}\``
    const fix = `see \`parameters\` in assay.yml; ${choices(Object.keys(all), own)}`
    throw refusal({ what, where: { file }, fix })
  }
  const value = FIELDS[name]!(release)
  if (value !== undefined) return value
  const fix =
    name.startsWith('uri.') && release.uri !== undefined
      ? `its model URI is ${release.uri}`
      : 'write another part of the release, or package it'
  throw refusal({ what: `${of} has no \`{${name}}\``, where: { file }, fix })
}

/** `s3://bucket/models/42`: what stands before the first `/` and after it. */
function placeOf({ uri }: ReleaseForTarget): { bucket: string; path: string } | undefined {
  const [, bucket, path] = /^[^:]+:\/\/([^/]+)\/(.+)$/.exec(uri ?? '') ?? []
  return bucket !== undefined && path !== undefined ? { bucket, path } : undefined
}
