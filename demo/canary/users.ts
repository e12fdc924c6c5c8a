import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { DemoError } from '../demo-error.ts'
import type { ModelRepo } from '../model-repo.ts'

/**
 * People who look for a flight, are warned of a delay or not, and book it or not. Whether somebody is warned is what the server
 * answers; how likely it is that one who is warned books is made up. They live in a thread of their own: a forge, a cluster and a
 * crowd in one would wait for each other.
 */
export interface Users {
  seen(): Promise<Seen>
  /** Asks so many times more: those who have met a release, up to a number, and new ones. */
  ask(once: AskOnce): Promise<AskedOnce>
  stop(): Promise<void>
}

export interface AskOnce {
  release: string
  pinned: number
  all: number
}

export interface AskedOnce {
  answers: number
  /** By users who had met the release. */
  pinned: number
  /** Of the answers, those by the release. */
  byRelease: number
}

export interface Seen {
  users: number
  requests: number
  /** Requests that got no answer. */
  failed: number
  /** Users who met both releases while the routes were the same, by `x-assay-release`. */
  metBoth: number
}

export interface UsersOf {
  port: number
  repo: ModelRepo
  model: string
  /** Where bookings are told. */
  outcomes: { url: string; token: string }
  /** When the clock of the demo began. */
  began: number
  /** One number: another for other routes, and odd while they change. */
  routes: Int32Array
}

/** Of a hundred of them, how many book who are warned of a delay, and who are not. */
export const BOOKS = { warned: 10, unwarned: 40 }
/** New ones each second. */
export const EACH_SECOND = 600

export type ToUsers = { seen: true } | { ask: AskOnce }

export function startUsers(of: UsersOf): Users {
  const thread = new Worker(new URL('users-thread.ts', import.meta.url), { workerData: of })
  // One question at a time.
  let last: Promise<unknown> = Promise.resolve()
  const ask = <T>(question: ToUsers): Promise<T> => {
    const answered = last.then(async () => {
      thread.postMessage(question)
      const [answer] = await once(thread, 'message')
      return answer as T
    })
    last = answered.catch(() => undefined)
    return answered.catch(cause => {
      throw new DemoError('The users are gone.', 'What ended them is above.', { cause })
    })
  }
  return {
    seen: () => ask<Seen>({ seen: true }),
    ask: one => ask<AskedOnce>({ ask: one }),
    async stop() {
      await thread.terminate()
    },
  }
}
