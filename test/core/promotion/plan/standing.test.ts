import { describe, expect, it } from 'vitest'
import { changeWords } from '../../../../src/core/promotion/plan/standing.ts'

const LONG = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/ml-platform/late-flights-scorer@sha256:'
const change = (there: string, recorded: string) =>
  changeWords({ file: 'values.yaml', line: 3, key: 'image', there, recorded })

describe('a value that was changed by hand', () => {
  it('is shown beside the recorded one, short', () => {
    expect(change(`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`)).toBe(
      `values.yaml:3 image is sha256:${'1'.repeat(64)}, recorded is sha256:${'2'.repeat(64)}`,
    )
    expect(change('a'.repeat(100), 'b'.repeat(100))).toBe(
      `values.yaml:3 image is ${'a'.repeat(79)}…, recorded is ${'b'.repeat(79)}…`,
    )
  })

  it.each([
    ['another digest', '1'.repeat(64), '2'.repeat(64)],
    ['a digest that differs at its end', `${'1'.repeat(63)}3`, '1'.repeat(64)],
    ['a digest that was cut off', '1'.repeat(60), '1'.repeat(64)],
  ])('is shown from where they part, where a long name would hide it: %s', (_, there, recorded) => {
    const [, one, other] = /image is (.*), recorded is (.*)$/.exec(change(LONG + there, LONG + recorded))!

    expect(one).not.toBe(other)
    for (const shown of [one!, other!]) {
      expect(shown.length).toBeLessThanOrEqual(80)
      expect(shown).toMatch(/^…/)
    }
  })
})
