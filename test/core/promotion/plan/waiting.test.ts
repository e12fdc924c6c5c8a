import { describe, expect, it } from 'vitest'
import type { OpenPromotion } from '../../../../src/core/promotion/plan/facts.ts'
import type { Reason } from '../../../../src/core/promotion/plan/reasons.ts'
import { othersWords, reasonsOfOpen, type Waiting } from '../../../../src/core/promotion/plan/waiting.ts'
import { release } from '../../../support/releases.ts'

const [one, two, three] = [release(1), release(2), release(3)]
const SOAK: Reason = { kind: 'soak', environment: 'staging', until: Date.parse('2026-05-20T16:00:00Z') }
const VERDICT: Reason = { kind: 'verdict', verdict: 'fail', allowed: ['pass'] }
const waits = (...releases: (typeof one)[]): Waiting[] =>
  releases.map(one => ({ release: one, reasons: [SOAK] }))
const open = (proposed = one): OpenPromotion => ({
  environment: 'production',
  model: 'churn',
  release: proposed,
  foreign: false,
  behind: false,
  rollback: false,
})
const SOAKS = 'soak in staging until 2026-05-20 16:00 UTC'

describe('what else waits', () => {
  it('is every newer release, and nothing where there is none', () => {
    expect(othersWords({ release: one, waiting: waits(three, two) })).toBe(
      `; the newer ${three.version} waits: ${SOAKS}; the newer ${two.version} waits: ${SOAKS}`,
    )
    expect(othersWords({ open: open(), waiting: waits(two) })).toBe(
      `; the newer ${two.version} waits: ${SOAKS}`,
    )
    expect(othersWords({ release: three, waiting: waits(two, one) })).toBe('')
    expect(othersWords({})).toBe('')
  })

  it('is the proposed one too, where a plan holds back a newer one', () => {
    expect(othersWords({ release: two, waiting: waits(one), open: open() })).toBe(
      `; ${one.version}, proposed already, waits: ${SOAKS}`,
    )
  })
})

describe('what a status says of the proposed release', () => {
  const held = { release: two, reasons: [VERDICT] }

  it('is its own reasons, and never those of another without its name', () => {
    expect(reasonsOfOpen({ ...held, waiting: waits(one), open: open() })).toEqual({ reasons: [SOAK] })
    expect(reasonsOfOpen({ ...held, open: open(two) })).toEqual({ reasons: [VERDICT] })
    expect(reasonsOfOpen({ ...held, open: open() })).toEqual({ version: two.version, reasons: [VERDICT] })
  })
})
