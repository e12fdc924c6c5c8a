import { setTimeout as sleep } from 'node:timers/promises'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import type { Liveness } from '../../../core/promotion/live/liveness.ts'
import type { Log } from '../../command/context.ts'

export interface AwaitOptions {
  /** For people: `churn in staging`. */
  what: string
  timeoutMs: number
  /** Ask once and leave it at that. */
  noWait?: boolean
  /** Milliseconds for which a release must be degraded without a break before it is given up. Default 3 min. */
  patienceMs?: number
  /** Milliseconds since the epoch. */
  now: () => number
  wait?: (milliseconds: number) => Promise<unknown>
  log: Pick<Log, 'info' | 'live'>
  signal?: AbortSignal
}

export interface AwaitedLiveness extends Liveness {
  /** Why it ended: `asked_once`, the release is `live`, waiting is of no use (`stuck`, `degraded`), or time is up. */
  ended: 'asked_once' | 'live' | 'stuck' | 'degraded' | 'timeout'
}

/**
 * Asks until a release is live, as long as waiting can help and time is left: after 2 s at first, then less and less often,
 * every 15 s at last. One line for each change, one that moves on a terminal.
 *
 * What looks final must look so twice: Argo CD's answers are a moment apart from each other. `degraded` is given some time,
 * because pods that start badly once or twice are nothing rare. An application that is not there may still be created; an
 * Argo CD that was there and does not answer may come back.
 *
 * @param ask told to refresh when what it said before was old, at most every 30 s
 * @throws AssayError of `ask` where the last answer was none; the reason of the signal when it is aborted
 */
export async function awaitLive(
  ask: (how: { refresh: boolean }) => Promise<Liveness>,
  options: AwaitOptions,
): Promise<AwaitedLiveness> {
  const { what, timeoutMs, noWait = false, patienceMs = 180_000, now, log, signal } = options
  const wait = options.wait ?? (milliseconds => sleep(milliseconds, undefined, { signal }))
  const start = now()
  let last: { words: string; since: number; stuck: boolean } | undefined
  let degradedSince: number | undefined
  let refreshedAt = Number.NEGATIVE_INFINITY
  let refresh = false
  let pause = SHORTEST

  for (;;) {
    signal?.throwIfAborted()
    const answer = await answerOf(ask, refresh, noWait || last === undefined)
    const liveness = 'error' in answer ? undefined : answer
    if ('error' in answer && noWait) throw answer.error
    if (liveness && noWait) return { ...liveness, ended: 'asked_once' }
    if (liveness?.state === 'live') {
      log.info(`${what}: live${since(start, now())}`)
      return { ...liveness, ended: 'live' }
    }
    const words = 'error' in answer ? answer.words : wordsOf(answer)
    const isNew = words !== last?.words
    if (isNew) log.info(`${what}: ${words}`)
    pause = isNew ? SHORTEST : Math.min(pause * 1.5, LONGEST)

    const isStuck = liveness?.stuck === true
    degradedSince = liveness?.state === 'degraded' ? (degradedSince ?? now()) : undefined
    if (liveness && isStuck && last?.stuck) return { ...liveness, ended: 'stuck' }
    if (liveness && degradedSince !== undefined && now() - degradedSince >= patienceMs)
      return { ...liveness, ended: 'degraded' }
    const left = start + timeoutMs - now()
    if (left <= 0) {
      if ('error' in answer) throw answer.error
      return { ...answer, ended: 'timeout' }
    }
    last = { words, since: isNew ? now() : last!.since, stuck: isStuck }
    log.live(`${what}: ${words}${since(last.since, now())}, ${duration(left)} left`)
    await wait(Math.min(pause, left))
    refresh = liveness?.refresh === true && now() - refreshedAt >= REFRESH_GAP
    if (refresh) refreshedAt = now()
  }
}

// --- internal ---

/** Milliseconds. */
const SHORTEST = 2000
const LONGEST = 15_000
const REFRESH_GAP = 30_000

async function answerOf(
  ask: (how: { refresh: boolean }) => Promise<Liveness>,
  refresh: boolean,
  isFirst: boolean,
): Promise<Liveness | { error: AssayError; words: string }> {
  try {
    return await ask({ refresh })
  } catch (error) {
    if (!isAssayError(error)) throw error
    // An application may be still to be created; a server that answered before may do so again.
    const isToCome = isAssayError(error, 'ARGOCD_NOT_FOUND') || (!isFirst && isPassing(error))
    if (!isToCome) throw error
    const words = [error.problems[0]?.what, error.problems[0]?.fix].filter(part => part).join('. ')
    return { error, words: `no answer yet: ${words}` }
  }
}

function wordsOf({ state, reasons }: Liveness): string {
  return [state, ...(reasons.length > 0 ? [reasons.join('; ')] : [])].join(': ')
}

function since(from: number, to: number): string {
  return to - from < 1000 ? '' : `, after ${duration(to - from)}`
}

/** `45 s`, `2 min 5 s` */
function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
