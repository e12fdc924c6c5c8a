import { describe, expect, it } from 'vitest'
import { parseInvocation } from '../../../cli/arguments.ts'
import { parseBoolean } from '../../../src/core/text/boolean.ts'

describe('a text that says yes or no', () => {
  it.each(['true', 'True', 'TRUE', 'yes', 'Yes', 'on', 'ON', '1', ' true\n'])('%j is yes', text => {
    expect(parseBoolean(text)).toBe(true)
    expect(parseInvocation(['run', `--dry-run=${text}`]).options['dry-run']).toBe(true)
  })

  it.each(['false', 'False', 'no', 'NO', 'off', 'Off', '0'])('%j is no', text => {
    expect(parseBoolean(text)).toBe(false)
    expect(parseInvocation(['run', `--dry-run=${text}`]).options['dry-run']).toBe(false)
  })

  it.each(['', 'y', 'nope', 'yes please', 'truе', '2', 'null'])(
    '%j is neither, and is never taken for one',
    text => {
      expect(parseBoolean(text)).toBeUndefined()
      expect(() => parseInvocation(['run', `--dry-run=${text}`])).toThrow('wrong command line')
    },
  )
})
