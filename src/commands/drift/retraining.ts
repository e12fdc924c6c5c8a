import type { Alert } from '../../core/alerts/alert.ts'
import { becauseWords, OVER_WORDS, whatFollows } from '../../core/alerts/following.ts'
import type { Noted } from '../../core/alerts/noted.ts'
import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { retrainBranch } from '../../core/promotion/retraining/branch.ts'
import { deployAddress } from '../../core/secrets/deploy-address.ts'
import type { DriftVerdict } from '../../core/traffic/drift/verdict.ts'
import type { Context, DeployAccess } from '../command/context.ts'
import { withDeploy } from '../deploy/read/deploy-branch.ts'
import { championOf } from '../retraining/champion.ts'
import { type RetrainSource, readRetrainSource, retrainable } from '../retraining/facts.ts'
import { retrainModel } from '../retraining/retrain-model.ts'
import { readRetrainingState } from '../retraining/state.ts'

/** What was found, and what may be done about it. */
export interface Finding {
  verdict: DriftVerdict
  /** drift.md */
  report: string
  /** Configuration on the default branch, which says how the model is trained anew. */
  config: string
  /** Whether it may be. */
  retrain: boolean
}

export interface FollowedUp {
  noted: Partial<Pick<Noted, 'words' | 'retraining'>>
  did: string[]
  /** It is of a release that serves no more: for the issue alone. */
  isQuiet: boolean
}

/**
 * Does what is to be done about alarms besides telling of them: where rows have shifted or the concept has, and nothing is broken, the
 * model is trained anew, once for the version that serves, with the token that `assay retrain` takes. Where that may not be started
 * from here, it says how. What keeps it from being trained is told, and is no end.
 */
export async function followUp(
  context: Context,
  repository: string,
  finding: Finding,
  noted: Noted,
): Promise<FollowedUp> {
  const { model } = finding.verdict
  if (!finding.retrain) {
    const words = noted.over ? OVER_WORDS : wordsOf(noted, model)
    return { noted: { words }, did: [], isQuiet: false }
  }
  try {
    const address = { kind: 'forge', repository, namedBy: 'job' } as const
    return await withDeploy(context, { address, name: repository, branch: '' }, async access => {
      const base = context.ci.defaultBranch ?? (await access.defaultBranch?.()) ?? 'main'
      const source = await readRetrainSource(access.repository, base, finding.config)
      return noted.over
        ? ended(context, access, source, noted, model)
        : retrained(context, access, source, noted, finding)
    })
  } catch (error) {
    if (!isAssayError(error)) throw error
    const words = noted.over ? OVER_WORDS : whyNot(error)
    return { noted: { words }, did: [whyNot(error)], isQuiet: false }
  }
}

// --- internal ---

function wordsOf({ alerts }: Noted, model: string): string {
  const follows = whatFollows(alerts, undefined)
  if (follows.next !== 'retrain') return follows.words
  return `${becauseWords(follows.because)} Have the model trained anew: \`assay retrain ${model}\`.`
}

async function retrained(
  context: Context,
  access: DeployAccess,
  source: RetrainSource,
  noted: Noted,
  { verdict, report }: Finding,
): Promise<FollowedUp> {
  const { model, environment } = verdict
  const { alerts } = noted
  // Whatever serves: what is broken is looked at, whether the deploy repository answers or not.
  const first = whatFollows(alerts, undefined)
  if (first.next !== 'retrain') return { noted: { words: first.words }, did: [], isQuiet: false }
  const config = retrainable(source, model)
  const { repository: name, branch: deployed } = config.deploy
  const address = deployAddress(name, context.ci.serverUrl, 'file')
  const deploy = { address, name, branch: deployed }
  const { version: champion } = await withDeploy(context, deploy, opened =>
    championOf({ access: opened, deploy }, model, config, environment),
  )
  const follows = whatFollows(alerts, champion)
  if (follows.next !== 'retrain')
    return {
      noted: { words: follows.words },
      did: [],
      isQuiet: follows.next === 'nothing' && follows.isQuiet,
    }
  if (!follows.because.some(({ kind }) => isCritical(verdict, kind)))
    return (
      (await begun(context, access, source, noted, model)) ?? {
        noted: { words: HELD },
        did: [],
        isQuiet: false,
      }
    )
  const why = becauseWords(follows.because)
  const asked = {
    source,
    config,
    model,
    champion,
    why,
    report,
    now: context.now(),
    dryRun: false,
    world: context,
  }
  const { action, words, url } = await retrainModel(access, asked)
  const branch = retrainBranch({ model, champion })
  const rule = config.retrain
  const state = await readRetrainingState(context, access, { branch, base: source.branch, rule })
  return {
    noted: state
      ? { words: '', retraining: { branch, ...state } }
      : { words: `It is not trained anew: ${words}.` },
    did: action === 'nothing' ? [] : [`Retraining: ${words}${url === undefined ? '' : `: ${url}`}`],
    isQuiet: false,
  }
}

/** An alarm holds longer than what it is about: that alone is no reason to train. */
const HELD = 'What alarmed is not critical at this look: nothing is trained anew unless it is so again.'

/** Whether it is so at this look. */
function isCritical({ features, concept }: DriftVerdict, kind: Alert['kind']): boolean {
  if (kind === 'concept') return concept?.state === 'critical'
  return features.some(one => one.kind === kind && one.state === 'critical')
}

/** What became of the retraining that was begun; undefined: none was, or the forge knows of none any more. */
async function begun(
  context: Context,
  access: DeployAccess,
  { branch: base, models }: RetrainSource,
  { retraining }: Noted,
  model: string,
): Promise<FollowedUp | undefined> {
  if (!retraining) return undefined
  const { branch } = retraining
  const rule = models[model]?.retrain
  const state = await readRetrainingState(context, access, { branch, base, rule })
  return state && { noted: { words: '', retraining: { branch, ...state } }, did: [], isQuiet: false }
}

async function ended(
  context: Context,
  access: DeployAccess,
  source: RetrainSource,
  noted: Noted,
  model: string,
): Promise<FollowedUp> {
  const was = await begun(context, access, source, noted, model)
  return { noted: { ...was?.noted, words: OVER_WORDS }, did: [], isQuiet: false }
}

function whyNot({ message, problems }: AssayError): string {
  return `It is not trained anew: ${[message, ...problems.map(({ what }) => what)].join('; ')}.`
}
