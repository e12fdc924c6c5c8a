import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyBudget } from '../../../../src/core/traffic/events/body-budget.ts'
import { parsePayload } from '../../../../src/core/traffic/events/payload.ts'
import { profileOf } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'
import { logged, throughTurns, trafficScene } from '../../../support/traffic.ts'

const parsed = (bytes: Uint8Array) => throughTurns(parsePayload(bytes, bodyBudget(bytes.length)))

/** One value as the binary tensor extension has it. */
const WRITE: Record<string, (value: never) => Buffer> = {
  BOOL: (value: boolean) => Buffer.from([value ? 1 : 0]),
  INT8: (value: number) => Buffer.from(Int8Array.of(value).buffer),
  INT16: (value: number) => Buffer.from(Int16Array.of(value).buffer),
  INT32: (value: number) => Buffer.from(Int32Array.of(value).buffer),
  INT64: (value: number) => Buffer.from(BigInt64Array.of(BigInt(value)).buffer),
  UINT8: (value: number) => Buffer.from([value]),
  UINT16: (value: number) => Buffer.from(Uint16Array.of(value).buffer),
  UINT32: (value: number) => Buffer.from(Uint32Array.of(value).buffer),
  UINT64: (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer),
  FP32: (value: number) => Buffer.from(Float32Array.of(value).buffer),
  FP64: (value: number) => Buffer.from(Float64Array.of(value).buffer),
  BYTES: (value: string) => {
    const bytes = Buffer.from(value)
    return Buffer.concat([Buffer.from(Uint32Array.of(bytes.length).buffer), bytes])
  },
}
const whole = (bits: number, signed: boolean) =>
  signed
    ? fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })
    : fc.integer({ min: 0, max: 2 ** bits - 1 })
const VALUES: Record<string, fc.Arbitrary<unknown>> = {
  BOOL: fc.boolean(),
  INT8: whole(8, true),
  INT16: whole(16, true),
  INT32: whole(32, true),
  INT64: fc.maxSafeInteger(),
  UINT8: whole(8, false),
  UINT16: whole(16, false),
  UINT32: whole(32, false),
  UINT64: fc.maxSafeNat(),
  FP32: fc.float(),
  FP64: fc.double(),
  BYTES: fc.string({ unit: 'grapheme' }),
}
const TENSOR = fc.constantFrom(...Object.keys(VALUES)).chain(datatype =>
  fc.record({
    datatype: fc.constant(datatype),
    data: fc.array(VALUES[datatype]!, { maxLength: 5 }),
    json: fc.boolean(),
  }),
)
const NAME = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', 'é') })

function binary(name: string, tensors: { datatype: string; data: unknown[]; json: boolean }[]): Buffer {
  const values = tensors.map(({ datatype, data }) =>
    Buffer.concat(data.map(value => WRITE[datatype]!(value as never))),
  )
  const inputs = tensors.map(({ datatype, data, json }, index) => ({
    name,
    shape: [data.length],
    datatype,
    ...(json ? { data } : { parameters: { binary_data_size: values[index]!.length } }),
  }))
  const behind = values.filter((_, index) => !tensors[index]!.json)
  return Buffer.concat([Buffer.from(JSON.stringify({ id: name, inputs })), ...behind])
}

describe('values behind the JSON', () => {
  it('are those that were written, in tensors of any type, beside others whose values are in the JSON', () => {
    fc.assert(
      fc.property(NAME, fc.array(TENSOR, { minLength: 1, maxLength: 4 }), (name, tensors) => {
        const read = parsed(binary(name, tensors))!.value as { inputs: { data?: unknown[] }[] }

        tensors.forEach(({ data, json }, index) => {
          const found = read.inputs[index]!.data
          // Of tensors without a value nothing need lie behind the JSON.
          if (found === undefined) expect(data).toEqual([])
          else expect(found).toEqual(json ? JSON.parse(JSON.stringify(data)) : data)
        })
      }),
      cases(100),
    )
  })

  it('are read whole or not at all, whatever is cut off or comes after', () => {
    const tensors = [
      { datatype: 'INT32', data: [1, 2], json: false },
      { datatype: 'BYTES', data: ['pro', 'é'], json: false },
    ]
    const bytes = binary('a"}', tensors)

    for (let length = 0; length < bytes.length; length++) {
      const cut = parsed(bytes.subarray(0, length))
      // Cut off behind the JSON it is JSON, of tensors without values.
      expect(JSON.stringify(cut ?? {})).not.toContain('data":')
    }
    expect(parsed(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined()
  })

  it.each([
    [
      'FP16',
      [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c, 0x66, 0x2e],
      [1, -2, 2 ** -24, Infinity, 0.0999755859375],
    ],
    ['FP16', [0x01], undefined],
    ['FP32', [0, 0, 0], undefined],
    ['BYTES', [9, 0, 0, 0, 0x61], undefined],
    ['BYTES', [1, 0, 0, 0, 0xff], undefined],
    ['BF16', [0, 0], undefined],
    ['__proto__', [0, 0], undefined],
  ])('may be %s of %j', (datatype, values, data) => {
    const tensor = { name: 'x', shape: [1], datatype, parameters: { binary_data_size: values.length } }
    const body = Buffer.concat([Buffer.from(JSON.stringify({ outputs: [tensor] })), Buffer.from(values)])

    const read = parsed(body)?.value as { outputs: { data: unknown[] }[] } | undefined

    expect(read?.outputs[0]?.data).toEqual(data)
  })

  it.each([
    ['more than there is', { binary_data_size: 1e9 }],
    ['less than nothing', { binary_data_size: -4 }],
    ['no number', { binary_data_size: '4' }],
    ['nothing', undefined],
  ])('are rejected, once, of a tensor that says %s', (_, parameters) => {
    const { send, ends } = trafficScene()
    const inputs = [{ name: 'age', shape: [1], datatype: 'INT32', parameters }]

    send(
      Buffer.concat([Buffer.from(JSON.stringify({ inputs })), Buffer.from([1, 0, 0, 0xff])]),
      logged('request', 'a'),
    )

    expect(ends()).toEqual({ rejected: 1 })
  })
})

describe('instances', () => {
  it.each([
    ['columns of two lengths', [{ age: [41, 10], plan: ['pro'] }], 'mismatch'],
    [
      'columns beside a row',
      [
        { age: [41], plan: ['pro'] },
        { age: 10, plan: 'basic' },
      ],
      'mismatch',
    ],
    ['columns without a value', [{ age: [], plan: [] }], 'mismatch'],
    ['lists of rows beside a row', [[{ age: 41 }], { age: 10 }], 'mismatch'],
    ['a list with what is no row', [[{ age: 41 }, 7]], 'mismatch'],
    ['columns of which one is not known', [{ age: { a: 41, b: 10 }, other: 1 }], 'counted'],
    ['a row with a value that is none', [{ age: 41, plan: ['pro', 'basic'] }, { age: 10 }], 'counted'],
  ])('of %s', (_, instances, end) => {
    const { send, ends } = trafficScene()

    send({ instances }, logged('request', 'a'))
    send({ predictions: [1, 0] }, logged('response', 'a'))

    expect(ends()).toEqual({ [end]: 1 })
  })

  it('have the value of a row in each of its columns, by its index', () => {
    const { send, bins } = trafficScene()

    send({ instances: [{ age: { a: 41, b: 10 }, plan: { b: 'basic', c: 'pro' } }] }, logged('request', 'a'))
    send({ predictions: [1, 0] }, logged('response', 'a'))

    expect(bins('age')).toEqual([1, 0, 1, 0, 0, 0])
    expect(bins('plan')).toEqual([1, 0, 1, 0])
  })
})

describe('the content type of a tensor', () => {
  it.each([
    ['base64', ['cHJv', 'YmFzaWM='], [1, 1, 0, 0]],
    ['base64', ['pro', 'basic'], [1, 1, 0, 0]],
    ['base64', ['/w==', 7], [0, 0, 0, 2]],
    ['pd_json', ['"pro"', 'null'], [0, 1, 1, 0]],
    ['pd_json', ['pro', '{'], [0, 1, 0, 1]],
    ['str', ['cHJv', '"pro"'], [0, 0, 0, 2]],
    ['__proto__', ['pro', 'basic'], [1, 1, 0, 0]],
  ])('says how its values are written: %s, %j', (type, data, expected) => {
    const plan = profileOf().features[1]!
    const { send, bins } = trafficScene(profileOf({ features: [plan] }))
    const parameters = { content_type: type }

    send(
      { inputs: [{ name: 'plan', shape: [2], datatype: 'BYTES', parameters, data }] },
      logged('request', 'a'),
    )
    send({ predictions: [1, 0] }, logged('response', 'a'))

    expect(bins('plan')).toEqual(expected)
  })
})

it('tells a score of nothing but zeros and ones from classes by the names of two outputs', () => {
  const output = (name: string, data: number[]) => ({ name, shape: [2], datatype: 'FP64', data })
  const { send, bins } = trafficScene()

  send(
    {
      instances: [
        [41, 'pro'],
        [10, 'basic'],
      ],
    },
    logged('request', 'a'),
  )
  send({ outputs: [output('prediction', [1, 2]), output('score', [1, 0])] }, logged('response', 'a'))

  expect(bins('__prediction__')).toEqual([0, 1, 0, 1])
  expect(bins('__score__')).toEqual([1, 1, 0, 0])
})
