import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { togetherIn } from '../../../src/core/promotion/clusters.ts'
import type { Liveness } from '../../../src/core/promotion/live/liveness.ts'
import { knownLive, liveDescription } from '../../../src/core/promotion/status.ts'

const STATES = ['live', 'progressing', 'degraded', 'blocked', 'unknown'] as const
const found: fc.Arbitrary<Liveness> = fc.record(
  {
    state: fc.constantFrom(...STATES),
    reasons: fc.array(fc.constantFrom('it waits', 'it is ill'), { maxLength: 2 }),
    healthySince: fc.nat(1000),
    stuck: fc.boolean(),
  },
  { requiredKeys: ['state', 'reasons'] },
)
const clusters = fc
  .array(found, { minLength: 1, maxLength: 5 })
  .map(all => all.map((liveness, at) => ({ cluster: `c${at}`, liveness })))

describe('an environment of several clusters', () => {
  it('is live exactly where each of them is, and since the last of them is', () => {
    fc.assert(
      fc.property(clusters, all => {
        const { state, healthySince, stuck, ...together } = togetherIn(all)
        const isLive = all.every(({ liveness }) => liveness.state === 'live')
        const since = all.map(({ liveness }) => liveness.healthySince)

        expect(state === 'live').toBe(isLive)
        expect(healthySince).toBe(
          isLive && since.every(one => one !== undefined) ? Math.max(...since) : undefined,
        )
        expect(all.map(({ liveness }) => liveness.state)).toContain(state)
        expect(together.clusters).toHaveLength(all.length)
        // Waiting is of no use only where it is of none in any of those that are not there yet.
        const waits = all.filter(({ liveness }) => liveness.state !== 'live' && !liveness.stuck)
        if (stuck) expect(waits).toEqual([])
      }),
    )
  })

  it('tells the worst first, each by its name', () => {
    const together = togetherIn([
      { cluster: 'eu', liveness: { state: 'live', reasons: [], healthySince: 5 } },
      { cluster: 'ap', liveness: { state: 'unknown', reasons: [] } },
      { cluster: 'us', liveness: { state: 'degraded', reasons: ['0 of 2 replicas'] } },
    ])

    expect(together).toMatchObject({ state: 'degraded', reasons: ['us: 0 of 2 replicas', 'ap: unknown'] })
    const description = liveDescription('1.2', 'production', together)
    expect(description).toBe(
      '1.2 degraded in production: eu live, ap unknown, us degraded; us: 0 of 2 replicas',
    )
    expect(knownLive({ state: 'failure', description, at: 0 })).toEqual({
      health: 'degraded',
      why: '`assay verify` found it degraded: eu live, ap unknown, us degraded; us: 0 of 2 replicas',
    })
  })
})
