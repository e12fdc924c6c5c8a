import type { Alert } from './alert.ts'
import type { Noted } from './noted.ts'

/**
 * What was written into an issue when nobody waited for it any more: whoever told of it was answered that it has to come again. If it
 * fires still, it does; if it is over, nobody ever says so. Nothing is done about it meanwhile.
 */

/** With these marked so, but for what was known before without their help. */
export function withUnconfirmed(
  noted: Noted,
  before: Noted | undefined,
  told: readonly Alert[],
  now: number,
): Noted {
  const ids = new Set(told.map(({ id }) => id))
  const known = new Set(before && !before.over ? confirmed(before).map(({ id }) => id) : [])
  const alerts = noted.alerts.map(one =>
    ids.has(one.id) && !known.has(one.id) ? { ...one, unconfirmed: now } : one,
  )
  return { ...noted, alerts }
}

/** Without what was not told of again in time; where nothing else fires, it is over. */
export function withoutLapsed<N extends Noted | undefined>(noted: N, now: number): N {
  if (!noted || noted.over) return noted
  const alerts = noted.alerts.filter(one => (lapseOf(one) ?? Infinity) > now)
  return alerts.length > 0 ? { ...noted, alerts } : { ...noted, over: true }
}

/** What something is to be done about: all, where it is over. */
export function withConfirmed(noted: Noted): Noted {
  return noted.over ? noted : { ...noted, alerts: confirmed(noted) }
}

/** When the next of them ends unless it is told of again, in milliseconds since the epoch. */
export function nextLapse({ alerts, over }: Noted): number | undefined {
  const lapses = over ? [] : alerts.flatMap(one => lapseOf(one) ?? [])
  return lapses.length > 0 ? Math.min(...lapses) : undefined
}

// --- internal ---

/** Alertmanager tells again after `group_interval` what was not taken, 5 min where nobody says otherwise. */
const LAPSES_MS = 900_000

function lapseOf({ unconfirmed }: Alert): number | undefined {
  return unconfirmed === undefined ? undefined : unconfirmed + LAPSES_MS
}

function confirmed({ alerts }: Noted): Noted['alerts'] {
  return alerts.filter(one => one.unconfirmed === undefined)
}
