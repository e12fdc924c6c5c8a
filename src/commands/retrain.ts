import { AssayError } from '../core/errors/errors.ts'
import { deployAddress } from '../core/secrets/deploy-address.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context, DeployAccess } from './command/context.ts'
import type { RETRAIN_OPTIONS } from './command/options.ts'
import { maskFor } from './command/without-secrets.ts'
import { withDeploy } from './deploy/read/deploy-branch.ts'
import type { NamedOutputs } from './result/output-names.ts'
import { takeAttempt } from './retraining/attempt.ts'
import { championOf } from './retraining/champion.ts'
import { readRetrainSource, retrainable } from './retraining/facts.ts'
import { reportAtHand } from './retraining/report.ts'
import { retrainModel } from './retraining/retrain-model.ts'
import { updateData } from './retraining/update.ts'

type Options = OptionValues<typeof RETRAIN_OPTIONS>

/** Begins the retraining of a model, or in the run that was started for one (`--claim`) takes it on. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { repository } = context.ci
  if (repository === undefined)
    throw usage(
      'this is no repository of a forge',
      'run it in the CI of the repository that the model is trained in',
    )
  const address = { kind: 'forge', repository, namedBy: 'job' } as const
  const own = { address, name: repository, branch: '' }
  return withDeploy(context, own, async access => {
    const base = context.ci.defaultBranch ?? (await access.defaultBranch?.()) ?? 'main'
    return options.claim === undefined
      ? retrain(context, options, access, base)
      : attempt(context, options, access, base, options.claim)
  })
}

// --- internal ---

async function retrain(
  context: Context,
  {
    config: file,
    model,
    environment,
    reason = 'Somebody asked for it.',
    report: named,
    'dry-run': dryRun,
  }: Options,
  access: DeployAccess,
  base: string,
): Promise<CommandResult> {
  const source = await readRetrainSource(access.repository, base, file)
  const names = Object.keys(source.models)
  if (model === undefined && names.length > 1)
    throw usage('it is not known which model is meant', `assay retrain <model>: ${names.join(', ')}`)
  const name = model ?? names[0]!
  const config = retrainable(source, name)
  const { repository, branch } = config.deploy
  const deploy = {
    address: deployAddress(repository, context.ci.serverUrl, 'file'),
    name: repository,
    branch,
  }
  const champion = await withDeploy(context, deploy, opened =>
    championOf({ access: opened, deploy }, name, config, environment),
  )
  const report = await reportAtHand(context.folder, name, named)
  const done = await retrainModel(access, {
    world: context,
    source,
    config,
    model: name,
    champion: champion.version,
    why: reason,
    report: report && maskFor(context).text(report),
    now: context.now(),
    dryRun,
  })
  const { action, words, url } = done
  return {
    exitCode: 0,
    text: `${SIGNS[action]} ${name}, for ${champion.version}: ${words}${url === undefined ? '' : `\n    ${url}`}`,
    json: done,
    outputs: {
      'retrain-action': action,
      'retrain-url': url ?? '',
    } satisfies NamedOutputs,
  }
}

async function attempt(
  context: Context,
  { config, report }: Options,
  access: DeployAccess,
  base: string,
  claim: string,
): Promise<CommandResult> {
  const { runOrder } = context.ci
  if (runOrder === undefined) throw usage('--claim is for the run that was started', 'leave it out')
  const run = runOrder.split('.')[0]!
  const taken = await takeAttempt(access, {
    claim,
    run,
    base,
    config,
    reportOf: async model => {
      const found = await reportAtHand(context.folder, model, report)
      return found && maskFor(context).text(found)
    },
    update: (command, updating) => updateData(context, command, updating),
  })
  const { model, words, url, isOurs } = taken
  return {
    exitCode: 0,
    text: `${isOurs ? '✅' : '⏭'} ${model}: ${words}${url === undefined ? '' : `\n    ${url}`}`,
    json: taken,
    outputs: {
      'retrain-claimed': String(isOurs),
      'retrain-branch': taken.branch,
    } satisfies NamedOutputs,
  }
}

const SIGNS = { proposed: '➕', started: '➕', waits: '⏳', nothing: '✅' }

function usage(what: string, fix: string): AssayError {
  return new AssayError({
    code: 'USAGE',
    title: 'Nothing can be retrained like this',
    problems: [{ what, fix }],
  })
}
