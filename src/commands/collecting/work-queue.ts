/** Bodies that have been answered and wait to be read. */
export interface WorkQueue {
  /** False where there is no more room. `of` is whose they are: none takes all the room. */
  add(of: string, bytes: number, work: () => void): boolean
  /** Resolves when nothing waits. */
  drained(): Promise<void>
}

/** What waits at once, in bytes, altogether and of one sender. */
const MOST = 64 * 1024 * 1024
const MOST_OF_ONE = MOST / 4
/** Milliseconds of work between two looks at the sockets. */
const TURN = 10
/**
 * Milliseconds for which bodies gather before they are read: many in a row cost less than each alone, whose code and tables have left
 * the caches of the processor. Nobody waits for it; what fills more than `SOON` bytes is read at once.
 */
const GATHER = 20
const SOON = 1024 * 1024

/** @param onFault what work threw: it is a fault of ours, and ends no other work */
export function workQueue(onFault: (error: unknown) => void): WorkQueue {
  let waiting: { of: string; bytes: number; work: () => void }[] = []
  const held = new Map<string, number>()
  let total = 0
  let state: 'idle' | 'gathering' | 'running' = 'idle'
  let gathering: NodeJS.Timeout | undefined
  let tell: (() => void)[] = []

  const run = () => {
    state = 'running'
    const until = performance.now() + TURN
    let done = 0
    while (done < waiting.length && performance.now() < until) {
      const { of, bytes, work } = waiting[done++]!
      total -= bytes
      const left = held.get(of)! - bytes
      if (left > 0) held.set(of, left)
      else held.delete(of)
      try {
        work()
      } catch (error) {
        onFault(error)
      }
    }
    waiting = waiting.slice(done)
    if (waiting.length > 0) return void setImmediate(run)
    state = 'idle'
    for (const call of tell) call()
    tell = []
  }
  return {
    add(of, bytes, work) {
      const mine = (held.get(of) ?? 0) + bytes
      if (total + bytes > MOST || mine > MOST_OF_ONE) return false
      total += bytes
      held.set(of, mine)
      waiting.push({ of, bytes, work })
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
