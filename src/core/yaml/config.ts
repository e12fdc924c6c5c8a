import { type Document, isMap, isScalar } from 'yaml'
import type { z } from 'zod'
import { AssayError, type Problem } from '../errors/errors.ts'
import { schemaProblem, withUnknown } from '../text/newer-file.ts'
import { formatCount } from '../text/numbers.ts'
import { shortened, visible } from '../text/visible-text.ts'
import { readDocuments, type YamlText } from './documents.ts'
import { plainValue } from './plain-value.ts'
import { countOf, knownKeys, problemsIn, refusalsIn, unknownKeysIn, whereAt } from './problems.ts'
import { type Broken, type ReadablePart, readablePart, WHOLE } from './readable-part.ts'
import { forEachMap, repeatedKeys } from './repeated-keys.ts'

/** Reading a YAML file that a schema describes: every problem at once, each with its line and the nearest known key. */

const MAX_CHARACTERS = 256 * 1024
const MOST_PROBLEMS = 20
/** With more mistakes than this, the rules between the rest are not asked: they are nobody's next concern. */
const MOST_TO_LOOK_PAST = 200

/** File and line that a path of the value stands at. */
export type WhereOf = (path: readonly PropertyKey[]) => Problem['where']

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
  /** A file that Assay writes itself: the `schema` that is read here. Keys that a newer version added to it are kept. */
  reads?: number
  /** A shorter way of writing the same: recognised by its keys, unfolded into the value that the schema describes. */
  short?: ShortForm
  /** Rules between keys. `broken`: what the schema refused, and the value is without. */
  rules?: (value: T, whereOf: WhereOf, check: Check, broken: Broken) => Problem[]
}

/** Asks another schema of a part of the file that this one leaves open. */
export type Check = (schema: z.ZodType, part: unknown, path: readonly PropertyKey[]) => Problem[]

/** In the short form, the keys of one deeper mapping stand at the top of the file. */
interface ShortForm {
  is: (has: (key: string) => boolean) => boolean
  unfold: (raw: Record<string, unknown>) => unknown
  /** How many keys deep that mapping is. */
  depth: number
  /** The schema of that mapping. */
  schema: z.ZodType
}

export interface ParsedYaml<T> {
  value: T
  whereOf: WhereOf
  /** Keys that a newer Assay wrote, as `metrics.auc.unit`: kept in the value, and not understood. */
  unknown: string[]
}

/**
 * Text of a YAML file → what its schema makes of it, and where each part stands.
 *
 * @throws AssayError with every problem at once: file, line, column and the nearest known key. 20 are told, the rest counted.
 */
export function parseYaml<T>(format: YamlFormat<T>, text: string, file: string): ParsedYaml<T> {
  const { schema, short, most = MAX_CHARACTERS, code = 'CONFIG_INVALID', foreign = false } = format
  const refuse = (problems: Problem[], count = problems.length) => invalid(code, file, problems, count)
  const read = readDocuments(text, { characters: most, merge: foreign, bigints: foreign })
  const [document] = read.documents
  const wrong = syntaxProblems(read, file, { isOurs: !foreign && format.reads === undefined })
  if (wrong.problems.length > 0 || !document) throw refuse(wrong.problems, wrong.count)
  if (document.contents === null)
    throw refuse([{ what: 'the file is empty', where: { file, line: 1 }, fix: format.whenEmpty }])
  const plain = plainValue(document)
  if ('fault' in plain) throw refuse([{ what: plain.fault, where: { file } }])
  const source = { file, document, positionOf: read.positionOf }
  const isShort = short !== undefined && isMap(document.contents) && short.is(key => document.has(key))
  const raw = isShort ? short.unfold(plain.value as Record<string, unknown>) : plain.value
  const depth = isShort ? short.depth : 0
  const keysAt = (path: readonly PropertyKey[]) =>
    isShort && path.length >= depth ? knownKeys(short.schema, path.slice(depth)) : knownKeys(schema, path)
  const whereOf: WhereOf = path => whereAt(source, path.slice(depth))
  const other = format.reads === undefined ? undefined : schemaProblem(raw, format.reads)
  if (other) throw refuse([{ ...other, where: whereOf(['schema']) }])
  const parsed = schema.safeParse(raw)
  const issues = parsed.error?.issues ?? []
  const refusals = (list: readonly z.core.$ZodIssue[]) => refusalsIn(list, keysAt)
  const total = countOf(issues)
  const part: ReadablePart<T> | undefined = parsed.success
    ? { value: parsed.data, original: path => [...path], broken: WHOLE }
    : total > MOST_TO_LOOK_PAST
      ? undefined
      : readablePart(schema, raw, refusals)
  const unknown = format.reads === undefined || !part ? undefined : unknownKeysIn(issues)
  const problems = unknown ? [] : problemsIn(issues, source, depth, keysAt, MOST_PROBLEMS)
  if (part && format.rules) {
    const at: WhereOf = path => whereOf(part.original(path))
    const check: Check = (inner, value, path) =>
      problemsIn(
        (inner.safeParse(value).error?.issues ?? []).map(issue => ({
          ...issue,
          path: [...part.original(path), ...issue.path],
        })),
        source,
        depth,
        where => knownKeys(inner, where.slice(path.length)),
        MOST_PROBLEMS,
      )
    problems.push(...format.rules(part.value, at, check, unknown ? WHOLE : part.broken))
  }
  if (problems.length > 0 || !part)
    throw refuse(problems, problems.length + (unknown ? 0 : Math.max(0, total - MOST_PROBLEMS)))
  return {
    value: unknown ? withUnknown(part.value, raw) : part.value,
    whereOf,
    unknown: (unknown ?? []).map(key => visible(shortened(key, 100))),
  }
}

// --- internal ---

/** `count`: how many there are in all; those that are not told are counted. */
function invalid(code: string, file: string, problems: Problem[], count: number): AssayError {
  const told = inOrder(problems).slice(0, MOST_PROBLEMS).map(shown)
  const more = count - told.length
  if (more > 0) told.push({ what: `and ${formatCount(more)} more`, where: { file } })
  const words = count === 1 ? 'one problem' : `${formatCount(count)} problems`
  return new AssayError({ code, title: `${file} has ${words}`, problems: told })
}

/** Keys and values come from a file that others may write to: nothing of it steers a terminal or fills a screen. */
function shown(problem: Problem): Problem {
  const { what, fix } = problem
  return {
    ...problem,
    what: visible(shortened(what, 500)),
    ...(fix === undefined ? {} : { fix: visible(shortened(fix, 1000)) }),
  }
}

/** As they stand in the file, top to bottom: that is how they are worked off. */
function inOrder(problems: Problem[]): Problem[] {
  const at = ({ where }: Problem): [number, number] => [where?.line ?? 0, where?.column ?? 0]
  return problems.toSorted((a, b) => at(a)[0] - at(b)[0] || at(a)[1] - at(b)[1])
}

/** `isOurs`: written by people for Assay, so that every key means something to it. */
function syntaxProblems(
  read: YamlText,
  file: string,
  { isOurs }: { isOurs: boolean },
): { problems: Problem[]; count: number } {
  const where = ({ line, column }: { line?: number; column?: number }) => ({ file, line, column })
  const problems: Problem[] = read.faults.map(fault => ({ what: fault.what, where: where(fault) }))
  const second = read.documents[1] as Document.Parsed | undefined
  if (second)
    problems.push({
      what: 'multiple documents: the second begins here',
      where: where(read.positionOf(second.range[0])),
      fix: 'take away the `---` and what follows it',
    })
  const { repeated, more } = repeatedKeys(read)
  const unnamed = isOurs ? nameless(read) : []
  for (const twice of repeated)
    problems.push({ what: `the key \`${shortened(twice.key, 100)}\` stands here twice`, where: where(twice) })
  const told = unnamed.slice(0, MOST_PROBLEMS)
  problems.push(...told.map(offset => ({ ...NAMELESS, where: where(read.positionOf(offset)) })))
  return { problems, count: problems.length + more + unnamed.length - told.length }
}

/** Whatever reads a map by names passes over this one: what stands there would be asked of nobody. */
const NAMELESS = { what: 'nothing can be called `__proto__`', fix: 'choose another name' }

/** Where keys stand that no map of names has. */
function nameless({ documents }: YamlText): number[] {
  const found: number[] = []
  for (const { contents } of documents)
    forEachMap(contents, ({ items }) => {
      for (const { key } of items)
        if (isScalar(key) && String(key.value) === '__proto__') found.push(key.range?.[0] ?? 0)
    })
  return found
}
