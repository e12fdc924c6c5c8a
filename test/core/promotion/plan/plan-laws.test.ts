import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeployConfig } from '../../../../src/core/deploy-config/deploy-config.ts'
import type {
  Health,
  OpenPromotion,
  PromotionFacts,
  Stay,
} from '../../../../src/core/promotion/plan/facts.ts'
import { type Plan, planPromotions } from '../../../../src/core/promotion/plan/plan.ts'
import type { Standing } from '../../../../src/core/promotion/plan/standing.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../../../src/core/release/record.ts'
import { deployConfig } from '../../../support/deploy-configs.ts'
import { release } from '../../../support/releases.ts'
import { cases } from '../../../support/rounds.ts'

/**
 * A world in which promotions are planned, carried out, merged, closed and pushed to in any order, releases are made, turn bad
 * and are rolled back, while time goes by. Whatever happens, the laws hold.
 */

const HOUR = 3_600_000
const START = Date.parse('2026-06-01T00:00:00Z')
const RUNS = cases(300)
const FEW = cases(100)
/** What is rare among them is met by so many, in the fast loop too. */
const ENOUGH = { numRuns: Math.max(100, FEW.numRuns) }
/** A release lands in each environment once. */
const ROUNDS = 20
const HEALTHY: Health[] = ['healthy', 'not_watched']

describe('whatever happens, in any order of environments', () => {
  it('a release enters only after it was live, healthy and soaked in all before, and never over a newer one', () => {
    afterEvents(fc.oneof(world(), world(true)), RUNS, facts => {
      const plans = planPromotions(facts)
      for (const plan of plans) {
        if (plan.action !== 'promote' && plan.action !== 'update') continue
        if (plan.rollback) continue
        expect(mayEnter(facts, plan)).toBe(true)
        expect(plan.serving === undefined || isNewer(plan.release, plan.serving)).toBe(true)
      }
      carryOut(facts, plans)
    })
  })

  it('once plans are carried out, there is nothing left to do', () => {
    afterEvents(world(), RUNS, facts => {
      carryOut(facts, planPromotions(facts))

      const again = planPromotions(facts)

      expect(
        again.map(plan => plan.action).filter(action => !['nothing', 'hold', 'leave'].includes(action)),
      ).toEqual([])
    })
  })

  it('no environment and model ever has two plans or two open pull requests, and a closed release does not return', () => {
    afterEvents(world(), RUNS, facts => {
      const plans = planPromotions(facts)
      carryOut(facts, plans)

      expect(new Set(plans.map(placeOf)).size).toBe(plans.length)
      expect(new Set(facts.open.map(placeOf)).size).toBe(facts.open.length)
      for (const plan of plans)
        if (plan.action === 'promote')
          expect(facts.rejected.map(one => `${placeOf(one)} ${one.release}`)).not.toContain(
            `${placeOf(plan)} ${releaseKey(plan.release)}`,
          )
    })
  })

  it('what somebody changed by hand lets nothing go on, and is replaced by nobody but a person', () => {
    afterEvents(world(true), RUNS, (facts, config) => {
      const plans = planPromotions(facts)
      for (const plan of plans) {
        const here = standingIn(facts, plan.environment, plan.model)
        expect(plan.standing).toEqual(here)
        if (isChanged(here) && 'lands' in plan) expect(plan.lands).toBe('by_approval')
        if (plan.action !== 'promote') continue
        const { after } = config.environments.find(({ name }) => name === plan.environment)!
        for (const before of after)
          expect(
            isChanged(standingIn(facts, before, plan.model)) &&
              facts.stays.every(
                stay =>
                  stay.environment !== before ||
                  stay.until === undefined ||
                  releaseKey(stay.release) !== releaseKey(plan.release),
              ),
          ).toBe(false)
      }
      carryOut(facts, plans)
    })
  })

  it('a rollback is a person’s to merge, wherever it goes and whatever else is true there', () => {
    let written = 0
    afterEvents(world(true), ENOUGH, facts => {
      const plans = planPromotions(facts)
      for (const plan of plans) {
        const isRollback = 'rollback' in plan ? plan.rollback : 'open' in plan && plan.open?.rollback
        if (!isRollback || !('lands' in plan)) continue
        written++
        expect(plan.lands).toBe('by_approval')
        expect(plan).not.toHaveProperty('weighed')
      }
      carryOut(facts, plans)
    })
    expect(written).toBeGreaterThan(0)
  })

  it('nothing lands by itself but where nobody is asked, over what is as recorded, weighed, its checks not red or running', () => {
    let landed = 0
    let green = 0
    afterEvents(fc.oneof(world(), world(true)), ENOUGH, (facts, config) => {
      for (const plan of planPromotions(facts)) {
        if (!('lands' in plan) || plan.lands !== 'now') continue
        landed++
        const { merge } = config.environments.find(({ name }) => name === plan.environment)!
        expect(merge).toBe('auto')
        expect(isChanged(standingIn(facts, plan.environment, plan.model))).toBe(false)
        expect(plan.weighed).toBe(true)
        if (plan.action === 'promote') continue
        expect(plan.open.rollback).toBe(false)
        expect(plan.open.foreign).toBe(false)
        if (plan.action === 'update' && plan.because !== 'unfinished') continue
        if (plan.open.checks === 'success') green++
        expect(['success', 'none', undefined]).toContain(plan.open.checks)
      }
      settle(facts)
    })
    // It is said of something.
    expect(landed).toBeGreaterThan(0.3 * ENOUGH.numRuns)
    expect(green).toBeGreaterThan(0)
  })

  it('what waits lands as soon as that is over which it waits for, and no sooner', () => {
    const seen = { approval: 0, checks: 0 }
    afterEvents(fc.oneof(world(), world(true)), FEW, facts => {
      settle(facts)
      for (const plan of planPromotions(facts)) {
        if (plan.action !== 'nothing' || !plan.open) continue
        const { open, environment, model } = plan
        const landsWith = (checks: OpenPromotion['checks']) => {
          const rest = facts.open.filter(one => one !== open)
          const then = planPromotions({ ...facts, open: [...rest, { ...open, checks }] })
          const found = then.find(one => one.environment === environment && one.model === model)
          return found && 'lands' in found ? found.lands : undefined
        }
        const green = [landsWith('success'), landsWith('none')]
        const red = [landsWith('failure'), landsWith('pending')]
        if (plan.lands === 'by_approval') {
          seen.approval++
          expect([...green, ...red]).toEqual(Array(4).fill('by_approval'))
        } else {
          seen.checks++
          expect(red).toEqual(['after_checks', 'after_checks'])
          expect(green).toEqual(Array(2).fill(plan.weighed ? 'now' : 'after_checks'))
        }
      }
    })
    expect(Math.min(seen.approval, seen.checks)).toBeGreaterThan(0.2 * FEW.numRuns)
  })

  it('once what lands has landed, a second run does nothing and lands nothing', () => {
    afterEvents(world(), FEW, facts => {
      settle(facts)

      const again = planPromotions(facts)

      expect(again.filter(({ action }) => !['nothing', 'hold', 'leave'].includes(action))).toEqual([])
      const landing = again.filter(plan => 'lands' in plan && plan.lands === 'now')
      expect(landing.filter(plan => 'open' in plan && plan.open && isTaken(plan.open))).toEqual([])
    })
  })

  it('the order in which facts are listed changes nothing', () => {
    fc.assert(
      fc.property(world(), ({ config, events }) => {
        const facts = begin(config)
        for (const event of events) {
          happens(facts, event)
          carryOut(facts, planPromotions(facts))
        }
        const reversed = {
          ...facts,
          candidates: [...facts.candidates].reverse(),
          stays: [...facts.stays].reverse(),
          open: [...facts.open].reverse(),
          rejected: [...facts.rejected].reverse(),
        }

        expect(planPromotions(reversed)).toEqual(planPromotions(facts))
      }),
      RUNS,
    )
  })
})

// --- internal ---

/** Whatever world it is, the law holds after each thing that happens in it; the law carries out what is planned, if anything. */
function afterEvents(
  worlds: ReturnType<typeof world>,
  runs: typeof RUNS,
  law: (facts: World, config: DeployConfig) => void,
): void {
  fc.assert(
    fc.property(worlds, ({ config, events }) => {
      const facts = begin(config)
      for (const event of events) {
        happens(facts, event)
        law(facts, config)
      }
    }),
    runs,
  )
}

type Event =
  | { kind: 'release'; model: string }
  | { kind: 'old_release'; model: string }
  | { kind: 'wait'; hours: number }
  | { kind: 'merge' | 'close' | 'push' | 'base'; which: number }
  | { kind: 'health'; which: number; health: Health }
  | { kind: 'rollback'; which: number }
  | { kind: 'by_hand'; which: number; standing: Standing | undefined }
  | { kind: 'checks'; which: number; checks: OpenPromotion['checks'] }
  | { kind: 'stopped' | 'way_back'; which: number }

/** Facts that change as things happen. */
interface World extends PromotionFacts {
  candidates: ReleaseRecord[]
  stays: Stay[]
  open: OpenPromotion[]
  rejected: { environment: string; model: string; number: number; release: string }[]
  made: number
  opened: number
}

/** `long`: so many things happen that something serves, is changed and is to be replaced. */
function world(long = false): fc.Arbitrary<{ config: DeployConfig; events: Event[] }> {
  const which = fc.nat(20)
  const model = fc.constantFrom('churn', 'fraud')
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({
      kind: fc.constantFrom<'release' | 'old_release'>('release', 'release', 'old_release'),
      model,
    }),
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 40 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'merge' as const,
          'merge' as const,
          'close' as const,
          'push' as const,
          'base' as const,
        ),
        which,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('health' as const),
        which,
        health: fc.constantFrom<Health>('healthy', 'progressing', 'degraded', 'unknown', 'not_watched'),
      }),
    },
    fc.record({ kind: fc.constant('rollback' as const), which }),
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('checks' as const),
        which,
        checks: fc.constantFrom<OpenPromotion['checks']>('success', 'failure', 'pending', 'none'),
      }),
    },
    fc.record({ kind: fc.constantFrom('stopped' as const, 'way_back' as const), which }),
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('by_hand' as const),
        which,
        standing: fc.constantFrom<Standing | undefined>(
          { kind: 'by_hand', changes: [] },
          { kind: 'unknown', reason: 'the file is not there' },
          { kind: 'options', changes: [] },
          undefined,
        ),
      }),
    },
  )
  const edges = fc.array(
    fc.tuple(
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('', 'merge: auto, ', 'soak: 12h, ', "freeze: [{ from: '18:00', to: '08:00' }], "),
    ),
    { minLength: 1, maxLength: 5 },
  )
  return fc
    .record({
      edges,
      events: fc.array(event, long ? { minLength: 25, maxLength: 40, size: 'max' } : { maxLength: 30 }),
    })
    .map(({ edges, events }) => ({
      // Every edge leads to an earlier environment: any directed graph without a cycle is one of these.
      config: deployConfig(
        ...edges.map(
          ([a, b, c, d, more], index) =>
            `e${index}: { ${more}after: [${[a, b, c, d].flatMap((on, other) => (on && other < index ? [`e${other}`] : [])).join(', ')}] }`,
        ),
      ),
      events,
    }))
}

function begin(config: DeployConfig): World {
  return {
    config,
    now: START,
    candidates: [],
    stays: [],
    open: [],
    rejected: [],
    holds: [],
    made: 0,
    opened: 0,
  }
}

function happens(world: World, event: Event): void {
  if (event.kind === 'wait') world.now += event.hours * HOUR
  else if (event.kind === 'release') world.candidates.push(madeNow(world, event.model))
  else if (event.kind === 'old_release') world.candidates.push(release(1 + (world.made >> 1), event.model))
  else if (event.kind === 'health') changeHealth(world, event.which, event.health)
  else if (event.kind === 'rollback') rollBack(world, event.which)
  else if (event.kind === 'by_hand') {
    const current = world.stays.filter(stay => stay.until === undefined)
    const stay = current[event.which % (current.length || 1)]
    if (stay) stay.standing = event.standing
  } else {
    const open = world.open[event.which % (world.open.length || 1)]
    if (!open) return
    if (event.kind === 'push') open.foreign = true
    else if (event.kind === 'base') open.behind = true
    else if (event.kind === 'checks') open.checks = event.checks
    else if (event.kind === 'stopped') open.unfinished = true
    else if (event.kind === 'way_back') open.rollback = true
    else {
      world.open = world.open.filter(one => one !== open)
      if (event.kind === 'merge') enters(world, open.environment, open.release!)
      else world.rejected.push({ ...open, number: open.number!, release: releaseKey(open.release!) })
    }
  }
}

/** Every other release was weighed against what serves in the first environment by then. */
function madeNow(world: World, model: string): ReleaseRecord {
  const number = ++world.made
  const there = world.stays.findLast(stay => stay.release.model === model && stay.until === undefined)
  if (number % 2 === 0 || !there) return release(number, model)
  return release(number, model, { weighed: { against: 'champion', commit: there.release.commit } })
}

/** One of the models is in a repository that merges nothing before its checks have passed. */
function isTaken({ model, checks }: OpenPromotion): boolean {
  return model === 'churn' || checks === 'success'
}

/** What a run does: plans are carried out, what lands has landed, and all is planned anew. */
function settle(world: World): void {
  for (let round = 0; round < ROUNDS; round++) {
    const plans = planPromotions(world)
    carryOut(world, plans)
    const landing = plans.filter(plan => 'lands' in plan && plan.lands === 'now').map(placeOf)
    const landed = world.open.filter(open => landing.includes(placeOf(open)) && isTaken(open))
    if (landed.length === 0) return
    world.open = world.open.filter(open => !landed.includes(open))
    for (const { environment, release } of landed) enters(world, environment, release!)
  }
  throw new Error('it does not come to rest')
}

function enters(world: World, environment: string, record: ReleaseRecord): void {
  world.now += 60_000
  for (const stay of world.stays)
    if (stay.environment === environment && stay.release.model === record.model) {
      stay.until ??= world.now
      stay.standing = undefined
    }
  world.stays.push({
    environment,
    release: record,
    from: world.now,
    health: 'healthy',
    healthySince: world.now,
  })
}

function changeHealth(world: World, which: number, health: Health): void {
  const current = world.stays.filter(stay => stay.until === undefined)
  const stay = current[which % (current.length || 1)]
  if (!stay) return
  stay.health = health
  stay.healthySince = health === 'healthy' ? world.now : undefined
}

/** A person's way back, merged at once. */
function rollBack(world: World, which: number): void {
  const past = world.stays.filter(stay => stay.until !== undefined)
  const stay = past[which % (past.length || 1)]
  if (stay) enters(world, stay.environment, stay.release)
}

/** What the commands do with a plan. */
function carryOut(world: World, plans: Plan[]): void {
  for (const plan of plans) {
    const { environment, model } = plan
    if (plan.action === 'close') world.open = world.open.filter(one => one !== plan.open)
    if (plan.action !== 'promote' && plan.action !== 'update') continue
    const champion = plan.serving && releaseKey(plan.serving)
    world.open = world.open.filter(one => plan.action !== 'update' || one !== plan.open)
    world.open.push({
      environment,
      model,
      number: plan.action === 'update' ? plan.open.number : ++world.opened,
      release: plan.release,
      ...(champion !== undefined && { champion }),
      foreign: false,
      behind: false,
      rollback: plan.action === 'update' && plan.rollback,
      // A commit that stays keeps what was said of it.
      ...(plan.action === 'update' && plan.because === 'unfinished' && { checks: plan.open.checks }),
    })
  }
}

/** Said anew, from the words of the documentation. */
function mayEnter(world: World, plan: Extract<Plan, { release: ReleaseRecord }>): boolean {
  const { after, soak } = world.config.environments.find(({ name }) => name === plan.environment)!
  const key = releaseKey(plan.release)
  return after.every(before => {
    const there = world.stays.filter(stay => stay.environment === before && stay.release.model === plan.model)
    const now = there.find(stay => stay.until === undefined && releaseKey(stay.release) === key)
    if (isChanged(now?.standing)) return false
    return there.some(stay => {
      if (releaseKey(stay.release) !== key || !HEALTHY.includes(stay.health)) return false
      const since = Math.max(stay.from, stay.healthySince ?? stay.from)
      const dated = stay.health === 'not_watched' || stay.healthySince !== undefined
      const rolledBack = there.some(later => later.from > stay.from && isNewer(plan.release, later.release))
      return !rolledBack && (soak === 0 || (dated && (stay.until ?? world.now) - since >= soak * 1000))
    })
  })
}

/** How the manifests of what serves stand to its record. */
function standingIn(world: World, environment: string, model: string): Standing | undefined {
  return world.stays.findLast(
    stay => stay.environment === environment && stay.release.model === model && stay.until === undefined,
  )?.standing
}

function isChanged(standing: Standing | undefined): boolean {
  return standing?.kind === 'by_hand' || standing?.kind === 'unknown'
}

function placeOf({ environment, model }: { environment: string; model: string }): string {
  return `${environment} ${model}`
}
