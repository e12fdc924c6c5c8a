import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../../src/core/promotion/plan/plan.ts'
import type { Reason } from '../../../../src/core/promotion/plan/reasons.ts'
import { wakeOf } from '../../../../src/core/promotion/plan/wake.ts'
import { release } from '../../../support/releases.ts'

const NOW = 1_000_000_000
const HOUR = 3_600_000
const held = (...reasons: Reason[]): Plan => ({
  action: 'hold',
  environment: 'production',
  model: 'fraud',
  release: release(1),
  reasons,
  waiting: [],
})
const soak = (until: number): Reason => ({ kind: 'soak', environment: 'staging', until })

describe('when a plan is made anew although nobody does anything', () => {
  it.each<[string, Plan, number | undefined]>([
    ['a soak ends', held(soak(NOW + HOUR)), HOUR],
    ['a freeze ends', held({ kind: 'freeze', until: NOW + 2 * HOUR }), 2 * HOUR],
    ['the first of several things', held(soak(NOW + 2 * HOUR), { kind: 'freeze', until: NOW + HOUR }), HOUR],
    ['a freeze without an end', held({ kind: 'freeze' }), undefined],
    ['a person decides', held({ kind: 'verdict', verdict: 'fail', allowed: ['pass'] }), undefined],
    [
      'a release gets healthy',
      held({ kind: 'unhealthy', environment: 'staging', health: 'unknown' }),
      300_000,
    ],
    ['a release gets live', held({ kind: 'not_live', environment: 'staging', was: false }), 300_000],
    ['somebody signs it', held({ kind: 'not_signed', why: '' }), 300_000],
    ['a web service says yes', held({ kind: 'answer', name: 'window', why: '' }), 300_000],
    ['a web service answers', held({ kind: 'answer_unknown', name: 'window', why: '' }), 300_000],
    [
      'a web service says no again',
      {
        ...{ action: 'nothing', environment: 'production', model: 'fraud' },
        answers: [{ name: 'window', said: 'true' }],
      },
      300_000,
    ],
    ['a registry answers', held({ kind: 'signature_unknown', why: '' }), 300_000],
    ['a moment that is over', held(soak(NOW - HOUR)), 10_000],
    [
      'a newer release may follow',
      {
        ...(held() as Extract<Plan, { action: 'hold' }>),
        waiting: [{ release: release(2), reasons: [soak(NOW + HOUR)] }],
      },
      HOUR,
    ],
    ['nothing', { action: 'nothing', environment: 'staging', model: 'fraud' }, undefined],
    [
      'checks end',
      {
        action: 'promote',
        environment: 'staging',
        model: 'fraud',
        release: release(1),
        rollback: false,
        lands: 'after_checks',
        weighed: true,
        waiting: [],
      },
      300_000,
    ],
  ])('%s', (_, plan, after) => {
    expect(wakeOf(plan, NOW)).toBe(after === undefined ? undefined : NOW + after)
  })
})
