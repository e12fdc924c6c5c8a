import { byPriority, type Priority } from '../src/commands/bot/look.ts'

/** What a queue is told of a call. */
interface Call {
  write: boolean
  notifies: boolean
}

interface QueueClock {
  now: () => number
  wait: (milliseconds: number) => Promise<unknown>
}

/**
 * The writes of one account, one after the other as its forge wants them: five at once, then one a second, and one every three
 * seconds of those that write e-mails. Whoever has the higher priority goes first.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export function writeQueue(clock: QueueClock): (call: Call, priority: Priority) => Promise<void> {
  const write = turns({ gap: 1000, burst: 5, ...clock })
  const notify = turns({ gap: 3000, burst: 1, ...clock })
  return async (call, priority) => {
    if (call.notifies) await notify(priority)
    if (call.write) await write(priority)
  }
}

// --- internal ---

function turns({ gap, burst, now, wait }: QueueClock & { gap: number; burst: number }) {
  const waiting = byPriority<() => void>()
  let due = 0
  let serving = false

  async function serve(): Promise<void> {
    serving = true
    for (let list = first(); list; list = first()) {
      const pause = Math.max(due, now()) + gap - now() - burst * gap
      // Who is first is looked at after it: somebody more urgent may have come.
      if (pause > 0) {
        await wait(pause)
        list = first()!
      }
      due = Math.max(due, now()) + gap
      list.shift()!()
    }
    serving = false
  }

  const first = () => Object.values(waiting).find(list => list.length > 0)

  return (priority: Priority) =>
    new Promise<void>(resolve => {
      waiting[priority].push(resolve)
      if (!serving) void serve()
    })
}
