import { isAssayError } from '../../../core/errors/errors.ts'
import { isOutside } from '../../../core/errors/outside.ts'
import { ALERT_RIGHTS, lookAtAlert, lookAtAlerts } from '../alerts/alerts.ts'
import { COMMENT_RIGHTS, lookAtComment } from '../comments/comments.ts'
import type { KeyOf, Kind } from '../keys.ts'
import type { Look, LookResult, Priority } from '../look.ts'
import { lookAtPromotions, PROMOTION_RIGHTS } from '../promotions.ts'
import { lookAtRun, REPORT_RIGHTS } from '../reports/reports.ts'
import { lookAtHead, lookAtRuns } from '../reports/runs.ts'
import { lookAtRetraining, lookAtRetrainings, RETRAINING_RIGHTS } from '../retraining.ts'
import type { BotWorld } from '../world.ts'

/** What is done for each kind of key. */
export const LOOKS: { [K in Kind]: Look<KeyOf<K>> } = {
  alert: { priority: 'promotion', rights: ALERT_RIGHTS, look: lookAtAlert },
  alerts: { priority: 'rest', rights: ALERT_RIGHTS, look: lookAtAlerts },
  comment: { priority: 'reply', rights: COMMENT_RIGHTS, look: lookAtComment },
  retraining: { priority: 'rest', rights: RETRAINING_RIGHTS, look: lookAtRetraining },
  retrainings: { priority: 'rest', rights: RETRAINING_RIGHTS, look: lookAtRetrainings },
  promotion: { priority: 'promotion', rights: PROMOTION_RIGHTS, look: lookAtPromotions },
  run: { priority: 'verdict', rights: REPORT_RIGHTS, look: lookAtRun },
  head: { priority: 'verdict', rights: REPORT_RIGHTS, look: lookAtHead },
  runs: { priority: 'rest', rights: REPORT_RIGHTS, look: lookAtRuns },
}

/**
 * Looks at a key by the row of its kind. What a person has to put right in the files ends the look: nothing changes until there
 * is an event, and that brings the key again.
 *
 * @throws AssayError of the forge and the like, whose end no event tells of; anything else is a fault of ours
 */
export async function lookAt<K extends Kind>(
  world: BotWorld,
  key: KeyOf<K>,
  priority: Priority = LOOKS[key.kind].priority,
): Promise<LookResult> {
  try {
    return await LOOKS[key.kind].look(world, key, priority)
  } catch (error) {
    if (!isAssayError(error) || isOutside(error)) throw error
    return { did: [], problems: [error] }
  }
}
