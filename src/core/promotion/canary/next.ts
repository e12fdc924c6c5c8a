import { releaseKey } from '../../release/record.ts'
import { OLDEST_COUNTS } from '../../traffic/canary/judge.ts'
import { WINNER_BY_REASON } from '../../traffic/canary/verdict.ts'
import { reasonWords } from '../../traffic/canary/words.ts'
import type {
  CanarySaid,
  CanaryWatching,
  CanaryStep as WatchedStep,
} from '../../traffic/watch/canary-watching.ts'
import type { CanaryStep } from './canary-plan.ts'
import { planTried } from './experiment-plan.ts'

/** What comes next of a canary that is looked at all the time. */

/**
 * As the plan of promotions decides it, by what is known here: a step began when its counts did. Undefined before there are any.
 *
 * @param now milliseconds
 */
export function nextStep(
  { step: { file, champion, rules }, course }: CanaryWatching & { step: WatchedStep },
  said: CanarySaid,
  now: number,
): CanaryStep | undefined {
  const since = course?.seen?.evidence.since
  if (since === undefined) return undefined
  const { verdict, key, asOf } = said
  const winner = WINNER_BY_REASON[said.reason.kind]
  const own = { verdict, reason: reasonWords(said), release: releaseKey(file.challenger) }
  const fact =
    asOf === undefined || key === undefined ? {} : { fact: { ...own, key, asOf, ...(winner && { winner }) } }
  return planTried({ file, since, ...fact }, { champion, key: rules.key, now, oldest: OLDEST_COUNTS })
}

/**
 * The same for a controller that takes the steps by itself and asks each time. What nobody can tell now moves nothing, and harm that
 * somebody wants to see first is theirs to take back.
 */
export function nextFor(
  watched: CanaryWatching | undefined,
  said: CanarySaid,
  now: number,
): 'advance' | 'hold' | 'take_back' {
  if (!watched || 'failed' in watched.step || said.asOf === undefined) return 'hold'
  const { step } = watched
  const planned = nextStep({ ...watched, step }, said, now)
  switch (planned?.step) {
    case 'advance':
    case 'promote':
      return 'advance'
    case 'take_back':
      return planned.because === 'harm' && step.file.on_harm === 'propose' ? 'hold' : 'take_back'
    case 'stay':
    case undefined:
      return 'hold'
  }
}
