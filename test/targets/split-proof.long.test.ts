import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type EnvoyRoute, routesOfHttpRoute, routesOfVirtualService } from '../../demo/canary/envoy-routes.ts'
import type { Arms } from '../../src/targets/target.ts'
import { startEnvoy } from '../support/envoy.ts'
import { rounds } from '../support/rounds.ts'
import { SLOW } from '../support/slow.ts'
import { askAll, logE, metBoth, people, type Seen, type User } from '../support/split-users.ts'
import { missing } from '../support/tools.ts'
import { ARMS, CHAMPION, goldenText, NEXT, promoted, SPLITS, type SplitCase, split } from './cases.ts'

// Hundreds of thousands of requests through a real Envoy.
vi.setConfig({ testTimeout: SLOW })

/** That a share is the share: a real Envoy, configured from nothing but the manifest, and users who come back. */

const why = missing('envoy', '--version')
const folder = mkdtempSync(join(tmpdir(), 'split-proof-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Once a week as many as is promised; of fewer, one that is off by a percentage point is still told. */
const USERS = rounds(8000, 8000, 20_000)
const STEPS = [5, 10]
/** From it on a split is called broken, as a logarithm. */
const BROKEN = Math.log(1000)

/** Seeds of the run: `PROOFS=20` measures as many, one after the other. */
const SEEDS = Array.from({ length: Number(process.env.PROOFS ?? 1) }, (_, seed) => seed + 1)

describe.skipIf(why).each(SEEDS)('a split in a real Envoy, seed %i', seed => {
  it.each(['istio', 'gateway-api'])('%s: keeps users by a cookie', async target => {
    const world = worldOf(target, 'cookie')
    const users = people(USERS, `${seed}-`)

    const first = await world.play(users, { weight: 5 }, 3)
    expect(logE(first, 5)).toBeLessThan(BROKEN)
    expect(metBoth(users)).toBe(0)
    const pinned = users.filter(user => first.challengers.has(user.name))

    // The same users, and as many new ones.
    const all = [...users, ...people(USERS, `new-${seed}-`)]
    const second = await world.play(all, { weight: 10 }, 2)
    const returning = {
      ...second,
      challengers: new Set(users.flatMap(({ name }) => (second.challengers.has(name) ? [name] : []))),
      total: USERS,
    }
    expect(logE(second, 10)).toBeLessThan(BROKEN)
    expect(logE(returning, 10)).toBeLessThan(BROKEN)
    expect(logE(second, 5)).toBeGreaterThan(BROKEN)
    expect(metBoth(all)).toBe(0)
    expect(pinned.filter(({ name }) => !second.challengers.has(name))).toEqual([])

    const asked = [...pinned.slice(0, 40), ...people(USERS / 2 - 40)]
    expect(pinned.length).toBeGreaterThan(40)
    expect((await world.play(asked, undefined)).challengers.size).toBe(0)

    // Cookies of a canary that is over count for nothing in the next one.
    const next = await world.play(all, { weight: 5, challenger: NEXT }, 2)
    expect(logE(next, 5)).toBeLessThan(BROKEN)
    expect(metBoth(all)).toBe(0)
    if (SEEDS.length > 1)
      console.log(
        `${target} ${seed}: 5 % ${first.challengers.size} (log e ${logE(first, 5).toFixed(1)}), 10 % ${second.challengers.size} of ${all.length} (${logE(second, 10).toFixed(1)}), next ${next.challengers.size} (${logE(next, 5).toFixed(1)})`,
      )
  })

  it('gateway-api: keeps users by a header that is hashed', async () => {
    const world = worldOf('gateway-api', 'header')
    const users = people(USERS, `${seed}-`)

    const first = await world.play(users, { weight: 5 }, 2)
    expect(logE(first, 5)).toBeLessThan(BROKEN)
    expect(metBoth(users)).toBe(0)
    const second = await world.play(users, { weight: 10 })
    expect(logE(second, 10)).toBeLessThan(BROKEN)
    expect([...first.challengers].filter(name => !second.challengers.has(name))).toEqual([])
    expect((await world.play(users.slice(0, USERS / 2), undefined)).challengers.size).toBe(0)
    if (SEEDS.length > 1)
      console.log(
        `header ${seed}: 5 % ${first.challengers.size} (log e ${logE(first, 5).toFixed(1)}), 10 % ${second.challengers.size} (${logE(second, 10).toFixed(1)})`,
      )
  })

  it.each(['istio', 'gateway-api'])('%s: draws each request anew', async target => {
    const users = people(USERS, `${seed}-`)

    const drawn = await worldOf(target, 'none').play(users, { weight: 5 })

    expect(logE(drawn, 5)).toBeLessThan(BROKEN)
  })
})

/** The routes of a golden case, and what becomes of users who ask through them. */
function worldOf(target: string, name: string) {
  const one = SPLITS.find(found => found.target === target && found.name === name) as SplitCase
  const alone = promoted(one, goldenText(one, 'before'), CHAMPION)
  const isIstio = target === 'istio'
  const [champion, challenger] = isIstio
    ? ['churn/champion', 'churn/challenger']
    : ['churn-champion', 'churn-challenger']
  const header = typeof one.arms?.sticky === 'object' ? one.arms.sticky.header : undefined
  const routesIn = (text: string): EnvoyRoute[] =>
    isIstio ? routesOfVirtualService(text) : routesOfHttpRoute(text, header)
  return {
    /** Starts an Envoy by the manifest of a canary, or of its end, and has each user ask some times. */
    async play(users: User[], canary: Partial<Arms> | undefined, times = 1): Promise<Seen> {
      const arms = { ...ARMS, steps: STEPS, ...one.arms, ...canary }
      const begun = split(one, alone, arms)
      const text = canary ? begun : promoted(one, begun, CHAMPION)
      const envoy = await startEnvoy(
        routesIn(text),
        [champion, challenger, 'churn-shadow', 'churn-old'],
        folder,
      )
      try {
        const seen = await askAll(envoy.port, users, {
          times,
          challenger,
          ...(canary && {
            releaseOf: body => (body === challenger ? arms.challenger : arms.champion).version,
          }),
        })
        expect(seen.mislabelled).toBe(0)
        return seen
      } finally {
        await envoy.stop()
      }
    },
  }
}
