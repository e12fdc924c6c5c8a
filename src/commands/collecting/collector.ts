import { randomInt } from 'node:crypto'
import { isAssayError } from '../../core/errors/errors.ts'
import { together } from '../../core/errors/together.ts'
import type { LabelTimes } from '../../core/traffic/counts/outcomes.ts'
import { countTraffic, type Traffic } from '../../core/traffic/counts/traffic.ts'
import { lockFiles } from '../../services/locks/lock-files.ts'
import { type Route, startServer, type WebServer } from '../../services/web/server.ts'
import type { Log } from '../command/context.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import { cannotListen, collectProblem, heldElsewhere } from './problems.ts'
import { asOption, checkEnvironment, keysIn, noLocks, tokensIn } from './readings.ts'
import { type RoutesOf, routesOfNetwork, routesWithToken } from './routes.ts'
import type { ServedSource } from './served.ts'
import { servedByDeploy } from './served-deploy.ts'
import { servedFolder } from './served-folder.ts'
import { workQueue } from './work-queue.ts'

export interface CollectSettings {
  /** Their folder. */
  profiles: string | undefined
  /** What serves, where the deploy repository is to say it in place of a folder. */
  readWatched?: () => Promise<Watched[]>
  tokens: string | undefined
  host: string
  port: number
  networkPort?: number
  environment?: string
  receiptKeys?: string | undefined
  labelTimes: LabelTimes
  /** Of canaries: milliseconds until a new weight is that of the traffic, and units of one model that are known at once. */
  canary: { settle: number; most: number }
  locks: string
}

export interface Collector {
  port: number
  networkPort?: number
  traffic: Traffic
  /** Reads again what lies in files. Happens by itself every fifteen seconds. */
  reread(): Promise<void>
  /** Takes no more events, counts what was taken, closes. */
  stop(): Promise<void>
}

/**
 * Starts to listen and to count.
 *
 * @throws AssayError where it cannot, or where another process counts one of the models
 */
export async function startCollector(
  settings: CollectSettings,
  { now, log }: { now: () => number; log: Pick<Log, 'info' | 'warn'> },
): Promise<Collector> {
  const { host, environment } = settings
  const once = saidOnce(log)
  const traffic = countTraffic({
    ...(environment !== undefined && { environment }),
    startedAt: now(),
    seed: randomInt(2 ** 31),
    labelTimes: settings.labelTimes,
    canary: settings.canary,
  })
  const { profiles, readWatched } = settings
  const folder = servedFolder(profiles ?? '', once)
  const source: ServedSource = readWatched
    ? servedByDeploy(readWatched, { environment, now, warn: once })
    : { read: () => asOption('profiles', profiles, () => folder.read()) }
  const locks = lockFiles(settings.locks, now)
  const queue = workQueue(error => once(`a fault of Assay in an event (${nameOf(error)}): it is not counted`))
  const withLocks = <T>(use: () => Promise<T>): Promise<T> =>
    use().catch(error => {
      throw noLocks(settings.locks, error)
    })
  let { tokens, keys, found } = await together(
    {
      found: source.read(),
      tokens: tokensIn(settings.tokens),
      keys: keysIn(settings.receiptKeys),
      environment: checkEnvironment(environment),
      locks: withLocks(locks.prepare),
    },
    errors => collectProblem(errors.flatMap(({ problems }) => problems)),
  )
  let isReady = true

  /** Which of them another process counts. */
  const claim = async (): Promise<Map<string, string>> => {
    const elsewhere = new Map<string, string>()
    const mine = new Set<string>()
    const { profiles, canaries } = found
    for (const model of new Set([...profiles, ...canaries].map(one => one.model))) {
      const holder = await locks.claim(model)
      if (holder === 'mine') mine.add(model)
      else elsewhere.set(model, holder)
    }
    const others = traffic.setProfiles(
      profiles.filter(({ model }) => mine.has(model)),
      now(),
    )
    for (const { model, release } of others) once(otherProfileWords(model, release))
    traffic.setCanaries(
      canaries.filter(({ model }) => mine.has(model)),
      now(),
    )
    // Another process may have been given what is gone from here.
    await locks.release(mine)
    return elsewhere
  }
  const reread = async () => {
    const lost = await orAsBefore('locks', [], () => withLocks(locks.renew))
    for (const model of lost) once(`${model} is counted by another process now`)
    found = await orAsBefore('profiles', found, source.read)
    const elsewhere = await orAsBefore('locks', NONE, () => withLocks(claim))
    for (const [model, holder] of elsewhere) once(heldElsewhere(model, holder).what)
    tokens = await orAsBefore('tokens', tokens, () => tokensIn(settings.tokens))
    keys = await orAsBefore('keys for receipts', keys, () => keysIn(settings.receiptKeys))
  }

  const orAsBefore = async <T>(what: string, before: T, read: () => Promise<T>): Promise<T> => {
    try {
      return await read()
    } catch (error) {
      if (!isAssayError(error)) throw error
      once(`the ${what} stay as they were: ${error.problems.map(problem => problem.what).join('; ')}`)
      return before
    }
  }

  const of: RoutesOf = {
    traffic,
    queue,
    scopeOf: header => tokens.scopeOf(header),
    environment: settings.environment,
    keys: () => keys,
    now,
    ready: () => isReady,
  }
  const onFault = (route: string, error: unknown) =>
    log.warn(`a fault of Assay at ${route} (${nameOf(error)})`)
  const listen = (routes: Route[], port: number, option: string): Promise<WebServer> =>
    startServer({ routes, host, port, onFault }).catch(error => {
      throw cannotListen(error, { host, port, option })
    })
  let network: WebServer | undefined
  let server: WebServer
  try {
    const elsewhere = await withLocks(claim)
    if (elsewhere.size > 0)
      throw collectProblem([...elsewhere].map(([model, holder]) => heldElsewhere(model, holder)))
    if (settings.networkPort !== undefined)
      network = await listen(routesOfNetwork(of), settings.networkPort, 'network-port')
    server = await listen(routesWithToken(of), settings.port, 'port')
  } catch (error) {
    await network?.close(0)
    await orAsBefore('locks', undefined, () => withLocks(locks.release))
    throw error
  }
  const timers = [
    setInterval(() => traffic.tick(now()), TICK_MS),
    setInterval(() => void reread().catch(error => once(`cannot read again: ${nameOf(error)}`)), REREAD_MS),
  ]
  return {
    port: server.port,
    ...(network && { networkPort: network.port }),
    traffic,
    reread,
    async stop() {
      isReady = false
      for (const timer of timers) clearInterval(timer)
      server.drain()
      network?.drain()
      await Promise.all([server.close(CLOSE_MS), network?.close(CLOSE_MS)])
      await queue.drained()
      await orAsBefore('locks', undefined, () => withLocks(locks.release))
    },
  }
}

// --- internal ---

/** Counts in two kinds of bins are no counts, and those of before would be lost without a word. */
function otherProfileWords(model: string, release: string): string {
  return `${model} ${release} has another profile now, and is counted in the bins of the one before: start this anew, or give the release a name of its own`
}

/** Half of what a lock is good for, and what a mount of a cluster takes anyhow. */
const REREAD_MS = 15_000
const TICK_MS = 10_000
const CLOSE_MS = 5000

const NONE: ReadonlyMap<string, string> = new Map()

/** What goes wrong in every round is said when it begins, and once more only after something else was. */
function saidOnce(log: Pick<Log, 'warn'>): (text: string) => void {
  const said = new Set<string>()
  return text => {
    if (said.has(text)) return
    if (said.size >= 1000) said.clear()
    said.add(text)
    log.warn(text)
  }
}

/** A fault by its name: its message may hold what was sent. */
function nameOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string }
  return code ?? name ?? typeof error
}
