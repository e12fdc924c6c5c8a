import { type Key, keyName, type RepositoryName } from '../../src/commands/bot/keys.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import { type BotLog, failureFields } from '../log.ts'
import type { Cause, LookEnd } from '../look-end.ts'
import type { Clock } from '../looks.ts'
import type { Metrics } from '../metrics.ts'
import type { waysOf } from '../ways.ts'
import { alertLook } from './alert-look.ts'
import type { WrongSetting } from './app-settings.ts'
import { redeliveriesOf } from './redeliveries.ts'
import { type Round, type Rounds, startRounds } from './rounds.ts'
import { type SurveyRound, surveysOf } from './surveys.ts'

export interface HealOptions {
  ways: Pick<ReturnType<typeof waysOf>, 'deliveries' | 'surveyors' | 'settings'>
  add(key: Key, cause: Cause): void
  /** The repositories that alerts may come of. */
  alerting: readonly RepositoryName[]
  clock: Clock
  log: BotLog
  metrics: Pick<Metrics, 'redelivered' | 'surveyed'>
}

/** The rounds, and what they are told of looks that others brought. */
export interface Healing extends Rounds {
  looked(end: LookEnd): void
  state(): HealingState
}

/** What the rounds found, for people. */
export interface HealingState {
  redeliveries: { repeated: number; open: number; lost: number }
  /** The last of each forge. */
  surveys: ReadonlyMap<ForgeName, { at: number } & Omit<SurveyRound, 'found'>>
  /** Of the App, and of what calls the bot. */
  settings: ReadonlyMap<ForgeName, readonly WrongSetting[]>
  /** Rounds whose last attempt failed, and of what. */
  failed: ReadonlyMap<string, unknown>
}

/**
 * Finds what no event told of: has the forge tell once more of what nobody took, looks at what it shows of all repositories, and
 * once an hour at everything.
 */
export function startHealing({ ways, add, alerting, clock, log, metrics }: HealOptions): Healing {
  const looked = new Map<string, number>()
  const found = (key: Key) => add(key, 'found')
  const state = {
    redeliveries: { repeated: 0, open: 0, lost: 0 },
    surveys: new Map<ForgeName, { at: number } & Omit<SurveyRound, 'found'>>(),
    settings: new Map<ForgeName, readonly WrongSetting[]>(),
    failed: new Map<string, unknown>(),
  }

  const redeliveries = ways.deliveries.map((kept): Round => {
    const own = redeliveriesOf(kept, clock.now)
    return {
      name: 'redeliveries',
      every: FIVE_MINUTES,
      async run() {
        const round = await own.round()
        const { redelivered: count, left, lost, isCut } = round
        metrics.redelivered({ redelivered: count, lost, untaken: own.untaken() })
        const { redeliveries: before } = state
        state.redeliveries = {
          repeated: before.repeated + count,
          open: own.untaken(),
          lost: before.lost + lost,
        }
        if (isCut) log.line('warn', 'there are more deliveries than are read; the state itself is looked at')
        if (count > 0) log.line('info', 'events that nobody took are told once more', { count, left })
        if (lost > 0) log.line('warn', 'events that nobody took are given up', { count: lost })
      },
    }
  })
  const surveys = ways.surveyors.map((surveyor): Round => {
    const lookedSince = (key: Key, time: number) => (looked.get(keyName(key)) ?? -1) >= time
    const own = surveysOf(surveyor, { now: clock.now, add: found, lookedSince })
    return {
      name: ways.surveyors.length === 1 ? 'survey' : `survey of ${surveyor.forge}`,
      every: FIVE_MINUTES,
      async run() {
        const { left, unseen, spared, cut } = await own.round()
        metrics.surveyed(surveyor.forge, { left, unseen, spared })
        state.surveys.set(surveyor.forge, { at: clock.now(), left, unseen, spared, cut })
        if (cut > 0)
          log.line('warn', 'repositories have more branches of retrainings than are read; delete old ones', {
            count: cut,
          })
        if (left > 0)
          log.line('warn', 'more is new than is looked at in one round; the next goes on', { left })
        if (unseen > 0) log.line('warn', 'repositories could not be seen', { count: unseen })
        if (spared > 0)
          log.line('warn', 'few calls are left this hour, and kept for events and people', { count: spared })
      },
    }
  })
  const settings = ways.settings.map(
    (of): Round => ({
      name: ways.settings.length === 1 ? 'settings' : `settings of ${of.forge}`,
      every: HOUR,
      async run() {
        const found = await of.wrong()
        state.settings.set(of.forge, found)
        const wrong = found.filter(({ isUnknown }) => !isUnknown)
        for (const words of new Set(wrong.map(({ what, fix }) => `${what}: ${fix}`))) log.line('warn', words)
      },
    }),
  )
  const all = [...redeliveries, ...surveys, ...settings, alertLook(alerting, found)].map(round => ({
    ...round,
    async run() {
      await round.run()
      state.failed.delete(round.name)
    },
  }))
  const rounds = startRounds(all, clock, (round, error) => {
    state.failed.set(round, error)
    log.line('warn', 'a round failed; it comes again', { key: round, ...failureFields(error) })
  })
  return {
    ...rounds,
    state: () => state,
    looked(end) {
      if ('error' in end) return
      const name = keyName(end.key)
      looked.delete(name)
      looked.set(name, clock.now() - end.ms)
      if (looked.size > MOST_LOOKED) looked.delete(looked.keys().next().value!)
    },
  }
}

// --- internal ---

const FIVE_MINUTES = 300_000
const HOUR = 3_600_000
const MOST_LOOKED = 20_000
