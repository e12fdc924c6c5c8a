import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Finding, renderCodeQuality } from '../../../src/core/report/codequality.ts'
import type { Result } from '../../../src/core/verdict/result.ts'
import { hostileResult } from '../../support/hostile.ts'
import { STATES } from '../../support/report-states.ts'
import { difference, gate, result, slice } from '../../support/results.ts'
import { cases } from '../../support/rounds.ts'

const RUNS = cases(300)
const findings = (...results: Result[]) => JSON.parse(renderCodeQuality(results, 'assay.yml')) as Finding[]

describe('the code quality file', () => {
  it('has the gates that failed and the slices that lost, at the configuration', () => {
    expect(findings(STATES.fail!).map(one => [one.severity, one.check_name, one.description])).toEqual([
      ['critical', 'assay/roc_auc', expect.stringContaining('late-flights: roc_auc not worse than champion')],
      ['critical', 'assay/accuracy', expect.stringContaining('in every slice of origin')],
      [
        'major',
        'assay/accuracy/slice',
        'late-flights: accuracy in origin = DEN: worse, 0.7400 against 0.8210',
      ],
      [
        'major',
        'assay/accuracy/slice',
        'late-flights: accuracy in origin = MSP: worse, 0.7400 against 0.8020',
      ],
    ])
    expect(findings(STATES.fail!)[0]!.location).toEqual({ path: 'assay.yml', lines: { begin: 1 } })
    expect(JSON.parse(renderCodeQuality([STATES.fail!], './ml/assay.yml'))[0].location.path).toBe(
      'ml/assay.yml',
    )
  })

  it('grades what it finds: dead commands, failures, what cannot be compared, what cannot tell, what is waived', () => {
    const severities = (...results: Result[]) => findings(...results).map(one => one.severity)

    expect(severities(STATES['training-failed']!)).toEqual(['blocker'])
    expect(severities(STATES['evaluation-failed']!)).toEqual(['blocker'])
    expect(severities(STATES['not-comparable']!)).toEqual(['major'])
    expect(severities(STATES.inconclusive!)).toEqual(['minor'])
    expect(severities(STATES['pass-with-waiver']!)).toEqual(['info'])
    expect(severities(result({ verdict: 'inconclusive', gates: [] }))).toEqual(['major'])
  })

  it('is an empty list where all passed or nothing was touched', () => {
    expect(findings(STATES.pass!, STATES.skipped!)).toEqual([])
    expect(renderCodeQuality([], 'assay.yml')).toBe('[]\n')
  })

  it('has one fingerprint for one rule, model and slice, whatever the numbers, and another for any other', () => {
    const failing = (value: number, more: Partial<Result> = {}) =>
      result({
        verdict: 'fail',
        blocks: true,
        gates: [gate('a at least 1', 'fail', { reason: `a is ${value}` }), gate('b at least 1', 'fail')],
        slices: [
          slice('x', 500, difference(value, -0.2, -0.1)),
          slice('y', 500, difference(value, -0.2, -0.1)),
        ],
        ...more,
      })
    const prints = (...results: Result[]) => findings(...results).map(one => one.fingerprint)

    expect(prints(failing(-0.1))).toEqual(prints(failing(-0.2)))
    const all = prints(failing(-0.1), failing(-0.1, { model: 'churn' }))
    expect(new Set(all).size).toBe(8)
    const twice = [gate('a', 'fail'), gate('a', 'fail')]
    expect(new Set(prints(failing(-0.1, { gates: twice, slices: [] }))).size).toBe(2)
  })

  it('says nothing about slices of a handful of rows', () => {
    const few = result({ slices: [slice('ada', 9, difference(-0.5, -0.9, -0.1))] })

    expect(findings(few)).toEqual([])
  })

  it('is JSON of the documented shape whatever names and values hold', () => {
    fc.assert(
      fc.property(fc.array(hostileResult(), { maxLength: 3 }), results => {
        const found = findings(...results)

        for (const one of found) {
          expect(Object.keys(one)).toEqual([
            'description', 'check_name', 'fingerprint', 'severity', 'location',
          ]) // biome-ignore format: one line
          expect(one.description).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
          expect(one.check_name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
          expect(one.fingerprint).toMatch(/^[0-9a-f]{32}$/)
          expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(one.severity)
        }
        expect(new Set(found.map(one => one.fingerprint)).size).toBe(found.length)
        if (results.some(one => one.blocks)) expect(found.length).toBeGreaterThan(0)
      }),
      RUNS,
    )
  })
})
