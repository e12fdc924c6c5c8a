import { appendFile, stat } from 'node:fs/promises'
import type { Context } from '../command/context.ts'

/**
 * Appends to the summary of the job, where its CI has one. That it cannot be written is no end.
 *
 * @param render gets the bytes there are left
 */
export async function appendToSummary(
  { ci, log }: Pick<Context, 'ci' | 'log'>,
  render: (room: number) => string,
): Promise<void> {
  const file = ci.summaryFile
  if (file === undefined) return
  try {
    const used = await stat(file).then(
      found => found.size,
      () => 0,
    )
    await appendFile(file, render(Math.max(0, MAX_BYTES - used)))
  } catch (error) {
    log.warn(
      `the job summary could not be written: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

// --- internal ---

/** A job summary above this many bytes is dropped whole by the runner (1 MiB); a step may not be the only writer. */
const MAX_BYTES = 1_000_000
