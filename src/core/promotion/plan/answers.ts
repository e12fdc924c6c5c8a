import type { Answer } from '../../deploy-config/answers/answer.ts'
import type { Answered } from '../../deploy-config/answers/judge.ts'
import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { AnswerFact } from './facts.ts'

/** What web services are asked, and what was answered: a condition of a promotion that is nobody's but theirs. */

export interface AnswerQuestion {
  environment: string
  release: ReleaseRecord
  name: string
  answer: Answer
}

/** What was answered of a release by the condition of a name; undefined where nobody has asked. */
export function answerOf(
  answers: readonly AnswerFact[] | undefined,
  { environment, release, name }: Pick<AnswerQuestion, 'environment' | 'release' | 'name'>,
): Answered | undefined {
  const key = releaseKey(release)
  return answers?.find(one => one.environment === environment && one.release === key && one.name === name)
    ?.answered
}
