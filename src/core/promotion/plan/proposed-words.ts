import { shareOf } from '../canary/canary-plan.ts'
import { subjectWords } from '../canary/words.ts'
import { landingWords } from './landing.ts'
import type { Plan } from './plan.ts'

type Entering = Extract<Plan, { action: 'promote' | 'update' }>

/** What a plan moves, with what becomes of the traffic. */
export function subjectOf({ release, canary }: Pick<Entering, 'release' | 'canary'>): string {
  return subjectWords(release.version, canary && shareOf(canary))
}

/** What was proposed and what it waits for; where its branch was written anew, why. */
export function proposedWords(plan: Entering, isAnew: boolean): string {
  if (plan.rollback) return `back to ${plan.release.version}, ${landingWords(plan)}`
  const why = plan.action === 'update' && isAnew ? ` (${BECAUSE[plan.because]})` : ''
  return `${subjectOf(plan)} ${landingWords(plan, why)}`
}

// --- internal ---

const BECAUSE = {
  newer_release: 'a newer release took its place',
  champion_changed: 'what serves there has changed: the verdict was withdrawn',
  base_moved: 'written anew on the newest commit',
  unreadable: 'its record could not be read',
  unfinished: 'its text was not written yet',
  withdrawn: 'the newer release may not enter any more',
  weighed: 'weighed against what serves there',
  step: 'its traffic is to be another share',
}
