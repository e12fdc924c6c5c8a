import { createInterface } from 'node:readline'
import { unusable } from '../../core/inputs/predictions/columns.ts'
import { shortened } from '../../core/text/visible-text.ts'
import { openInside } from './files.ts'

/**
 * Reads a file inside `folder` that has a JSON object on each line; empty lines are none.
 *
 * @param input what the file is for, in words
 * @returns the number of objects
 * @throws AssayError FILE_REFUSED, FILE_NOT_FOUND, PREDICTIONS_INVALID with the line, and nothing of its text
 */
export async function readJsonLines(
  folder: string,
  file: string,
  input: string,
  take: (row: object) => void,
): Promise<number> {
  const { handle } = await openInside(folder, file, input)
  try {
    const lines = createInterface({
      input: handle.createReadStream({ autoClose: false }),
      crlfDelay: Infinity,
    })
    let line = 0
    let rows = 0
    for await (const text of lines) {
      line++
      if (text.trim() === '') continue
      take(objectOf(text, shortened(file, 100), line))
      rows++
    }
    return rows
  } finally {
    await handle.close()
  }
}

// --- internal ---

function objectOf(text: string, file: string, line: number): object {
  const fix = 'Write one JSON object on each line, with a key for each feature.'
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value
  } catch {
    // The engine's message quotes the text, which is of a row of live traffic.
    throw unusable(file, 'it is not JSON', fix, { line })
  }
  throw unusable(file, 'it is no JSON object', fix, { line })
}
