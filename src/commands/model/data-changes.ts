import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import { dataChanges } from '../../core/inputs/dvc/data-piece.ts'
import {
  foldersIn,
  type MemberChange,
  memberChanges,
  memberName,
  type TwoFolders,
} from '../../core/inputs/dvc/folder-changes.ts'
import { type FolderList, folderList } from '../../core/inputs/dvc/folder-list.ts'
import { changedParams, lockedParams } from '../../core/inputs/dvc/locked-params.ts'
import { whyNoToken } from '../../core/secrets/token-use.ts'
import type { DataChanges, FolderChanges } from '../../core/verdict/data-changes.ts'
import type { Result, Version } from '../../core/verdict/result.ts'
import { cacheOf, listIn, type ObjectStore, remoteIn, sizeIn } from '../../services/files/dvc-objects.ts'
import { dvcConfigs, readDvcText, remoteFacts } from '../project/dvc-text.ts'
import { withOwnDvc } from '../project/own-dvc.ts'
import type { ModelWork } from '../project/project.ts'

/**
 * What changed within folders of DVC, and in the parameters of `dvc.lock`, since the version that is compared with. Shown and nothing
 * more: what cannot be had is left out, and the hashes tell that something changed all the same.
 */
export async function dataChangesOf(
  work: ModelWork,
  { candidate, champion, base }: Pick<Result, 'candidate' | 'champion' | 'base'>,
): Promise<DataChanges | undefined> {
  const opponent = champion ?? base
  if (!opponent) return undefined
  const { changed } = dataChanges(opponent.data ?? [], candidate.data ?? [])
  const two = foldersIn(changed).slice(0, MOST_FOLDERS)
  const folders = (two.length > 0 && (await orUntold(() => foldersChanged(work, two)))) || []
  const parameters = (await orUntold(() => parameterChanges(work, opponent))) ?? []
  if (folders.length === 0 && parameters.length === 0) return undefined
  return {
    folders,
    parameters: parameters.slice(0, MOST_PARAMETERS),
    moreParameters: Math.max(0, parameters.length - MOST_PARAMETERS),
  }
}

// --- internal ---

const MOST_FOLDERS = 5
const MOST_FILES = 5
const MOST_PARAMETERS = 10

interface Stores {
  /** Where objects are without asking anybody: the cache, and the remote where it is a folder. */
  here: ObjectStore[]
  /** The remote that may be asked for a list, which DVC does. */
  remote?: string
}

/** What is refused, damaged, or in no commit of this clone is left out. */
async function orUntold<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isAssayError(error, ...UNTOLD)) return undefined
    throw error
  }
}

const UNTOLD = [
  ...['FILE_REFUSED', 'FILE_TOO_LARGE', 'DVC_OBJECT_CORRUPT', 'COMMAND_NOT_STARTED'],
  ...['GIT_COMMIT_NOT_FOUND', 'GIT_REF_INVALID', 'GIT_PATH_INVALID', 'GIT_FAILED'],
]

async function foldersChanged(work: ModelWork, two: readonly TwoFolders[]): Promise<FolderChanges[]> {
  const stores = await storesOf(work)
  const folders: FolderChanges[] = []
  for (const one of two) {
    const changes = await folderChanges(work, stores, one)
    if (changes) folders.push(changes)
  }
  return folders
}

/** A remote is asked where the job has DVC bring data anyway, and never for a fork. */
async function storesOf({ context, project, config }: ModelWork): Promise<Stores> {
  const { folder } = context
  const { remote } = remoteFacts(folder, await dvcConfigs(folder), config.dvc?.remote)
  const cache = cacheOf(folder)
  if (!remote) return { here: [cache] }
  if (remote.folder !== undefined) return { here: [cache, remoteIn(resolve(folder, '.dvc', remote.folder))] }
  const mayAsk = config.dvc?.pull !== undefined && !whyNoToken(context.ci, project.configuration.source)
  return { here: [cache], ...(mayAsk && NAME.test(remote.name) && { remote: remote.name }) }
}

/** Means nothing to a shell. */
const NAME = /^\w[\w.-]{0,99}$/

async function folderChanges(
  work: ModelWork,
  stores: Stores,
  { path, before, now }: TwoFolders,
): Promise<FolderChanges | undefined> {
  const [old, own] = [await listOf(work, stores, before), await listOf(work, stores, now)]
  if (!old || !own) return undefined
  const changes = memberChanges(old, own)
  const counts = { added: 0, changed: 0, removed: 0 }
  for (const change of changes) counts[howOf(change)]++
  const files: FolderChanges['files'] = []
  for (const change of changes.slice(0, MOST_FILES)) {
    const [was, is] = [await sizeOf(stores, change.before), await sizeOf(stores, change.now)]
    files.push({
      name: memberName(change.name),
      change: howOf(change),
      ...(was !== undefined && { before: was }),
      ...(is !== undefined && { now: is }),
    })
  }
  return { path, counts, files }
}

function howOf({ before, now }: MemberChange): 'added' | 'changed' | 'removed' {
  if (before === undefined) return 'added'
  return now === undefined ? 'removed' : 'changed'
}

async function listOf(
  { context }: ModelWork,
  { here, remote }: Stores,
  value: string,
): Promise<FolderList | undefined> {
  for (const store of here) {
    const list = await listIn(store, value)
    if (list) return list
  }
  if (remote === undefined) return undefined
  return withOwnDvc(context, remote, async (own, run) => {
    const place = `files/md5/${value.slice(0, 2)}/${value.slice(2)}`
    const { isDone } = await run(`dvc get-url remote://${remote}/${place} list`)
    return isDone ? folderList(await readFile(join(own, 'list')), value) : undefined
  })
}

async function sizeOf({ here }: Stores, md5: string | undefined): Promise<number | undefined> {
  for (const store of md5 === undefined ? [] : here) {
    const size = await sizeIn(store, md5!)
    if (size !== undefined) return size
  }
  return undefined
}

async function parameterChanges({ context, project, config }: ModelWork, { commit }: Version) {
  const { repository } = project
  if (!repository || commit === undefined) return []
  const at = await repository.resolveCommit(commit)
  const changes: ReturnType<typeof changedParams> = []
  for (const path of config.data.filter(file => /(?:^|\/)dvc\.lock$/.test(file))) {
    const own = await readDvcText(context.folder, path)
    const old = await repository.readFileAt(at, path)
    if (own === undefined || !old) continue
    const before = lockedParams({ path, text: new TextDecoder().decode(old) })
    changes.push(...changedParams(before, lockedParams({ path, text: own })))
  }
  return changes
}
