import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefName } from '../../../src/core/git/names.ts'
import {
  claimOf,
  parseClaim,
  parseRetrainBranch,
  retrainBranch,
} from '../../../src/core/promotion/retraining/branch.ts'
import {
  planRetraining,
  retrainingState,
  type SeenRetraining,
} from '../../../src/core/promotion/retraining/plan.ts'
import { cases } from '../../support/rounds.ts'

const model = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/)
const champion = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,40}$/)
const of = fc.record({ model, champion })

describe('the branch of a retraining', () => {
  it('says model and champion', () => {
    expect(retrainBranch({ model: 'churn', champion: '2026-05-20-e5c87ee' })).toBe(
      'assay/retrain-churn-2026-05-20-e5c87ee',
    )
    expect(retrainBranch({ model: 'churn-eu', champion: '1' })).toBe('assay/retrain-churn%2Deu-1')
  })

  it('is a name of a branch, and another one for every other model or champion', () => {
    fc.assert(
      fc.property(of, of, (a, b) => {
        const branch = retrainBranch(a)
        expect(isRefName(branch)).toBe(true)
        expect(parseRetrainBranch(branch)).toEqual(a)
        const isSame = a.model === b.model && a.champion === b.champion
        expect(retrainBranch(b) === branch).toBe(isSame)
      }),
      cases(100),
    )
    // The ones that chance does not find.
    const names = ['a', 'a-b', 'a-b-c', 'a.b', 'a..b', 'a.lock', 'b-c', 'c', 'b']
    const branches = names.flatMap(one => names.map(two => retrainBranch({ model: one, champion: two })))
    expect(new Set(branches).size).toBe(names.length ** 2)
  })

  it('is handed on as a claim, with the attempt from the second on', () => {
    fc.assert(
      fc.property(of, fc.integer({ min: 1, max: 3 }), (one, attempt) => {
        const branch = retrainBranch(one)
        expect(parseClaim(claimOf(branch, attempt))).toEqual({ ...one, branch, attempt })
      }),
      cases(50),
    )
    for (const none of ['', 'main', 'assay/retrain-', 'assay/retrain-a-b/4', 'assay/retrain-a-b/1', 'x/2'])
      expect(parseClaim(none)).toBeUndefined()
  })
})

const DAY = 86_400_000
const NOW = Date.parse('2026-11-29T00:00:00Z')
const RULE = { cool_down_days: 7, most_a_month: 2 }

function seen(change: Partial<SeenRetraining> = {}): SeenRetraining {
  return { branch: 'assay/retrain-m-1', head: undefined, open: undefined, closed: [], ...change }
}
const proposal = (daysAgo: number, head = 'h') => ({
  number: daysAgo,
  url: '',
  head,
  state: 'closed' as const,
  openedAt: NOW - daysAgo * DAY,
})
const plan = (own: SeenRetraining, others: SeenRetraining[] = [], rule = RULE) =>
  planRetraining({ rule, own, others, now: NOW })

describe('the plan of a retraining', () => {
  it.each([
    ['nothing is there', seen(), [], { action: 'claim' }],
    ['it is claimed', seen({ head: 'h' }), [], { action: 'carry_on' }],
    ['it is proposed', seen({ head: 'h', open: proposal(1) }), [], { action: 'waits' }],
    [
      'it was closed, and the branch stayed',
      seen({ head: 'h', closed: [proposal(6)] }),
      [],
      { action: 'waits' },
    ],
    ['it was closed, and the branch is gone', seen({ closed: [proposal(6)] }), [], { action: 'waits' }],
    ['its time is over', seen({ head: 'h', closed: [proposal(8)] }), [], { action: 'claim', forget: 'h' }],
    ['it is claimed anew', seen({ head: 'n', closed: [proposal(8)] }), [], { action: 'carry_on' }],
    ['another one is under way', seen(), [seen({ head: 'x' })], { action: 'waits' }],
    ['another one was lately', seen(), [seen({ head: 'h', closed: [proposal(6)] })], { action: 'waits' }],
    ['another one was long ago', seen(), [seen({ head: 'h', closed: [proposal(40)] })], { action: 'claim' }],
    [
      'there were too many',
      seen(),
      [seen({ closed: [proposal(9)] }), seen({ closed: [proposal(20)] })],
      { action: 'waits', until: NOW + 10 * DAY },
    ],
  ])('where %s', (_, own, others, expected) => {
    expect(plan(own, others)).toMatchObject(expected)
  })
})

describe('DR-005: a model that drifts again however often it is trained anew', () => {
  it.each([
    [7, 2],
    [1, 4],
    [30, 10],
  ])('is begun every %i days at most, and %i times in 30 days', (cool_down_days, most_a_month) => {
    const rule = { cool_down_days, most_a_month }
    const begun: number[] = []
    // Each one is merged at once, and the release that comes of it drifts from its first day on.
    for (let day = 0; day < 120; day++) {
      const others = begun.map(at => seen({ closed: [{ ...proposal(day - at), state: 'merged' }] }))
      const next = plan(seen(), others, rule)
      if (next.action === 'claim') begun.push(day)
      else expect(next).toMatchObject({ action: 'waits', words: expect.stringContaining('it was retrained') })
    }

    const within = begun.map(day => begun.filter(other => other > day - 30 && other <= day).length)
    expect(Math.max(...within)).toBe(Math.min(most_a_month, Math.ceil(30 / cool_down_days)))
    const gaps = begun.slice(1).map((day, at) => day - begun[at]!)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(cool_down_days)
  })
})

describe('what became of one that was begun', () => {
  const run = (state: 'running' | 'passed' | 'failed', url: string = state) => ({ state, url })

  it.each([
    ['none is known', [], 'begun'],
    ['one runs', [run('running')], 'begun'],
    ['two failed', [run('failed'), run('failed')], 'begun'],
    ['three failed', [run('failed', 'newest'), run('failed'), run('failed')], 'failed'],
    ['two failed and one runs', [run('failed'), run('failed'), run('running')], 'begun'],
    ['the newest passed', [run('passed'), run('failed'), run('failed')], 'nothing newer'],
  ] as const)('where of its runs %s', (_, runs, state) => {
    expect(retrainingState(seen({ head: 'h' }), runs)?.state).toBe(state)
  })

  it('is shown with the run that failed last', () => {
    const runs = [run('failed', 'newest'), run('failed'), run('failed')]

    expect(retrainingState(seen({ head: 'h' }), runs)?.url).toBe('newest')
  })
})
