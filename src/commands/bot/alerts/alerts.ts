import { CONFIG_FILE } from '../../../core/config/config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { inline, sentence } from '../../../core/report/words/escape.ts'
import { deployAddress } from '../../../core/secrets/deploy-address.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { ensureIssue } from '../../../forges/ensure/issue.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedAccess } from '../../deploy/read/masked-access.ts'
import { championOf } from '../../retraining/champion.ts'
import { impossible, readRetrainSource, retrainable } from '../../retraining/facts.ts'
import { retrainModel } from '../../retraining/retrain-model.ts'
import type { Alert } from '../alert.ts'
import type { AlertKey } from '../keys.ts'
import type { LookResult } from '../look.ts'
import type { BotWorld, Rights } from '../world.ts'

export const ALERT_RIGHTS: Rights = {
  needs: { issues: 'write', contents: 'write', pull_requests: 'write' },
  uses: { actions: 'write' },
}

/**
 * Writes what is wrong with a model into one issue of its repository, and has the model trained anew where live data has moved away
 * from what it was accepted on. Breakage is never trained on. What was told only says that there is something to see: a release that
 * serves no more retrains nothing.
 */
export async function lookAtAlert(world: BotWorld, key: AlertKey): Promise<LookResult> {
  const alerts = world.alerts?.(key) ?? []
  if (alerts.length === 0) return { did: [] }
  const opened = await world.open(key.repository, ALERT_RIGHTS)
  const access: RepositoryConnection = { ...opened, ...maskedAccess(opened, maskFor(world)) }
  try {
    const firing = alerts.filter(one => one.firing)
    const outcome = await outcomeOf(world, access, key, firing)
    const did = await tell(world, access, key, { alerts, firing, outcome })
    if (outcome.error !== undefined) throw outcome.error
    return {
      did: [...did, ...(outcome.did ? [outcome.words] : [])],
      ...(outcome.again !== undefined && { again: [{ key, at: outcome.again }] }),
    }
  } finally {
    await access.close()
  }
}

// --- internal ---

interface Outcome {
  words: string
  url?: string
  did?: boolean
  again?: number
  error?: unknown
}

/** What is done about what fires. */
async function outcomeOf(
  world: BotWorld,
  access: RepositoryConnection,
  key: AlertKey,
  firing: readonly Alert[],
): Promise<Outcome> {
  const { model } = key
  if (firing.length === 0) return { words: 'It is over.' }
  const broken = firing.some(({ kind }) => kind === 'breakage')
  if (broken)
    return { words: 'Something is broken: a person has to look. Nothing is trained on broken data.' }
  const moved = firing.filter(({ kind }) => kind === 'shift' || kind === 'concept')
  if (model === undefined || moved.length === 0) return { words: 'Nothing is trained anew because of this.' }
  try {
    return await retrain(world, access, { ...key, model }, moved)
  } catch (error) {
    if (!isAssayError(error)) throw error
    const what = [error.message, ...error.problems.map(problem => problem.what)].join('; ')
    return { words: `It is not trained anew: ${what}.`, error }
  }
}

async function retrain(
  world: BotWorld,
  access: RepositoryConnection,
  { model, environment, repository }: AlertKey & { model: string },
  moved: readonly Alert[],
): Promise<Outcome> {
  const source = await readRetrainSource(access.repository, await access.defaultBranch(), CONFIG_FILE)
  const config = retrainable(source, model)
  const address = deployAddress(config.deploy.repository, world.ci.serverUrl, 'file')
  if (address.kind !== 'forge')
    throw impossible(model, [{ what: 'it is deployed from plain git, where the App is not installed' }])
  const deploy = { address, name: address.repository, branch: config.deploy.branch }
  const opened = await world.open(
    { forge: repository.forge, name: deploy.name },
    { needs: { contents: 'read' } },
  )
  const serving = await championOf(opened.repository, deploy, model, config, environment).finally(
    opened.close,
  )
  const { version: champion } = serving
  const about = moved.filter(({ release }) => release === '' || release === champion)
  if (about.length === 0)
    return { words: `${moved[0]!.release} serves no more, but ${champion}: nothing is trained anew.` }
  const why = `Live data shows ${[...new Set(about.map(({ kind }) => kind))].sort().join(' and ')}.`
  const asked = { source, config, model, champion, why, now: world.now(), dryRun: false, patient: true }
  const { action, words, url, again } = await retrainModel(access, asked)
  const did = action === 'proposed' || action === 'started'
  return { words: `Retraining: ${words}.`, did, ...(url && { url }), ...(again !== undefined && { again }) }
}

const LABEL = 'assay-alert'
const MOST_SHOWN = 20

async function tell(
  world: BotWorld,
  { issues, forge }: RepositoryConnection,
  { model = '-', environment = '-' }: AlertKey,
  { alerts, firing, outcome }: { alerts: readonly Alert[]; firing: readonly Alert[]; outcome: Outcome },
): Promise<string[]> {
  if (!issues) return []
  const { message } = maskFor(world)
  const where = environment === '-' ? model : `${model} in ${environment}`
  const shown = (firing.length > 0 ? firing : alerts).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const rows = shown.slice(0, MOST_SHOWN).map(rowOf)
  const more = shown.length > MOST_SHOWN ? [`- and ${shown.length - MOST_SHOWN} more`] : []
  const words = sentence(outcome.words, 1000)
  const link = outcome.url === undefined ? '' : ` (<${outcome.url}>)`
  const ensured = await ensureIssue(issues, forge, {
    marker: `<!-- ${LABEL}:${model}/${environment} -->`,
    label: LABEL,
    title: `Alert: ${where}`,
    body: message([...rows, ...more, '', `${words}${link}`].join('\n')),
    state: firing.length > 0 ? 'open' : 'closed',
  })
  const isWritten = ensured.action === 'created' || ensured.action === 'updated'
  return isWritten ? [`alert of ${where}: issue ${ensured.action}`] : []
}

function rowOf({ kind, name, severity, release, since, summary }: Alert): string {
  const facts = [name, kind, severity, release, `since ${since}`].filter(Boolean).map(fact => inline(fact))
  return `- ${facts.join(', ')}${summary === '' ? '' : `: ${sentence(summary, 500)}`}`
}
