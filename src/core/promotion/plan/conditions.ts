import type { DeployEnvironment } from '../../deploy-config/deploy-config.ts'
import { isFrom } from '../../release/image-reference.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { isScanned } from '../../scan/scanned-file.ts'
import type { Verdict } from '../../verdict/result.ts'
import { answerOf } from './answers.ts'
import type { PromotionFacts, SignatureFact, Stay } from './facts.ts'
import type { Reason } from './reasons.ts'
import { isRecorded } from './standing.ts'

/** What a release itself must have to enter an environment, beyond what holds for the environment as a whole. */

/** Reasons against the verdict, the files and the image. */
export function ownReasons(
  release: ReleaseRecord,
  environment: DeployEnvironment,
  verdict: Verdict,
  { signatures, answers, assumesAnswers }: Pick<PromotionFacts, 'signatures' | 'answers' | 'assumesAnswers'>,
): Reason[] {
  const reasons: Reason[] = []
  if (!environment.verdicts.includes(verdict))
    reasons.push({ kind: 'verdict', verdict, allowed: environment.verdicts })
  if (environment.policy?.scanned && !isScanned(release.scanned)) {
    const file = release.scanned?.find(one => !isScanned([one]))?.file
    reasons.push({ kind: 'not_scanned', ...(file !== undefined && { file }) })
  } else if (environment.policy?.scanned === 'packaged' && release.scan_covers !== 'packaged')
    reasons.push({ kind: 'image_not_scanned' })
  if (environment.policy?.signed) reasons.push(...signatureReasons(release, environment, signatures))
  reasons.push(...registryReasons(release, environment))
  for (const name of Object.keys(environment.policy?.answers ?? {})) {
    const answered = answerOf(answers, { environment: environment.name, release, name })
    if (answered?.state === 'other') reasons.push({ kind: 'answer', name, why: answered.why })
    if (answered?.state === 'unknown') reasons.push({ kind: 'answer_unknown', name, why: answered.why })
    if (!answered && !assumesAnswers) reasons.push({ kind: 'answer_unknown', name, why: ANSWER_NOT_ASKED })
  }
  return reasons
}

/**
 * The reason against it in one environment before: it is not there, not what serves, not healthy, has not soaked, or was rolled back.
 * `stays` are those of the model in that environment, in any order.
 */
export function reasonBefore(
  release: ReleaseRecord,
  before: string,
  stays: readonly Stay[],
  soakSeconds: number,
  now: number,
): Reason | undefined {
  const key = releaseKey(release)
  const own = stays.filter(stay => releaseKey(stay.release) === key)
  const there = stays.find(stay => stay.until === undefined)?.release
  if (own.length === 0) {
    // What is newer is never replaced by it.
    const passed = there && isNewer(there, release) ? { there: there.version } : {}
    return { kind: 'not_live', environment: before, was: false, ...passed }
  }
  if (own.every(stay => wasRolledBack(stay, stays))) return { kind: 'rolled_back', environment: before }
  const current = own.find(stay => stay.until === undefined)
  const standing = current?.standing
  // Somebody took it back there, however long it had been healthy before.
  if (standing && !isRecorded(standing)) return { kind: 'not_recorded', environment: before, standing }
  const soak = soakSeconds * 1000
  if (own.some(stay => hasSoaked(stay, soak, now) && !wasRolledBack(stay, stays))) return undefined
  if (current === undefined)
    return { kind: 'not_live', environment: before, was: true, ...(there && { there: there.version }) }
  const { health, why } = current
  const because = why === undefined ? {} : { why }
  if (!isHealthy(current)) return { kind: 'unhealthy', environment: before, health, ...because }
  if (!isDated(current)) return { kind: 'unhealthy', environment: before, health: 'unknown', why: UNDATED }
  return { kind: 'soak', environment: before, until: healthySince(current) + soak }
}

// --- internal ---

function registryReasons({ image }: ReleaseRecord, { registries }: DeployEnvironment): Reason[] {
  if (registries === undefined) return []
  if (image === undefined) return [{ kind: 'no_image' }]
  const isNamed = registries.some(registry => isFrom(image.name, registry))
  return isNamed ? [] : [{ kind: 'registry', image: image.name, allowed: registries }]
}

/** The reason against an image without the signature that is asked for; of one that nobody looked at, nobody can tell. */
function signatureReasons(
  { image }: ReleaseRecord,
  { name }: DeployEnvironment,
  signatures: readonly SignatureFact[] = [],
): Reason[] {
  if (!image) return [{ kind: 'not_signed', why: 'it has no image, and images are to be signed' }]
  const fact = signatures.find(
    one => one.environment === name && one.image.name === image.name && one.image.digest === image.digest,
  )
  const signed = fact?.signed ?? { state: 'unknown', why: NOT_ASKED }
  switch (signed.state) {
    case 'signed':
      return []
    case 'unsigned':
      return [{ kind: 'not_signed', why: signed.why }]
    case 'unknown':
      return [{ kind: 'signature_unknown', why: signed.why }]
  }
}

const NOT_ASKED = 'its registry is asked when it is promoted, and was not asked here'

const ANSWER_NOT_ASKED = 'it is asked when it is promoted, once nothing else keeps it out'

const UNDATED = 'it is healthy, but nobody can tell since when'

/** What somebody changed by hand is not the release, however healthy it is. */
function isHealthy({ health, standing }: Stay): boolean {
  return isRecorded(standing) && (health === 'healthy' || health === 'not_watched')
}

/** Healthy, but nobody knows since when: that is no soak. */
function isDated({ health, healthySince }: Stay): boolean {
  return health === 'not_watched' || healthySince !== undefined
}

function healthySince({ healthySince, from }: Stay): number {
  return Math.max(healthySince ?? from, from)
}

function hasSoaked(stay: Stay, soak: number, now: number): boolean {
  if (!isHealthy(stay) || stay.isWithdrawn) return false
  return soak === 0 || (isDated(stay) && (stay.until ?? now) - healthySince(stay) >= soak)
}

/** An older release took its place at some time after. */
function wasRolledBack(stay: Stay, stays: readonly Stay[]): boolean {
  return stays.some(later => later.from > stay.from && isNewer(stay.release, later.release))
}
