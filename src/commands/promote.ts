import type { DeployConfig } from '../core/deploy-config/deploy-config.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import type { PromotionFacts } from '../core/promotion/plan/facts.ts'
import type { ReleaseRecord } from '../core/release/record.ts'
import { MODEL_NAME } from '../core/text/names.ts'
import type { Result } from '../core/verdict/result.ts'
import { isUntouched } from '../core/verdict/untouched.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context, DeployAccess } from './command/context.ts'
import { inWordsOf } from './command/faces.ts'
import type { PROMOTE_OPTIONS } from './command/options.ts'
import { unknownEnvironment } from './command/unknown-name.ts'
import { answerAsker } from './deploy/live/ask-answer.ts'
import { controllerAsker } from './deploy/live/ask-controller.ts'
import { liveAsker } from './deploy/live/ask-live.ts'
import { triedAsker } from './deploy/live/ask-tried.ts'
import { tellTakenBack } from './deploy/live/taken-back.ts'
import { promoteModels } from './deploy/promote/promote-models.ts'
import { wayBackAsker } from './deploy/promote/way-back.ts'
import { type DeployBranch, findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import type { ModelSites } from './deploy/read/model-state.ts'
import { checkModel, modelsOf } from './deploy/read/models.ts'
import { checkReached, openSites, unreached } from './deploy/read/sites.ts'
import { askedBy } from './deploy/write/asked-by.ts'
import { holdModel } from './deploy/write/hold.ts'
import { promotionsResult } from './deploy/write/promotions-result.ts'
import type { CarriedOut } from './deploy/write/propose.ts'
import { releaseHold } from './deploy/write/release-hold.ts'
import { rendererFor } from './deploy/write/render.ts'
import { modelForgeOf } from './deploy/write/report-live.ts'
import { canaryAsker } from './drift/canary-asker.ts'
import { slackOf } from './drift/slack.ts'
import { aliasTeller } from './mlflow/aliases.ts'
import { readOwnResult } from './result/own-result.ts'

type Options = OptionValues<typeof PROMOTE_OPTIONS>

/**
 * Brings every promotion of the deploy repository to where it should be: opens what may enter, updates what is older, closes
 * what is there, merges what nobody has to approve. Running it twice changes nothing.
 */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  checkHoldOptions(options)
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access => {
    if (options.hold || options['release-hold'])
      return promotionsResult([await changeHold(context, access, deploy, options)], deploy)
    const sites = await openSites({ access, deploy }, { mayLack: 'any' })
    const [{ lacking }] = sites
    checkReached(sites[0], options.environment)
    checkEnvironment(sites[0].config, options.environment)
    const chosen = options.model === undefined ? await modelsOf(sites) : [options.model]
    const askLive = liveAsker(context)
    const askCanary = canaryAsker(context, triedAsker(context, access, deploy))
    const askController = controllerAsker(context, deploy)
    const askWayBack = wayBackAsker(access.repository, deploy.branch)
    const render = rendererFor(context)
    const way = {
      modelForge: (release: ReleaseRecord) => modelForgeOf(context, release),
      slack: slackOf(context),
      askComesYet: askCanary.comesYet,
    }
    const tellAliases = aliasTeller(context)
    const onFacts = async ([{ state }]: ModelSites, facts: PromotionFacts) => {
      if (options['dry-run']) return
      const { did, notes } = await tellTakenBack(context, access, deploy, { state, facts }, way)
      for (const words of did) context.log.info(words)
      for (const words of notes) context.log.warn(`${state.model}: ${words}`)
      const aliases = await tellAliases(state.model, facts)
      for (const words of aliases.did) context.log.info(words)
      for (const words of aliases.notes) context.log.warn(`${state.model}: MLflow: ${words}`)
    }
    const askAnswer = answerAsker(context, deploy, 'anywhere')
    const optionsOf = async (model: string) => {
      const result = await resultOf(context, options.output, model)
      return {
        model,
        environment: options.environment,
        dryRun: options['dry-run'],
        askLive,
        askAnswer,
        askCanary,
        askController,
        askWayBack,
        onFacts,
        render,
        ...(result && { result }),
        ...(chosen.length === 1 && { seen: sites }),
      }
    }
    const { carriedOut, problems } = await promoteModels(context, access, deploy, chosen, optionsOf, lacking)
    // Whoever asks about one environment alone is told of that.
    const unseen = options.environment === undefined ? unreached(sites[0]) : []
    // A name that is not there is a mistake, not a wish for nothing. Only then the whole repository is listed for it.
    if (options.model !== undefined && carriedOut.length === 0 && lacking.length === 0)
      await checkModel(sites, options.model)
    return promotionsResult(
      carriedOut,
      deploy,
      [...unseen, ...problems].map(error => inWordsOf(context.face, error)),
    )
  })
}

// --- internal ---

async function changeHold(
  context: Context,
  access: DeployAccess,
  deploy: DeployBranch,
  { model = '', environment = '', hold, reason = 'no reason given', 'dry-run': dryRun }: Options,
): Promise<CarriedOut> {
  const asked = { model, environment, dryRun }
  if (!hold) return releaseHold({ access, deploy }, asked)
  return holdModel({ access, deploy }, { ...asked, ...askedBy(context, reason) })
}

/** Flags that do not go together, or not without the others, are mistakes: nothing is held half. */
function checkHoldOptions({ model, environment, hold, reason, 'release-hold': lift }: Options): void {
  const usage = (title: string, what: string, fix: string) =>
    new AssayError({ code: 'USAGE', title, problems: [{ what, fix }] })
  if (hold && lift)
    throw usage(
      'Hold it, or lift its hold?',
      'a hold and its release are asked for at once',
      'leave one of them out',
    )
  if (reason !== undefined && !hold)
    throw usage(
      'A reason is given for a hold',
      'a reason, and nothing that is held',
      'add --hold, or leave it out',
    )
  if ((!hold && !lift) || (model !== undefined && environment !== undefined)) return
  const flag = hold ? '--hold' : '--release-hold'
  throw usage(
    'A hold is of one model in one environment',
    'a model and an environment have to be named',
    `assay promote <model> --environment <name> ${flag}`,
  )
}

function checkEnvironment({ environments }: DeployConfig, only: string | undefined): void {
  const names = environments.map(({ name }) => name)
  if (only !== undefined && !names.includes(only)) throw unknownEnvironment(only, names)
}

/** A result that lies in the output folder weighs a release anew; one that cannot be read says nothing that could be believed. */
async function resultOf(context: Context, output: string, model: string): Promise<Result | undefined> {
  // What is no name of a model is refused by what reads its state.
  if (!MODEL_NAME.test(model)) return undefined
  try {
    const result = await readOwnResult(context, output, model)
    return isUntouched(result) ? undefined : result
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}
