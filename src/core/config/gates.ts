import * as z from 'zod'
import { maskAddresses } from '../text/addresses.ts'
import { MetricName } from '../text/names.ts'

/** Gates and waivers of `assay.yml`: the rules that a pull request is judged by. */

export const Gate = z
  .strictObject({
    name: z.string().max(120).overwrite(maskAddresses).optional().describe('Shown instead of the rule.'),
    metric: MetricName.describe(
      'A computed metric, a name from a metrics file, a column of scores, [`broken_items`](llm-evals.md#broken-items), `cost`, `duration` or `train_duration`.',
    ),
    at_least: z.number().optional().describe('Absolute floor, judged with the interval of the value itself.'),
    at_most: z.number().optional().describe('Absolute ceiling, judged the same way.'),
    not_worse_than: z.enum(['champion', 'base']).optional().describe('Non-inferiority; needs `margin`.'),
    margin: z
      .number()
      .positive()
      .optional()
      .describe('How much worse is still acceptable, in the unit of the metric.'),
    better_than: z
      .enum(['champion', 'base'])
      .optional()
      .describe('Superiority: the whole interval must lie beyond `by`.'),
    by: z.number().nonnegative().optional().describe('For `better_than`. Default 0.'),
    slices: z
      .union([z.literal('all'), z.array(z.string()).min(1)])
      .optional()
      .describe('Ask the rule of every value of these columns, with Holm correction.'),
    min_rows: z
      .number()
      .int()
      .min(2)
      .default(50)
      .describe(
        'A slice with fewer rows is "cannot judge", unless it is certain to fail; several are judged together.',
      ),
    if_inconclusive: z
      .enum(['pass', 'fail'])
      .default('pass')
      .describe('Whether "cannot tell" fails the run.'),
  })
  .superRefine((gate, context) => {
    const rules = [gate.at_least, gate.at_most, gate.not_worse_than, gate.better_than].filter(
      rule => rule !== undefined,
    )
    if (rules.length !== 1)
      context.addIssue({
        code: 'custom',
        message: 'a gate has exactly one rule: `at_least`, `at_most`, `not_worse_than` or `better_than`',
      })
    if (gate.metric === 'broken_items' && (gate.at_most === undefined || gate.slices !== undefined))
      context.addIssue({
        code: 'custom',
        message:
          '`broken_items` counts items of the whole test set: it takes `at_most`, such as `at_most: 0`',
      })
    if (gate.not_worse_than !== undefined && gate.margin === undefined)
      context.addIssue({
        code: 'custom',
        message:
          '`not_worse_than` needs `margin`: how much worse is still acceptable is your decision, never a default',
      })
    if (gate.margin !== undefined && gate.not_worse_than === undefined)
      context.addIssue({ code: 'custom', path: ['margin'], message: '`margin` belongs to `not_worse_than`' })
    if (gate.by !== undefined && gate.better_than === undefined)
      context.addIssue({ code: 'custom', path: ['by'], message: '`by` belongs to `better_than`' })
  })

export type Gate = z.infer<typeof Gate>

export const Waiver = z.strictObject({
  metric: MetricName.describe('The metric of the gates this waiver covers.'),
  gate: z.string().overwrite(maskAddresses).optional().describe('Only the gate of this name.'),
  reason: z.string().min(10, 'say why, in at least 10 characters').max(500),
  author: z.string().min(1).max(100),
  until: z.iso.date('a date such as 2026-12-31').describe('Last day it holds.'),
})
export type Waiver = z.infer<typeof Waiver>

/** What a metric is called now. */
export function newName({ renamed }: { renamed: Readonly<Record<string, string>> }, metric: string): string {
  return Object.hasOwn(renamed, metric) ? renamed[metric]! : metric
}

/**
 * What a pull request and its base call metrics now, the base's names first: what the base calls something else, the pull request may
 * call something else again, by the oldest name or by the base's.
 */
export function renamesInForce(
  base: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const again = Object.entries(own).map(([before, now]): [string, string] => {
    const there = newName({ renamed: base }, before)
    return [there === now ? before : there, now]
  })
  return { ...base, ...Object.fromEntries(again), ...own, ...base }
}

/** New names of metrics as a file of theirs has them, without the prefix that the configuration puts before. */
export function renamesInFile(
  renamed: Readonly<Record<string, string>>,
  prefix: string | undefined,
): Record<string, string> {
  const before = prefix === undefined ? '' : `${prefix}/`
  const pairs = Object.entries(renamed).filter(pair => pair.every(name => name.startsWith(before)))
  return Object.fromEntries(pairs.map(pair => pair.map(name => name.slice(before.length))))
}

/**
 * Whether rules have two names for two metrics: both have a gate or a waiver, or improve in different ways. Then neither is the new name
 * of the other, whatever a pull request says: its gate would be answered, or waived, by what is said of the other.
 */
export function rulesTellApart(
  { gates, waivers, directions }: Pick<NamesMetrics, 'gates' | 'waivers' | 'directions'>,
  before: string,
  now: string,
): boolean {
  const ruled = new Set([...gates, ...waivers].map(({ metric }) => metric))
  const ways = [before, now].flatMap(name => (Object.hasOwn(directions, name) ? [directions[name]] : []))
  return before !== now && ((ruled.has(before) && ruled.has(now)) || new Set(ways).size > 1)
}

/** Names under which a share may stand: a version may have it by its old one. */
export function namesOfShares(config: {
  proportions: readonly string[]
  renamed: Readonly<Record<string, string>>
}): string[] {
  const now = new Set(config.proportions.map(name => newName(config, name)))
  const before = Object.keys(config.renamed).filter(name => now.has(newName(config, name)))
  return [...new Set([...config.proportions, ...now, ...before])]
}

interface NamesMetrics {
  gates: Gate[]
  waivers: Waiver[]
  directions: Record<string, 'higher' | 'lower'>
  proportions: string[]
}

/** What says something of metrics, with other names for them. A waiver goes on covering the gate that it named by its rule. */
export function withMetricNames<C extends NamesMetrics>(config: C, nameOf: (metric: string) => string): C {
  const rename = (gate: Gate): Gate => ({ ...gate, metric: nameOf(gate.metric) })
  const rules = new Map(config.gates.map(gate => [ruleInWords(gate), ruleInWords(rename(gate))]))
  return {
    ...config,
    gates: config.gates.map(rename),
    waivers: config.waivers.map(waiver => ({
      ...waiver,
      metric: nameOf(waiver.metric),
      ...(waiver.gate !== undefined && { gate: rules.get(waiver.gate) ?? waiver.gate }),
    })),
    directions: Object.fromEntries(
      Object.entries(config.directions).map(([name, direction]) => [nameOf(name), direction]),
    ),
    proportions: config.proportions.map(nameOf),
  }
}

/** Rules by the new names of metrics, one after the other, and which new names those are: what rules tell apart keeps its name. */
export function withNewNames<C extends NamesMetrics>(
  config: C,
  renamed: Readonly<Record<string, string>>,
): { config: C; applied: [before: string, now: string][] } {
  const applied: [string, string][] = []
  let named = config
  for (const [before, now] of Object.entries(renamed)) {
    if (rulesTellApart(named, before, now)) continue
    named = withMetricNames(named, metric => (metric === before ? now : metric))
    applied.push([before, now])
  }
  return { config: named, applied }
}

/** Metrics of files that the configuration says something of: they must not be left out without a word. */
export function askedFor(config: {
  gates: readonly Gate[]
  waivers: readonly Waiver[]
  directions: Record<string, unknown>
  proportions: readonly string[]
  renamed: Readonly<Record<string, string>>
}): Set<string> {
  const ruled = [...config.gates, ...config.waivers].map(({ metric }) => metric)
  const renamed = Object.entries(config.renamed).flat()
  return new Set([...ruled, ...Object.keys(config.directions), ...config.proportions, ...renamed])
}

/** The rule as a sentence: `accuracy not worse than champion by more than 0.005`. */
export function ruleInWords(gate: Gate): string {
  const where = gate.slices
    ? ` in every slice of ${gate.slices === 'all' ? 'every column' : gate.slices.join(', ')}`
    : ''
  if (gate.at_least !== undefined) return `${gate.metric} at least ${gate.at_least}${where}`
  if (gate.at_most !== undefined) return `${gate.metric} at most ${gate.at_most}${where}`
  if (gate.not_worse_than)
    return `${gate.metric} not worse than ${gate.not_worse_than} by more than ${gate.margin}${where}`
  return `${gate.metric} better than ${gate.better_than}${gate.by ? ` by more than ${gate.by}` : ''}${where}`
}
