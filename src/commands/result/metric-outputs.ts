import { createHash } from 'node:crypto'
import { OUTPUTS } from './output-names.ts'

/** Begins the name of every metric's output: none of the named ones does. */
export const METRIC_PREFIX = 'metric-'

/** A metric with a gate. The model is named where a run judges several. */
interface GatedMetric {
  model?: string
  metric: string
  value: number
}

/**
 * The outputs of metrics, by the names that configuration and files give them: `metric-roc_auc`. What an output's name may not
 * hold becomes `-`; where two names then coincide, each gets some digits of a hash of its own, so that neither stands for the
 * other.
 *
 * The name alone, as it was before there was a prefix, is set beside it where nobody could take it for anything else: whoever
 * names a metric must not set `verdict` or `live` with it, in whatever spelling.
 */
export function metricOutputs(metrics: readonly GatedMetric[]): Record<string, string> {
  const named = metrics.map(one => {
    const name = one.model === undefined ? one.metric : `${one.model}-${one.metric}`
    return { ...one, name, plain: METRIC_PREFIX + name.replace(/[^\w-]+/g, '-') }
  })
  const names = named.map(({ name }) => name)
  const plain = named.map(one => one.plain)
  const prefixed = named.map(one => ({
    ...one,
    prefixed: isAlone(one.plain, plain) ? one.plain : `${one.plain}-${hashOf(one)}`,
  }))
  const taken = [...Object.keys(OUTPUTS), ...prefixed.map(one => one.prefixed)].map(spelling)
  const isFree = (name: string) =>
    /^[\w./@-]+$/.test(name) && !taken.includes(spelling(name)) && isAlone(name, names)
  return Object.fromEntries(
    prefixed.flatMap(({ name, prefixed, value }) =>
      [...(isFree(name) ? [name] : []), prefixed].map(one => [one, String(value)]),
    ),
  )
}

// --- internal ---

/** Of both names apart: `a` of model `b-c` is not `a-b` of `c`. */
function hashOf({ model = '', metric }: GatedMetric): string {
  return createHash('sha256').update(`${model}\0${metric}`).digest('hex').slice(0, 8)
}

/** GitHub tells the names of outputs apart by their letters, not by their case. */
function isAlone(name: string, names: readonly string[]): boolean {
  return names.filter(other => other.toLowerCase() === name.toLowerCase()).length === 1
}

/** The same for all that a step, a variable or a person would take for one name. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
