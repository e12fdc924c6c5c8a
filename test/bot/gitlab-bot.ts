import { afterAll, beforeAll } from 'vitest'
import { readSettings } from '../../bot/settings/settings.ts'
import { type Bot, startBot } from '../../bot/start.ts'
import { UNTIMED } from '../support/faults.ts'
import { type GitlabServer, TOKEN } from '../support/gitlab.ts'
import { handClock, settled } from './clock.ts'
import { hook, SIGNING_TOKEN } from './gitlab-hooks.ts'

/** A bot of a GitLab double, whose time a test moves by hand. */
export interface GitlabBot {
  bot: Bot
  clock: ReturnType<typeof handClock>
  log(): string
  at(path: string): string
  /** What is waited for after something was sent: so many milliseconds pass, and nothing is under way any more. */
  pass(milliseconds: number): Promise<void>
  /** A hook that is signed, and what comes of it. @returns the status of the answer */
  tell(payload: unknown): Promise<number>
}

const ROUND_MS = 300_000

/** Environment of a bot that serves a GitLab. */
export const gitlabEnv = (gitlab: GitlabServer): Record<string, string> => ({
  ASSAY_BOT_GITLAB_URL: gitlab.url.replace('/api/v4', ''),
  ASSAY_BOT_GITLAB_TOKEN: TOKEN.bot,
  ASSAY_BOT_GITLAB_SIGNING_TOKEN: SIGNING_TOKEN,
  HOST: '127.0.0.1',
  PORT: '0',
})

/** Starts one when what `before` makes is there, and ends it with the file. @param before also more of its environment */
export function useGitlabBot(
  gitlab: GitlabServer,
  before: () => Promise<Record<string, string>> = async () => ({}),
): GitlabBot {
  const clock = handClock()
  let log = ''
  const scene = { clock, log: () => log } as GitlabBot
  beforeAll(async () => {
    const more = await before()
    const bot = await startBot({
      settings: readSettings({ ...gitlabEnv(gitlab), ...more }),
      env: {},
      write: line => {
        log += line
      },
      clock,
      safety: UNTIMED,
    })
    const at = (path: string) => `http://127.0.0.1:${bot.port}${path}`
    /** What is under way ends by answers and not by time; what waits begins within a moment. */
    const drain = async () => {
      for (;;) {
        const { running, waiting } = bot.counts()
        if (running + bot.rounds() > 0) await settled()
        else if (waiting > 0) await clock.pass(500)
        else return
      }
    }
    const pass = async (milliseconds: number) => {
      for (let left = milliseconds; left > 0; left -= ROUND_MS) {
        await clock.pass(Math.min(left, ROUND_MS))
        await drain()
      }
    }
    Object.assign(scene, {
      bot,
      at,
      pass,
      async tell(payload) {
        const { headers, body } = hook(payload, clock.now())
        const sent = { method: 'POST', headers, body: new Uint8Array(body) }
        const { status } = await fetch(at('/hooks/gitlab'), sent)
        await pass(6000)
        return status
      },
    } satisfies Partial<GitlabBot>)
  })
  afterAll(() => scene.bot?.stop())
  return scene
}
