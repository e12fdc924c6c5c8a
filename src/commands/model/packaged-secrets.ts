import { isAssayError, type Problem } from '../../core/errors/errors.ts'
import type { ImageFile } from '../../core/image/layers.ts'
import { LONGEST_SECRET, secretByName, secretInText, secretProblem } from '../../core/image/secret-files.ts'
import { readInside } from '../../services/files/files.ts'

/** Files that would be packaged and hold a key or a login, each named: by what they are called, and small ones by what stands in them. What cannot be read is told as well. */
export async function secretProblems(folder: string, files: readonly ImageFile[]): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const { path, size } of files) {
    try {
      const what =
        secretByName(path) ?? (size <= LONGEST_SECRET ? await secretInside(folder, path) : undefined)
      if (what !== undefined) problems.push(secretProblem(path, what))
    } catch (error) {
      if (!isAssayError(error)) throw error
      problems.push(...error.problems)
    }
  }
  return problems
}

// --- internal ---

async function secretInside(folder: string, path: string): Promise<string | undefined> {
  const { bytes } = await readInside(folder, path, { input: 'file of the model', maxBytes: LONGEST_SECRET })
  return secretInText(Buffer.from(bytes).toString('latin1'))
}
