import * as z from 'zod'
import type { Manifest, ReleaseForTarget } from '../target.ts'
import { refusal } from '../target.ts'
import { imageReference } from './image.ts'

/** What `{…}` may name in a text that is written into a manifest. */
const FIELDS: Record<string, (release: ReleaseForTarget) => string | undefined> = {
  model: release => release.model,
  version: release => release.version,
  commit: release => release.commit,
  uri: release => release.uri,
  image: release => release.image && imageReference(release.image, 'digest'),
  'image.name': release => release.image?.name,
  'image.tag': release => release.image?.tag,
  'image.digest': release => release.image?.digest,
}
const NAMES = Object.keys(FIELDS)
  .map(name => `{${name}}`)
  .join(' ')

/** A text with parts of the release in it: `{version}`, `models/{model}/{commit}`. */
export const Template = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    text => placeholders(text).length > 0 && placeholders(text).every(name => FIELDS[name] !== undefined),
    `must have one of ${NAMES} in it, and no other {…}`,
  )

/** @throws AssayError `TARGET_REFUSED` where the release does not have what the text asks for */
export function fillTemplate({ file }: Manifest, template: string, release: ReleaseForTarget): string {
  return template.replace(PLACEHOLDER, (all, name: string) => {
    const value = FIELDS[name]!(release)
    if (value !== undefined) return value
    const what = `the release ${release.model} ${release.version} has no \`${all}\``
    throw refusal({ what, where: { file }, fix: 'write another part of the release, or package it' })
  })
}

// --- internal ---

const PLACEHOLDER = /\{([^{}]*)\}/g

function placeholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(match => match[1]!)
}
