import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../../src/core/report/junit.ts'
import { hostileResult } from '../../support/hostile.ts'
import { readJunit } from '../../support/junit.ts'
import { STATES } from '../../support/report-states.ts'
import { failedResult, gate, result } from '../../support/results.ts'
import { cases } from '../../support/rounds.ts'

const RUNS = cases(300)
const endings = (...results: Parameters<typeof renderJunit>[0]) =>
  readJunit(renderJunit(results)).map(one => `${one.name}: ${one.ending}`)

describe('the JUnit file', () => {
  it('has a case for every gate; one that blocks is a failure and says why', () => {
    const cases = readJunit(renderJunit([STATES.fail!]))

    expect(cases.map(one => [one.name, one.ending])).toEqual([
      ['roc_auc not worse than champion by more than 0.005', 'failure'],
      ['accuracy not worse than champion by more than 0.03 in every slice of origin', 'failure'],
      ['accuracy not worse than champion by more than 0.005', 'passed'],
    ])
    expect(cases[0]).toMatchObject({ suite: 'late-flights', classname: 'assay.late-flights' })
    expect(cases[0]!.message).toContain('−0.023 (95 % interval −0.039 to −0.007)')
    expect(cases[0]!.text).toContain('−0.023 (95 % interval −0.039 to −0.007)')
    expect(cases[1]!.text).toContain('\norigin = DEN\norigin = MSP')
  })

  it('is never green where it cannot tell', () => {
    const open = gate('accuracy not worse', 'inconclusive')

    expect(endings(STATES.inconclusive!)).toEqual([expect.stringMatching(/: skipped$/)])
    expect(endings(STATES['not-comparable']!)).toEqual([expect.stringMatching(/: failure$/)])
    expect(
      endings(result({ verdict: 'inconclusive', blocks: true, gates: [{ ...open, blocks: true }] })),
    ).toEqual(['accuracy not worse: failure'])
    expect(endings(result({ verdict: 'inconclusive', gates: [] }))).toEqual(['verdict: skipped'])
    expect(endings(result({ verdict: 'fail', blocks: true, gates: [open] }))).toEqual([
      'verdict: failure',
      'accuracy not worse: skipped',
    ])
    expect(endings(result({ verdict: 'inconclusive' }))[0]).toBe('verdict: skipped')
  })

  it('shows a waived failure as skipped, with who waived it and until when', () => {
    const waived = readJunit(renderJunit([STATES['pass-with-waiver']!])).filter(
      one => one.ending !== 'passed',
    )

    expect(waived).toHaveLength(1)
    expect(waived[0]).toMatchObject({ ending: 'skipped' })
    expect(waived[0]!.text).toContain('fail, waived until 2026-12-31 by ada: the new label guidelines')
  })

  it('shows a command that died as an error with the end of its output', () => {
    const cases = readJunit(renderJunit([STATES['training-failed']!, STATES['evaluation-failed']!]))

    expect(cases.map(one => [one.name, one.ending])).toEqual([
      ['training', 'error'],
      ['evaluation', 'error'],
    ])
    expect(cases[0]!.text).toContain('\nRuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB')
    expect(cases[1]!.message).toBe('evaluation failed: there is no verdict on the model')
  })

  it('shows a model that nothing depends on as skipped, in its suite beside the others', () => {
    const other = { ...STATES.skipped!, model: 'churn' }

    const cases = readJunit(renderJunit([STATES.pass!, other]))

    expect(cases.filter(one => one.suite === 'churn').map(one => one.ending)).toEqual(['skipped'])
    expect(cases.filter(one => one.suite === 'late-flights').map(one => one.ending)).toEqual([
      'passed',
      'passed',
    ])
  })

  it('shows a model that is to be judged still as an error: the run may be killed', () => {
    const cases = readJunit(renderJunit([STATES.pass!], ['churn']))

    expect(cases.filter(one => one.suite === 'churn')).toMatchObject([
      { ending: 'error', message: 'The run ended before this model was judged.' },
    ])
  })

  it('tells two gates of one name apart, and keeps the cause at the end of a long log', () => {
    const tail = `${'epoch\n'.repeat(20_000)}ValueError: no rows`
    const died = failedResult('training_failed', { command: 'c', exitCode: 1, tail })

    expect(endings(result({ gates: [gate('a', 'pass'), gate('a', 'pass'), gate('a', 'pass')] }))).toEqual([
      'a: passed',
      'a (2): passed',
      'a (3): passed',
    ])
    const [long] = readJunit(renderJunit([died]))
    expect(long!.text.length).toBeLessThan(30_000)
    expect(long!.text).toMatch(/ValueError: no rows$/)
  })

  it('is empty, and still a JUnit file, for no model at all', () => {
    expect(readJunit(renderJunit([]))).toEqual([])
  })

  it('keeps what has no place in XML: control characters, ]]>, half of a character, noncharacters', () => {
    const name = 'a\u0000b\u001b[31m]]>&amp;<x>"\ud800\ufffe\uffff\u{1fffe}\u{1f600}'

    const [one] = readJunit(renderJunit([result({ verdict: 'fail', gates: [gate(name, 'fail')] })]))

    expect(one!.name).toBe('a\u2400b\u241b[31m]]>&amp;<x>"\\ud800\\ufffe\\uffff\u{1fffe}\u{1f600}')
  })

  it('is well formed and valid whatever names and values hold, and no gate is lost', () => {
    fc.assert(
      fc.property(fc.array(hostileResult(), { maxLength: 3 }), results => {
        const cases = readJunit(renderJunit(results))

        const gates = results.reduce((sum, one) => sum + one.gates.length, 0)
        expect(cases.length).toBeGreaterThanOrEqual(gates)
        const green = cases.length > 0 && cases.every(one => one.ending === 'passed')
        if (green) expect(results.every(one => one.verdict === 'pass' && !one.blocks)).toBe(true)
        const failed = cases.some(one => one.ending === 'failure' || one.ending === 'error')
        expect(failed).toBe(results.some(one => one.blocks))
      }),
      RUNS,
    )
  })
})
