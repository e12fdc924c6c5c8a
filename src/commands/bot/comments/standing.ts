import { type Standing, whyNotNow } from '../../../core/chatops/limits.ts'
import { mayWrite } from '../../../core/chatops/rights.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import { PROMOTION_RIGHTS } from '../promotions.ts'
import type { BotWorld } from '../world.ts'
import type { Asked } from './commanded.ts'
import { deploysOf } from './scope.ts'

/**
 * Whether the author of a comment may write where it stands, or to the repository that is deployed from. This says how many are
 * answered, and not what is carried out.
 *
 * @throws AssayError what may pass
 */
export async function standingOf(world: BotWorld, asked: Asked): Promise<Standing> {
  const { access, written } = asked
  const here = await access.people?.rightOf(written.author)
  if (here && mayWrite(here, written.author)) return 'writer'
  return (await mayWriteToDeploy(world, asked)) ? 'writer' : 'other'
}

// --- internal ---

/** To any that a model here is deployed from: who does not name the right one is no less known there. */
async function mayWriteToDeploy(world: BotWorld, asked: Asked): Promise<boolean> {
  const names = await orRefused(world, asked, [], () => deploysOf(world, asked))
  for (const name of names.slice(0, MOST_DEPLOYS))
    if (await orRefused(world, asked, false, () => mayWriteTo(world, asked, name))) return true
  return false
}

async function mayWriteTo(world: BotWorld, { key, written }: Asked, name: string): Promise<boolean> {
  const access = await world.open({ forge: key.repository.forge, name }, PROMOTION_RIGHTS)
  try {
    const right = await access.people?.rightOf(written.author)
    return right !== undefined && mayWrite(right, written.author)
  } finally {
    await access.close()
  }
}

/** What may pass is tried again, until it has become too late for the command anyway. */
async function orRefused<T>(
  world: BotWorld,
  { written }: Asked,
  refused: T,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isAssayError(error)) throw error
    if (isPassing(error) && whyNotNow({ ...written, now: world.now() }) === undefined) throw error
    return refused
  }
}

/** How many are asked for one comment. */
const MOST_DEPLOYS = 10
