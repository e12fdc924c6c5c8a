import type { DeployConfig } from '../../deploy-config/deploy-config.ts'
import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { type AnswerQuestion, answerOf } from './answers.ts'
import type { PromotionFacts } from './facts.ts'
import type { Plan } from './plan.ts'

/** Who is to be asked by what is planned, and what a plan tells of it. */

/** What is still to be asked, by plans that take every answer for a yes that is not known. */
export function questionsOf(
  { environments }: DeployConfig,
  plans: readonly Plan[],
  answers: PromotionFacts['answers'],
): AnswerQuestion[] {
  return plans.flatMap(plan => {
    const release = enteringOf(plan)
    const policy = environments.find(({ name }) => name === plan.environment)?.policy
    if (!release) return []
    return Object.entries(policy?.answers ?? {})
      .map(([name, answer]) => ({ environment: plan.environment, release, name, answer }))
      .filter(question => answerOf(answers, question) === undefined)
  })
}

/** The plan with what was answered of the release that it lets in: its status tells that. */
export function toldAnswers(plan: Plan, { answers = [] }: Pick<PromotionFacts, 'answers'>): Plan {
  const release = enteringOf(plan)
  const key = release && releaseKey(release)
  const met = answers.flatMap(({ environment, release: of, name, answered }) =>
    environment === plan.environment && of === key && answered.state === 'met'
      ? [{ name, said: answered.said }]
      : [],
  )
  return met.length > 0 ? { ...plan, answers: met } : plan
}

// --- internal ---

/** The release that a plan lets in, or leaves proposed; undefined of rollbacks and of what takes one back, which ask nobody. */
function enteringOf(plan: Plan): ReleaseRecord | undefined {
  const isBack = 'canary' in plan && plan.canary?.step === 'take_back'
  if (isBack) return undefined
  if (plan.action === 'promote' || plan.action === 'update') return plan.rollback ? undefined : plan.release
  return plan.action === 'nothing' && plan.open && !plan.open.rollback ? plan.open.release : undefined
}
