import type { ModelConfig } from '../../../core/config/config.ts'
import { configInForce } from '../../../core/config/in-force.ts'
import { parseConfig } from '../../../core/config/read-config.ts'
import { type AssayError, isAssayError, positionWords } from '../../../core/errors/errors.ts'
import type { TestSet } from '../../../core/inputs/evaluation.ts'
import type { CandidateRows } from '../../../core/inputs/kept/kept-rows.ts'
import { isOfPattern } from '../../../core/inputs/versioned-file.ts'
import { evaluationOf, usageOf } from '../../../core/release/evaluation-of.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import { didYouMean } from '../../../core/text/nearest.ts'
import type { Context } from '../../command/context.ts'
import { readServing, type Serving } from '../../deploy/read/serving.ts'
import { only, outputsAmong } from '../../project/model-files.ts'
import type { ModelWork, Project } from '../../project/project.ts'
import { readEvaluation } from '../../project/read-evaluation.ts'
import { championRows } from '../rows/champion-rows.ts'
import { type Baseline, type Baselines, ofReading } from './baseline.ts'

/** The champion that serves: in the environment that the configuration names, else in the last of the order. */
export interface DeployedSource {
  environment: string | undefined
  run: string | undefined
  timeout: string
  /** The configuration asks for it: then nothing may pass where it cannot be had. */
  asked: boolean
}

/** undefined: the model's champion does not come from a deploy repository. */
export function deployedSource({ champion, deploy }: ModelConfig): DeployedSource | undefined {
  if (champion && 'environment' in champion) {
    const { environment, run, timeout } = champion
    return { environment, run, timeout, asked: true }
  }
  if (champion || !deploy) return undefined
  return { environment: undefined, run: undefined, timeout: '6h', asked: false }
}

export type FoundChampion =
  | { environment: string; release: ReleaseRecord; serving: Serving }
  | { absent: { reason: string; broken: boolean }; serving?: Serving }

/** Looks up which release is the champion. Never throws for what others did: then it is absent, with the reason. */
export async function findDeployedChampion(work: ModelWork, source: DeployedSource): Promise<FoundChampion> {
  let serving: Serving
  try {
    serving = await readServing(work)
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { absent: { reason: unreachable(work.context, error), broken: source.asked } }
  }
  const names = serving.environments.map(one => one.name)
  const environment = source.environment ?? names.at(-1)
  const at = serving.environments.find(one => one.name === environment)
  const absent = (reason: string, broken: boolean) => ({ absent: { reason, broken }, serving })
  if (!at) return absent(noEnvironment(source.environment, serving.deploy.name, names), source.asked)
  if (at.broken !== undefined)
    return absent(`what serves in ${at.name} is not known: ${at.broken}`, source.asked)
  if (!at.release) return absent(`nothing serves in ${at.name} yet`, false)
  return { environment: at.name, release: at.release, serving }
}

/**
 * The champion's evaluation without running anything: from its own files where they are in git at its commit, else from the rows
 * that were kept with it, else what its record keeps.
 *
 * @param candidate its rows, which those that are the same are found again by
 */
export async function readDeployedChampion(
  work: ModelWork,
  { environment, release }: { environment: string; release: ReleaseRecord },
  candidate: CandidateRows,
): Promise<Baseline> {
  const { repository } = work.project
  const found = repository && (await filesAt(repository, release.commit, work))
  const inRecord = (...warnings: string[]) => ({
    evaluation: evaluationOf(release, 'champion', sourceOf(environment, release)),
    warnings,
  })
  if (!repository || !found) {
    const rows = await championRows(work, release, candidate)
    if (!rows) return inRecord()
    if ('problem' in rows)
      return inRecord(
        `The champion's rows are not to be had, so the comparison with it is unpaired: ${rows.problem}.`,
      )
    const kept = inRecord()
    return { ...kept, evaluation: { ...kept.evaluation, predictions: rows } }
  }
  const short = release.commit.slice(0, 7)
  try {
    const read = await repository.withWorktree(release.commit, copy =>
      readEvaluation(copy, only(found.config, found.files), versionOf(environment, release)),
    )
    if (!isOther(read.evaluation.testSet, release.test_set)) return ofReading('champion', read)
    return inRecord(
      `The champion's files in git at its commit ${short} are of another test set than its record says, so the record is used.`,
    )
  } catch (error) {
    if (!isAssayError(error)) throw error
    const why = maskPersonalData(error.problems.map(problem => problem.what).join('; '))
    return inRecord(
      `The champion's files at its commit ${short} are of no use, so its record is used: ${why}.`,
    )
  }
}

/** Which version a champion is, as its record says. */
export function versionOf(environment: string, release: ReleaseRecord) {
  return {
    side: 'champion' as const,
    source: sourceOf(environment, release),
    commit: release.commit,
    madeAt: release.committed,
  }
}

/** What the champion's command is told. */
export function championEnvironment({ commit, version, image, uri }: ReleaseRecord): Record<string, string> {
  return {
    ASSAY_CHAMPION_COMMIT: commit,
    ASSAY_CHAMPION_VERSION: version,
    ...(image && { ASSAY_CHAMPION_IMAGE: `${image.name}@${image.digest}` }),
    ...(uri !== undefined && { ASSAY_CHAMPION_URI: uri }),
  }
}

/**
 * What records know beyond the files: the cost of making champion and base; and the base itself, where its files are not in git
 * but it was released.
 */
export function withRecords(
  { base: commit }: Project,
  release: ReleaseRecord | undefined,
  serving: Serving,
  { champion, base }: Baselines,
): Baselines {
  const released = serving.environments.find(one => commit !== undefined && one.release?.commit === commit)
  const ofBase = released?.release && baseFrom(base, released.name, released.release)
  return {
    champion: release ? withUsage(champion, release) : champion,
    base: released?.release && ofBase ? withUsage(ofBase, released.release) : base,
  }
}

/** The first problem of an error in one line. */
export function inWords({ problems: [first, ...others], message }: AssayError): string {
  if (!first) return message
  const position = positionWords(first.where)
  const more = others.length > 0 ? `; and ${others.length} more` : ''
  return `${position ? `${position}: ` : ''}${first.what}${first.fix ? ` (${first.fix})` : ''}${more}`
}

// --- internal ---

function baseFrom(base: Baseline, environment: string, release: ReleaseRecord): Baseline {
  if (base.evaluation || base.absent.broken) return base
  return {
    ...base,
    absent: undefined,
    evaluation: evaluationOf(release, 'base', sourceOf(environment, release)),
  }
}

function withUsage(baseline: Baseline, release: ReleaseRecord): Baseline {
  const usage = baseline.evaluation?.usage ?? usageOf(release)
  return baseline.evaluation && usage
    ? { ...baseline, evaluation: { ...baseline.evaluation, usage } }
    : baseline
}

function sourceOf(environment: string, { version }: ReleaseRecord): string {
  return `${environment}: release ${version}`
}

type Found = { config: ModelConfig; files: string[] }

/** The model's files in git at a commit, as they are called now, or were then; undefined where they are too few to weigh as well as by the record. */
async function filesAt(
  repository: NonNullable<Project['repository']>,
  commit: string,
  { project, model, config }: ModelWork,
): Promise<Found | undefined> {
  try {
    const at = await repository.resolveCommit(commit)
    const there = [...(await repository.listFilesAt(at, ''))]
    const then = async () => configThen(await repository.readFileAt(at, project.configFile), model, config)
    return filesAmong(config, there) ?? filesAmong(await then(), there)
  } catch (error) {
    if (isAssayError(error, 'GIT_COMMIT_NOT_FOUND', 'GIT_REF_INVALID', 'GIT_FAILED')) return undefined
    throw error
  }
}

function filesAmong(config: ModelConfig, there: readonly string[]): Found | undefined {
  const files = outputsAmong(config, there)
  const needed = config.predictions?.file
  return files.length > 0 && (needed === undefined || files.some(file => isOfPattern(needed, file)))
    ? { config, files }
    : undefined
}

/** The rules of now with the paths of then. A configuration that nobody can read any more says nothing of them. */
function configThen(text: Uint8Array | undefined, model: string, config: ModelConfig): ModelConfig {
  try {
    const then = text && parseConfig(new TextDecoder().decode(text), CONFIG_FILE).config
    return then ? configInForce({ models: { [model]: config } }, then).models[model]! : config
  } catch (error) {
    if (!isAssayError(error, 'CONFIG_INVALID')) throw error
    return config
  }
}

/** What lies in git may be of another evaluation than the one that was released. */
function isOther(found: TestSet | undefined, recorded: TestSet | undefined): boolean {
  return found !== undefined && recorded !== undefined && found.hash !== recorded.hash
}

function unreachable({ ci }: Context, error: AssayError): string {
  if (ci.fromFork)
    return `this pull request comes from a fork, whose runs get no token for the deploy repository, so nobody can tell here what serves (${error.problems[0]?.what ?? error.message})`
  return `the deploy repository does not say what serves: ${maskPersonalData(inWords(error))}`
}

function noEnvironment(asked: string | undefined, repository: string, names: string[]): string {
  if (names.length === 0) return `${repository} has no environment that this model enters`
  const meant = didYouMean(asked ?? '', names)
  return `${repository} has no environment ${asked} for this model, but ${names.join(', ')}${meant ? ` (${meant})` : ''}`
}
