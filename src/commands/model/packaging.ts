import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelConfig } from '../../core/config/config.ts'
import { AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import {
  fillTemplate,
  type ImageReference,
  type Packaged,
  parseImageReference,
  parseModelUri,
  parsePackageFile,
} from '../../core/release/image-reference.ts'
import type { Image } from '../../core/release/record.ts'
import { type NamedBy, whyNoToken } from '../../core/secrets/token-use.ts'
import { decodeUtf8 } from '../../core/text/utf8.ts'
import { proxyFetch } from '../../forges/http/proxy.ts'
import { readInside } from '../../services/files/files.ts'
import { type EndedCommand, environmentFor, runCommand } from '../../services/process/process.ts'
import { lookUpDigest } from '../../services/registry/registry.ts'
import type { Context } from '../command/context.ts'
import { endedWell, howEnded } from '../project/ended.ts'
import { timeoutOf } from '../project/project.ts'

interface Artefact {
  image?: Image
  uri?: string
}

/**
 * What is deployed: from the command line, else what the packaging command of the configuration says, and for what it leaves
 * unsaid the configuration's own `image` and `uri`. An image that only has a tag gets the digest that its registry has for it
 * now. `{}` where nothing says anything.
 *
 * @param given `namedBy`: whose configuration it is, which decides whether a registry is shown a password
 * @throws AssayError `PACKAGE_INVALID` with all problems at once, `PACKAGE_FAILED`, `PACKAGE_NOT_RUN` (a dry run runs no
 * packaging command), `REGISTRY_…` where a digest cannot be looked up
 */
export async function packageModel(
  context: Context,
  name: string,
  config: ModelConfig,
  commit: string,
  given: { image?: string; uri?: string; 'dry-run': boolean; namedBy?: NamedBy },
): Promise<Artefact> {
  const whose = given.namedBy ?? 'file'
  if (given.image !== undefined || given.uri !== undefined)
    return resolved(context, name, 'job', checked(name, given, { image: '--image', uri: '--uri' }))
  const { package: packaging } = config
  if (!packaging) return {}
  const values = { commit, model: name }
  const configured = checked(name, packaging, { image: 'package.image', uri: 'package.uri' }, values)
  if (packaging.run === undefined) return resolved(context, name, whose, configured)
  const command = { run: packaging.run, timeout: packaging.timeout }
  if (!given['dry-run']) {
    const written = await runPackaging(context, command, values)
    const packaged = { ...configured, ...written }
    if (packaged.image || packaged.uri !== undefined) return resolved(context, name, whose, packaged)
    throw invalid(name, [
      {
        what: 'the packaging command ended well, but wrote nothing into the file that ASSAY_PACKAGE_FILE names',
        fix: 'let it write `image=name@sha256:…` or `uri=…`, as a line',
      },
    ])
  }
  if (configured.image || configured.uri !== undefined) return resolved(context, name, whose, configured)
  throw new AssayError({
    code: 'PACKAGE_NOT_RUN',
    title: `A dry run does not package ${name}`,
    problems: [
      {
        what: 'only the packaging command knows the image, and a dry run pushes none',
        fix: 'give --image or --uri to see what would be proposed',
      },
    ],
  })
}

// --- internal ---

const MOST_BYTES = 64 * 1024
const FILE = 'package'

/** Parses what is said; problems of both at once. */
function checked(
  name: string,
  { image, uri }: { image?: string | undefined; uri?: string | undefined },
  labels: { image: string; uri: string },
  values?: { commit: string; model: string },
): Packaged {
  const problems: Problem[] = []
  const filled = (text: string | undefined) =>
    text === undefined || !values ? text : fillTemplate(text, values)
  const sound = <T extends string | ImageReference>(
    read: T | { problem: Problem } | undefined,
    label: string,
  ): T | undefined => {
    if (typeof read !== 'object' || !('problem' in read)) return read
    problems.push({ ...read.problem, what: `${label}: ${read.problem.what}` })
    return undefined
  }
  const imageText = sound(filled(image), labels.image)
  const uriText = sound(filled(uri), labels.uri)
  const found = {
    image: imageText === undefined ? undefined : sound(parseImageReference(imageText), labels.image),
    uri: uriText === undefined ? undefined : sound(parseModelUri(uriText), labels.uri),
  }
  if (problems.length > 0) throw invalid(name, problems)
  return { ...(found.image && { image: found.image }), ...(found.uri !== undefined && { uri: found.uri }) }
}

/** Every image by its digest. */
async function resolved(
  context: Context,
  name: string,
  namedBy: NamedBy,
  { image, uri }: Packaged,
): Promise<Artefact> {
  return {
    ...(image && { image: await withDigest(context, name, namedBy, image) }),
    ...(uri !== undefined && { uri }),
  }
}

async function withDigest(
  context: Context,
  model: string,
  namedBy: NamedBy,
  image: ImageReference,
): Promise<Image> {
  const { name, tag, digest } = image
  if (digest !== undefined) return { name, digest, ...(tag !== undefined && { tag }) }
  if (tag === undefined) throw invalid(model, [{ what: `${name} has neither tag nor digest` }])
  const found = await lookUpDigest(
    { name, tag },
    {
      env: context.env,
      signal: context.signal,
      fetchFor: url => proxyFetch(url, context.env),
      refused: whyNoToken(context.ci, namedBy),
    },
  )
  context.log.info(`${name}:${tag} is ${found}`)
  return { name, digest: found, tag }
}

/** Runs the packaging command; what it writes into a file of its own, outside the repository, is what it made. */
async function runPackaging(
  context: Context,
  command: { run: string; timeout: string },
  { commit, model }: { commit: string; model: string },
): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-package-'))
  try {
    const ended = await context.log.group(`Package ${model}: ${command.run}`, () =>
      runCommand({
        run: command.run,
        folder: context.folder,
        env: environmentFor(context.env, {
          ASSAY_WORKSPACE: context.folder,
          ASSAY_PACKAGE_FILE: join(folder, FILE),
          ASSAY_MODEL: model,
          ASSAY_COMMIT: commit,
        }),
        timeoutSeconds: timeoutOf(command),
        signal: context.signal,
        onOutput: chunk => context.log.raw(chunk),
      }),
    )
    if (!endedWell(ended)) throw failed(model, command, ended)
    return await readPackageFile(folder, model)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readPackageFile(folder: string, model: string): Promise<Packaged> {
  let bytes: Uint8Array
  try {
    bytes = (await readInside(folder, FILE, { maxBytes: MOST_BYTES, input: 'package file' })).bytes
  } catch (error) {
    if (!isAssayError(error)) throw error
    if (error.code === 'FILE_NOT_FOUND') return {}
    throw invalid(model, error.problems)
  }
  const decoded = decodeUtf8(bytes)
  if (!('text' in decoded))
    throw invalid(model, [
      { what: `the package file is not UTF-8 from byte ${decoded.invalidAt} on`, fix: 'write plain text' },
    ])
  const { problems, ...packaged } = parsePackageFile(decoded.text, 'ASSAY_PACKAGE_FILE')
  if (problems.length > 0) throw invalid(model, problems)
  return packaged
}

function failed(model: string, command: { run: string; timeout: string }, ended: EndedCommand): AssayError {
  return new AssayError({
    code: 'PACKAGE_FAILED',
    title: `${model} could not be packaged`,
    problems: [
      {
        what: howEnded(command, ended),
        fix: 'its output stands above; run `assay release` again once it works',
      },
    ],
    worked: 'the model was trained and judged; nothing was proposed',
  })
}

function invalid(model: string, problems: Problem[]): AssayError {
  return new AssayError({
    code: 'PACKAGE_INVALID',
    title: `It is not clear what to deploy of ${model}`,
    problems,
  })
}
