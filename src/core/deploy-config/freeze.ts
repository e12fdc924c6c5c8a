import type { Problem } from '../errors/errors.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { DeployFile, Freeze } from './deploy-config.ts'
import { addDays, instantsOf, localDay, weekdayOf } from './local-time.ts'

/**
 * Freeze windows. A window is a pair of readings of a wall clock; where the clock is put forward or back, the window is the
 * longer of what they may mean, so that nothing enters in an hour that somebody thought to be frozen.
 */

/** The freeze in force at an instant and when it ends; `undefined` when nothing is frozen. Instants in milliseconds. */
export function frozen(
  windows: readonly Freeze[],
  now: number,
): { until?: number; reason?: string } | undefined {
  const first = inForce(windows, now)
  if (!first) return undefined
  let until = first.until
  // One window may begin before the other ends. More than these in a row is no freeze but a stop.
  for (let step = 0; step < MOST_IN_A_ROW; step++) {
    const next = inForce(windows, until)
    if (!next) return { until, reason: first.reason }
    until = next.until
  }
  return { reason: first.reason }
}

/** What is wrong with a window whose parts are right. */
export function windowProblem({ from, to }: Freeze): string | undefined {
  if (kindOf(from) !== kindOf(to))
    return `\`from: ${from}\` and \`to: ${to}\` are not of one form: both a time, both a weekday with a time, or both a date`
  if (kindOf(from) === 'once') {
    const wrong = [from, to].find(edge => !isDate(edge.slice(0, 10)))
    if (wrong !== undefined) return `\`${wrong}\` is no day of the calendar`
    return ends(to) > starts(from) ? undefined : `\`to: ${to}\` is not after \`from: ${from}\``
  }
  return from === to ? `\`from\` and \`to\` are the same: nothing could ever enter` : undefined
}

/** Windows that never end or never begin, wherever they stand. */
export function freezeProblems(deploy: DeployFile, whereOf: WhereOf): Problem[] {
  const lists: [PropertyKey[], Freeze[] | undefined][] = [
    [['freeze'], deploy.freeze],
    ...Object.entries(deploy.environments).map(
      ([name, { freeze }]): [PropertyKey[], Freeze[] | undefined] => [
        ['environments', name, 'freeze'],
        freeze,
      ],
    ),
  ]
  return lists.flatMap(([path, windows = []]) =>
    windows.flatMap((window, index) => {
      const what = windowProblem(window)
      return what === undefined ? [] : [{ what, where: whereOf([...path, index]) }]
    }),
  )
}

// --- internal ---

const MOST_IN_A_ROW = 60
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** The window in force that ends last. */
function inForce(windows: readonly Freeze[], now: number): { until: number; reason?: string } | undefined {
  let latest: { until: number; reason?: string } | undefined
  for (const window of windows)
    for (const { start, end } of around(window, now))
      if (start <= now && now < end && (!latest || end > latest.until))
        latest = { until: end, reason: window.reason }
  return latest
}

/** The instances of a window that may hold an instant. */
function around({ from, to, time_zone: zone }: Freeze, now: number): { start: number; end: number }[] {
  const instance = (start: Reading, end: Reading) => ({
    start: instantsOf(start.day, start.time, zone).earliest,
    end: instantsOf(end.day, end.time, zone).latest,
  })
  if (kindOf(from) === 'once') return [instance(readingOf(starts(from)), readingOf(ends(to)))]
  const today = localDay(now, zone)
  const [fromTime, toTime] = [from.slice(-5), to.slice(-5)]
  if (kindOf(from) === 'daily')
    return [-2, -1, 0, 1].map(shift => {
      const day = addDays(today, shift)
      return instance({ day, time: fromTime }, { day: addDays(day, toTime > fromTime ? 0 : 1), time: toTime })
    })
  const [first, last] = [WEEKDAYS.indexOf(from.slice(0, 3)), WEEKDAYS.indexOf(to.slice(0, 3))]
  const length = (last - first + 7) % 7 || (toTime > fromTime ? 0 : 7)
  const away = first - weekdayOf(today)
  return [away - 7, away, away + 7].map(shift => {
    const day = addDays(today, shift)
    return instance({ day, time: fromTime }, { day: addDays(day, length), time: toTime })
  })
}

interface Reading {
  /** `2026-12-20` */
  day: string
  /** `18:00` */
  time: string
}

function kindOf(edge: string): 'daily' | 'weekly' | 'once' {
  if (/^\d{4}-/.test(edge)) return 'once'
  return /^\d/.test(edge) ? 'daily' : 'weekly'
}

function starts(edge: string): string {
  return `${edge}T00:00`.slice(0, '2026-12-20T18:00'.length)
}

/** A date is frozen to its end. */
function ends(edge: string): string {
  return edge.length === 10 ? `${addDays(edge, 1)}T00:00` : edge
}

function readingOf(edge: string): Reading {
  return { day: edge.slice(0, 10), time: edge.slice(11) }
}

function isDate(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(day)
}
