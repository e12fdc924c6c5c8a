import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelConfig } from '../../../core/config/config.ts'
import { trainingOf } from '../../../core/config/dvc.ts'
import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { compareWithRecord, dataOfDvc } from '../../../core/release/reproduce.ts'
import { renderComparison } from '../../../core/release/served-text.ts'
import { renderTerminal } from '../../../core/report/terminal.ts'
import { maskDataPath } from '../../../core/secrets/secrets.ts'
import { type NamedBy, showsKey, whyNoToken, whyNotThere } from '../../../core/secrets/token-use.ts'
import type { Result } from '../../../core/verdict/result.ts'
import { gitTokenIn, USUAL_FORGE } from '../../../forges/index.ts'
import { cloneAt } from '../../../services/git/clone.ts'
import { untilCancelled } from '../../command/cancelled.ts'
import type { CommandResult, Context } from '../../command/context.ts'
import { judgeModel } from '../../model/judge-model.ts'
import { pullData } from '../../model/pull-data.ts'
import { type ModelWork, readProject, selectModels } from '../../project/project.ts'
import { writeReport } from '../../result/outputs.ts'
import { type AskedPackages, packagesOf } from './packages.ts'
import type { TrainingImage } from './training-image.ts'

/**
 * Makes a release again in a fresh folder, which stays: its commit, its packages, its data, training, evaluation, by the
 * configuration of that commit. Then compares with the record. Packages and data that are no more are an answer.
 *
 * @throws AssayError `CLONE_FAILED`, `DVC_…` for what is at fault on this machine, and whatever keeps the configuration from
 * being read
 */
export async function rebuild(
  context: Context,
  record: ReleaseRecord,
  options: { config: string; output: string } & AskedPackages,
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
    const packages = await packagesOf(inside, record, options)
    if ('gone' in packages) return notMade(folder, [packages.gone])
    const { context: world, remarks: notes, image } = packages
    const project = await readProject(world, options)
    const { selected } = await selectModels(world, project, record.model)
    const work = selected[0]!
    const pulled = await pullRecorded(work, record)
    if ('gone' in pulled) return notMade(folder, [...notes, ...pulled.gone])
    // Only its own numbers are compared: no opponent is evaluated. The data is there.
    const judging = { train: true, output: options.output, isDry: true }
    const alone = {
      ...work,
      config: {
        ...(image ? inImage(work.config, image) : work.config),
        champion: undefined,
        dvc: withoutPull(work.config.dvc),
      },
    }
    const judged = await judgeModel(alone, judging).finally(image?.end)
    await writeReport(world, options.output, judged, options.config)
    return compared(record, judged.result, folder, [...notes, ...pulled.remarks])
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

/** What DVC says where the data is no more, and nothing on this machine is at fault. */
const GONE = ['DVC_DATA_NOT_THERE', 'DVC_REMOTE_GONE', 'DVC_OBJECT_CORRUPT', 'DVC_DATA_WRONG']

/**
 * Pulls what the commit's configuration asks for, else what the record has of DVC. What stages make may be missing there: the
 * training makes it.
 */
async function pullRecorded(
  { context, project, config: { dvc } }: ModelWork,
  { data = [], commit }: ReleaseRecord,
): Promise<{ remarks: string[] } | { gone: string[] }> {
  // As the record has them.
  const inGit = new Set(((await project.repository?.listFilesAt(commit, '')) ?? []).map(maskDataPath))
  if (!dvc?.pull && !dataOfDvc(data).some(({ path }) => !inGit.has(path))) return { remarks: [] }
  const { pull: targets = true, remote, timeout = '24h' } = dvc ?? {}
  try {
    return { remarks: await pullData(context, project, { targets, remote, timeout, mayBeMade: !dvc?.pull }) }
  } catch (error) {
    if (!isAssayError(error)) throw error
    if (!GONE.includes(error.code))
      throw error.with({ worked: `the commit is checked out in ${context.folder}` })
    return { gone: error.problems.map(({ what }) => `the data is gone: ${what}`) }
  }
}

/** What trains and evaluates; the data is pulled outside, where its credentials are. */
function inImage(config: ModelConfig, { inside }: TrainingImage): ModelConfig {
  const within = <T extends { run: string }>(command: T | undefined): T | undefined =>
    command && { ...command, run: inside(command.run) }
  return { ...config, train: within(trainingOf(config)), evaluate: within(config.evaluate) }
}

function withoutPull(dvc: ModelConfig['dvc']): ModelConfig['dvc'] {
  return dvc?.repro === undefined ? undefined : { ...dvc, pull: undefined, remote: undefined }
}

/** What it was made from is not to be had: an answer, and no failure. */
function notMade(folder: string, reasons: readonly string[]): CommandResult {
  return {
    exitCode: 1,
    text: [
      ['It cannot be made again as it was.', ...reasons.map(line => `! ${line}`)].join('\n'),
      `The folder: ${folder}`,
    ].join('\n\n'),
    json: { reproduced: false, metrics: [], warnings: reasons, folder },
  }
}

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
      text: [
        'It could not be made again.',
        report,
        ...(notes.length > 0 ? [notes.map(line => `! ${line}`).join('\n')] : []),
        `The folder: ${folder}`,
      ].join('\n\n'),
      json: { state: result.state, failure: result.failure, warnings: notes, folder },
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
