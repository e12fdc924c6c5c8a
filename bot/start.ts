import { seenBranches } from '../src/commands/bot/branches.ts'
import { repositoryOf } from '../src/commands/bot/keys.ts'
import { lookAt } from '../src/commands/bot/looks/look-table.ts'
import { trafficSource } from '../src/commands/bot/page/traffic.ts'
import { strangersOf } from '../src/commands/bot/strangers.ts'
import type { BotWorld } from '../src/commands/bot/world.ts'
import { AssayError } from '../src/core/errors/errors.ts'
import { redactor, secretsFromEnv } from '../src/core/secrets/secrets.ts'
import { proxyFetch } from '../src/forges/http/proxy.ts'
import type { Safety } from '../src/forges/http/safe-calls.ts'
import { slack } from '../src/services/slack/slack.ts'
import { type Route, type ServerOptions, startServer, type WebServer } from '../src/services/web/server.ts'
import { VERSION } from '../src/version.ts'
import { alertsInMemory } from './alerts.ts'
import { hooksOf } from './halves.ts'
import { type Healing, startHealing } from './heal/heal.ts'
import { alertHook } from './hooks/alerts.ts'
import type { Delivered } from './hooks/delivered.ts'
import { botLog, faultFields } from './log.ts'
import { logLook } from './log-look.ts'
import { isFound } from './look-end.ts'
import { type Clock, type LookCounts, startLooks } from './looks.ts'
import { botMetrics } from './metrics.ts'
import { activitiesOf } from './page/activity.ts'
import { lastEvents } from './page/last-events.ts'
import { startOverviews } from './page/overviews.ts'
import { pageRoutes } from './page/routes.ts'
import { secretsOf } from './settings/secrets.ts'
import type { Settings } from './settings/settings.ts'
import type { Variable } from './settings/variables.ts'
import { waysOf } from './ways.ts'

export interface BotOptions {
  settings: Settings
  /** What the product reads of the environment: proxies, Argo CD and its token. */
  env: Readonly<Record<string, string | undefined>>
  write(line: string): void
  clock: Clock
  safety?: Safety
}

export interface Bot {
  port: number
  metricsPort?: number
  counts(): LookCounts
  /** How many rounds are under way that find what no event told of. */
  rounds(): number
  /** Takes no more work, lets what runs end, closes. Within 25 s. */
  stop(): Promise<void>
}

/** Starts the bot: hooks → keys → looks. */
export async function startBot({ settings, env, write, clock, safety }: BotOptions): Promise<Bot> {
  const { host } = settings
  const secrets = [...secretsFromEnv(env), ...secretsOf(settings)]
  const log = botLog(write, clock.now, secrets)
  for (const warning of settings.warnings) log.line('warn', warning)
  const onFault = (route: string, error: unknown) =>
    log.line('error', 'fault', { route, ...faultFields(error) })
  const abort = new AbortController()
  const world = {
    env,
    ci: { name: 'the bot' },
    now: clock.now,
    log: log.product,
    signal: abort.signal,
    version: VERSION,
  }
  const ways = waysOf(settings, { env, now: clock.now, warn: log.product.warn, ...(safety && { safety }) })
  const traffic = settings.watch && trafficSource(settings.watch, world)
  const overviews = startOverviews(
    { ...world, open: (...asked) => ways.open(...asked, 'rest'), ...(traffic && { traffic }) },
    clock,
    error => onFault('events', error),
  )
  const alerts = alertsInMemory(key => looks.add(key), clock)
  const activities = activitiesOf(clock.now, redactor(secrets))
  const events = lastEvents(clock.now)
  const told = {
    ...whereTold(settings, env, abort.signal),
    ...(traffic && { traffic }),
    cleared: new Set<string>(),
    homes: new Map<string, Set<string>>(),
    branches: seenBranches(),
    strangers: strangersOf(clock.now),
  }
  const looks = startLooks({
    look: (key, priority) => {
      const open: BotWorld['open'] = (...asked) => ways.open(...asked, priority)
      return lookAt({ ...world, open, alerts, ...told }, key, priority)
    },
    clock,
    onEnd(end) {
      overviews.looked(end)
      if ('error' in end && end.key.kind === 'alert') alerts.failed(end.key, end.pause)
      if ('error' in end || end.result.problems?.length) ways.forget(repositoryOf(end.key))
      metrics.looked(end)
      if (isFound(end)) metrics.found(end)
      healing?.looked(end)
      activities.looked(end)
      logLook(log, end)
    },
  })
  const metrics = botMetrics(looks.counts)
  let healing: Healing | undefined
  let draining = false
  const onDelivery = (delivered: Delivered) => {
    metrics.delivered(delivered)
    const { end, ...fields } = delivered
    log.line(end === 'refused' ? 'warn' : 'info', 'delivery', { ...fields, end })
  }
  const routes: Route[] = [
    { name: 'healthz', method: 'GET', path: '/healthz', answer: () => ({ status: 200 }) },
    { name: 'readyz', method: 'GET', path: '/readyz', answer: () => ({ status: draining ? 503 : 200 }) },
    ...(await hooksOf(settings, {
      now: clock.now,
      branches: told.branches,
      add(key) {
        events.came(repositoryOf(key))
        looks.add(key)
      },
      onInstallation: ways.forgetAll,
      onDelivery,
    })),
  ]
  if (settings.alerts)
    routes.push(
      alertHook({
        senders: settings.alerts,
        onDelivery,
        tell: alerts.tell,
      }),
    )
  if (settings.page) {
    const { page } = settings
    const { now } = clock
    const status = {
      since: now(),
      activities,
      queue: looks.queue,
      events: events.last,
      healing: () => healing?.state(),
    }
    routes.push(
      ...pageRoutes({ page, halves: settings, overviews, status, env, now, ...(safety && { safety }) }),
    )
  }
  const { metricsPort } = settings
  const counted =
    metricsPort === undefined
      ? undefined
      : await listen('METRICS_PORT', { routes: [metrics.route], host, port: metricsPort, onFault })
  // Last: a bot that does not start takes no hook, and keeps no port.
  const server = await listen('PORT', {
    routes,
    host,
    port: settings.port,
    onFault,
    onAnswer: answered => log.line('info', 'answered', { ...answered, ms: Math.round(answered.ms) }),
  }).catch(async error => {
    await counted?.close(0)
    throw error
  })
  log.line('info', `assay-bot ${VERSION} listens`, { port: server.port })
  const alerting = settings.alerts?.flatMap(one => one.models.map(({ repository }) => repository)) ?? []
  healing = startHealing({ ways, add: looks.add, alerting, clock, log, metrics })
  return {
    port: server.port,
    counts: looks.counts,
    rounds: () => healing!.running(),
    ...(counted && { metricsPort: counted.port }),
    async stop() {
      draining = true
      healing?.end()
      server.drain()
      const { running } = looks.counts()
      log.line('info', `ends; ${running} looks are still running`)
      const cancel = clock.after(LOOKS_END_MS, () => abort.abort('SIGTERM'))
      await Promise.race([looks.drain(), after(clock, LAST_MS)])
      cancel()
      alerts.end()
      abort.abort('SIGTERM')
      await Promise.all([server.close(2000), counted?.close(1000)])
      log.line('info', 'ended')
    },
  }
}

// --- internal ---

/** Milliseconds after which running looks are told to stop, and after which nobody waits for them: what they left is looked at again. */
const LOOKS_END_MS = 18_000
const LAST_MS = 22_000

/** Where alerts are told of besides their issue, and where people are sent. */
function whereTold(
  { slack: to, page }: Settings,
  env: BotOptions['env'],
  signal: AbortSignal,
): Pick<BotWorld, 'slack' | 'pageUrl'> {
  const pageUrl = page?.signIn === 'forge' ? page.url : undefined
  if (!to) return pageUrl === undefined ? {} : { pageUrl }
  const { destination, onCall } = to
  const address = destination.kind === 'channel' ? destination.apiUrl : destination.url
  const say = slack(destination, { fetch: proxyFetch(new URL(address), env), signal })
  return {
    slack: { say, threads: destination.kind === 'channel', onCall, unnoted: new Map() },
    ...(pageUrl !== undefined && { pageUrl }),
  }
}

/** @throws AssayError where the port is taken or not allowed */
async function listen(name: Variable, options: ServerOptions): Promise<WebServer> {
  try {
    return await startServer(options)
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException
    const isHost = ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'].includes(code)
    const problem = {
      what: `${isHost ? 'HOST' : name}: ${options.host}:${options.port} cannot be listened on (${code})`,
      fix: isHost ? 'name an address of this machine, or leave it out for all of them' : 'choose another',
    }
    throw new AssayError({
      code: 'BOT_SETTINGS',
      title: 'The bot does not start',
      problems: [problem],
      cause: error,
    })
  }
}

function after(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise(resolve => void clock.after(milliseconds, resolve))
}
