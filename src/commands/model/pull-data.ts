import { type PullTargets, pullCommand } from '../../core/config/dvc.ts'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { type DataFile, isDvcFile } from '../../core/inputs/dvc/dvc-files.ts'
import {
  type PullFacts,
  pullFailure,
  pullRemark,
  type WrongData,
} from '../../core/inputs/dvc/pull-failure.ts'
import { type PulledData, pulledData } from '../../core/inputs/dvc/pulled.ts'
import { secondsOf } from '../../core/text/duration.ts'
import { renderError } from '../../core/text/error-text.ts'
import { whyOtherData } from '../../services/files/data-hashes.ts'
import { findFiles } from '../../services/files/find-files.ts'
import { type EndedCommand, environmentFor, runCommand } from '../../services/process/process.ts'
import type { Context } from '../command/context.ts'
import { dvcConfigs, readDvcText, remoteFacts } from '../project/dvc-text.ts'
import type { ModelWork, Project } from '../project/project.ts'
import { CommandFailed } from '../project/work.ts'

export interface Pull {
  targets: PullTargets
  remote?: string | undefined
  timeout: string
  /** What stages make need not be there: it is made anew. */
  mayBeMade?: boolean
}

/**
 * Brings the data of DVC and holds it to the hashes of the commit. DVC leaves old files where it could not bring new ones, and
 * says little of why; so what lies there afterwards is what counts.
 *
 * @returns what a reader must know: that `dvc pull` failed and the data is there all the same
 * @throws AssayError `DVC_…` where a file is missing or another one
 */
export async function pullData(
  context: Context,
  project: Pick<Project, 'repository' | 'commit'>,
  { targets, remote: asked, timeout, mayBeMade = false }: Pull,
): Promise<string[]> {
  const { folder } = context
  const data = await dataOf(folder, project, targets)
  const command = pullCommand(targets, asked)
  const ended = await context.log.group(`Fetch the data: ${command}`, () =>
    runCommand({
      run: command,
      folder,
      env: environmentFor(context.env, { DVC_NO_ANALYTICS: 'true', ASSAY_WORKSPACE: folder }),
      timeoutSeconds: secondsOf(timeout),
      signal: context.signal,
      onOutput: chunk => context.log.raw(chunk),
    }),
  )
  if (ended.cancelled) return []
  const all = await wrongData(folder, data)
  const wrong = mayBeMade ? all.filter(({ file }) => !file.endsWith('dvc.lock')) : all
  const isDone = ended.exitCode === 0 && !ended.timedOut
  if (isDone && wrong.length === 0) return []
  const facts = await factsOf(folder, command, ended, asked, wrong)
  // Nothing that could be held to a hash is no proof that the data is there.
  if (wrong.length > 0 || data.length === 0) throw pullFailure(facts)
  return [pullRemark(facts, all)]
}

/**
 * The data that the configuration asks for, before anything of the model is run.
 *
 * @returns as `pullData`
 * @throws CommandFailed: the pull request shows which data is missing
 */
export async function pullForTraining({ context, project, config: { dvc } }: ModelWork): Promise<string[]> {
  if (!dvc?.pull) return []
  const { pull: targets, remote, timeout } = dvc
  try {
    return await pullData(context, project, { targets, remote, timeout })
  } catch (error) {
    if (!isAssayError(error)) throw error
    const command = pullCommand(targets, remote)
    throw new CommandFailed('training_failed', { command, tail: renderError(error) }, false)
  }
}

// --- internal ---

/** What must lie there, as the files of DVC in this folder say. */
async function dataOf(
  folder: string,
  { repository, commit }: Pick<Project, 'repository' | 'commit'>,
  targets: PullTargets,
): Promise<PulledData[]> {
  const inGit = repository && commit !== undefined ? await repository.listFilesAt(commit, '') : []
  const paths = repository ? inGit.filter(isDvcFile) : await dvcFilesBelow(folder)
  const files: DataFile[] = []
  for (const path of paths) {
    const text = await readDvcText(folder, path)
    if (text !== undefined) files.push({ path, text })
  }
  const pulled = pulledData(files, targets, new Set(inGit))
  if ('data' in pulled) return pulled.data
  throw new AssayError({
    code: 'DVC_FILE_INVALID',
    title: 'The data was not pulled: a file of DVC cannot be read',
    problems: pulled.problems,
    worked: 'nothing was run',
  })
}

async function dvcFilesBelow(folder: string): Promise<string[]> {
  const { files } = await findFiles(folder, isDvcFile, { depth: 20, most: 100_000 })
  return files.map(({ path }) => path)
}

async function wrongData(folder: string, data: readonly PulledData[]): Promise<WrongData[]> {
  const wrong: WrongData[] = []
  // One after the other: the disk is the bottleneck.
  for (const { file, ...piece } of data) {
    const what = await whyOtherData(folder, piece)
    if (what !== undefined) wrong.push({ path: piece.path, what, file })
  }
  return wrong
}

async function factsOf(
  folder: string,
  command: string,
  ended: EndedCommand,
  asked: string | undefined,
  wrong: readonly WrongData[],
): Promise<PullFacts> {
  return { command, ended, ...remoteFacts(folder, await dvcConfigs(folder), asked), wrong }
}
