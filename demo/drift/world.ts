import type { EmulatedSlack } from '../../emulator/slack.ts'
import type { DriftVerdict } from '../../src/core/traffic/drift/verdict.ts'
import type { Bot } from '../bot.ts'
import type { Programs } from '../live/programs.ts'
import type { Stage } from '../stage.ts'
import type { Monitoring } from './monitoring.ts'
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

/** Its address as a browser takes it, with the token as password. */
export function watchPage({ watch, token }: Pick<World, 'watch' | 'token'>): string {
  return watch.replace('//', `//demo:${token}@`)
}
