import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { binNames, referenceCounts } from '../src/core/traffic/profile/bins.ts'
import { profileHash } from '../src/core/traffic/profile/profile-file.ts'
import { profileOfFifty } from './profile-of-fifty.ts'

/**
 * Answers every query as Prometheus does the one of a look: all counters of a release now, an hour and a day ago, in the shares of the
 * profile. In a process of its own, since its work is none of ours.
 */
const profile = profileOfFifty('any')
const server = createServer(async (request, response) => {
  const query = new URLSearchParams(await text(request)).get('query')!
  const model = /model="([^"]+)"/.exec(query)![1]!
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer(model, Date.now() / 1000))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit())

function answer(model: string, now: number): string {
  const of = { release: 'v1', environment: 'production' }
  const at: [string, number][] = [
    ['now', 5],
    ['60', 4],
    ['1440', 3],
    ['120', 4],
    ['10080', 2],
  ]
  const result = [
    ...at.slice(0, 3).flatMap(([when, times]) =>
      profile.features.flatMap(feature => {
        const counts = referenceCounts(feature)
        return binNames(feature).map((bin, index) => ({
          metric: { at: when, ...of, feature: feature.name, bin },
          value: [now, String(counts[index]! * times)],
        }))
      }),
    ),
    ...at.map(([when, times]) => ({
      metric: { at: when, ...of, result: 'counted' },
      value: [now, String(profile.rows * times)],
    })),
    {
      metric: { at: 'profiled', ...of, profile: profileHash(profileOfFifty(model)) },
      value: [now, '1'],
    },
    { metric: { at: 'scraped' }, value: [now, String(now - 5)] },
    { metric: { at: 'started' }, value: [now, String(now - 30 * 86_400)] },
  ]
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })
}
