import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { deployFiles } from '../commands/deploys.ts'
import { release } from '../support/releases.ts'
import { useBot } from './scene.ts'

/** A web service that must agree to a promotion, asked by the bot, which is told of its host. */

let answer = { open: false }
const server = createServer((_, response) => response.end(JSON.stringify(answer)))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const scene = useBot({ env: { ASSAY_ANSWER_HOST: address } })
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const config = () => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: { merge: auto }
  production:
    after: staging
    policy: { answers: { window: { url: '${address}/{model}', at: $.open, is: true } } }
`

describe('the bot', () => {
  it('asks again within minutes, and proposes a release once the service agrees', async () => {
    const { 'README.md': _, ...files } = deployFiles('fraud', config()) as Record<string, string>
    await scene.write('deploy', files)
    await scene.letIn(release(1, 'fraud', { verdict: 'pass' }))
    await scene.settled()
    const proposed = async () => {
      const { repository } = scene.deploy()
      return (await repository.pullRequests!.ofBranch('assay/promote/production/fraud', 'main')).open
    }
    expect(await proposed()).toBeUndefined()

    answer = { open: true }
    await scene.pass(300_000)
    await scene.settled()
    expect(await proposed()).toMatchObject({
      status: { state: 'success', description: expect.stringContaining('; window: true') },
    })

    answer = { open: false }
    await scene.pass(300_000)
    await scene.settled()
    expect(await proposed()).toMatchObject({
      status: { state: 'pending', description: 'window: `$.open` is false, needed: true' },
    })
  })
})
