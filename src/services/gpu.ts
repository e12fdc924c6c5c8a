import { type ChildProcess, spawn } from 'node:child_process'
import type { GpuUsage } from '../core/inputs/evaluation.ts'
import { GPU_FIELDS, isVisibleGpu, parseGpuSamples } from '../core/inputs/gpu.ts'
import { gpuTally } from '../core/inputs/gpu-usage.ts'
import { childEnvironment } from './process/child-environment.ts'
import { settledWithin } from './process/settled-within.ts'

export interface GpuSampler {
  /** Ends the sampling. One entry for each GPU that the job sees; none where nothing could be measured. Never throws. */
  stop(): Promise<GpuUsage[]>
  /** Why nothing (or not all) was measured, in a sentence; known after `stop`. */
  missing(): string | undefined
}

export interface SamplingOptions {
  /** PATH finds nvidia-smi, CUDA_VISIBLE_DEVICES tells the job's GPUs. */
  env: Readonly<Record<string, string | undefined>>
  intervalMs?: number
  /** Aborted: sampling ends; `stop` still gives what was measured. */
  signal?: AbortSignal
}

/**
 * Samples the job's GPUs through `nvidia-smi` until it is stopped. A helper only: an nvidia-smi that is not there, hangs, dies
 * or prints garbage costs the measurement, never the run.
 */
export async function sampleGpus({ env, intervalMs = 1000, signal }: SamplingOptions): Promise<GpuSampler> {
  const begun = performance.now()
  const tally = gpuTally()
  const child = startSampling(env, intervalMs)
  let reason: string | undefined
  let result: Promise<GpuUsage[]> | undefined
  const take = (text: string): boolean => {
    const samples = parseGpuSamples(text)
    tally.add(samples.filter(sample => isVisibleGpu(sample, env.CUDA_VISIBLE_DEVICES)))
    return samples.length > 0
  }
  const onGarbage = () => {
    reason ??= 'nvidia-smi printed nothing that is a GPU sample'
    end(child, 'SIGKILL')
  }
  readLines(child, take, onGarbage)
  let asked = false
  const ended = endOf(child).then(why => {
    if (!asked) reason ??= why
  })
  const kill = () => end(child, 'SIGKILL')
  process.once('exit', kill)
  signal?.addEventListener('abort', kill, { once: true })
  const finish = async (): Promise<GpuUsage[]> => {
    const heldSeconds = (performance.now() - begun) / 1000
    asked = running(child)
    end(child, 'SIGTERM')
    await settledWithin(ended, PATIENCE_MS)
    // One that does not even end on this hangs in the driver: it is left behind.
    kill()
    child.stdout?.destroy()
    process.off('exit', kill)
    signal?.removeEventListener('abort', kill)
    const usage = tally.usage(heldSeconds)
    if (usage.length === 0) reason ??= 'nvidia-smi printed no sample of a GPU that this job sees'
    return usage
  }
  const stop = () => {
    result ??= finish()
    return result
  }
  return { stop, missing: () => reason }
}

// --- internal ---

const PATIENCE_MS = 1_000
/** So much text without one sample is garbage. */
const MAX_GARBAGE = 256 * 1024

function startSampling(env: SamplingOptions['env'], intervalMs: number): ChildProcess {
  const parameters = [
    `--query-gpu=${GPU_FIELDS.join(',')}`,
    '--format=csv,noheader,nounits',
    '-lms',
    String(Math.max(100, Math.round(intervalMs))),
  ]
  const child = spawn('nvidia-smi', parameters, {
    env: childEnvironment('tool', env, { LC_ALL: 'C' }),
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  })
  child.unref()
  return child
}

/** Settles when the process has ended or never began, with the reason in words. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => {
      const absent = (error as NodeJS.ErrnoException).code === 'ENOENT'
      resolve(absent ? 'there is no nvidia-smi here' : `nvidia-smi could not be started (${error.message})`)
    })
    child.once('close', (code, signal) =>
      resolve(`nvidia-smi ended before the command did (${signal ?? `exit code ${code}`})`),
    )
  })
}

function running(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (running(child)) child.kill(signal)
}

/** Gives whole lines to `take`, which says whether there was a sample among them. */
function readLines(child: ChildProcess, take: (text: string) => boolean, onGarbage: () => void): void {
  let held = ''
  let garbage = 0
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    held += text
    const end = held.lastIndexOf('\n') + 1
    garbage = take(held.slice(0, end)) ? 0 : garbage + text.length
    held = held.slice(end)
    if (garbage > MAX_GARBAGE) onGarbage()
  })
}
