import { beforeAll } from 'vitest'
import type { Answering } from '../../emulator/github.ts'
import { release } from '../support/releases.ts'
import { type BotScene, deployFiles, useBot } from './scene.ts'

/** What Alertmanager tells the bot with, and the models that it speaks for. */
export const ALERT_TOKEN = 'tZ8q-4kfP-91mx-Qw7c-Lr2v'
export const OTHER_ALERT_TOKEN = 'hG5w-2bnM-63ds-Yu0e-Xa9j'

const MODEL = { owner: 'acme', repo: 'model' }

/** A bot that alerts are told to, and a model `fraud` of which a release serves in staging. */
export interface AlertScene extends BotScene {
  /** The version that serves. */
  version: string
  /** Tells of alerts as Alertmanager does, again while the answer is 503; the status of the last one. */
  send(alerts: object[], options?: Sending): Promise<number>
  /** Tells of them once. */
  sendOnce(alerts: object[], options?: Sending): Promise<Response>
  issues(): Promise<{ number: number; title: string; state: string; body: string; by: string | undefined }[]>
  /** Pull requests of retrainings, by title, branch and author. */
  retrainings(): Promise<string[]>
}

interface Sending {
  token?: string
  change?: object
  port?: number
}

export const alert = (labels: Record<string, string>, change: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'Drift', assay_model: 'fraud', assay_environment: 'staging', ...labels },
  annotations: { summary: 'amount moved <b>@ada</b>' },
  startsAt: '2026-11-29T00:00:00Z',
  fingerprint: 'a1',
  ...change,
})

/** @param options.env is read when the bot starts */
export function useAlerts(
  options: {
    env?: Record<string, string>
    retrain?: string
    files?: Record<string, string>
    answer?: Answering
  } = {},
): AlertScene {
  const tokens = `${ALERT_TOKEN}=acme/model:fraud,acme/model:churn ${OTHER_ALERT_TOKEN}=acme/deploy:else`
  const scene = useBot({
    ...(options.answer && { answer: options.answer }),
    env: Object.assign(options.env ?? {}, { ASSAY_BOT_ALERT_TOKENS: tokens }),
  }) as AlertScene
  const retrain = options.retrain ?? "{ file: data/version.txt, value: '{date}' }"
  beforeAll(async () => {
    scene.version = await haveServe(scene, retrain, options.files)
    await scene.settled()
  })
  return Object.assign(scene, {
    sendOnce: (alerts: object[], { token = ALERT_TOKEN, change = {}, port = scene.bot.port }: Sending = {}) =>
      fetch(`http://127.0.0.1:${port}/alerts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ version: '4', alerts, ...change }),
      }),
    async send(alerts: object[], options: Sending = {}) {
      for (;;) {
        const answer = await scene.sendOnce(alerts, options)
        // Read to its end, so that the next one may go the same way.
        await answer.arrayBuffer()
        const { status } = answer
        if (status !== 503) return status
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    async issues() {
      const { data } = await scene.ada.issues.listForRepo({ ...MODEL, state: 'all' })
      return data
        .filter(one => !one.pull_request)
        .map(({ number, title, state, body, user }) => ({
          number,
          title,
          state,
          body: body ?? '',
          by: user?.login,
        }))
    },
    async retrainings() {
      const { data } = await scene.ada.pulls.list({ ...MODEL, state: 'all' })
      return data.map(({ title, head, user }) => `${title}: ${head.ref}, ${user?.login}`)
    },
  } satisfies Partial<AlertScene>)
}

/** Has a release of `fraud` serve in staging; its version. */
export async function haveServe(
  { write, letIn }: Pick<BotScene, 'write' | 'letIn'>,
  retrain: string,
  own: Record<string, string> = {},
  deployed: object = deployFiles('fraud'),
): Promise<string> {
  const { 'README.md': _, ...files } = deployed as Record<string, string>
  await write('deploy', files)
  await write('model', {
    'assay.yml': `model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\nretrain: ${retrain}\n`,
    ...own,
  })
  const made = release(1, 'fraud', { verdict: 'pass' })
  await letIn(made)
  return made.version
}

/** A workflow that trains the model. */
export const RETRAIN_WORKFLOW = {
  '.github/workflows/retrain.yml':
    'on:\n  workflow_dispatch:\n    inputs:\n      claim:\n        required: true\n',
}
