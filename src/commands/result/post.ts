import { isAssayError } from '../../core/errors/errors.ts'
import { renderMarkdown } from '../../core/report/markdown.ts'
import { renderSummary } from '../../core/report/summary.ts'
import { PLAIN_DIALECT } from '../../core/report/words/dialect.ts'
import type { Result } from '../../core/verdict/result.ts'
import { commentedOf } from '../../forges/ensure/comment.ts'
import { closeCheck, type OpenedCheck, openCheck, publishReport } from '../../forges/ensure/publish.ts'
import type { NewCheck } from '../../forges/forge.ts'
import type { Context } from '../command/context.ts'
import { type CheckSubject, checkOf, completeCheck, outputOf } from './checks.ts'
import { appendToSummary } from './job-summary.ts'
import type { PostedModel } from './summarise.ts'

export interface Posting {
  pullRequest?: number
  /** The commit that the check belongs to. */
  commit?: string
  comment: boolean
  dryRun: boolean
  check?: OpenedCheck
}

/** Opens one check per model before any work begins, so that a reviewer sees it run and a dead run cannot look green. */
export async function openChecks(
  context: Context,
  models: string[],
  posting: Posting,
): Promise<Map<string, OpenedCheck>> {
  const opened = new Map<string, OpenedCheck>()
  if (posting.dryRun || posting.commit === undefined) return opened
  for (const model of models)
    opened.set(
      model,
      await openCheck(
        context.forge,
        newCheck(
          context,
          model,
          posting.commit,
          'Training and evaluating',
          'The verdict comes when it is done.',
        ),
        context.forgeMissing,
      ),
    )
  return opened
}

/**
 * Completes the checks of models that nothing depends on here, so that a required check does not wait for ever. Where a comment tells of
 * one at an earlier commit, it tells of this one then.
 */
export async function postSkipped(
  context: Context,
  results: readonly Result[],
  { dryRun, comment, pullRequest }: Omit<Posting, 'commit'>,
  commitOf: (result: Result) => string | undefined,
): Promise<void> {
  if (dryRun) return
  const names = results.map(({ model }) => model)
  const said = comment ? await saidOf(context, pullRequest, names) : new Set<string>()
  for (const result of results) {
    const commit = commitOf(result)
    if (commit === undefined) continue
    const check = completeCheck(result, subjectOf(context, commit))
    const opened = await openCheck(context.forge, check, context.forgeMissing)
    if (context.forge && opened.kind === 'none')
      context.log.warn(`the check of ${result.model} could not be completed as skipped: ${opened.reason}`)
    if (!said.has(result.model)) continue
    const body = renderMarkdown(result, context.forge?.dialect ?? PLAIN_DIALECT, { head: commit })
    const output = outputOf(result)
    const { notes } = await publishReport(context.forge, { result, body, check: opened, output, pullRequest })
    for (const note of notes) context.log.warn(`${result.model}: ${note}`)
  }
}

/** Writes summary, comment and check of one result. Whatever cannot be written becomes a note; nothing is lost. */
export async function postModel(context: Context, result: Result, posting: Posting): Promise<PostedModel> {
  const dialect = context.forge?.dialect ?? PLAIN_DIALECT
  const body = renderMarkdown(result, dialect, { head: posting.commit })
  const output = outputOf(result)
  if (posting.dryRun)
    return {
      result,
      notes: ['Dry run: nothing was posted. The comment would be report.md in the output folder.'],
    }
  const check =
    posting.check ??
    (posting.commit === undefined
      ? NO_COMMIT
      : await openCheck(
          context.forge,
          // The verdict is known already, so the check is complete in one call.
          completeCheck(result, subjectOf(context, posting.commit)),
          context.forgeMissing,
        ))
  const published = await publishReport(context.forge, {
    // What the result says of itself is no reason to comment where nobody wants it.
    result: { ...result, run: { ...result.run, pullRequest: undefined } },
    body,
    check,
    output,
    pullRequest: posting.comment ? posting.pullRequest : undefined,
    forgeMissing: context.forgeMissing,
  })
  const notes = posting.comment
    ? published.notes
    : published.notes.filter(note => !note.startsWith('No comment'))
  if (published.comment.url) notes.push(`Comment ${published.comment.action}: ${published.comment.url}`)
  if (context.ci.fromFork && published.comment.action === 'refused')
    notes.push(
      'The token of a run from a fork is read-only. The verdict is in the job summary, the outputs and the artifact; docs/forks.md tells how to get the comment too.',
    )
  await appendSummary(context, result, notes)
  return { result, notes }
}

/** Completes the checks that a cancelled or broken run left open. */
export async function closeInterrupted(
  context: Context,
  checks: Map<string, OpenedCheck>,
  done: Set<string>,
  error: unknown,
): Promise<void> {
  const cancelled = context.signal.aborted
  const title = cancelled ? 'Cancelled' : 'Could not finish'
  const summary = cancelled
    ? 'The job was stopped before the verdict.'
    : isAssayError(error)
      ? error.message
      : 'Assay itself failed; the log says more.'
  for (const [model, check] of checks)
    if (!done.has(model))
      await closeCheck(context.forge, check, {
        conclusion: cancelled ? 'cancelled' : 'failure',
        title,
        summary,
      })
}

// --- internal ---

/** Models of which a comment stands there. That it cannot be asked is no reason to end. */
async function saidOf(
  { forge, log }: Context,
  pullRequest: number | undefined,
  names: readonly string[],
): Promise<Set<string>> {
  if (!forge || pullRequest === undefined || names.length === 0) return new Set()
  try {
    return await commentedOf(forge, pullRequest, names)
  } catch (error) {
    if (!isAssayError(error)) throw error
    log.warn(`the comments of models that nothing touches may be out of date: ${error.message}`)
    return new Set()
  }
}

const NO_COMMIT: OpenedCheck = {
  kind: 'none',
  reason: 'no commit is known to put a check on',
}

function newCheck(context: Context, model: string, commit: string, title: string, summary: string): NewCheck {
  return { ...checkOf(model, subjectOf(context, commit)), title, summary }
}

function subjectOf({ ci }: Context, commit: string): CheckSubject {
  return { commit, order: ci.runOrder, url: ci.runUrl }
}

async function appendSummary(context: Context, result: Result, notes: string[]): Promise<void> {
  const lines = notes.map(note => `- ${note}`).join('\n')
  await appendToSummary(context, room => {
    const text = renderSummary(result, { maxBytes: Math.max(0, room - Buffer.byteLength(lines)) })
    return `${text}\n${lines}\n`
  })
}
