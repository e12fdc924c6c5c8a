import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GpuUsage, Usage } from '../core/evaluation.ts'
import { Result } from '../core/report/result.ts'

/** What `train` measured in an earlier step or job. A file that is not what it writes counts for nothing. */
export async function readKeptUsage(folder: string, output: string, model: string): Promise<Usage> {
  try {
    const raw: unknown = JSON.parse(await readFile(join(folder, output, model, 'usage.json'), 'utf8'))
    const usage: Usage = Result.shape.candidate.shape.usage.parse(raw) ?? {}
    const traces = (raw as Usage).gpus?.map(gpu => traceOf(gpu.trace))
    return { ...usage, gpus: usage.gpus?.map((gpu, index) => ({ ...gpu, trace: traces?.[index] })) }
  } catch {
    return {}
  }
}

// --- internal ---

/** The trace is for the plot alone and not part of a result, so no schema has looked at it. */
function traceOf(trace: unknown): GpuUsage['trace'] {
  if (!Array.isArray(trace)) return undefined
  return trace.filter(point => Number.isFinite(point?.second) && Number.isFinite(point?.utilisation))
}
