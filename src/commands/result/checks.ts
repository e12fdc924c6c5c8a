import { type CheckOutput, renderCheck } from '../../core/report/check.ts'
import type { Result } from '../../core/verdict/result.ts'
import { isUntouched } from '../../core/verdict/untouched.ts'
import type { CompleteCheck } from '../../forges/ensure/check.ts'
import { conclusionOf } from '../../forges/ensure/publish.ts'
import type { NewCheck } from '../../forges/forge.ts'

/** The commit that a check belongs to, and the run that it is of. */
export interface CheckSubject {
  commit: string
  /** `<run id>.<attempt>`; absent on a laptop. */
  order?: string | undefined
  url?: string | undefined
}

/** The check of a model's verdict, before there is one. Its name is stable, since branch protection matches it by that. */
export function checkOf(
  model: string,
  { commit, order = 'local', url }: CheckSubject,
): Pick<NewCheck, 'name' | 'commit' | 'externalId' | 'detailsUrl'> {
  return { name: `assay / ${model}`, commit, externalId: `${order}/${model}`, detailsUrl: url }
}

/** The same once there is a verdict: complete in one call. */
export function completeCheck(result: Result, subject: CheckSubject): CompleteCheck {
  const { title, summary, annotations } = outputOf(result)
  return {
    ...checkOf(result.model, subject),
    conclusion: conclusionOf(result),
    title,
    summary,
    annotations,
  }
}

/** What a check says; of a model that nothing here touches, no more than that. */
export function outputOf(result: Result): CheckOutput {
  if (!isUntouched(result)) return renderCheck(result)
  return {
    title: result.run.fork ? 'by the word of a fork: skipped' : 'Skipped',
    summary: 'Nothing this model depends on was touched.',
    annotations: [],
  }
}
