import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../core/errors.ts'
import { parseResult } from '../core/report/parse-result.ts'
import { readInside } from '../services/files.ts'
import type { CommandResult, Context } from './context.ts'
import type { OptionValues, REPORT_OPTIONS } from './options.ts'
import { postModel, pullRequestOf } from './post.ts'
import { type PostedModel, summarise } from './summarise.ts'

const MAX_RESULT_BYTES = 64 * 1024 * 1024

/** Posts results that exist: of another job, or of `assay evaluate`. The result is data: it is validated, then rendered. */
export async function run(
  context: Context,
  options: OptionValues<typeof REPORT_OPTIONS>,
): Promise<CommandResult> {
  const models = options.model === undefined ? await listResults(context, options.output) : [options.model]
  const pullRequest = pullRequestOf(context, options['pull-request'])
  const posted: PostedModel[] = []
  for (const model of models) {
    const path = `${options.output}/${model}/result.json`
    const result = parseResult(
      (await readInside(context.folder, path, { maxBytes: MAX_RESULT_BYTES })).bytes,
      path,
    )
    const own = {
      ...result,
      run: {
        url: context.ci.runUrl ?? result.run.url,
        order: context.ci.runOrder ?? result.run.order,
        pullRequest: pullRequest ?? result.run.pullRequest,
      },
    }
    posted.push(
      await postModel(context, own, {
        pullRequest: own.run.pullRequest,
        commit: context.ci.headSha ?? result.candidate.commit,
        comment: options.comment,
        dryRun: options['dry-run'],
      }),
    )
  }
  return summarise(context, posted, [], options.output)
}

// --- internal ---

async function listResults(context: Context, output: string): Promise<string[]> {
  const entries = await readdir(join(context.folder, output), { withFileTypes: true }).catch(() => [])
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
