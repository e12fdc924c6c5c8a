import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import { type FolderList, folderList } from '../../core/inputs/dvc/folder-list.ts'
import { readInside } from './files.ts'

/** Where DVC keeps files by their md5: its cache, or a remote that is a folder. */
export interface ObjectStore {
  folder: string
  /** Below it, as DVC 3 and older ones lay it out. */
  layouts: readonly string[]
}

/** The cache of a repository. */
export function cacheOf(folder: string): ObjectStore {
  return { folder, layouts: ['.dvc/cache/files/md5/', '.dvc/cache/'] }
}

/** A remote that is a folder. */
export function remoteIn(folder: string): ObjectStore {
  return { folder, layouts: ['files/md5/', ''] }
}

/**
 * The list that DVC keeps of a folder of data, where it is whole.
 *
 * @throws AssayError FILE_REFUSED, FILE_TOO_LARGE; DVC_OBJECT_CORRUPT where its hash is right, and it is no list
 */
export async function listIn(
  { folder, layouts }: ObjectStore,
  value: string,
): Promise<FolderList | undefined> {
  if (!/^[0-9a-f]{32}\.dir$/.test(value)) return undefined
  for (const layout of layouts) {
    const place = `${layout}${value.slice(0, 2)}/${value.slice(2)}`
    const kept = await readInside(folder, place, { maxBytes: MOST_LIST }).catch(unlessGone)
    const list = kept && folderList(kept.bytes, value)
    if (list) return list
  }
  return undefined
}

/** Bytes of a file by its md5, as the name of the object says; undefined where it is not there. */
export async function sizeIn({ folder, layouts }: ObjectStore, md5: string): Promise<number | undefined> {
  if (!/^[0-9a-f]{32}$/.test(md5)) return undefined
  for (const layout of layouts) {
    const found = await stat(join(folder, layout, md5.slice(0, 2), md5.slice(2))).catch(() => undefined)
    if (found?.isFile()) return found.size
  }
  return undefined
}

// --- internal ---

/** A million files and more. */
const MOST_LIST = 256 * 1024 * 1024

function unlessGone(cause: unknown): undefined {
  if (!isAssayError(cause, 'FILE_NOT_FOUND')) throw cause
}
