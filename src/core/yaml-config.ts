import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { AssayError, type Problem } from './errors.ts'
import { knownKeys, placeAt, problemsIn } from './yaml-problems.ts'

/** Reading a YAML file that a schema describes: every problem at once, each with its line and the nearest known key. */

const MAX_CHARACTERS = 256 * 1024
const MOST_REPEATED = 20

/** Which place of the file a path of the value stands at. */
export type Place = (path: readonly PropertyKey[]) => Problem['where']

export interface YamlFormat<T> {
  schema: z.ZodType<T>
  /** What to do about an empty file. */
  whenEmpty: string
  /** Code of the error, default `CONFIG_INVALID`. */
  code?: string
  /** Most characters, default 256 Ki. */
  most?: number
  /** Merge keys (`<<: *base`) count, and whole numbers come as `bigint`, so that none loses a digit. For files that are not ours. */
  foreign?: boolean
  /** A shorter way of writing the same: recognised by its keys, unfolded into the value that the schema describes. */
  short?: ShortForm
  /** Rules between keys, asked once the schema is satisfied. */
  rules?: (value: T, place: Place, check: Check) => Problem[]
}

/** Asks another schema of a part of the file that this one leaves open. */
export type Check = (schema: z.ZodType, part: unknown, path: readonly PropertyKey[]) => Problem[]

/** In the short form, the keys of one deeper place stand at the top of the file. */
interface ShortForm {
  is: (has: (key: string) => boolean) => boolean
  unfold: (raw: Record<string, unknown>) => unknown
  /** How many keys deep the place is. */
  depth: number
  /** The schema of that place. */
  schema: z.ZodType
}

/**
 * Text of a YAML file → what its schema makes of it, and where each part stands.
 *
 * @throws AssayError with every problem at once: file, line, column and the nearest known key.
 */
export function parseYaml<T>(format: YamlFormat<T>, text: string, file: string): { value: T; place: Place } {
  const { schema, short, most = MAX_CHARACTERS, code = 'CONFIG_INVALID' } = format
  const refuse = (problems: Problem[]) => invalid(code, file, inOrder(problems))
  if (text.length > most)
    throw refuse([{ what: `the file is larger than ${most / 1024} KiB`, where: { file } }])
  const lines = new LineCounter()
  // The package's own search for repeated keys takes quadratic time.
  const document = parseDocument(text, {
    lineCounter: lines,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'error',
    ...(format.foreign && { merge: true, intAsBigInt: true }),
  })
  const wrong = [...syntaxProblems(document, file), ...repeatedKeys(document, file, lines)]
  if (wrong.length > 0) throw refuse(wrong)
  if (document.contents === null)
    throw refuse([{ what: 'the file is empty', where: { file, line: 1 }, fix: format.whenEmpty }])
  const source = { file, document, lines }
  const isShort = short !== undefined && isMap(document.contents) && short.is(key => document.has(key))
  const raw = toPlain(document, file, refuse)
  const parsed = schema.safeParse(isShort ? short.unfold(raw as Record<string, unknown>) : raw)
  const depth = isShort ? short.depth : 0
  if (!parsed.success)
    throw refuse(
      problemsIn(parsed.error.issues, source, depth, path =>
        isShort && path.length >= depth
          ? knownKeys(short.schema, path.slice(depth))
          : knownKeys(schema, path),
      ),
    )
  const place: Place = path => placeAt(source, path.slice(depth))
  const check: Check = (inner, part, path) =>
    problemsIn(
      (inner.safeParse(part).error?.issues ?? []).map(issue => ({
        ...issue,
        path: [...path, ...issue.path],
      })),
      source,
      depth,
      at => knownKeys(inner, at.slice(path.length)),
    )
  const problems = format.rules?.(parsed.data, place, check) ?? []
  if (problems.length > 0) throw refuse(problems)
  return { value: parsed.data, place }
}

// --- internal ---

function invalid(code: string, file: string, problems: Problem[]): AssayError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new AssayError({ code, title: `${file} has ${count}`, problems })
}

/** As they stand in the file, top to bottom: that is how they are worked off. */
function inOrder(problems: Problem[]): Problem[] {
  const at = ({ where }: Problem): [number, number] => [where?.line ?? 0, where?.column ?? 0]
  return problems.toSorted((a, b) => at(a)[0] - at(b)[0] || at(a)[1] - at(b)[1])
}

function syntaxProblems(document: Document, file: string): Problem[] {
  return document.errors.map(error => ({
    what: error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
    where: { file, line: error.linePos?.[0].line, column: error.linePos?.[0].col },
  }))
}

function repeatedKeys(document: Document, file: string, lines: LineCounter): Problem[] {
  const problems: Problem[] = []
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined
        if (name === undefined) continue
        const { line, col } = lines.linePos((key as { range?: [number] }).range?.[0] ?? 0)
        if (seen.has(name) && problems.length < MOST_REPEATED)
          problems.push({ what: `the key \`${name}\` stands here twice`, where: { file, line, column: col } })
        seen.add(name)
      }
    },
  })
  return problems
}

function toPlain(document: Document, file: string, refuse: (problems: Problem[]) => AssayError): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw refuse([
      { what: cause instanceof Error ? cause.message : 'the YAML cannot be read', where: { file } },
    ])
  }
}
