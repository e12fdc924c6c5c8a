import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readInside } from '../../services/files/files.ts'

/**
 * What `assay drift` wrote about live traffic, in Markdown: the file that is named, else that of the output folder where it is of this
 * model; undefined where there is none.
 *
 * @throws AssayError `FILE_NOT_FOUND`, `FILE_REFUSED`, `FILE_TOO_LARGE` for one that is named
 */
export async function reportAtHand(
  folder: string,
  model: string,
  named: string | undefined,
): Promise<string | undefined> {
  if (named !== undefined) return textOf(folder, named)
  const [json, markdown] = ['drift.json', 'drift.md'].map(name => join(OUTPUT, name)) as [string, string]
  if (![json, markdown].every(file => existsSync(join(folder, file)))) return undefined
  return modelIn(await textOf(folder, json)) === model ? textOf(folder, markdown) : undefined
}

// --- internal ---

const OUTPUT = 'assay-result'
const MOST_BYTES = 32 * 1024 * 1024

async function textOf(folder: string, path: string): Promise<string> {
  const { bytes } = await readInside(folder, path, { maxBytes: MOST_BYTES, input: 'report' })
  return new TextDecoder().decode(bytes)
}

function modelIn(json: string): unknown {
  try {
    return (JSON.parse(json) as { model?: unknown } | null)?.model
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}
