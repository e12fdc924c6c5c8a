import type { CanaryStep as PlannedStep } from '../../promotion/canary/canary-plan.ts'
import { nextStep } from '../../promotion/canary/next.ts'
import type { CanaryAtWeight, CanaryFile } from '../../release/canary-file.ts'
import { minuteWords, overWords } from '../../text/instant-words.ts'
import { reasonWords } from '../../traffic/canary/words.ts'
import {
  type CanarySaid,
  type CanaryStep,
  type CanaryWatching,
  canaryNow,
} from '../../traffic/watch/canary-watching.ts'

/** The sentence of the page. */

/**
 * What follows the word of a verdict: since when, why, and what comes next.
 *
 * @param now milliseconds
 */
export function sentenceWords(watching: CanaryWatching, now: number): string {
  const said = canaryNow(watching, now)
  const { step, course } = watching
  const since = course && said === course.verdict ? ` since ${minuteWords(course.verdictSince)}` : ''
  const next = 'failed' in step ? '' : ` Next: ${nextWords({ ...watching, step }, said, now)}.`
  return `${since}: ${reasonWords(said)}.${next}`
}

// --- internal ---

function nextWords(watching: CanaryWatching & { step: CanaryStep }, said: CanarySaid, now: number): string {
  const { file } = watching.step
  const planned = nextStep(watching, said, now)
  return planned ? stepWords(planned, file) : `it stays at ${file.weight} % until its traffic is known`
}

function stepWords(step: PlannedStep, file: CanaryAtWeight): string {
  const stays = `it stays at ${file.weight} %`
  switch (step.step) {
    case 'advance':
      return `${giver(file)} gives it ${step.weight} %${without(step)}`
    case 'promote':
      return `${giver(file)} gives it all traffic${without(step)}`
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
        case 'experiment':
          return `${stays} until ${overWords(step.why.until)}, when a pull request has the decision`
        case 'unknown':
          return `${stays} until its traffic is known`
        case 'controller':
          return `its controller takes the next step`
        case 'not_comparable':
          return `${stays} and somebody looks at it; else it is taken back at ${overWords(step.why.until)}`
      }
  }
}

/** Who takes the next step. */
function giver({ moved_by: by }: CanaryFile): string {
  return by === undefined ? 'a pull request' : 'its controller'
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
