import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { profileOf } from '../../../support/profiles.ts'
import { logged, NOW, trafficScene } from '../../../support/traffic.ts'

const V1 = {
  instances: [
    [41, 'pro'],
    [10, 'basic'],
  ],
}
const ANSWER = { predictions: [1, 0] }
const ROWS = { age: [1, 0, 1, 0, 0, 0], plan: [1, 1, 0, 0] }

const tensor = (name: string, shape: number[], data: unknown[], datatype = 'FP64') => ({
  name,
  shape,
  datatype,
  data,
})

describe('a request and its answer, as a logger tells of them', () => {
  it.each([
    ['V1', V1],
    [
      'V1 by name',
      {
        instances: [
          { age: 41, plan: 'pro', id: 7 },
          { plan: 'basic', age: 10 },
        ],
      },
    ],
    ['V2 flat by rows', { id: 'a', inputs: [tensor('predict', [2, 2], [41, 'pro', 10, 'basic'], 'BYTES')] }],
    [
      'V2 nested',
      {
        inputs: [
          tensor(
            'x',
            [2, 2],
            [
              [41, 'pro'],
              [10, 'basic'],
            ],
          ),
        ],
      },
    ],
    [
      'V2 a tensor for each column',
      { inputs: [tensor('plan', [2], ['pro', 'basic'], 'BYTES'), tensor('age', [2, 1], [41, 10])] },
    ],
    [
      'V2 columns without their names',
      { inputs: [tensor('input-0', [2, 1], [41, 10]), tensor('input-1', [2], ['pro', 'basic'])] },
    ],
    [
      'V2 with another column beside',
      {
        inputs: [
          tensor('age', [2], [41, 10]),
          tensor('plan', [2], ['pro', 'basic']),
          tensor('id', [2], [1, 2]),
        ],
      },
    ],
  ])('are counted once both are there, in whatever order they come: %s', (_, request) => {
    for (const packed of [
      (body: object) => JSON.stringify(body),
      (body: object) => gzipSync(JSON.stringify(body)),
    ])
      for (const parts of [
        ['request', 'response'],
        ['response', 'request'],
      ] as const) {
        const { send, bins, ends } = trafficScene()
        const bodies = { request: packed(request), response: packed(ANSWER) }

        send(bodies[parts[0]], logged(parts[0], 'a'))
        expect(ends()).toEqual({})
        send(bodies[parts[1]], logged(parts[1], 'a'))

        expect(ends()).toEqual({ counted: 1 })
        expect({ age: bins('age'), plan: bins('plan') }).toEqual(ROWS)
        expect(bins('__prediction__')).toEqual([1, 1, 0, 0])
      }
  })

  it.each([
    ['classes', { predictions: ['1', '0'] }, [1, 1, 0, 0], [0, 0, 0, 0]],
    ['a class that is new', { predictions: ['1', 'x'] }, [0, 1, 0, 1], [0, 0, 0, 0]],
    ['scores', { predictions: [0.9, 0.2] }, [0, 0, 0, 0], [1, 1, 0, 0]],
    [
      'probabilities',
      {
        predictions: [
          [0.1, 0.9],
          [0.8, 0.2],
        ],
      },
      [1, 1, 0, 0],
      [1, 1, 0, 0],
    ],
    [
      'both by name',
      {
        predictions: [
          { prediction: 1, score: 0.7 },
          { prediction: 0, score: null },
        ],
      },
      [1, 1, 0, 0],
      [0, 1, 1, 0],
    ],
    ['V2 classes', { outputs: [tensor('predict', [2, 1], [1, 0], 'INT64')] }, [1, 1, 0, 0], [0, 0, 0, 0]],
    [
      'V2 probabilities',
      { outputs: [tensor('p', [2, 2], [0.1, 0.9, 0.8, 0.2])] },
      [1, 1, 0, 0],
      [1, 1, 0, 0],
    ],
    [
      'V2 both',
      { outputs: [tensor('predict', [2], [0, 0]), tensor('predict_proba', [2, 2], [0.1, 0.9, 0.8, 0.2])] },
      [2, 0, 0, 0],
      [1, 1, 0, 0],
    ],
  ])('have what was answered in it: %s', (_, response, prediction, score) => {
    const { send, bins, ends } = trafficScene()

    send(V1, logged('request', 'a'))
    send(response, logged('response', 'a'))

    expect(ends()).toEqual({ counted: 1 })
    expect(bins('__prediction__')).toEqual(prediction)
    expect(bins('__score__')).toEqual(score)
  })

  it.each([
    ['another width', { instances: [[41]] }, ANSWER, 'mismatch'],
    ['rows of two widths', { instances: [[41, 'pro'], [41]] }, ANSWER, 'mismatch'],
    ['more axes', { instances: [[[41, 'pro']]] }, ANSWER, 'mismatch'],
    ['fewer answers than rows', V1, { predictions: [1] }, 'mismatch'],
    ['answers of several widths', V1, { predictions: [[0.1, 0.9], [1]] }, 'mismatch'],
    [
      'probabilities of more classes',
      V1,
      {
        predictions: [
          [0.1, 0.2, 0.7],
          [0.1, 0.2, 0.7],
        ],
      },
      'mismatch',
    ],
    ['a tensor of another width', { inputs: [tensor('x', [2, 3], [1, 2, 3, 4, 5, 6])] }, ANSWER, 'mismatch'],
    [
      'columns of two lengths',
      { inputs: [tensor('age', [2], [1, 2]), tensor('plan', [1], ['pro'])] },
      ANSWER,
      'mismatch',
    ],
    [
      'a tensor with fewer values than it says',
      { inputs: [tensor('x', [2, 2], [1, 2, 3])] },
      ANSWER,
      'rejected',
    ],
    ['a tensor with a shape that is none', { inputs: [tensor('x', [-1, 2], [1, 2])] }, ANSWER, 'rejected'],
    ['a tensor of three axes', { inputs: [tensor('x', [1, 2, 1], [1, 2])] }, ANSWER, 'rejected'],
    [
      'a tensor whose values are elsewhere',
      { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } }] },
      ANSWER,
      'rejected',
    ],
    ['no inputs', { inputs: [] }, ANSWER, 'rejected'],
    ['what is of no protocol', { rows: [] }, ANSWER, 'rejected'],
    ['an answer of no protocol', V1, { error: 'no' }, 'rejected'],
  ])('are one event with one end where they do not fit: %s', (_, request, response, end) => {
    for (const order of [0, 1]) {
      const { send, ends, traffic, bins } = trafficScene()
      const halves = [
        () => send(request, logged('request', 'a')),
        () => send(response, logged('response', 'a')),
      ]

      halves[order]!()
      halves[1 - order]!()
      traffic.tick(NOW + 3_600_000)

      expect(ends()).toEqual({ [end]: 1 })
      expect(bins('age')).toEqual([0, 0, 0, 0, 0, 0])
    }
  })

  it('are duplicates when they come again, before or after the other', () => {
    const { send, ends, bins } = trafficScene()

    send(V1, logged('request', 'a'))
    send(V1, logged('request', 'a'))
    send(ANSWER, logged('response', 'a'))
    send(ANSWER, logged('response', 'a'))
    send(V1, logged('request', 'a'))

    expect(ends()).toEqual({ counted: 1, duplicate: 3 })
    expect(bins('age')).toEqual(ROWS.age)
  })

  it('are unpaired after five minutes, and once for all that is too much to keep', () => {
    const { send, ends, traffic } = trafficScene()

    send(V1, logged('request', 'a'))
    send(ANSWER, logged('response', 'b'))
    traffic.tick(NOW + 300_000)
    expect(ends()).toEqual({})
    traffic.tick(NOW + 300_001)
    expect(ends()).toEqual({ unpaired: 2 })

    for (let index = 0; index < 20_005; index++) send(ANSWER, logged('response', `c${index}`))
    expect(ends()).toEqual({ unpaired: 7 })
  })

  it('are rejected where few values are many bins, and others wait on', () => {
    const [age] = profileOf().features
    const features = Array.from({ length: 400 }, (_, index) => ({ ...age!, name: `f${index}` }))
    const { send, ends } = trafficScene(profileOf({ features }))
    const rows = (length: number) => ({ inputs: [tensor('f7', [length], Array(length).fill(0))] })

    send(rows(1), logged('request', 'a'))
    send(rows(10_001), logged('request', 'b'))
    send({ predictions: [1] }, logged('response', 'a'))

    expect(ends()).toEqual({ counted: 1, rejected: 1 })
  })

  it('have an id, or nobody knows which belong together', () => {
    const { send, ends } = trafficScene()
    const { 'ce-id': _, ...headers } = logged('request', 'a')

    send(V1, headers)

    expect(ends()).toEqual({ rejected: 1 })
  })

  it('may be structured, or several in a batch', () => {
    const { send, ends } = trafficScene()
    const event = (part: string, id: string, data: object) => ({
      specversion: '1.0',
      id,
      source: 'http://localhost:9081/',
      type: `org.kubeflow.serving.inference.${part}`,
      time: new Date(NOW).toISOString(),
      data,
    })

    send(event('request', 'a', V1), { 'content-type': 'application/cloudevents+json' })
    send([event('response', 'a', ANSWER), event('request', 'b', V1), event('response', 'b', ANSWER)], {
      'content-type': 'application/cloudevents-batch+json',
    })

    expect(ends()).toEqual({ counted: 2 })
  })

  it('count in one column where a profile has one feature', () => {
    const [age] = profileOf().features
    const { send, bins } = trafficScene(profileOf({ features: [age!], score: undefined }))

    send({ instances: [41, 42] }, logged('request', 'a'))
    send({ predictions: [0, 1] }, logged('response', 'a'))

    expect(bins('age')).toEqual([0, 0, 2, 0, 0, 0])
  })
})

describe('a request without a row', () => {
  it('is empty, and no traffic: what looks whether the model is there hides no silence', () => {
    const { send, ends } = trafficScene()

    for (const id of ['a', 'b']) {
      send({ instances: [] }, logged('request', id))
      send({ predictions: [] }, logged('response', id))
    }

    expect(ends()).toEqual({ empty: 2 })
  })
})
