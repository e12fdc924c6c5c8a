import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { AssayError, type Problem } from './errors.ts'
import { nearest } from './nearest.ts'

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
  /** A shorter way of writing the same: recognised by its keys, unfolded into the value that the schema describes. */
  short?: ShortForm
  /** Rules between keys, asked once the schema is satisfied. */
  rules?: (value: T, place: Place) => Problem[]
}

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
  const refuse = (problems: Problem[]) => invalid(code, file, problems)
  if (text.length > most)
    throw refuse([{ what: `the file is larger than ${most / 1024} KiB`, where: { file } }])
  const lines = new LineCounter()
  // The package's own search for repeated keys takes quadratic time.
  const document = parseDocument(text, {
    lineCounter: lines,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'error',
  })
  const wrong = [...syntaxProblems(document, file), ...repeatedKeys(document, file, lines)]
  if (wrong.length > 0) throw refuse(wrong)
  if (document.contents === null)
    throw refuse([{ what: 'the file is empty', where: { file, line: 1 }, fix: format.whenEmpty }])
  const source = { file, document, lines }
  const isShort = short !== undefined && isMap(document.contents) && short.is(key => document.has(key))
  const raw = toPlain(document, file, refuse)
  const parsed = schema.safeParse(isShort ? short.unfold(raw as Record<string, unknown>) : raw)
  const view = isShort ? { depth: short.depth, inner: short.schema } : { depth: 0, inner: schema }
  if (!parsed.success)
    throw refuse(
      parsed.error.issues
        .flatMap(issue => flattenUnions(issue, []))
        .flatMap(issue => toProblems(issue, source, { ...view, outer: schema })),
    )
  const place: Place = path => placeAt(source, path.slice(view.depth))
  const problems = format.rules?.(parsed.data, place) ?? []
  if (problems.length > 0) throw refuse(problems)
  return { value: parsed.data, place }
}

// --- internal ---

interface Source {
  file: string
  document: Document
  lines: LineCounter
}

/** How deep the top of the file lies in the value, and the schemas of both. */
interface View {
  depth: number
  outer: z.ZodType
  inner: z.ZodType
}

type Issue = z.core.$ZodIssue

function invalid(code: string, file: string, problems: Problem[]): AssayError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new AssayError({ code, title: `${file} has ${count}`, problems })
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

/** A union reports one issue with the issues of each branch: keep those of the branch that was probably meant. */
function flattenUnions(issue: Issue, prefix: PropertyKey[]): Issue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code !== 'invalid_union') return [{ ...issue, path }]
  const branches = issue.errors.filter(
    branch => !branch.some(inner => inner.code === 'invalid_type' && inner.path.length === 0),
  )
  if (branches.length > 0) {
    const shortest = branches.reduce((best, branch) => (branch.length < best.length ? branch : best))
    return shortest.flatMap(inner => flattenUnions(inner, path))
  }
  const expected = new Set(
    issue.errors.flat().map(inner => ('expected' in inner ? String(inner.expected) : inner.code)),
  )
  return [{ ...issue, path, code: 'custom', message: `expected ${[...expected].join(' or ')}` } as Issue]
}

function toProblems(issue: Issue, source: Source, { depth, outer, inner }: View): Problem[] {
  const path = issue.path.slice(depth)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => {
      const known = issue.path.length >= depth ? knownKeys(inner, path) : knownKeys(outer, issue.path)
      const meant = nearest(key, known)
      return {
        what: `unknown key \`${key}\`${inside(path)}`,
        where: placeAt(source, [...path, key], true),
        fix: meant ? `did you mean \`${meant}\`?` : `known keys: ${known.join(', ')}`,
      }
    })
  if (issue.code === 'invalid_key')
    return [{ what: issue.issues[0]?.message ?? issue.message, where: placeAt(source, path, true) }]
  const name = path.length > 0 ? `\`${path.join('.')}\`: ` : ''
  return [{ what: `${name}${wording(issue)}`, where: placeAt(source, path) }]
}

function wording(issue: Issue): string {
  if (issue.code === 'invalid_type')
    return issue.input === undefined && issue.message.includes('undefined')
      ? `is missing (expected ${issue.expected})`
      : issue.message.replace(/^Invalid input: /, '')
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map(value => `\`${String(value)}\``).join(', ')}`
  return issue.message.replace(/^Invalid input: /, '')
}

function inside(path: readonly PropertyKey[]): string {
  return path.length > 0 ? ` in \`${path.join('.')}\`` : ''
}

/** Line and column of a path in the file; of the nearest enclosing thing where the path itself is absent. */
function placeAt(source: Source, path: readonly PropertyKey[], key = false): Problem['where'] {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(source.document, path.slice(0, length), key && length === path.length)
    if (offset === undefined) continue
    const { line, col } = source.lines.linePos(offset)
    return { file: source.file, line, column: col }
  }
  return { file: source.file }
}

function offsetOf(document: Document, path: readonly PropertyKey[], key: boolean): number | undefined {
  if (path.length === 0) return document.contents?.range?.[0]
  const parent = document.getIn(path.slice(0, -1), true)
  const last = path.at(-1)
  if (isMap(parent)) {
    const pair = parent.items.find(item => isScalar(item.key) && String(item.key.value) === String(last))
    const named = pair?.key
    if (!pair || !isScalar(named)) return undefined
    const value = pair.value as { range?: [number, number, number] } | null
    return key || !value?.range ? named.range?.[0] : isScalar(value) ? value.range[0] : named.range?.[0]
  }
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined
  return node?.range?.[0]
}

/** The keys that the schema allows at a path, over all branches of its unions. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const def = schema._zod.def as unknown as {
    type: string
    innerType?: z.core.$ZodType
    in?: z.core.$ZodType
    options?: z.core.$ZodType[]
    shape?: Record<string, z.core.$ZodType>
    element?: z.core.$ZodType
    valueType?: z.core.$ZodType
  }
  if (def.innerType) return knownKeys(def.innerType, path)
  if (def.in) return knownKeys(def.in, path)
  if (def.options) return [...new Set(def.options.flatMap(option => knownKeys(option, path)))]
  if (def.shape) {
    const [head, ...rest] = path
    if (head === undefined) return Object.keys(def.shape)
    const next = def.shape[String(head)]
    return next ? knownKeys(next, rest) : []
  }
  const inner = def.element ?? def.valueType
  return inner && path.length > 0 ? knownKeys(inner, path.slice(1)) : []
}
