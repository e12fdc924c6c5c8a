import { readAt, type YamlPath } from '../../core/yaml/edit/edit.ts'
import { type Manifest, refusal } from '../target.ts'
import { choices, type Fields, fields } from './manifest.ts'

/** One destination of traffic, as the manifest has it. */
export interface Destination {
  name: string
  /** As written; undefined where it is absent. */
  weight: unknown
  /** What one without a weight gets. */
  default: number
}

/** Where a list is in a manifest. */
export interface ListPosition {
  document: number
  path: YamlPath
  /** As people are told of it. */
  label: string
}

/**
 * Index of the champion in a route of a person's own, which gets all of its traffic: what a canary adds stands before it.
 *
 * @throws AssayError `TARGET_REFUSED` where it is not there once, gets nothing, or others get some
 */
export function championAlone(
  manifest: Manifest,
  at: ListPosition,
  destinations: readonly Destination[],
  champion: string,
): number {
  const lineOf = (...rest: YamlPath) => lineIn(manifest, at.document, [...at.path, ...rest])
  const names = destinations.map(({ name }) => name)
  const found = names.indexOf(champion)
  if (found < 0 || found !== names.lastIndexOf(champion))
    throw refusal({
      what: `the champion ${champion} is ${found < 0 ? 'not' : 'twice'} in ${at.label}`,
      where: lineOf(),
      fix: choices(names, found < 0 ? champion : undefined),
    })
  for (const [index, { name, weight, default: otherwise }] of destinations.entries()) {
    const isWrong = index === found ? (weight ?? otherwise) === 0 : weight !== 0
    if (!isWrong) continue
    const has = weight === undefined ? 'no weight' : `the weight ${String(weight)}`
    throw refusal({
      what: `${name} in ${at.label} has ${has}: the champion would not have all of this traffic`,
      where: lineOf(index),
      fix:
        index === found
          ? 'give it `weight: 100`'
          : 'remove it, or give it `weight: 0`: what a challenger gets stands in routes of its own',
    })
  }
  return found
}

/**
 * A route of a person's own, by name or by its index among those; the only one where neither is said.
 *
 * @param isOwn whether a route is Assay's
 * @throws AssayError `TARGET_REFUSED`
 */
export function ruleOf(
  manifest: Manifest,
  rules: readonly unknown[],
  wanted: string | number | undefined,
  label: { document: number; path: YamlPath; text: string; option: string },
  isOwn: (rule: unknown) => boolean,
): { index: number; rule: Fields } {
  const all = [...rules.keys()]
    .filter(index => !isOwn(rules[index]))
    .map(index => ({ index, rule: fields(rules[index]) }))
  const names: unknown[] = all.map(({ rule }, index) => rule.name ?? index)
  const at =
    wanted === undefined && all.length === 1 ? 0 : typeof wanted === 'number' ? wanted : names.indexOf(wanted)
  const found = all[at]
  if (found) return found
  const what =
    wanted === undefined
      ? `\`${label.text}\` has ${all.length || 'no'} routes`
      : `no route \`${wanted}\` in \`${label.text}\``
  throw refusal({
    what,
    where: lineIn(manifest, label.document, label.path),
    fix: `set \`${label.option}\`; ${choices(names)}`,
  })
}

/**
 * That the champion's destination adds no cookie: an answer gets one value by that name.
 *
 * @throws AssayError `TARGET_REFUSED`
 */
export function ensureNoCookie(
  manifest: Manifest,
  { document, path }: Pick<ListPosition, 'document' | 'path'>,
  added: readonly unknown[],
): void {
  if (!added.some(name => /^set-cookie$/i.test(String(name)))) return
  throw refusal({
    what: 'the champion’s destination adds a `set-cookie` itself, and a canary keeps its users by one',
    where: lineIn(manifest, document, path),
    fix: 'let the model server set its cookie, or use `sticky: none` with `unit: request`',
  })
}

/** File, and line where there is one. */
export function lineIn(
  { file, text }: Manifest,
  document: number,
  path: YamlPath,
): { file: string; line?: number } {
  for (let length = path.length; length > 0; length--) {
    const found = readAt(text, file, path.slice(0, length), document)
    if (found) return { file, line: found.line }
  }
  return { file }
}
