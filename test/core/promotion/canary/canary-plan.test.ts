import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Canary } from '../../../../src/core/deploy-config/canary.ts'
import {
  atWeight,
  type CanaryFact,
  type CanaryState,
  type CanaryStep,
  planCanary,
  startOf,
} from '../../../../src/core/promotion/canary/canary-plan.ts'
import { type ReleaseRecord, releaseKey } from '../../../../src/core/release/record.ts'
import type { Verdict } from '../../../../src/core/verdict/result.ts'
import { release } from '../../../support/releases.ts'
import { cases } from '../../../support/rounds.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
const START = Date.parse('2026-06-01T00:00:00Z')
const OLDEST = 3 * MINUTE
/** A weight that is no step. */
const NO_STEP = 100
const [champion, challenger] = [release(1), release(2)]

describe('a step of a canary', () => {
  it('is passed by a verdict of its own, and no sooner than its shortest time', () => {
    expect(planned('pass', 23)).toEqual({ step: 'stay', why: expect.objectContaining({ kind: 'step' }) })
    expect(planned('pass', 24)).toMatchObject({ step: 'advance', weight: 25, withoutVerdict: false })
    expect(planned('pass', 24, {}, 25)).toMatchObject({ step: 'promote', withoutVerdict: false })
  })

  it('takes that time from when its traffic was counted, where that began later', () => {
    const since = START + 10 * HOUR
    expect(planned('pass', 33, {}, 5, { since })).toMatchObject({
      step: 'stay',
      why: { kind: 'step', until: since + 24 * HOUR },
    })
    expect(planned('pass', 34, {}, 5, { since })).toMatchObject({ step: 'advance', weight: 25 })
  })

  it('ends at once where harm is shown, however short it was', () => {
    expect(planned('fail', 0)).toMatchObject({ step: 'take_back', because: 'harm' })
    expect(planned('fail', 500, { on_inconclusive: 'promote' })).toMatchObject({ because: 'harm' })
  })

  it('waits for evidence until its horizon, and then does what the rules say', () => {
    const until = START + 168 * HOUR
    expect(planned('inconclusive', 100)).toMatchObject({ why: { kind: 'evidence', until } })
    expect(planned('inconclusive', 168)).toMatchObject({ step: 'stay', why: { kind: 'over' } })
    expect(planned('inconclusive', 167, { on_inconclusive: 'promote' })).toMatchObject({ step: 'stay' })
    expect(planned('inconclusive', 168, { on_inconclusive: 'promote' })).toMatchObject({
      step: 'advance',
      withoutVerdict: true,
      evidence: { verdict: 'inconclusive' },
    })
    expect(planned('inconclusive', 168, { on_inconclusive: 'rollback' })).toMatchObject({
      step: 'take_back',
      because: 'inconclusive',
    })
  })

  it('keeps its weight where the split is not what was declared, and is taken back one horizon later', () => {
    expect(planned('not_comparable', 335, { on_inconclusive: 'promote' })).toMatchObject({
      step: 'stay',
      why: { kind: 'not_comparable', until: START + 336 * HOUR },
    })
    expect(planned('not_comparable', 336)).toMatchObject({ step: 'take_back', because: 'not_comparable' })
  })

  it('is passed by nothing where nobody can tell', () => {
    for (const on_inconclusive of ['hold', 'promote'] as const)
      for (const hours of [0, 24, 168, 10_000])
        expect(planned(undefined, hours, { on_inconclusive })).toMatchObject({
          step: 'stay',
          why: { kind: 'unknown' },
        })
    expect(planned(undefined, 168, { on_inconclusive: 'rollback' })).toMatchObject({ because: 'unknown' })
  })

  it.each<[string, Partial<CanaryFact>]>([
    ['of another release', { release: releaseKey(release(3)) }],
    ['of another weight', { key: keyOf(champion, challenger, 10) }],
    ['of another champion', { key: keyOf(release(3), challenger, 5) }],
    ['from before the step began', { asOf: START - 1 }],
    ['older than three ticks', { asOf: START + 200 * HOUR - OLDEST - 1 }],
    ['from a time to come', { asOf: START + 200 * HOUR + 2 * MINUTE }],
  ])('is passed by no verdict %s', (_, change) => {
    for (const verdict of ['pass', 'inconclusive', 'fail'] as const)
      expect(planned(verdict, 200, { on_inconclusive: 'promote' }, 5, change)).toMatchObject({
        step: 'stay',
        why: { kind: 'unknown' },
      })
  })

  it('has nothing to find out where what serves is not older', () => {
    for (const serving of [challenger, release(3)])
      expect(
        planCanary(stateOf(5, 'pass', 200), { champion: serving, key: '', now: START, oldest: OLDEST }),
      ).toMatchObject({ step: 'take_back', because: 'champion_newer' })
  })
})

describe('of a commit that is dated ahead', () => {
  const now = START + HOUR
  const ahead = (
    by: number,
    verdict: Verdict,
    fact: Partial<CanaryFact> = {},
    change: Partial<Canary> = {},
  ) =>
    planCanary(
      { ...stateOf(5, verdict, 1, change, fact), since: now + by },
      { champion, key: keyOf(champion, challenger, 5), now, oldest: OLDEST },
    )

  it.each([60_000, 365 * 24 * HOUR])('takes back what harms, %s ms ahead', by => {
    expect(ahead(by, 'fail')).toMatchObject({ step: 'take_back', because: 'harm' })
    expect(ahead(by, 'fail', { since: now - 1000 })).toMatchObject({ step: 'take_back', because: 'harm' })
    expect(ahead(by, 'fail', { key: 'another' })).toMatchObject({ step: 'stay', why: { kind: 'unknown' } })
  })

  it('lets a step pass only once its evidence is as old as a step, and ends one in which nothing is shown', () => {
    expect(ahead(HOUR, 'pass')).toMatchObject({ step: 'stay', why: { kind: 'step' } })
    expect(ahead(HOUR, 'pass', { since: now - 23 * HOUR })).toMatchObject({ step: 'stay' })
    expect(ahead(HOUR, 'pass', { since: now - 24 * HOUR })).toMatchObject({ step: 'advance' })
    const back = { on_inconclusive: 'rollback' } as const
    expect(ahead(HOUR, 'inconclusive', {}, back)).toMatchObject({ step: 'stay' })
    expect(ahead(HOUR, 'inconclusive', { since: now - 7 * 24 * HOUR }, back)).toMatchObject({
      step: 'take_back',
      because: 'inconclusive',
    })
  })
})

describe('whatever happens, in any order', () => {
  it('a challenger gets each share in turn and none above, everything only after the last, and never without its own evidence', () => {
    fc.assert(
      fc.property(histories(), ({ rules, events }) => {
        let state: CanaryState = { file: atWeight(startOf(rules, challenger), rules.steps[0]!), since: START }
        let now = START
        expect(startOf(rules, challenger).weight).toBe(rules.steps[0])
        for (const { wait, verdict, stale, foreign } of events) {
          now += wait * HOUR
          const key = keyOf(champion, challenger, foreign ? NO_STEP : state.file.weight)
          const asOf = now - (stale ? OLDEST + 1 : 0)
          state = verdict
            ? { ...state, fact: factOf(verdict, { key, asOf }) }
            : { file: state.file, since: state.since }
          const asked = { champion, key: keyOf(champion, challenger, state.file.weight), now, oldest: OLDEST }
          const step = planCanary(state, asked)
          expect(planCanary(state, asked)).toEqual(step)
          const counts = verdict !== undefined && !stale && !foreign && asOf >= state.since
          if (counts && verdict === 'fail') expect(step).toMatchObject({ step: 'take_back', because: 'harm' })
          if (step.step === 'take_back') return
          if (step.step === 'stay') continue
          expect(counts).toBe(true)
          expect(step.withoutVerdict).toBe(verdict !== 'pass')
          if (step.withoutVerdict)
            expect([verdict, rules.on_inconclusive]).toEqual(['inconclusive', 'promote'])
          if (step.step === 'promote') {
            expect(state.file.weight).toBe(rules.steps.at(-1))
            return
          }
          expect(step.weight).toBe(rules.steps[rules.steps.indexOf(state.file.weight) + 1])
          // What was found out about one share says nothing of the next: the very same verdict moves it no further.
          state = { ...state, file: atWeight(state.file, step.weight), since: now }
          const then = { ...asked, key: keyOf(champion, challenger, step.weight) }
          expect(planCanary(state, then).step).toBe('stay')
        }
      }),
      cases(300),
    )
  })
})

// --- internal ---

function rulesOf(change: Partial<Canary> = {}): Canary {
  return Canary.parse({
    steps: [5, 25],
    unit: 'user',
    sticky: 'cookie',
    conversion: { outcome: 'bought', within: '24h', margin: 0.005 },
    ...change,
  })
}

function keyOf(a: ReleaseRecord, b: ReleaseRecord, weight: number): string {
  return `${a.version}/${b.version}@${weight}`
}

function factOf(verdict: Verdict, change: Partial<CanaryFact> = {}): CanaryFact {
  return {
    verdict,
    reason: 'as it is',
    release: releaseKey(challenger),
    key: keyOf(champion, challenger, 5),
    asOf: START,
    ...change,
  }
}

function stateOf(
  weight: number,
  verdict: Verdict | undefined,
  hours: number,
  change: Partial<Canary> = {},
  fact: Partial<CanaryFact> = {},
): CanaryState {
  const asOf = START + hours * HOUR
  const key = keyOf(champion, challenger, weight)
  return {
    file: atWeight(startOf(rulesOf(change), challenger), weight),
    since: START,
    ...(verdict && { fact: factOf(verdict, { key, asOf, ...fact }) }),
  }
}

function planned(
  verdict: Verdict | undefined,
  hours: number,
  change: Partial<Canary> = {},
  weight = 5,
  fact: Partial<CanaryFact> = {},
): CanaryStep {
  return planCanary(stateOf(weight, verdict, hours, change, fact), {
    champion,
    key: keyOf(champion, challenger, weight),
    now: START + hours * HOUR,
    oldest: OLDEST,
  })
}

function histories() {
  const event = fc.record({
    wait: fc.integer({ min: 0, max: 100 }),
    verdict: fc.constantFrom<Verdict | undefined>(
      'pass',
      'pass',
      'inconclusive',
      'not_comparable',
      'fail',
      undefined,
    ),
    stale: fc.boolean(),
    foreign: fc.boolean(),
  })
  return fc.record({
    rules: fc
      .record({
        steps: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 }),
        on_inconclusive: fc.constantFrom<Canary['on_inconclusive']>('hold', 'promote', 'rollback'),
      })
      .map(({ steps, on_inconclusive }) =>
        rulesOf({ steps: steps.toSorted((a, b) => a - b), on_inconclusive }),
      ),
    events: fc.array(event, { minLength: 1, maxLength: 30 }),
  })
}
