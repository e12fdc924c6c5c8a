import { setTimeout as sleep } from 'node:timers/promises'
import { DemoError } from '../demo-error.ts'

/** Asks again and again. @throws DemoError where it does not come to that in a few minutes */
export async function until<T>(what: string, fix: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + PATIENCE_MS; ; await sleep(250)) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new DemoError(`It did not come to this: ${what}.`, fix)
  }
}

/** An address that asks for the token, as a browser gives it. */
export async function get({ token }: { token: string }, address: string): Promise<string> {
  const asked = () => fetch(address, { headers: { authorization: `Bearer ${token}` } })
  // A connection that was kept may be closed just as it is used again.
  const answer = await asked().catch(asked)
  if (!answer.ok)
    throw new DemoError(`${address} answers ${answer.status}.`, 'Look at the logs beside the pages.')
  return answer.text()
}

// --- internal ---

/** Two looks, also on a machine that has much else to do. */
const PATIENCE_MS = 300_000
