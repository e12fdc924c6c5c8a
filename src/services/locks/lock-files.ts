import { constants } from 'node:fs'
import { access, mkdir, open, rm, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Claims on names, one process each, by files in a folder that all of them see. */
export interface Locks {
  /** That the folder is there and may be written in. @throws Error of the system where not; so do the others */
  prepare(): Promise<void>
  /** Who holds it: `mine`, from now on, or another in words. */
  claim(name: string): Promise<'mine' | string>
  /** Says that they are held still; the names that another has taken meanwhile. To be called more often than `STALE_MS`. */
  renew(): Promise<string[]>
  /** Gives up all but some. */
  release(but?: ReadonlySet<string>): Promise<void>
}

/** A lock that nobody has renewed for so long is held by nobody. */
export const STALE_MS = 30_000

/**
 * A process that was killed holds nothing: on this machine it is seen at once that it is gone, on another after `STALE_MS`. What
 * shares no folder is not seen at all.
 *
 * @param now milliseconds
 */
export function lockFiles(folder: string, now: () => number): Locks {
  const held = new Set<string>()
  const me: Holder = { host: hostname(), pid: process.pid, since: now() }
  const fileOf = (name: string) => join(folder, `assay-${name}.lock`)
  const isMine = (holder: Holder | undefined) =>
    holder?.host === me.host && holder.pid === me.pid && holder.since === me.since

  const create = async (name: string): Promise<boolean> => {
    try {
      const file = await open(fileOf(name), 'wx', 0o600)
      await file.writeFile(JSON.stringify(me))
      await file.close()
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  }
  return {
    async prepare() {
      await mkdir(folder, { recursive: true })
      await access(folder, constants.W_OK | constants.X_OK)
    },
    async claim(name) {
      if (held.has(name)) return 'mine'
      await mkdir(folder, { recursive: true })
      for (let attempt = 0; attempt < 3; attempt++) {
        if (await create(name)) {
          held.add(name)
          return 'mine'
        }
        const found = await holderOf(fileOf(name))
        if (found && isHeld(found, now()))
          return `process ${found.holder?.pid ?? 'unknown'} on ${found.holder?.host ?? 'an unknown machine'}`
        await rm(fileOf(name), { force: true })
      }
      return 'another process that begins just now'
    },
    async renew() {
      const lost: string[] = []
      if (held.size > 0) await mkdir(folder, { recursive: true })
      for (const name of held) {
        const found = await holderOf(fileOf(name))
        if (isMine(found?.holder)) await utimes(fileOf(name), now() / 1000, now() / 1000)
        else if (!found && (await create(name))) continue
        else {
          held.delete(name)
          lost.push(name)
        }
      }
      return lost
    },
    async release(but = new Set()) {
      for (const name of held) {
        if (but.has(name)) continue
        held.delete(name)
        if (isMine((await holderOf(fileOf(name)))?.holder)) await rm(fileOf(name), { force: true })
      }
    },
  }
}

// --- internal ---

interface Holder {
  host: string
  pid: number
  since: number
}

/** Undefined where there is no lock; without a holder where its file is not whole. */
async function holderOf(path: string): Promise<{ holder?: Holder; renewed: number } | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      const { mtimeMs: renewed } = await file.stat()
      const text = await file.readFile('utf8')
      const holder = text.endsWith('}') ? (JSON.parse(text) as Holder) : undefined
      return { ...(holder && { holder }), renewed }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (error instanceof SyntaxError) return { renewed: 0 }
    throw error
  }
}

/** This very process id is that of an earlier life: a container always begins with the same. */
function isHeld({ holder, renewed }: { holder?: Holder; renewed: number }, now: number): boolean {
  const isHere = holder?.host === hostname()
  if (isHere && (holder.pid === process.pid || !isAlive(holder.pid))) return false
  return now - renewed < STALE_MS
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
