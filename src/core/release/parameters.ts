import * as z from 'zod'
import { AssayError } from '../errors/errors.ts'
import { isSecretParameter } from '../secrets/secret-name.ts'
import { maskPersonalData } from '../secrets/secrets.ts'
import { MASK, maskShapes } from '../secrets/token-shapes.ts'
import { decodeUtf8 } from '../text/utf8.ts'
import { shortened, visible, visibleAscii } from '../text/visible-text.ts'
import { parseYaml } from '../yaml/config.ts'
import type { ReleaseRecord } from './record.ts'

type Parameter = string | number | boolean | null

export interface ReadParameters {
  parameters: NonNullable<ReleaseRecord['parameters']>
  /** What a reader must know: what was left out or cut short. */
  remarks: string[]
}

/** A file of parameters may be this large, in bytes. */
export const MAX_PARAMETERS_FILE = 256 * 1024
const MOST_PARAMETERS = 200

/**
 * The parameters of a training out of a JSON or YAML file, as a record keeps them: nested keys joined by `/`, lists as JSON
 * text, in the order of the file, at most 200. Anchors, aliases and merge keys hold, as the programs that read such files take
 * them. A number that a reader would change (`NaN`, a whole number of twenty digits) is kept as text. The value of a key that
 * is named like a secret is masked, and so are e-mail addresses, telephone numbers and IBANs in texts.
 *
 * @throws AssayError `PARAMETERS_INVALID` with all problems of the file
 */
export function parseParameters(bytes: Uint8Array, file: string): ReadParameters {
  const decoded = decodeUtf8(bytes)
  if (!('text' in decoded)) throw invalid(file, `invalid UTF-8 at byte ${decoded.invalidAt}`)
  const { value } = parseYaml({ ...FORMAT }, decoded.text, file)
  if (!isMap(value)) throw invalid(file, 'it is no map of names and values')
  const found = new Map<string, Parameter>()
  const remarks: string[] = []
  let over = 0
  for (const { path, value: leaf } of leavesOf(value, [], 1, file)) {
    const name = maskPersonalData(maskShapes(path.join('/').toWellFormed()))
    const shown = `\`${shortened(visibleAscii(name), 60)}\``
    const taken = parameterOf(path, leaf)
    if (name === '' || name.length > 200 || name === '__proto__')
      remarks.push(`${shown} was left out: its name is empty, reserved or longer than 200 characters`)
    else if (taken === undefined) remarks.push(`${shown} was left out: it is neither text nor number`)
    else if (found.has(name)) remarks.push(`${shown} was left out: two keys give this name`)
    else if (found.size >= MOST_PARAMETERS) over++
    else {
      found.set(name, taken.value)
      if (taken.cut) remarks.push(`${shown} was cut to 2,000 characters`)
    }
  }
  if (over > 0) remarks.push(`${over} more than ${MOST_PARAMETERS} were left out`)
  return { parameters: Object.fromEntries(found), remarks: fewer(remarks) }
}

// --- internal ---

const MAX_DEPTH = 32
const MOST_CHARACTERS = 2000
const MOST_REMARKS = 10

const FORMAT = {
  schema: z.unknown(),
  code: 'PARAMETERS_INVALID',
  most: MAX_PARAMETERS_FILE,
  foreign: true,
  whenEmpty: 'write the parameters into it, or remove `parameters` from the configuration',
}

interface Leaf {
  path: string[]
  value: unknown
}

/** Aliases can make a small file a large tree: what no record could hold is not walked. */
function leavesOf(map: object, path: string[], depth: number, file: string, leaves: Leaf[] = []): Leaf[] {
  if (depth > MAX_DEPTH) throw invalid(file, `nested deeper than ${MAX_DEPTH} levels`)
  for (const [key, value] of Object.entries(map)) {
    if (leaves.length > MOST_LEAVES) throw invalid(file, `more than ${MOST_LEAVES} values`)
    if (isMap(value) && Object.keys(value).length > 0)
      leavesOf(value, [...path, key], depth + 1, file, leaves)
    else leaves.push({ path: [...path, key], value })
  }
  return leaves
}

const MOST_LEAVES = 10_000

function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
}

function parameterOf(path: string[], value: unknown): { value: Parameter; cut: boolean } | undefined {
  const plain = scalarOf(value)
  const kept = plain === undefined ? textOf(value) : plain
  if (kept === undefined) return undefined
  if (isSecretParameter(path.join('/'), String(kept))) return { value: MASK, cut: false }
  if (typeof kept !== 'string') return { value: kept, cut: false }
  const text = maskPersonalData(maskShapes(kept.toWellFormed()))
  return { value: shortened(text, MOST_CHARACTERS), cut: text.length > MOST_CHARACTERS }
}

/** undefined: it is no scalar. */
function scalarOf(value: unknown): Parameter | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value !== 'number') return undefined
  return Number.isFinite(value) ? value + 0 : String(value)
}

/** Lists and empty maps as JSON; undefined for what JSON has no text for. */
function textOf(value: unknown): string | undefined {
  try {
    if (!Array.isArray(value) && !isMap(value)) return undefined
    return JSON.stringify(value, (key, inner: unknown) => {
      const plain = scalarOf(inner)
      if (plain !== undefined && isSecretParameter(key, String(plain))) return MASK
      if (plain !== undefined) return plain
      if (Array.isArray(inner) || isMap(inner)) return inner
      throw new TypeError('no JSON')
    })
  } catch {
    return undefined
  }
}

function fewer(remarks: string[]): string[] {
  if (remarks.length <= MOST_REMARKS) return remarks
  return [...remarks.slice(0, MOST_REMARKS), `and ${remarks.length - MOST_REMARKS} more such`]
}

function invalid(file: string, what: string): AssayError {
  return new AssayError({
    code: 'PARAMETERS_INVALID',
    title: `${visible(file)} has one problem`,
    problems: [{ what, where: { file } }],
  })
}
