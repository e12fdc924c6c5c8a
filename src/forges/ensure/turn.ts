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
  const before = await refs.claimsBelow(folder)
  if (!(await areOver(refs, before, now))) return undefined
  // Above all that were taken: below a turn that is somebody's, nobody begins.
  const ref = `${folder}${Math.max(0, ...before.map(one => Number(one.slice(folder.length))).filter(Number.isSafeInteger)) + 1}`
  const note = `Turn of ${randomUUID()} at ${new Date(now).toISOString()}`
  if (!(await refs.claim(ref, commit, note))) return undefined
  async function end(): Promise<void> {
    // Of a turn that ran out, the name may be another's by now.
    if ((await refs.claimed(ref))?.note === note) await refs.forget(ref)
  }
  // What was looked at before may have ended meanwhile, and the next be taken.
  const others = (await refs.claimsBelow(folder)).filter(one => one !== ref)
  if (!(await areOver(refs, others, now))) {
    await end()
    return undefined
  }
  for (const one of others) await refs.forget(one)
  return { isOurs: at => at < now + TURN_MS / 2, end }
}

/** Takes away the refs of a turn that nobody needs any more, whoever had it. */
export async function forgetTurn(refs: Claims, name: string): Promise<void> {
  for (const ref of await refs.claimsBelow(folderOf(name))) await refs.forget(ref)
}

/**
 * Takes away what those left that were killed.
 *
 * @returns when another may turn out to be left, in milliseconds since the epoch; undefined where there is none
 */
export async function endLostTurns(refs: Claims, now: number): Promise<number | undefined> {
  const open: number[] = []
  for (const ref of await refs.claimsBelow(FOLDER)) {
    const there = await refs.claimed(ref)
    if (!there) continue
    const lost = begunAt(there) + 2 * TURN_MS
    if (now >= lost) await refs.forget(ref)
    else open.push(lost)
  }
  return open.length > 0 ? Math.min(...open) : undefined
}

/** Milliseconds that a turn lasts at most. */
export const TURN_MS = 120_000

// --- internal ---

const FOLDER = 'refs/assay/turns/'

function folderOf(name: string): string {
  return `${FOLDER}${createHash('sha256').update(name).digest('hex').slice(0, 16)}/`
}

/** Whether the time of all of them is over. */
async function areOver(refs: Claims, taken: readonly string[], now: number): Promise<boolean> {
  for (const ref of taken) {
    const there = await refs.claimed(ref)
    if (there && now < begunAt(there) + TURN_MS) return false
  }
  return true
}

/** By the clock that is ahead, the forge's or that of whoever took it, as far as an hour: else a turn is over to whose clock is ahead. */
function begunAt({ at, note }: { at: number; note: string }): number {
  const noted = Date.parse(/ at (\S+)$/.exec(note.trimEnd())?.[1] ?? '')
  return noted > at ? Math.min(noted, at + 3_600_000) : at
}
