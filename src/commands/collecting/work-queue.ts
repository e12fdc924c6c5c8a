import type { Turns } from '../../core/traffic/events/event.ts'

/** Bodies that have been answered and wait to be read, one at a time, and whose turn it is in turn. */
export interface WorkQueue {
  /**
   * False where there is no more room. `of` is whose they are: none takes all the room.
   *
   * @param size in bytes, what it becomes, not what it is packed to
   * @param work what is left to be done by turns, where that is something
   */
  add(of: string, size: number, work: () => Turns | undefined): boolean
  /** Resolves when nothing waits. */
  drained(): Promise<void>
}

/** What waits at once, in bytes, altogether and of one sender. */
const MOST = 64 * 1024 * 1024
const MOST_OF_ONE = MOST / 4
/** Bytes that one takes, however small it is. */
const EACH = 512
/** Milliseconds of work between two looks at the sockets. */
const TURN = 10
/**
 * Milliseconds for which bodies gather before they are read: many in a row cost less than each alone, whose code and tables have left
 * the caches of the processor. Nobody waits for it; what fills more than `SOON` bytes is read at once.
 */
const GATHER = 100
const SOON = 1024 * 1024

/** @param onFault what work threw: it is a fault of ours, and ends no other work */
export function workQueue(onFault: (error: unknown) => void): WorkQueue {
  const waiting = new Map<string, Owner>()
  let total = 0
  let running: Turns | undefined
  let state: 'idle' | 'gathering' | 'running' = 'idle'
  let gathering: NodeJS.Timeout | undefined
  let tell: (() => void)[] = []

  /** Of the one who has waited longest; who has more waits behind all others. */
  const next = (): Turns | undefined => {
    for (const [of, owner] of waiting) {
      const { bytes, work } = owner.works.shift()!
      total -= bytes
      owner.held -= bytes
      if (owner.works.length === 0) waiting.delete(of)
      else if (waiting.size > 1) {
        waiting.delete(of)
        waiting.set(of, owner)
      }
      return work()
    }
    return undefined
  }
  const run = () => {
    state = 'running'
    const until = performance.now() + TURN
    do {
      try {
        running ??= next()
        if (running?.next().done) running = undefined
      } catch (error) {
        running = undefined
        onFault(error)
      }
    } while ((running || waiting.size > 0) && performance.now() < until)
    if (running || waiting.size > 0) return void setImmediate(run)
    state = 'idle'
    for (const call of tell) call()
    tell = []
  }
  return {
    add(of, size, work) {
      const bytes = size + EACH
      let owner = waiting.get(of)
      if (total + bytes > MOST || (owner?.held ?? 0) + bytes > MOST_OF_ONE) return false
      if (!owner) {
        owner = { works: [], held: 0 }
        waiting.set(of, owner)
      }
      total += bytes
      owner.held += bytes
      owner.works.push({ bytes, work })
      if (state === 'idle') {
        state = 'gathering'
        gathering = setTimeout(run, GATHER)
      }
      if (state === 'gathering' && total > SOON) {
        clearTimeout(gathering)
        state = 'running'
        setImmediate(run)
      }
      return true
    },
    drained: () => new Promise(resolve => (state === 'idle' ? resolve() : tell.push(resolve))),
  }
}

// --- internal ---

interface Owner {
  works: { bytes: number; work: () => Turns | undefined }[]
  held: number
}
