import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { ModelConfig } from '../../../core/config/config.ts'
import type { SeedScores, Side } from '../../../core/inputs/evaluation.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import { unlessMissing } from '../../../services/files/files.ts'
import type { Threads } from '../../../services/files/read-rows.ts'
import type { Context } from '../../command/context.ts'
import { outputsIn, under } from '../../project/model-files.ts'
import type { ModelWork, Project } from '../../project/project.ts'
import { mergeSeeds, type ReadEvaluation, readEvaluation, seedScores } from '../../project/read-evaluation.ts'
import { type Baseline, none, ofReading, orAbsent } from './baseline.ts'

/**
 * Reads a champion's folder, whether the configuration or the command line names it: in the clean copy of the base where git
 * has its files there, else in the working tree, where an earlier step may have put it. What a pull request itself brings
 * counts after the merge.
 */
export async function readChampionFolder(
  { context, project, config }: ModelWork,
  copy: string,
  path: string,
): Promise<Baseline> {
  const shown = maskPersonalData(path)
  const inCopy = copy !== context.folder && filesIn(copy, config, path).length > 0
  const folder = inCopy ? copy : context.folder
  if (!existsSync(join(folder, path))) return none(`the champion's folder ${shown} does not exist yet`)
  if (!inCopy && (await isBrought(context, project, filesIn(folder, config, path))))
    return none(`the champion's folder ${shown} comes with this pull request: it counts after the merge`)
  const isOutside = !inCopy && project.repository !== undefined
  const changes = inCopy ? await changesIn(project, path, shown) : []
  const version = {
    side: 'champion' as Side,
    source: `folder ${path}${isOutside ? ', not in git' : ''}`,
    madeAt: inCopy ? await committedAt(project, path) : await modifiedAt(folder, path),
  }
  const champion = await orAbsent('champion', async () =>
    ofReading('champion', await readSeeds(folder, config, path, version, context.threads)),
  )
  return {
    ...champion,
    warnings: [
      ...changes,
      ...champion.warnings,
      ...withoutRows(config, champion, inCopy ? `${shown} in git` : shown),
    ],
  }
}

/** The champion's files that are there, of all seeds. A folder without any holds no champion, whatever else is in it. */
export function filesIn(folder: string, config: ModelConfig, path: string): string[] {
  const paths = [path, ...seedsIn(folder, config, path).map(([, seedPath]) => seedPath)]
  return paths.flatMap(seedPath => outputsIn(folder, under(config, seedPath, folder)))
}

// --- internal ---

/** A folder whose rows are missing is still read, and then nothing is compared row by row. */
function withoutRows({ predictions }: ModelConfig, { evaluation }: Baseline, shown: string): string[] {
  if (!predictions || !evaluation || evaluation.predictions) return []
  const name = maskPersonalData(predictions.file.split('/').at(-1)!)
  return [
    `The champion's folder ${shown} has no ${name}, so no rows are compared: put it there (\`git add --force\` where \`.gitignore\` names it); where evaluation writes it by another name now, rename it there too (docs/living-with-it.md#renaming-an-output-file).`,
  ]
}

/** The evaluation in the folder, of several seeds where they lie there. */
async function readSeeds(
  folder: string,
  config: ModelConfig,
  path: string,
  version: Parameters<typeof readEvaluation>[2],
  threads: Threads | undefined,
): Promise<ReadEvaluation> {
  const options = threads && { threads }
  const ofSeeds: SeedScores[] = []
  let read: ReadEvaluation | undefined
  for (const [seed, seedPath] of seedsIn(folder, config, path)) {
    const one = await readEvaluation(folder, under(config, seedPath, folder), version, options)
    ofSeeds.push(seedScores(seed, one.evaluation))
    read ??= one
  }
  if (!read) return readEvaluation(folder, under(config, path, folder), version, options)
  return { ...read, evaluation: mergeSeeds(read.evaluation, ofSeeds) }
}

function seedsIn(folder: string, { seeds = [] }: ModelConfig, path: string): [number, string][] {
  return seeds
    .map((seed): [number, string] => [seed, `${path}/seed-${seed}`])
    .filter(([, seedPath]) => existsSync(join(folder, seedPath)))
}

/**
 * A pull request does not choose its own opponent, unless it brings the first configuration, which is all its own: neither by
 * a file, nor by a link that leads to one.
 */
async function isBrought(context: Context, project: Project, files: readonly string[]): Promise<boolean> {
  const { repository, commit, configuration } = project
  if (configuration.source !== 'base' || !repository || !commit) return false
  const own = new Set(await repository.listFilesAt(commit, ''))
  const root = await realpath(context.folder)
  for (const file of files) {
    const real = (await realpath(join(root, file)).catch(unlessMissing)) ?? join(root, file)
    const parts = file.split('/')
    const way = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    if ([...way, relative(root, real)].some(path => own.has(path))) return true
  }
  return false
}

/** What lies in the folder here and is not read. */
async function changesIn(project: Project, path: string, shown: string): Promise<string[]> {
  const { repository, base, commit, uncommitted } = project
  const isIn = (file: string) => file.startsWith(`${path}/`)
  if (repository && base !== undefined && commit !== undefined) {
    const changed = await repository.changedFiles(base, commit)
    if (changed.some(isIn))
      return [
        `The champion's folder ${shown} is read as it is at the base ${base.slice(0, 7)}: what this pull request changes in it counts after the merge.`,
      ]
  }
  if (!uncommitted.some(isIn)) return []
  return [
    `The champion's folder ${shown} is read as it is in git: changes in it that are not committed do not count.`,
  ]
}

/** A fresh checkout has today's file times: only the history knows how old a committed champion is. */
async function committedAt({ repository, base, commit }: Project, path: string): Promise<string | undefined> {
  const at = base ?? commit
  return at === undefined ? undefined : repository?.lastChange(at, path)
}

async function modifiedAt(folder: string, path: string): Promise<string | undefined> {
  return (await stat(join(folder, path)).catch(unlessMissing))?.mtime.toISOString()
}
