import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { isAssayError } from '../../src/core/errors/errors.ts'
import { renderActivity } from '../../src/core/page/activity.ts'
import { type Health, renderHealth } from '../../src/core/page/health.ts'
import { firstMissing, type Missing } from '../../src/core/page/missing.ts'
import { VERSION } from '../../src/version.ts'
import type { HealingState } from '../heal/heal.ts'
import type { LookCounts, Looks } from '../looks.ts'
import type { Activities } from './activity.ts'
import type { LastEvent } from './last-events.ts'
import type { Person } from './people.ts'
import type { RightOf } from './rights.ts'

/** What there is to say of the bot itself. */
export interface Status {
  /** When it started, in milliseconds since the epoch. */
  since: number
  activities: Activities
  queue: Looks['queue']
  events(): readonly LastEvent[]
  healing(): HealingState | undefined
}

/** The pages on the bot itself, as far as somebody may see them. */
export interface StatusPages {
  activity(person: Person): Promise<string>
  health(person: Person): Promise<string>
}

export function statusPages(status: Status, rightOf: RightOf, now: () => number): StatusPages {
  /** Of these what is in repositories that somebody may read. Somebody who may read many sees the first of them. */
  async function seenBy<T extends { repository: RepositoryName }>(person: Person, all: readonly T[]) {
    const own = all.filter(({ repository }) => repository.forge === person.forge)
    const nameOf = ({ repository }: T) => repository.name.toLowerCase()
    const groups = [...Map.groupBy(own, nameOf)]
    const readable = new Set<string>()
    const missing: Missing[] = []
    for (let at = 0; at < groups.length; at += ASKED_AT_ONCE) {
      if (readable.size >= MOST_READABLE) {
        missing.push('cut')
        break
      }
      const asked = groups.slice(at, at + ASKED_AT_ONCE)
      const answers = await Promise.all(asked.map(([, [one]]) => mayRead(rightOf, one!.repository, person)))
      for (const [index, answer] of answers.entries()) {
        if (answer === 'yes') readable.add(asked[index]![0])
        if (answer !== 'yes' && answer !== 'no') missing.push(answer)
      }
    }
    return { seen: own.filter(one => readable.has(nameOf(one))), missing }
  }

  return {
    async activity(person) {
      const { seen, missing } = await seenBy(person, status.activities.done())
      const done = seen.map(one => ({ ...one, repository: one.repository.name }))
      const viewer = { login: person.login, maySignOut: person.maySignOut }
      return renderActivity(done, {
        viewer,
        missing: firstMissing(missing),
        since: status.since,
        now: now(),
        version: VERSION,
      })
    },

    async health(person) {
      const stuck = await seenBy(person, status.activities.problems())
      const done = await seenBy(
        person,
        status.activities.done().filter(({ isFound }) => isFound),
      )
      const { redeliveries, surveys, settings, failed } = status.healing() ?? NOTHING
      const allSettings = [...settings.values()].flat()
      const ofRepositories = allSettings.flatMap(one =>
        one.repository ? [{ ...one, repository: one.repository }] : [],
      )
      const hooks = await seenBy(person, ofRepositories)
      const wrong = [...allSettings.filter(one => !one.repository), ...hooks.seen].filter(
        one => !one.isUnknown,
      )
      const queue: LookCounts = { waiting: 0, running: 0, paused: 0 }
      const queued = await seenBy(person, status.queue())
      for (const { state } of queued.seen) queue[state]++
      const told = await seenBy(person, status.events())
      const [last] = told.seen
      const health: Health = {
        since: status.since,
        queue,
        hooks: [...new Map(wrong.map(({ what, fix }) => [what, { what, fix }])).values()],
        hooksUnseen: hooks.seen.filter(one => one.isUnknown).length,
        ...(last && { lastEvent: last.at }),
        isLossy: redeliveries.lost > 0,
        ...(surveys.size > 0 && { surveyedAt: Math.min(...[...surveys.values()].map(({ at }) => at)) }),
        found: done.seen.length,
        failed: [...failed].map(([what, error]) => ({
          what: `The round \`${what}\` failed`,
          why: whyOf(error),
        })),
        problems: stuck.seen.map(({ at, repository, problem: { what, fix } }) => ({
          at,
          repository: repository.name,
          what,
          ...(fix !== undefined && { fix }),
        })),
      }
      const viewer = { login: person.login, maySignOut: person.maySignOut }
      return renderHealth(health, {
        viewer,
        missing: firstMissing([stuck, done, hooks, queued, told].flatMap(({ missing }) => missing)),
        now: now(),
        version: VERSION,
      })
    },
  }
}

// --- internal ---

/** So many repositories that somebody may read are on one page, or a few more. */
const MOST_READABLE = 40
const ASKED_AT_ONCE = 10
const NOTHING: HealingState = {
  redeliveries: { repeated: 0, open: 0, lost: 0 },
  surveys: new Map(),
  settings: new Map(),
  failed: new Map(),
}

async function mayRead(
  rightOf: RightOf,
  repository: RepositoryName,
  person: Person,
): Promise<'yes' | 'no' | Missing> {
  try {
    const right = await rightOf(repository, person, 'now')
    if (typeof right === 'object') return right
    return right === 'unknown' ? 'forge' : right === 'none' ? 'no' : 'yes'
  } catch (error) {
    if (!isAssayError(error)) throw error
    return error.code.startsWith('FORGE_') ? 'forge' : 'no'
  }
}

/** No address and no name of a repository: who looks may read none of them. */
function whyOf(error: unknown): string {
  return isAssayError(error)
    ? `${error.code.toLowerCase().replaceAll('_', ' ')}; its log says more`
    : 'a fault of its own; its log says more'
}
