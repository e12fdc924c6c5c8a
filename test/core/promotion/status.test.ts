import { describe, expect, it } from 'vitest'
import type { OpenPromotion } from '../../../src/core/promotion/plan/facts.ts'
import { type Plan, planRollback } from '../../../src/core/promotion/plan/plan.ts'
import { promotionStatus, STATUS_CONTEXT } from '../../../src/core/promotion/status.ts'
import { release } from '../../support/releases.ts'

const open: OpenPromotion = {
  environment: 'staging',
  model: 'churn',
  number: 1,
  release: release(2),
  foreign: false,
  behind: false,
  rollback: false,
}
const common = { environment: 'staging', model: 'churn', serving: release(1) }
const entering = {
  ...common,
  release: release(2),
  rollback: false,
  lands: 'now' as const,
  weighed: true,
  waiting: [],
}
const proposed = { open, lands: 'now' as const, waiting: [] }
const DIGEST = `sha256:${'2'.padStart(64, '0')}`

describe('the status of a promotion', () => {
  it.each<[string, Plan, string | undefined]>([
    ['new', { action: 'promote', ...entering }, `success pass: ${DIGEST}`],
    [
      'new and not weighed',
      { action: 'promote', ...entering, weighed: false },
      'pending to be weighed against 2026-05-01-0000001',
    ],
    ['up to date', { action: 'nothing', ...proposed, weighed: true, ...common }, `success pass: ${DIGEST}`],
    [
      'up to date, and still not weighed against what serves',
      { action: 'nothing', ...proposed, weighed: false, ...common },
      'pending to be weighed against 2026-05-01-0000001',
    ],
    [
      'held',
      {
        action: 'hold',
        open,
        ...common,
        release: release(2),
        waiting: [],
        reasons: [{ kind: 'freeze', reason: 'x\n'.repeat(200) }],
      },
      `pending freeze (${'x␊'.repeat(65)}…`,
    ],
    [
      'not there',
      { action: 'hold', ...common, release: release(2), waiting: [], reasons: [{ kind: 'freeze' }] },
      undefined,
    ],
    ['nothing', { action: 'nothing', ...common }, undefined],
    [
      'pushed to',
      { action: 'leave', open, championChanged: false, ...common },
      'failure somebody pushed to this branch: no verdict holds for it',
    ],
    [
      'overtaken while pushed to',
      { action: 'leave', open, championChanged: true, ...common },
      'failure verdict withdrawn: what serves there has changed',
    ],
    [
      'needless',
      { action: 'close', open, ...common },
      'failure what it proposes serves already, or something newer',
    ],
    [
      'a rollback',
      { action: 'update', open, because: 'base_moved', ...planRollback(common, release(0)) },
      'success rollback',
    ],
    ['a new rollback', { action: 'promote', ...planRollback(common, release(0)) }, 'success rollback'],
  ])('that is %s', (_, plan, expected) => {
    const status = promotionStatus(plan)

    expect(status && `${status.state} ${status.description}`.replace(/(freeze \((?:x␊){65}).*…/, '$1…')).toBe(
      expected,
    )
    expect(status?.description.length ?? 0).toBeLessThanOrEqual(140)
  })

  it('has one name, which a branch rule may require', () => {
    expect(STATUS_CONTEXT).toBe('assay/promotion')
  })
})
