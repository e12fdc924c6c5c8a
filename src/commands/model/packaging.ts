import type { ModelConfig } from '../../core/config/config.ts'
import { type ImageBuild, packagingWay } from '../../core/config/package.ts'
import { AssayError, type Problem } from '../../core/errors/errors.ts'
import type { Origin } from '../../core/image/manifest.ts'
import { artifactWords } from '../../core/release/artifact-kind.ts'
import type { Image } from '../../core/release/image.ts'
import {
  fillTemplate,
  type ImageReference,
  type Packaged,
  parseImageReference,
  parseModelUri,
} from '../../core/release/image-reference.ts'
import { isOfCommit, originOf } from '../../core/release/origin.ts'
import { type NamedBy, whyNoToken } from '../../core/secrets/token-use.ts'
import type { Result } from '../../core/verdict/result.ts'
import { proxyFetch } from '../../forges/http/proxy.ts'
import { lookUpTag } from '../../services/registry/registry.ts'
import { untilCancelled } from '../command/cancelled.ts'
import type { Context } from '../command/context.ts'
import { builderFor, makeDockerImage } from './images/docker-image.ts'
import { makeOciImage } from './images/oci-image.ts'
import { packagedFiles } from './packaged-files.ts'
import { invalid, runPackaging } from './packaging-command.ts'

interface Artefact {
  image?: Image
  uri?: string
  /** Each file of the model in the image was held to the scan. */
  scan_covers?: 'packaged'
}

/**
 * What is deployed: from the command line, else what the packaging command of the configuration says, and for what it leaves
 * unsaid the configuration's own `image` and `uri`. An image that only has a tag gets the digest that its registry has for it
 * now. `{}` where nothing says anything.
 *
 * @param given `namedBy`: whose configuration it is, which decides whether a registry is shown a password
 * @throws AssayError `PACKAGE_INVALID` with all problems at once, `PACKAGE_NOT_SCANNED`, `PACKAGE_CHANGED`, `PACKAGE_FAILED`, `PACKAGE_NOT_RUN` (a dry run runs no
 * packaging command), `REGISTRY_…` where a digest cannot be looked up
 */
export async function packageModel(
  context: Context,
  name: string,
  config: ModelConfig,
  commit: string,
  given: {
    image?: string | undefined
    uri?: string | undefined
    'dry-run': boolean
    namedBy?: NamedBy
    result?: Result | undefined
  },
): Promise<Artefact> {
  const whose = given.namedBy ?? 'file'
  if (given.image !== undefined || given.uri !== undefined)
    return resolved(context, name, 'job', checked(name, given, { image: '--image', uri: '--uri' }))
  const { package: packaging } = config
  if (!packaging) return {}
  const values = { commit, model: name }
  const configured = checked(name, packaging, { image: 'package.image', uri: 'package.uri' }, values)
  const way = packagingWay(packaging)
  if (way.way === 'look up') return resolved(context, name, whose, configured)
  if (way.way === 'build') {
    const made = await built(context, name, way, {
      image: configured.image,
      whose,
      dryRun: given['dry-run'],
      origin: originOf(commit, given.result),
      scan: config.scan,
      scanned: isOfCommit(commit, given.result) ? given.result.files : undefined,
    })
    return { ...made, ...(configured.uri !== undefined && { uri: configured.uri }) }
  }
  const command = { run: way.run, timeout: way.timeout }
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

const BASE_LABELS = { image: 'package.base', uri: '' }

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

/** Makes the image that the configuration describes, and pushes it under its tag. */
async function built(
  context: Context,
  model: string,
  { build, timeout }: { build: ImageBuild; timeout: string },
  given: { image: ImageReference | undefined; whose: NamedBy; dryRun: boolean; origin: Origin } & Parameters<
    typeof packagedFiles
  >[3],
): Promise<Artefact> {
  const { name, tag, digest } = given.image ?? {}
  if (name === undefined || tag === undefined || digest !== undefined)
    throw invalid(model, [
      {
        what: '`package.image` is where the image goes to, and needs a tag and no digest',
        fix: 'write it like `ghcr.io/acme/churn:{commit}`',
      },
    ])
  const base = build.base === undefined ? undefined : checked(model, { image: build.base }, BASE_LABELS).image
  const to = { destination: { name, tag, refused: whyNoToken(context.ci, given.whose) }, ...given }
  const made = await context.log.group(`Package ${model}`, async () => {
    const builder = await builderFor(context, model, build)
    if (builder)
      return { digest: await makeDockerImage(context, model, { builder, from: build.from, timeout }, to) }
    const { kind } = build
    const files = await packagedFiles(context, model, build.files, given)
    const make = () => makeOciImage(context, model, { kind, base, files }, to)
    const digest = await untilCancelled(
      context,
      make,
      undefined,
      'The job was stopped while its image was made',
    )
    return { digest, ...(given.scan && { scan_covers: 'packaged' as const }) }
  })
  const artifact = build.kind === 'oci-artifact' && { artifact: 'modelpack' as const }
  const { digest: of, ...covers } = made
  return { image: { name, digest: of, tag, ...artifact }, ...covers }
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
  const found = await lookUpTag(
    { name, tag },
    {
      env: context.env,
      signal: context.signal,
      fetchFor: url => proxyFetch(url, context.env),
      refused: whyNoToken(context.ci, namedBy),
    },
  )
  const what = found.artifact === undefined ? '' : `, ${artifactWords(found.artifact)}`
  context.log.info(`${name}:${tag} is ${found.digest}${what}`)
  return { name, tag, ...found }
}
