import { createHash } from 'node:crypto'
import type { EntryKind } from '../../core/git/file-changes.ts'

/** What a tree holds at a path, as the API tells it. */
export interface Entry {
  mode: number
  oid: string
  object: { text?: string | null; byteSize?: number } | null
}

export function kindOf({ mode }: Pick<Entry, 'mode'>): EntryKind {
  return KINDS[mode] ?? 'submodule'
}

/** Whether it has a text. */
export function isFile(entry: Pick<Entry, 'mode'>): boolean {
  const kind = kindOf(entry)
  return kind === 'file' || kind === 'executable'
}

/** The id that git gives a file of this text. */
export function blobId(text: string): string {
  const bytes = Buffer.from(text)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

// --- internal ---

/** Git's modes: 100644, 100664, 100755, 040000, 120000 and 160000 in octal. */
const KINDS: Record<number, EntryKind> = {
  33188: 'file',
  33204: 'file',
  33261: 'executable',
  16384: 'folder',
  40960: 'link',
  57344: 'submodule',
}
