import { isAssayError } from '../core/errors/errors.ts'
import { renderError } from '../core/text/error-text.ts'
import { untilCancelled } from './command/cancelled.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import { inWordsOf } from './command/faces.ts'
import type { RUN_OPTIONS } from './command/options.ts'
import { writeTrackedReport } from './mlflow/log-run.ts'
import { checkFolders } from './model/check-folders.ts'
import { judgeModel } from './model/judge-model.ts'
import { skippedResult } from './model/skipped-result.ts'
import { type ModelWork, readCandidate, selectModels } from './project/project.ts'
import { prepareOutput, writeMergedReports, writeReport, writeResult } from './result/outputs.ts'
import { closeInterrupted, openChecks, postModel, postSkipped } from './result/post.ts'
import { type PostedModel, summarise } from './result/summarise.ts'

type Options = OptionValues<typeof RUN_OPTIONS>

/** Train → evaluate → weigh → report, for every model that the pull request touches. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const project = await readCandidate(context, options)
  const { selected, untouched, removed } = await selectModels(context, project, options.model)
  await checkFolders(context, project, selected, options)
  const told = [...removed, ...selected.map(({ model }) => model)]
  await prepareOutput(context.folder, options.output, [...told, ...untouched])
  const posting = {
    comment: options.comment,
    pullRequest: options['pull-request'] ?? context.ci.pullRequest,
    dryRun: options['dry-run'],
    commit: project.headSha,
  }
  const skipped = untouched.map(name => skippedResult(context, project, name))
  // Whoever posts for this job knows of them by their results.
  for (const result of skipped) await writeResult(context, options.output, result)
  await postSkipped(context, skipped, posting, () => project.headSha)
  const checks = await openChecks(
    context,
    selected.map(({ model }) => model),
    posting,
  )
  const posted: PostedModel[] = []
  const merge = () => {
    const results = posted.map(one => one.result)
    const pending = told.slice(results.length)
    const merged = { results: [...results, ...skipped], pending }
    return writeMergedReports(context, options.output, merged, options.config)
  }
  const judged = () => new Set(posted.map(one => one.result.model))
  let closing: Promise<void> | undefined
  // A runner that stops a job gives it seconds: the checks are completed while the command still cleans up.
  context.signal.addEventListener('abort', () => {
    closing = closeInterrupted(context, checks, judged(), undefined)
  })
  try {
    await untilCancelled(
      context,
      async () => {
        await merge()
        for (const name of removed) {
          const judged = { result: skippedResult(context, project, name, true), plots: {} }
          await writeReport(context, options.output, judged, options.config)
          posted.push(await postModel(context, judged.result, posting))
        }
        for (const work of selected) {
          posted.push(await runModel(work, options, { ...posting, check: checks.get(work.model) }))
          await merge()
        }
      },
      () =>
        posted.length > 0
          ? `${posted.length} of ${selected.length} models were judged and reported`
          : undefined,
    )
  } catch (error) {
    await (closing ?? closeInterrupted(context, checks, judged(), error))
    throw error
  }
  const summary = summarise(context, posted, untouched, options.output)
  if (options['no-release']) return summary
  return releaseOnMain(context, selected, posted, options, summary)
}

// --- internal ---

async function runModel(
  work: ModelWork,
  options: Options,
  posting: Parameters<typeof postModel>[2],
): Promise<PostedModel> {
  const { context } = work
  const judged = await judgeModel(work, {
    ...options,
    train: true,
    pullRequest: posting.pullRequest,
    isDry: options['dry-run'],
  })
  const result = await writeTrackedReport(work, options.output, judged, options.config)
  return postModel(context, result, posting)
}

/**
 * On the default branch, a judged model whose configuration names a deploy repository and its packaging is released at once.
 * The verdict stands whatever becomes of that: what goes wrong is told after it, and is no pass.
 */
async function releaseOnMain(
  context: Context,
  selected: readonly ModelWork[],
  posted: readonly PostedModel[],
  options: Options,
  summary: CommandResult,
): Promise<CommandResult> {
  const { pullRequest, branch, defaultBranch } = context.ci
  if (pullRequest !== undefined || branch === undefined || branch !== defaultBranch) return summary
  const { releaseModel } = await import('./release.ts')
  let all = summary
  for (const work of selected) {
    const { model, config } = work
    const result = posted.find(one => one.result.model === model)?.result
    if (!config.deploy || !config.package || result?.state !== 'judged') continue
    const given = { ...options, model, image: undefined, uri: undefined }
    const rest = { 'release-version': undefined, 'deploy-repo': undefined, 'deploy-branch': undefined }
    try {
      const released = await releaseModel(work, result, { ...given, ...rest })
      all = joined(all, released)
    } catch (error) {
      if (!isAssayError(error)) throw error
      const why = `${model} was judged, but not released: ${error.message} (${error.problems[0]?.what ?? error.code}).`
      all = {
        ...all,
        exitCode: 2,
        reason: why,
        text: `${all.text}\n\n${renderError(inWordsOf(context.face, error))}`,
      }
    }
  }
  return all
}

function joined(summary: CommandResult, released: CommandResult): CommandResult {
  const before = summary.json as { releases?: unknown[] }
  return {
    ...summary,
    exitCode: released.exitCode === 0 ? summary.exitCode : released.exitCode,
    text: `${summary.text}\n\n${released.text}`,
    json: { ...before, releases: [...(before.releases ?? []), released.json] },
    outputs: { ...summary.outputs, ...released.outputs },
  }
}
