import {
  type AlertSubject,
  alertMarker,
  alertSubjectWords,
  NO_ENVIRONMENT,
  namingEnvironment,
} from '../../../core/alerts/issue.ts'
import { isSameNoted, NOTED, type Noted, withTold } from '../../../core/alerts/noted.ts'
import { slackDue } from '../../../core/alerts/slack.ts'
import { CONFIG_FILE } from '../../../core/config/config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import { maskedValue } from '../../../core/secrets/masked-value.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { endLostTurns, type Turn, takeTurn } from '../../../forges/ensure/turn.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedAccess } from '../../deploy/read/masked-access.ts'
import { readRetrainSource } from '../../retraining/facts.ts'
import { environmentsOf } from '../champion.ts'
import { type AlertKey, type AlertsKey, keyName, type RepositoryName } from '../keys.ts'
import type { LookResult } from '../look.ts'
import type { BotWorld, Rights } from '../world.ts'
import { readNoted, unfinishedAlerts, writeNoted } from './noted.ts'
import { saySlack, slackLinks, unnoted } from './slack.ts'
import { standingOf } from './standing.ts'

export const ALERT_RIGHTS: Rights = {
  needs: { issues: 'write', contents: 'write', pull_requests: 'write' },
  uses: { actions: 'write' },
}

/**
 * Writes what is wrong with a model into one issue of its repository, has the model trained anew where live data has moved away from
 * what it was accepted on, and says so in Slack. Breakage is never trained on. What was told only says that there is something to see: a
 * release that serves no more retrains nothing.
 *
 * What was told is in the issue before anything is done about it, and what is done is found again by its branch: whoever is killed here
 * leaves no more than what the next look does.
 */
export async function lookAtAlert(world: BotWorld, key: AlertKey): Promise<LookResult> {
  const opened = await world.open(key.repository, ALERT_RIGHTS)
  const access: RepositoryConnection = { ...opened, ...maskedAccess(opened, maskFor(world)) }
  let turn: Turn | undefined
  try {
    return await look(world, access, key, async () => {
      turn ??= await turnOf(world, access, key)
      return turn
    })
  } finally {
    // A turn that cannot be given back ends by its time.
    await Promise.allSettled([turn?.end()])
    await access.close()
  }
}

/** Names the alerts of a repository that may have changed by themselves, and takes away what those left that were killed. */
export async function lookAtAlerts(world: BotWorld, { repository }: AlertsKey): Promise<LookResult> {
  const access = await world.open(repository, ALERT_RIGHTS)
  try {
    if (access.claims) await endLostTurns(access.claims, world.now())
    const subjects = await unfinishedAlerts(access)
    const at = world.now()
    return { did: [], again: subjects.map(subject => ({ key: keyAt(repository, subject), at })) }
  } finally {
    await access.close()
  }
}

// --- internal ---

function keyAt(repository: RepositoryName, { model, environment }: AlertSubject): AlertKey {
  return {
    kind: 'alert',
    repository,
    ...(model !== undefined && { model }),
    ...(environment !== undefined && { environment }),
  }
}

/** Milliseconds after which a turn that somebody else has is asked for again. */
const TAKEN_MS = 15_000

async function look(
  world: BotWorld,
  access: RepositoryConnection,
  key: AlertKey,
  take: () => Promise<Turn | undefined>,
): Promise<LookResult> {
  const told = world.alerts?.told(key) ?? []
  const later = { did: [], again: [{ key, at: world.now() + TAKEN_MS }] }
  const did: string[] = []
  const mask = maskFor(world)
  const clean = (noted: Noted | undefined) => noted && maskedValue(NOTED, noted, mask)
  const write = async (noted: Noted) => {
    const { action, url } = await writeNoted(world, access, key, noted)
    if (action === 'created' || action === 'updated')
      did.push(`alert of ${alertSubjectWords(key)}: issue ${action}`)
    return url
  }

  let { noted, url } = await readNoted(access, key)
  const { environment } = key
  // What an issue knows already ends there.
  if (told.length > 0 && (!noted || noted.over) && environment !== undefined) {
    const there = await placeOf(world, access, key)
    if (there.environment !== environment) {
      for (const one of told) world.alerts?.add(there, namingEnvironment(one, environment))
      world.alerts?.noted(key, told)
      return { did }
    }
  }
  const news = (known: Noted | undefined) => clean(withTold(known, told))
  if (!isSameNoted(news(noted), noted)) {
    if (!(await take())) return later
    // Another process may have written meanwhile.
    noted = news((await readNoted(access, key)).noted)
    if (noted) url = await write(noted)
  }
  world.alerts?.noted(key, told)
  if (!noted) return { did }

  const standing = await standingOf(world, access, key, noted)
  did.push(...standing.did)
  const before = noted
  let next = clean({
    ...noted,
    people: undefined,
    ...standing.noted,
    slack: unnoted(world, key) ?? noted.slack,
  })!
  const links = slackLinks(world, key, url)
  const due = world.slack && !standing.isQuiet ? slackDue(key, next, links, world.slack) : undefined
  const problems = []
  const again = [...(standing.again === undefined ? [] : [{ key, at: standing.again }])]
  if (due || !isSameNoted(next, before)) {
    const turn = await take()
    if (!turn) return { ...later, did }
    if (!isSameNoted((await readNoted(access, key)).noted, before)) return { ...later, did }
    if (due) {
      const said = await saySlack(world, key, next, due, turn)
      next = clean({ ...next, slack: said.slack })!
      did.push(...said.did)
      problems.push(...said.problems)
      if (said.again !== undefined) again.push({ key, at: said.again })
    }
    await write(next)
    world.slack?.unnoted.delete(keyName(key))
  }
  if (standing.error !== undefined) throw standing.error
  return { did, ...(problems.length > 0 && { problems }), ...(again.length > 0 && { again }) }
}

/**
 * Where an alert belongs: anybody who writes a rule can name any environment. One that the model is known not to have is none; where
 * nobody can tell which it has, all are one place.
 */
async function placeOf(world: BotWorld, access: RepositoryConnection, key: AlertKey): Promise<AlertKey> {
  const { repository, model, environment } = key
  if (model === undefined || environment === undefined || environment === NO_ENVIRONMENT) return key
  let known: string[] | undefined
  try {
    const source = await readRetrainSource(access.repository, await access.defaultBranch(), CONFIG_FILE)
    known = await environmentsOf(world, { forge: repository.forge, source, model })
  } catch (error) {
    if (!isAssayError(error)) throw error
    // An alert does not wait for what may pass; what is done about it meets it again, and the issue says so.
    if (isPassing(error)) return key
  }
  if (known?.includes(environment)) return key
  return { ...key, environment: known && NO_ENVIRONMENT }
}

async function turnOf(
  world: BotWorld,
  { claims, repository, defaultBranch }: RepositoryConnection,
  key: AlertKey,
): Promise<Turn | undefined> {
  // Where nothing can be claimed, one process is all there is.
  if (!claims) return { end: async () => {}, isOurs: () => true }
  const branch = await defaultBranch()
  const head = await repository.readHead(branch, CONFIG_FILE)
  if (!head) return undefined
  return takeTurn(claims, { name: alertMarker(key), commit: head.head.commit, now: world.now() })
}
