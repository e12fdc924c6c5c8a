import type { RepositoryName } from '../src/commands/bot/keys.ts'
import type { Priority } from '../src/commands/bot/look.ts'
import type { Rights } from '../src/commands/bot/world.ts'
import type { RepositoryConnection } from '../src/forges/connection.ts'
import { FORGE_NAMES, type ForgeName } from '../src/forges/index.ts'
import { waysTo } from './halves.ts'
import type { WrongSetting } from './heal/app-settings.ts'
import type { DeliveryLog } from './heal/redeliveries.ts'
import type { Surveyor } from './heal/surveys.ts'
import type { HalfSettings } from './settings/halves.ts'
import { notInstalled, type OpenOptions, type Ways } from './way.ts'
import { writeQueue } from './write-queue.ts'

/** The ways to the repositories of all forges that the bot serves; the writes of one account wait for each other. */
export function waysOf(
  settings: Partial<HalfSettings>,
  options: Omit<OpenOptions, 'queueOf'>,
): {
  open(repository: RepositoryName, rights: Rights, priority: Priority): Promise<RepositoryConnection>
  forget(repository: RepositoryName): void
  forgetAll(): void
  /** Of each forge that keeps one. */
  deliveries: readonly DeliveryLog[]
  surveyors: readonly Surveyor[]
  /** What of the settings at each forge keeps the bot from its work. */
  settings: readonly { forge: ForgeName; wrong(): Promise<WrongSetting[]> }[]
} {
  const { safety } = options
  const clock = { now: safety?.now ?? Date.now, wait: safety?.wait ?? sleep }
  const given = () => ({
    ...options,
    // A limit closes the account, so that nobody waits for it in a place that others could use.
    safety: { longestWait: LONGEST_WAIT_MS, ...safety },
    queueOf: queues(clock),
  })
  const ways = Object.fromEntries(
    FORGE_NAMES.map(forge => [forge, waysTo(forge, settings, given())]),
  ) as Record<ForgeName, Ways | undefined>
  return {
    async open({ forge, name }, rights, priority) {
      const way = ways[forge]
      if (!way)
        throw notInstalled(`the bot has no settings for the forge of ${name}`, 'docs/bot.md lists them')
      return way.open(name, rights, priority)
    },
    forget: ({ forge, name }) => ways[forge]?.forget(name),
    forgetAll() {
      for (const forge of FORGE_NAMES) ways[forge]?.forgetAll()
    },
    settings: FORGE_NAMES.flatMap(forge => {
      const wrong = ways[forge]?.wrongSettings
      return wrong ? [{ forge, wrong }] : []
    }),
    surveyors: FORGE_NAMES.flatMap(forge => {
      const way = ways[forge]
      return way ? [{ forge, survey: way.survey }] : []
    }),
    deliveries: FORGE_NAMES.flatMap(forge => ways[forge]?.deliveries ?? []),
  }
}

// --- internal ---

/** Milliseconds that one call may wait in all: the repeats after a failure. */
const LONGEST_WAIT_MS = 10_000

function queues(clock: Parameters<typeof writeQueue>[0]): OpenOptions['queueOf'] {
  const known = new Map<string, ReturnType<typeof writeQueue>>()
  return (name, priority) => {
    const account = name.split('/')[0]!.toLowerCase()
    const queue = known.get(account) ?? writeQueue(clock)
    known.set(account, queue)
    return call => queue(call, priority)
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => void setTimeout(resolve, milliseconds))
}
