import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { Config, ModelSchema } from './config.ts'
import { configRules } from './config-rules.ts'
import { AssayError, type Problem } from './errors.ts'
import { nearest } from './nearest.ts'

const MAX_CHARACTERS = 256 * 1024

export interface ReadConfig {
  config: Config
  /** Nothing wrong, but probably not meant: waivers without a gate and the like. */
  warnings: Problem[]
}

/**
 * Text of `assay.yml` → configuration.
 *
 * @throws AssayError `CONFIG_INVALID` with every problem at once: file, line, column and the nearest known key.
 */
export function parseConfig(text: string, file: string): ReadConfig {
  if (text.length > MAX_CHARACTERS)
    throw invalid(file, [{ what: `the file is larger than ${MAX_CHARACTERS / 1024} KiB`, where: { file } }])
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true })
  const source = { file, document, lines }
  if (document.errors.length > 0)
    throw invalid(
      file,
      document.errors.map(error => ({
        what: error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
        where: { file, line: error.linePos?.[0].line, column: error.linePos?.[0].col },
      })),
    )
  const raw = toPlain(document, file)
  const short = isShortForm(document)
  const parsed = Config.safeParse(short ? unfold(raw) : raw)
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap(issue => flattenUnions(issue, []))
    throw invalid(
      file,
      issues.flatMap(issue => toProblems(issue, source, short)),
    )
  }
  const place = (path: PropertyKey[]) => placeAt(source, short ? path.slice(2) : path)
  const { problems, warnings } = configRules(parsed.data, place)
  if (problems.length > 0) throw invalid(file, problems)
  return { config: parsed.data, warnings }
}

// --- internal ---

interface Source {
  file: string
  document: Document
  lines: LineCounter
}

type Issue = z.core.$ZodIssue

function invalid(file: string, problems: Problem[]): AssayError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new AssayError({ code: 'CONFIG_INVALID', title: `${file} has ${count}`, problems })
}

function toPlain(document: Document, file: string): unknown {
  if (document.contents === null)
    throw invalid(file, [
      { what: 'the file is empty', where: { file, line: 1 }, fix: 'run `assay init` for a working one' },
    ])
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw invalid(file, [
      { what: cause instanceof Error ? cause.message : 'the YAML cannot be read', where: { file } },
    ])
  }
}

/** The short form has `model: name` at the top; `models:` wins where a file has both, and `model` is then an unknown key. */
function isShortForm(document: Document): boolean {
  return isMap(document.contents) && document.has('model') && !document.has('models')
}

function unfold(raw: unknown): unknown {
  const { model, ...rest } = raw as Record<string, unknown>
  return { models: { [typeof model === 'string' ? model : `${model}`]: rest } }
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

function toProblems(issue: Issue, source: Source, short: boolean): Problem[] {
  const path = short ? issue.path.slice(2) : issue.path
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => {
      const known = knownKeys(
        short && issue.path.length >= 2 ? ModelSchema : Config,
        short ? path : issue.path,
      )
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
    out?: z.core.$ZodType
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
