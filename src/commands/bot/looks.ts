import { isAssayError } from '../../core/errors/errors.ts'
import { COMMENT_RIGHTS, lookAtComment } from './comments.ts'
import type { Key } from './keys.ts'
import type { Look, LookResult } from './look.ts'
import { lookAtPromotions, PROMOTION_RIGHTS } from './promotions.ts'
import { lookAtRun, REPORT_RIGHTS } from './reports.ts'
import { lookAtRuns } from './runs.ts'
import type { BotWorld } from './world.ts'

/** What is done for each kind of key. */
export const LOOKS: { [K in Key['kind']]: Look<Extract<Key, { kind: K }>> } = {
  comment: { priority: 'reply', rights: COMMENT_RIGHTS, look: lookAtComment },
  promotion: { priority: 'promotion', rights: PROMOTION_RIGHTS, look: lookAtPromotions },
  run: { priority: 'verdict', rights: REPORT_RIGHTS, look: lookAtRun },
  runs: { priority: 'rest', rights: REPORT_RIGHTS, look: lookAtRuns },
}

/**
 * Looks at a key by the row of its kind. What a person has to put right ends the look: nothing changes until there is an event,
 * and that brings the key again.
 *
 * @throws AssayError for what may pass; anything else is a fault of ours
 */
export async function lookAt(world: BotWorld, key: Key): Promise<LookResult> {
  try {
    return await LOOKS[key.kind].look(world, key as never)
  } catch (error) {
    if (!isAssayError(error) || MAY_PASS.test(error.code)) throw error
    return { did: [], problems: [error] }
  }
}

// --- internal ---

/** Of the forge, of git and of what moved meanwhile. */
const MAY_PASS = /^(FORGE|GIT|BRANCH|PULL_REQUEST|ARGOCD)_/
