import type { KeyObject } from 'node:crypto'
import { isAssayError } from '../../../core/errors/errors.ts'
import { judgeSignatures, parsePublicKey, type Signed } from '../../../core/image/signature.ts'
import type { PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import { signaturesToAsk } from '../../../core/promotion/plan/signed.ts'
import { registryOf } from '../../../core/release/image-reference.ts'
import type { Image } from '../../../core/release/record.ts'
import { whyNoToken } from '../../../core/secrets/token-use.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { proxyFetch, proxyFor } from '../../../forges/http/proxy.ts'
import { remoteAt } from '../../../services/registry/push/remote.ts'
import { readSignatures } from '../../../services/registry/push/signatures.ts'
import type { World } from '../../command/context.ts'

/**
 * Whether an image is signed by the key in a file of the deploy repository, as it is in a commit. What cannot be read, key or
 * signatures, is `unknown` with the reason: it keeps a release out, and nothing else from going on.
 */
export type AskSignature = (commit: string, asked: { image: Image; key: string }) => Promise<Signed>

/** Asks each thing once, whatever the commit. A registry that does not answer is not asked again. */
export function signatureAsker(context: World, repository: DeployRepository): AskSignature {
  const keys = new Map<string, Promise<Key>>()
  const known = new Map<string, Signed>()
  const silent = new Map<string, Signed>()
  return async (commit, { image, key: file }) => {
    const place = `${commit} ${file}`
    const reading = keys.get(place) ?? keyIn(repository, commit, file)
    keys.set(place, reading)
    const key = await reading
    if (!key.public) return { state: 'unknown', why: key.why }
    const { host } = registryOf(image.name)
    const name = `${image.name}@${image.digest} ${key.text}`
    const before = known.get(name) ?? silent.get(host)
    if (before) return before
    const signed = await ask(context, image, key.public).catch((error: unknown): Signed => {
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

type Key = { public: KeyObject; text: string } | { public?: undefined; why: string }

async function keyIn(repository: DeployRepository, commit: string, file: string): Promise<Key> {
  const files = await repository.readFiles(commit, [file]).catch((error: unknown) => {
    if (isAssayError(error, 'FILE_UNREADABLE')) return new Map([[file, NO_KEY]])
    throw error
  })
  const text = files.get(file)
  if (text === undefined) return { why: `the key ${file} is not in the deploy repository` }
  const key = parsePublicKey(text)
  return key ? { public: key, text } : { why: `${file} holds no public key (PEM, ECDSA on P-256)` }
}

/** In place of what is no text. */
const NO_KEY = ''

async function ask({ env, ci, signal }: World, { name, digest }: Image, key: KeyObject): Promise<Signed> {
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
    return judgeSignatures(await readSignatures(remote, digest), key, digest)
  } finally {
    remote.close()
  }
}
