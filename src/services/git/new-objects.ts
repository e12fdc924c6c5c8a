import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { commitId, type GitObject, type ObjectFormat } from '../../core/git/tree.ts'

/**
 * Writes objects into a bare repository of ours, as git itself keeps those that are new: no process, no index, no work tree, and a cost
 * that does not depend on how many files there are. https://git-scm.com/docs/gitformat-loose
 */
export async function writeObjects(repository: string, objects: readonly GitObject[]): Promise<void> {
  for (const { type, id, bytes } of objects) {
    const folder = join(repository, 'objects', id.slice(0, 2))
    await mkdir(folder, { recursive: true })
    const packed = await deflated(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]))
    const file = join(folder, id.slice(2))
    // What git has put there already may not be written to, and is the same.
    await writeFile(`${file}.new`, packed)
    await rename(`${file}.new`, file)
  }
}

/** A commit with one parent. @param at milliseconds */
export function newCommit(
  { tree, parent, message }: { tree: string; parent: string; message: string },
  { name, email }: { name: string; email: string },
  at: number,
): GitObject {
  const who = `${name} <${email}> ${Math.floor(at / 1000)} +0000`
  const lines = [`tree ${tree}`, `parent ${parent}`, `author ${who}`, `committer ${who}`, '', message, '']
  const bytes = Buffer.from(lines.join('\n'))
  return { type: 'commit', id: commitId(bytes, formatOf(tree)), bytes }
}

// --- internal ---

const deflated = promisify(deflate)

function formatOf(id: string): ObjectFormat {
  return id.length === 64 ? 'sha256' : 'sha1'
}
