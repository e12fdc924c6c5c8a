import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmulatedSlack, startSlack } from '../../emulator/slack.ts'
import { ALERTMANAGER, type Alertmanager, startAlertmanager, waitUntil } from '../support/alertmanager.ts'
import { testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'
import { ALERT_TOKEN, useAlerts } from './alert-scene.ts'

/** Real Alertmanagers, set up as docs/bot.md says, two of them that know nothing of each other. */

const { folder, remove } = testFolder()
afterAll(remove)

let slack: EmulatedSlack
const env: Record<string, string> = {}
beforeAll(async () => {
  slack = await startSlack()
  Object.assign(env, {
    ASSAY_BOT_SLACK_TOKEN: slack.token,
    ASSAY_BOT_SLACK_CHANNEL: slack.channel,
    ASSAY_BOT_SLACK_API_URL: slack.apiUrl,
  })
})
afterAll(() => slack.close())

describe.skipIf(missing(ALERTMANAGER, '--version'))('two Alertmanagers', () => {
  const scene = useAlerts({ env })
  const refused: number[] = []
  /** How many are told with 503 before one is let through. */
  let busy = 0
  let taken = 0
  let front: Server
  let pair: Alertmanager[]

  beforeAll(async () => {
    front = createServer(async (request, response) => {
      const body = await text(request)
      if (busy > 0) {
        busy--
        refused.push(503)
        return void response.writeHead(503).end()
      }
      const { authorization = '', 'content-type': type = '' } = request.headers
      const url = `http://127.0.0.1:${scene.bot.port}${request.url}`
      const { status } = await fetch(url, {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body,
      })
      taken++
      response.writeHead(status).end()
    })
    await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve))
    const { port } = front.address() as AddressInfo
    const token = join(folder, 'assay-token')
    writeFileSync(token, ALERT_TOKEN)
    const config = documented()
      .replace('https://assay.example.com/alerts', `http://127.0.0.1:${port}/alerts`)
      .replace('/etc/alertmanager/assay-token', token)
      .replace('group_wait: 30s', 'group_wait: 1s')
      .replace('group_interval: 5m', 'group_interval: 1s')
      .replace('repeat_interval: 4h', 'repeat_interval: 1s')
    pair = await Promise.all(['a', 'b'].map(name => startAlertmanager(join(folder, name), config)))
  })
  afterAll(async () => {
    await Promise.all((pair ?? []).map(one => one.stop()))
    front?.close()
  })

  const drift = (kind: string, more: object = {}) => ({
    labels: {
      alertname: `Drift${kind}`,
      assay_model: 'fraud',
      assay_environment: 'staging',
      assay_release: scene.version,
      assay_kind: kind,
      severity: 'warning',
    },
    annotations: { summary: 'amount moved' },
    ...more,
  })
  const tellBoth = (...alerts: ReturnType<typeof drift>[]) => Promise.all(pair.map(one => one.tell(alerts)))
  const states = async () => (await scene.issues()).map(({ title, state }) => `${title}: ${state}`)

  it('make one issue, one retraining and one thread, whatever they repeat and are refused', async () => {
    busy = 3
    await tellBoth(drift('shift'), drift('concept'))
    await waitUntil(
      async () => taken >= 10,
      async () => scene.log(),
    )
    await scene.settled()

    expect(refused).toEqual([503, 503, 503])
    expect(await states()).toEqual(['Alert: fraud in staging: open'])
    expect(await scene.retrainings()).toEqual([
      `Retrain fraud: assay/retrain-fraud-${scene.version}, assay[bot]`,
    ])
    expect(slack.posted.map(one => one.text)).toEqual(['fraud in staging: shift, concept'])
  })

  it('end it when all is over, and not before', async () => {
    const over = { endsAt: new Date().toISOString() }
    await tellBoth(drift('shift', over))
    const [before] = await scene.issues()
    await waitUntil(
      async () => (await scene.issues())[0]!.body !== before!.body,
      async () => scene.log(),
    )
    await scene.settled()
    expect(await states()).toEqual(['Alert: fraud in staging: open'])

    busy = 2
    await tellBoth(drift('concept', { endsAt: new Date().toISOString() }))
    await waitUntil(
      async () => (await scene.issues())[0]!.state === 'closed',
      async () => scene.log(),
    )
    await scene.settled()
    expect(slack.posted.slice(1)).toMatchObject([
      { text: 'Over: fraud in staging', thread_ts: slack.posted[0]!.ts },
    ])
    expect(await scene.retrainings()).toHaveLength(1)
  })
})

// --- internal ---

/** The alertmanager.yml of docs/bot.md. */
function documented(): string {
  const [, config] =
    /```yaml\n(# alertmanager\.yml\n[^`]*)```/.exec(readFileSync('docs/bot.md', 'utf8')) ?? []
  if (config === undefined) throw new Error('docs/bot.md shows no alertmanager.yml')
  return config
}
