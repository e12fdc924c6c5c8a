import type { SignedBy } from '../../../core/deploy-config/policy.ts'
import type { FoundSignatures, Signed } from '../../../core/image/signature.ts'
import { judgeByIdentity } from '../../../core/image/signed/by-identity.ts'
import { judgeByKey, parsePublicKey } from '../../../core/image/signed/by-key.ts'
import { readTrustRoot } from '../../../core/image/signed/trust-root.ts'

/** Who judges signatures as an environment asks for them, with what its files say; or why nobody can. */
export type Judge =
  | {
      /** The same for all that judge the same. */
      name: string
      judge(found: FoundSignatures, digest: string): Promise<Signed>
    }
  | { why: string }

/** @param textIn the text of a file of the deploy repository; undefined: there is none */
export async function judgeOf(
  by: SignedBy,
  textIn: (file: string) => Promise<string | undefined>,
): Promise<Judge> {
  if ('key' in by) {
    const text = await textIn(by.key)
    if (text === undefined) return { why: `the key ${by.key} is not in the deploy repository` }
    const key = parsePublicKey(text)
    return key
      ? { name: text, judge: (found, digest) => judgeByKey(found, key, digest) }
      : { why: `${by.key} holds no public key (PEM, ECDSA on P-256 or Ed25519)` }
  }
  const { trust_root: file, ...identity } = by.by
  const text = file === undefined ? undefined : await textIn(file)
  if (file !== undefined && text === undefined)
    return { why: `the trust root ${file} is not in the deploy repository` }
  const root = await readTrustRoot(text)
  if (!root)
    return {
      why: `${file} holds no trust root of Sigstore (trusted_root.json) with an authority, and a log or an authority for timestamps`,
    }
  return {
    name: JSON.stringify([identity, text]),
    judge: (found, digest) => judgeByIdentity(found, { identity, root }, digest),
  }
}

/** Who signs, for people. */
export function signerWords(by: SignedBy): string {
  return 'key' in by ? `by ${by.key}` : `by ${by.by.subject}, whom ${by.by.issuer} vouches for`
}
