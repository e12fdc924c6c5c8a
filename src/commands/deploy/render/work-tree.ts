import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isAssayError } from '../../../core/errors/errors.ts'
import { readInside } from '../../../services/files/files.ts'
import type { DeployFiles } from './helm-files.ts'

/**
 * A deploy repository as it lies in a folder, whatever of it is committed. Links are no files of it, as for a forge; a file is read
 * once.
 */
export function workTree(folder: string): DeployFiles {
  const known = new Map<string, Promise<string | undefined>>()
  let all: Promise<string[]> | undefined
  const textOf = (path: string) => {
    const text = known.get(path) ?? readText(folder, path)
    known.set(path, text)
    return text
  }
  return {
    async readFiles(_, paths) {
      const unique = [...new Set(paths)]
      const texts = await Promise.all(unique.map(textOf))
      return new Map(unique.map((path, at) => [path, texts[at]]))
    },
    async listFiles(_, below) {
      all ??= listed(folder, '')
      const paths = await all
      return below === '' ? paths : paths.filter(path => path.startsWith(`${below}/`))
    },
  }
}

// --- internal ---

const MOST_BYTES = 8 * 1024 * 1024
const SKIPPED = /^(\.git|node_modules|\.terraform)$/

/** @throws AssayError FILE_REFUSED for what leads out of the folder, FILE_TOO_LARGE */
async function readText(folder: string, path: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MOST_BYTES, input: 'manifest' })
    return Buffer.from(bytes).toString('utf8')
  } catch (error) {
    if (!isAssayError(error, 'FILE_NOT_FOUND')) throw error
    return undefined
  }
}

async function listed(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const found = entries
    .filter(entry => !SKIPPED.test(entry.name))
    .map(async (entry): Promise<string[]> => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return listed(folder, path)
      return entry.isFile() ? [path] : []
    })
  return (await Promise.all(found)).flat().sort()
}
