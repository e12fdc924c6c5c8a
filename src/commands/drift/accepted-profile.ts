import { join } from 'node:path'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { type ModelProfile, PROFILE_FILE } from '../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../../core/traffic/profile/profile-file.ts'
import { readInside } from '../../services/files/files.ts'
import { findFiles } from '../../services/files/find-files.ts'

/** @throws AssayError FILE_NOT_FOUND, FILE_REFUSED, PROFILE_INVALID */
export async function profileIn(folder: string, file: string): Promise<ModelProfile> {
  const { bytes } = await readInside(folder, file, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
  return parseProfile(bytes, file)
}

/**
 * The profile that was written beside the results: of the model that is named, else the only one that lies in the output folder.
 *
 * @throws AssayError USAGE where there are several, and as `profileIn`
 */
export async function profileInOutput(
  folder: string,
  { output, model }: { output: string; model: string | undefined },
): Promise<ModelProfile> {
  if (model !== undefined) return profileIn(folder, `${output}/${model}/${PROFILE_FILE}`)
  const files = await profilesIn(join(folder, output))
  if (files.length > 1) throw whichModel(output, files)
  return profileIn(folder, `${output}/${files[0] ?? PROFILE_FILE}`)
}

// --- internal ---

/** A result lies in the folder of its model; where an artifact holds one model, there may be no such folder. */
const LIMITS = { depth: 1, most: 10_000 }

/** None where there is no such folder: then the file is what is missing. */
async function profilesIn(output: string): Promise<string[]> {
  try {
    const { files } = await findFiles(output, name => name === PROFILE_FILE, LIMITS)
    return files.map(({ path }) => path)
  } catch (error) {
    if (!isAssayError(error, 'FILE_NOT_FOUND')) throw error
    return []
  }
}

function whichModel(output: string, files: readonly string[]): AssayError {
  const models = files.map(file => file.slice(0, -PROFILE_FILE.length - 1) || '.')
  return new AssayError({
    code: 'USAGE',
    title: 'Which profile the rows are to be held against is not clear',
    problems: [
      {
        what: `\`${output}\` has the profiles of ${models.join(', ')}`,
        fix: `name the model, \`assay drift ${models.at(-1)} --rows …\`, or a file with \`--profile\``,
      },
    ],
  })
}
