import type { Answer } from '../../../core/chatops/replies.ts'
import { mayRetrain } from '../../../core/chatops/rights.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedAccess } from '../../deploy/read/masked-access.ts'
import { type RetrainSource, readRetrainSource } from '../../retraining/facts.ts'
import { retrainModel } from '../../retraining/retrain-model.ts'
import { readChampion } from '../champion.ts'
import type { BotWorld, Rights } from '../world.ts'
import type { Commanded, Later } from './commanded.ts'
import { ownerFacts } from './rights.ts'
import { chosen } from './scope.ts'

export const RETRAIN_RIGHTS: Rights = {
  needs: { contents: 'write', pull_requests: 'write' },
  uses: { actions: 'write', members: 'read' },
}

/**
 * Has a model trained anew because of the version that serves: once for that version, whoever asks how often. Where another bot is
 * just starting it, that is waited for.
 *
 * @throws AssayError `RETRAIN_IMPOSSIBLE`, `MODEL_UNKNOWN`, `CONFIG_INVALID`; those of `world.open`
 */
export async function retrain(world: BotWorld, commanded: Commanded<'retrain'>): Promise<Answer | Later> {
  const { key, written, command } = commanded
  const opened = await world.open(key.repository, RETRAIN_RIGHTS)
  const access: RepositoryConnection = { ...opened, ...maskedAccess(opened, maskFor(world)) }
  const refused = (why: string): Answer => ({ kind: 'refused', command: 'retrain', why })
  try {
    const source = await sourceOf(access)
    if (!source)
      return refused(
        `there is no ${CONFIG_FILE} here: write it below a pull request of the repository that the model is trained in`,
      )
    const permission = mayRetrain(await ownerFacts(access, commanded, source.head.commit))
    if (!permission.may) return refused(permission.why)
    const model = chosen(commanded, Object.keys(source.models))
    const asked = { forge: key.repository.forge, source, model, environment: undefined }
    const { config, version: champion, since } = await readChampion(world, asked)
    if (since !== undefined && since > written.created)
      return refused(`${champion} began to serve after this was written: write it again`)
    const now = world.now()
    const { words, url, action, again } = await retrainModel(access, {
      world,
      source,
      config,
      model,
      champion,
      why: `${written.author.login} asks for it in pull request ${key.pullRequest}${command.reason === undefined ? '' : `: ${maskFor(world).text(command.reason)}`}`,
      now,
      dryRun: false,
    })
    if (action === 'waits' && again !== undefined) return { kind: 'later', at: again }
    const about = `${model}, because of ${champion}`
    return { kind: 'done', command: 'retrain', about, lines: [{ words, ...(url && { url }) }] }
  } finally {
    await access.close()
  }
}

// --- internal ---

async function sourceOf(access: RepositoryConnection): Promise<RetrainSource | undefined> {
  try {
    return await readRetrainSource(access.repository, await access.defaultBranch(), CONFIG_FILE)
  } catch (error) {
    if (isAssayError(error, 'CONFIG_MISSING')) return undefined
    throw error
  }
}
