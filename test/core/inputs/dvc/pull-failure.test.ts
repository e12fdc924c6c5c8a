import { describe, expect, it } from 'vitest'
import { pullFailure } from '../../../../src/core/inputs/dvc/pull-failure.ts'

describe('pullFailure', () => {
  it('names nobody in a path', () => {
    const error = pullFailure({
      command: 'dvc pull',
      ended: { exitCode: 1, notFound: false, timedOut: false, tail: 'Missing cache files' },
      isGone: false,
      wrong: [{ path: 'in/kim@example.com.csv', what: 'is not there', file: 'lee@example.com.dvc' }],
    })

    expect(error.code).toBe('DVC_DATA_NOT_THERE')
    expect(error.problems.at(-1)).toEqual({ what: '`in/[e-mail]` is not there', where: { file: '[e-mail]' } })
  })
})
