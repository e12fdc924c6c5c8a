import { spanSeconds } from '../../deploy-config/canary.ts'
import type { CanaryFile } from '../../release/canary-file.ts'
import { isNewer, type ReleaseRecord } from '../../release/record.ts'
import { canaryKey } from '../../traffic/canary/key.ts'
import {
  atWeight,
  type CanaryFact,
  type CanaryStep,
  type CanaryUnknown,
  type Evidence,
  planCanary,
} from './canary-plan.ts'

/** A canary whose steps the controller of its workload takes: it is given all of them at once, and asks for the verdict by itself. */

/** Where the controller is with it now. Texts are from outside, visible and short. */
export type ControllerState =
  /** It gives the challenger this share, in percent. */
  | { at: 'weight'; weight: number }
  /** The challenger has all of the traffic, and nothing is left of the champion. */
  | { at: 'all' }
  /** It has given the traffic back to the champion: by an analysis that failed, or for a person. */
  | { at: 'aborted'; why: string }
  /** Nobody can tell, or it has not begun. */
  | { at: 'unknown'; why: string }

/**
 * What is to be done about it in git. No step is: the controller takes those, and a change of its workload would have it begin anew. What
 * is left is to take the challenger back, and to say that it serves once it has everything.
 *
 * @param state.since when the file came onto the branch, in milliseconds
 * @param of.oldest how old a verdict may be
 */
export function planControlled(
  state: {
    file: CanaryFile
    since: number
    fact?: CanaryFact | CanaryUnknown
    controller: ControllerState
  },
  { champion, now, oldest }: { champion: ReleaseRecord; now: number; oldest: number },
): CanaryStep {
  const { file, since, fact, controller } = state
  const { challenger, steps } = file
  const unknown = (reason: string): Evidence => ({ verdict: 'unknown', reason })
  if (!isNewer(challenger, champion))
    return { step: 'take_back', because: 'champion_newer', evidence: unknown('what serves is not older') }
  const horizon = spanSeconds(file.horizon) * 1000
  switch (controller.at) {
    case 'aborted':
      return { step: 'take_back', because: 'aborted', evidence: unknown(controller.why) }
    case 'all':
      return { step: 'promote', evidence: unknown(GIVEN_ALL), withoutVerdict: true }
    case 'unknown': {
      const evidence = unknown(`its share of the traffic is not known: ${controller.why}`)
      // No step of it takes longer than its horizon.
      const isOver = now - since >= horizon * steps.length
      return isOver && file.on_inconclusive === 'rollback'
        ? { step: 'take_back', because: 'unknown', evidence }
        : { step: 'stay', why: { kind: 'unknown', evidence } }
    }
    case 'weight': {
      const { weight } = controller
      const began =
        fact && 'since' in fact && fact.since !== undefined ? fact.since : latestStart(state, weight)
      const planned = planCanary(
        { file: atWeight(file, weight), since: Math.max(since, began), ...(fact && { fact }) },
        { champion, key: canaryKey({ champion, challenger, weight }), now, oldest },
      )
      if (planned.step !== 'advance' && planned.step !== 'promote') return planned
      return { step: 'stay', why: { kind: 'controller', evidence: planned.evidence } }
    }
  }
}

// --- internal ---

const GIVEN_ALL = 'its controller has given it all of the traffic'

/** Where nobody has counted, a step began no later than when all before it had taken their horizon. */
function latestStart({ file, since }: { file: CanaryFile; since: number }, weight: number): number {
  const before = file.steps.filter(step => step < weight).length
  return since + before * spanSeconds(file.horizon) * 1000
}
