import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { bodyBudget, readBody } from '../../../src/services/web/body.ts'

const MEGABYTE = 1024 * 1024
const CAP = 25 * MEGABYTE

/** A body that comes in pieces, when the test says so. */
function body(budget = bodyBudget(CAP)) {
  const stream = new PassThrough({ highWaterMark: 2 * CAP })
  const request = Object.assign(stream, { headers: {} }) as unknown as IncomingMessage
  const state: { is: 'open' | number } = { is: 'open' }
  readBody(request, CAP, budget, read => {
    state.is = 'body' in read ? read.body.length : -read.status
  })
  const turn = () => new Promise(resolve => setImmediate(resolve))
  return {
    async send(bytes: number) {
      stream.write(Buffer.alloc(bytes))
      await turn()
      return state.is
    },
    async end() {
      stream.end()
      await turn()
      await turn()
      return state.is
    },
    now: () => state.is,
  }
}

describe('bodies that nobody vouches for yet', () => {
  it('takes the next one, large or small, while others stall', async () => {
    const budget = bodyBudget(CAP)
    const stalled = [body(budget), body(budget)]
    for (const one of stalled) await one.send(16 * MEGABYTE)
    const small = body(budget)
    await small.send(20_000)
    const large = body(budget)
    await large.send(14 * MEGABYTE)

    expect(await small.end()).toBe(20_000)
    expect(await large.end()).toBe(14 * MEGABYTE)
    expect(stalled.map(one => one.now())).toEqual([-503, 'open'])
  })

  it('gives up no small one for any number of large ones, and forgets what was given up', async () => {
    const budget = bodyBudget(CAP)
    const small = body(budget)
    await small.send(100_000)
    const large = Array.from({ length: 6 }, () => body(budget))
    for (const one of large) await one.send(16 * MEGABYTE)

    expect(await small.send(100_000)).toBe('open')
    expect(await small.end()).toBe(200_000)
    expect(large.map(one => one.now())).toEqual([-503, -503, -503, -503, 'open', 'open'])
    for (const one of large.slice(-2)) expect(await one.end()).toBe(16 * MEGABYTE)
    expect([budget.small, budget.large].map(({ held, unfinished }) => [held, unfinished.size])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it('holds no more small ones than have room, and gives up those that took longest', async () => {
    const budget = bodyBudget(CAP)
    const many = Array.from({ length: 50 }, () => body(budget))
    for (const one of many) await one.send(256 * 1024)

    expect(many.map(one => one.now()).lastIndexOf(-503)).toBe(17)
    expect(budget.small.held).toBe(8 * MEGABYTE)
    expect(await body(budget).end()).toBe(0)
  })
})
