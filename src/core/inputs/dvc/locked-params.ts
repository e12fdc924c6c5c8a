import * as z from 'zod'
import { isSecretParameter } from '../../secrets/secret-name.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { MASK, maskShapes } from '../../secrets/token-shapes.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { plainValue } from '../../yaml/plain-value.ts'
import type { DataFile } from './dvc-files.ts'

/** The parameters that a `dvc.lock` says its stages were run with, as JSON, by name: those of `params.yaml` by their key alone. */
export type LockedParams = ReadonlyMap<string, string>

/** Only what can be read off it: who reads the data versions says what is wrong with a `dvc.lock`. */
export function lockedParams({ path, text }: DataFile): LockedParams {
  const { documents, faults } = readDocuments(text, { characters: 4 * 1024 * 1024, parts: 200_000 })
  const plain = faults.length === 0 && documents[0] ? plainValue(documents[0]) : { fault: 'unread' }
  const read = Lock.safeParse('value' in plain ? plain.value : {})
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const params = new Map<string, string>()
  if (!read.success) return params
  for (const { params: files } of Object.values(read.data.stages))
    for (const [file, values] of Object.entries(files))
      for (const [key, value] of Object.entries(values)) {
        const place = `${folder}${file}`
        params.set(place === 'params.yaml' ? key : `${place}:${key}`, JSON.stringify(value))
      }
  return params
}

/** One that is another, as it may be shown; without a side where there is none. */
export interface ChangedParam {
  name: string
  before?: string
  now?: string
}

/** Those that are other values, in the order of their names. */
export function changedParams(before: LockedParams, now: LockedParams): ChangedParam[] {
  const names = [...new Set([...before.keys(), ...now.keys()])].sort()
  return names.flatMap(name => {
    const [old, own] = [before.get(name), now.get(name)]
    if (old === own) return []
    return [
      {
        name: shown(name),
        ...(old !== undefined && { before: shownValue(name, old) }),
        ...(own !== undefined && { now: shownValue(name, own) }),
      },
    ]
  })
}

// --- internal ---

const Stage = z.object({
  params: z.record(z.string(), z.record(z.string(), z.unknown()).catch({})).catch({}),
})
const Lock = z.object({ stages: z.record(z.string(), Stage).catch({}) })

/** A value as JSON, without those of its own keys, and itself, that are named like secrets. */
function shownValue(name: string, json: string): string {
  const key = name.slice(name.lastIndexOf(':') + 1)
  const value: unknown = JSON.parse(json, (inner, part: unknown) =>
    typeof part !== 'object' && isSecretParameter(`${key}/${inner}`, String(part)) ? MASK : part,
  )
  return shown(maskShapes(JSON.stringify(value)))
}

function shown(text: string): string {
  return shortened(visible(maskPersonalData(text)), 100)
}
