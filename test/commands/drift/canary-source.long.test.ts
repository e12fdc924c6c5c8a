import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canaryInPrometheus } from '../../../src/commands/drift/canary-source.ts'
import type { CanaryCounts } from '../../../src/core/traffic/canary/counts.ts'
import { countTraffic, type Traffic } from '../../../src/core/traffic/counts/traffic.ts'
import type { CanaryStep } from '../../../src/core/traffic/exposures/step.ts'
import { stepOf } from '../../../src/core/traffic/exposures/step-of.ts'
import { readSamples } from '../../../src/core/traffic/seen/prometheus-answer.ts'
import { jsonApi } from '../../../src/services/json-api/json-api.ts'
import { canaryFile } from '../../support/canaries.ts'
import { testFolder } from '../../support/git-repository.ts'
import { startPrometheus } from '../../support/prometheus.ts'
import { missing } from '../../support/tools.ts'
import { SENDER, throughTurns } from '../../support/traffic.ts'

/** Hours of a canary in a real Prometheus: what it tells is what the collector that counts then has counted, or why it tells nothing. */

const MINUTE = 60_000
const BEGAN = Math.floor(Date.parse('2026-05-16T00:00:00Z') / MINUTE) * MINUTE
const FILE = canaryFile({
  guardrails: ['errors', 'missing_outcome'],
  conversion: { outcome: 'bought', within: '20m', margin: 0.005 },
})
const FIRST = stepOf('2026-05-01-0000001', FILE)
const SECOND = stepOf('2026-05-01-0000001', { ...FILE, weight: 25 })
const { folder, remove } = testFolder()

/** The process at another address, gone for two minutes; then the next step; then nobody reads any more. */
const RESTART = 100
const STEP = 160
const END = 240

function simulated(): { lines: string[]; told: CanaryCounts[] } {
  const families = new Map<string, string[]>()
  const told: CanaryCounts[] = []
  let traffic: Traffic | undefined
  for (let minute = 0; minute < END; minute++) {
    const now = BEGAN + minute * MINUTE
    if (minute === 0 || minute === RESTART) traffic = collecting(now, minute === 0 ? [] : [FIRST])
    traffic!.setCanaries([minute < STEP ? FIRST : SECOND], now)
    send(traffic!, minute, now)
    traffic!.tick(now)
    told.push(traffic!.canaries({}, now)[0]!)
    if (minute >= RESTART && minute < RESTART + 2) continue
    const where = `job="collector",instance="${minute < RESTART ? 'a' : 'b'}:8080"`
    for (const line of traffic!
      .metrics()
      .split('\n')
      .filter(line => /^assay_\w+\{.*canary=/.test(line))) {
      const [, name, labels, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line)!
      families.set(name!, [
        ...(families.get(name!) ?? []),
        `${name}{${where},${labels}} ${value} ${now / 1000}`,
      ])
    }
  }
  const typed = [...families].flatMap(([name, lines]) => [
    name.endsWith('_total') ? `# TYPE ${name.slice(0, -6)} counter` : `# TYPE ${name} gauge`,
    ...lines,
  ])
  return { lines: [...typed, '# EOF', ''], told }
}

function collecting(startedAt: number, canaries: CanaryStep[]): Traffic {
  const traffic = countTraffic({
    environment: 'production',
    startedAt,
    seed: 7,
    labelTimes: { delay: 0, window: MINUTE },
    canary: { settle: 0, most: 100_000 },
  })
  traffic.setCanaries(canaries, startedAt)
  return traffic
}

/** Twenty who come again each half an hour, and eight who are new, of whom one fails and two buy. */
function send(traffic: Traffic, minute: number, now: number): void {
  const units = [`old${minute % 30}`, ...Array.from({ length: 8 }, (_, unit) => `${minute}-${unit}`)]
  for (const [place, unit] of units.entries()) {
    const release = place % 4 === 1 ? FIRST.challenger : FIRST.champion
    const event = { model: 'churn', release, unit, ...(place === 5 && { error: true }) }
    throughTurns(traffic.take(Buffer.from(JSON.stringify(event)), SENDER, now))
    const outcome = { model: 'churn', unit, outcome: place < 3 ? 'bought' : 'looked' }
    if (place < 6)
      throughTurns(traffic.takeOutcomes(Buffer.from(JSON.stringify(outcome)), SENDER, new Map(), now))
  }
}

describe.skipIf(missing('prometheus', '--version') || missing('promtool', '--version'))(
  'a canary in a real Prometheus',
  () => {
    const { lines, told } = simulated()
    let stop: () => Promise<void>
    let seenAt: (minute: number, key: string) => ReturnType<typeof canaryInPrometheus>

    beforeAll(async () => {
      const [text, data, config] = ['counters', 'data', 'prometheus.yml'].map(name => join(folder, name)) as [
        string,
        string,
        string,
      ]
      writeFileSync(text, lines.join('\n'))
      writeFileSync(config, '{}\n')
      const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text, data])
      expect(String(made.stderr)).toBe('')
      const server = await startPrometheus(config, data)
      stop = server.stop
      const api = jsonApi({ address: server.address, name: 'Prometheus', setting: '', tokenSetting: '' })
      const of = (key: string) => ({ model: 'churn', environment: 'production', key })
      seenAt = (minute, key) =>
        canaryInPrometheus(
          async (query, at) =>
            readSamples(
              await api.ask('/api/v1/query', {
                form: new URLSearchParams({ query, time: String(at / 1000) }),
              }),
            ),
          of(key),
          FILE.guardrails,
          BEGAN + minute * MINUTE,
        )
    })
    afterAll(async () => {
      await stop?.()
      remove()
    })

    it('is each minute what the collector of then has counted, to the unit', async () => {
      for (const minute of [5, 60, 99, 102, 103, 140, 159]) {
        const seen = await seenAt(minute, FIRST.key)
        expect(seen, `minute ${minute}`).toEqual(told[minute])
      }
      for (const minute of [160, 200, 239]) expect(await seenAt(minute, SECOND.key)).toEqual(told[minute])
      expect(told[99]!.arms.champion).toMatchObject({
        exposures: expect.any(Number),
        converted: expect.any(Number),
      })
      expect(told[99]!.arms.champion.converted).toBeGreaterThan(50)
    })

    it('says that it began anew, and says when it was read last where nobody reads it', async () => {
      expect(await seenAt(103, FIRST.key)).toMatchObject({ restarted: true })
      expect(await seenAt(101, FIRST.key)).toMatchObject({ asOf: BEGAN + 99 * MINUTE, restarted: false })
      expect(await seenAt(END + 2, SECOND.key)).toMatchObject({ asOf: BEGAN + (END - 1) * MINUTE })
    })

    it('tells of no step that is over, and of none that is not there', async () => {
      expect(await seenAt(170, FIRST.key)).toEqual({
        failed: `Prometheus cannot tell: it does not count the canary ${FIRST.key} of churn, and counts ${SECOND.key}`,
      })
      expect(await seenAt(END + 60, SECOND.key)).toEqual({
        failed: 'Prometheus cannot tell: it counts no canary of churn',
      })
    })
  },
)
