import { readSettings } from '../../../bot/settings/settings.ts'
import { startBot } from '../../../bot/start.ts'
import { UNTIMED } from '../../support/faults.ts'
import { storyClock } from './clock.ts'

/** A bot of a story, in this process or in one of its own. */
export interface StoryBot {
  port: number
  /** Whether a look, a round or a short pause is under way. */
  isBusy(): Promise<boolean>
  /** It is that time: what waits for it goes on. */
  passTo(now: number): Promise<void>
  moveTo(now: number): Promise<void>
  /** All that it has written. */
  log(): string
  stop(): Promise<void>
  /** It is gone at once. */
  kill(): Promise<void>
}

export type StartStoryBot = (env: Record<string, string>, now: number) => Promise<StoryBot>

/** A bot in this process. */
export const startHere: StartStoryBot = async (env, now) => {
  const time = storyClock(now)
  let text = ''
  const bot = await startBot({
    settings: readSettings(env),
    env,
    write(line) {
      text += line
    },
    clock: time.clock,
    safety: UNTIMED,
  })
  return {
    port: bot.port,
    async isBusy() {
      const { waiting, running } = bot.counts()
      return waiting + running + bot.rounds() + time.short() > 0
    },
    passTo: async to => time.passTo(to),
    moveTo: async to => time.moveTo(to),
    log: () => text,
    async stop() {
      await bot.stop()
      time.stop()
    },
    async kill() {
      time.stop()
      await bot.stop()
    },
  }
}
