import type { Result } from './result.ts'

/** Nothing that the model depends on was touched: nobody waits for more than that this is so. */
export function isUntouched({ state, removed }: Pick<Result, 'state' | 'removed'>): boolean {
  return state === 'skipped' && !removed
}
