import { existsSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { ModelConfig } from '../../../core/config/config.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import { isCommitPath } from '../../../core/git/names.ts'
import type { Side } from '../../../core/inputs/evaluation.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import type { Repository } from '../../../services/git/git.ts'
import type { Context } from '../../context.ts'
import type { Project } from '../project.ts'
import { readEvaluation } from '../read-evaluation.ts'
import { type Baselines, only, outputsOf, take } from './baseline-files.ts'
import { type ChampionSource, readChampion } from './champion.ts'
import {
  type DeployedSource,
  deployedSource,
  type FoundChampion,
  findDeployedChampion,
  takeDeployedChampion,
  takeFromRecords,
} from './deployed-champion.ts'

/**
 * What the candidate is weighed against. The base: the same files as they stand in git at the base commit. The champion: what
 * serves as the deploy repository says, a folder, or a command that evaluates the champion's model. Folder and command are of a
 * clean copy of the base commit where they exist there, so that a pull request cannot choose its own opponent. A baseline that
 * cannot be had is absent with its reason.
 */
export async function readBaselines(
  context: Context,
  project: Project,
  name: string,
  candidate: ModelConfig,
  baseline: string | undefined,
): Promise<Baselines> {
  const model = modelAtBase(project, name, candidate)
  const found: Baselines = {
    absent: {
      champion: { reason: 'there is no champion yet: nothing serves to compare with', broken: false },
      base: { reason: project.noBase, broken: false },
    },
    warnings: [],
  }
  const deployed = baseline === undefined ? deployedSource(model) : undefined
  const serves = deployed && (await findDeployedChampion(context, project, name, model, deployed))
  if (serves && 'absent' in serves) found.absent.champion = serves.absent
  const commit = project.base ?? project.commit
  const source = await sourceOf(context, project, model, baseline, deployed, serves)
  if (project.repository && commit !== undefined && (project.base !== undefined || source))
    await withCopy(project.repository, commit, found, async copy => {
      if (project.base !== undefined) await readBase(copy, project, model, found)
      if (source) await readChampion(context, project, copy, commit, name, model, source, found)
    })
  else if (source) await readChampion(context, project, context.folder, undefined, name, model, source, found)
  const release = serves && 'release' in serves ? serves : undefined
  if (release && !source) await takeDeployedChampion(project, model, release, found)
  if (serves?.serving) takeFromRecords(project, release?.release, serves.serving, found)
  return found
}

// --- internal ---

/** By its own commands and files, whatever the pull request calls them; the opponent that was asked for is the caller's. */
function modelAtBase({ ofBase }: Project, name: string, candidate: ModelConfig): ModelConfig {
  return { ...(ofBase?.models[name] ?? candidate), champion: candidate.champion, deploy: candidate.deploy }
}

/** What is read in the copy; undefined where there is nothing to read there. */
async function sourceOf(
  { folder }: Context,
  project: Project,
  { champion }: ModelConfig,
  baseline: string | undefined,
  deployed: DeployedSource | undefined,
  serves: FoundChampion | undefined,
): Promise<ChampionSource | undefined> {
  if (baseline !== undefined) return championFrom(folder, project, baseline)
  if (!deployed) return champion && 'environment' in champion ? undefined : champion
  const { run, timeout } = deployed
  return run !== undefined && serves && 'release' in serves ? { run, timeout, serves } : undefined
}

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
    const why = `copy of the commit ${commit.slice(0, 7)} could be made: ${maskPersonalData(error.problems.map(problem => problem.what).join('; '))}`
    const reason = `no ${why}`
    found.warnings.push(`No ${why}.`)
    for (const against of ['champion', 'base'] as const)
      if (!found[against]) found.absent[against] = { reason, broken: true }
  }
}

/** `--baseline x` is a folder when there is one of that name, here or at the base, and a command otherwise. */
async function championFrom(
  folder: string,
  { repository, base }: Project,
  baseline: string,
): Promise<ChampionSource> {
  const place = resolve(folder, baseline)
  const path = relative(folder, place).split(sep).join('/')
  const isInside = path !== '' && !isAbsolute(path) && path.split('/')[0] !== '..'
  const isHere = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false
  const isAtBase =
    !isHere && isInside && base !== undefined && isCommitPath(path)
      ? ((await repository?.listFilesAt(base, path)) ?? []).length > 0
      : false
  if (!isHere && !isAtBase) return { run: baseline, timeout: '6h' }
  if (isInside) return { path }
  throw new AssayError({
    code: 'USAGE',
    title: "The champion's folder is not below the repository",
    problems: [{ what: `--baseline ${baseline}`, fix: 'copy it into the repository and name it from there' }],
  })
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
