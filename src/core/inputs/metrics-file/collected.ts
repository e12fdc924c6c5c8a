import { maskPersonalData } from '../../secrets/secrets.ts'
import { visible } from '../../text/visible-text.ts'
import type { Aggregate } from '../evaluation.ts'
import type { ParsedMetrics } from './metrics-file.ts'

/** What one file says, and which file it is. */
export interface ReadMetrics extends ParsedMetrics {
  file: string
}

export interface CollectedMetrics {
  metrics: Map<string, number>
  aggregates: Map<string, Aggregate>
  /** Of what is asked for: where it stands without a value, and why, in a sentence. */
  noValue: Map<string, string>
  /** What was left out, one sentence a file. */
  remarks: string[]
  /** What files say of their runs not being whole, one sentence each. */
  partial: string[]
}

/**
 * The metrics of all files. A name that two of them have counts where they say the same, and has no value where they do not. What
 * nobody asks for is left out and told where it has none, and where there is too much of it.
 *
 * @param asked metrics that the configuration names
 */
export function collectMetrics(files: readonly ReadMetrics[], asked: ReadonlySet<string>): CollectedMetrics {
  const metrics = new Map<string, number>()
  const aggregates = new Map<string, Aggregate>()
  const noValue = new Map<string, string>()
  const remarks: string[] = []
  const partial: string[] = []
  for (const { file, without, withheld, ...read } of files) {
    const shown = visible(maskPersonalData(file))
    for (const clause of read.partial) partial.push(`${shown}: ${maskPersonalData(clause)}.`)
    if (withheld.length > 0)
      remarks.push(
        `${shown}: left out, for their names hold what looks like a secret or an address: ${few(withheld)}.`,
      )
    if (read.hasOtherRows && [...read.metrics.keys()].some(name => asked.has(name)))
      remarks.push(
        `${shown}: of its rows, which no step or time tells apart, the last counts; \`row\` names another.`,
      )
    const news: string[] = []
    const rest: string[] = []
    for (const [name, { why, isMeant, position }] of without) {
      const at = position ? `:${position.line}:${position.column}` : ''
      if (asked.has(name)) noValue.set(name, `at ${shown}${at} it ${why}`)
      else (isMeant ? news : rest).push(`${maskPersonalData(name)} ${why}`)
    }
    const twice: string[] = []
    for (const [name, known] of read.aggregates) aggregates.set(name, { ...aggregates.get(name), ...known })
    for (const [name, value] of read.metrics) {
      if (read.spent.has(name) && !asked.has(name)) continue
      const before = metrics.get(name)
      if (before === undefined) metrics.set(name, value)
      else if (before !== value) {
        if (asked.has(name)) noValue.set(name, `${shown} says ${value}, another file ${before}`)
        else twice.push(maskPersonalData(name))
        metrics.delete(name)
      }
    }
    const left = [...news, ...rest]
    if (left.length > 0) remarks.push(`${shown}: left out: ${few(left)}.`)
    if (twice.length > 0)
      remarks.push(
        `${shown}: left out, for another file says otherwise: ${few(twice)}. A \`prefix\` keeps them apart.`,
      )
  }
  for (const name of noValue.keys()) metrics.delete(name)
  const unasked = [...metrics.keys()].filter(name => !asked.has(name)).slice(MOST_UNASKED)
  for (const name of unasked) metrics.delete(name)
  if (unasked.length > 0)
    remarks.push(`Of metrics that no gate names, ${MOST_UNASKED} are kept: ${unasked.length} are left out.`)
  return { metrics, aggregates, noValue, remarks, partial }
}

// --- internal ---

const MOST_UNASKED = 1000
const MOST_NAMED = 5

function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
