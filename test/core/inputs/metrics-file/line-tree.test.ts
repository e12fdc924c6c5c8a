import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineTree } from '../../../../src/core/inputs/metrics-file/line-tree.ts'
import { type MetricNode, MetricSyntaxError } from '../../../../src/core/inputs/metrics-file/tree.ts'
import { parsedTree, yamlTree } from '../../../../src/core/inputs/metrics-file/yaml.ts'
import { anyCharacter } from '../../../support/any-character.ts'

/** What the readers before the parser take, they take as the parser does. */

function readBy(read: (text: string) => MetricNode, text: string): unknown {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof MetricSyntaxError) return { refused: error.message, position: error.position }
    throw error
  }
}

const WORDS = [
  'a', 'b', 'acc', 'macro avg', 'metrics/mAP50(B)', 'p@0.5', 'a.b-c', '0', '12', '0.5', '-1', '-0', '1.', '.5', '-.5', '1e5',
  '1E-05', '1.5e+3', '12345678901234567890', '0.1000000000000000055511151231257827', '00012', '08', '0x1F', '0o17', '0b1', '-0x1', '1_000',
  '.nan', '.NaN', '.Nan', '.inf', '-.inf', '-.Inf', '+.inf', '+1', '.', '..', '...', '---', '-', '--', '- ', '-a', 'e5', '5e', '1e5x', '1.2.3',
  '2024-01-01', '12:30', 'null', 'Null', 'nULL', '~', 'true', 'True', 'yes', 'no', 'off', 'y', '=', '<<', '?', ':', 'a:', 'a:b',
  '"q"', '""', "''", "'s'", "'it''s'", '"a\\n"', '"a" b', '"#x"', "'a: b'", '"é"', 'é', 'a #b', 'a#b', '#c', 'a  b', 'a -b', 'a (b)', 'a=b',
  '[]', '[1, 2]', '{}', '{a: 1}', '&x', '*x', '!!str', '|', '>', '%a', '@a', '`', ',', '1,2', "'", '"', '__proto__', 'NaN', 'Infinity', '1 2', '5 items',
] // biome-ignore format: one table

const word = fc.constantFrom(...WORDS)
const pad = fc.constantFrom(0, 0, 0, 2, 2, 2, 4, 4, 1, 3, 6).map(width => ' '.repeat(width))
const line = fc
  .tuple(
    pad,
    fc.constantFrom('', '', '', '- ', '- ', '-', '-  ', '- - '),
    fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: fc.constant(undefined) }),
    fc.constantFrom(': ', ': ', ': ', ':', ':  ', ' : '),
    fc.oneof({ weight: 2, arbitrary: word }, { weight: 1, arbitrary: fc.constant('') }),
    fc.constantFrom('', '', '', '', '', ' ', ' # note', '\t', '\r'),
  )
  .map(([indent, dash, key, colon, value, end]) =>
    key === undefined ? `${indent}${dash}${value}${end}` : `${indent}${dash}${key}${colon}${value}${end}`,
  )
const between = fc.constantFrom('', '   ', '# note', '    # note', ' #', '#\u0007', '# é')
const wild = fc
  .array(fc.oneof({ weight: 6, arbitrary: line }, { weight: 1, arbitrary: between }), {
    minLength: 1,
    maxLength: 6,
  })
  .map(lines => lines.join('\n'))

/** Trees as tools write them, most of which the reader takes. */
const tidy = fc
  .letrec<{ node: string[] }>(tie => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc
        .array(fc.tuple(fc.constantFrom(...WORDS.slice(0, 10)), fc.constantFrom(...WORDS.slice(0, 23))), {
          minLength: 1,
          maxLength: 3,
        })
        .map(pairs => pairs.map(([key, value]) => `${key}: ${value}`)),
      fc
        .array(
          fc.tuple(
            fc.constantFrom('a', 'b', 'macro avg', '"q"', '0'),
            tie('node'),
            fc.constantFrom('', '  '),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map(pairs =>
          pairs.flatMap(([key, inner, indent]) => {
            const width = inner[0]!.startsWith('-') ? indent : '  '
            return [`${key}:`, ...inner.map(text => width + text)]
          }),
        ),
      fc
        .array(tie('node'), { minLength: 1, maxLength: 3 })
        .map(items => items.flatMap(([first, ...rest]) => [`- ${first}`, ...rest.map(text => `  ${text}`)])),
    ),
  }))
  .node.chain(lines =>
    fc.array(fc.tuple(fc.nat(lines.length), between), { maxLength: 2 }).map(extra => {
      const all = [...lines]
      for (const [at, text] of extra) all.splice(at, 0, text)
      return all.join('\n')
    }),
  )
/** Few words in every order and depth: what follows what. */
const steps = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '', '  ', '  ', '    ', ' '),
      fc.constantFrom(
        'a: 1',
        'b: x',
        'c:',
        'c:',
        'd: # n',
        '- 1',
        '- x # n',
        '- a: 1',
        '- b:',
        'x',
        '- ',
        '# n',
        '',
      ),
    ),
    { minLength: 2, maxLength: 6 },
  )
  .map(lines => lines.map(([indent, rest]) => indent + rest).join('\n'))
const ended = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.constantFrom('', '', '', '---\n', '--- \n', '\n'),
      text,
      fc.constantFrom('', '\n', '\n\n', '\n...\n', '\n---\n'),
    )
    .map(parts => parts.join(''))

describe('lines of keys and values', () => {
  it.each([
    ['as they come', wild, 3000],
    ['as tools write them', tidy, 1500],
    ['in every order', steps, 4000],
  ])('are read as the parser reads them, or left to it: %s', (_, texts, numRuns) => {
    fc.assert(
      fc.property(ended(texts), text => {
        const tree = lineTree(text)
        if (tree) expect(tree).toEqual(readBy(parsedTree, text))
      }),
      { numRuns },
    )
  })

  it('are mostly read without the parser, as tools write them', () => {
    const texts = fc.sample(tidy, 500)

    expect(texts.filter(text => lineTree(text)).length).toBeGreaterThan(200)
  })

  it('with every word as key, value and item', () => {
    const shapes = WORDS.flatMap(word => [
      `${word}: 1\n`,
      `a: ${word}\n`,
      `- ${word}\n`,
      `a:\n- b: ${word}\n  c: 2\n`,
    ])

    for (const text of shapes) {
      const tree = lineTree(text)
      if (tree) expect({ text, tree }).toEqual({ text, tree: readBy(parsedTree, text) })
    }
  })
})

describe('JSON in a file that is called YAML', () => {
  const value = fc.letrec(tie => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => JSON.stringify(number)),
        fc.constantFrom(
          '1E5',
          '-0',
          '1e400',
          '12345678901234567890',
          '0.1',
          'null',
          'true',
          'false',
          'NaN',
          'tru',
          '01',
          '"NaN"',
        ),
        fc.string({ unit: anyCharacter, maxLength: 6 }).map(text => JSON.stringify(text)),
        fc.constantFrom(
          '"\\u0000"',
          '"\\ud800"',
          '"\\/"',
          '"a: b"',
          '"#"',
          '"\u2028"',
          '"\u0085"',
          '"\ufeff"',
          '"\\x41"',
        ),
      ),
      fc.array(tie('any'), { maxLength: 3 }).map(items => `[${items.join(', ')}]`),
      tie('map'),
    ),
    map: fc
      .array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom('a', 'b', '__proto__', '', '<<'),
            fc.string({ unit: anyCharacter, maxLength: 5 }),
          ),
          fc.constantFrom(':', ': ', ' : ', '\n:', ':\n'),
          tie('any'),
          fc.constantFrom(',', ', ', ',\n', '\n,', ',\n  '),
        ),
        { maxLength: 3 },
      )
      .map(pairs =>
        pairs.map(
          ([key, colon, inner, comma], at) =>
            JSON.stringify(key) + colon + inner + (at < pairs.length - 1 ? comma : ''),
        ),
      )
      .chain(parts =>
        fc.constantFrom(
          `{${parts.join('')}}`,
          `{\n${parts.join('')}\n}`,
          `{ ${parts.join('')} }\n`,
          `{${parts.join('')}} # x`,
        ),
      ),
  })).map as fc.Arbitrary<string>

  it('is read as the YAML parser reads it', () => {
    fc.assert(
      fc.property(value, text => {
        expect(readBy(yamlTree, text)).toEqual(readBy(parsedTree, text))
      }),
      { numRuns: 1500 },
    )
  })
})
