import { createHash } from 'node:crypto'
import { openInside } from './files.ts'

/**
 * sha256 (hex) of files inside a folder, in the order they are named. Read in pieces: size does not matter.
 * @throws AssayError FILE_REFUSED or FILE_NOT_FOUND
 */
export async function hashFiles(
  folder: string,
  paths: readonly string[],
): Promise<{ path: string; sha256: string }[]> {
  const hashed: { path: string; sha256: string }[] = []
  // One after the other: the disk is the bottleneck.
  for (const path of paths) hashed.push({ path, sha256: await hashFile(folder, path) })
  return hashed
}

// --- internal ---

async function hashFile(folder: string, path: string): Promise<string> {
  const { handle } = await openInside(folder, path)
  const hash = createHash('sha256')
  for await (const piece of handle.createReadStream()) hash.update(piece as Buffer)
  return hash.digest('hex')
}
