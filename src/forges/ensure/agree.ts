import { setTimeout as sleep } from 'node:timers/promises'
import type { Comment } from '../forge.ts'
import { mayHaveHappened } from '../forge-error.ts'

/** Our own comments of one kind below one pull request, of which there is to be one. */
export interface OneComment<C extends Comment = Comment> {
  /** All of them, oldest first. */
  read(): Promise<C[]>
  create(): Promise<Comment>
  /** Whether one that is there is what this run wanted to create. */
  isThis(comment: C): boolean
  wait?: (milliseconds: number) => Promise<unknown>
}

/**
 * Creates one, and looks who else did: all but the oldest give way. A creation whose answer was lost is looked for, and repeated
 * once where it is not there.
 *
 * @returns `older`, oldest first: where there is one, the caller removes what it has created
 */
export async function createAndLook<C extends Comment>(
  one: OneComment<C>,
): Promise<{ created: Comment; older(): Promise<C[]> }> {
  const created = await createOnce(one)
  return { created, older: () => readOlder(one, created) }
}

// --- internal ---

/** How long a forge may go on showing a list without the comment it has just made. */
const REPLICATION = [500, 1500, 3000]

async function createOnce<C extends Comment>({ read, create, isThis }: OneComment<C>): Promise<Comment> {
  for (let repeated = false; ; repeated = true) {
    try {
      return await create()
    } catch (error) {
      if (!mayHaveHappened(error)) throw error
      const made = (await read()).find(isThis)
      if (made) return made
      if (repeated) throw error
    }
  }
}

/** A list that does not show our own comment yet may hide another one too: waits for it, but not for ever. */
async function readOlder<C extends Comment>(
  { read, wait = sleep }: OneComment<C>,
  created: Comment,
): Promise<C[]> {
  for (const pause of [...REPLICATION, undefined]) {
    const own = await read()
    const older = own.filter(comment => comment.id < created.id)
    if (older.length > 0 || own.some(comment => comment.id === created.id)) return older
    if (pause !== undefined) await wait(pause)
  }
  return []
}
