import { createHash, randomUUID } from 'node:crypto'
import type { Claims } from '../workflows.ts'

/**
 * One at a time, among processes that know nothing of each other: whoever creates the ref of a turn has it, until it takes the ref
 * away. One that was killed leaves it; after its time somebody else takes the next turn. The claim of a run is for good, this is not.
 */

export interface Turn {
  /** Gives it back. */
  end(): Promise<void>
  /** Whether nobody else can have it yet: what must not be done twice is not begun later. In milliseconds since the epoch. */
  isOurs(now: number): boolean
}

/** @returns undefined where somebody else has it */
export async function takeTurn(
  refs: Claims,
  { name, commit, now }: { name: string; commit: string; now: number },
): Promise<Turn | undefined> {
  const folder = folderOf(name)
  const note = `Turn of ${randomUUID()}`
  for (let number = 1; number <= MOST; number++) {
    const ref = `${folder}${number}`
    if (await refs.claim(ref, commit, note)) {
      const all = Array.from({ length: number }, (_, at) => `${folder}${at + 1}`)
      return {
        isOurs: at => at < now + TURN_MS / 2,
        async end() {
          // The newest last: until it is gone, nobody else begins.
          for (const one of all) await refs.forget(one)
        },
      }
    }
    const there = await refs.claimed(ref)
    if (!there || now < there.at + TURN_MS) return undefined
  }
  return undefined
}

/** Takes away the refs of a turn that nobody needs any more, whoever had it. */
export async function forgetTurn(refs: Claims, name: string): Promise<void> {
  for (const ref of await refs.claimsBelow(folderOf(name))) await refs.forget(ref)
}

/** Takes away what those left that were killed. */
export async function endLostTurns(refs: Claims, now: number): Promise<void> {
  for (const ref of await refs.claimsBelow(FOLDER)) {
    const there = await refs.claimed(ref)
    if (there && now >= there.at + 2 * TURN_MS) await refs.forget(ref)
  }
}

/** Milliseconds that a turn lasts at most. */
export const TURN_MS = 120_000

// --- internal ---

const FOLDER = 'refs/assay/turns/'

function folderOf(name: string): string {
  return `${FOLDER}${createHash('sha256').update(name).digest('hex').slice(0, 16)}/`
}

/** How many may be killed one after the other before somebody has to take the refs away. */
const MOST = 20
