import type { Health } from '../plan/facts.ts'
import type { LiveState } from './finding.ts'

/** What there is to say of a release that serves, and when to look again although nobody does anything. */
export interface Telling {
  tell: boolean
  /** Milliseconds from now. */
  again?: number
}

/**
 * Whether what was found of a release that serves is news. It is told when it has begun, and how that ended; of one that serves
 * since long only that it became ill, and well again: a bot that is new says nothing of old times. All in milliseconds.
 *
 * @param state `not_watched`: no Argo CD is asked there, and the merge counts
 * @param said what was said of it last
 */
export function tellingOf({
  state,
  said,
  from,
  now,
}: {
  state: LiveState | 'not_watched'
  said: Health | undefined
  from: number
  now: number
}): Telling {
  const age = Math.max(0, now - from)
  const isNew = age < NEWS_MS
  switch (state) {
    case 'not_watched':
      return { tell: isNew && said === undefined }
    case 'live':
      return { tell: said !== 'healthy' && (isNew || said !== undefined) }
    case 'degraded':
      // Pods that start badly once or twice are nothing rare.
      if (age < PATIENCE_MS) return { tell: false, again: PATIENCE_MS - age }
      return { tell: said !== 'degraded', again: pauseAt(age) }
    case 'progressing':
    case 'blocked':
    case 'unknown':
      return isNew ? { tell: said === undefined, again: pauseAt(age) } : { tell: false }
  }
}

// --- internal ---

/** What is older is known to whoever wants to know it. */
const NEWS_MS = 3 * 86_400_000
/** As `assay verify` waits. */
const PATIENCE_MS = 180_000

/** Argo CD tells nobody: asked often at first, where somebody waits, and seldom later. */
function pauseAt(age: number): number {
  if (age < 600_000) return 15_000
  return age < 3_600_000 ? 60_000 : 300_000
}
