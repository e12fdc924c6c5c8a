import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routesOfVirtualService } from '../../../demo/canary/envoy-routes.ts'
import { type OwnSplitter, startOwnSplitter } from '../../../demo/canary/own-splitter.ts'
import { goldenText, SPLITS } from '../../targets/cases.ts'

/** What stands in for Envoy in the demo, by the routes that a promotion writes. */

const servers = ['churn/champion', 'churn/challenger'].map(name => ({
  name,
  server: createServer((_, answer) => answer.end(name)),
}))
const ports = new Map<string, number>()
let splitter: OwnSplitter

beforeAll(async () => {
  for (const { name, server } of servers) {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    ports.set(name, (server.address() as AddressInfo).port)
  }
  splitter = await startOwnSplitter(0)
})
afterAll(async () => {
  await splitter.stop()
  for (const { server } of servers) server.close()
})

describe('the splitter of the demo', () => {
  it('draws by the weights, keeps users by the cookie, and counts', async () => {
    const istio = SPLITS.find(({ target, name }) => target === 'istio' && name === 'cookie')!
    const text = goldenText(istio, 'after')
      .replace('weight: 5\n', 'weight: 25\n')
      .replace('weight: 75\n', 'weight: 55\n')
    await splitter.apply(routesOfVirtualService(text), ports)
    const ask = async (cookie?: string) => {
      const answer = await fetch(`http://127.0.0.1:${splitter.port}/v1/predict`, {
        ...(cookie !== undefined && { headers: { cookie: `a=b; ${cookie}` } }),
      })
      const [kept] = answer.headers.getSetCookie()
      const release = answer.headers.get('x-assay-release')
      return { by: await answer.text(), release, cookie: kept?.split(';')[0] }
    }

    const first = await Promise.all(Array.from({ length: 100 }, () => ask()))
    const again = await Promise.all(first.map(({ cookie }) => ask(cookie)))

    const challengers = first.filter(({ by }) => by === 'churn/challenger').length
    // 25 % of 100, beyond five standard deviations either way.
    expect(challengers).toBeGreaterThan(3)
    expect(challengers).toBeLessThan(48)
    expect(again.map(({ by }) => by)).toEqual(first.map(({ by }) => by))
    expect(again.map(({ release }) => release)).toEqual(first.map(({ release }) => release))
    expect(await splitter.sentTo('churn/challenger')).toBe(2 * challengers)
  })
})
