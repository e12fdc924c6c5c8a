import type { YamlEdit, YamlPath } from '../../core/yaml/edit/edit.ts'
import { NO_CANARIES_YET } from '../release-targets.ts'
import { type Manifest, type ReleaseForTarget, refusal } from '../target.ts'
import { choices, type Fields, fields } from './manifest.ts'

/** One destination of traffic, as the manifest has it. */
export interface Destination {
  name: string
  /** As written; undefined where it is absent. */
  weight: unknown
}

/**
 * Edits that give the candidate its weight and the champion the rest, of 100. Whole percents: "5" is exactly 5 %.
 *
 * @throws AssayError `TARGET_REFUSED` where the promotion has no weight, one of the two is not there, or others have traffic
 */
export function splitTraffic(
  { file }: Manifest,
  release: ReleaseForTarget,
  at: { document: number; path: YamlPath; label: string },
  destinations: Destination[],
  { candidate, champion }: { candidate: string; champion: string },
): YamlEdit[] {
  const where = { file }
  const { weight } = release
  if (weight === undefined)
    throw refusal({
      what: `the promotion of ${release.version} names no weight`,
      where,
      fix: NO_CANARIES_YET,
    })
  const names = destinations.map(destination => destination.name)
  const indexOf = (name: string, role: string) => {
    const first = names.indexOf(name)
    if (first >= 0 && first === names.lastIndexOf(name)) return first
    const what = first < 0 ? `no ${role} ${name} in ${at.label}` : `${role} ${name} is in ${at.label} twice`
    throw refusal({ what, where, fix: choices(names, first < 0 ? name : undefined) })
  }
  const weights = [
    { index: indexOf(candidate, 'candidate'), weight },
    { index: indexOf(champion, 'champion'), weight: 100 - weight },
  ]
  for (const [index, other] of destinations.entries())
    if (!weights.some(one => one.index === index) && other.weight !== 0)
      throw refusal({
        what: `${other.name} in ${at.label} has ${other.weight === undefined ? 'no weight' : `the weight ${other.weight}`}: the sum would not be 100`,
        where,
        fix: 'give it `weight: 0`, or remove it',
      })
  return weights.map(one => ({
    document: at.document,
    path: [...at.path, one.index, 'weight'],
    value: one.weight,
    add: true,
  }))
}

/**
 * The rule of a route, by name or index; the only one where neither is said.
 *
 * @throws AssayError `TARGET_REFUSED`
 */
export function ruleOf(
  { file }: Manifest,
  rules: unknown[],
  wanted: string | number | undefined,
  label: { path: string; option: string },
): { index: number; rule: Fields } {
  const all = rules.map(fields)
  const names: unknown[] = all.map((rule, index) => rule.name ?? index)
  const index =
    wanted === undefined && all.length === 1 ? 0 : typeof wanted === 'number' ? wanted : names.indexOf(wanted)
  const rule = all[index]
  if (rule) return { index, rule }
  const what =
    wanted === undefined
      ? `\`${label.path}\` has ${all.length || 'no'} routes`
      : `no route \`${wanted}\` in \`${label.path}\``
  throw refusal({ what, where: { file }, fix: `set \`${label.option}\`; ${choices(names)}` })
}
