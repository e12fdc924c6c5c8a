import { isOfPassed, passedBy } from '../../inputs/evals/passing.ts'
import type { Evaluation, Predictions, SeedScores } from '../../inputs/evaluation.ts'
import { PASSED } from '../../inputs/predictions/passed.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'

interface Versions {
  candidate: Evaluation
  champion?: Evaluation
  base?: Evaluation
}

/**
 * All versions with `passed` made of one thing: of what the champion's is made of, else the base's, whatever the candidate's own
 * numbers suggest. A version of which it cannot be made has none, and says why.
 */
export function withOnePassed<E extends Versions>(versions: E): E {
  const { candidate, champion, base } = versions
  const sides = [champion, base, candidate].filter(side => side !== undefined)
  const first = sides.find(side => side.predictions?.passing?.by !== undefined)
  const by = first?.predictions?.passing?.by
  if (!first || by === undefined) return versions
  const isChosen = sides.some(side => side.predictions?.passing?.others?.passed.has(by))
  const made = (side: Evaluation) => madeBy(side, { by, of: first.side, isChosen })
  return {
    ...versions,
    candidate: made(candidate),
    champion: champion && made(champion),
    base: base && made(base),
  }
}

// --- internal ---

/** What `passed` is made of, in which version, and whether the file's own numbers led to it rather than the team's word. */
interface Choice {
  by: string
  of: Evaluation['side']
  isChosen: boolean
}

function madeBy(side: Evaluation, { by, of, isChosen }: Choice): Evaluation {
  const { predictions, estimates } = side
  const way = 'name it with `predictions.passed`'
  if (!predictions?.passing) {
    // Numbers of a record, and rows that were kept before it was told what they are made of.
    const isThere = estimates?.has(PASSED) || predictions?.values?.some(({ name }) => name === PASSED)
    const why = `nobody knows what \`passed\` was made of there, and in the ${of} it is \`${maskPersonalData(by)}\` by the file's own numbers: ${way}`
    return isThere && isChosen ? withoutPassed(side, why) : side
  }
  const same = passedBy(predictions, by)
  if (same === predictions) return side
  if (same) return { ...side, predictions: same, ...withoutSeeds(side) }
  const own = predictions.passing.by
  const here = own === undefined ? 'nothing says it' : `it is \`${maskPersonalData(own)}\``
  return withoutPassed(
    side,
    `\`passed\` is \`${maskPersonalData(by)}\` in the ${of}, which the ${side.side} does not tell of every try, where ${here}: ${way}`,
  )
}

function withoutPassed(side: Evaluation, why: string): Evaluation {
  const { predictions, estimates } = side
  const rest = <V>(of: ReadonlyMap<string, V>) => new Map([...of].filter(([name]) => !isOfPassed(name)))
  return {
    ...side,
    ...(predictions && { predictions: withoutColumns(predictions) }),
    ...(estimates && { estimates: rest(estimates), metrics: rest(side.metrics) }),
    noValue: new Map([...(side.noValue ?? []), [PASSED, why]]),
    ...withoutSeeds(side),
  }
}

function withoutColumns({ passing, values = [], ...predictions }: Predictions): Predictions {
  return {
    ...predictions,
    values: values.filter(({ name }) => !isOfPassed(name)),
    ...(passing?.others && { passing: { others: passing.others } }),
  }
}

/** Of each seed only the number is kept, of what passed then. */
function withoutSeeds({ seeds }: Evaluation): { seeds?: SeedScores[] } {
  if (!seeds) return {}
  return {
    seeds: seeds.map(one => ({
      ...one,
      metrics: new Map([...one.metrics].filter(([name]) => !isOfPassed(name))),
    })),
  }
}
