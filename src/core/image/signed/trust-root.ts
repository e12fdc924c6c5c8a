import type { TrustMaterial } from '@sigstore/verify'

/** Whom one must believe to believe an identity: authorities for certificates and timestamps, and transparency logs. */
export interface TrustRoot {
  material: TrustMaterial
}

/**
 * The trust root of the public Sigstore as the package of its client has it, or one of somebody's own.
 *
 * @param text of a `trusted_root.json`
 * @returns undefined where the text is none, or one by which nobody could tell when something was signed
 */
export async function readTrustRoot(text?: string): Promise<TrustRoot | undefined> {
  const [{ TrustedRoot }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ])
  const json = text ?? (await publicRoot())
  try {
    const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(json)))
    const { certificateAuthorities, timestampAuthorities, tlogs } = material
    const isWhole = certificateAuthorities.length > 0 && timestampAuthorities.length + tlogs.length > 0
    return isWhole ? { material } : undefined
  } catch {
    return undefined
  }
}

// --- internal ---

/** Its seed: what its client begins with before it asks the server of Sigstore, which is not asked here. */
async function publicRoot(): Promise<string> {
  const { default: seeds } = await import('@sigstore/tuf/seeds.json', { with: { type: 'json' } })
  return Buffer.from(
    seeds['https://tuf-repo-cdn.sigstore.dev'].targets['trusted_root.json'],
    'base64',
  ).toString()
}
