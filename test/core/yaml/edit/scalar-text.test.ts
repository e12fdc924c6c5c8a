import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { isSafePlain, renderScalar } from '../../../../src/core/yaml/edit/scalar-text.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { cases } from '../../../support/rounds.ts'

describe('text in YAML', () => {
  it.each([
    'v1.2.3',
    'main-3f9c2ab',
    'sha256:00ff',
    's3://bucket/churn/v5',
    'a b',
    'registry:5000/x@sha256:ab',
    'é',
  ])('%s needs no quotes', value => {
    expect(renderScalar(value, 'none')).toBe(value)
  })

  it.each([
    ...[
      '12e4567',
      '1.10',
      '1',
      '-1',
      '+1',
      '.5',
      '1_000',
      '_1',
      '1_',
      '0x1F',
      '0X1F',
      '0o17',
      '017',
      '0b11',
      '0B1',
    ],
    ...[
      'yes',
      'no',
      'on',
      'OFF',
      'y',
      'N',
      'true',
      'True',
      'null',
      '~',
      '',
      'Null',
      '.inf',
      '-.INF',
      '.nan',
      'inf',
    ],
    ...[
      '2024-01-01',
      '2024-1-2',
      '2024-01-01T00:00:00Z',
      '12:30:45',
      '1:30',
      '190:20:30.15',
      '=',
      '<<',
      '---',
      '...',
    ],
    ...[
      'a: b',
      'a #b',
      '#a',
      '- a',
      '-',
      '?',
      '? a',
      ':',
      '&a',
      '*a',
      '!a',
      '%a',
      '@a',
      '`a',
      '|',
      '>',
      '"a',
      "'a",
    ],
    ...[' a', 'a ', 'a\n', 'a\tb', 'a:', '{a', '[a', 'a\u2028b', '\u202ea', '\ufeffa', '\u0085', '\ud800'],
  ])('%j is quoted', value => {
    const text = renderScalar(value, 'none')

    expect(text[0]).toBe('"')
    expect(parseDocument(`k: ${text}`, { version: '1.1' }).get('k')).toBe(value)
    expect(parseDocument(`k: ${text}`).get('k')).toBe(value)
  })

  it.each(['a, b', 'a]', '}', 'a,b'])('%s is quoted inside brackets only', value => {
    expect([isSafePlain(value, false), isSafePlain(value, true)]).toEqual([!/^[\]}]/.test(value), false])
  })

  it('keeps single quotes where they suffice', () => {
    expect([renderScalar("it's", 'single'), renderScalar('a\nb', 'single')]).toEqual(["'it''s'", '"a\\nb"'])
  })

  it('is read back as the same text by both versions, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter, maxLength: 20 }),
        fc.constantFrom('none' as const, 'single' as const, 'double' as const),
        fc.boolean(),
        (value, quotes, inFlow) => {
          const text = renderScalar(value, quotes, inFlow)
          const line = inFlow ? `{k: ${text}, l: 1}` : `k: ${text}\n`

          for (const version of ['1.1', '1.2'] as const)
            expect(parseDocument(line, { version, merge: false }).toJS().k).toBe(value)
          expect(text).not.toContain('\n')
        },
      ),
      cases(3_000),
    )
  })
})
