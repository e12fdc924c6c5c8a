import { CONFIG_FILE } from '../../core/config/config.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { parseRetrainBranch } from '../../core/promotion/retraining/branch.ts'
import type { RepositoryConnection } from '../../forges/connection.ts'
import { endLostTurns } from '../../forges/ensure/turn.ts'
import { maskFor } from '../command/without-secrets.ts'
import { maskedAccess } from '../deploy/read/masked-access.ts'
import { readRetrainSource, retrainable } from '../retraining/facts.ts'
import { retrainModel } from '../retraining/retrain-model.ts'
import { servesSomewhere } from './champion.ts'
import type { RetrainingKey } from './keys.ts'
import type { LookResult } from './look.ts'
import type { BotWorld, Rights } from './world.ts'

export const RETRAINING_RIGHTS: Rights = {
  needs: { contents: 'write', pull_requests: 'write' },
  uses: { actions: 'write' },
}

/**
 * Does what is missing of a retraining that was begun: whoever made its branch may have been killed before it started the run. One
 * whose version serves nowhere any more, or whose model is not retrained any more, is let be.
 */
export async function lookAtRetraining(world: BotWorld, key: RetrainingKey): Promise<LookResult> {
  const { repository, branch } = key
  const of = parseRetrainBranch(branch)
  if (!of) return { did: [] }
  const opened = await world.open(repository, RETRAINING_RIGHTS)
  const access: RepositoryConnection = { ...opened, ...maskedAccess(opened, maskFor(world)) }
  try {
    const { model, champion } = of
    const source = await readRetrainSource(access.repository, await access.defaultBranch(), CONFIG_FILE)
    const config = retrainable(source, model)
    const isThere = (await access.repository.readBranches([branch])).get(branch) !== undefined
    if (!isThere || !(await servesSomewhere(world, { forge: repository.forge, source, model }, champion)))
      return { did: [] }
    const why = `It was begun on ${branch}.`
    const asked = { source, config, model, champion, why, now: world.now(), world, dryRun: false }
    const { action, words, again } = await retrainModel(access, asked)
    if (access.claims) await endLostTurns(access.claims, world.now())
    return {
      did: action === 'proposed' || action === 'started' ? [`${model}: ${words}`] : [],
      ...(again !== undefined && { again: [{ key, at: again }] }),
    }
  } catch (error) {
    // Branches stay when a model goes, and anybody may give one such a name.
    if (isAssayError(error, 'RETRAIN_IMPOSSIBLE', 'MODEL_UNKNOWN', 'CONFIG_MISSING')) return { did: [] }
    throw error
  } finally {
    await access.close()
  }
}
