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
    const asked = { model, ...why, dryRun, now: context.now() }
    const retired = await retireModel({ access, deploy }, asked)
    const isOver = retired.every(({ files }) => files.length === 0)
    const own = isOver ? await sweepRetrainings(context, deploy, { model, dryRun }) : undefined
    const told = toldOf(retired)
    const [first] = told
    return {
      exitCode: 0,
      text: [
        ...told.map(one => retiredText(one, told.length > 1)),
        ...(own ? retrainingLines(own, dryRun) : []),
      ].join('\n'),
      json: {
        repository: deploy.name,
        branch: deploy.branch,
        model,
        retired,
        ...(own && { retrainings: own }),
      },
      outputs: {
        'promotion-action': first!.action === 'swept' ? 'closed' : first!.action,
        'promotion-url': first!.pullRequest?.url ?? '',
      } satisfies NamedOutputs,
    }
  })
}

// --- internal ---

/** Where something was done, that alone; else that there was nothing, once. */
function toldOf(retired: readonly Retired[]): Retired[] {
  const told = retired.filter(({ action, notes }) => action !== 'nothing' || notes.length > 0)
  return told.length > 0 ? told : retired.slice(0, 1)
}

function retiredText(
  { model, repository, branch, action, words, text, pullRequest, notes }: Retired,
  isOneOfMany: boolean,
): string {
  const where = isOneOfMany ? ` in ${repository}, branch ${branch}` : ''
  const lines = [
    `${SIGNS[action]} ${model}${where}: ${words}`,
    ...(pullRequest ? [`    ${pullRequest.url}`] : []),
    ...notes.map(note => `    ${note}`),
  ]
  return text === '' ? lines.join('\n') : `${lines.join('\n')}\n\n${text}`
}

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
