import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { waitUntil } from './alertmanager.ts'

/** A real Prometheus on loopback, ready to answer. */
export async function startPrometheus(
  config: string,
  data: string,
): Promise<{ address: string; stop(): Promise<void> }> {
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  )
  await waitUntil(
    async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok === true,
    async () => 'Prometheus does not begin',
  )
  return {
    address: `http://${address}`,
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

// --- internal ---

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
