import type { ModelConfig } from '../../../core/config/config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { Side } from '../../../core/inputs/evaluation.ts'
import type { CandidateRows } from '../../../core/inputs/kept/kept-rows.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import type { Absence } from '../../../core/verdict/gates/inputs.ts'
import type { Repository } from '../../../services/git/git.ts'
import { only, outputsIn } from '../../project/model-files.ts'
import type { ModelWork } from '../../project/project.ts'
import { readEvaluation } from '../../project/read-evaluation.ts'
import { type Baseline, type Baselines, none, ofReading, orAbsent } from './baseline.ts'
import { type ChampionSource, type Copy, readChampion } from './champion.ts'
import {
  type DeployedSource,
  deployedSource,
  type FoundChampion,
  findDeployedChampion,
  readDeployedChampion,
  withRecords,
} from './deployed-champion.ts'
import { namedBaseline } from './named-baseline.ts'

/**
 * What the candidate is weighed against. The base: the same files as they stand in git at the base commit. The champion: what
 * serves as the deploy repository says, a folder, or a command that evaluates the champion's model. Folder and command are of a
 * clean copy of the base commit where they exist there, so that a pull request cannot choose its own opponent. A baseline that
 * cannot be had is absent with its reason.
 *
 * @param candidate its rows
 */
export async function readBaselines(
  work: ModelWork,
  asked: string | undefined,
  candidate: CandidateRows = { ids: [] },
): Promise<Baselines> {
  const atBase = { ...work, config: configAtBase(work) }
  const deployed = asked === undefined ? deployedSource(atBase.config) : undefined
  const serves = deployed && (await findDeployedChampion(atBase, deployed))
  const source = await sourceOf(atBase, asked, deployed, serves)
  const read = await readFiles(atBase, source, serves && 'absent' in serves ? serves.absent : undefined)
  const release = serves && 'release' in serves ? serves : undefined
  const champion = release && !source ? await readDeployedChampion(atBase, release, candidate) : read.champion
  const baselines = { ...read, champion }
  return serves?.serving ? withRecords(work.project, release?.release, serves.serving, baselines) : baselines
}

/** Whether only files are read for them, whatever the candidate is: nothing is run for them, and nobody is asked. */
export function isReadingAlone({ config: { champion } }: ModelWork, asked: string | undefined): boolean {
  return asked === undefined && champion !== undefined && 'path' in champion
}

// --- internal ---

/** By its own commands and files, whatever the pull request calls them; the opponent that was asked for is the caller's. */
function configAtBase({ project: { ofBase }, model, config: candidate }: ModelWork): ModelConfig {
  return { ...(ofBase?.models[model] ?? candidate), champion: candidate.champion, deploy: candidate.deploy }
}

/** What is read in the copy; undefined where there is nothing to read there. */
async function sourceOf(
  { context, project, config: { champion } }: ModelWork,
  baseline: string | undefined,
  deployed: DeployedSource | undefined,
  serves: FoundChampion | undefined,
): Promise<ChampionSource | undefined> {
  if (baseline !== undefined) return namedBaseline(context, project, baseline)
  if (!deployed) return champion && 'environment' in champion ? undefined : champion
  const { run, timeout } = deployed
  return run !== undefined && serves && 'release' in serves ? { run, timeout, serves } : undefined
}

/** What the files of base and champion say: in a clean copy of the commit where there is one, else where they lie. */
async function readFiles(
  work: ModelWork,
  source: ChampionSource | undefined,
  noChampion: Absence = NO_CHAMPION,
): Promise<Baselines> {
  const { context, project } = work
  const { repository, base } = project
  const commit = base ?? project.commit
  const championIn = async (copy: Copy) =>
    source ? readChampion(work, copy, source) : { absent: noChampion, warnings: [] }
  const baseIn = async (copy: Copy) =>
    base === undefined ? none(project.noBase) : readBase(work, copy.folder, base)
  if (!repository || commit === undefined || (base === undefined && !source))
    return { base: none(project.noBase), champion: await championIn({ folder: context.folder }) }
  return inCopy(repository, commit, async copy => ({
    base: await baseIn(copy),
    champion: await championIn(copy),
  }))
}

const NO_CHAMPION: Absence = {
  reason: 'there is no champion yet: nothing serves to compare with',
  broken: false,
}

/** A clean copy of a commit. One that cannot be made (a failing LFS download, a full disk) leaves the baselines absent. */
async function inCopy(
  repository: Repository,
  commit: string,
  read: (copy: Copy) => Promise<Baselines>,
): Promise<Baselines> {
  try {
    return await repository.withWorktree(commit, folder => read({ folder, commit }))
  } catch (error) {
    if (!isAssayError(error)) throw error
    const why = `copy of the commit ${commit.slice(0, 7)} could be made: ${maskPersonalData(error.problems.map(problem => problem.what).join('; '))}`
    const absent = { reason: `no ${why}`, broken: true }
    return { base: { absent, warnings: [`No ${why}.`] }, champion: { absent, warnings: [] } }
  }
}

async function readBase({ config }: ModelWork, copy: string, commit: string): Promise<Baseline> {
  const present = outputsIn(copy, config)
  if (present.length === 0)
    return none(`the metric and predictions files are not in git at the base commit ${commit.slice(0, 7)}`)
  const version = { side: 'base' as Side, source: 'base commit', commit }
  return orAbsent('base', async () =>
    ofReading('base', await readEvaluation(copy, only(config, present), version)),
  )
}
