import { type Document, isMap, isScalar } from 'yaml'
import type { z } from 'zod'
import type { Problem } from '../errors/errors.ts'
import { didYouMean, nearest } from '../text/nearest.ts'
import type { Position } from '../text/position.ts'
import { shortened, visible } from '../text/visible-text.ts'
import { issueWords } from './issue-words.ts'
import type { Refusal } from './readable-part.ts'

/** What a schema says against a YAML file, in sentences with lines. */

/** A file as it was read. */
export interface Source {
  file: string
  document: Document
  positionOf: (offset: number) => Position
}

type Issue = z.core.$ZodIssue

/**
 * Issues of a schema → problems, the first `most` of them. `depth`: how many keys the paths begin with that the file does not
 * have. `keysAt`: the known keys at such a path.
 */
export function problemsIn(
  issues: readonly Issue[],
  source: Source,
  depth: number,
  keysAt: (path: readonly PropertyKey[]) => string[],
  most: number,
): Problem[] {
  return issues
    .slice(0, most)
    .flatMap(issue => flattenUnions(issue, []))
    .flatMap(issue => toProblems(issue, source, issue.path.slice(depth), () => keysAt(issue.path), most))
    .slice(0, most)
}

/** How many problems there are in issues. */
export function countOf(issues: readonly Issue[]): number {
  return issues.reduce(
    (count, issue) => count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
    0,
  )
}

/** The paths of the keys that a schema does not know, as text; undefined where anything else is wrong, or nothing. */
export function unknownKeysIn(issues: readonly Issue[]): string[] | undefined {
  if (issues.length === 0) return undefined
  const keys: string[] = []
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') return undefined
    keys.push(...issue.keys.map(key => [...issue.path, key].map(String).join('.')))
  }
  return keys
}

/** The parts of a value that issues of a schema are about. */
export function refusalsIn(
  issues: readonly Issue[],
  keysAt: (path: readonly PropertyKey[]) => string[],
): Refusal[] {
  return issues
    .flatMap(issue => flattenUnions(issue, []))
    .map(issue =>
      issue.code === 'unrecognized_keys'
        ? {
            path: issue.path,
            unknown: issue.keys.map(key => ({ key, meant: nearest(key, keysAt(issue.path)) })),
          }
        : { path: issue.path },
    )
}

/** Line and column of a path in the file; of the nearest enclosing thing where the path itself is absent. */
export function whereAt(source: Source, path: readonly PropertyKey[], key = false): Problem['where'] {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(source.document, path.slice(0, length), key && length === path.length)
    if (offset === undefined) continue
    return { file: source.file, ...source.positionOf(offset) }
  }
  return { file: source.file }
}

/** The keys that the schema allows at a path, over all branches of its unions. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
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

// --- internal ---

/** A union reports one issue with the issues of each branch: keep those of the branch that was probably meant. */
function flattenUnions(issue: Issue, prefix: PropertyKey[]): Issue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }]
  const message = oneOfKeys(issue.errors)
  if (message !== undefined) return [{ ...issue, path, code: 'custom', message } as Issue]
  const [meant] = issue.errors
    .filter(branch => !branch.some(isOfAnotherKind))
    .toSorted((a, b) => strangeKeys(a) - strangeKeys(b) || a.length - b.length)
  if (meant) return meant.flatMap(inner => flattenUnions(inner, path))
  const expected = `expected ${[...new Set(kindsOf(issue))].join(' or ')}`
  return [{ ...issue, path, code: 'custom', message: expected } as Issue]
}

/** Where each branch has a key of its own, and the value has those of all or of none: no branch is meant more than another. */
function oneOfKeys(branches: readonly (readonly Issue[])[]): string | undefined {
  const own = branches.map(branch => (branch.length === 1 ? branch[0]! : undefined))
  const missing = own.map(issue =>
    issue?.code === 'invalid_type' && issue.path.length === 1 && issue.message.endsWith('received undefined')
      ? String(issue.path[0])
      : '',
  )
  const strange = own.map(issue =>
    issue?.code === 'unrecognized_keys' && issue.path.length === 0 && issue.keys.length === 1
      ? issue.keys[0]!
      : '',
  )
  const isChoice = (keys: readonly string[]) =>
    keys.length > 1 && !keys.includes('') && new Set(keys).size === keys.length
  const listed = (keys: readonly string[]) => keys.map(key => `\`${shortened(visible(key), 60)}\``)
  if (isChoice(missing)) return `needs ${listed(missing).join(' or ')}`
  return isChoice(strange) && strange.length === 2
    ? `says both ${listed(strange.toReversed()).join(' and ')}: leave one of them out`
    : undefined
}

/** Whether a branch takes nothing like the value: it is of another type, or none of a few values. */
function isOfAnotherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code !== 'invalid_union') return issue.code === 'invalid_type' || issue.code === 'invalid_value'
  return issue.errors.every(branch => branch.some(isOfAnotherKind))
}

/** What branches take in place of a value of another kind. */
function kindsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().filter(isOfAnotherKind).flatMap(kindsOf)
  if (issue.code === 'invalid_value') return issue.values.map(value => `\`${String(value)}\``)
  return 'expected' in issue ? [String(issue.expected)] : []
}

/** How many keys of the value itself a branch does not know. */
function strangeKeys(branch: readonly Issue[]): number {
  return countOf(branch.filter(issue => issue.code === 'unrecognized_keys' && issue.path.length === 0))
}

function toProblems(
  issue: Issue,
  source: Source,
  path: readonly PropertyKey[],
  keys: () => string[],
  most: number,
): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, most).map(key => {
      const known = keys()
      return {
        what: `unknown key \`${shortened(key, 100)}\`${inside(path)}`,
        where: whereAt(source, [...path, key], true),
        fix: didYouMean(key, known) ?? `known keys: ${known.join(', ')}`,
      }
    })
  if (issue.code === 'invalid_key')
    return [{ what: issue.issues[0]?.message ?? issue.message, where: whereAt(source, path, true) }]
  if (path.length > 0 && source.document.getIn(path) === null)
    return [
      {
        what: `\`${path.join('.')}\` has no value`,
        where: whereAt(source, path, true),
        fix: 'write it behind the key, or take the line out',
      },
    ]
  const name = path.length > 0 ? `\`${path.join('.')}\`: ` : ''
  const takesKeys = issue.code === 'invalid_type' && /^(?:object|record)$/.test(issue.expected)
  const known = takesKeys && !issue.message.includes('undefined') ? keys() : []
  return [
    {
      what: `${name}${issueWords(issue)}`,
      where: whereAt(source, path),
      ...(known.length > 0 && { fix: `its keys: ${known.join(', ')}` }),
    },
  ]
}

function inside(path: readonly PropertyKey[]): string {
  return path.length > 0 ? ` in \`${path.join('.')}\`` : ''
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
