import { AssayError } from '../core/errors/errors.ts'
import { count } from '../core/text/numbers.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { RETIRE_OPTIONS } from './command/options.ts'
import { maskFor } from './command/without-secrets.ts'
import { findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { retireModel } from './deploy/retire/retire-model.ts'
import type { Retired } from './deploy/retire/retired.ts'
import { type SweptRetrainings, sweepRetrainings } from './deploy/retire/sweep-retrainings.ts'
import type { NamedOutputs } from './result/output-names.ts'

type Options = OptionValues<typeof RETIRE_OPTIONS>

/** Proposes to take what Assay keeps of a model out of the deploy repository; once that is merged, removes its branches. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { model, reason, 'dry-run': dryRun } = options
  if (model === undefined)
    throw new AssayError({
      code: 'USAGE',
      title: 'It is not said which model is to be retired',
      problems: [{ what: 'there is no --model', fix: 'assay retire <model>' }],
    })
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access => {
    const why = reason === undefined ? {} : { reason: maskFor(context).text(reason) }
    const retired = await retireModel(access, deploy, { model, ...why, dryRun, now: context.now() })
    const { action, words, text, files, pullRequest, notes } = retired
    const own = files.length === 0 ? await sweepRetrainings(context, deploy, { model, dryRun }) : undefined
    const lines = [
      `${SIGNS[action]} ${model}: ${words}`,
      ...(pullRequest ? [`    ${pullRequest.url}`] : []),
      ...notes.map(note => `    ${note}`),
      ...(own ? retrainingLines(own, dryRun) : []),
    ]
    return {
      exitCode: 0,
      text: text === '' ? lines.join('\n') : `${lines.join('\n')}\n\n${text}`,
      json: { repository: deploy.name, branch: deploy.branch, ...retired, ...(own && { retrainings: own }) },
      outputs: {
        'promotion-action': action === 'swept' ? 'closed' : action,
        'promotion-url': pullRequest?.url ?? '',
      } satisfies NamedOutputs,
    }
  })
}

// --- internal ---

function retrainingLines({ repository, gone, claims, kept }: SweptRetrainings, dryRun: boolean): string[] {
  const what = [...gone, ...(claims === 0 ? [] : [count(claims, 'claim')])]
  const done = what.length === 0 ? [] : [`${dryRun ? 'would remove' : 'removed'} ${what.join(', ')}`]
  return [...done, ...kept].map(line => `    in ${repository}: ${line}`)
}

const SIGNS: Record<Retired['action'], string> = {
  proposed: '➕',
  updated: '🔄',
  unchanged: '⏳',
  left_alone: '✋',
  waits: '⏳',
  swept: '➖',
  nothing: '·',
}
