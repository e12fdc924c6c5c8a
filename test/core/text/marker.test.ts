import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { PLAIN_DIALECT } from '../../../src/core/report/words/dialect.ts'
import { isOlder, parseMarker, renderMarker } from '../../../src/core/text/marker.ts'
import { hostileResult, hostileText } from '../../support/hostile.ts'
import { cases } from '../../support/rounds.ts'

const MARKER = '<!-- assay:report model=late-flights order=123.1 -->'

describe('the marker of a comment', () => {
  it('is one hidden line that reads back', () => {
    expect(renderMarker({ model: 'late-flights', order: '123.1' })).toBe(MARKER)
    expect(parseMarker(`${MARKER}\nbody`)).toEqual({ model: 'late-flights', order: '123.1' })
    expect(parseMarker(`${MARKER}\r\nbody`)).toEqual({ model: 'late-flights', order: '123.1' })
  })

  it.each([
    ['quoted', `> ${MARKER}`],
    ['indented', ` ${MARKER}`],
    ['on a later line', `hello\n${MARKER}`],
    ['after text', `x ${MARKER}`],
    ['with text after it', `${MARKER} hello`],
    ['twice on a line', `${MARKER}${MARKER}`],
    ['with another word', MARKER.replace('order', 'key=1 order')],
    ['without order', '<!-- assay:report model=late-flights -->'],
    ['with a model that cannot be', MARKER.replace('late-flights', '../x')],
    ['with a model that begins with a dash', MARKER.replace('late-flights', '-x')],
    ['with an order that is no number', MARKER.replace('123.1', '1e5.1')],
    ['in upper case', MARKER.toUpperCase()],
    ['in nothing', ''],
  ])('is none %s', (_, body) => {
    expect(parseMarker(body)).toBeUndefined()
  })

  it('is not made of names that could end it', () => {
    expect(() => renderMarker({ model: 'a --> b', order: '1.1' })).toThrow(RangeError)
    expect(() => renderMarker({ model: 'a', order: '1.1 -->' })).toThrow(RangeError)
  })

  it('tells older runs as numbers, by run and then by attempt', () => {
    expect(isOlder('9.1', '10.1')).toBe(true)
    expect(isOlder('10.1', '9.9')).toBe(false)
    expect(isOlder('9.2', '9.10')).toBe(true)
    expect(isOlder('9.1', '9.1')).toBe(false)
  })

  it('property: reads back whatever the model and the order', () => {
    const model = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
    const order = fc.tuple(fc.nat(1e15 - 1), fc.nat(99)).map(parts => parts.join('.'))
    fc.assert(
      fc.property(model, order, fc.string(), (model, order, body) => {
        expect(parseMarker(`${renderMarker({ model, order })}\n${body}`)).toEqual({ model, order })
      }),
    )
  })

  it('MF-021: property: no name, value or note makes a marker, on any line', () => {
    fc.assert(
      fc.property(hostileResult(), hostileText(20), (result, notes) => {
        const text = `${MARKER}\n${renderMarkdown({ ...result, notes }, PLAIN_DIALECT, {})}`

        const [first, ...rest] = text.split(/\r\n|\r|\n/)
        expect(first).toBe(MARKER)
        expect(rest.filter(line => parseMarker(line) !== undefined)).toEqual([])
        expect(rest.join('\n')).not.toContain('<!--')
      }),
      cases(1000),
    )
  })
})
