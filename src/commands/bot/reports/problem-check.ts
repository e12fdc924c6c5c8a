import type { AssayError } from '../../../core/errors/errors.ts'
import { fewProblems } from '../../../core/errors/few-problems.ts'
import { sentence } from '../../../core/report/words/escape.ts'
import type { CiRun } from '../../../forges/ci-runs.ts'
import type { CompleteCheck } from '../../../forges/ensure/check.ts'
import type { Forge } from '../../../forges/forge.ts'

/**
 * What says on the commit why there is no verdict, to those who wait for one: they do not read the log of the bot. It is neither green nor
 * in the way. Once a later attempt leaves what can be read, it says that.
 */
export async function problemCheck(
  forge: Forge,
  { id, attempt, headSha, url }: CiRun,
  errors: readonly AssayError[],
): Promise<CompleteCheck | undefined> {
  const isSolved = errors.length === 0
  if (isSolved && (attempt === 1 || (await forge.listChecks?.(headSha, NAME))?.length === 0)) return undefined
  const lines = fewProblems(errors)
    .flatMap(({ problems }) => problems)
    .map(({ what, fix }) => sentence([what, fix].filter(Boolean).join('; '), 600))
  return {
    name: NAME,
    commit: headSha,
    externalId: `${id}.${attempt}/`,
    detailsUrl: url,
    conclusion: isSolved ? 'success' : 'neutral',
    title: isSolved ? 'What the run left was read' : 'There is a result without a verdict',
    summary: isSolved
      ? 'The verdicts are in the checks of the models.'
      : lines.map(line => `- ${line}`).join('\n'),
  }
}

// --- internal ---

/** No model's check is called so: those have a name after it. */
const NAME = 'assay'
