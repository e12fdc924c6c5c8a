import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../../src/core/page/overview.ts'
import { inventory } from '../../../src/core/promotion/inventory.ts'
import type { Hold, OpenPromotion } from '../../../src/core/promotion/plan/facts.ts'
import { planPromotions } from '../../../src/core/promotion/plan/plan.ts'
import { releaseKey } from '../../../src/core/release/record.ts'
import { deployConfig } from '../../support/deploy-configs.ts'
import { release } from '../../support/releases.ts'

const NOW = Date.parse('2026-05-20T08:00:00Z')
const config = deployConfig('staging: { merge: auto }', 'production: { after: staging }')
const serving = release(8)
const from = NOW - 9e8
const records = ['staging', 'production'].map(environment => ({ environment, release: serving }))
const stays = records.map(record => ({ ...record, from, health: 'healthy' as const, healthySince: from }))
const BY = {
  environment: 'production',
  model: 'churn',
  rollback: false,
  reason: 'the holiday sale',
  by: 'kim',
}

/** How production stands, with the holds that there are. */
function shown(holds: Hold[], open: OpenPromotion[] = []) {
  const facts = { config, now: NOW, candidates: [], stays, open, rejected: [], holds }
  const plans = planPromotions(facts)
  const rows = inventory(config, records, plans, NOW)
  const pullRequestUrl = (number: number) => `https://git.example/acme/deploy/pull/${number}`
  const cells = cellsOf(rows, { config, records, plans, pullRequestUrl })
  expect(cells.find(({ environment }) => environment === 'staging')).toMatchObject({ state: 'serves' })
  const { state, waits, pullRequest } = cells.find(({ environment }) => environment === 'production')!
  return { state, waits, pullRequest }
}

describe('a hold where nothing waits', () => {
  it('is shown once it is merged', () => {
    expect(shown([])).toEqual({ state: 'serves' })
    expect(shown([BY])).toEqual({ state: 'held', waits: 'held by kim: the holiday sale' })
  })

  it('is shown where a rollback left it', () => {
    expect(shown([{ ...BY, rollback: true }])).toEqual({
      state: 'held',
      waits: 'held since a rollback by kim: the holiday sale',
    })
  })

  it('needs somebody while it is only proposed, at its pull request', () => {
    expect(shown([{ ...BY, proposed: { number: 52 } }])).toEqual({
      state: 'person',
      waits: 'held by kim: the holiday sale (pull request 52, not merged yet)',
      pullRequest: { number: 52, url: 'https://git.example/acme/deploy/pull/52' },
    })
    expect(shown([{ ...BY, proposed: {} }])).toMatchObject({ state: 'person', pullRequest: undefined })
  })

  it.each([
    ['was pushed to', { foreign: true }, 'left alone, somebody pushed to its branch, pull request 4'],
    [
      'is a rollback',
      { rollback: true, release: release(3) },
      `${release(3).version} waits for approval, pull request 4`,
    ],
  ])('is said beside a promotion that %s', (_, change, words) => {
    const open: OpenPromotion = {
      environment: 'production',
      model: 'churn',
      number: 4,
      release: release(9),
      champion: releaseKey(serving),
      foreign: false,
      behind: false,
      rollback: false,
      ...change,
    }

    expect(shown([BY], [open])).toMatchObject({
      state: 'person',
      waits: `${words}; held by kim: the holiday sale`,
      pullRequest: { number: 4 },
    })
  })

  it('is said once where a release waits behind it', () => {
    const open: OpenPromotion = {
      environment: 'production',
      model: 'churn',
      number: 4,
      release: release(9),
      champion: releaseKey(serving),
      foreign: false,
      behind: false,
      rollback: false,
    }
    const { waits = '' } = shown([BY], [open])

    expect(waits.split('held by kim')).toHaveLength(2)
  })
})
