import { filledAddress } from '../../../core/deploy-config/answers/answer.ts'
import { type Answered, judgeAnswer } from '../../../core/deploy-config/answers/judge.ts'
import { spanSeconds } from '../../../core/deploy-config/canary.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { AnswerQuestion } from '../../../core/promotion/plan/answers.ts'
import { questionsOf } from '../../../core/promotion/plan/asked.ts'
import type { AnswerFact, PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import { planPromotions } from '../../../core/promotion/plan/plan.ts'
import { releaseKey } from '../../../core/release/record.ts'
import { answerWay } from '../../../core/secrets/answer-way.ts'
import { proxyFetch } from '../../../forges/http/proxy.ts'
import { askJson } from '../../../services/answer/answer.ts'
import type { World } from '../../command/context.ts'
import { maskFor } from '../../command/without-secrets.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'

/** What a web service says of a release that could enter an environment. What keeps it from being asked is no yes, with the reason. */
export type AskAnswer = (question: AnswerQuestion) => Promise<Answered>

/**
 * Asks each time anew: what was a yes a minute ago may be none by now. The configuration is that of the branch that is deployed,
 * whatever a promotion brings. A server that was waited for in vain is not waited for as long again.
 *
 * @param reach `named`: no host is asked that the environment does not name, for whoever runs for many repositories is not led
 *   anywhere by one of them
 */
export function answerAsker(
  world: World,
  { address }: Pick<DeployBranch, 'address'>,
  reach: 'named' | 'anywhere',
): AskAnswer {
  const { text: mask } = maskFor(world)
  const silent = new Map<string, string>()
  return async question => {
    const answered = await asked(question)
    return answered.state === 'met'
      ? { ...answered, said: mask(answered.said) }
      : { ...answered, why: mask(answered.why) }
  }

  async function asked({ environment, release, answer }: AnswerQuestion): Promise<Answered> {
    const { env, ci, signal } = world
    const { model, version, commit, image } = release
    const filled = filledAddress(answer, { model, environment, version, commit, digest: image?.digest })
    if ('missing' in filled)
      return unknown(`\`url\` names {${filled.missing}}, and this release has none: it has no image`)
    const { url } = filled
    const way = answerWay(
      ci,
      { url, token: answer.token, namedBy: address.namedBy, isOnlyNamed: reach === 'named' },
      env,
    )
    if ('refused' in way) return unknown(way.refused)
    // Who gives it more time may have an answer.
    const patience = `${new URL(url).origin} ${answer.timeout}`
    const waited = silent.get(patience)
    if (waited !== undefined) return unknown(waited)
    try {
      const through = proxyFetch(new URL(url), env)
      const deadline = spanSeconds(answer.timeout) * 1000
      const told = await askJson({ url, deadline, signal, ...way, ...(through && { fetch: through }) })
      if ('json' in told) return judgeAnswer(told.json, answer)
      if (told.isSilent) silent.set(patience, told.failed)
      return unknown(told.failed)
    } catch (error) {
      if (!isAssayError(error)) throw error
      return unknown(error.problems[0]?.what ?? error.message)
    }
  }
}

/** With what web services say of what would enter if they said yes; of nothing else is anybody asked. */
export async function withAnswers(facts: PromotionFacts, ask: AskAnswer): Promise<PromotionFacts> {
  const answers: AnswerFact[] = []
  for (let round = 0; round < MOST_ASKED; round++) {
    const plans = planPromotions({ ...facts, answers, assumesAnswers: true })
    const questions = questionsOf(facts.config, plans, answers)
    if (questions.length === 0) break
    for (const question of questions) {
      const { environment, release, name } = question
      answers.push({ environment, release: releaseKey(release), name, answered: await ask(question) })
    }
  }
  return answers.length > 0 ? { ...facts, answers } : facts
}

// --- internal ---

/** Releases of one model, newest first; of what is older nobody is asked, and it stays out. */
const MOST_ASKED = 10

function unknown(why: string): Answered {
  return { state: 'unknown', why }
}
