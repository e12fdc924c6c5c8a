import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelConfig } from '../core/config/config.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import { ReleaseRecord } from '../core/release/record.ts'
import { renderRelease } from '../core/release/record-file.ts'
import { releaseFrom } from '../core/release/release-from.ts'
import { COVERS_WORDS } from '../core/scan/scanned-file.ts'
import { whyNoToken } from '../core/secrets/token-use.ts'
import { renderError } from '../core/text/error-text.ts'
import { toSecond } from '../core/text/instant-words.ts'
import { shortened, visible } from '../core/text/visible-text.ts'
import type { Result } from '../core/verdict/result.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import { inWordsOf } from './command/faces.ts'
import type { RELEASE_OPTIONS } from './command/options.ts'
import { withoutSecrets } from './command/without-secrets.ts'
import { answerAsker } from './deploy/live/ask-answer.ts'
import { liveAsker } from './deploy/live/ask-live.ts'
import { leftTo, promoteModel } from './deploy/promote/promote-model.ts'
import { wayBackAsker } from './deploy/promote/way-back.ts'
import { DEPLOY_FILE, findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { openSites } from './deploy/read/sites.ts'
import { promotionsResult } from './deploy/write/promotions-result.ts'
import { rendererFor } from './deploy/write/render.ts'
import { registerRelease } from './mlflow/register.ts'
import { packageModel } from './model/packaging.ts'
import { profileForRelease } from './model/release-profile.ts'
import { notWritable, uncommitted } from './model/release-refusals.ts'
import { keepRows } from './model/rows/keep-rows.ts'
import { writeSbom } from './model/sbom.ts'
import { readParameters } from './project/parameters.ts'
import { type ModelWork, type Project, readCandidate, selectModels } from './project/project.ts'
import { projectAddress } from './project/project-address.ts'
import type { NamedOutputs } from './result/output-names.ts'
import { writeOutput } from './result/outputs.ts'
import { readOwnResult } from './result/own-result.ts'

type Options = OptionValues<typeof RELEASE_OPTIONS>

/**
 * Makes the release record of each judged model and proposes it in the first environments of its deploy repository. Running it
 * again for the same commit and image writes nothing. Models that are deployed from nowhere are told and pass, so that every
 * pipeline may end with this command; one of several that cannot be released does not keep the others from it.
 *
 * @throws AssayError `DEPLOY_UNKNOWN` where something to deploy is given and no deploy repository for it; for a single model also
 * `RESULT_MISSING`, `RELEASE_INVALID` and those of `packageModel`
 */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const project = await readCandidate(context, options, { exact: true })
  const { selected } = await selectModels(context, project, options.model)
  const somewhere = selected.filter(({ config }) => isDeployed(context, options, config))
  const released = somewhere.length === 0 && isAskedFor(options) ? selected : somewhere
  const results: CommandResult[] = []
  for (const work of released)
    results.push(
      await orTold(context, released.length, async () => {
        const result = await resultOf(context, options.output, work.model)
        return releaseModel(work, result, options)
      }),
    )
  return merged(
    results,
    nothing(
      selected.filter(work => !released.includes(work)).map(({ model }) => model),
      options,
    ),
  )
}

/** Makes the record of one model and promotes it. */
export async function releaseModel(
  work: ModelWork,
  result: Result,
  options: Options,
): Promise<CommandResult> {
  const { context, project, model, config } = work
  const path = `${options.output}/${model}/model-release.yaml`
  if (result.candidate.commit === undefined) throw uncommitted(model)
  const deploy = await findDeployBranch(context, options, {
    deploy: config.deploy,
    namedBy: project.configuration.source,
  })
  const refused = options['dry-run'] ? undefined : whyNoToken(context.ci, deploy.address.namedBy)
  if (refused !== undefined) throw notWritable(deploy.name, refused)
  const profile = await profileForRelease(context.folder, options.output, result)
  const notes = [profile.note]
  let record!: ReleaseRecord
  // Who may not write there, and what else is refused in the end, is told before anything is packaged, pushed or asked of a registry.
  const promoted = await withDeploy(context, deploy, async access => {
    const [{ lacking }] = await openSites({ access, deploy }, { mayLack: 'token' })
    const repository = await webAddress(context, project.repository)
    const rows = await keepRows(work, result, { dryRun: options['dry-run'] })
    notes.push(rows.note)
    const kept = { profile: profile.recorded, rows: rows.recorded, repository }
    const made = await makeRecord(work, result, options, kept)
    const registered = options['dry-run'] ? { record: made, notes: [] } : await registerRelease(work, made)
    record = registered.record
    notes.push(...registered.notes, record.scan_covers && COVERS_WORDS[record.scan_covers])
    if (!options['dry-run']) await writeOutput(context.folder, path, renderRelease(record))
    notes.push(...(await writeSbom(context, record, { ...options, globs: config.package?.files ?? [] })))
    const carriedOut = await promoteModel(context, access, deploy, {
      ...{ model, candidates: [record], dryRun: options['dry-run'], leaves: lacking },
      result,
      profile: profile.text,
      askLive: liveAsker(context),
      askAnswer: answerAsker(context, deploy, 'anywhere'),
      askWayBack: wayBackAsker(access.repository, deploy.branch),
      render: rendererFor(context),
    })
    return promotionsResult([...carriedOut, ...lacking.map(one => leftTo(model, one))], deploy)
  })
  const made = `${model} ${record.version}: ${record.image ? `${record.image.name}@${record.image.digest}` : record.uri}`
  return {
    ...promoted,
    text: [`Release ${made}`, ...notes, promoted.text].filter(line => line !== undefined).join('\n'),
    json: { release: record, ...(promoted.json as object) },
    outputs: {
      ...promoted.outputs,
      ...({ 'release-version': record.version, 'release-path': path } satisfies NamedOutputs),
    },
  }
}

// --- internal ---

async function makeRecord(
  { context, project, model, config }: ModelWork,
  result: Result,
  options: Options,
  kept: Pick<ReleaseRecord, 'profile' | 'rows' | 'repository'>,
): Promise<ReleaseRecord> {
  const { repository, headSha: commit } = project
  if (!repository || commit === undefined)
    throw notReleasable('this folder is no git repository with a commit')
  const told = await repository.describeCommit(commit)
  const artefact = await packageModel(context, model, config, commit, {
    ...options,
    namedBy: project.configuration.source,
    result,
  })
  const parameters = await readParameters(context, config)
  const by = context.ci.actor ?? told.author
  const record = releaseFrom(result, {
    commit,
    committed: toSecond(Date.parse(told.committed)),
    subject: told.subject,
    repository: kept.repository,
    created: toSecond(context.now()),
    by,
    ...(config.owner !== undefined && { owner: config.owner }),
    ...(options['release-version'] !== undefined && { version: options['release-version'] }),
    ...artefact,
    ...(parameters && { parameters }),
    ...(kept.profile && { profile: kept.profile }),
    ...(kept.rows && { rows: kept.rows }),
  })
  return withoutSecrets(context, ReleaseRecord, record)
}

/** Where promotions of the model go to is said by somebody. */
function isDeployed(context: Context, options: Options, config: ModelConfig): boolean {
  return (
    config.deploy !== undefined ||
    options['deploy-repo'] !== undefined ||
    existsSync(join(context.folder, DEPLOY_FILE))
  )
}

/** A pipeline of `assay init` gives none of these; whoever does means this release. */
function isAskedFor(options: Options): boolean {
  return [options.image, options.uri, options['release-version']].some(value => value !== undefined)
}

async function resultOf(context: Context, output: string, name: string): Promise<Result> {
  try {
    return await readOwnResult(context, output, name)
  } catch (error) {
    if (!isAssayError(error, 'FILE_NOT_FOUND')) throw error
    throw new AssayError({
      code: 'RESULT_MISSING',
      title: `There is no result of ${name} in ${output}/`,
      problems: [
        {
          what: 'a release needs the verdict on its commit',
          where: { file: `${output}/${name}/result.json` },
          fix: 'run `assay run` or `assay evaluate` on this commit first, or name the folder with --output',
        },
      ],
      cause: error,
    })
  }
}

async function orTold(
  { face }: Context,
  count: number,
  release: () => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await release()
  } catch (error) {
    if (count === 1 || !isAssayError(error)) throw error
    const told = inWordsOf(face, error)
    const { code, message: title, problems } = told
    return { exitCode: 2, text: renderError(told), json: { code, title, problems } }
  }
}

/** Where the commit can be looked at. */
async function webAddress(context: Context, repository: Project['repository']): Promise<string> {
  if (!repository) throw notReleasable('this folder is no git repository with a commit')
  const address = await projectAddress(context, repository)
  if (address !== undefined) return address
  const remote = await repository.remoteUrl()
  throw notReleasable(
    remote === undefined
      ? 'the repository has no remote, so nobody could find the commit again'
      : `the remote \`origin\` is ${shortened(visible(remote), 200)}: nobody else could find the commit there`,
    'let `origin` be the server that others use: `git remote set-url origin https://git.example.com/team/model.git`',
  )
}

function notReleasable(what: string, fix = 'run it in a clone of the model repository'): AssayError {
  return new AssayError({
    code: 'RELEASE_INVALID',
    title: 'There is nothing to release',
    problems: [{ what, fix }],
  })
}

function nothing(models: string[], { config }: Options): string[] {
  if (models.length === 0) return []
  return [`Nothing to release of ${models.join(', ')}: ${config} names no deploy repository (\`deploy\`).`]
}

function merged(results: CommandResult[], notes: string[]): CommandResult {
  const text = [...results.map(result => result.text), ...notes].join('\n\n')
  if (results.length === 1) return { ...results[0]!, text }
  return {
    exitCode: results.some(({ exitCode }) => exitCode === 2) ? 2 : 0,
    text,
    json: { models: results.map(({ json }) => json) },
    outputs: Object.assign({}, ...results.map(({ outputs }) => outputs)),
  }
}
