import type { ModelConfig } from '../../../core/config/config.ts'
import type { SeedScores, Side } from '../../../core/inputs/evaluation.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import { type SetAside, setAside } from '../../../services/files/set-aside.ts'
import { endWords } from '../../project/ended.ts'
import { outputsOf } from '../../project/model-files.ts'
import type { ModelWork } from '../../project/project.ts'
import { mergeSeeds, type ReadEvaluation, readEvaluation, seedScores } from '../../project/read-evaluation.ts'
import { CommandFailed, runStep } from '../../project/work.ts'
import { type Baseline, ofReading, orAbsent } from './baseline.ts'
import { readChampionFolder } from './champion-folder.ts'
import { championEnvironment, versionOf } from './deployed-champion.ts'

type Configured = NonNullable<ModelConfig['champion']>

/** A folder, or a command; a command that is for a release is told which, and what it writes is that release's. */
export type ChampionSource =
  | Extract<Configured, { path: string }>
  | { run: string; timeout: string; serves?: { environment: string; release: ReleaseRecord } }

/** The files of a commit in a folder of their own; without a commit the working tree. */
export interface Copy {
  folder: string
  commit?: string
}

/** Reads the champion: its folder, or what its command writes in the clean copy. Several seeds where it has them. */
export async function readChampion(work: ModelWork, copy: Copy, source: ChampionSource): Promise<Baseline> {
  return orAbsent('champion', () =>
    'path' in source ? readChampionFolder(work, copy.folder, source.path) : runChampion(work, copy, source),
  )
}

// --- internal ---

type Run = Extract<ChampionSource, { run: string }>

async function runChampion(work: ModelWork, { folder, commit }: Copy, source: Run): Promise<Baseline> {
  const { serves } = source
  const version = serves
    ? versionOf(serves.environment, serves.release)
    : { side: 'champion' as Side, source: `command ${source.run}`, commit }
  // Neither a file that is committed nor the candidate's own may be mistaken for what the champion's command wrote.
  const aside = await setAside(folder, work.model, outputsOf(work.config))
  try {
    return ofReading('champion', await runSeeds(work, folder, source, version, aside))
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.cancelled) throw error
    const how = endWords(source, error.failure)
    return {
      absent: { reason: `the champion's command ${how}`, broken: true },
      warnings: [`The champion could not be evaluated: \`${maskPersonalData(source.run)}\` ${how}.`],
    }
  } finally {
    await aside.end('failed')
  }
}

async function runSeeds(
  { context, model, config }: ModelWork,
  folder: string,
  source: Run,
  version: Parameters<typeof readEvaluation>[2],
  aside: SetAside,
): Promise<ReadEvaluation> {
  // A command that does not look at the seed would only repeat itself.
  const seeds = source.run.includes('ASSAY_SEED') ? (config.seeds ?? [undefined]) : [undefined]
  const ofSeeds: SeedScores[] = []
  let read: ReadEvaluation | undefined
  for (const seed of seeds) {
    await aside.clear()
    await runStep(context, {
      title: `Evaluate the champion of ${model}${seed === undefined ? '' : ` (seed ${seed})`}: ${source.run}`,
      command: source,
      folder,
      failsAs: 'evaluation_failed',
      env: {
        ...(source.serves && championEnvironment(source.serves.release)),
        ...(seed !== undefined && { ASSAY_SEED: String(seed) }),
      },
    })
    const one = await readEvaluation(folder, config, version)
    if (seed !== undefined) ofSeeds.push(seedScores(seed, one.evaluation))
    read ??= one
  }
  return ofSeeds.length > 0 ? { ...read!, evaluation: mergeSeeds(read!.evaluation, ofSeeds) } : read!
}
