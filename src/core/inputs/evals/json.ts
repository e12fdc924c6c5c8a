import * as z from 'zod'
import { formatCount } from '../../text/numbers.ts'
import { unusable } from '../predictions/columns.ts'

/** A file of a tool, what the tool is called, and how it writes such files. */
export interface Origin {
  file: string
  tool: string
  fix: string
}

/** A tool's own JSON. Python writes `NaN` and `Infinity`, which JSON has not: they become null, no score. */
export function parsedJson(text: string, origin: Origin, line?: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parsedPython(text, origin, line)
  }
}

/** A value of JSON lines, and the line it stands in, from 1. */
export interface JsonLine {
  value: unknown
  line: number
}

/**
 * JSON lines, two of them or more, as `parsedJson` reads each; undefined where the first line is no value of its own.
 *
 * @throws AssayError PREDICTIONS_INVALID where a later line is none
 */
export function jsonLines(text: string, origin: Origin): JsonLine[] | undefined {
  // Most files are one value, of many lines or of one, and may be large.
  const [, first = '', rest = ''] = /^\s*(\S[^\n]*)(?:\n\s*(\S))?/.exec(text) ?? []
  if (rest === '' || valueIn(first) === undefined) return undefined
  return text
    .split('\n')
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== '')
    .map(({ content, line }) => ({ value: parsedJson(content, origin, line), line }))
}

/**
 * What a schema takes of it.
 *
 * @throws AssayError PREDICTIONS_INVALID with the path to what is wrong, and none of the content
 */
export function shapeOf<T>(
  schema: z.ZodType<T>,
  value: unknown,
  { file, tool, fix }: Origin,
  line?: number,
): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const at = path.length === 0 ? '' : ` \`${path.join('.').slice(0, 100)}\`:`
  throw unusable(
    file,
    `it is no result of ${tool}:${at} ${message}`,
    fix,
    line === undefined ? undefined : { line },
  )
}

/**
 * Refuses a file that says itself that it does not hold all of its run.
 *
 * @throws AssayError PREDICTIONS_INVALID
 */
export function refusePartial(
  { has, of, what }: { has: number; of: number | undefined; what: string },
  { file }: Origin,
  fix: string,
): void {
  if (of !== undefined && has < of)
    throw unusable(
      file,
      `it is not whole: it holds ${formatCount(has)} of the ${formatCount(of)} ${what} that it says the run has`,
      fix,
    )
}

/** A score as tools write it: a number, yes or no, or none. */
export const Score = z.union([
  z.number(),
  z.boolean().transform(Number),
  z.null().transform(() => Number.NaN),
])

// --- internal ---

const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

function parsedPython(text: string, { file, fix }: Origin, line: number | undefined): unknown {
  const value = valueIn(text)
  if (value !== undefined) return value
  const at = line === undefined ? undefined : { line }
  const begins = /^\s*[[{]/.test(text)
  throw unusable(file, 'it is not JSON', begins ? 'It may be cut off: write it again.' : fix, at)
}

/** Undefined where it is not JSON. */
function valueIn(text: string): unknown {
  const standard = text.replace(STRINGS_AND_NUMBERS, token => (token.startsWith('"') ? token : 'null'))
  try {
    return JSON.parse(standard)
  } catch {
    return undefined
  }
}
