import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../requests.ts'
import type { KeptUploads } from './blob.ts'

/**
 * Where uploads to a repository go on, kept in files of this user below XDG_CACHE_HOME (default `~/.cache`), so that a process
 * which was killed costs what it had not sent yet, and no more.
 */
export function keptUploads(name: string, env: Environment): KeptUploads {
  const folder = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'assay', 'uploads')
  const fileOf = (digest: string) =>
    join(folder, createHash('sha256').update(`${name}@${digest}`).digest('hex'))
  return {
    async take(digest) {
      try {
        return await readFile(fileOf(digest), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async keep(digest, location) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(fileOf(digest), location, { mode: 0o600 })
    },
    async drop(digest) {
      await rm(fileOf(digest), { force: true })
    },
  }
}
