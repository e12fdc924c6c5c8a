import type { SignedBy } from '../../../core/deploy-config/policy.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import type { Signed } from '../../../core/image/signature.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import type { CommandResult, World } from '../../command/context.ts'
import { unknownEnvironment, unknownRelease } from '../../command/unknown-name.ts'
import { DEPLOY_FILE } from '../read/deploy-branch.ts'
import { readRecord, staysOf } from '../read/facts.ts'
import { type ModelSites, placesIn } from '../read/model-state.ts'
import type { SeenPlace } from '../read/state.ts'
import { signatureAsker } from './ask-signature.ts'
import { signerWords } from './signature-judge.ts'

/** Whether a release is signed by the key or the identity that an environment names. */
interface Verified {
  environment: string
  version: string
  state: Signed['state']
  /** Why it is not, or by whom it is. */
  why: string
}

/**
 * Looks whether a release of a model is signed as its environments ask, and writes nothing. What nobody can tell is no success, and
 * neither is that nobody asks.
 *
 * @param asked the release by its version; only one environment, or each that names who signs
 * @throws AssayError ENVIRONMENT_UNKNOWN, RELEASE_UNKNOWN, POLICY_MISSING
 */
export async function verifySigned(
  context: World,
  sites: ModelSites,
  asked: { version: string; environment: string | undefined },
): Promise<CommandResult> {
  const [{ access, state }] = sites
  const { model, head } = state
  const places = placesIn(sites).map(({ place }) => place)
  const releases = releasesOf(places, model, asked.version)
  const ask = signatureAsker(context, access.repository)
  const verified: Verified[] = []
  for (const { environment, by } of signersOf(places, model, asked.environment))
    for (const { version, image } of releases) {
      const signed: Signed = image
        ? await ask(head.commit, { image, by })
        : { state: 'unsigned', why: 'it has no image' }
      const why = signed.state === 'signed' ? signerWords(by) : signed.why
      verified.push({ environment, version, state: signed.state, why })
    }
  const lines = verified.map(
    ({ environment, version, state, why }) =>
      `${SIGNS[state]} ${model} ${version} for ${environment}: ${WORDS[state]}: ${why}`,
  )
  return {
    exitCode: verified.every(({ state }) => state === 'signed') ? 0 : 1,
    text: lines.join('\n'),
    json: { model, signed: verified },
  }
}

// --- internal ---

const SIGNS: Record<Signed['state'], string> = { signed: '✅', unsigned: '❌', unknown: '❓' }
const WORDS: Record<Signed['state'], string> = {
  signed: 'signed',
  unsigned: 'not signed',
  unknown: 'nobody can tell whether it is signed',
}

function signersOf(
  places: readonly SeenPlace[],
  model: string,
  only: string | undefined,
): { environment: string; by: SignedBy }[] {
  const names = places.map(({ environment }) => environment.name)
  if (only !== undefined && !names.includes(only)) throw unknownEnvironment(only, names)
  const looked = places.filter(({ environment }) => only === undefined || environment.name === only)
  const signers = looked.flatMap(({ environment: { name, policy } }) =>
    policy?.signed ? [{ environment: name, by: policy.signed }] : [],
  )
  if (signers.length > 0) return signers
  throw new AssayError({
    code: 'POLICY_MISSING',
    title: `No signature is asked for of releases of ${model}`,
    problems: [
      {
        what: `nobody is named who signs for ${only ?? names.join(', ')}`,
        where: { file: DEPLOY_FILE },
        fix: 'add `policy: { signed: { key: keys/release.pub } }`, or `by: { issuer: …, subject: … }` in place of the key',
      },
    ],
  })
}

/** The releases of a version, of which there is one unless somebody wrote it anew: those that serve or did, and those that are proposed. */
function releasesOf(places: readonly SeenPlace[], model: string, version: string): ReleaseRecord[] {
  const known = places.flatMap(place => [
    ...staysOf(place, place.history, place.promotion.pulls.closed).map(({ release }) => release),
    ...proposedIn(place, model),
  ])
  const unique = new Map(known.map(release => [releaseKey(release), release]))
  const found = [...unique.values()].filter(release => release.version === version)
  if (found.length > 0) return found
  throw unknownRelease(version, [...new Set(known.map(release => release.version))])
}

function proposedIn({ promotion, recordFile }: SeenPlace, model: string): ReleaseRecord[] {
  const release = readRecord(promotion.text, recordFile, model)
  return release ? [release] : []
}
