import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../src/ci/ci.ts'
import { shortened } from '../src/core/text/visible-text.ts'

const LONGEST = 300

/**
 * Leaves how a command ended for a step that shows it, a line each: the verdict (empty where the command has none), what happened in
 * words, and why. The step names a folder of its own in ASSAY_STEP_FOLDER; without one nothing is written.
 */
export function writeEnding(
  env: Environment,
  redact: (text: string) => string,
  { verdict = '', headline, reason = '' }: { verdict?: string; headline: string; reason?: string },
): void {
  if (!env.ASSAY_STEP_FOLDER) return
  const [happened, why] = [headline, reason].map(text => shortened(firstLine(redact(text)), LONGEST))
  const lines = [verdict, happened || 'done', why]
  try {
    writeFileSync(join(env.ASSAY_STEP_FOLDER, 'outcome.txt'), `${lines.join('\n')}\n`)
  } catch {
    // The exit code says what matters; a step that finds no such file shows that.
  }
}

// --- internal ---

function firstLine(text: string): string {
  return text.split('\n')[0]!
}
