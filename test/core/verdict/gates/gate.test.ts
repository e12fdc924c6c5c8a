import { describe, expect, it } from 'vitest'
import { numbers, weighed } from '../weigh/weigh-inputs.ts'

const TODAY = '2026-06-01'
const YESTERDAY = '2026-05-31'
const candidate = numbers('candidate', { lift: 1, loss: 3 })
const FAILS = { metric: 'lift', at_least: 2 }
/** There is no champion yet. */
const CANNOT_TELL = { metric: 'lift', not_worse_than: 'champion', margin: 1 }

const judged = (model: Record<string, unknown>, side = candidate) =>
  weighed({ directions: { lift: 'higher' }, ...model }, { candidate: side, today: TODAY })

describe('a gate', () => {
  it('that cannot tell fails the run where it asks for that, and nowhere else', () => {
    const gates = [CANNOT_TELL, { ...CANNOT_TELL, if_inconclusive: 'fail' }]

    expect(judged({ gates }).gates.map(({ verdict, blocks }) => [verdict, blocks])).toEqual([
      ['inconclusive', false],
      ['inconclusive', true],
    ])
    const passes = { metric: 'lift', at_least: 1, if_inconclusive: 'fail' }
    expect(judged({ gates: [passes] }).blocks).toBe(false)
  })

  it('asks for as much more than the champion has as it says', () => {
    const better = (by?: number) => ({ metric: 'duration', better_than: 'champion', by })
    const took = (side: 'candidate' | 'champion', seconds: number) =>
      numbers(side, {}, { usage: { evaluateSeconds: seconds } })

    expect(
      weighed(
        { gates: [better(), better(4), better(5)] },
        { candidate: took('candidate', 5), champion: took('champion', 10) },
      ).gates.map(({ verdict }) => verdict),
    ).toEqual(['pass', 'pass', 'fail'])
  })

  it('is called by its name, else by its rule', () => {
    const gates = [{ ...FAILS, name: 'enough lift' }, FAILS]

    expect(judged({ gates }).gates.map(({ name }) => name)).toEqual(['enough lift', 'lift at least 2'])
  })

  it('passes nothing while something was not measured, and keeps what it found to be wrong', () => {
    const unwritten = '`bench` wrote no timings.json'
    const gates = [{ metric: 'lift', at_least: 1 }, FAILS, CANNOT_TELL]

    expect(
      judged({ gates }, { ...candidate, unwritten }).gates.map(({ verdict, reason }) => [verdict, reason]),
    ).toEqual([
      ['inconclusive', unwritten],
      ['fail', 'lift is 1; the floor is 2. One number without an interval: noise is not accounted for'],
      ['inconclusive', 'there is no champion yet'],
    ])
  })
})

describe('a service that told no metrics', () => {
  it('leaves open what nothing else tells, and no other gate', () => {
    const untold = 'MLflow did not tell'
    const gates = [{ metric: 'lift', at_least: 1 }, FAILS, { metric: 'auc_pr', at_least: 0.5 }]
    const { gates: found, warnings, untold: kept } = judged({ gates }, { ...candidate, untold })

    expect(found.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'inconclusive'])
    expect(found[2]!.reason).toBe(untold)
    expect(warnings).toContain(`${untold}.`)
    expect(kept).toBe(untold)
  })
})

describe('a waiver', () => {
  const waiver = { metric: 'lift', reason: 'known and accepted', author: 'ada', until: TODAY }
  const gates = [{ ...FAILS, name: 'enough lift' }, FAILS, { metric: 'loss', at_most: 2 }]
  const blocking = (more: Record<string, unknown>) =>
    judged({ gates, waivers: [{ ...waiver, ...more }] })
      .gates.filter(({ blocks }) => blocks)
      .map(({ name }) => name)

  it('holds for every gate on its metric, or for the one that it names', () => {
    expect(blocking({})).toEqual(['loss at most 2'])
    expect(blocking({ gate: 'enough lift' })).toEqual(['lift at least 2', 'loss at most 2'])
    expect(blocking({ gate: 'lift at least 2' })).toEqual(['enough lift', 'loss at most 2'])
  })

  it('holds on its last day; the day after, its gates block again and the reader is told', () => {
    expect(judged({ gates, waivers: [waiver] }).warnings).toEqual([])
    expect(blocking({ until: YESTERDAY })).toEqual(['enough lift', 'lift at least 2', 'loss at most 2'])
    expect(judged({ gates, waivers: [{ ...waiver, until: YESTERDAY }] }).warnings).toEqual([
      'The waiver for lift by ada ended on 2026-05-31 and no longer holds (docs/living-with-it.md#a-waiver-and-its-end).',
    ])
  })
})
