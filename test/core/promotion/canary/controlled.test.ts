import { describe, expect, it } from 'vitest'
import type { CanaryFact } from '../../../../src/core/promotion/canary/canary-plan.ts'
import { startOf } from '../../../../src/core/promotion/canary/canary-plan.ts'
import { type ControllerState, planControlled } from '../../../../src/core/promotion/canary/controlled.ts'
import { takenBackWords } from '../../../../src/core/promotion/canary/words.ts'
import type { CanaryFile } from '../../../../src/core/release/canary-file.ts'
import { parseCanary, renderCanary } from '../../../../src/core/release/canary-file.ts'
import { releaseKey } from '../../../../src/core/release/record.ts'
import { canaryKey } from '../../../../src/core/traffic/canary/key.ts'
import type { Verdict } from '../../../../src/core/verdict/result.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { release } from '../../../support/releases.ts'

const HOUR = 3_600_000
const START = Date.parse('2026-06-01T00:00:00Z')
const [champion, challenger] = [release(1), release(2)]
const { weight: _, ...rules } = canaryFile({ unit: 'request', sticky: 'none' })
const file = startOf(rules, challenger, 'controller')

/** As it is some hours after the start, by a verdict on the traffic at a weight. */
function planned(
  controller: ControllerState,
  {
    hours = 30,
    verdict,
    weight = 5,
    began = 0,
    ...change
  }: {
    hours?: number
    verdict?: Verdict
    weight?: number
    /** Hours after the start when the counts began. */
    began?: number
  } & Partial<CanaryFile> = {},
) {
  const now = START + hours * HOUR
  const fact: CanaryFact | undefined = verdict && {
    ...{ verdict, reason: 'as counted', release: releaseKey(challenger), asOf: now },
    ...{ key: canaryKey({ champion, challenger, weight }), since: START + began * HOUR },
  }
  return planControlled(
    { file: { ...file, ...change }, since: START, controller, ...(fact && { fact }) },
    { champion, now, oldest: 180_000 },
  )
}
const AT = (weight: number): ControllerState => ({ at: 'weight', weight })

describe('a canary that a controller moves', () => {
  it('has a file without a weight, which comes back as it was written', () => {
    expect(renderCanary(file)).toMatch(/^# .*\nmoved_by: "controller"\nsteps: \[5, 25\]\n/)
    expect(parseCanary(renderCanary(file), 'f')).toEqual(file)
    for (const wrong of ['weight: 5\nmoved_by: controller', 'moved_by: somebody', ''])
      expect(() => parseCanary(renderCanary(file).replace(/^moved_by.*$/m, wrong), 'f')).toThrow()
  })

  it('is never given a share by git: a pass is for its controller to take', () => {
    for (const weight of [5, 25])
      expect(planned(AT(weight), { verdict: 'pass', weight })).toMatchObject({
        step: 'stay',
        why: { kind: 'controller', evidence: { verdict: 'pass' } },
      })
  })

  it('is taken back where harm is shown at the weight of now, and not by a verdict on another', () => {
    expect(planned(AT(25), { verdict: 'fail', weight: 25 })).toMatchObject({ because: 'harm' })
    expect(planned(AT(25), { verdict: 'fail', weight: 5 })).toMatchObject({
      step: 'stay',
      why: { kind: 'unknown', evidence: { reason: 'the verdict on its traffic is of another step' } },
    })
  })

  it('has as long for each step as its rules say, from when that was counted', () => {
    const late = { verdict: 'inconclusive', weight: 25, hours: 200, began: 190 } as const
    expect(planned(AT(25), late)).toMatchObject({ step: 'stay', why: { kind: 'evidence' } })
    expect(planned(AT(25), { ...late, hours: 360 })).toMatchObject({ step: 'stay', why: { kind: 'over' } })
    expect(planned(AT(25), { ...late, hours: 360, on_inconclusive: 'rollback' })).toMatchObject({
      because: 'inconclusive',
    })
  })

  it('stays where nobody knows its share, and is taken back after all horizons where the rules say so', () => {
    const unknown = { at: 'unknown', why: 'Argo CD does not answer' } as const
    const rollback = { on_inconclusive: 'rollback' } as const
    expect(planned(unknown, { verdict: 'pass' })).toMatchObject({
      step: 'stay',
      why: {
        kind: 'unknown',
        evidence: { reason: 'its share of the traffic is not known: Argo CD does not answer' },
      },
    })
    expect(planned(unknown, { hours: 335, ...rollback })).toMatchObject({ step: 'stay' })
    expect(planned(unknown, { hours: 336, ...rollback })).toMatchObject({ because: 'unknown' })
    expect(planned(unknown, { hours: 10_000 })).toMatchObject({ step: 'stay' })
  })

  it('is recorded once it has all of the traffic, without a verdict of which nobody here knows', () => {
    expect(planned({ at: 'all' })).toMatchObject({
      step: 'promote',
      withoutVerdict: true,
      evidence: { verdict: 'unknown' },
    })
  })

  it('is taken out of git where its controller has given up on it', () => {
    const step = planned({ at: 'aborted', why: 'Metric "assay" assessed Failed' })
    expect(step).toMatchObject({ step: 'take_back', because: 'aborted' })
    expect(step.step === 'take_back' && takenBackWords(step.because, step.evidence)).toBe(
      'its controller gave the traffic back: Metric "assay" assessed Failed',
    )
  })
})
