import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { startCollector } from './collecting/collector.ts'
import type { COLLECT_OPTIONS } from './collecting/options.ts'
import { collectProblem } from './collecting/problems.ts'
import { spanMinutes } from './collecting/span.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import { readWatched } from './deploy/ledger/watched.ts'

/** Counts live traffic until it is told to stop. */
export async function run(
  context: Context,
  options: OptionValues<typeof COLLECT_OPTIONS>,
): Promise<CommandResult> {
  const { folder, now, log, signal } = context
  const { profiles, tokens, host, port, environment, locks = tmpdir() } = options
  const byDeploy = options['deploy-repo'] !== undefined || options['deploy-branch'] !== undefined
  if (byDeploy && profiles !== undefined) throw collectProblem([TWO_SOURCES])
  const at = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path))
  const collector = await startCollector(
    {
      profiles: at(profiles),
      ...(byDeploy && { readWatched: () => readWatched(context, options) }),
      tokens: at(tokens),
      host,
      port,
      ...(options['network-port'] !== undefined && { networkPort: options['network-port'] }),
      ...(environment !== undefined && { environment }),
      receiptKeys: at(options['receipt-keys']),
      labelTimes: {
        delay: milliseconds(options['label-delay']),
        window: milliseconds(options['label-window']),
      },
      canary: { settle: options['canary-settle'] * 1000, most: options['canary-units'] },
      locks: resolve(folder, locks),
    },
    { now, log },
  )
  const releases = collector.traffic.counts({ minutes: 1 }, now()).map(one => `${one.model} ${one.release}`)
  log.info(`listens on ${host}:${collector.port}, counts ${releases.join(', ') || 'no release yet'}`)
  await new Promise<void>(ended => {
    if (signal.aborted) ended()
    signal.addEventListener('abort', () => ended(), { once: true })
  })
  await collector.stop()
  const counted = collector.traffic
    .counts({ minutes: 24 * 60 }, now())
    .map(({ model, release, events }) => ({ model, release, events }))
  const lines = counted.map(({ model, release, events }) => `${model} ${release}: ${events.counted} events`)
  return { exitCode: 0, text: ['Stopped. Counted in the last day:', ...lines].join('\n'), json: { counted } }
}

// --- internal ---

const TWO_SOURCES = {
  what: 'both `--profiles` and a deploy repository say what is counted',
  fix: 'leave one of them out',
}

function milliseconds(span = ''): number {
  return (spanMinutes(span) ?? 0) * 60_000
}
