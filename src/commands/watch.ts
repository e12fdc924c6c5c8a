import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AssayError, isAssayError } from '../core/errors/errors.ts'
import { together } from '../core/errors/together.ts'
import { canaryRow } from '../core/page/canary/canary-page.ts'
import { startServer } from '../services/web/server.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import { unknownEnvironment, unknownModel } from './command/unknown-name.ts'
import { type KnownProfiles, readWatched, type Watched } from './deploy/ledger/watched.ts'
import { type Sources, sourcesOf } from './drift/sources.ts'
import { scopeOf } from './watching/admission.ts'
import type { WATCH_OPTIONS } from './watching/options.ts'
import { watchProblem } from './watching/problems.ts'
import { watchRoutes } from './watching/routes.ts'
import { keptTokens } from './watching/tokens.ts'
import { watcherOf } from './watching/watcher.ts'

type Options = OptionValues<typeof WATCH_OPTIONS>

/** Looks at live traffic every minute until it is told to stop, and writes nowhere. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { folder, now, log, signal, version } = context
  const { host, port, 'proxy-header': proxyHeader } = options
  const startedAt = now()
  const job = { collector: options.collector, prometheus: options.prometheus }
  const asked = new Map<string, Sources>()
  const profiles: KnownProfiles = new Map()
  let isKnown = false
  const watcher = watcherOf({
    async readWatched() {
      const asked = isKnown ? options : { ...options, model: undefined }
      const all = await readWatched(context, asked, profiles, true)
      if (!isKnown) requireServing(all, options)
      isKnown = true
      return all.filter(one => isAsked(one, options))
    },
    sources({ drift: { collector, prometheus } = {} }) {
      const key = JSON.stringify([collector, prometheus])
      const known = asked.get(key) ?? sourcesOf(context, { job, file: { collector, prometheus } })
      if (known) asked.set(key, known)
      return known
    },
    now,
    log,
    signal,
  })
  const file = options.tokens === undefined ? undefined : resolve(folder, options.tokens)
  const { tokens } = await together({
    tokens: keptTokens({ file, proxyHeader, warn: log.warn }),
    first: watcher.look(),
  })
  const streams = new Set<(ids: string) => void>()
  const tell = (ids: string) => {
    for (const call of streams) call(ids)
  }
  let isReady = true
  const server = await startServer({
    routes: watchRoutes({
      watcher,
      scopeOf: head => scopeOf(head, { tokens: tokens.good(), proxyHeader: proxyHeader?.toLowerCase() }),
      onChange(call) {
        streams.add(call)
        return () => streams.delete(call)
      },
      startedAt,
      now,
      ready: () => isReady,
      version,
    }),
    host,
    port,
    onFault: (route, error) => log.warn(`a fault of Assay at ${route} (${(error as Error).name})`),
  }).catch(error => {
    throw cannotListen(error, host, port)
  })
  log.info(
    `listens on ${host}:${server.port}, releases it looks at: ${watcher.all().length}; alarms of before are not known`,
  )
  const round = async () => {
    await tokens.reread()
    await watcher.look()
  }
  const again = async (every: number, act: () => Promise<void>) => {
    while (!signal.aborted) {
      // That it is ended meanwhile is looked at below.
      await sleep(every, undefined, { signal }).catch(() => {})
      if (signal.aborted) break
      await act().catch(error => signal.aborted || log.warn(`as before: ${wordsOf(error)}`))
    }
  }
  await Promise.all([
    again(ROUND_MS, async () => {
      await round().finally(() => tell('*'))
    }),
    // Between the rounds, for whoever has the page of a canary before them.
    again(GLANCE_MS, async () => {
      const others = await watcher.glance()
      if (others.length > 0) tell(others.map(canaryRow).join(' '))
    }),
  ])
  isReady = false
  server.drain()
  await server.close(CLOSE_MS)
  const states = watcher
    .all()
    .map(({ model, environment: place, verdict }) => ({ model, environment: place, state: verdict.state }))
  const lines = states.map(one => `${one.model} in ${one.environment}: ${one.state}`)
  return { exitCode: 0, text: ['Stopped. At the last look:', ...lines].join('\n'), json: { states } }
}

// --- internal ---

const ROUND_MS = 60_000
const GLANCE_MS = 2000
const CLOSE_MS = 5000

type Place = Pick<Watched, 'model' | 'environment'>

function isAsked(one: Place, { model, environment }: Pick<Options, 'model' | 'environment'>): boolean {
  return (
    (model === undefined || one.model === model) &&
    (environment === undefined || one.environment === environment)
  )
}

/** A name that is mistyped would be looked at by nobody, and nothing would say so. Where nothing serves yet, any may be to come. */
function requireServing(all: readonly Place[], options: Options): void {
  const { model, environment } = options
  if (all.length === 0 || all.some(one => isAsked(one, options))) return
  const names = (of: 'model' | 'environment', some: readonly Place[]) => [
    ...new Set(some.map(one => one[of])),
  ]
  const own = all.filter(one => isAsked(one, { model, environment: undefined }))
  if (own.length === 0) throw unknownModel(model!, names('model', all))
  throw unknownEnvironment(environment!, names('environment', own))
}

/** Of a fault of ours, its name: its message may hold anything. */
function wordsOf(error: unknown): string {
  if (isAssayError(error)) return error.problems.map(({ what }) => what).join('; ')
  return `a fault of Assay (${(error as { name?: string }).name ?? typeof error})`
}

function cannotListen(error: unknown, host: string, port: number): AssayError {
  const { code = 'no reason' } = error as NodeJS.ErrnoException
  return watchProblem([
    {
      what: `${host}:${port} cannot be listened on (${code})`,
      fix: 'choose another with `--host` or `--port`',
    },
  ])
}
