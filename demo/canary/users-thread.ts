import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { mulberry32 } from '../../src/core/statistics/random.ts'
import { seasons } from '../live/flights.ts'
import { hastenDate } from './clock.ts'
import {
  type AskedOnce,
  type AskOnce,
  BOOKS,
  EACH_SECOND,
  type Seen,
  type ToUsers,
  type UsersOf,
} from './users.ts'

/** What `users.ts` starts. */

interface User {
  name: string
  cookie?: string
  /** By `x-assay-release` of the answers. */
  met: Set<string>
  /** Of these, what was met while the routes were the same. */
  meanwhile?: { routes: number; met: Set<string> }
}

interface Answer {
  /** Absent where there is no canary. */
  release: string | undefined
  late: boolean
}

/** Milliseconds until somebody comes back. */
const AGAIN = 700
const CONNECTIONS = 32
/** Where so many wait, the machine has much else to do, and nobody new comes. */
const MOST_UNANSWERED = 64
/** Of the flights and of who books. Whom somebody meets is drawn elsewhere. */
const SEED = 2001

const { port, repo, model, outcomes, began, routes } = workerData as UsersOf
hastenDate(began)
const { usual } = await seasons(repo)
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
const random = mulberry32(SEED)
const seen: Seen = { users: 0, requests: 0, failed: 0, metBoth: 0 }
const all: User[] = []
let booked: object[] = []
let unanswered = 0
let due = 0
let before = performance.now()

setInterval(() => {
  const now = performance.now()
  due = Math.min(due + ((now - before) / 1000) * EACH_SECOND, EACH_SECOND)
  before = now
  for (; due >= 1 && unanswered < MOST_UNANSWERED; due--) void live(newUser())
}, 20)
setInterval(() => void tell(), 100)
parentPort?.on('message', async (question: ToUsers) => {
  parentPort?.postMessage('ask' in question ? await askOnce(question.ask) : seen)
})

// --- internal ---

function newUser(): User {
  const user = { name: `user-${++seen.users}`, met: new Set<string>() }
  all.push(user)
  return user
}

/** Decides by the first answer, and comes back. */
async function live(user: User): Promise<void> {
  const first = await ask(user)
  if (first && random() * 100 < (first.late ? BOOKS.warned : BOOKS.unwarned))
    booked.push({ model, unit: user.name, outcome: 'booked', at: new Date().toISOString() })
  await sleep(AGAIN)
  await ask(user)
}

async function tell(): Promise<void> {
  const told = booked
  booked = []
  if (told.length === 0) return
  await fetch(outcomes.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${outcomes.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(told),
  }).catch(() => undefined)
}

async function askOnce({ release, pinned, all: most }: AskOnce): Promise<AskedOnce> {
  const known = all.filter(({ met }) => met.has(release)).slice(0, pinned)
  const users = [...known, ...Array.from({ length: most - known.length }, newUser)]
  const answers: Answer[] = []
  let next = 0
  const one = async () => {
    while (next < users.length) {
      const answer = await ask(users[next++]!)
      if (answer) answers.push(answer)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  return {
    answers: answers.length,
    pinned: known.length,
    byRelease: answers.filter(answer => answer.release === release).length,
  }
}

async function ask(user: User): Promise<Answer | undefined> {
  seen.requests++
  unanswered++
  const at = Atomics.load(routes, 0)
  const answer = await predicted(user).catch(() => undefined)
  unanswered--
  if (!answer) seen.failed++
  if (answer?.release !== undefined && at % 2 === 0 && at === Atomics.load(routes, 0)) {
    if (user.meanwhile?.routes !== at) user.meanwhile = { routes: at, met: new Set() }
    const { met } = user.meanwhile
    if (met.size === 1 && !met.has(answer.release)) seen.metBoth++
    met.add(answer.release)
  }
  return answer
}

function predicted(user: User): Promise<Answer> {
  const body = JSON.stringify(usual.next())
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-user': user.name,
    ...(user.cookie !== undefined && { cookie: user.cookie }),
  }
  const of = { agent, host: '127.0.0.1', port, method: 'POST', path: '/predict', headers, timeout: 10_000 }
  return new Promise((resolve, reject) => {
    const asked = request(of, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.once('error', reject)
      answer.once('end', () => {
        if (answer.statusCode !== 200) return reject(new Error(`status ${answer.statusCode}`))
        const [cookie] = answer.headers['set-cookie'] ?? []
        if (cookie !== undefined) user.cookie = cookie.split(';')[0]!
        const release = answer.headers['x-assay-release']
        if (typeof release === 'string') user.met.add(release)
        resolve({ release: typeof release === 'string' ? release : undefined, late: JSON.parse(text).late })
      })
    })
    asked.once('error', reject)
    asked.once('timeout', () => asked.destroy(new Error('no answer')))
    asked.end(body)
  })
}
