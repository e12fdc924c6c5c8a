import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAskedTime } from '../../../src/core/text/asked-time.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')

describe('a time that a person asks about', () => {
  it.each([
    ['2026-05-20', '2026-05-20T23:59:59.999Z'],
    ['2026-06-01', '2026-06-01T12:00:00.000Z'],
    ['2024-02-29', '2024-02-29T23:59:59.999Z'],
    ['2026-05-20T14:00:00Z', '2026-05-20T14:00:00.000Z'],
    ['2026-06-01T12:00:00Z', '2026-06-01T12:00:00.000Z'],
    ['2026-05-20T14:00:00+02:00', '2026-05-20T12:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(parseAskedTime(text, NOW)!.at).toISOString()).toBe(expected)
  })

  it.each([
    '',
    'yesterday',
    '2026-5-20',
    '2026-02-29',
    '2026-05-20T14:00',
    '2026-06-02',
    '2026-06-01T12:00:01Z',
  ])('%s is none', text => {
    expect(parseAskedTime(text, NOW)).toBeUndefined()
  })

  it('is never in the future and never no number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String), isoDates()), text => {
        const asked = parseAskedTime(text, NOW)

        expect(asked === undefined || asked.at <= NOW).toBe(true)
      }),
    )
  })
})

function isoDates() {
  return fc.date({ noInvalidDate: true }).map(date => date.toISOString())
}
