import type { Alert } from '../../../core/alerts/alert.ts'
import { becauseWords, OVER_WORDS, whatFollows } from '../../../core/alerts/following.ts'
import { NO_ENVIRONMENT } from '../../../core/alerts/issue.ts'
import type { Noted } from '../../../core/alerts/noted.ts'
import type { Retrain } from '../../../core/config/retrain.ts'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { isOutside } from '../../../core/errors/outside.ts'
import { retrainBranch } from '../../../core/promotion/retraining/branch.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { type Retrainable, type RetrainSource, readRetrainSource } from '../../retraining/facts.ts'
import { retrainModel } from '../../retraining/retrain-model.ts'
import { readRetrainingState } from '../../retraining/state.ts'
import { readChampion } from '../champion.ts'
import { ownersAt } from '../comments/owners.ts'
import type { AlertKey } from '../keys.ts'
import type { BotWorld } from '../world.ts'
import { readNotes } from './noted.ts'

/** What is done about what fires, and what became of it. */
export interface Standing {
  noted: Pick<Noted, 'words' | 'people' | 'retraining'>
  did: string[]
  /** For the issue alone: it is of no model, of no environment of it, or of a release that serves no more. */
  isQuiet: boolean
  /** When to look again, in milliseconds since the epoch. */
  again?: number
  /** What keeps it from being trained anew. */
  error?: unknown
}

/** Does what is to be done about an alert besides telling of it. A second call does nothing more. */
export async function standingOf(
  world: BotWorld,
  access: RepositoryConnection,
  key: AlertKey,
  noted: Noted,
): Promise<Standing> {
  const { model, environment } = key
  const over = noted.moved ? '' : OVER_WORDS
  if (model === undefined || environment === NO_ENVIRONMENT) {
    const named = model === undefined ? 'no model' : `no environment of ${model}`
    return {
      noted: { words: noted.over ? over : `It names ${named}, so nothing is trained anew.` },
      did: [],
      isQuiet: true,
    }
  }
  const of = { ...key, model }
  if (noted.over)
    return { noted: { words: over, ...(await followed(world, access, of, noted)) }, did: [], isQuiet: false }
  const serving = await servingFor(world, access, of)
  const follows = whatFollows(noted.alerts, 'champion' in serving ? serving.champion : undefined)
  const rest = await followed(world, access, of, noted)
  if (follows.next === 'nothing')
    return { noted: { words: follows.words, ...rest }, did: [], isQuiet: follows.isQuiet }
  if (follows.next === 'look') {
    const people = await ownersOfGates(access, of)
    const { words } = follows
    return { noted: { words, ...(people.length > 0 && { people }), ...rest }, did: [], isQuiet: false }
  }
  if ('error' in serving)
    return { ...failed(serving.error), noted: { words: wordsOf(serving.error), ...rest } }
  const known = follows.because.filter(one => one.environment === undefined)
  if (known.length === 0) {
    const words = `It is not trained anew before it is known which environments ${model} has.`
    return { noted: { words, ...rest }, did: [], isQuiet: false }
  }
  try {
    const told = noted.drift && (await readNotes(access))(of).report
    const report = told ?? (await reportOfWatch(world, of, serving))
    return await retrained(world, access, of, serving, known, report)
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { ...failed(error), noted: { words: wordsOf(error), ...rest } }
  }
}

// --- internal ---

type OfModel = AlertKey & { model: string }

interface Serving {
  source: RetrainSource
  config: Retrainable
  champion: string
}

/** What serves there, and how the model is trained; or why that is not known. */
async function servingFor(
  world: BotWorld,
  access: RepositoryConnection,
  { repository, model, environment }: OfModel,
): Promise<Serving | { error: AssayError }> {
  try {
    const source = await readRetrainSource(access.repository, await access.defaultBranch(), CONFIG_FILE)
    const asked = { forge: repository.forge, source, model, environment }
    const { config, version: champion } = await readChampion(world, asked)
    return { source, config, champion }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { error }
  }
}

async function retrained(
  world: BotWorld,
  access: RepositoryConnection,
  of: OfModel,
  { source, config, champion }: Serving,
  moved: readonly Alert[],
  report: string | undefined,
): Promise<Standing> {
  const { model } = of
  const why = becauseWords(moved)
  const asked = { source, config, model, champion, why, report, now: world.now(), dryRun: false, world }
  const { action, words, again } = await retrainModel(access, asked)
  const branch = retrainBranch({ model, champion })
  const state = await readRetrainingState(world, access, {
    branch,
    base: source.branch,
    rule: config.retrain,
  })
  // What was trained lately and shifts again is not mended by more of it: a person has to look.
  const isHeldBack = !state && action === 'waits' && again === undefined
  const people = isHeldBack ? await ownersOfGates(access, of) : []
  return {
    noted: state
      ? { words: '', retraining: { branch, ...state } }
      : { words: `It is not trained anew: ${words}.`, ...(people.length > 0 && { people }) },
    did: action === 'proposed' || action === 'started' ? [`${model}: ${words}`] : [],
    isQuiet: false,
    ...(again !== undefined && { again }),
  }
}

/** What `assay watch` shows of the model, where the bot is told of one. */
async function reportOfWatch(
  { traffic }: BotWorld,
  { repository: { forge }, model, environment }: OfModel,
  { config: { deploy } }: Serving,
): Promise<string | undefined> {
  if (environment === undefined) return undefined
  return traffic?.report({ forge, name: deploy.repository }, { model, environment })
}

/** What became of the retraining that was begun before. */
async function followed(
  world: BotWorld,
  access: RepositoryConnection,
  { model }: OfModel,
  { retraining }: Noted,
): Promise<Pick<Noted, 'retraining'>> {
  if (!retraining) return {}
  if (retraining.state !== 'begun' && retraining.state !== 'opened') return { retraining }
  const base = await access.defaultBranch()
  const { branch } = retraining
  const state = await readRetrainingState(world, access, {
    branch,
    base,
    rule: await ruleOf(access, base, model),
  })
  return { retraining: state ? { branch, ...state } : retraining }
}

/** How a model is trained; undefined where the default branch does not say it any more. */
async function ruleOf(
  access: RepositoryConnection,
  base: string,
  model: string,
): Promise<Retrain | undefined> {
  try {
    return (await readRetrainSource(access.repository, base, CONFIG_FILE)).models[model]?.retrain
  } catch (error) {
    if (!isAssayError(error) || isOutside(error)) throw error
    return undefined
  }
}

/** Whom the model's repository names for its gates. */
async function ownersOfGates(access: RepositoryConnection, { repository }: OfModel): Promise<string[]> {
  const head = await access.repository.readHead(await access.defaultBranch(), CONFIG_FILE)
  if (!head) return []
  const owners = await ownersAt(repository.forge, access.repository, head.head.commit, CONFIG_FILE)
  return (owners ?? []).slice(0, 20)
}

function failed(error: AssayError): Omit<Standing, 'noted'> {
  return { did: [], isQuiet: false, error }
}

function wordsOf({ message, problems }: AssayError): string {
  return `It is not trained anew: ${[message, ...problems.map(({ what }) => what)].join('; ')}.`
}
