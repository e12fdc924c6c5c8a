import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { readSettings } from '../../../bot/settings/settings.ts'
import { startBot } from '../../../bot/start.ts'
import { UNTIMED } from '../../support/faults.ts'
import { storyClock } from './clock.ts'

/** A bot as a process of its own, whose clock the story moves: what `bot/main.ts` does, and answers to its parent. */

export type Order = {
  id: number
  now: number
  order: 'isBusy' | 'passTo' | 'moveTo' | 'places' | 'metricsPort'
}

/** `host:port` of everything that was connected to. */
const places = new Set<string>()
subscribe('net.client.socket', message => {
  const { socket } = message as { socket: Socket }
  socket.once('connect', () => places.add(`${socket.remoteAddress}:${socket.remotePort}`))
})

const time = storyClock(Number(process.env.STORY_NOW))
const bot = await startBot({
  settings: readSettings(process.env),
  env: process.env,
  write: line => void process.stdout.write(line),
  clock: time.clock,
  safety: UNTIMED,
})
process.on('message', ({ id, now, order }: Order) => {
  const { waiting, running } = bot.counts()
  if (order === 'passTo') time.passTo(now)
  if (order === 'moveTo') time.moveTo(now)
  const isBusy = waiting + running + bot.rounds() + time.short() > 0
  const values = { places: [...places], metricsPort: bot.metricsPort } as Record<Order['order'], unknown>
  process.send!({ id, value: values[order] ?? isBusy })
})
process.once('SIGTERM', () => void bot.stop().then(() => process.exit(0)))
process.once('disconnect', () => process.exit(0))
process.send!({ id: 0, value: bot.port })
