import { spanSeconds } from '../../deploy-config/canary.ts'
import { isNewer } from '../../release/record.ts'
import { type CanaryState, type CanaryStep, evidenceOf, planCanary, type TakenBack } from './canary-plan.ts'
import { stepSince } from './step-since.ts'

/**
 * What is to be done about what is tried. About an experiment nothing until its end, but where harm is shown. Then the challenger gets
 * all of the traffic where it has won and that was to be decided, and none in every other case. Instants in milliseconds.
 */
export function planTried(state: CanaryState, of: Parameters<typeof planCanary>[1]): CanaryStep {
  const { file, fact } = state
  const { champion, now } = of
  const since = stepSince(state, of)
  if (!file.decide || !isNewer(file.challenger, champion)) return planCanary(state, of)
  const evidence = evidenceOf(fact, { ...of, file, since })
  const { verdict, winner } = evidence
  const until = since + spanSeconds(file.for) * 1000
  const takeBack = (because: TakenBack): CanaryStep => ({ step: 'take_back', because, evidence })
  // That the other one converts better is a result; what is beyond the margin, or of a guardrail, is harm.
  if (verdict === 'fail' && winner === undefined) return takeBack('harm')
  if (now < until) return { step: 'stay', why: { kind: 'experiment', until, evidence } }
  // Who cannot tell at this moment may be able to in the next.
  if (verdict === 'unknown' && now < since + spanSeconds(file.horizon) * 1000)
    return { step: 'stay', why: { kind: 'unknown', evidence } }
  if (file.decide === 'none') return takeBack('measured')
  if (winner === 'challenger') return { step: 'promote', evidence, withoutVerdict: false }
  if (winner === 'champion') return takeBack('lost')
  return takeBack(verdict === 'not_comparable' || verdict === 'unknown' ? verdict : 'inconclusive')
}

/**
 * A decision that is proposed stays the decision: what is counted after the end changes nothing in it, but where harm is shown, or where
 * all began anew.
 */
export function decidedBefore(
  planned: CanaryStep,
  { step, because }: { step?: number | 'back'; because?: TakenBack },
): CanaryStep {
  if (planned.step === 'stay' && planned.why.kind === 'experiment') return planned
  const isDecided = step === undefined || (step === 'back' && because !== undefined && because !== 'harm')
  if (!isDecided) return planned
  if (planned.step === 'take_back' && (planned.because === 'harm' || planned.because === 'champion_newer'))
    return planned
  const evidence = planned.step === 'stay' ? planned.why.evidence : planned.evidence
  return step === undefined
    ? { step: 'promote', evidence, withoutVerdict: false }
    : { step: 'take_back', because: because!, evidence }
}
