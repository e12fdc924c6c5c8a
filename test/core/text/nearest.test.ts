import { describe, expect, it } from 'vitest'
import { didYouMean, nearest } from '../../../src/core/text/nearest.ts'

describe('the name that was meant', () => {
  it.each([
    ['chrun', ['churn', 'fraud'], 'churn'],
    ['Churn', ['churn'], 'churn'],
    ['flights', ['late-flights', 'churn'], 'late-flights'],
    ['prod', ['staging', 'production'], 'production'],
    ['prod', ['production-eu', 'production-us'], undefined],
    ['pro', ['production'], undefined],
    ['wine', ['churn', 'fraud'], undefined],
    ['', ['churn'], undefined],
  ])('%j of %j is %j', (name, known, meant) => {
    expect(nearest(name, known)).toBe(meant)
    expect(didYouMean(name, known)).toBe(meant && `did you mean \`${meant}\`?`)
  })
})
