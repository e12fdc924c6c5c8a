import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../../src/core/page/overview.ts'
import {
  type InventoryRow,
  inventory,
  renderInventoryCsv,
  renderInventoryJson,
  renderInventoryTable,
} from '../../../src/core/promotion/inventory.ts'
import type { OpenPromotion } from '../../../src/core/promotion/plan/facts.ts'
import { planPromotions, plansOfIdleHolds } from '../../../src/core/promotion/plan/plan.ts'
import { releaseKey } from '../../../src/core/release/record.ts'
import { cpuTime } from '../../support/cpu-time.ts'
import { deployConfig } from '../../support/deploy-configs.ts'
import { hostileText } from '../../support/hostile.ts'
import { release } from '../../support/releases.ts'

const NOW = Date.parse('2026-05-20T08:00:00Z')
const CONFIG = deployConfig(
  'staging: { merge: auto }',
  'production: { after: staging, soak: 24h }',
  'edge: { after: production }',
)
const [old, current] = [release(8), release(19)]
const from = Date.parse('2026-05-19T20:00:00Z')
const stays = [
  { environment: 'staging', release: current, from, health: 'healthy' as const, healthySince: from },
  {
    environment: 'production',
    release: old,
    from: from - 9e8,
    health: 'healthy' as const,
    healthySince: from - 9e8,
  },
]
const facts = { config: CONFIG, now: NOW, candidates: [], stays, open: [], rejected: [], holds: [] }
const records = [
  { environment: 'production', release: old },
  { environment: 'staging', release: current },
]

describe('inventory', () => {
  it('says of every model and environment what serves and what waits', () => {
    const rows = inventory(CONFIG, records, planPromotions(facts), NOW)

    expect(renderInventoryTable(rows)).toBe(
      [
        'MODEL  ENVIRONMENT  VERSION             AGE      VERDICT  OWNER  WAITS',
        'churn  staging      2026-05-19-0000013  1 day    pass     ada',
        'churn  production   2026-05-08-0000008  12 days  pass     ada    2026-05-19-0000013: soak in staging until 2026-05-20 20:00 UTC',
        'churn  edge         –                                            2026-05-08-0000008 is to be proposed',
        '',
      ].join('\n'),
    )
  })

  it('gives a hold of a model that nobody knows a row of its own, with what to do', () => {
    const of = (model: string, proposed?: { number: number }) => ({
      environment: 'production',
      model,
      rollback: false,
      reason: 'the sale',
      by: 'kim',
      ...(proposed && { proposed }),
    })
    const holds = [of('chrun'), of('fraud', { number: 7 }), of('churn')]
    const plans = planPromotions({ ...facts, holds })
    const all = [...plans, ...plansOfIdleHolds({ holds }, plans)]
    const rows = inventory(CONFIG, records, all, NOW)

    expect(rows.filter(({ model }) => model !== 'churn')).toEqual([
      {
        model: 'chrun',
        environment: 'production',
        waits:
          'held by kim: the sale; no release of chrun is known here, so look at the name; where the hold is over, remove apps/chrun/overlays/production/model-hold.yaml',
      },
      {
        model: 'fraud',
        environment: 'production',
        waits:
          'held by kim: the sale (pull request 7, not merged yet); no release of fraud is known here, so look at the name; where the hold is over, close pull request 7',
      },
    ])
    expect(rows.filter(({ model }) => model === 'churn')).toHaveLength(3)
    const cells = cellsOf(rows, { config: CONFIG, records, plans: all })
    expect(cells.flatMap(({ model, state }) => (model === 'churn' ? [] : state))).toEqual(['held', 'person'])
  })

  it.each([
    [
      'waits for its checks',
      'staging',
      { verdict: 'pass' as const, checks: 'pending' as const },
      '2026-05-21-0000015 waits for its checks, pull request 4',
    ],
    [
      'has all it needs',
      'staging',
      { verdict: 'pass' as const, checks: 'success' as const },
      '2026-05-21-0000015 is to be merged, pull request 4',
    ],
    [
      'is still to be weighed, whatever its checks say',
      'staging',
      { checks: 'success' as const },
      '2026-05-21-0000015 waits to be weighed against what serves there, pull request 4',
    ],
    [
      'was pushed to',
      'staging',
      { foreign: true },
      'left alone, somebody pushed to its branch, pull request 4',
    ],
    ['is behind', 'staging', { behind: true }, '2026-05-21-0000015 is to be proposed, pull request 4'],
  ])('tells of a pull request that %s', (_, environment, more, expected) => {
    const open: OpenPromotion = {
      environment,
      model: 'churn',
      number: 4,
      release: release(21),
      champion: releaseKey(current),
      foreign: false,
      behind: false,
      rollback: false,
      ...more,
    }

    const rows = inventory(CONFIG, records, planPromotions({ ...facts, open: [open] }), NOW)

    expect(rows.find(row => row.environment === environment)?.waits).toBe(expected)
  })

  it('shows a record that cannot be read, and does not lose the others', () => {
    const broken = {
      environment: 'staging',
      model: 'fraud',
      unreadable: 'model-release.yaml:3: `verdict` is missing',
    }

    const rows = inventory(CONFIG, [broken, ...records], [], NOW)

    expect(rows.filter(row => row.model === 'fraud').map(({ waits, version }) => [version, waits])).toEqual([
      [undefined, 'cannot be read: model-release.yaml:3: `verdict` is missing'],
      [undefined, undefined],
      [undefined, undefined],
    ])
    expect(rows).toHaveLength(6)
  })

  it('plans and lists 1,000 models in 3 environments with time to spare', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `model-${index}`)
    const all = many.flatMap(model =>
      CONFIG.environments.map(({ name }, index) => ({
        environment: name,
        release: release(20 - index, model),
      })),
    )
    const staying = all.map(record => ({ ...record, from, health: 'healthy' as const, healthySince: from }))

    const start = cpuTime()
    const rows = inventory(CONFIG, all, planPromotions({ ...facts, stays: staying }), NOW)
    const texts = [renderInventoryTable(rows), renderInventoryJson(rows), renderInventoryCsv(rows)]

    expect(rows).toHaveLength(3000)
    expect(texts.every(text => text.length > 100_000)).toBe(true)
    // A hundred times what it takes: quadratic work would not pass.
    expect(cpuTime() - start).toBeLessThan(10_000)
  })
})

describe('the renderings, whatever texts records hold', () => {
  const rows: fc.Arbitrary<InventoryRow[]> = fc.array(
    fc.record({
      model: fc.constant('churn'),
      environment: fc.constant('staging'),
      version: fc.constant('1'),
      ageDays: fc.double({ min: 0, max: 1e4, noNaN: true }),
      owner: hostileText(),
      waits: hostileText(),
    }),
    { minLength: 1, maxLength: 5 },
  )

  it('a table has one line a row and nothing that steers a terminal', () => {
    fc.assert(
      fc.property(rows, found => {
        const lines = renderInventoryTable(found).trimEnd().split('\n')

        expect(lines).toHaveLength(found.length + 1)
        expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }),
    )
  })

  it('a CSV has the cells of each row and no formula', () => {
    fc.assert(
      fc.property(rows, found => {
        const { data, errors } = Papa.parse<string[]>(renderInventoryCsv(found).trimEnd())

        expect(errors).toEqual([])
        expect(data).toHaveLength(found.length + 1)
        expect(data.filter(cells => cells.length !== 9)).toEqual([])
        expect(data.flat().filter(cell => /^\s*[=+\-@\t\r]/.test(cell))).toEqual([])
      }),
    )
  })

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    ' =1+1',
    '＝1',
    '|calc',
    '=HYPERLINK("https://evil.example","x")',
  ])('a spreadsheet takes %j for text', owner => {
    const [, row] = renderInventoryCsv([{ model: 'm', environment: 'e', owner }]).split('\r\n')

    expect(row).toMatch(/^m,e,,,,,"?'/)
  })

  it('JSON is what was given', () => {
    fc.assert(
      fc.property(rows, found => {
        expect(JSON.parse(renderInventoryJson(found))).toEqual(
          found.map(row => ({ ...row, ageDays: row.ageDays! + 0 })),
        )
      }),
    )
  })
})
