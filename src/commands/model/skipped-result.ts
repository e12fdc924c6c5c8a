import type { Result } from '../../core/verdict/result.ts'
import type { Context } from '../command/context.ts'
import type { Project } from '../project/project.ts'

/** The result of a model that is not touched here, or removed: nothing was trained, nothing judged, nothing blocks. */
export function skippedResult(context: Context, project: Project, model: string, removed = false): Result {
  return {
    schema: 1,
    assay: context.version,
    model,
    state: 'skipped',
    verdict: 'skipped',
    blocks: false,
    ...(removed && { removed: true }),
    candidate: { source: 'this commit', commit: project.headSha },
    metrics: [],
    gates: [],
    slices: [],
    warnings: [],
    configuration: project.configuration,
    run: { url: context.ci.runUrl, order: context.ci.runOrder },
  }
}
