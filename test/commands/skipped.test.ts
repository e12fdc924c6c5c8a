import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/commands/command/context.ts'
import { skippedResult } from '../../src/commands/model/skipped-result.ts'
import type { Project } from '../../src/commands/project/project.ts'
import { stepOutputs } from '../../src/commands/result/step-outputs.ts'
import { Result } from '../../src/core/verdict/result.ts'
import { STATES } from '../support/report-states.ts'
import { result } from '../support/results.ts'

const SKIPPED = STATES.skipped!

describe('the result of a skipped model', () => {
  it('has no verdict that anyone could take for green, and blocks nothing', () => {
    const context = { version: '1.0.0', ci: {} } as Context
    const project = { headSha: 'a'.repeat(40), configuration: { source: 'base', changes: [] } }

    const skipped = skippedResult(context, project as unknown as Project, 'churn')

    expect(skipped).toMatchObject({ state: 'skipped', verdict: 'skipped', blocks: false })
    expect(Result.safeParse(skipped).success).toBe(true)
  })
})

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
