import { type Standing, whyNotNow } from '../../../core/chatops/limits.ts'
import { mayWrite } from '../../../core/chatops/rights.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import type { BotWorld } from '../world.ts'
import type { Asked } from './commanded.ts'
import { scopeOf } from './scope.ts'

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

async function mayWriteToDeploy(world: BotWorld, asked: Asked): Promise<boolean> {
  try {
    const scope = await scopeOf(world, asked)
    try {
      if (scope.isDeploy) return false
      const { author } = asked.written
      const right = await scope.access.people?.rightOf(author)
      return right !== undefined && mayWrite(right, author)
    } finally {
      await scope.access.close()
    }
  } catch (error) {
    if (!isAssayError(error)) throw error
    // What may pass is tried again, until it has become too late for the command anyway.
    if (isPassing(error) && whyNotNow({ ...asked.written, now: world.now() }) === undefined) throw error
    return false
  }
}
