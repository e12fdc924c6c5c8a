import type { ModelConfig } from '../../../core/config/config.ts'
import type { SeedScores, Side } from '../../../core/inputs/evaluation.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import { type SetAside, setAside } from '../../../services/files/set-aside.ts'
import type { Context } from '../../context.ts'
import type { Project } from '../project.ts'
import { mergeSeeds, type ReadEvaluation, readEvaluation, seedScores } from '../read-evaluation.ts'
import { CommandFailed, runStep } from '../work.ts'
import { type Baselines, outputsOf, take } from './baseline-files.ts'
import { readChampionFolder } from './champion-folder.ts'
import { championEnvironment, versionOf } from './deployed-champion.ts'

type Configured = NonNullable<ModelConfig['champion']>

/** A folder, or a command; a command that is for a release is told which, and what it writes is that release's. */
export type ChampionSource =
  | Extract<Configured, { path: string }>
  | { run: string; timeout: string; serves?: { environment: string; release: ReleaseRecord } }

/** Reads the champion: its folder, or what its command writes in the clean copy. Several seeds where it has them. */
export async function readChampion(
  context: Context,
  project: Project,
  copy: string,
  commit: string | undefined,
  name: string,
  model: ModelConfig,
  source: ChampionSource,
  found: Baselines,
): Promise<void> {
  if ('path' in source) await readChampionFolder(context, project, copy, model, source.path, found)
  else await runChampion(context, copy, commit, name, model, source, found)
}

// --- internal ---

async function runChampion(
  context: Context,
  copy: string,
  commit: string | undefined,
  name: string,
  model: ModelConfig,
  source: Extract<ChampionSource, { run: string }>,
  found: Baselines,
): Promise<void> {
  const { serves } = source
  const version = serves
    ? versionOf(serves.environment, serves.release)
    : { side: 'champion' as Side, source: `command ${source.run}`, commit }
  try {
    await take(found, 'champion', async () => {
      // Neither a file that is committed nor the candidate's own may be mistaken for what the champion's command wrote.
      const aside = await setAside(copy, name, outputsOf(model))
      try {
        return await runSeeds(context, copy, name, model, source, version, aside)
      } finally {
        await aside.end('failed')
      }
    })
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.cancelled) throw error
    const how = error.failure.signal ?? `exit code ${error.failure.exitCode}`
    found.absent.champion = { reason: `the champion's command failed (${how})`, broken: true }
    found.warnings.push(
      `The champion could not be evaluated: \`${maskPersonalData(source.run)}\` ended with ${how}.`,
    )
  }
}

async function runSeeds(
  context: Context,
  copy: string,
  name: string,
  model: ModelConfig,
  source: Extract<ChampionSource, { run: string }>,
  version: Parameters<typeof readEvaluation>[2],
  aside: SetAside,
): Promise<ReadEvaluation> {
  // A command that does not look at the seed would only repeat itself.
  const seeds = source.run.includes('ASSAY_SEED') ? (model.seeds ?? [undefined]) : [undefined]
  const ofSeeds: SeedScores[] = []
  let read: ReadEvaluation | undefined
  for (const seed of seeds) {
    await aside.clear()
    await runStep(context, {
      title: `Evaluate the champion of ${name}${seed === undefined ? '' : ` (seed ${seed})`}: ${source.run}`,
      command: source,
      folder: copy,
      failsAs: 'evaluation_failed',
      env: {
        ...(source.serves && championEnvironment(source.serves.release)),
        ...(seed !== undefined && { ASSAY_SEED: String(seed) }),
      },
    })
    const one = await readEvaluation(copy, model, version)
    if (seed !== undefined) ofSeeds.push(seedScores(seed, one.evaluation))
    read ??= one
  }
  return ofSeeds.length > 0 ? { ...read!, evaluation: mergeSeeds(read!.evaluation, ofSeeds) } : read!
}
