import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AssayError } from '../../errors/errors.ts'

/** The list in which DVC keeps a folder: the md5 of each file by its path there. */
export type FolderList = ReadonlyMap<string, string>

/** The hash that DVC gives a folder: of its list as Python writes it, sorted by code points, and `.dir`. */
export function folderHash(list: FolderList): string {
  const names = [...list.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const entries = names.map(
    name => `{"md5": "${list.get(name)}", "relpath": ${inAscii(JSON.stringify(name))}}`,
  )
  return `${md5(`[${entries.join(', ')}]`)}.dir`
}

/**
 * The list out of DVC's cache; undefined where it is not that of the hash.
 *
 * @throws AssayError DVC_OBJECT_CORRUPT where the hash is right, and it is no list
 */
export function folderList(bytes: Uint8Array, hash: string): FolderList | undefined {
  if (`${md5(bytes)}.dir` !== hash) return undefined
  const read = List.safeParse(jsonOf(bytes, hash))
  if (!read.success) throw noList(hash)
  return new Map(read.data.map(({ relpath, md5 }) => [relpath, md5]))
}

// --- internal ---

const List = z.array(z.object({ relpath: z.string(), md5: z.string() }))

function jsonOf(bytes: Uint8Array, hash: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw noList(hash)
  }
}

function noList(hash: string): AssayError {
  return new AssayError({
    code: 'DVC_OBJECT_CORRUPT',
    title: 'A folder of the data cannot be read',
    problems: [
      {
        what: `the object ${hash} in \`.dvc/cache\` is no list of files`,
        fix: 'Add the folder again: `dvc add`.',
      },
    ],
  })
}

function md5(content: string | Uint8Array): string {
  return createHash('md5').update(content).digest('hex')
}

function inAscii(text: string): string {
  return text.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
