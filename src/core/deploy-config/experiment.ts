import * as z from 'zod'
import { CANARY_RULES, Canary, Decide, NEW_RULES, spanSeconds, spanUpTo, Weight } from './canary.ts'

/** `experiment` in `assay-deploy.yml`: two releases at fixed shares, until it is decided which of them is better. */

const { steps: _, for: __, horizon: ___, on_inconclusive: ____, ...SHARED } = CANARY_RULES

/** What an experiment is judged by, from its start to its end. */
export const EXPERIMENT_RULES = {
  shares: z
    .tuple([Weight, Weight], 'two shares: of what serves, and of the release that is tried')
    .refine(([champion, challenger]) => champion + challenger === 100, 'two shares that sum to 100')
    .describe('Percent of the traffic for what serves, and for the release that is tried: `[50, 50]`.'),
  until: spanUpTo(366).describe(
    'How long it takes, from the merge that starts it on: `14d`. By then the pull request with the decision is there.',
  ),
  decide: Decide.describe(
    'What the end decides: the `winner` gets all of the traffic, or `none`: the result is told, and what served before serves on.',
  ),
  ...SHARED,
}

export const Experiment = z.strictObject({ ...EXPERIMENT_RULES, ...NEW_RULES })
export type Experiment = z.infer<typeof Experiment>

/** The keys of `assay-deploy.yml` by which a release is tried beside what serves, or is not. */
export const TRIED_BY = {
  canary: z
    .union([Canary, z.literal(false)])
    .optional()
    .describe(
      'A release enters in steps, each with a share of the traffic, where another serves already. `false`: at once, as by default.',
    ),
  experiment: z
    .union([Experiment, z.literal(false)])
    .optional()
    .describe(
      'A release serves beside the one that is there, at fixed shares, until it is decided which of the two is better. `false`: none, as by default.',
    ),
}

/**
 * An experiment is a canary of one step that takes just so long. What its traffic shows holds until a twentieth of that later: so long
 * there is for the decision, and for whoever cannot tell at its end.
 */
export function canaryOf({ shares, until, ...rules }: Experiment): Canary {
  return {
    ...rules,
    steps: [shares[1]],
    for: until,
    horizon: `${Math.ceil(spanSeconds(until) * 1.05)}s`,
    on_inconclusive: 'rollback',
  }
}

/** The experiment that a canary was made of. */
export function experimentOf({
  steps: [share = 0],
  for: until,
  horizon: _horizon,
  on_inconclusive: _inconclusive,
  decide = 'none',
  ...rules
}: Canary): Experiment {
  return { shares: [100 - share, share], until, decide, ...rules }
}

/** How a release is tried, by what is written nearest to it: of a canary and of an experiment each; there are not both. */
export function triedBy(
  written: readonly ({ canary?: Canary | false; experiment?: Experiment | false } | undefined)[],
  otherwise?: Canary,
): Canary | undefined {
  const canary = written.find(one => one?.canary !== undefined)?.canary
  const experiment = written.find(one => one?.experiment !== undefined)?.experiment
  const inherited = otherwise?.decide === undefined ? canary : experiment
  return canary || (experiment && canaryOf(experiment)) || (inherited === false ? undefined : otherwise)
}
