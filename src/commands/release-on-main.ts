import { isAssayError } from '../core/errors/errors.ts'
import { renderError } from '../core/text/error-text.ts'
import type { CommandResult, Context } from './command/context.ts'
import { inWordsOf } from './command/faces.ts'
import type { ModelWork } from './project/project.ts'
import type { PostedModel } from './result/summarise.ts'

/**
 * On the default branch, a judged model whose configuration names a deploy repository and its packaging is released at once.
 * The verdict stands whatever becomes of that: what goes wrong is told after it, and is no pass.
 */
export async function releaseOnMain(
  context: Context,
  selected: readonly ModelWork[],
  posted: readonly PostedModel[],
  options: { config: string; output: string; 'dry-run': boolean },
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

// --- internal ---

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
