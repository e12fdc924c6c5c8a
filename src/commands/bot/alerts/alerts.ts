import type { ToldAlert } from '../../../core/alerts/alert.ts'
import { type AlertSubject, alertSubjectWords } from '../../../core/alerts/issue.ts'
import { isSameNoted, NOTED, type Noted, withTold } from '../../../core/alerts/noted.ts'
import { slackDue } from '../../../core/alerts/slack.ts'
import { maskedValue } from '../../../core/secrets/masked-value.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { endLostTurns, type Turn } from '../../../forges/ensure/turn.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedAccess } from '../../deploy/read/masked-access.ts'
import { type AlertKey, type AlertsKey, keyName, type RepositoryName } from '../keys.ts'
import type { LookResult } from '../look.ts'
import type { BotWorld, Rights } from '../world.ts'
import { moveOn, placesOf, whereTold } from './moving.ts'
import { readNotes, unfinishedAlerts, writeNoted } from './noted.ts'
import { saySlack, slackLinks, unnoted } from './slack.ts'
import { standingOf } from './standing.ts'
import { turnOf } from './turn.ts'

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
  const later = { did: [], again: [{ key, at: world.now() + TAKEN_MS }] }
  const did: string[] = []
  const mask = maskFor(world)
  const clean = (noted: Noted | undefined) => noted && maskedValue(NOTED, noted, mask)
  const write = async (noted: Noted) => {
    const written = await writeNoted(world, access, key, noted)
    const { action } = written
    if (action === 'created' || action === 'updated')
      did.push(`alert of ${alertSubjectWords(key)}: issue ${action}`)
    return written
  }

  const notes = await readNotes(access)
  let { noted, url } = notes(key)
  const places = placesOf(world, access, key)
  const told = await whereTold(world, key, notes, places)
  if (told.length > 0) {
    // Also where it stands there already: whoever has the turn may be about to take it back.
    const turn = await take()
    if (!turn) return later
    const there = (await readNotes(access))(key)
    url = there.url
    // What nobody waits for any more may be over long since.
    const still = world.alerts?.still(key, told) ?? []
    const withNews = (of: readonly ToldAlert[]) => clean(withTold(there.noted, of))
    noted = withNews(still)
    const isNew = !isSameNoted(noted, there.noted)
    if (noted && isNew) ({ noted, url = there.url } = await write(noted))
    const unheard = world.alerts?.noted(key, still) ?? []
    if (noted && isNew && unheard.length > 0 && turn.isOurs(world.now())) {
      // Whoever told of it was answered that it has to come again. If it does not, all is as it was.
      const heard = still.filter(one => !unheard.includes(one))
      ;({ noted } = await write(withNews(heard) ?? { ...noted, over: true }))
    }
  }
  if (!noted) return { did }

  const moving = await moveOn(world, access, key, noted, places, take)
  if (moving === 'later') return { ...later, did }
  if ('moved' in moving) {
    await write(clean(moving.left)!)
    // Each goes on as one of its issue.
    const keys = [key, ...moving.moved]
    return { did, again: keys.map(one => ({ key: one, at: world.now() })) }
  }

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
    if (!isSameNoted((await readNotes(access))(key).noted, before)) return { ...later, did }
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
  const error = standing.error ?? moving.error
  if (error !== undefined) throw error
  return { did, ...(problems.length > 0 && { problems }), ...(again.length > 0 && { again }) }
}
