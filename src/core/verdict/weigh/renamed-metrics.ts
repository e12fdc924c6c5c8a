import type { ModelConfig } from '../../config/config.ts'
import { rulesTellApart, withMetricNames } from '../../config/gates.ts'
import type { Evaluation } from '../../inputs/evaluation.ts'
import { withNames } from '../../inputs/metric-names.ts'
import { metricOfRows } from '../../metrics/table/metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { didYouMean } from '../../text/nearest.ts'

interface Named<E> {
  config: ModelConfig
  evaluations: E
  warnings: string[]
  /** What was renamed, the old name first. */
  applied?: Record<string, string>
}

interface Versions {
  candidate: Evaluation
  champion?: Evaluation
  base?: Evaluation
}

/**
 * Metrics that are called something else now: the rules and each version get the new name, whichever they have. A version with
 * both has two metrics, and so have rules that ask something of both; then nothing is renamed, for a gate on the one must not be
 * answered, or waived, by the other.
 */
export function withRenamedMetrics<E extends Versions>(config: ModelConfig, evaluations: E): Named<E> {
  const begin: Named<E> = { config, evaluations, warnings: namesNowhere(config, evaluations) }
  return Object.entries(config.renamed).reduce((named, pair) => renamedOnce(named, pair), begin)
}

// --- internal ---

/** Names of `renamed` that no version has, where a version lacks the metric: mistyped, most likely, and then nothing is renamed. */
function namesNowhere({ renamed }: ModelConfig, { candidate, champion, base }: Versions): string[] {
  if (candidate.unwritten !== undefined || candidate.untold !== undefined) return []
  const sides = [candidate, champion, base].filter(side => side !== undefined)
  const isNowhere = (name: string) => !sides.some(side => hasNumber(side, name))
  const last = Object.values(renamed).filter(name => !Object.hasOwn(renamed, name))
  return [...new Set(last)].flatMap(now => {
    const names = [now, ...Object.keys(renamed).filter(name => nameInTheEnd(renamed, name) === now)]
    const lacking = sides.find(side => !names.some(name => hasNumber(side, name)))
    return names.filter(isNowhere).flatMap(name => {
      // What everybody has by another of its names need not be there by this one.
      if (!lacking && name !== now) return []
      const near = sides.flatMap(namesOf).filter(one => !names.includes(one))
      const meant = lacking && didYouMean(name, [...new Set(near)])
      const of = lacking ? `, and the ${lacking.side} has none of its names` : ''
      return [
        `\`renamed\` names \`${maskPersonalData(name)}\`, and no version has a metric of that name${of}${meant === undefined ? '' : `: ${meant.replace(/\?$/, '')}`}.`,
      ]
    })
  })
}

function nameInTheEnd(renamed: Readonly<Record<string, string>>, name: string): string {
  // A ring of names has no end.
  const seen = new Set<string>()
  let end = name
  while (Object.hasOwn(renamed, end) && !seen.has(end)) {
    seen.add(end)
    end = renamed[end]!
  }
  return end
}

function namesOf({ metrics, noValue, folds, predictions }: Evaluation): string[] {
  const scores = (predictions?.values ?? []).map(({ name }) => name)
  return [...metrics.keys(), ...(noValue?.keys() ?? []), ...(folds?.scores.keys() ?? []), ...scores]
}

function renamedOnce<E extends Versions>(named: Named<E>, [before, now]: [string, string]): Named<E> {
  const { candidate, champion, base } = named.evaluations
  const both = [candidate, champion, base].find(
    side => side && hasNumber(side, before) && hasNumber(side, now),
  )
  const who = both ? `${both.side} has` : rulesTellApart(named.config, before, now) && 'rules have'
  if (who) {
    const [one, other] = [before, now].map(name => `\`${maskPersonalData(name)}\``)
    const why = `The ${who} both ${one} and ${other}, so they are two metrics, and neither is read as the other (\`renamed\`).`
    return { ...named, warnings: [...named.warnings, why] }
  }
  const nameOf = (metric: string) => (metric === before ? now : metric)
  return {
    ...named,
    config: withMetricNames(named.config, nameOf),
    evaluations: {
      ...named.evaluations,
      candidate: withNames(candidate, nameOf),
      champion: champion && withNames(champion, nameOf),
      base: base && withNames(base, nameOf),
    },
    applied: { ...named.applied, [before]: now },
  }
}

/** Whether a version has the metric, or says why it has no value: of a file, of folds or of its rows. */
function hasNumber({ metrics, noValue, folds, predictions }: Evaluation, name: string): boolean {
  const isOfRows = predictions !== undefined && metricOfRows(name, predictions) !== undefined
  return isOfRows || metrics.has(name) || (noValue?.has(name) ?? false) || (folds?.scores.has(name) ?? false)
}
