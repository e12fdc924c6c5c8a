import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createRequire } from 'node:module'
import type { CA, CTLog } from '@sigstore/mock/dist/fulcio/index.js'
import type { TLog } from '@sigstore/mock/dist/rekor/index.js'
import type { TSA } from '@sigstore/mock/dist/timestamp/index.js'

/**
 * A Sigstore of the tests: an authority for certificates with its log, a transparency log and an authority for timestamps, all of
 * which `@sigstore/mock` has. It signs what a test wants signed, and writes the trust root that says whom to believe.
 */

export interface TestSigstore {
  /** `trusted_root.json`, without what is left out. */
  trustRoot(without?: readonly ('tlogs' | 'ctlogs' | 'timestampAuthorities')[]): string
  /** A bundle with a statement of in-toto. */
  bundle(payload: string, how?: How): Promise<Record<string, unknown>>
  /** A signature of simple signing, with the annotations that stand beside it. */
  simple(payload: string, how?: How): Promise<{ signature: string; annotations: Record<string, string> }>
}

export interface How {
  issuer?: string
  subject?: string
  /** Whether a log has an entry of it, and an authority has said when. */
  logged?: boolean
  stamped?: boolean
  /** Whether the log says when, as the first Rekor does and the second does not. */
  promised?: boolean
  payloadType?: string
}

/** What the log answers. */
interface LogEntry {
  body: string
  integratedTime: number
  logID: string
  logIndex: number
  verification: {
    signedEntryTimestamp: string
    inclusionProof: { rootHash: string; checkpoint: string }
  }
}

export const ISSUER = 'https://token.actions.githubusercontent.com'
export const SUBJECT = 'https://github.com/acme/churn/.github/workflows/release.yml@refs/heads/main'

/**
 * @param late how many minutes after a certificate was made its signature was logged and stamped
 * @param listed whether a log has what certificates were made
 */
export async function makeSigstore({ late = 0, listed = true } = {}): Promise<TestSigstore> {
  // After the certificates of the authorities, which are made while this waits; a whole second, since the reader takes no parts of one.
  const now = new Date(Math.ceil(Date.now() / 1000 + 300) * 1000)
  const then = new Date(now.getTime() + late * 60_000)
  const ctlog: CTLog = await initializeCTLog(pair())
  const ca: CA = await initializeCA(pair(), listed ? ctlog : undefined, now)
  const tlog: TLog = await initializeTLog('https://rekor.test', pair(), then)
  const tsa: TSA = await initializeTSA(pair(), then)

  /** One of each identity: to make one takes longer than all else. */
  const certificates = new Map<string, ReturnType<typeof certify>>()

  async function certify(issuer: string, subject: string) {
    const { publicKey, privateKey } = pair()
    const made = await ca.issueCertificate({
      publicKey: publicKey.export({ type: 'spki', format: 'der' }) as Buffer<ArrayBuffer>,
      subjectAltName: subject,
      // Fulcio writes it twice, first as bare bytes.
      extensions: [
        { oid: '1.3.6.1.4.1.57264.1.1', value: issuer, legacy: true },
        { oid: '1.3.6.1.4.1.57264.1.8', value: issuer },
      ],
    })
    const certificate = Buffer.from(made as Uint8Array).toString('base64')
    const lines = certificate.match(/.{1,64}/g)!.join('\n')
    const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
    return { certificate, pem, privateKey }
  }

  async function signedBy({ issuer = ISSUER, subject = SUBJECT }: How, bytes: Uint8Array) {
    const key = `${issuer} ${subject}`
    const certifying = certificates.get(key) ?? certify(issuer, subject)
    certificates.set(key, certifying)
    const { privateKey, ...certified } = await certifying
    return { ...certified, signature: sign('sha256', bytes, privateKey) }
  }

  async function stampOf(signature: Buffer) {
    const stamp = await tsa.timestamp({
      artifactHash: createHash('sha256').update(signature).digest(),
      hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
      nonce: 4,
      policyOID: '1.3.6.1.4.1.57264.2',
      certReq: false,
    })
    return Buffer.from(stamp as Uint8Array).toString('base64')
  }

  async function logged(entry: { kind: string; apiVersion: string; spec: object }) {
    const [made] = Object.values((await tlog.log(entry)) as Record<string, LogEntry>)
    return made!
  }

  return {
    trustRoot(without = []) {
      const root = {
        mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
        tlogs: [logIn('https://rekor.test', tlog.publicKey)],
        certificateAuthorities: [authority('https://fulcio.test', [ca.rootCertificate])],
        ctlogs: [logIn('https://ctfe.test', ctlog.publicKey)],
        timestampAuthorities: [authority('https://tsa.test', [tsa.intCertificate, tsa.rootCertificate])],
      }
      return JSON.stringify({ ...root, ...Object.fromEntries(without.map(name => [name, []])) })
    },
    async bundle(payload, how = {}) {
      const { logged: isLogged = true, stamped = false, promised = true } = how
      const { payloadType = 'application/vnd.in-toto+json' } = how
      const pae = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${Buffer.byteLength(payload)} ${payload}`
      const { certificate, pem, signature } = await signedBy(how, Buffer.from(pae))
      const sig = signature.toString('base64')
      const spec = {
        envelopeHash: hashOf(envelopeText(payload, payloadType, sig)),
        payloadHash: hashOf(payload),
        signatures: [{ signature: sig, verifier: base64(pem) }],
      }
      const entry = isLogged ? [await logged({ kind: 'dsse', apiVersion: '0.0.1', spec })] : []
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: certificate },
          tlogEntries: entry.map(({ body, integratedTime, logID, logIndex, verification }) => ({
            logIndex: String(logIndex),
            logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
            kindVersion: { kind: 'dsse', version: '0.0.1' },
            integratedTime: String(integratedTime),
            ...(promised && {
              inclusionPromise: { signedEntryTimestamp: verification.signedEntryTimestamp },
            }),
            inclusionProof: {
              logIndex: '0',
              treeSize: '1',
              rootHash: Buffer.from(verification.inclusionProof.rootHash, 'hex').toString('base64'),
              hashes: [],
              checkpoint: { envelope: verification.inclusionProof.checkpoint },
            },
            canonicalizedBody: body,
          })),
          ...(stamped && {
            timestampVerificationData: {
              rfc3161Timestamps: [{ signedTimestamp: await stampOf(signature) }],
            },
          }),
        },
        dsseEnvelope: { payload: base64(payload), payloadType, signatures: [{ sig }] },
      }
    },
    async simple(payload, how = {}) {
      const { logged: isLogged = true, stamped = false } = how
      const made = await signedBy(how, Buffer.from(payload))
      const signature = made.signature.toString('base64')
      const spec = {
        data: { hash: hashOf(payload) },
        signature: { content: signature, publicKey: { content: base64(made.pem) } },
      }
      const entry = isLogged ? await logged({ kind: 'hashedrekord', apiVersion: '0.0.1', spec }) : undefined
      return {
        signature,
        annotations: {
          'dev.cosignproject.cosign/signature': signature,
          'dev.sigstore.cosign/certificate': made.pem,
          ...(entry && {
            'dev.sigstore.cosign/bundle': JSON.stringify({
              SignedEntryTimestamp: entry.verification.signedEntryTimestamp,
              Payload: {
                body: entry.body,
                integratedTime: entry.integratedTime,
                logIndex: entry.logIndex,
                logID: entry.logID,
              },
            }),
          }),
          ...(stamped && {
            'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
              SignedRFC3161Timestamp: await stampOf(made.signature),
            }),
          }),
        },
      }
    },
  }
}

// --- internal ---

/** Its parts, without its front: that loads `nock`, which takes `http` over for the whole process. */
const require = createRequire(import.meta.url)
const { initializeCA, initializeCTLog } = require('@sigstore/mock/dist/fulcio/index.js')
const { initializeTLog } = require('@sigstore/mock/dist/rekor/index.js')
const { initializeTSA } = require('@sigstore/mock/dist/timestamp/index.js')

/** A year ago: before whatever is signed. */
const validFor = { start: new Date(Date.now() - 365 * 86_400_000).toISOString() }

function pair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function logIn(baseUrl: string, key: Uint8Array) {
  const publicKey = {
    rawBytes: Buffer.from(key).toString('base64'),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor,
  }
  const keyId = createHash('sha256').update(key).digest('base64')
  return { baseUrl, hashAlgorithm: 'SHA2_256', publicKey, logId: { keyId } }
}

function authority(uri: string, chain: ArrayBufferView[]) {
  const certificates = chain.map(one => ({
    rawBytes: Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('base64'),
  }))
  return {
    subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
    uri,
    certChain: { certificates },
    validFor,
  }
}

function hashOf(text: string) {
  return { algorithm: 'sha256', value: createHash('sha256').update(text).digest('hex') }
}

/** As Rekor writes an envelope before it hashes it. */
function envelopeText(payload: string, payloadType: string, sig: string): string {
  return JSON.stringify({ payload: base64(payload), payloadType, signatures: [{ sig }] })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
