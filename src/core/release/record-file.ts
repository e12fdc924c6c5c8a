import { parseYaml, type YamlFormat } from '../yaml/config.ts'
import { ReleaseRecord } from './record.ts'

/**
 * The text of a release record. YAML whose every line is a key with a JSON value, one line a metric: a person reads it, a
 * line-wise diff of two releases shows what changed, every YAML reader takes each string for a string, and it can be read a
 * hundred times faster than YAML in general: an inventory reads thousands.
 */

/** Same record, same bytes: keys in the order of the schema, then those of a newer version by name; metrics by name. */
export function renderRelease(record: ReleaseRecord): string {
  const lines = [HEADER]
  for (const key of KEYS) {
    const value = record[key]
    if (value === undefined) continue
    if (key === 'metrics' || key === 'parameters') lines.push(...mapLines(key, record[key] ?? {}))
    else if (Array.isArray(value) && key !== 'seeds') lines.push(...listLines(key, value))
    else lines.push(`${key}: ${jsonLine(value)}`)
  }
  for (const [key, value] of Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
    if (!KNOWN.has(key)) lines.push(`${/^[a-z_]+$/.test(key) ? key : jsonLine(key)}: ${jsonLine(value)}`)
  return `${lines.join('\n')}\n`
}

/**
 * Text of a record → record. The text may come from anybody who could write to the repository's history.
 *
 * @throws AssayError `RELEASE_INVALID` with every problem, its line and the nearest known key
 */
export function parseRelease(text: string, file: string): ReleaseRecord {
  return parseOwn(text) ?? parseYaml(FORMAT, text.replace(/^\ufeff/, ''), file).value
}

/** JSON on one line with a space after each colon and comma; what YAML does not take as it is, is written out. */
export function jsonLine(value: unknown): string {
  if (typeof value === 'string') return jsonString(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(jsonLine).join(', ')}]`
  let text = ''
  for (const [key, entry] of Object.entries(value))
    if (entry !== undefined) text += `${text === '' ? '' : ', '}${jsonString(key)}: ${jsonLine(entry)}`
  return `{${text}}`
}

// --- internal ---

/** What YAML does not take as it is, and what nobody would see. */
const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cf}/gu
/** What JSON writes as it is: nearly every string of a record. */
const PLAIN = /^[ !#-[\]-~]*$/
const HEADER =
  '# Written by Assay: what is deployed here and what it was made from. Do not edit; promote instead.'
const KEYS = Object.keys(ReleaseRecord.shape) as (keyof ReleaseRecord)[]
const KNOWN = new Set<string>(KEYS)
/** What 500 metrics and 500 gates take, and more. */
const MOST_CHARACTERS = 1024 * 1024

const FORMAT: YamlFormat<ReleaseRecord> = {
  schema: ReleaseRecord,
  whenEmpty: 'restore it from the history: `git log -- model-release.yaml`',
  code: 'RELEASE_INVALID',
  reads: 1,
  most: MOST_CHARACTERS,
}

function mapLines(key: string, map: Record<string, unknown>): string[] {
  const names = Object.keys(map).sort()
  if (names.length === 0) return [`${key}: {}`]
  return [`${key}:`, ...names.map(name => `  ${jsonLine(name)}: ${jsonLine(map[name])}`)]
}

function listLines(key: string, list: unknown[]): string[] {
  if (list.length === 0) return [`${key}: []`]
  return [`${key}:`, ...list.map(entry => `  - ${jsonLine(entry)}`)]
}

function jsonString(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`
  return JSON.stringify(value).replace(UNPRINTABLE, character =>
    character
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** The record in a text that is byte for byte what we would write; undefined for any other, however alike. */
function parseOwn(text: string): ReleaseRecord | undefined {
  if (text.length > MOST_CHARACTERS || !text.startsWith(HEADER)) return undefined
  try {
    const parsed = ReleaseRecord.safeParse(fromLines(text))
    return parsed.success && renderRelease(parsed.data) === text ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Lenient: what it makes of another text is found out by writing it again. */
function fromLines(text: string): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  let key = ''
  for (const line of text.split('\n').slice(1, -1)) {
    if (line.startsWith('  - ')) {
      value[key] ??= []
      const list = value[key] as unknown[]
      list.push(JSON.parse(line.slice(4)))
    } else if (line.startsWith('  ')) {
      value[key] ??= {}
      const map = value[key] as Record<string, unknown>
      const end = line.indexOf('": ', 3) + 1
      map[JSON.parse(line.slice(2, end)) as string] = JSON.parse(line.slice(end + 2))
    } else {
      const colon = line.indexOf(':')
      key = line.slice(0, colon)
      if (line.length > colon + 1) value[key] = JSON.parse(line.slice(colon + 2))
    }
  }
  return value
}
