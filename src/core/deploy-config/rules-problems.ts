import type { Problem } from '../errors/errors.ts'
import type { WhereOf } from '../yaml/config.ts'
import { type Canary, spanSeconds } from './canary.ts'
import { meshProblems, type RulesOf } from './mesh-problems.ts'
import { lineWords } from './target-splits.ts'

/**
 * What keeps the rules of a canary, or of an experiment, from proving anything, wherever they stand: in `assay-deploy.yml` and in the
 * file of one in progress.
 *
 * @param whereOf where a key of theirs stands
 * @param of whose they are
 */
export function rulesProblems(canary: Canary, whereOf: WhereOf, of: RulesOf): Problem[] {
  const { steps, unit, sticky, horizon, conversion, guardrails, latency_ms: slow } = canary
  const at = (...keys: PropertyKey[]) => whereOf(keys)
  const inLine = (...keys: PropertyKey[]) => lineWords(at(...keys))
  const [end, span] = canary.decide === undefined ? ['horizon', horizon] : ['until', canary.for]
  const problems: Problem[] = []
  if (steps.some((step, index) => index > 0 && step <= steps[index - 1]!))
    problems.push({
      what: `\`steps: [${steps.join(', ')}]\` do not ascend`,
      where: at('steps'),
      fix: 'write them from the smallest to the largest, each once; after the last a release gets all of the traffic',
    })
  if (spanSeconds(conversion.within) >= spanSeconds(span))
    problems.push({
      what: `\`within: ${conversion.within}\` is not shorter than \`${end}: ${span}\`${inLine(end)}: by the end of a step nothing would have been counted`,
      where: at('conversion', 'within'),
      fix: `make \`within\` shorter, or \`${end}\` longer`,
    })
  if (spanSeconds(canary.for) > spanSeconds(horizon))
    problems.push({
      what: `\`for: ${canary.for}\` is longer than \`horizon: ${horizon}\`${inLine('horizon')}`,
      where: at('for'),
      fix: 'a step takes at least `for` and at most `horizon`',
    })
  if (unit === 'user' && sticky === 'none')
    problems.push({
      what: `\`unit: user\` does not fit \`sticky: none\`${inLine('sticky')}: each request is drawn anew, so that a user meets both releases`,
      where: at('unit'),
      fix: 'keep users with `sticky: cookie` or `sticky: header x-user`, or count each `request`',
    })
  if (unit === 'request' && sticky !== 'none')
    problems.push({
      what: `\`unit: request\` does not fit \`sticky: ${sticky}\`${inLine('sticky')}: the requests of a user go together, and counted one by one they would show harm where there is none`,
      where: at('unit'),
      fix: 'count each `user`, or draw each request anew with `sticky: none`',
    })
  if (slow !== undefined && !guardrails.includes('latency'))
    problems.push({
      what: `\`latency_ms: ${slow}\` is of the guardrail \`latency\`, which is none of \`guardrails\`${inLine('guardrails')}`,
      where: at('latency_ms'),
      fix: 'add `latency` to `guardrails`, or take `latency_ms` away',
    })
  return [...problems, ...meshProblems(canary, whereOf, of)]
}
