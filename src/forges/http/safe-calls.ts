import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, describeFailure, type Failure, judgeAnswer, judgeError } from './answers.ts'

export interface Safety {
  /** Milliseconds one request may take, headers and body. Default 10 s. */
  deadline?: number
  /** Milliseconds before each repeat; its length is the number of repeats. Default 1, 2, 4 s. */
  backoff?: readonly number[]
  /** Milliseconds one call may wait in all, default 2 min. A rate limit that lasts longer is an error that says until when. */
  longestWait?: number
  /** Milliseconds since the epoch. */
  now?: () => number
  wait?: (milliseconds: number) => Promise<unknown>
  /** Lets a call wait for its turn, in place of the usual pauses between writes: whoever makes many clients for one account. */
  pace?: (call: Call) => Promise<unknown>
  /** What ends a request that takes longer than its deadline. */
  expires?: (deadline: number, call: Call) => AbortSignal
}

export interface Call {
  /** `POST /repos/octo/model/issues/7/comments`, for errors. */
  name: string
  host: string
  /** Changes something, so it is paced. */
  write: boolean
  /** Twice is as once. */
  repeatable: boolean
  /** Writes e-mails to people; forges limit these more strictly than other writes. */
  notifies: boolean
  /** What it is made with, where one client makes calls with several tokens one after the other. */
  token?: string
  /** The token is an app's: not every server knows it in the first seconds after it was made. */
  ofApp?: boolean
}

type Judge<T> = (answer: T, timedOut: boolean) => Failure | undefined
type SafeCaller = <T extends Answer>(
  call: Call,
  send: (signal: AbortSignal) => T | Promise<T>,
  judge?: Judge<T>,
) => Promise<T>

/**
 * What every client of a forge promises: a call ends in time, as a believable answer or as an `AssayError` that names it.
 *
 * Repeated are idempotent calls after a 5xx, a lost connection, a timeout or an answer that is none; and any call after a rate
 * limit, because with that the forge says that it did nothing. A creation that may have happened never is.
 */
export function safeCalls(safety: Safety = {}): SafeCaller {
  const { deadline = 10_000, backoff = [1000, 2000, 4000], longestWait = 120_000 } = safety
  const { now = Date.now, wait = sleep, expires = AbortSignal.timeout } = safety
  /** The tokens that a server has taken. */
  const taken = new Set<string>()
  const pace = safety.pace ?? ownPace({ now, wait })

  return async (call, send, judge = judgeAnswer) => {
    const { token = '', ofApp = false } = call
    await pace(call)
    for (let repeat = 0, waited = 0; ; repeat++) {
      const signal = expires(deadline, call)
      const { response, failure } = await tryOnce(() => send(signal), judge, signal, now)
      if (!failure || (failure.kind === 'refused' && failure.status !== 401)) taken.add(token)
      const known = taken.has(token)
      if (!failure) return response

      const isNew = ofApp && !known && failure.status === 401
      const pause = isNew ? NEW_TOKEN[repeat] : pauseBefore(failure, call.repeatable, backoff[repeat])
      if (pause === undefined || waited + pause > longestWait)
        throw describeFailure(failure, { call: call.name, host: call.host, deadline, known })
      waited += pause
      await wait(pause)
    }
  }
}

// --- internal ---

/** Milliseconds before each repeat with a token that no server has taken yet: 5 s in all, as GitHub's own client waits. */
const NEW_TOKEN = [500, 1000, 1500, 2000]

type Attempt<T> = { response: T; failure?: undefined } | { response?: undefined; failure: Failure }

async function tryOnce<T>(
  send: () => T | Promise<T>,
  judge: Judge<T>,
  signal: AbortSignal,
  now: () => number,
): Promise<Attempt<T>> {
  try {
    const response = await send()
    const failure = judge(response, signal.aborted)
    return failure ? { failure } : { response }
  } catch (error) {
    return { failure: judgeError(error, signal.aborted, now()) }
  }
}

/** Milliseconds to wait before the call is repeated, undefined where it must not be. */
function pauseBefore(failure: Failure, repeatable: boolean, backoff: number | undefined): number | undefined {
  if (backoff === undefined) return undefined
  if (failure.kind === 'limited') return Math.max(failure.pause, backoff)
  return failure.passing && repeatable ? backoff : undefined
}

function ownPace(clock: Required<Pick<Safety, 'now' | 'wait'>>): (call: Call) => Promise<void> {
  const paceWrite = pacer({ gap: 1000, burst: 5, ...clock })
  const paceNotification = pacer({ gap: 3000, burst: 1, ...clock })
  return async ({ write, notifies }) => {
    if (write) await paceWrite()
    if (notifies) await paceNotification()
  }
}

/** Lets `burst` calls through at once, then one every `gap` milliseconds. */
function pacer({
  gap,
  burst,
  now,
  wait,
}: Required<Pick<Safety, 'now' | 'wait'>> & { gap: number; burst: number }) {
  let due = 0
  return async () => {
    due = Math.max(due, now()) + gap
    const pause = due - now() - burst * gap
    if (pause > 0) await wait(pause)
  }
}
