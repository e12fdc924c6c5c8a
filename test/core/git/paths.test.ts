import { describe, expect, it } from 'vitest'
import { matchesAny } from '../../../src/core/git/paths.ts'

describe('the paths of a model', () => {
  it.each([
    ['churn/**', 'churn/train.py', true],
    ['churn/', 'churn/src/train.py', true],
    ['churn', 'churn/train.py', true],
    ['./churn/**', 'churn/train.py', true],
    ['churn', 'churned/train.py', false],
    ['*.py', 'train.py', true],
    ['*.py', 'churn/train.py', false],
    ['dvc.lock', 'dvc.lock', true],
    ['.', 'anything/at/all', true],
    ['**', '.github/workflows/x.yml', true],
    ['churn/**', 'churn/of two\nlines.bin', true],
    ['churn', 'churn/a\n/b.bin', true],
  ])('`%s` and %s: %s', (glob, path, expected) => {
    expect(matchesAny(path, [glob])).toBe(expected)
  })

  it.each(['!docs/**', '!docs/', '!./docs'])('leave out `%s`', unwanted => {
    expect(matchesAny('docs/index.md', [unwanted])).toBe(false)
    expect(matchesAny('train.py', [unwanted])).toBe(true)
  })
})
