import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where scripts/install-tools.sh puts MLServer, which speaks KServe's protocol. */
export const MLSERVER = resolve(import.meta.dirname, '../../.tools/mlserver/bin')

/** It listens in three places. */
export interface MlserverPorts {
  http: number
  grpc: number
  metrics: number
}

/** Ports that nobody has: each is held until all are known, so that they differ. */
export async function mlserverPorts(): Promise<MlserverPorts> {
  const held = Array.from({ length: 3 }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(held.map(one => once(one, 'listening')))
  const [http, grpc, metrics] = held.map(one => (one.address() as AddressInfo).port)
  await Promise.all(held.map(one => new Promise(done => one.close(done))))
  return { http: http!, grpc: grpc!, metrics: metrics! }
}

/**
 * A real server on loopback, ready to answer for a model.
 * @param models the folder of its `model-settings.json`
 */
export async function startMlserver(
  models: string,
  model: string,
  ports: MlserverPorts,
): Promise<{ stop(): Promise<void> }> {
  const child = spawn(`${MLSERVER}/mlserver`, ['start', models], {
    cwd: models,
    env: {
      ...process.env,
      PATH: `${MLSERVER}:${process.env.PATH}`,
      MLSERVER_HOST: '127.0.0.1',
      MLSERVER_HTTP_PORT: String(ports.http),
      MLSERVER_GRPC_PORT: String(ports.grpc),
      MLSERVER_METRICS_PORT: String(ports.metrics),
      MLSERVER_PARALLEL_WORKERS: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', bytes => said.push(String(bytes)))
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  for (let second = 0; second < 300 && child.exitCode === null; second++) {
    const url = `http://127.0.0.1:${ports.http}/v2/models/${model}/ready`
    if ((await fetch(url).catch(() => undefined))?.ok) return { stop }
    await sleep(1000)
  }
  await stop()
  throw new Error(`MLServer does not begin:\n${said.join('')}`)
}
