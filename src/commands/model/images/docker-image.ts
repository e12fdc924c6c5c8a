import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildMeans, DOCKERFILE, needsBuilder, wayOfBuild } from '../../../core/config/build-way.ts'
import type { ImageBuild } from '../../../core/config/package.ts'
import { AssayError, type Problem } from '../../../core/errors/errors.ts'
import { annotationsOf, type Origin } from '../../../core/image/manifest.ts'
import { registryOf } from '../../../core/release/image-reference.ts'
import { proxyFetch } from '../../../forges/http/proxy.ts'
import { BUILDERS } from '../../../services/builders/builder-table.ts'
import { type FoundBuilder, findBuilder } from '../../../services/builders/find-builder.ts'
import { buildImage } from '../../../services/builders/run-builder.ts'
import { unlessMissing } from '../../../services/files/files.ts'
import { openRepository } from '../../../services/git/git.ts'
import { registryOrigin } from '../../../services/registry/address.ts'
import { ownPassword } from '../../../services/registry/credentials.ts'
import { lookUpTag } from '../../../services/registry/registry.ts'
import type { Context } from '../../command/context.ts'
import { howEnded } from '../../project/ended.ts'
import { timeoutOf } from '../../project/project.ts'
import type { Destination } from './oci-image.ts'

/**
 * How the image of a model is made here; undefined where Assay makes it itself. What was taken, and why, is said.
 *
 * @throws AssayError PACKAGE_INVALID where there is no way
 */
export async function builderFor(
  context: Context,
  model: string,
  build: ImageBuild,
): Promise<FoundBuilder | undefined> {
  const file = join(context.folder, build.from ?? DOCKERFILE)
  const hasDockerfile = (await stat(file).catch(unlessMissing))?.isFile() ?? false
  const looked = needsBuilder(build, hasDockerfile)
    ? await findBuilder(context.env, context.signal)
    : { missing: [] }
  const builder: BuildMeans['builder'] =
    'found' in looked
      ? { title: `${BUILDERS[looked.found.name].title} ${looked.found.version}` }
      : { missing: looked.missing }
  const way = wayOfBuild(build, { hasDockerfile, builder })
  if ('problem' in way) throw errorOf('PACKAGE_INVALID', model, way.problem)
  context.log.info(`The image is ${way.why}`)
  return way.way === 'docker' && 'found' in looked ? looked.found : undefined
}

/**
 * Builds an image from the team's Dockerfile and pushes it under its tag, by a builder that was found.
 *
 * @returns its digest, which its registry has under the tag
 * @throws AssayError PACKAGE_NOT_RUN (a dry run; a run that may use no credentials), PACKAGE_FAILED, REGISTRY_…
 */
export async function makeDockerImage(
  context: Context,
  model: string,
  {
    builder,
    from = DOCKERFILE,
    timeout,
  }: { builder: FoundBuilder; from?: string | undefined; timeout: string },
  { destination, origin, dryRun }: { destination: Destination; origin: Origin; dryRun: boolean },
): Promise<string> {
  const { name, tag, refused } = destination
  if (dryRun) throw notRun(model, 'a dry run builds nothing, and only its builder knows the digest', GIVE)
  // A builder takes the logins of this machine by itself.
  if (refused !== undefined)
    throw notRun(model, `a builder uses the logins of this machine, and none may be used: ${refused}`, MERGE)
  if (builder.unsteady !== undefined)
    context.log.warn(`The same commit may give another digest: ${builder.unsteady}`)
  const { host } = registryOf(name)
  const own = ownPassword(host, context.env)
  const built = await buildImage(
    builder,
    {
      context: context.folder,
      dockerfile: join(context.folder, from),
      reference: `${name}:${tag}`,
      time: await timeOf(context, origin.commit),
      labels: annotationsOf(origin),
      ...(registryOrigin(host).startsWith('http:') && { plainHost: host }),
    },
    {
      env: context.env,
      timeoutSeconds: timeoutOf({ timeout }),
      signal: context.signal,
      onOutput: chunk => context.log.raw(chunk),
      ...(own && { login: { host, ...own } }),
    },
  )
  if ('failed' in built) throw failed(model, howEnded({ run: built.failed.run, timeout }, built.failed.ended))
  const { title } = BUILDERS[builder.name]
  if (built.digest === undefined) throw failed(model, `${title} wrote down no digest of what it pushed`)
  const found = await lookUpTag(
    { name, tag },
    { env: context.env, signal: context.signal, fetchFor: url => proxyFetch(url, context.env) },
  )
  if (found.digest !== built.digest)
    throw failed(model, `${title} pushed ${built.digest}, and ${name}:${tag} is ${found.digest}`)
  context.log.info(`${name}:${tag} is ${built.digest}`)
  return built.digest
}

// --- internal ---

const GIVE =
  'give --image to see what would be proposed, or write `build: oci`: its digest is known without a push'
const MERGE =
  'package it once it is merged, or write `build: oci`, which needs no login where a registry asks for none'

/** Seconds since the epoch. */
async function timeOf({ folder, env }: Context, commit: string): Promise<number> {
  const repository = await openRepository(folder, { env })
  if (!repository) throw new Error(`no repository at ${folder}`)
  return Math.floor(Date.parse(await repository.commitTime(commit)) / 1000)
}

function notRun(model: string, what: string, fix: string): AssayError {
  return errorOf('PACKAGE_NOT_RUN', model, { what, fix })
}

function failed(model: string, what: string): AssayError {
  return errorOf('PACKAGE_FAILED', model, {
    what,
    fix: 'its output stands above; run it again once it works',
  })
}

function errorOf(code: string, model: string, problem: Problem): AssayError {
  return new AssayError({ code, title: `${model} could not be packaged`, problems: [problem] })
}
