import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Problem } from '../core/errors/errors.ts'
import { ENVIRONMENT_NAME } from '../core/text/names.ts'
import { shortened, visible } from '../core/text/visible-text.ts'
import { startCollector } from './collecting/collector.ts'
import type { COLLECT_OPTIONS } from './collecting/options.ts'
import { collectProblem } from './collecting/problems.ts'
import { spanMinutes } from './collecting/span.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'

/** Counts live traffic until it is told to stop. */
export async function run(
  { folder, now, log, signal }: Context,
  options: OptionValues<typeof COLLECT_OPTIONS>,
): Promise<CommandResult> {
  const { profiles, tokens, host, port, environment, locks = tmpdir() } = options
  const problems: Problem[] = []
  if (profiles === undefined)
    problems.push({ what: 'there are no profiles to count by', fix: 'name their folder with `--profiles`' })
  if (tokens === undefined)
    problems.push({ what: 'nobody could send anything', fix: 'name a file of tokens with `--tokens`' })
  if (environment !== undefined && !ENVIRONMENT_NAME.test(environment))
    problems.push({
      what: `\`${shortened(visible(environment))}\` is no name of an environment`,
      fix: 'as `assay-deploy.yml` has it, such as `production`',
    })
  if (profiles === undefined || tokens === undefined || problems.length > 0) throw collectProblem(problems)
  const collector = await startCollector(
    {
      profiles: resolve(folder, profiles),
      tokens: resolve(folder, tokens),
      host,
      port,
      ...(options['network-port'] !== undefined && { networkPort: options['network-port'] }),
      ...(environment !== undefined && { environment }),
      ...(options['receipt-keys'] !== undefined && { receiptKeys: resolve(folder, options['receipt-keys']) }),
      labelTimes: {
        delay: milliseconds(options['label-delay']),
        window: milliseconds(options['label-window']),
      },
      locks: resolve(folder, locks),
    },
    { now, log },
  )
  const releases = collector.traffic.counts({ minutes: 1 }, now()).map(one => `${one.model} ${one.release}`)
  log.info(`listens on ${host}:${collector.port}, counts ${releases.length} releases`)
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

function milliseconds(span = ''): number {
  return (spanMinutes(span) ?? 0) * 60_000
}
