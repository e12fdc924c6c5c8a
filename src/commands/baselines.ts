import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelConfig } from '../core/config.ts'
import { AssayError } from '../core/errors.ts'
import type { Evaluation, Side } from '../core/evaluation.ts'
import type { Absence } from '../core/gates/inputs.ts'
import type { Against } from '../core/report/result.ts'
import type { Repository } from '../services/git.ts'
import type { Context } from './context.ts'
import type { Project } from './project.ts'
import { type ReadEvaluation, readEvaluation } from './read-evaluation.ts'
import { CommandFailed, runStep } from './work.ts'

export interface Baselines {
  champion?: Evaluation
  base?: Evaluation
  absent: Record<Against, Absence>
  warnings: string[]
}

type ChampionSource = NonNullable<ModelConfig['champion']>

/**
 * What the candidate is weighed against. The base: the same files as they stand in git at the base commit. The champion: a
 * folder, or a command that evaluates the champion's model. Both come from a clean copy of the base commit where they exist
 * there, so that a pull request cannot choose its own opponent. A baseline that cannot be had is absent with its reason.
 */
export async function readBaselines(
  context: Context,
  project: Project,
  name: string,
  model: ModelConfig,
  baseline: string | undefined,
): Promise<Baselines> {
  const source = baseline === undefined ? model.champion : championFrom(context.folder, baseline)
  const found: Baselines = {
    absent: {
      champion: { reason: 'there is no champion yet: nothing serves to compare with', broken: false },
      base: { reason: project.noBase, broken: false },
    },
    warnings: [],
  }
  const commit = project.base ?? project.commit
  const explicitFolder = baseline !== undefined && source !== undefined && 'path' in source
  if (
    project.repository &&
    commit !== undefined &&
    (project.base !== undefined || (source && !explicitFolder))
  ) {
    await withCopy(project.repository, commit, found, async copy => {
      if (project.base !== undefined) await readBase(copy, project, model, found)
      if (source && !explicitFolder) await readChampion(context, copy, commit, name, model, source, found)
    })
  } else if (source) await readChampion(context, context.folder, undefined, name, model, source, found)
  return found
}

// --- internal ---

/** A clean copy of a commit. One that cannot be made (a failing LFS download, a full disk) leaves the baselines absent. */
async function withCopy(
  repository: Repository,
  commit: string,
  found: Baselines,
  use: (copy: string) => Promise<void>,
): Promise<void> {
  try {
    await repository.withWorktree(commit, use)
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    const why = `copy of the commit ${commit.slice(0, 7)} could be made: ${error.problems.map(problem => problem.what).join('; ')}`
    const reason = `no ${why}`
    found.warnings.push(`No ${why}.`)
    for (const against of ['champion', 'base'] as const)
      if (!found[against]) found.absent[against] = { reason, broken: true }
  }
}

/** `--baseline x` is a folder when there is one of that name, a command otherwise. */
function championFrom(folder: string, baseline: string): ChampionSource {
  return existsSync(join(folder, baseline)) ? { path: baseline } : { run: baseline, timeout: '6h' }
}

function outputsOf(model: ModelConfig): string[] {
  return [
    ...model.metrics.map(entry => entry.file),
    ...(model.predictions ? [model.predictions.file] : []),
    ...(model.folds ? [model.folds.file] : []),
  ]
}

async function readBase(copy: string, project: Project, model: ModelConfig, found: Baselines): Promise<void> {
  const present = outputsOf(model).filter(file => existsSync(join(copy, file)))
  if (present.length === 0) {
    const reason = `the metric and predictions files are not in git at the base commit ${project.base!.slice(0, 7)}`
    found.absent.base = { reason, broken: false }
    return
  }
  const version = { side: 'base' as Side, source: 'base commit', commit: project.base }
  await take(found, 'base', () => readEvaluation(copy, only(model, present), version))
}

async function readChampion(
  context: Context,
  copy: string,
  commit: string | undefined,
  name: string,
  model: ModelConfig,
  source: ChampionSource,
  found: Baselines,
): Promise<void> {
  if ('path' in source) {
    const inCopy = existsSync(join(copy, source.path))
    const folder = inCopy ? copy : context.folder
    const version = {
      side: 'champion' as Side,
      source: `folder ${source.path}`,
      commit: undefined,
      madeAt: await madeAt(folder, source.path, inCopy),
    }
    if (!existsSync(join(folder, source.path))) {
      found.absent.champion = {
        reason: `the champion's folder ${source.path} does not exist yet`,
        broken: false,
      }
      return
    }
    await take(found, 'champion', () => readEvaluation(folder, under(model, source.path, folder), version))
    return
  }
  const folder = copy
  try {
    // A file that is committed must not be mistaken for what the champion's command wrote.
    if (copy !== context.folder)
      await Promise.all(outputsOf(model).map(file => rm(join(copy, file), { force: true })))
    await runStep(context, {
      title: `Evaluate the champion of ${name}: ${source.run}`,
      command: source,
      folder,
      failsAs: 'evaluation_failed',
    })
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.cancelled) throw error
    found.absent.champion = { reason: `the champion's command failed (${error.message})`, broken: true }
    found.warnings.push(
      `The champion could not be evaluated: \`${source.run}\` ended with ${error.failure.signal ?? `exit code ${error.failure.exitCode}`}.`,
    )
    return
  }
  const version = { side: 'champion' as Side, source: `command ${source.run}`, commit }
  await take(found, 'champion', () => readEvaluation(folder, model, version))
}

async function take(found: Baselines, against: Against, read: () => Promise<ReadEvaluation>): Promise<void> {
  try {
    const { evaluation, warnings } = await read()
    found[against] = evaluation
    found.warnings.push(...warnings.map(warning => `${against}: ${warning}`))
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    const problems = error.problems.map(problem => problem.what).join('; ')
    found.absent[against] = { reason: `the ${against}'s files cannot be read: ${problems}`, broken: true }
    found.warnings.push(`The ${against} was left out: ${problems}.`)
  }
}

/** The model's files that exist there. */
function only(model: ModelConfig, present: string[]): ModelConfig {
  return {
    ...model,
    metrics: model.metrics.filter(entry => present.includes(entry.file)),
    predictions:
      model.predictions && present.includes(model.predictions.file) ? model.predictions : undefined,
    folds: model.folds && present.includes(model.folds.file) ? model.folds : undefined,
  }
}

/** The model's files under the champion's folder: at the same relative path, else by file name. */
function under(model: ModelConfig, path: string, folder: string): ModelConfig {
  const place = (file: string) => {
    const same = `${path}/${file}`
    return existsSync(join(folder, same)) ? same : `${path}/${file.split('/').at(-1)}`
  }
  const moved = {
    ...model,
    metrics: model.metrics.map(entry => ({ ...entry, file: place(entry.file) })),
    predictions: model.predictions && { ...model.predictions, file: place(model.predictions.file) },
    folds: model.folds && { ...model.folds, file: place(model.folds.file) },
  }
  const files = outputsOf(moved).filter(file => existsSync(join(folder, file)))
  return files.length > 0 ? only(moved, files) : moved
}

async function madeAt(folder: string, path: string, committed: boolean): Promise<string | undefined> {
  // A fresh checkout has today's file times: they say nothing about the champion's age.
  if (committed) return undefined
  try {
    return (await stat(join(folder, path))).mtime.toISOString()
  } catch {
    return undefined
  }
}
