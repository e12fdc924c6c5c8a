import { spawnSync } from 'node:child_process'

export interface Measured {
  /** Median wall time in milliseconds. */
  milliseconds: number
  /** Median of what the processors were kept busy for, in milliseconds, with what they did for the system. */
  cpuMilliseconds: number
  /** Peak resident memory in MiB, the largest of all runs. */
  peakMiB: number
}

/**
 * Runs several commands in turn, `rounds` times each, so that a slow moment of the machine hits all of them alike.
 * Peak memory is the kernel's own high-water mark, read by a tiny preload as the process ends.
 */
export function measureInTurns(
  commands: Record<string, { argv: string[]; env?: Record<string, string> }>,
  rounds: number,
): Record<string, Measured> {
  const walls: Record<string, number[]> = {}
  const busy: Record<string, number[]> = {}
  const peaks: Record<string, number> = {}
  for (let round = 0; round < rounds; round++)
    for (const [name, { argv, env }] of Object.entries(commands)) {
      const start = performance.now()
      const ended = spawnSync(process.execPath, ['--require', PRELOAD, ...argv], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      })
      const wall = performance.now() - start
      if (ended.status !== 0 && ended.status !== 1)
        throw new Error(`${name} ended with ${ended.status}: ${ended.stderr}`)
      walls[name] = [...(walls[name] ?? []), wall]
      const peak = Number(/PEAK (\d+)/.exec(ended.stderr)?.[1] ?? 0) / 1024
      peaks[name] = Math.max(peaks[name] ?? 0, peak)
      busy[name] = [...(busy[name] ?? []), Number(/CPU (\d+)/.exec(ended.stderr)?.[1] ?? 0) / 1000]
    }
  return Object.fromEntries(
    Object.keys(commands).map(name => [
      name,
      {
        milliseconds: median(walls[name]!),
        cpuMilliseconds: median(busy[name]!),
        peakMiB: peaks[name]!,
      },
    ]),
  )
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

// --- internal ---

export const PRELOAD = new URL('./print-peak.cjs', import.meta.url).pathname
