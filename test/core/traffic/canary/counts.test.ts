import { expect, it } from 'vitest'
import { CANARY_GUARDRAILS } from '../../../../src/core/deploy-config/guardrails.ts'
import { triedBy, unitsOf } from '../../../../src/core/traffic/canary/counts.ts'
import { canaryKey } from '../../../../src/core/traffic/canary/key.ts'

it('names a piece of evidence by what it is of: another weight is another piece', () => {
  const of = { champion: { version: '2026-05-20-b491386' }, challenger: { version: '2026-06-02-7cd0011' } }
  expect(canaryKey({ ...of, weight: 5 })).toBe('2026-05-20-b491386/2026-06-02-7cd0011@5')
  expect(canaryKey({ ...of, weight: 25 })).not.toBe(canaryKey({ ...of, weight: 5 }))
})

it('leaves units that met both arms out of what a guardrail is held against', () => {
  const arm = { exposures: 100, crossed: 3, matured: 40, converted: 4, harmed: new Map() }
  expect(unitsOf(arm)).toBe(97)
  expect(CANARY_GUARDRAILS.map(guardrail => triedBy(arm, guardrail))).toEqual([97, 97, 40])
})
