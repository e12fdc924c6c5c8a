import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian's Alertmanager, alone: two of them know nothing of each other. */
export interface Alertmanager {
  /** Tells it of alerts as Prometheus does; what has `endsAt` is over. */
  tell(alerts: { labels: Record<string, string>; annotations?: object; endsAt?: string }[]): Promise<void>
  stop(): Promise<void>
}

export const ALERTMANAGER = 'prometheus-alertmanager'

/** @param config the text of alertmanager.yml */
export async function startAlertmanager(folder: string, config: string): Promise<Alertmanager> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'alertmanager.yml')
  writeFileSync(file, config)
  const port = await freePort()
  const child = spawn(
    ALERTMANAGER,
    [
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said = text(child.stderr)
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  await waitUntil(
    async () => (await fetch(`${url}/-/ready`)).ok,
    async () => said,
  )
  return {
    async tell(alerts) {
      const answer = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts),
      })
      if (!answer.ok) throw new Error(`Alertmanager answers ${answer.status}: ${await answer.text()}`)
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** @throws Error with what `why` says, after a minute */
export async function waitUntil(is: () => Promise<boolean>, why: () => Promise<string>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await is().catch(() => false)) return
    await sleep(100)
  }
  throw new Error(`it did not come to that: ${await Promise.race([why(), sleep(1000, 'nothing was said')])}`)
}

// --- internal ---

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
