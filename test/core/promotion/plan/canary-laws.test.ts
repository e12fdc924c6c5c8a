import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeployConfig } from '../../../../src/core/deploy-config/deploy-config.ts'
import { type CanaryFact, shareOf } from '../../../../src/core/promotion/canary/canary-plan.ts'
import type { ControllerState } from '../../../../src/core/promotion/canary/controlled.ts'
import type {
  CanaryInPlace,
  Hold,
  OpenPromotion,
  PromotionFacts,
  RejectedPromotion,
  Stay,
} from '../../../../src/core/promotion/plan/facts.ts'
import { type Plan, planPromotions } from '../../../../src/core/promotion/plan/plan.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../../../src/core/release/record.ts'
import { canaryKey } from '../../../../src/core/traffic/canary/key.ts'
import type { Verdict } from '../../../../src/core/verdict/result.ts'
import { deployConfig } from '../../../support/deploy-configs.ts'
import { release } from '../../../support/releases.ts'
import { cases } from '../../../support/rounds.ts'

/**
 * A place that releases enter in steps, in which releases are made, verdicts come, turn and go stale, pull requests are merged and
 * closed and the champion is replaced by somebody, in any order. Whatever happens, the laws hold.
 */

const HOUR = 3_600_000
const START = Date.parse('2026-06-01T00:00:00Z')
const STEPS = [5, 25]

describe('whatever happens in a place that releases enter in steps', () => {
  it('nothing gets more than its next share, nor any by evidence that is not its own; what harms can be taken back; twice is as once', () => {
    const seen = { start: 0, advance: 0, promote: 0, take_back: 0, controlled: 0, aborted: 0, rollback: 0 }
    fc.assert(
      fc.property(worlds(), ({ onHarm, merge, movedBy, events }) => {
        const world = begin(onHarm, merge, movedBy)
        for (const event of events) {
          happens(world, event)
          // What lands by itself may make room for the next, which is looked at as well; then there is nothing left to do.
          for (let round = 0; ; round++) {
            const [plan] = planPromotions(world)
            check(world, plan!, seen)
            if (!carryOut(world, plan!)) break
            expect(round).toBeLessThan(5)
          }
          expect(['nothing', 'hold', 'leave']).toContain(planPromotions(world)[0]!.action)
        }
      }),
      cases(300),
    )
    // It is said of something.
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0)
  })
})

// --- internal ---

interface World extends PromotionFacts {
  holds: Hold[]
  candidates: ReleaseRecord[]
  stays: Stay[]
  open: OpenPromotion[]
  rejected: RejectedPromotion[]
  canaries: CanaryInPlace[]
  made: number
  opened: number
}

type Event =
  | { kind: 'release' | 'merge' | 'close' | 'by_hand' | 'passed' }
  | { kind: 'rollback'; to: 'serving' | 'older'; harms: boolean }
  | { kind: 'wait'; hours: number }
  | { kind: 'controller'; at: 'next' | 'all' | 'aborted' | 'unknown' }
  | { kind: 'verdict'; verdict: Verdict | undefined; stale: boolean; other: boolean }

function begin(
  onHarm: 'merge' | 'propose',
  merge: 'auto' | 'approval',
  movedBy: 'commits' | 'controller',
): World {
  const [plain] = deployConfig(`production: { merge: ${merge} }`).environments
  const config: DeployConfig = {
    isNamed: true,
    models: {},
    ...(movedBy === 'controller' && { controllers: [plain!.target] }),
    environments: [
      {
        ...plain!,
        canary: {
          ...{ steps: STEPS, unit: 'user', sticky: 'cookie', for: '12h', horizon: '3d', guardrails: [] },
          conversion: { outcome: 'bought', within: '1h', margin: 0.01 },
          on_harm: onHarm,
          on_inconclusive: 'hold',
        },
      },
    ],
  }
  const first = release(1)
  return {
    ...{ config, now: START, candidates: [first], rejected: [], holds: [], made: 1, opened: 0, open: [] },
    stays: [{ environment: 'production', release: first, from: START - HOUR, health: 'not_watched' }],
    canaries: [{ environment: 'production', model: 'churn', since: 0, takenBack: [] }],
  }
}

/** The promises of one plan. */
function check(world: World, plan: Plan, seen: Record<string, number>): void {
  const [canary] = world.canaries
  const { file, since } = canary!
  const fact = canary!.fact as CanaryFact | undefined
  const serving = servingIn(world)
  const isOwn =
    file !== undefined &&
    fact !== undefined &&
    fact.key === canaryKey({ champion: serving, challenger: file.challenger, weight: weightIn(canary!) }) &&
    fact.release === releaseKey(file.challenger) &&
    fact.asOf >= Math.max(since, stayIn(world).from) &&
    world.now - fact.asOf <= 180_000
  const enters = plan.action === 'promote' || plan.action === 'update' ? plan : undefined
  if (enters && !enters.rollback) {
    const { canary: move } = enters
    expect(move).toBeDefined()
    seen[move!.step] = seen[move!.step]! + 1
    expect(canary!.takenBack).not.toContain(releaseKey(enters.release))
    switch (move!.step) {
      case 'start':
        expect(file).toBeUndefined()
        expect(shareOf(move!)).toBe(STEPS[0])
        break
      case 'advance':
        expect(shareOf(move!)).toBe(STEPS[STEPS.indexOf(file!.weight!) + 1])
        break
      case 'promote':
        expect(file!.weight).toBe(file!.moved_by ? undefined : STEPS.at(-1))
        break
    }
    // Its controller has moved it: nothing but the end is written, and that only once it is there.
    if (file?.moved_by) {
      if (move!.step === 'promote') expect(canary!.controller).toEqual({ at: 'all' })
      expect(['promote', 'take_back']).toContain(move!.step)
      seen.controlled!++
    } else if (move!.step === 'advance' || move!.step === 'promote') {
      expect(isOwn && fact?.verdict === 'pass').toBe(true)
      expect(world.now - since).toBeGreaterThanOrEqual(12 * HOUR)
      expect(releaseKey(enters.release)).toBe(releaseKey(file!.challenger))
    }
  }
  // Whatever is open and however often it was tried, harm is answered; only a person's own no to just that keeps it.
  const isAborted = canary!.controller?.at === 'aborted'
  const isHarmed =
    isOwn && fact.verdict === 'fail' && (!file?.moved_by || canary!.controller?.at === 'weight')
  if (file && isNewer(file.challenger, serving) && (isAborted || isHarmed)) {
    if (isAborted) seen.aborted!++
    const wasRefused = world.rejected.some(
      one => one.step === 'back' && one.release === releaseKey(file.challenger),
    )
    const step = enters?.canary?.step ?? (plan.action === 'nothing' ? plan.open?.step : plan.action)
    const ends = enters?.rollback
      ? enters.release
      : 'open' in plan && plan.open?.rollback && plan.open.release
    // A person's rollback waits, but not harm for a person where nobody is to be asked: it ends that, and no more.
    if (ends && file.on_harm === 'merge' && !wasRefused) {
      seen.rollback!++
      expect(releaseKey(ends)).toBe(releaseKey(serving))
      expect('lands' in plan && plan.lands).toBe('now')
    } else if (!ends && !wasRefused) expect(['take_back', 'back']).toContain(step)
  } else if (enters?.rollback || (plan.action === 'nothing' && plan.open?.rollback))
    expect(plan).toMatchObject({ lands: 'by_approval' })
}

/** Whether something landed by it, so that there may be more to do. */
function carryOut(world: World, plan: Plan): boolean {
  const number = 'open' in plan && plan.open ? plan.open.number! : world.opened + 1
  if (plan.action === 'close') world.open = []
  if (plan.action === 'promote') world.opened++
  if (plan.action === 'promote' || plan.action === 'update') {
    const { canary: move } = plan
    const step = move && shareOf(move)
    world.open = [
      {
        ...{ environment: 'production', model: 'churn', number, release: plan.release, verdict: 'pass' },
        ...(step !== undefined && { step }),
        ...(move?.step === 'take_back' && { because: move.because }),
        ...{ champion: releaseKey(servingIn(world)), foreign: false, behind: false, rollback: plan.rollback },
      },
    ]
  }
  const lands = 'lands' in plan && plan.lands === 'now'
  if (lands) merge(world)
  return lands || plan.action === 'close'
}

/** What the pull request brings is there now. */
function merge(world: World): void {
  const [pull] = world.open
  if (!pull) return
  world.open = []
  const { release: moved, step } = pull
  const [canary] = world.canaries
  const { file: tried, fact: __, controller: ___, ...rest } = canary!
  if (pull.rollback) {
    const takenBack = tried ? [...rest.takenBack, releaseKey(tried.challenger)] : rest.takenBack
    world.canaries = [{ ...rest, since: 0, takenBack }]
    const by = { environment: 'production', model: 'churn', rollback: true, reason: 'so', by: 'ada' }
    world.holds = [by]
    if (releaseKey(moved!) !== releaseKey(servingIn(world))) serve(world, moved!)
    return
  }
  const rules = world.config.environments[0]!.canary!
  const isMoved = world.config.controllers !== undefined
  if (typeof step === 'number')
    world.canaries = [
      {
        ...{ ...rest, since: world.now },
        file: { ...rules, ...(isMoved ? { moved_by: 'controller' } : { weight: step }), challenger: moved! },
        ...(isMoved && { controller: { at: 'weight', weight: step } }),
      },
    ]
  else if (step === 'back')
    world.canaries = [{ ...rest, since: 0, takenBack: [...rest.takenBack, releaseKey(moved!)] }]
  else {
    world.canaries = [{ ...rest, since: 0 }]
    serve(world, moved!)
  }
}

function serve(world: World, next: ReleaseRecord): void {
  stayIn(world).until = world.now
  world.stays.push({ environment: 'production', release: next, from: world.now, health: 'not_watched' })
}

function stayIn({ stays }: World): Stay {
  return stays.find(({ until }) => until === undefined)!
}

function weightIn({ file, controller }: CanaryInPlace): number {
  return file!.weight ?? (controller?.at === 'weight' ? controller.weight : 0)
}

/** The controller of what is tried is somewhere else now; whoever counts begins anew. */
function moves(world: World, to: Extract<Event, { kind: 'controller' }>['at']): void {
  const [{ fact: _, ...canary } = world.canaries[0]!] = world.canaries
  if (!canary.file?.moved_by) return
  const weight = STEPS.find(step => step > weightIn(canary))
  const controller: ControllerState =
    to === 'next'
      ? weight === undefined
        ? { at: 'all' }
        : { at: 'weight', weight }
      : to === 'all'
        ? { at: 'all' }
        : { at: to, why: 'it says so' }
  world.canaries = [{ ...canary, controller }]
}

function servingIn(world: World): ReleaseRecord {
  return stayIn(world).release
}

function happens(world: World, event: Event): void {
  const [pull] = world.open
  const [canary] = world.canaries
  switch (event.kind) {
    case 'release':
      // Whoever makes the next one lets go of what was held.
      world.holds = []
      world.made++
      world.candidates = [...world.candidates, release(world.made)]
      break
    case 'wait':
      world.now += event.hours * HOUR
      break
    case 'merge':
      merge(world)
      break
    case 'passed':
      world.now += 13 * HOUR
      happens(world, { kind: 'verdict', verdict: 'pass', stale: false, other: false })
      break
    case 'close':
      if (!pull) break
      world.rejected.push({
        ...{ environment: 'production', model: 'churn', number: pull.number! },
        release: releaseKey(pull.release!),
        ...(pull.step !== undefined && { step: pull.step }),
      })
      world.open = []
      break
    case 'by_hand':
      // Somebody has another one serve, and the canary stays where it is.
      if (world.made > 1) serve(world, release(world.made))
      break
    case 'rollback': {
      const older = world.stays.findLast(({ until }) => until !== undefined)?.release
      const back = event.to === 'serving' ? canary?.file && servingIn(world) : older
      if (!back) break
      world.opened++
      world.open = [
        {
          ...{ environment: 'production', model: 'churn', number: world.opened, release: back },
          ...{ champion: releaseKey(servingIn(world)), foreign: false, behind: false, rollback: true },
        },
      ]
      if (event.harms) happens(world, { kind: 'verdict', verdict: 'fail', stale: false, other: false })
      break
    }
    case 'controller':
      moves(world, event.at)
      break
    case 'verdict': {
      const { file, fact: _, ...rest } = canary!
      if (!file) break
      const { challenger } = file
      const weight = weightIn(canary!)
      const key = canaryKey({ champion: servingIn(world), challenger, weight: event.other ? 1 : weight })
      const asOf = world.now - (event.stale ? HOUR : 0)
      const { verdict } = event
      // Of one that its controller moves, nothing else tells when this step began.
      const since = file.moved_by && { since: asOf }
      const of = { release: releaseKey(challenger), key, asOf, ...since }
      const fact = verdict && { verdict, reason: 'as counted', ...of }
      world.canaries = [{ ...rest, file, ...(fact && { fact }) }]
    }
  }
}

function worlds() {
  const event: fc.Arbitrary<Event> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'merge', 'merge', 'merge') }),
    },
    fc.record({ kind: fc.constantFrom('close' as const, 'by_hand') }),
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('rollback' as const),
        to: fc.constantFrom('serving' as const, 'older'),
        harms: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('passed' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 80 }) }),
    },
    fc.record({
      kind: fc.constant('controller' as const),
      at: fc.constantFrom('next' as const, 'next', 'all', 'aborted', 'aborted', 'unknown'),
    }),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('verdict' as const),
        verdict: fc.constantFrom<Verdict | undefined>(
          'pass',
          'pass',
          'pass',
          'fail',
          'inconclusive',
          undefined,
        ),
        stale: fc.integer({ min: 0, max: 5 }).map(one => one === 0),
        other: fc.integer({ min: 0, max: 5 }).map(one => one === 0),
      }),
    },
  )
  return fc.record({
    onHarm: fc.constantFrom<'merge' | 'propose'>('merge', 'propose'),
    merge: fc.constantFrom<'auto' | 'approval'>('auto', 'approval'),
    movedBy: fc.constantFrom<'commits' | 'controller'>('commits', 'controller'),
    events: fc.array(event, { minLength: 10, maxLength: 40, size: 'max' }),
  })
}
