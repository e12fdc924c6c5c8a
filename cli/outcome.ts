import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../src/ci/ci.ts'

const LONGEST = 300

/**
 * Leaves the outcome for a step that shows it: a line with the verdict (empty where the command has none), a line in words.
 * The step names a folder of its own in ASSAY_STEP_FOLDER; without one nothing is written.
 */
export function writeOutcome(
  env: Environment,
  redact: (text: string) => string,
  { verdict = '', headline }: { verdict?: string; headline: string },
): void {
  if (!env.ASSAY_STEP_FOLDER) return
  const [line = ''] = redact(headline).split('\n')
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
  try {
    writeFileSync(join(env.ASSAY_STEP_FOLDER, 'outcome.txt'), `${verdict}\n${short}\n`)
  } catch {
    // The exit code says what matters; a step that finds no outcome shows that.
  }
}
