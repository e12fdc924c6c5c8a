import { AssayError } from '../../../core/errors/errors.ts'
import { renderMarkdown } from '../../../core/report/markdown.ts'
import { baseMark, renderBaseMark } from '../../../core/text/marker.ts'
import type { Result } from '../../../core/verdict/result.ts'
import { isUntouched } from '../../../core/verdict/untouched.ts'
import { withMark, withMore } from '../../../forges/check-order.ts'
import type { CiRun } from '../../../forges/ci-runs.ts'
import { type CompleteCheck, ensureCheck } from '../../../forges/ensure/check.ts'
import { commentedOf, ensureComment } from '../../../forges/ensure/comment.ts'
import type { Forge } from '../../../forges/forge.ts'
import { completeCheck } from '../../result/checks.ts'
import { breath } from '../breath.ts'
import { problemCheck } from './problem-check.ts'

/** What a run has found, and where it belongs. */
export interface Posting {
  run: CiRun
  /** Which of two runs is newer: as `isOlder` compares. */
  order: string
  /** Absent on the default branch. */
  pullRequest?: number | undefined
  /** The branch that the pull request wants to be merged into, by whose rules it was judged: once that is another, it is seen by this. */
  base?: string | undefined
  results: readonly Result[]
  problems: readonly AssayError[]
}

/**
 * Writes the comments, then the checks: the last of them says that all of it is written. Whoever was stopped before that does it
 * once more, and writes only what is missing.
 */
export async function postAll(
  forge: Forge,
  posting: Posting,
): Promise<{ did: string[]; problems: AssayError[] }> {
  const { run, results, pullRequest, base } = posting
  const mark = base === undefined ? undefined : baseMark(base)
  const where = pullRequest === undefined ? run.headSha.slice(0, 7) : `#${pullRequest}`
  const did: string[] = []
  const problems = [...posting.problems]
  const tell = (what: string, { action, reason }: { action: string; reason?: string }) => {
    if (action === 'created' || action === 'updated') did.push(`${what} ${action}`)
    // Before what the run left, of which there may be much.
    if (action === 'refused') problems.unshift(refused(`the ${what}: ${reason}`))
  }
  const [judged, untouched] = [results.filter(one => !isUntouched(one)), results.filter(isUntouched)]
  if (pullRequest !== undefined) {
    // What was said of an earlier commit holds no more; where nothing was said, nobody waits for a word.
    const names = untouched.map(({ model }) => model)
    const said = names.length > 0 ? await commentedOf(forge, pullRequest, names) : new Set<string>()
    for (const result of [...judged, ...untouched.filter(({ model }) => said.has(model))])
      tell(
        `comment of ${result.model} at ${where}`,
        await comment(forge, { ...posting, pullRequest }, result),
      )
  }
  const about = await problemCheck(forge, run, problems)
  // Those of which there is nothing to read come last: there may be hundreds.
  const checks = [
    ...(about ? [() => about] : []),
    ...[...judged, ...untouched].map(result => () => checkIn(posting, result)),
  ]
  const there = checks.length > FEW ? await forge.listChecks?.(run.headSha) : undefined
  for (const [at, check] of checks.entries()) {
    await breath()
    const made = check()
    const externalId = withMark(made.externalId, mark)
    const isLast = at === checks.length - 1
    const marked = { ...made, externalId: isLast ? externalId : withMore(externalId) }
    const ensured = await ensureCheck(forge, marked, there)
    tell(`check ${made.name} at ${where}`, ensured)
  }
  return { did, problems }
}

// --- internal ---

/** So many are asked for one by one; where there are more, all of the commit at once. */
const FEW = 3

async function comment(
  forge: Forge,
  { run, order, pullRequest, base }: Posting & { pullRequest: number },
  result: Result,
) {
  await breath()
  const text = renderMarkdown(result, forge.dialect, { head: run.headSha })
  const body = base === undefined ? text : `${renderBaseMark(baseMark(base))}\n${text}`
  await breath()
  return ensureComment(forge, { pullRequest, model: result.model, order, body })
}

function checkIn({ run, order }: Posting, result: Result): CompleteCheck {
  return completeCheck(result, { commit: run.headSha, order, url: result.run.url })
}

function refused(what: string): AssayError {
  return new AssayError({
    code: 'REPORT_REFUSED',
    title: 'The verdict could not be posted',
    problems: [{ what }],
  })
}
