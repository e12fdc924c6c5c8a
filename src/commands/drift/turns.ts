import { setTimeout as sleep } from 'node:timers/promises'
import { type AlertSubject, alertMarker } from '../../core/alerts/issue.ts'
import { CONFIG_FILE } from '../../core/text/names.ts'
import { type Turn, takeTurn } from '../../forges/ensure/turn.ts'
import { FORGE_ERROR_CODES, isForgeError } from '../../forges/forge-error.ts'
import type { Context, DeployAccess } from '../command/context.ts'

/**
 * The turn in which the bot writes the issue too, for each write. A token that may write issues alone can take none, and one that
 * somebody keeps is waited for some seconds: without it is written all the same, as what is written is merged.
 */
export function alertTurns(
  { ci, now, signal }: Context,
  { claims, repository, defaultBranch }: DeployAccess,
  subject: AlertSubject,
): <T>(write: () => Promise<T>) => Promise<T> {
  let mayTake = true
  async function take(): Promise<Turn | undefined> {
    if (!claims || !mayTake) return undefined
    try {
      const branch = ci.defaultBranch ?? (await defaultBranch?.())
      const head = branch === undefined ? undefined : await repository.readHead(branch, CONFIG_FILE)
      if (!head) return undefined
      const name = alertMarker(subject)
      for (const wait of WAITS) {
        const turn = await takeTurn(claims, { name, commit: head.head.commit, now: now() })
        if (turn) return turn
        await sleep(wait, undefined, { signal })
      }
    } catch (error) {
      // Refused, most of all. Where the forge does not answer at all, the write says so.
      if (!isForgeError(error, ...FORGE_ERROR_CODES)) throw error
      mayTake = false
    }
    return undefined
  }
  return async write => {
    const turn = await take()
    try {
      return await write()
    } finally {
      // One that cannot be given back ends by its time.
      await Promise.allSettled([turn?.end()])
    }
  }
}

// --- internal ---

/** Milliseconds. */
const WAITS = [500, 1000, 2000, 4000]
