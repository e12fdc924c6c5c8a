import type { Context } from '../../command/context.ts'

/** The key that ids are hidden by, which the job has from its CI, or why there is none. */
export function baselinesKey(env: Context['env']): { key: string } | { problem: string } {
  const key = env.ASSAY_BASELINES_KEY?.trim() ?? ''
  if (key === '') return { problem: 'ASSAY_BASELINES_KEY is not set' }
  return key.length < SHORTEST
    ? { problem: `ASSAY_BASELINES_KEY has fewer than ${SHORTEST} characters, which could be guessed` }
    : { key }
}

// --- internal ---

const SHORTEST = 16
