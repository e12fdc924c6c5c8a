import type { SignedBy } from '../../../core/deploy-config/policy.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { FoundSignatures, Signed } from '../../../core/image/signature.ts'
import type { PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import { signaturesToAsk } from '../../../core/promotion/plan/signed.ts'
import type { Image } from '../../../core/release/image.ts'
import { registryOf } from '../../../core/release/image-reference.ts'
import { whyNoToken } from '../../../core/secrets/token-use.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { proxyFetch, proxyFor } from '../../../forges/http/proxy.ts'
import type { World } from '../../command/context.ts'
import { type Judge, judgeOf } from './signature-judge.ts'

/**
 * Whether an image is signed by the key, or the identity, that an environment names; its files are those of the deploy repository in a
 * commit. What cannot be read, key, trust root or signatures, is `unknown` with the reason: it keeps a release out, and nothing else
 * from going on.
 */
export type AskSignature = (commit: string, asked: { image: Image; by: SignedBy }) => Promise<Signed>

/** Asks each thing once, whatever the commit. A registry that does not answer is not asked again. */
export function signatureAsker(context: World, repository: DeployRepository): AskSignature {
  const judges = new Map<string, Promise<Judge>>()
  const known = new Map<string, Signed>()
  const silent = new Map<string, Signed>()
  return async (commit, { image, by }) => {
    const place = `${commit} ${JSON.stringify(by)}`
    const reading = judges.get(place) ?? judgeOf(by, file => textIn(repository, commit, file))
    judges.set(place, reading)
    const judge = await reading
    if ('why' in judge) return { state: 'unknown', why: judge.why }
    const { host } = registryOf(image.name)
    const name = `${image.name}@${image.digest} ${judge.name}`
    const before = known.get(name) ?? silent.get(host)
    if (before) return before
    const signed = await ask(context, image, judge.judge).catch((error: unknown): Signed => {
      if (!isAssayError(error) || !error.code.startsWith('REGISTRY_')) throw error
      const unknown: Signed = { state: 'unknown', why: error.problems[0]?.what ?? error.message }
      if (error.code === 'REGISTRY_UNREACHABLE') silent.set(host, unknown)
      return unknown
    })
    known.set(name, signed)
    return signed
  }
}

/** With what registries say of the signatures of what could enter, where they are asked for. */
export async function withSignatures(
  facts: PromotionFacts,
  commit: string,
  ask: AskSignature,
): Promise<PromotionFacts> {
  const signatures: NonNullable<PromotionFacts['signatures']>[number][] = []
  for (const asked of signaturesToAsk(facts)) signatures.push({ ...asked, signed: await ask(commit, asked) })
  return signatures.length > 0 ? { ...facts, signatures } : facts
}

// --- internal ---

async function textIn(
  repository: DeployRepository,
  commit: string,
  file: string,
): Promise<string | undefined> {
  const files = await repository.readFiles(commit, [file]).catch((error: unknown) => {
    if (isAssayError(error, 'FILE_UNREADABLE')) return new Map([[file, NO_TEXT]])
    throw error
  })
  return files.get(file)
}

/** In place of what is no text. */
const NO_TEXT = ''

async function ask(
  { env, ci, signal }: World,
  { name, digest }: Image,
  judge: (found: FoundSignatures, digest: string) => Promise<Signed>,
): Promise<Signed> {
  // Most policies ask for no signature: sockets to registries are loaded where one does.
  const { remoteAt } = await import('../../../services/registry/push/remote.ts')
  const { readSignatures } = await import('../../../services/registry/push/signatures.ts')
  const refused = whyNoToken(ci, 'record')
  const remote = remoteAt(
    { ...registryOf(name), actions: 'pull', title: `The signatures of ${name} could not be read` },
    {
      env,
      signal,
      fetchFor: url => proxyFetch(url, env),
      proxyFor: url => proxyFor(url, env),
      ...(refused !== undefined && { refused }),
    },
  )
  try {
    return await judge(await readSignatures(remote, digest), digest)
  } finally {
    remote.close()
  }
}
