import { alarmBudget } from '../src/core/config/drift.ts'
import { mulberry32 } from '../src/core/statistics/random.ts'
import { levelOfRises } from '../src/core/statistics/traffic/moving-window.ts'
import { rankSum } from '../src/core/statistics/traffic/rank-sum.ts'
import { type Alarm, nextAlarms } from '../src/core/traffic/drift/alarms.ts'
import { dealtBudget } from '../src/core/traffic/drift/budget.ts'
import { judgeTraffic } from '../src/core/traffic/drift/judge.ts'
import { referenceCounts } from '../src/core/traffic/profile/bins.ts'
import type { Feature } from '../src/core/traffic/profile/feature.ts'
import type { ModelProfile } from '../src/core/traffic/profile/profile.ts'

/**
 * Simulated years of live traffic: a look every minute at twenty features over an hour and a day, rows drawn from the very shares that
 * the profile was drawn from. What alarms is false, and is what `false_alarms` promises a number of.
 *
 *     node bench/drift-years.ts --rows 200 --seeds 10 --budget 1/30d
 */

const DAY = 1440
const HOUR = 60
/** While an alarm holds, whether it still does is looked at this often. */
const HOLDING = 60

export interface Year {
  /** What people got, and what was on the pages besides. */
  alarms: number
  warnings: number
  /** Features at minutes that were critical or warned. */
  firstAlarm?: number
}

export interface Simulated {
  seed: number
  rowsADay: number
  days: number
  profileRows: number
  budget: string
  /** Rows that come together are alike: one sender, one batch. */
  alike?: number
  /** How much more likely the first half of the bins is at noon than at midnight: 0.2 is a fifth. */
  cycle?: number
  /** From the second day on the first feature is shifted by so many standard deviations. */
  shifted?: number
}

export function simulateTraffic(asked: Simulated): Year {
  const { rowsADay, days, profileRows, alike = 1, cycle = 0, shifted = 0 } = asked
  const random = mulberry32(asked.seed * 7919 + rowsADay)
  const shares = featureShares(random)
  const tables = shares.map(row => lookUp(row))
  const cycled = shares.map(row => lookUp(tilted(row, cycle)))
  const moved = lookUp(normalShift(shares[0]!, shifted))
  const profile = profileOf(shares, tables, profileRows, random)
  const references = profile.features.map(feature => Float64Array.from(referenceCounts(feature)))
  const day = references.map(counts => new Float64Array(counts.length))
  const hour = references.map(counts => new Float64Array(counts.length))
  const offsets = references.map((_, index) =>
    references.slice(0, index).reduce((sum, counts) => sum + counts.length, 0),
  )
  const width = offsets.at(-1)! + references.at(-1)!.length
  const ring = new Uint16Array(DAY * width)
  const rows = new Uint16Array(DAY)
  const budget = alarmBudget(asked.budget)
  const minutes = { breakage: HOUR, shift: DAY, concept: 7 * DAY, silence: 2 * HOUR }
  const names = profile.features.map(({ name }) => name)
  const maps = {
    day: new Map(names.map((name, index) => [name, day[index]!])),
    hour: new Map(names.map((name, index) => [name, hour[index]!])),
  }
  // Below it no feature can be significant, and the verdict need not be worked out: taking bins together makes less of it.
  const dealt = dealtBudget(budget)
  const screens = profile.features.map(({ counts }) => {
    const window = { df: counts.length - 1, windows: dealt.days, moving: 1 }
    return 0.85 * levelOfRises(dealt.shift / names.length, window)
  })
  const rankScreen =
    0.85 * levelOfRises(dealt.shift / names.length / 2, { df: 1, windows: dealt.days, moving: 1 })
  let alarms: Alarm[] = []
  let inDay = 0
  let inHour = 0
  const year: Year = { alarms: 0, warnings: 0 }
  for (let minute = 0; minute < days * DAY; minute++) {
    const slot = minute % DAY
    const left = ((minute - HOUR + DAY) % DAY) * width
    const here = slot * width
    const came = alike * poisson(random, rowsADay / DAY / alike)
    const gone = rows[slot]!
    const goneHour = minute >= HOUR ? rows[(minute - HOUR + DAY) % DAY]! : 0
    inDay += came - gone
    inHour += came - goneHour
    rows[slot] = came
    const noon = 0.5 - 0.5 * Math.cos((2 * Math.PI * slot) / DAY)
    for (let feature = 0; feature < day.length; feature++) {
      const inWindow = day[feature]!
      const inShort = hour[feature]!
      const from = offsets[feature]!
      if (gone > 0 || goneHour > 0)
        for (let bin = 0; bin < inWindow.length; bin++) {
          inShort[bin]! -= goneHour > 0 ? ring[left + from + bin]! : 0
          inWindow[bin]! -= ring[here + from + bin]!
          ring[here + from + bin] = 0
        }
      const usual = feature === 0 && shifted !== 0 && minute >= DAY ? moved : tables[feature]!
      for (let row = 0; row < came; row += alike) {
        const table = cycle > 0 && random() < noon ? cycled[feature]! : usual
        const bin = table[(random() * table.length) | 0]!
        ring[here + from + bin]! += alike
        inWindow[bin]! += alike
        inShort[bin]! += alike
      }
    }
    if (minute < DAY) continue
    if (came + gone + goneHour === 0 && alarms.length === 0) continue
    const isPlain = references.every(
      (counts, feature) =>
        roughChiSquare(counts, day[feature]!, inDay, profileRows) < screens[feature]! &&
        (rankSum(counts.subarray(0, -2), day[feature]!.subarray(0, -2))?.chiSquare ?? 0) < rankScreen &&
        !isOneSided(counts, hour[feature]!, inHour, profileRows),
    )
    if (isPlain && (alarms.length === 0 || minute % HOLDING > 0)) continue
    const verdict = judgeTraffic({
      profile,
      budget,
      shift: { minutes: DAY, features: maps.day },
      breakage: { minutes: HOUR, features: maps.hour },
    })
    const before = alarms
    const next = nextAlarms(before, verdict, minute * 60_000, minutes)
    alarms = next.alarms
    year.alarms += next.begun.length
    year.warnings += alarms.filter(({ kind }) => !before.some(alarm => alarm.kind === kind)).length
    if (verdict.state === 'critical' || verdict.state === 'warn') year.firstAlarm ??= minute - DAY
  }
  return year
}

// --- internal ---

/** Fourteen numbers in ten bins with a few missing values, six categories of different sizes. */
function featureShares(random: () => number): number[][] {
  return Array.from({ length: 20 }, (_, index) => {
    const missing = index % 3 === 0 ? 0.012 : 0
    if (index < 14) return [...new Array<number>(10).fill((1 - missing) / 10), missing, 0]
    const raw = Array.from({ length: 2 + (index - 13) * 2 }, () => 0.02 + random() ** 3)
    const all = raw.reduce((sum, share) => sum + share, 0)
    return [...raw.map(share => (share / all) * (1 - missing - 0.001)), missing, 0.001]
  })
}

/** Bins of equal share of a normal distribution after it has moved. */
function normalShift(shares: readonly number[], by: number): number[] {
  const sums = new Array<number>(shares.length).fill(0)
  const random = mulberry32(1)
  for (let draw = 0; draw < 400_000; draw++) {
    const value = Math.sqrt(-2 * Math.log(random() || 1e-12)) * Math.cos(2 * Math.PI * random()) + by
    const bin = EDGES.findIndex(edge => value < edge)
    sums[bin < 0 ? 9 : bin]!++
  }
  return shares.map((share, bin) => (bin < 10 ? (sums[bin]! / 400_000) * (1 - shares[10]!) : share))
}

const EDGES = [-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816]

function tilted(shares: readonly number[], by: number): number[] {
  const raw = shares.map((share, bin) => share * (bin < shares.length / 2 ? 1 + by : 1 - by / 2))
  const all = raw.reduce((sum, share) => sum + share, 0)
  return raw.map(share => share / all)
}

function lookUp(shares: readonly number[]): Uint8Array {
  const table = new Uint8Array(8192)
  let bin = 0
  let upTo = shares[0]!
  for (let place = 0; place < table.length; place++) {
    while ((place + 0.5) / table.length >= upTo && bin < shares.length - 1) upTo += shares[++bin]!
    table[place] = bin
  }
  return table
}

function profileOf(
  shares: readonly number[][],
  tables: readonly Uint8Array[],
  rows: number,
  random: () => number,
): ModelProfile {
  const features = shares.map((row, index): Feature => {
    const counts = new Array<number>(row.length).fill(0)
    for (let draw = 0; draw < rows; draw++) counts[tables[index]![(random() * 8192) | 0]!]!++
    const [pooled, missing] = [counts.pop()!, counts.pop()!]
    const edges = Array.from({ length: counts.length - 1 }, (_, edge) => edge)
    return { name: `f${index}`, type: 'number', edges, counts, missing, pooled }
  })
  return { version: 1, model: 'simulated', rows, data: { hash: '0'.repeat(64) }, features }
}

function roughChiSquare(reference: Float64Array, live: Float64Array, n: number, m: number): number {
  let sum = 0
  for (let bin = 0; bin < live.length; bin++) {
    const both = live[bin]! + reference[bin]!
    if (both === 0) continue
    const off = live[bin]! - (both * n) / (n + m)
    sum += (off * off) / both
  }
  return (sum * (n + m) * (n + m)) / Math.max(1, n * m)
}

/** Whether anything could look broken within the hour: many values missing or new, or all rows in a bin by less than a small chance. */
function isOneSided(reference: Float64Array, counts: Float64Array, n: number, m: number): boolean {
  const missing = counts[counts.length - 2]! + counts[counts.length - 1]!
  if (missing >= 4 && missing >= 0.1 * n) return true
  for (let bin = 0; bin < counts.length - 2; bin++)
    if (counts[bin]! > 0.9 * n && n * Math.log((reference[bin]! + 3) / m) < -12) return true
  return false
}

function poisson(random: () => number, mean: number): number {
  const floor = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > floor; product *= random()) count++
  return count
}

if (import.meta.main) {
  const given = new Map(
    process.argv
      .slice(2)
      .flatMap((word, index, all) => (word.startsWith('--') ? [[word.slice(2), all[index + 1]!]] : [])),
  )
  const number = (name: string, usual: number) => Number(given.get(name) ?? usual)
  const asked = {
    rowsADay: number('rows', 200),
    days: number('days', 366),
    profileRows: number('profile', 10_000),
    budget: given.get('budget') ?? '1/30d',
    alike: number('alike', 1),
    cycle: number('cycle', 0),
    shifted: number('shifted', 0),
  }
  const years = Array.from({ length: number('seeds', 1) }, (_, index) =>
    simulateTraffic({ ...asked, seed: index + 1 }),
  )
  const mean = (of: (year: Year) => number) => years.reduce((sum, year) => sum + of(year), 0) / years.length
  console.log(
    JSON.stringify({
      ...asked,
      alarms: { mean: mean(year => year.alarms), each: years.map(year => year.alarms) },
      warnings: { mean: mean(year => year.warnings), each: years.map(year => year.warnings) },
      ...(asked.shifted !== 0 && { firstAlarmMinutes: years.map(year => year.firstAlarm) }),
      cpuSeconds: process.cpuUsage().user / 1e6,
    }),
  )
}
