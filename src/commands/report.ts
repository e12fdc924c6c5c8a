import { AssayError, isAssayError } from '../core/errors/errors.ts'
import type { Result } from '../core/verdict/result.ts'
import { isUntouched } from '../core/verdict/untouched.ts'
import { listInside } from '../services/files/files.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { REPORT_OPTIONS } from './command/options.ts'
import { unknownModel } from './command/unknown-name.ts'
import { readOwnResult } from './result/own-result.ts'
import { postModel, postSkipped } from './result/post.ts'
import { type PostedModel, summarise } from './result/summarise.ts'

/**
 * Posts results that exist: of another job, or of `assay evaluate`. A result may come from the artifact of a fork, so it is
 * data: validated, freed of secrets, rendered. Where it is posted is never its own word but the CI's event, and only for
 * the commit of that event.
 */
export async function run(
  context: Context,
  options: OptionValues<typeof REPORT_OPTIONS>,
): Promise<CommandResult> {
  const there = await listResults(context, options.output)
  const { model } = options
  if (model !== undefined && !there.includes(model)) throw unknownModel(model, there, `${options.output}/`)
  const models = model === undefined ? there : [model]
  const asked = options['pull-request'] ?? context.ci.pullRequest
  const results: Result[] = []
  for (const model of models) results.push(await readOwnResult(context, options.output, model))
  refuseStale(context, results)
  const pullRequest = asked ?? (await findPullRequest(context))
  const posted: PostedModel[] = []
  const untouched: Result[] = []
  for (const result of results) {
    const own = { ...result, run: isLocal(context) ? result.run : ownRun(context, pullRequest) }
    if (isUntouched(own)) {
      untouched.push(own)
      continue
    }
    posted.push(
      await postModel(context, own, {
        pullRequest: pullRequest ?? own.run.pullRequest,
        commit: commitOf(context, result),
        comment: options.comment,
        dryRun: options['dry-run'],
      }),
    )
  }
  const dryRun = options['dry-run']
  await postSkipped(context, untouched, { dryRun, comment: options.comment, pullRequest }, result =>
    commitOf(context, result),
  )
  const skipped = untouched.map(result => result.model)
  return summarise(context, posted, skipped, options.output)
}

// --- internal ---

/** On a laptop nobody else made the result. */
function isLocal({ ci }: Context): boolean {
  return ci.repository === undefined
}

function commitOf(context: Context, { candidate }: Result): string | undefined {
  return isLocal(context) ? candidate.commit : context.ci.headSha
}

function ownRun({ ci }: Context, pullRequest: number | undefined): Result['run'] {
  // Only a run that follows another one knows of a branch and not of its pull request: Dependabot's is one of the repository.
  const isOfFork = ci.fromFork && ci.head !== undefined
  return { url: ci.runUrl, order: ci.runOrder, pullRequest, ...(isOfFork && { fork: true as const }) }
}

/** A verdict belongs to one commit: on any other it would be a lie, whoever asks for it. */
function refuseStale(context: Context, results: Result[]): void {
  const { headSha, pullRequest } = context.ci
  if (isLocal(context) || (headSha === undefined && pullRequest === undefined)) return
  const stale = results.filter(result => headSha === undefined || result.candidate.commit !== headSha)
  if (stale.length === 0) return
  throw new AssayError({
    code: 'RESULT_STALE',
    title: 'The result is not of the commit that it would be posted to',
    problems: stale.map(({ model, candidate }) => ({
      what: `${model} was judged at ${candidate.commit?.slice(0, 40) ?? 'an unknown commit'}, ${headSha === undefined ? 'and the event does not say which commit the pull request is at' : `the pull request is at ${headSha}`}`,
      fix: 'run `assay run` or `assay evaluate` on that commit, or check which artifact was downloaded',
    })),
  })
}

/** A run that follows another one knows the branch and the commit of a fork, but not its pull request. */
async function findPullRequest({ ci, forge, log }: Context): Promise<number | undefined> {
  if (!forge || ci.head === undefined || ci.headSha === undefined) return undefined
  try {
    const found = await forge.findPullRequest({ head: ci.head, headSha: ci.headSha })
    if (found === undefined) log.warn(`no open pull request of ${ci.head} is at ${ci.headSha.slice(0, 7)}`)
    return found?.number
  } catch (error) {
    if (!isAssayError(error)) throw error
    log.warn(`the pull request of ${ci.head} could not be found: ${error.problems[0]?.what ?? error.message}`)
    return undefined
  }
}

async function listResults(context: Context, output: string): Promise<string[]> {
  const entries = await listInside(context.folder, output, 'output folder')
  const models = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  if (models.length > 0) return models.sort()
  throw new AssayError({
    code: 'RESULT_MISSING',
    title: `There is no result in ${output}/`,
    problems: [
      {
        what: 'nothing to report',
        where: { file: output },
        fix: 'run `assay evaluate` or `assay run` first, or name the folder with --output',
      },
    ],
  })
}
