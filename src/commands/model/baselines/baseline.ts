import { isAssayError, positionWords } from '../../../core/errors/errors.ts'
import type { Evaluation } from '../../../core/inputs/evaluation.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import type { Absence } from '../../../core/verdict/gates/inputs.ts'
import type { Against } from '../../../core/verdict/result.ts'
import type { ReadEvaluation } from '../../project/read-evaluation.ts'

/** A version that the candidate is weighed against, or why there is none; and what is to be told of it. */
export type Baseline = { warnings: string[] } & (
  | { evaluation: Evaluation; absent?: undefined }
  | { evaluation?: undefined; absent: Absence }
)

export type Baselines = Record<Against, Baseline>

/** None, and nothing went wrong: there is nothing to be read. */
export function none(reason: string): Baseline {
  return { absent: { reason, broken: false }, warnings: [] }
}

/** What was read of it. */
export function ofReading(against: Against, { evaluation, warnings }: ReadEvaluation): Baseline {
  return { evaluation, warnings: warnings.map(warning => `${against}: ${warning}`) }
}

/** Reads a baseline; one that cannot be read is absent with its reason, and then nothing may pass against it. */
export async function orAbsent(against: Against, read: () => Promise<Baseline>): Promise<Baseline> {
  try {
    return await read()
  } catch (error) {
    if (!isAssayError(error)) throw error
    const problems = maskPersonalData(
      error.problems.map(({ what, where }) => (where ? `${positionWords(where)}: ${what}` : what)).join('; '),
    )
    return {
      absent: { reason: `the ${against}'s files cannot be read: ${problems}`, broken: true },
      warnings: [`The ${against} was left out: ${problems}.`],
    }
  }
}
