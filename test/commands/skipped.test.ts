import { describe, expect, it } from 'vitest'
import { stepOutputs } from '../../src/commands/outputs.ts'
import { STATES } from '../support/report-states.ts'
import { result } from '../support/results.ts'

const SKIPPED = STATES.skipped!

describe('the verdict of several models, some of them skipped', () => {
  const verdictOf = (...results: Parameters<typeof stepOutputs>[0]) => stepOutputs(results, 'out').verdict

  it('is that of those that were judged', () => {
    expect(verdictOf(SKIPPED, { ...result(), verdict: 'pass', blocks: false })).toBe('pass')
    expect(verdictOf(SKIPPED, { ...result(), verdict: 'inconclusive', blocks: false })).toBe('inconclusive')
  })

  it('is skipped, never pass, where none was judged', () => {
    expect(verdictOf(SKIPPED, SKIPPED)).toBe('skipped')
  })
})
