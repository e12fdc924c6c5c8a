import { isAssayError } from '../../core/errors/errors.ts'
import { readInside } from '../../services/files/files.ts'

/** DVC's own files name every stage and every file of the data. */
const MAX_DVC_BYTES = 4 * 1024 * 1024

/**
 * A file of DVC in the folder; undefined where there is none.
 *
 * @throws AssayError FILE_REFUSED, FILE_TOO_LARGE
 */
export async function readDvcText(folder: string, path: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MAX_DVC_BYTES, input: 'file of DVC' })
    return new TextDecoder().decode(bytes)
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}
