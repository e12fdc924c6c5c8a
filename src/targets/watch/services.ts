import { kserve } from '../kserve.ts'
import { fields } from '../parts/manifest.ts'
import type { Arm } from '../parts/pinned.ts'

/** An InferenceService that a target writes a release into. */
export interface WrittenService {
  /** Relative to the folder of the environment. */
  file: string
  /** `metadata.name`, where the file has several. */
  name?: string
  /** Absent: the requests of both releases of a canary come to it. */
  arm?: Arm
}

/** The InferenceServices that a target with these options writes into: its own, or one an arm of its routes. */
export function inferenceServices(target: string, options: unknown): WrittenService[] {
  if (target === kserve.name) return [written(options)]
  return (['champion', 'challenger'] as const).flatMap(arm => {
    const { target: inner, options: own } = fields(fields(options)[arm])
    return inner === kserve.name ? [{ ...written(own), arm }] : []
  })
}

// --- internal ---

function written(options: unknown): WrittenService {
  const { name } = fields(options)
  const [file] = kserve.needs(options ?? {}) as [string]
  return { file, ...(typeof name === 'string' && { name }) }
}
