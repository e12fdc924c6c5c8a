import { AssayError, isAssayError } from '../core/errors/errors.ts'
import type { Image } from '../core/release/image.ts'
import { isOfCommit } from '../core/release/origin.ts'
import type { Result } from '../core/verdict/result.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { PACKAGE_OPTIONS } from './command/package-options.ts'
import { packageModel } from './model/packaging.ts'
import { writeSbom } from './model/sbom.ts'
import { type ModelWork, readCandidate, selectModels } from './project/project.ts'
import type { NamedOutputs } from './result/output-names.ts'
import { readOwnResult } from './result/own-result.ts'

type Options = OptionValues<typeof PACKAGE_OPTIONS>

/**
 * Packages each model that says how, and says what it is then called for ever.
 *
 * @throws AssayError `PACKAGE_INVALID` where no model says how; those of `packageModel`
 */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const project = await readCandidate(context, options, { exact: true })
  const { selected } = await selectModels(context, project, options.model)
  const works = selected.filter(({ config }) => config.package !== undefined)
  if (works.length === 0) throw nothing(options.config, selected)
  const made: { model: string; image?: Image; uri?: string }[] = []
  for (const work of works) made.push({ model: work.model, ...(await packaged(work, options)) })
  const [first] = made.flatMap(({ image }) => (image ? [`${image.name}@${image.digest}`] : []))
  return {
    exitCode: 0,
    text: made.map(({ image, uri }) => (image ? `${image.name}@${image.digest}` : uri!)).join('\n'),
    json: { packaged: made },
    outputs: first === undefined ? {} : ({ image: first } satisfies NamedOutputs),
  }
}

// --- internal ---

async function packaged({ context, project, model, config }: ModelWork, options: Options) {
  const { headSha: commit } = project
  if (commit === undefined)
    throw new AssayError({
      code: 'PACKAGE_INVALID',
      title: `${model} could not be packaged`,
      problems: [
        {
          what: 'this folder is no git repository with a commit',
          fix: 'run it in a clone of the model repository',
        },
      ],
    })
  const result = await resultOf(context, options.output, model)
  const made = await packageModel(context, model, config, commit, {
    'dry-run': options['dry-run'],
    namedBy: project.configuration.source,
    result,
  })
  const scanned = isOfCommit(commit, result) ? result.files?.kept : undefined
  const subject = { model, commit, ...made, ...(scanned && { scanned }) }
  const globs = config.package?.files ?? []
  for (const note of await writeSbom(context, subject, { ...options, globs })) context.log.info(note)
  return made
}

/** What is known of data and metrics, where it was judged. */
async function resultOf(context: Context, output: string, model: string): Promise<Result | undefined> {
  try {
    return await readOwnResult(context, output, model)
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}

function nothing(file: string, selected: readonly ModelWork[]): AssayError {
  const what =
    selected.length === 0
      ? 'there is no model that it would be of'
      : `${selected.map(({ model }) => model).join(', ')}: the configuration has no \`package\``
  return new AssayError({
    code: 'PACKAGE_INVALID',
    title: 'There is nothing to package',
    problems: [
      {
        what,
        where: { file },
        fix: 'say which files it is made of: `package: { image: "ghcr.io/acme/churn:{commit}", files: [model/**] }`',
      },
    ],
  })
}
