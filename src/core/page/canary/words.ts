import { spanSeconds } from '../../deploy-config/canary.ts'
import { type CanaryStep, planCanary } from '../../promotion/canary/canary-plan.ts'
import type { CanaryFile } from '../../release/canary-file.ts'
import { releaseKey } from '../../release/record.ts'
import { minuteWords, overWords } from '../../text/instant-words.ts'
import { OLDEST_COUNTS } from '../../traffic/canary/judge.ts'
import { canaryKey } from '../../traffic/canary/key.ts'
import type { CanaryVerdict } from '../../traffic/canary/verdict.ts'
import { reasonWords } from '../../traffic/canary/words.ts'
import type { Verdict } from '../../verdict/result.ts'
import type { WatchedCanary } from './watched-canary.ts'

/** Whether what is shown was true a moment ago, and the last look saw it. */
export function isSeenNow({ course }: WatchedCanary, now: number): boolean {
  if (!course?.seen || course.verdict.evidence === undefined) return false
  return now - course.seen.asOf <= OLDEST_COUNTS
}

/** What is said of it now, why, since when, and what comes next: one sentence, which begins with the word of the verdict. */
export function sentenceWords(canary: WatchedCanary, now: number): { verdict: Verdict; words: string } {
  const { course } = canary
  if (!course) return { verdict: 'inconclusive', words: ': it has not been looked at yet.' }
  const said = verdictNow(course.verdict, now)
  const since = said === course.verdict ? ` since ${minuteWords(course.verdictSince)}` : ''
  const next = nextWords(canary, said, now)
  return { verdict: said.verdict, words: `${since}: ${reasonWords(said)}. Next: ${next}.` }
}

/** Since when the step goes on, as far as that is known. */
export function sinceOf({ since, course }: WatchedCanary): number | undefined {
  return since ?? course?.seen?.evidence.since
}

/** Until when the interval is promised. */
export function horizonOf({ horizon }: Pick<CanaryFile, 'horizon'>, since: number): number {
  return since + spanSeconds(horizon) * 1000
}

// --- internal ---

/** A verdict on counts that nobody has seen anew for a while is none of now. */
function verdictNow(verdict: CanaryVerdict, now: number): CanaryVerdict {
  const { asOf, key } = verdict
  if (asOf === undefined || now - asOf <= OLDEST_COUNTS) return verdict
  return { verdict: 'inconclusive', reason: { kind: 'stale', asOf }, key, asOf }
}

/** As the plan of promotions decides it, by what is known here. */
function nextWords(canary: WatchedCanary, said: CanaryVerdict, now: number): string {
  const { file, champion } = canary
  const since = sinceOf(canary)
  if (since === undefined) return `it stays at ${file.weight} %`
  const { verdict, key, asOf } = said
  const release = releaseKey(file.challenger)
  const fact = asOf === undefined ? {} : { fact: { verdict, reason: reasonWords(said), release, key, asOf } }
  const arms = { champion, challenger: file.challenger, weight: file.weight }
  return stepWords(
    planCanary({ file, since, ...fact }, { champion, key: canaryKey(arms), now, oldest: OLDEST_COUNTS }),
    file,
  )
}

function stepWords(step: CanaryStep, file: CanaryFile): string {
  const stays = `it stays at ${file.weight} %`
  switch (step.step) {
    case 'advance':
      return `a pull request gives it ${step.weight} %${without(step)}`
    case 'promote':
      return `a pull request gives it all traffic${without(step)}`
    case 'take_back':
      return `a pull request takes it back${step.because === 'harm' ? HARM[file.on_harm] : ''}`
    case 'stay':
      switch (step.why.kind) {
        case 'step':
          return `${stays} until ${overWords(step.why.until)}, when the step may end`
        case 'evidence':
          return `${stays} until that can be told, at the longest until ${overWords(step.why.until)}; then ${UNDECIDED[file.on_inconclusive]}`
        case 'over':
          return `${stays} until somebody decides, the horizon is over since ${overWords(step.why.since)}`
        case 'unknown':
          return `${stays} until its traffic is known`
        case 'not_comparable':
          return `${stays} and somebody looks at it; else it is taken back at ${overWords(step.why.until)}`
      }
  }
}

const HARM: Record<CanaryFile['on_harm'], string> = {
  merge: ' and is merged by policy',
  propose: ', which somebody merges',
}

const UNDECIDED: Record<CanaryFile['on_inconclusive'], string> = {
  hold: 'somebody decides',
  promote: 'it takes the next step without a verdict',
  rollback: 'it is taken back',
}

function without({ withoutVerdict }: { withoutVerdict: boolean }): string {
  return withoutVerdict ? ', without a verdict' : ''
}
