import { withArmsOf } from '../../inputs/evals/arms.ts'
import type { Evaluation } from '../../inputs/evaluation.ts'
import { count, formatCount } from '../../text/numbers.ts'

interface Versions {
  candidate: Evaluation
  champion?: Evaluation
  base?: Evaluation
}

/** All versions with the prompts and providers of an evaluation numbered as the candidate has them, however each was configured. */
export function withSameArms<E extends Versions>(versions: E): { evaluations: E; warnings: string[] } {
  const warnings: string[] = []
  const { candidate, champion, base } = versions
  const made = (side: Evaluation): Evaluation => {
    if (!side.predictions || !candidate.predictions) return side
    const { rows, byOrder } = withArmsOf(side.predictions, candidate.predictions)
    if (byOrder > 0)
      warnings.push(
        `Of ${count(rows.arms!.names.length, 'prompt')} with their providers ${formatCount(byOrder)} ${byOrder === 1 ? 'has another label or text' : 'have other labels or texts'} in the ${side.side}: ${byOrder === 1 ? 'it is' : 'they are'} compared by the order that they are configured in. A \`label\` of its own keeps a prompt known.`,
      )
    return { ...side, predictions: rows }
  }
  const evaluations = { ...versions, champion: champion && made(champion), base: base && made(base) }
  return { evaluations, warnings }
}
