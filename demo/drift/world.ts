import { setTimeout as sleep } from 'node:timers/promises'
import type { EmulatedSlack } from '../../emulator/slack.ts'
import type { DriftVerdict } from '../../src/core/traffic/drift/verdict.ts'
import type { Bot } from '../bot.ts'
import { DemoError } from '../demo-error.ts'
import type { Stage } from '../stage.ts'
import type { Monitoring } from './monitoring.ts'
import type { Programs } from './programs.ts'
import type { Traffic } from './traffic.ts'

/** All that runs while the release serves. */
export interface World extends Stage {
  programs: Programs
  slack: EmulatedSlack
  bot: Pick<Bot, 'url' | 'pageFor'> & {
    /** Ends it without a word, at whatever it is, and starts it anew where it was. */
    kill(): Promise<void>
  }
  botLog: string[]
  /** Addresses. The token opens the collector and the page of `assay watch`. */
  collector: string
  watch: string
  token: string
  /** Undefined: the ring of the collector does, and `assay drift` tells of it. */
  monitoring: Monitoring | undefined
  traffic: Traffic
}

/** What `assay watch` knows now. */
export interface Watched {
  state: DriftVerdict['state']
  kind?: string
  lookedAt: string
  alarms: { kind: string; level: string; since: string; features: string[] }[]
  verdict: DriftVerdict
}

/** Asks again and again. @throws DemoError where it does not come to that in a few minutes */
export async function until<T>(what: string, fix: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + PATIENCE_MS; ; await sleep(250)) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new DemoError(`It did not come to this: ${what}.`, fix)
  }
}

/** Its address as a browser takes it, with the token as password. */
export function watchPage({ watch, token }: Pick<World, 'watch' | 'token'>): string {
  return watch.replace('//', `//demo:${token}@`)
}

/** An address that asks for the token, as a browser gives it. */
export async function get({ token }: Pick<World, 'token'>, address: string): Promise<string> {
  const asked = () => fetch(address, { headers: { authorization: `Bearer ${token}` } })
  // A connection that was kept may be closed just as it is used again.
  const answer = await asked().catch(asked)
  if (!answer.ok)
    throw new DemoError(`${address} answers ${answer.status}.`, 'Look at the logs beside the pages.')
  return answer.text()
}

// --- internal ---

/** Two looks, also on a machine that has much else to do. */
const PATIENCE_MS = 150_000
