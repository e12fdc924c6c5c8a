import { describe, expect, it } from 'vitest'
import { workQueue } from '../../../src/commands/collecting/work-queue.ts'
import type { Turns } from '../../../src/core/traffic/events/event.ts'

const MIB = 2 ** 20

function* steps(count: number, done: () => void): Turns {
  for (let step = 0; step < count; step++) yield
  done()
}

describe('what waits to be read', () => {
  it('is read in turns between its senders, and one has no more room than a quarter', async () => {
    const queue = workQueue(() => {})
    const order: string[] = []
    const add = (of: string, bytes: number, name = of) =>
      queue.add(of, bytes, () => steps(3, () => order.push(name)))

    expect(add('churn', 15 * MIB, 'churn 1')).toBe(true)
    expect(add('churn', 1000, 'churn 2')).toBe(true)
    expect(add('churn', 1000, 'churn 3')).toBe(true)
    expect(add('churn', MIB)).toBe(false)
    expect(add('fraud', 1000)).toBe(true)
    await queue.drained()

    expect(order).toEqual(['churn 1', 'fraud', 'churn 2', 'churn 3'])
    expect(add('churn', 15 * MIB)).toBe(true)
    await queue.drained()
  })

  it('leaves turns to others inside of one piece of work', async () => {
    const queue = workQueue(() => {})
    let others = 0
    const other = setInterval(() => others++, 1)
    let isDone = false
    function* long(): Turns {
      // Until others have had their turns: without them it never ends.
      while (others < 5) yield
      isDone = true
    }

    queue.add('churn', 1, long)
    await queue.drained()
    clearInterval(other)

    expect(isDone).toBe(true)
  })

  it('goes on after a fault in the middle of a piece', async () => {
    const faults: unknown[] = []
    const queue = workQueue(error => faults.push(error))
    const done: string[] = []
    function* fails(): Turns {
      yield
      throw new Error('a fault')
    }

    queue.add('churn', 1, fails)
    queue.add('churn', 1, () => steps(0, () => done.push('churn')))
    await queue.drained()

    expect(faults).toHaveLength(1)
    expect(done).toEqual(['churn'])
  })
})
