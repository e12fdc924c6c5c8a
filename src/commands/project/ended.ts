import type { EndedCommand } from '../../services/process/process.ts'

/** Whether one of the user's commands did all that it was to do. */
export function endedWell({ exitCode, timedOut, cancelled }: EndedCommand): boolean {
  return exitCode === 0 && !timedOut && !cancelled
}

type HowEnded = Partial<Pick<EndedCommand, 'exitCode' | 'signal' | 'timedOut' | 'cancelled'>>

/** What became of one that did not, in words: "`make image` ended with exit code 2". */
export function howEnded(command: { run: string; timeout: string }, ended: HowEnded): string {
  return `\`${command.run}\` ${endWords(command, ended)}`
}

/** The same, to follow what the command is called. */
export function endWords({ timeout }: { timeout: string }, ended: HowEnded): string {
  const { exitCode, signal, timedOut, cancelled } = ended
  if (cancelled) return 'was stopped with the job'
  if (timedOut) return `did not end within ${timeout}`
  if (signal !== undefined) return `ended with ${signal}`
  return exitCode === undefined ? 'ended without an exit code' : `ended with exit code ${exitCode}`
}
