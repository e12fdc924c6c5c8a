import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { visible } from '../../core/text/visible-text.ts'
import { personalValues } from '../../core/verdict/weigh/warnings.ts'
import { readPredictions } from '../../services/files/predictions-files.ts'
import type { Project } from '../project/project.ts'

/**
 * What the predictions that lie in the folder say of the configuration. They may be of any run: what is wrong with them is a
 * warning. A file that is not there, or large, is left to the run.
 */
export async function predictionsFindings(folder: string, { config, removed }: Project): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [model, { predictions }] of Object.entries(config.models)) {
    if (!predictions || removed.includes(model) || isLarge(join(folder, predictions.file))) continue
    const warn = (text: string) => findings.push({ level: 'warning', text: `${model}: ${text}` })
    try {
      const { slices } = await readPredictions(folder, predictions)
      for (const column of slices) if (column.masked === 'its values') warn(personalValues(column.name))
    } catch (error) {
      if (!isAssayError(error)) throw error
      if (error.code !== 'PREDICTIONS_INVALID') continue
      const { what, fix } = error.problems[0]!
      warn(
        `${visible(predictions.file)}, as it lies here, could not be judged: ${what}${fix ? ` (${fix})` : ''}`,
      )
    }
  }
  return findings
}

// --- internal ---

/** Not read in a second or two. */
function isLarge(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 64 * 1024 * 1024
}
