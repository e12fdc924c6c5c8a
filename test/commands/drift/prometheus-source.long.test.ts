import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seenInPrometheus } from '../../../src/commands/drift/prometheus-source.ts'
import { mulberry32 } from '../../../src/core/statistics/random.ts'
import { binNames } from '../../../src/core/traffic/profile/bins.ts'
import { PREDICTION, trafficFeatures } from '../../../src/core/traffic/profile/profile.ts'
import { judgeSeen } from '../../../src/core/traffic/seen/judge-seen.ts'
import { readSamples } from '../../../src/core/traffic/seen/prometheus-answer.ts'
import type { CountsOf } from '../../../src/core/traffic/seen/prometheus-query.ts'
import type { Seen } from '../../../src/core/traffic/seen/seen.ts'
import { jsonApi } from '../../../src/services/json-api/json-api.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { startPrometheus } from '../../support/prometheus.ts'
import { missing } from '../../support/tools.ts'

/**
 * Days of counters in a real Prometheus, with everything that happens to them: restarts, a process at another address, a gap in what
 * was read, a release that came later. Windows of it are held against what came, number by number.
 */

const MINUTE = 60_000
const DAYS = 4
const BEGAN = Math.floor(Date.parse('2026-05-16T00:00:00Z') / MINUTE) * MINUTE
const LENGTHS = { breakage: 60, shift: 1440, concept: 2000, quiet: 120 }
const PROFILE = profileOf()
const FEATURES = trafficFeatures(PROFILE)
const OF = { model: 'churn', release: 'v1', environment: 'production' }
const { folder, remove } = testFolder()
/** With two windows each; a thousand windows are looked at where new cases are looked for. */
const TIMES = process.env.ASSAY_SEED === 'random' ? 500 : 60

/** Minutes at which the process that counts begins anew, and where it is then; it was gone for so many minutes before. */
const LIVES: { at: number; gone: number; instance: string; process?: number }[] = [
  { at: 0, gone: 0, instance: 'a:8080' },
  { at: 1500, gone: 2, instance: 'a:8080' },
  { at: 2400, gone: 30, instance: 'b:8080' },
  { at: 3000, gone: 1, instance: 'c:8080' },
  { at: 3002, gone: 1, instance: 'c:8080' },
  // The same process, which had lost the release for a while.
  { at: 3600, gone: 4, instance: 'c:8080', process: 3002 },
]
/** Minutes in which Prometheus read nothing. */
const isGap = (minute: number) => minute > 1990 && minute < 2050
/** No rows come. */
const isQuiet = (minute: number) => minute >= 5000 && minute < 5200

interface Counted {
  lines: string[]
  /** Rows of a minute in each bin of each feature; undefined where nobody counted, or nobody read it. */
  minutes: number[][]
}

function atMinute(minute: number): number {
  return (BEGAN + minute * MINUTE) / 1000
}

/** What is counted of the model, and of no release. */
function straysAt(minute: number, instance: string): string[] {
  return ['no_profile', 'rejected'].map(
    result =>
      `assay_events_total{job="collector",instance="${instance}",model="churn",environment="production",result="${result}"} ${minute} ${atMinute(minute)}`,
  )
}

/** What a collector shows, minute by minute, and what came in each. */
function simulated(): Counted {
  const random = mulberry32(7)
  const names = FEATURES.map(binNames)
  let life = LIVES[0]!
  const began = (minute: number) => (BEGAN + minute * MINUTE) / 1000 - 1
  let totals = FEATURES.map((_, index) => names[index]!.map(() => 0))
  let events = 0
  let unread = totals.map(bins => bins.map(() => 0))
  const lines: Record<'feature' | 'predicted' | 'events' | 'start' | 'release', string[]> = {
    feature: [],
    predicted: [],
    events: [],
    start: [],
    release: [],
  }
  const minutes: number[][] = []
  for (let minute = 0; minute < DAYS * 1440; minute++) {
    const next = LIVES.find(one => one.at === minute)
    if (next) {
      life = next
      totals = totals.map(bins => bins.map(() => 0))
      unread = totals.map(bins => bins.map(() => 0))
      events = 0
    }
    const isGone = LIVES.some(one => minute >= one.at - one.gone && minute < one.at)
    if (!isGone) {
      const rows = isQuiet(minute) ? 0 : Math.floor(random() * 4)
      events += rows
      for (let row = 0; row < rows; row++)
        totals.forEach((bins, index) => {
          const bin = Math.floor(random() ** 1.5 * bins.length)
          bins[bin]!++
          unread[index]![bin]!++
        })
    }
    const isRead = !isGone && !isGap(minute)
    minutes.push(isRead ? unread.flat() : [])
    if (!isRead) continue
    unread = totals.map(bins => bins.map(() => 0))
    const at = atMinute(minute)
    const where = `job="collector",instance="${life.instance}"`
    const whose = `${where},model="churn",release="v1",environment="production"`
    names.forEach((bins, index) => {
      bins.forEach((bin, place) => {
        const labels = `${whose},feature="${FEATURES[index]!.name}",bin="${bin}"`
        lines.feature.push(`assay_feature_total{${labels}} ${totals[index]![place]} ${at}`)
        // Of every row the outcome is known at once, and it is 1.
        if (FEATURES[index]!.name === PREDICTION)
          lines.predicted.push(
            `assay_predicted_total{${whose},prediction="${bin}",label="1"} ${totals[index]![place]} ${at}`,
          )
      })
    })
    lines.events.push(`assay_events_total{${whose},result="counted",trust="token"} ${events} ${at}`)
    lines.events.push(...straysAt(minute, life.instance))
    lines.start.push(
      `assay_collector_start_time_seconds{${where},environment="production"} ${began(life.process ?? life.at)} ${at}`,
    )
    // Those of before say it by their process alone.
    if (life.at > 0) lines.release.push(`assay_release_start_time_seconds{${whose}} ${began(life.at)} ${at}`)
  }
  // The release is taken away, and the collector goes on.
  for (let minute = DAYS * 1440; minute < DAYS * 1440 + 60; minute++)
    lines.events.push(...straysAt(minute, life.instance))
  return {
    lines: [
      '# TYPE assay_feature counter',
      ...lines.feature,
      '# TYPE assay_predicted counter',
      ...lines.predicted,
      '# TYPE assay_events counter',
      ...lines.events,
      '# TYPE assay_collector_start_time_seconds gauge',
      ...lines.start,
      '# TYPE assay_release_start_time_seconds gauge',
      ...lines.release,
      '# EOF',
    ],
    minutes,
  }
}

const { lines, minutes } = simulated()
/** What was counted and read after the minute `from` and up to `to`. */
function came(from: number, to: number): number[] {
  const sum = new Array<number>(FEATURES.flatMap(binNames).length).fill(0)
  for (let minute = from + 1; minute <= to; minute++)
    minutes[minute]?.forEach((count, slot) => {
      sum[slot]! += count
    })
  return sum
}

describe.skipIf(missing('prometheus', '--version') || missing('promtool', '--version'))(
  'days in a real Prometheus',
  () => {
    let stop: () => Promise<void>
    let asked = 0
    let ask: Parameters<typeof seenInPrometheus>[0]
    const seenAt = (minute: number, of: CountsOf = OF) =>
      seenInPrometheus(ask, of, PROFILE, LENGTHS, BEGAN + minute * MINUTE)

    beforeAll(async () => {
      const [text, data, config] = [
        join(folder, 'counters'),
        join(folder, 'data'),
        join(folder, 'prometheus.yml'),
      ]
      writeFileSync(text, `${lines.join('\n')}\n`)
      writeFileSync(config, '{}\n')
      const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text, data])
      expect(String(made.stderr)).toBe('')
      const server = await startPrometheus(config, data)
      stop = server.stop
      const { address } = server
      const api = jsonApi({ address, name: 'Prometheus', setting: '', tokenSetting: '' })
      ask = async (query, at) => {
        asked++
        return readSamples(
          await api.ask('/api/v1/query', { form: new URLSearchParams({ query, time: String(at / 1000) }) }),
        )
      }
    })
    afterAll(async () => {
      await stop?.()
      remove()
    })

    const countsIn = (seen: Seen, window: 'shift' | 'breakage') =>
      FEATURES.flatMap(({ name }) => seen.windows[window]?.features.get(name)?.counts ?? [])

    it('counts each window as what came in it, whatever happened', async () => {
      const random = mulberry32(3)
      const times = Array.from({ length: TIMES }, () => 10 + Math.floor(random() * (DAYS * 1440 - 10)))
      let queries = 0
      for (const minute of times) {
        if (minutes[minute]!.length === 0) continue
        asked = 0
        const seen = await seenAt(minute)
        queries = Math.max(queries, asked)
        if ('failed' in seen) throw new Error(`${minute}: ${seen.failed}`)
        for (const window of ['shift', 'breakage'] as const) {
          const since = Math.floor((seen.windows[window]!.since! - BEGAN) / MINUTE)
          // Where counts are known later only, the window says so.
          if (
            since > 0 &&
            since > minute - LENGTHS[window] + 1 &&
            !LIVES.some(({ at }) => at === since + 1 || at === since)
          )
            expect(minutes[since]!.length, `${minute} from ${since}`).toBeGreaterThan(0)
          expect(countsIn(seen, window), `${window} at ${minute}`).toEqual(came(since, minute))
        }
        const { predicted, since } = seen.windows.concept!
        const then = Math.floor((since! - BEGAN) / MINUTE)
        expect(Array.from(predicted!.get('1')!), `outcomes at ${minute}`).toEqual(
          came(then, minute).slice(-predicted!.get('1')!.length),
        )
      }
      // Four restarts at most within the longest window, and a gap.
      expect(queries).toBeLessThanOrEqual(10)
    })

    it('asks once where nothing happened', async () => {
      asked = 0
      const seen = await seenAt(5740)
      expect(asked).toBe(1)
      expect('failed' in seen ? seen.failed : seen.notes).toEqual([])
    })

    it('finds the one release that is counted, though strays are counted beside it', async () => {
      const { model, environment } = OF
      expect(await seenAt(5740, { model, environment })).toEqual(await seenAt(5740))
      expect(await seenAt(5740, { model })).toEqual(await seenAt(5740))
      expect(await seenAt(DAYS * 1440 + 30, { model, environment })).toEqual({
        failed:
          'Prometheus has no counts of churn in production since 2026-05-19 23:59 UTC: the collector is gone, or is not read any more',
      })
    })

    it('says of restarts and of what is not known', async () => {
      const restarted = (await seenAt(3100)) as Seen
      expect(restarted.notes[0]).toContain('began anew 3 times in the window, last at 2026-05-18 02:01 UTC')
      const began = (await seenAt(600)) as Seen
      expect(began.notes[0]).toContain('Counts are known from 2026-05-15 23:59 UTC on')
      const afterGap = (await seenAt(2000 + 1440)) as Seen
      expect(afterGap.notes.join()).toContain('began anew')
    })

    it('tells silence from a collector that is gone, and both from what was never there', async () => {
      const quiet = (await seenAt(5190)) as Seen
      const verdict = judgeSeen({
        profile: PROFILE,
        seen: quiet,
        settings: { budget: { alarms: 1, days: 30 } },
        requests: { value: 3 },
        now: BEGAN + 5190 * MINUTE,
      })
      expect(verdict).toMatchObject({ state: 'critical', kind: 'breakage', flow: { what: 'silence' } })
      expect(await seenAt(DAYS * 1440 + 30)).toEqual({
        failed:
          'Prometheus has no counts of churn v1 in production since 2026-05-19 23:59 UTC: the collector is gone, or is not read any more',
      })
      expect(await seenAt(5000, { ...OF, release: 'v2' })).toMatchObject({
        failed: expect.stringContaining(
          'Prometheus has no counts of churn v2 in production: does a collector count it',
        ),
      })
      const old = (await seenAt(DAYS * 1440 + 3)) as Seen
      expect(old.asOf).toBe(BEGAN + (DAYS * 1440 - 1) * MINUTE)
    })
  },
)
