import type { Key } from '../../src/commands/bot/keys.ts'
import { type BotLog, failureFields } from '../log.ts'
import type { Clock } from '../looks.ts'
import type { Metrics } from '../metrics.ts'
import type { waysOf } from '../ways.ts'
import { alertLook, fullLook } from './full-look.ts'
import { redeliveriesOf } from './redeliveries.ts'
import { type Round, type Rounds, startRounds } from './rounds.ts'

export interface HealOptions {
  ways: Pick<ReturnType<typeof waysOf>, 'repositories' | 'deliveries'>
  add(key: Key): void
  /** The repositories that alerts may come of. */
  alerting: readonly string[]
  clock: Clock
  log: BotLog
  metrics: Pick<Metrics, 'redelivered'>
}

/** Finds what no event told of: has the forge tell once more of what nobody took, and looks at the state itself. */
export function startHealing({ ways, add, alerting, clock, log, metrics }: HealOptions): Rounds {
  const redeliveries = ways.deliveries.map((kept): Round => {
    const own = redeliveriesOf(kept, clock.now)
    return {
      name: 'redeliveries',
      every: FIVE_MINUTES,
      async run() {
        const round = await own.round()
        const { redelivered: count, left, lost, isCut } = round
        metrics.redelivered(round)
        if (isCut) log.line('warn', 'there are more deliveries than are read; the state itself is looked at')
        if (count > 0) log.line('info', 'events that nobody took are told once more', { count, left })
        if (lost > 0) log.line('warn', 'events that nobody took are given up', { count: lost })
      },
    }
  })
  const full = fullLook(ways.repositories, add, (forge, error) =>
    log.line('warn', 'the repositories cannot be listed', { forge, ...failureFields(error) }),
  )
  return startRounds([...redeliveries, full, alertLook(alerting, add)], clock, (round, error) =>
    log.line('warn', 'a round failed; it comes again', { key: round, ...failureFields(error) }),
  )
}

// --- internal ---

const FIVE_MINUTES = 300_000
