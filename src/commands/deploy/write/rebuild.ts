import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AssayError } from '../../../core/errors/errors.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { compareWithRecord } from '../../../core/release/reproduce.ts'
import { renderComparison } from '../../../core/release/served-text.ts'
import { renderTerminal } from '../../../core/report/terminal.ts'
import { type NamedBy, showsKey, whyNoToken, whyNotThere } from '../../../core/secrets/token-use.ts'
import type { Result } from '../../../core/verdict/result.ts'
import { gitTokenIn, USUAL_FORGE } from '../../../forges/index.ts'
import { cloneAt } from '../../../services/git/clone.ts'
import { environmentFor, runCommand } from '../../../services/process/process.ts'
import { untilCancelled } from '../../command/cancelled.ts'
import type { CommandResult, Context } from '../../command/context.ts'
import { judgeModel } from '../../model/judge-model.ts'
import { readProject, selectModels } from '../../project/project.ts'
import { writeReport } from '../../result/outputs.ts'

/**
 * Makes a release again in a fresh folder, which stays: its commit, its data, training, evaluation, by the configuration of
 * that commit. Then compares with the record.
 *
 * @throws AssayError `CLONE_FAILED`, `DATA_MISSING`, and whatever keeps the configuration from being read
 */
export async function rebuild(
  context: Context,
  record: ReleaseRecord,
  options: { config: string; output: string },
  namedBy: NamedBy,
): Promise<CommandResult> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `assay-reproduce-${record.model}-`)))
  context.log.info(`Reproducing ${record.model} ${record.version} in ${folder}`)
  const remote = { url: record.repository, ...tokenFor(context, record, namedBy) }
  await cloneAt(remote, record.commit, folder, context.env).catch(async error => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  // Of this run, nothing holds there: neither its pull request nor its commit.
  const { forge: _, ...rest } = context
  const inside: Context = { ...rest, folder, ci: { name: context.ci.name } }
  return untilCancelled(context, async () => {
    const warnings = await pullData(inside, record)
    const project = await readProject(inside, options)
    const { selected } = await selectModels(inside, project, record.model)
    const work = selected[0]!
    // Only its own numbers are compared: no opponent is evaluated.
    const judging = { train: true, output: options.output, isDry: true }
    const alone = { ...work, config: { ...work.config, champion: undefined } }
    const judged = await judgeModel(alone, judging)
    await writeReport(inside, options.output, judged, options.config)
    return compared(record, judged.result, folder, warnings)
  })
}

// --- internal ---

/** The token of the run is for its own forge; git on this machine knows the way to others. */
function tokenFor(
  { ci, env }: Context,
  { repository }: ReleaseRecord,
  namedBy: NamedBy,
): { token?: string; user?: string; anonymous?: boolean } {
  const refused = whyNoToken(ci, namedBy)
  if (refused !== undefined && showsKey(repository))
    throw new AssayError({
      code: 'CLONE_FAILED',
      title: 'The commit of the release could not be checked out',
      problems: [{ what: `the key of this machine is not shown to ${repository}: ${refused}` }],
    })
  if (!/^https?:/i.test(repository)) return {}
  if (refused !== undefined) return { anonymous: true }
  const elsewhere = whyNotThere(ci, { url: repository, namedBy: 'record' }, undefined)
  return (elsewhere === undefined && gitTokenIn(env, ci.forge ?? USUAL_FORGE)) || {}
}

/** Pulls what DVC tracks. Where that cannot be done, it is enough that the files are there. */
async function pullData(context: Context, { data = [] }: ReleaseRecord): Promise<string[]> {
  const paths = data.flatMap(line => /^(.+) (?:md5|etag|checksum) /.exec(line)?.[1] ?? [])
  if (paths.length === 0) return []
  const ended = await context.log.group('Fetch the data: dvc pull', () =>
    runCommand({
      run: 'dvc pull',
      folder: context.folder,
      env: environmentFor(context.env),
      timeoutSeconds: DATA_SECONDS,
      signal: context.signal,
      onOutput: chunk => context.log.raw(chunk),
    }),
  )
  if (ended.exitCode === 0 || ended.cancelled) return []
  const why = ended.notFound
    ? 'dvc is not on the PATH'
    : `\`dvc pull\` ended with ${ended.signal ?? `exit code ${ended.exitCode}`}`
  const missing = paths.filter(path => !existsSync(join(context.folder, path)))
  if (missing.length === 0) return [`${why}; the files that it tracks are in the repository itself`]
  throw new AssayError({
    code: 'DATA_MISSING',
    title: 'The data of the release is not there',
    problems: missing.slice(0, 10).map(path => ({
      what: `${why}, and there is no ${path}`,
      fix: ended.notFound
        ? 'install dvc with the extra for its storage, such as `pip install "dvc[s3]"`'
        : 'see what dvc says above: often it has no credentials for its storage',
    })),
    worked: `the commit is checked out in ${context.folder}`,
  })
}

const DATA_SECONDS = 86_400

function compared(
  record: ReleaseRecord,
  result: Result,
  folder: string,
  notes: readonly string[],
): CommandResult {
  if (result.state !== 'judged') {
    const report = renderTerminal(result, { colour: false, width: 100 })
    return {
      exitCode: 2,
      text: `It could not be made again.\n\n${report}\n\nThe folder: ${folder}`,
      json: { state: result.state, failure: result.failure, folder },
    }
  }
  const { metrics, warnings } = compareWithRecord(record, result)
  const gated = metrics.filter(({ metric }) => record.metrics[metric]?.gated)
  // Where no metric was gated, all count.
  const counted = gated.length > 0 ? gated : metrics
  const isSame =
    counted.length > 0 && counted.every(({ agreement }) => agreement === 'same' || agreement === 'within')
  const all = [...notes, ...warnings]
  const verdict = isSame
    ? 'It was reproduced: every gated metric is the same or within its interval.'
    : 'It was not reproduced.'
  return {
    exitCode: isSame ? 0 : 1,
    text: [
      renderComparison(metrics, record),
      [verdict, ...all.map(line => `! ${line}`)].join('\n'),
      `The folder: ${folder}`,
    ].join('\n\n'),
    json: { reproduced: isSame, metrics, warnings: all, folder },
  }
}
