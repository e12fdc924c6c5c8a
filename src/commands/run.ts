import type { ModelConfig } from '../core/config.ts'
import { AssayError } from '../core/errors.ts'
import type { CommandResult, Context } from './context.ts'
import { judgeModel } from './judge-model.ts'
import type { OptionValues, RUN_OPTIONS } from './options.ts'
import { writeReport } from './outputs.ts'
import { closeInterrupted, openChecks, postModel, postSkipped, pullRequestOf } from './post.ts'
import { type Project, readProject, selectModels } from './project.ts'
import { type PostedModel, summarise } from './summarise.ts'

type Options = OptionValues<typeof RUN_OPTIONS>

/** Train → evaluate → weigh → report, for every model that the pull request touches. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const project = await readProject(context, options)
  const { selected, untouched } = await selectModels(project, options.model)
  const posting = {
    ...options,
    pullRequest: pullRequestOf(context, options['pull-request']),
    dryRun: options['dry-run'],
    commit: project.headSha,
  }
  await postSkipped(context, untouched, posting)
  const checks = await openChecks(
    context,
    selected.map(([name]) => name),
    posting,
  )
  const posted: PostedModel[] = []
  try {
    for (const [name, model] of selected)
      posted.push(
        await runModel(context, project, name, model, options, { ...posting, check: checks.get(name) }),
      )
  } catch (error) {
    await closeInterrupted(context, checks, new Set(posted.map(one => one.result.model)), error)
    throw context.signal.aborted ? cancelled(posted.length, selected.length) : error
  }
  return summarise(context, posted, untouched, options.output)
}

// --- internal ---

function cancelled(done: number, all: number): AssayError {
  return new AssayError({
    code: 'CANCELLED',
    title: 'The job was stopped before the verdict',
    problems: [
      {
        what: 'the runner asked to stop (cancelled by a person, replaced by a newer push, or a spot machine taken back)',
        fix: 'run the job again',
      },
    ],
    worked: done > 0 ? `${done} of ${all} models were judged and reported` : undefined,
  })
}

async function runModel(
  context: Context,
  project: Project,
  name: string,
  model: ModelConfig,
  options: Options,
  posting: Parameters<typeof postModel>[2],
): Promise<PostedModel> {
  const judged = await judgeModel(context, project, name, model, {
    ...options,
    train: true,
    pullRequest: posting.pullRequest,
  })
  await writeReport(context, options.output, judged)
  return postModel(context, judged.result, posting)
}
