import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../requests.ts'
import type { KeptUploads } from './blob.ts'

/**
 * Where uploads to a repository go on, kept in files of this user below XDG_CACHE_HOME (default `~/.cache`), so that a process
 * which was killed costs what it had not sent yet, and no more. Where nothing can be written there, nothing is kept.
 */
export function keptUploads(name: string, env: Environment): KeptUploads {
  const folder = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'assay', 'uploads')
  const fileOf = (digest: string) =>
    join(folder, createHash('sha256').update(`${name}@${digest}`).digest('hex'))
  return {
    take: digest => unlessRefused(() => readFile(fileOf(digest), 'utf8')),
    async keep(digest, location) {
      await unlessRefused(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(fileOf(digest), location, { mode: 0o600 })
      })
    },
    async drop(digest) {
      await unlessRefused(() => rm(fileOf(digest), { force: true }))
    },
  }
}

// --- internal ---

/** Undefined where the file system says no: a home that is not there or cannot be written, as in many containers. */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return undefined
  }
}
