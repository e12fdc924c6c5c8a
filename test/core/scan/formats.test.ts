import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { judgeFile } from '../../../src/core/scan/judged.ts'
import type { Scan } from '../../../src/core/scan/looked.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { bytes } from './pickles.ts'

const scan = (file: Uint8Array): Scan => scanModel(bytesInMemory(file), isKnownImport)
const linesOf = (file: Uint8Array) =>
  judgeFile(
    { path: 'm', size: file.length, sha256: 'a'.repeat(64) },
    scan(file),
    [],
    '2026-12-01',
  ).lines.join(' ')
const uint = (value: number | bigint, width: 4 | 8) => {
  const buffer = Buffer.alloc(width)
  if (width === 8) buffer.writeBigUInt64LE(BigInt(value))
  else buffer.writeUInt32LE(Number(value))
  return buffer
}

describe('safetensors', () => {
  const tensors = (header: string, data = 8) => bytes(uint(header.length, 8), header, new Uint8Array(data))
  const A = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'

  it('passes where each byte is of one tensor', () => {
    const file = tensors(
      `{"__metadata__":{"format":"pt"},${A},"b":{"dtype":"F16","shape":[2,1],"data_offsets":[4,8]}}`,
    )

    expect(scan(file)).toEqual({ format: 'safetensors', findings: [], imports: 0 })
  })

  it.each([
    [
      'tensors that overlap',
      `{${A},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}`,
      'does not begin where',
    ],
    ['a hole', `{${A},"b":{"dtype":"U8","shape":[2],"data_offsets":[6,8]}}`, 'does not begin where'],
    ['a name twice', `{${A},${A}}`, 'a name twice'],
    [
      'a name twice, once with an escape',
      `{${A},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`,
      'a name twice',
    ],
    [
      'another length than that of the shape',
      '{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}',
      'not as many as its shape',
    ],
    ['a type that there is not', '{"a":{"dtype":"X","shape":[8],"data_offsets":[0,8]}}', 'of the type X'],
    ['bytes of no tensor', `{${A}}`, 'bytes that belong to no tensor'],
    ['no list', '{"a":[1]}', 'no list of tensors'],
  ])('is refused with %s', (_, header, words) => {
    expect(scan(tensors(header)).findings).toMatchObject([
      { kind: 'header', name: expect.stringContaining(words) },
    ])
  })

  it.each([
    ['2^63', 2n ** 63n],
    ['more than the file', 1000n],
  ])('is refused with a header of a length of %s, and nothing is read for it', (_, length) => {
    const { findings, unscannable } = scan(bytes(uint(length, 8), '{"a":1}'))

    expect(findings.length > 0 || unscannable?.why === 'unknown').toBe(true)
  })
})

describe('GGUF', () => {
  const text = (value: string) => bytes(uint(value.length, 8), value)
  const model = (version: number, ...pairs: Uint8Array[]) =>
    bytes('GGUF', uint(version, 4), uint(0, 8), uint(pairs.length, 8), ...pairs)
  const template = (value: string, key = 'tokenizer.chat_template') =>
    bytes(text(key), uint(8, 4), text(value))
  const list = bytes(text('tokens'), uint(9, 4), uint(8, 4), uint(2, 8), text('a'), text('b'))

  it('passes with a template that stays inside', () => {
    const file = model(
      3,
      list,
      template("{% for m in messages %}{{ m['role'] }}: {{ m.content }}{% endfor %}"),
    )

    expect(scan(file)).toEqual({ format: 'gguf', findings: [], imports: 0 })
  })

  it.each(["{{ ''.__class__.__mro__ }}", "{{ x|attr('a') }}", '{{ lipsum }}', "{{ x['\\x5f\\x5fclass'] }}"])(
    'is refused with %s',
    value => {
      expect(scan(model(3, list, template(value))).findings).toMatchObject([{ kind: 'template' }])
      expect(scan(model(2, template(value, 'tokenizer.chat_template.tool_use'))).findings).toHaveLength(1)
    },
  )

  it.each<[string, Uint8Array, string]>([
    ['another version', model(1), 'of a version of its format that is not known here'],
    ['a type that there is not', model(3, bytes(text('a'), uint(99, 4))), 'not as its format says'],
    [
      'a key that is too long',
      bytes('GGUF', uint(3, 4), uint(0, 8), uint(1, 8), uint(1e6, 8)),
      'a text in it is longer',
    ],
    ['less than it says', model(3, list).subarray(0, -1), 'it ends in the middle'],
  ])('nobody can tell with %s, in words that are not of pickle', (_, file, words) => {
    expect(linesOf(file)).toContain(words)
    expect(linesOf(file)).not.toMatch(/pickle|protocol=/)
  })
})

describe('ONNX', () => {
  const field = (number: number, content: Uint8Array) => bytes(number * 8 + 2, content.length, content)
  const entry = (key: string, value: string) => field(13, bytes(field(1, bytes(key)), field(2, bytes(value))))
  /** A version, a graph, a tensor in it, where its data is. */
  const model = (location: string) =>
    bytes(0x08, 8, field(7, field(5, bytes(field(8, bytes('w')), entry('location', location), 0x70, 1))))

  it.each(['weights.bin', 'data/weights.bin', 'a..b'])('passes with data in %s', location => {
    expect(scan(model(location))).toEqual({ format: 'onnx', findings: [], imports: 0 })
  })

  it.each(['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', 'file:///x', 'a\\..\\..\\b'])(
    'is refused with data in %s',
    location => {
      expect(scan(model(location)).findings).toEqual([{ kind: 'outside_file', name: location }])
    },
  )
})

it('says of bytes of no format that they are, and which there are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), noise => {
      // No pickle begins so, nor any text.
      const words = linesOf(bytes(0xff, noise))
      expect(words).toContain('it is of no format that Assay knows, which are pickle, joblib')
      expect(words).not.toContain('instruction')
    }),
  )
})
