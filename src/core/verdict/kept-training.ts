import * as z from 'zod'
import type { GpuUsage, Usage } from '../inputs/evaluation.ts'
import { Result } from './result.ts'

/** What `train` leaves for an `evaluate` in a later step or job: `usage.json`. */
export interface KeptTraining {
  usage: Usage
  /** Of which commit it was. */
  commit?: string
  /** Outputs by path, with their sha256: what it wrote, and what lay there before and still does. */
  written: ReadonlyMap<string, string>
  old: ReadonlyMap<string, string>
  /** Its run in MLflow, and when it began, in milliseconds. */
  mlflow?: { run?: string | undefined; since?: number | undefined } | undefined
}

/** Undefined: it is not what `train` writes. */
export function parseKeptTraining(text: string): KeptTraining | undefined {
  const raw = jsonIn(text)
  const kept = Kept.safeParse(raw)
  const used = Result.shape.candidate.shape.usage.safeParse(raw)
  if (!kept.success || !used.success) return undefined
  const { commit, outputs, mlflow } = kept.data
  const usage: Usage = used.data ?? {}
  const traces = (raw as Usage).gpus?.map(gpu => traceOf(gpu.trace))
  return {
    usage: { ...usage, gpus: usage.gpus?.map((gpu, index) => ({ ...gpu, trace: traces?.[index] })) },
    commit,
    written: new Map(Object.entries(outputs.written)),
    old: new Map(Object.entries(outputs.old)),
    ...(mlflow && { mlflow }),
  }
}

export function renderKeptTraining({ usage, commit, written, old, mlflow }: KeptTraining): string {
  const outputs = { written: Object.fromEntries(written), old: Object.fromEntries(old) }
  return `${JSON.stringify({ ...usage, commit, outputs, mlflow }, null, 2)}\n`
}

// --- internal ---

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const Hashes = z.record(z.string(), z.string())
const Kept = z.object({
  commit: z.string().optional(),
  mlflow: z
    .object({
      run: z
        .string()
        .regex(/^[\w-]{1,64}$/)
        .optional(),
      since: z.int().nonnegative().optional(),
    })
    .optional(),
  outputs: z.object({ written: Hashes, old: Hashes }).default({ written: {}, old: {} }),
})

/** The trace is for the plot alone and not part of a result, so no schema has looked at it. */
function traceOf(trace: unknown): GpuUsage['trace'] {
  if (!Array.isArray(trace)) return undefined
  return trace.filter(point => Number.isFinite(point?.second) && Number.isFinite(point?.utilisation))
}
