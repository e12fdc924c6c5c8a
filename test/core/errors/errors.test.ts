import { describe, expect, it } from 'vitest'
import { AssayError, isAssayError } from '../../../src/core/errors/errors.ts'

const cause = { reason: 'held_lock' }
const error = new AssayError({
  code: 'FILE_NOT_FOUND',
  title: 'The file was not read',
  problems: [{ what: 'there is no such file', where: { file: 'a.json' } }],
  worked: 'all else',
  cause,
})

describe('an error', () => {
  it('keeps code and cause, and what is not said otherwise', () => {
    const other = error.with({ title: 'churn: The file was not read' })

    expect(other).toMatchObject({
      code: 'FILE_NOT_FOUND',
      problems: error.problems,
      worked: 'all else',
      cause,
    })
    expect(other.message).toBe('churn: The file was not read')
    expect(error.with({ worked: 'nothing', problems: [] })).toMatchObject({ worked: 'nothing', problems: [] })
    expect(error.message).toBe('The file was not read')
  })

  it('has no cause where the other had none', () => {
    const plain = new AssayError({ code: 'USAGE', title: 'no', problems: [] })

    expect('cause' in plain.with({ title: 'still no' })).toBe(false)
  })

  it('is one of the codes that are named, or any where none is', () => {
    expect(isAssayError(error)).toBe(true)
    expect(isAssayError(error, 'RESULT_INVALID', 'FILE_NOT_FOUND')).toBe(true)
    expect(isAssayError(error, 'RESULT_INVALID')).toBe(false)
    expect(isAssayError({ code: 'FILE_NOT_FOUND', problems: [] }, 'FILE_NOT_FOUND')).toBe(false)
    expect(isAssayError(new TypeError('a bug of ours'))).toBe(false)
  })
})
