import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { parseParameters } from '../../../src/core/release/parameters.ts'
import { ReleaseRecord } from '../../../src/core/release/record.ts'
import { parseRelease, renderRelease } from '../../../src/core/release/record-file.ts'
import { anyCharacter } from '../../support/any-character.ts'
import { releaseOf } from '../../support/releases.ts'
import { cases } from '../../support/rounds.ts'

const read = (text: string, file = 'params.yaml') => parseParameters(new TextEncoder().encode(text), file)

function refusal(text: string | Uint8Array): AssayError {
  try {
    parseParameters(typeof text === 'string' ? new TextEncoder().encode(text) : text, 'params.yaml')
  } catch (error) {
    if (error instanceof AssayError) return error
    throw error
  }
  throw new Error('expected an AssayError')
}

describe('parameters', () => {
  it('are flat: nested keys joined, lists as JSON, in the order of the file', () => {
    const { parameters, remarks } = read(
      'train:\n  lr: 0.05\n  early_stopping: true\n  layers: [64, 32, {act: relu}]\nname: churn\nnothing: ~\nempty: {}\n1: one\n',
    )

    expect(remarks).toEqual([])
    expect(Object.entries(parameters)).toEqual([
      ['1', 'one'],
      ['train/lr', 0.05],
      ['train/early_stopping', true],
      ['train/layers', '[64,32,{"act":"relu"}]'],
      ['name', 'churn'],
      ['nothing', null],
      ['empty', '{}'],
    ])
  })

  it('come from JSON as Python and others write it, with tabs and a byte order mark', () => {
    const text = `\ufeff${JSON.stringify({ lr: 1e-3, deep: { depth: 6 } }, null, '\t')}`

    expect(read(text, 'params.json').parameters).toEqual({ lr: 0.001, 'deep/depth': 6 })
  })

  it('hold anchors, aliases and merge keys, as the programs do that read such files', () => {
    const text = 'base: &base\n  lr: 0.1\n  depth: 6\nlarge:\n  <<: *base\n  depth: 12\n'

    expect(read(text).parameters).toEqual({
      'base/lr': 0.1,
      'base/depth': 6,
      'large/lr': 0.1,
      'large/depth': 12,
    })
  })

  it('never change a number: what JSON has none for is kept as text', () => {
    const { parameters } = read(
      'a: 18446744073709551615\nb: .inf\nc: -.inf\nd: .nan\ne: -0\nf: 9007199254740991\ng: 1e999\nh: [1, .nan]\n',
    )

    expect(parameters).toEqual({
      a: '18446744073709551615',
      b: 'Infinity',
      c: '-Infinity',
      d: 'NaN',
      e: 0,
      f: 9007199254740991,
      g: 'Infinity',
      h: '[1,"NaN"]',
    })
  })

  it('SE-005: mask what is named like a secret', () => {
    const { parameters } = read(
      'db:\n  password: hunter2\n  user: ada\ntokenizer: bert-base-uncased\nmax_tokens: 512\npassword: 12345678\nsecrets: [a, b]\n',
    )

    expect(parameters).toEqual({
      'db/password': '***',
      'db/user': 'ada',
      tokenizer: 'bert-base-uncased',
      max_tokens: 512,
      password: '***',
      secrets: '***',
    })
  })

  it('mask secrets below other keys, in lists and in values', () => {
    const { parameters } = read(
      [
        'nested: { pwd: canary, creds: canary, user: ada }',
        'sas: "https://x.blob.core.windows.net/c?sig=canary&sv=2"',
        'url: "https://x.example/c?X-Amz-Signature=canary&sv=2"',
        'odbc: "Server=x;Password=canary;"',
        'source: postgres://bob:canary@db/x',
        'services: [{ name: a, dbPassword: canary }]',
        'layer: { key_dim: 64, pass_through: all }',
        'weights: { kim@example.com: 2, ghp_CANARYCANARYCANARY: 1 }',
      ].join('\n'),
    )

    expect(parameters).toEqual({
      'nested/pwd': '***',
      'nested/creds': '***',
      'nested/user': 'ada',
      sas: '***',
      url: 'https://x.example/c?X-Amz-Signature=***&sv=2',
      odbc: 'Server=x;Password=***;',
      source: 'postgres://***@db/x',
      services: '[{"name":"a","dbPassword":"***"}]',
      'layer/key_dim': 64,
      'layer/pass_through': 'all',
      'weights/[e-mail]': 2,
      'weights/***': 1,
    })
  })

  it('are at most 200, and say what is left out', () => {
    const text = Array.from({ length: 250 }, (_, at) => `p${at}: ${at}`).join('\n')
    const long = 'x'.repeat(3000)

    expect(Object.keys(read(text).parameters)).toHaveLength(200)
    expect(read(text).remarks).toEqual(['50 more than 200 were left out'])
    expect(read(`a: ${long}`)).toMatchObject({
      parameters: { a: `${'x'.repeat(1999)}…` },
      remarks: ['`a` was cut to 2,000 characters'],
    })
    expect(read(`${'k'.repeat(201)}: 1\na/b: 1\na: { b: 2 }\n`)).toMatchObject({
      parameters: { 'a/b': 1 },
      remarks: [expect.stringContaining('longer than 200'), '`a/b` was left out: two keys give this name'],
    })
  })

  it.each([
    ['a key twice', 'lr: 1\nlr: 2\n', 'stands here twice'],
    ['a list', '- 1\n', 'no map'],
    ['a number', '1', 'no map'],
    ['nothing', '', 'empty'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'multiple documents'],
    ['no YAML', 'a: [1\n', 'a `[` that is never closed with `]`'],
    ['too deep', `${'{a: '.repeat(40)}1${'}'.repeat(40)}`, 'nested deeper than 32 levels'],
    ['a thousand levels of lists', `a: ${'['.repeat(5000)}`, ''],
    ['too large', `a: ${'x'.repeat(300_000)}`, 'larger than 256 KiB'],
    [
      'an alias bomb',
      `a: &a {x: 1, y: 1}\n${Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} {l: *${at ? `b${at - 1}` : 'a'}, r: *${at ? `b${at - 1}` : 'a'}}`).join('\n')}`,
      '',
    ],
    ['a key that is a map', '? {a: 1}\n: 2\n', ''],
  ])('of a file that is %s are refused', (_, text, reason) => {
    const error = refusal(text)

    expect(error.code).toBe('PARAMETERS_INVALID')
    expect(error.problems.map(({ what }) => what).join('\n')).toContain(reason)
  })

  it('of a file that is not UTF-8 are refused', () => {
    expect(refusal(new Uint8Array([0x61, 0x3a, 0x20, 0xff])).problems[0]!.what).toContain('byte 3')
  })

  it('of hostile names stay names', () => {
    const { parameters } = read('__proto__: {polluted: 1}\nconstructor: {prototype: {x: 1}}\nok: 1\n')

    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(Object.hasOwn(parameters, 'constructor/prototype/x')).toBe(true)
    expect(parameters.ok).toBe(1)
  })

  it('whatever they are, a record takes them and comes back the same', () => {
    const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false })
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, unit: anyCharacter }), value, { maxKeys: 12 }),
        map => {
          const { parameters } = read(JSON.stringify(map), 'params.json')

          const record = ReleaseRecord.parse({ ...releaseOf(), parameters })

          expect(record.parameters).toEqual(parameters)
          expect(parseRelease(renderRelease(record), 'model-release.yaml')).toEqual(record)
        },
      ),
      cases(200),
    )
  })

  it('whatever bytes they come from, are read or refused by name', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: anyCharacter }),
          fc.string({ unit: fc.constantFrom(...'{}[]&*!|>:,-? \n\ta1"\'<') }),
        ),
        text => {
          try {
            read(text)
          } catch (error) {
            expect((error as AssayError).code).toBe('PARAMETERS_INVALID')
          }
        },
      ),
      cases(1000),
    )
  })
})
