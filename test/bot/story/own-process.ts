import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Order } from './bot-process.ts'
import type { StartStoryBot, StoryBot } from './bots.ts'

export interface BotProcess extends StoryBot {
  /** `host:port` of everything that it has connected to. */
  places(): Promise<string[]>
  metricsPort(): Promise<number | undefined>
}

/** A bot in a process of its own, which SIGKILL ends. */
export const startProcess = (async (env, now): Promise<BotProcess> => {
  const child = fork(new URL('bot-process.ts', import.meta.url), {
    env: { PATH: process.env.PATH!, ...env, STORY_NOW: `${now}` },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let text = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', piece => {
      text += piece
    })
  const ended = once(child, 'close')
  const waiting = new Map<number, (value: unknown) => void>()
  child.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  })
  const answered = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, resolve)
      void ended.then(() => reject(new Error(`the bot has ended:\n${text}`)))
    })
  let last = 0
  let isDead = false
  const ask = async (order: Order['order'], at = 0) => {
    if (isDead || !child.connected) return undefined
    const id = ++last
    child.send({ id, now: at, order })
    return answered(id).catch(() => undefined)
  }
  const port = (await answered(0)) as number
  return {
    port,
    isBusy: async () => (await ask('isBusy')) === true,
    passTo: async to => void (await ask('passTo', to)),
    moveTo: async to => void (await ask('moveTo', to)),
    places: async () => ((await ask('places')) ?? []) as string[],
    metricsPort: async () => (await ask('metricsPort')) as number | undefined,
    log: () => text,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
    async kill() {
      isDead = true
      child.kill('SIGKILL')
      await ended
    },
  }
}) satisfies StartStoryBot
