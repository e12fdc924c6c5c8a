import { requireFinite, requireInnerShare, requirePositive } from '../checks.ts'

export interface PageHinkleyOptions {
  /** Rises smaller than this are ignored. */
  delta: number
  /** How far the sum may climb above its lowest point. */
  threshold: number
  /** How much of the sum is kept at each value; 1 forgets nothing. */
  alpha?: number
  /** Values after the start or an alarm before the next alarm. */
  minInstances?: number
}

/**
 * Where a stream (errors, say) rises: the 0-based positions of Page & Hinkley's alarms. After an alarm everything
 * starts anew.
 */
export function pageHinkley(stream: ArrayLike<number>, options: PageHinkleyOptions): number[] {
  const { delta, threshold, alpha = 1, minInstances = 30 } = options
  requireFinite(stream, 'The stream')
  requirePositive(threshold, 'The threshold')
  if (alpha !== 1) requireInnerShare(alpha, 'alpha')
  const alarms: number[] = []
  let state = START
  for (let index = 0; index < stream.length; index++) {
    state = step(state, stream[index]!, delta, alpha)
    if (state.seen < minInstances || state.sum - state.lowest <= threshold) continue
    alarms.push(index)
    state = START
  }
  return alarms
}

// --- internal ---

interface State {
  seen: number
  mean: number
  sum: number
  lowest: number
}

const START: State = { seen: 0, mean: 0, sum: 0, lowest: Number.POSITIVE_INFINITY }

function step(state: State, value: number, delta: number, alpha: number): State {
  const seen = state.seen + 1
  const mean = state.mean + (value - state.mean) / seen
  const sum = alpha * state.sum + (value - mean - delta)
  return { seen, mean, sum, lowest: Math.min(state.lowest, sum) }
}
