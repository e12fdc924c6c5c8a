import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import type { PullFacts } from '../../core/inputs/dvc/pull-failure.ts'
import { remoteIn } from '../../core/inputs/dvc/remotes.ts'
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

/** What the files of DVC say of its remotes; what comes later there counts. */
export interface DvcConfigs {
  config: string
  local: string
}

/** @throws AssayError as `readDvcText` */
export async function dvcConfigs(folder: string): Promise<DvcConfigs> {
  const [config = '', local = ''] = [
    await readDvcText(folder, '.dvc/config'),
    await readDvcText(folder, '.dvc/config.local'),
  ]
  return { config, local }
}

/** @param asked by name; default: the one that the files call the default */
export function remoteFacts(
  folder: string,
  { config, local }: DvcConfigs,
  asked: string | undefined,
): Pick<PullFacts, 'remote' | 'isGone'> {
  const remote = remoteIn([config, local], asked)
  const isGone = remote?.folder !== undefined && !existsSync(resolve(folder, '.dvc', remote.folder))
  return { ...(remote && { remote }), isGone }
}
