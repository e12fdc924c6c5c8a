import { describe, expect, it } from 'vitest'
import type { ModelProfile } from '../../../../src/core/traffic/profile/profile.ts'
import { capturedBytes, capturedExchanges, type Exchange } from '../../../support/captured.ts'
import { profileOf } from '../../../support/profiles.ts'
import { logged, trafficScene } from '../../../support/traffic.ts'

/** What real servers send, as their packages make it. */

const [AGE] = profileOf().features
const INCOME = { name: 'income', type: 'number' as const, edges: [20_000], counts: [500, 500], missing: 0 }
const NUMBERS = profileOf({ features: [AGE!, INCOME] })

/** What the rows of an exchange are in the bins of their profile. */
const ROWS: Record<string, { profile: ModelProfile; bins: Record<string, number[]>; answered: number[] }> = {
  numbers: {
    profile: NUMBERS,
    bins: { age: [1, 0, 1, 0, 0, 0], income: [1, 1, 0, 0] },
    answered: [1, 1, 0, 0],
  },
  mixed: {
    profile: profileOf(),
    bins: { age: [1, 0, 1, 0, 0, 0], plan: [1, 1, 0, 0] },
    answered: [1, 1, 0, 0],
  },
  gaps: {
    profile: profileOf(),
    bins: { age: [0, 0, 1, 0, 1, 0], plan: [0, 1, 0, 1] },
    answered: [1, 1, 0, 0],
  },
  wide: {
    profile: profileOf(),
    bins: { age: [40, 0, 40, 0, 0, 0], plan: [40, 40, 0, 0] },
    answered: [40, 40, 0, 0],
  },
}
const HAVE_SCORES = ['probabilities', 'both']

/** As KServe's logger hands a body on: the answer under the content type of the request, and nothing of how it is packed. */
function sendLogged(
  send: ReturnType<typeof trafficScene>['send'],
  exchange: Exchange,
  part: 'request' | 'response',
) {
  const type = exchange.request.headers['content-type']
  send(exchange[part].bytes, logged(part, 'a', { 'content-type': type }))
}

describe.each(['kserve', 'mlserver'] as const)('what %s was sent and answered', server => {
  it.each(capturedExchanges(server).map(exchange => [exchange.name, exchange] as const))(
    'is counted, whichever half comes first: %s',
    (_, exchange) => {
      const { profile, bins: expected } = ROWS[exchange.rows]!
      for (const parts of [['request', 'response'] as const, ['response', 'request'] as const]) {
        const { send, bins, ends } = trafficScene(profile)

        for (const part of parts) sendLogged(send, exchange, part)

        expect(ends()).toEqual({ counted: 1 })
        for (const [feature, counts] of Object.entries(expected))
          expect(bins(feature), feature).toEqual(counts)
        const { answered } = ROWS[exchange.rows]!
        expect(bins('__prediction__')).toEqual(answered)
        expect(bins('__score__')).toEqual(HAVE_SCORES.includes(exchange.answers) ? answered : [0, 0, 0, 0])
      }
    },
  )
})

describe('a monitor file of BentoML', () => {
  it.each([['application/x-ndjson'], ['application/json'], [undefined]])(
    'is counted line by line, sent as %s',
    type => {
      const { send, bins, ends } = trafficScene()

      send(capturedBytes('bentoml-data.ndjson'), type ? { 'content-type': type } : {})

      // Lines of one request have one `request_id`: they are no duplicates.
      expect(ends()).toEqual({ counted: 4 })
      expect(bins('age')).toEqual([1, 0, 1, 0, 2, 0])
      expect(bins('plan')).toEqual([1, 1, 1, 1])
      expect(bins('__prediction__')).toEqual([3, 1, 0, 0])
      expect(bins('__score__')).toEqual([3, 1, 0, 0])
    },
  )

  it('has its schema in a file of its own, which is no event', () => {
    const { send, ends } = trafficScene()

    send(capturedBytes('bentoml-schema.ndjson'))

    expect(ends()).toEqual({ mismatch: 1 })
  })

  it('is no row where it has nothing but what events have of their own', () => {
    const named = ['id', 'time', 'model', 'release', 'prediction', 'score'].map(name => ({ ...AGE!, name }))
    const { send, ends } = trafficScene(profileOf({ features: named }))

    send({ id: 'a', time: '2026-05-20T12:00:00Z', prediction: 1, score: 0.5 })

    expect(ends()).toEqual({ rejected: 1 })
  })
})
