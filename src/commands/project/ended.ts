import type { EndedCommand } from '../../services/process/process.ts'

/** Whether one of the user's commands did all that it was to do. */
export function endedWell({ exitCode, timedOut, cancelled }: EndedCommand): boolean {
  return exitCode === 0 && !timedOut && !cancelled
}

/** What became of one that did not, in words: "`make image` ended with exit code 2". */
export function howEnded(
  { run, timeout }: { run: string; timeout: string },
  { exitCode, signal, timedOut, cancelled }: EndedCommand,
): string {
  if (cancelled) return `\`${run}\` was stopped with the job`
  if (timedOut) return `\`${run}\` did not end within ${timeout}`
  return `\`${run}\` ended with ${signal ?? `exit code ${exitCode}`}`
}
