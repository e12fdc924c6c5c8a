import { maskDataPath } from '../../secrets/secrets.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { DataPiece } from './data-piece.ts'
import type { FolderList } from './folder-list.ts'

/** A file that one of two folders has not, or has as another. Hashes are md5. */
export interface MemberChange {
  name: string
  before?: string
  now?: string
}

/** Two versions of a folder whose lists DVC keeps. */
export interface TwoFolders {
  path: string
  before: string
  now: string
}

/** The folders among what changed, by the hashes of their lists. */
export function foldersIn(changed: readonly { before: DataPiece; now: DataPiece }[]): TwoFolders[] {
  return changed.flatMap(({ before, now }) => {
    const [old, own] = [LIST.exec(before.hash)?.[1], LIST.exec(now.hash)?.[1]]
    return old === undefined || own === undefined ? [] : [{ path: now.path, before: old, now: own }]
  })
}

/** Which files are others, in the order of their names. */
export function memberChanges(before: FolderList, now: FolderList): MemberChange[] {
  const names = [...new Set([...before.keys(), ...now.keys()])].sort()
  return names.flatMap(name => {
    const [old, own] = [before.get(name), now.get(name)]
    if (old === own) return []
    return [{ name, ...(old !== undefined && { before: old }), ...(own !== undefined && { now: own }) }]
  })
}

/** The name of a file of a folder as it may be shown. */
export function memberName(name: string): string {
  return shortened(visible(maskDataPath(name)), 160)
}

// --- internal ---

const LIST = /^md5 ([0-9a-f]{32}\.dir)$/
